package night

import "time"

// What AWS gives and no quota changes. Sources: DynamoDB Developer Guide, "Best practices for designing
// partition keys"; Lambda Developer Guide, "Understanding Lambda function scaling".
const (
	PartitionWrites = 1000.0 // write units a second of one partition, so of one key
	PartitionReads  = 3000.0 // read units a second

	RequestsPerEnvironment = 10.0   // a second, that Lambda counts for each concurrent execution of a function
	NewEnvironments        = 100.0  // of one function a second
	ShardRecords           = 1000.0 // write units a second of a table for each shard of its stream
)

// What CloudFront takes by default for each distribution. Public pages, assets and fingerprinted scripts
// come from there (DESIGN: nothing between a person and the deadline), so that Acts has none of them.
const EdgeRequests = 250_000.0

// What a browser asks for that has nothing of the office yet: pages and assets, counted on the pages from
// signing in to the receipt. Assets are fingerprinted, so half of the filers have them.
const (
	ColdBrowser = 47.0
	Cold        = 0.5
	WarmBrowser = 6.0
)

// What this office chose.
const (
	Headroom     = 2.0            // concurrency beside what the mean duration needs: stores are slowest on such nights
	ToldWithin   = 24 * time.Hour // a receipt's mail: article 127 of the Civil Procedure Code gives a day
	OutboxShards = 64             // store.OutboxShards
	SentShards   = 16             // store.SentShards
	ExpiryShards = 16             // store.ExpiryShards
	QueueShards  = 4              // store.QueueShards
	BusiestCourt = 0.2            // share of one court of 380 in all filings
)
