package describe

import (
	"github.com/courtoffice/courtoffice/functions/internal/acceptagreement"
	"github.com/courtoffice/courtoffice/functions/internal/admin"
	"github.com/courtoffice/courtoffice/functions/internal/fileclaim"
	"github.com/courtoffice/courtoffice/functions/internal/filings"
	"github.com/courtoffice/courtoffice/functions/internal/maintenance"
	"github.com/courtoffice/courtoffice/functions/internal/mobilesigning"
	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/functions/internal/registry"
	"github.com/courtoffice/courtoffice/functions/internal/signin"
	"github.com/courtoffice/courtoffice/functions/internal/support"
	"github.com/courtoffice/courtoffice/functions/internal/webhooks"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// reply is one answer of a route.
type reply struct {
	status int
	body   any    // a value of its type; nil for none
	either []any  // values of the types it may be
	media  string // of a body that is no JSON
	says   string // instead of what its status says
}

// Receipt is what sealing issues, byte for byte the same however often it is asked for.
type Receipt struct {
	Receipt receipt.Receipt `json:"receipt"`
	KeyID   string          `json:"keyId"` // the first 16 hex digits of the key's SHA-256

	KeyCertificate []byte `json:"keyCertificate,omitempty"` // of the key, by a root of /keys.json; absent where the key is itself there
	Signature      []byte `json:"signature"`                // Ed25519 over the canonical JSON (RFC 8785) of receipt
}

// Certificate certifies an interruption of the office, signed like a receipt.
type Certificate struct {
	Certificate receipt.Interruption `json:"certificate"`
	KeyID       string               `json:"keyId"` // the first 16 hex digits of the key's SHA-256

	KeyCertificate []byte `json:"keyCertificate,omitempty"` // of the key, by a root of /keys.json; absent where the key is itself there
	Signature      []byte `json:"signature"`                // Ed25519 over the canonical JSON (RFC 8785) of certificate
}

const askedToSign = "The act was signed and is done; or the request had no signature, and this is the document to sign: send the same request with its signature."

func signedAct(status int, body any) []reply {
	if status == 200 {
		return []reply{{status: 200, either: []any{signer.Unsigned{}, body}, says: askedToSign}}
	}
	return []reply{
		{status: 200, either: []any{signer.Unsigned{}, body}, says: "The request had no signature, and this is the document to sign: send the same request with its signature. Or it is a repeat, and this is what is there."},
		{status: status, body: body, says: map[int]string{201: "Signed and done.", 202: "Signed; it waits for another administrator."}[status]},
	}
}

var (
	done   = []reply{{status: 204}}
	leads  = []reply{{status: 303}}
	opened = []reply{{status: 200, body: signin.SignedIn{}, says: "Signed in: the session's cookie comes with it."}}
)

// replies has what the methods answer that choose status or body.
var replies = map[string][]reply{
	"POST /api/sign-in":          opened,
	"POST /api/sign-in/password": opened,
	"DELETE /api/session":        done,

	"POST /api/mobile-signing":                   {{status: 201, body: mobilesigning.Offered{}}},
	"POST /api/mobile-signing/{id}/digits":       done,
	"POST /api/mobile-signing/{id}/cancellation": done,

	"POST /api/agreement/acceptance/document": {{status: 200, body: signer.Unsigned{}}},
	"POST /api/agreement/acceptance": {
		{status: 200, body: acceptagreement.Accepted{}, says: "Accepted before: the first acceptance."},
		{status: 201, body: acceptagreement.Accepted{}, says: "Accepted. For who has no account the cookie of a registration comes with it."},
	},

	"POST /api/registration": {
		{status: 200, body: account.View{}, says: "There was an account already, and this is a session of it."},
		{status: 201, body: account.View{}, says: "Registered: the session's cookie comes with it."},
	},
	"DELETE /api/registration/form": done,

	"POST /api/account/email": {{status: 202, body: profile.AskedCode{}, says: "A code is on its way."}},
	"POST /api/account/email/objection": {
		{status: 200, body: profile.Objected{}, says: "Objected before."}, {status: 201, body: profile.Objected{}, says: "A breach case is open."},
	},
	"POST /api/contact-objection": {
		{status: 200, body: profile.Objected{}, says: "Objected before."}, {status: 201, body: profile.Objected{}, says: "A breach case is open."},
	},
	"POST /api/account/email/code":                  done,
	"POST /api/account/mobile":                      {{status: 202, body: profile.AskedCode{}, says: "A code is on its way."}},
	"POST /api/account/mobile/code":                 done,
	"DELETE /api/account/mobile":                    done,
	"DELETE /api/account/sessions":                  done,
	"DELETE /api/account/sessions/{session}":        done,
	"DELETE /api/account/acting/{person}":           done,
	"POST /api/account/password":                    done,
	"POST /api/account/password-reset":              {{status: 202, body: profile.AskedReset{}, says: "A code is on its way to the account's address."}},
	"POST /api/account/password-reset/confirmation": done,
	"POST /api/account/leaving":                     {{status: 200, body: profile.Left{}}},
	"POST /api/account/representatives": {
		{status: 200, body: profile.Representative{}, says: "Named before."}, {status: 201, body: profile.Representative{}},
	},
	"POST /api/account/webhooks":                                    signedAct(201, webhooks.Webhook{}),
	"DELETE /api/account/webhooks/{webhook}":                        done,
	"POST /api/account/webhooks/{webhook}/ping":                     {{status: 202, says: "It is on its way."}},
	"DELETE /api/account/representatives/{representative}":          done,
	"POST /api/account/representatives/{representative}/invitation": {{status: 202, body: profile.Representative{}}},
	"POST /api/representative/refusal":                              done,
	"GET /api/representative/unsubscribe/{token}":                   {{status: 303, says: "The page where the reader is asked first."}},
	"POST /api/representative/unsubscribe/{token}":                  done,
	"POST /api/support": {
		{status: 200, body: support.Taken{}, says: "Taken before: the first one's ticket."}, {status: 201, body: support.Taken{}},
	},

	"PUT /api/filings/{id}":              {{status: 201, body: filings.View{}, says: "The draft, as it is by now: a repeat finds its own."}},
	"DELETE /api/filings/{id}":           done,
	"POST /api/filings/{id}/copy":        {{status: 201, body: filings.View{}, says: "The draft, as it is by now: a repeat finds its own."}},
	"GET /api/filings/{id}/files/{file}": leads,
	"GET /api/filings/{id}/receipt":      {{status: 200, body: Receipt{}}},
	"GET /api/filings/{id}/receipt.pdf":  {{status: 200, media: "application/pdf"}},
	"POST /api/filings/{id}/seal": {
		{status: 200, either: []any{Receipt{}, fileclaim.Pending{}}, says: "A repeat: the same answer as the first."},
		{status: 201, body: Receipt{}, says: "Sealed: the receipt."},
		{status: 202, body: fileclaim.Pending{}, says: "The signature is kept; others are missing."},
	},

	"GET /api/registry/filings/{id}/files/{file}": leads,
	"DELETE /api/registry/filings/{id}/lease":     done,
	"POST /api/registry/filings/{id}/handover":    done,
	"POST /api/registry/filings/{id}/acts": {{
		status: 200, either: []any{registry.RulingDraft{}, registry.View{}},
		says: "The filing as it is after the act; or, of a ruling without a signature, what there is to sign: send the same request with its signature.",
	}},

	"GET /api/cases/{id}/papers/{paper}/files/{file}": leads,

	"GET /api/maintenance/{id}/certificate":         {{status: 200, body: Certificate{}}},
	"POST /api/admin/maintenance":                   signedAct(201, maintenance.Window{}),
	"PUT /api/admin/maintenance/{id}":               signedAct(200, maintenance.Window{}),
	"POST /api/admin/maintenance/{id}/cancellation": {{status: 200, body: maintenance.Window{}}},
	"POST /api/admin/maintenance/{id}/approval":     signedAct(200, maintenance.Window{}),

	"POST /api/admin/accounts": {
		{status: 200, body: admin.Account{}, says: "Prepared in the same way before."}, {status: 201, body: admin.Account{}},
	},
	"POST /api/admin/accounts/{id}/status":                    signedAct(202, admin.Account{}),
	"POST /api/admin/accounts/{id}/rights/{right}":            signedAct(202, admin.Account{}),
	"POST /api/admin/accounts/{id}/rights/{right}/approval":   signedAct(200, admin.Account{}),
	"POST /api/admin/accounts/{id}/rights/{right}/withdrawal": signedAct(200, admin.Account{}),
	"POST /api/admin/agreements":                              {{status: 201, body: admin.Draft{}}},
	"POST /api/admin/agreements/{id}/approval":                signedAct(201, admin.Version{}),
	"POST /api/admin/agreements/{id}/withdrawal":              done,
	"POST /api/admin/breaches":                                signedAct(201, admin.Breach{}),
	"POST /api/admin/breaches/{breach}/closing":               signedAct(200, admin.Breach{}),
}

// raw is a route whose handler is no endpoint.
type raw struct {
	id, summary, description string
	request                  any // whose fields are bound as an endpoint's
	body                     string
	most                     int64
	answers                  []reply
}

var raws = map[string]raw{
	"POST /api/facts/{lang}": {
		id: "factsPage", summary: "The facts of a receipt as a page", description: "What the form of the page of facts sends, for a browser without a script.",
		request: struct {
			Lang      string `path:"lang" json:"-"`
			TicketNo  string `form:"ticket" json:"-"`
			CheckCode string `form:"code" json:"-"`
		}{},
		body: "application/x-www-form-urlencoded", most: 16 << 10,
		answers: []reply{{status: 200, media: "text/html", says: "The page."}},
	},
	"GET /maintenance.atom": {
		id: "maintenanceAtom", summary: "Windows of maintenance as a feed", description: "RFC 4287, for feed readers.",
		request: feed{}, answers: []reply{{status: 200, media: "application/atom+xml", says: "The feed."}},
	},
	"GET /maintenance.ics": {
		id: "maintenanceCalendar", summary: "Windows of maintenance as a calendar", description: "RFC 5545, for calendars that subscribe.",
		request: feed{}, answers: []reply{{status: 200, media: "text/calendar", says: "The calendar."}},
	},
}

type feed struct {
	Lang string `query:"lang" json:"-"`
}
