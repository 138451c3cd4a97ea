package functions

// Throttle is how many requests a second API Gateway lets through to a route, and how many at once
// above that. What is over gets 429.
type Throttle struct{ Rate, Burst int }

// DefaultThrottle is that of each route without one of its own: above what a deadline night asks of
// any of them (infra/night), so that only a flood meets it.
var DefaultThrottle = Throttle{Rate: 8000, Burst: 5000}

// Throttles has the routes with one of their own. API Gateway counts each route for itself: no flood of
// another takes a seal's share, which is twice the modelled peak.
var Throttles = map[string]Throttle{
	"POST /api/filings/{id}/seal":    {Rate: 8000, Burst: 5000},
	"POST /api/filings/{id}/outcome": {Rate: 8000, Burst: 5000},
	"GET /api/session":               {Rate: 20_000, Burst: 5000}, // each page asks
	"GET /{path...}":                 {Rate: 24_000, Burst: 5000}, // pages whose address names a filing: the edge has the others

	"POST /api/mobile-signing/{id}/progress": {Rate: 24_000, Burst: 5000}, // who waits for a phone asks every few seconds
}

// ThrottleOf returns a route's.
func ThrottleOf(route string) Throttle {
	if t, own := Throttles[route]; own {
		return t
	}
	return DefaultThrottle
}

// Quota is what AWS grants an account in a region, and what the office needs of it: whoever deploys to
// production requests it first.
type Quota struct {
	Name    string
	Unit    string
	Default float64 // of a grown account; new ones may have less
	Request float64
}

// The quotas that a deadline night goes beyond. infra/night holds the requests against its arithmetic.
var (
	QuotaConcurrency = Quota{"Lambda: concurrent executions", "at once", 1000, 12_000}
	QuotaRequests    = Quota{"API Gateway: throttle rate of all APIs", "requests/s", 10_000, 90_000}
	QuotaWrites      = Quota{"DynamoDB: on-demand write throughput of a table", "write units/s", 40_000, 260_000}
	QuotaReads       = Quota{"DynamoDB: on-demand read throughput of a table", "read units/s", 40_000, 130_000}
	QuotaMail        = Quota{"SES: sending rate", "messages/s", 14, 120}
	QuotaUploads     = Quota{"S3: writes under one prefix, prepared by AWS Support", "writes/s", 3500, 12_000}
)

// Quotas lists them.
var Quotas = []*Quota{&QuotaConcurrency, &QuotaRequests, &QuotaWrites, &QuotaReads, &QuotaMail, &QuotaUploads}
