// Package schema names the office's tables, bucket and queues once, as data.
//
// The store, the local host and the CDK app read the same values, so a table can't be
// created with one key and queried with another. The package imports only the standard
// library and knows no AWS client.
package schema

import (
	"strings"
	"time"
)

// Table is one DynamoDB table by its logical name. The deployed name comes from the
// environment variable Env, which infra sets for every function that may touch it.
type Table struct {
	Name   string // logical name: "accounts"
	Env    string // variable that holds the deployed name: "ACCOUNTS_TABLE"
	Stream bool   // new and old images are needed by a function

	// What it and its index take at once in production: an on-demand table grows by itself, but begins
	// at NewWrites and NewReads and takes half an hour to double. It can be raised, never lowered.
	Warm, WarmIndex Throughput
}

// Throughput is in DynamoDB's units a second; zero means what a new table has.
type Throughput struct{ Reads, Writes int }

// What a new on-demand table takes at once.
const (
	NewWrites = 4000
	NewReads  = 12_000
)

// Appended returns the prefixes of partition keys under which items are only ever put, each once.
func (t Table) Appended() []string {
	switch t {
	case Filings:
		return []string{Seals, Events, Docket}
	case Accounts:
		return []string{Breaches}
	case Site:
		return []string{Audits, Keys}
	}
	return nil
}

// Word is the first word of a partition's key, by which grants name partitions: "FILING#" of "FILING#<id>", the
// whole key where it has one word.
func Word(pk string) string {
	word, _, more := strings.Cut(pk, "#")
	if more {
		word += "#"
	}
	return word
}

// Every table has the same shape: string keys PK and SK, one global secondary index GSI1
// (GSI1PK, GSI1SK, all attributes projected), time to live in TTL (epoch seconds, a number),
// on-demand billing. A reader filters on TTL itself: expiry may lag by days.
const (
	PK     = "PK"
	SK     = "SK"
	Index  = "GSI1"
	GSI1PK = "GSI1PK"
	GSI1SK = "GSI1SK"
	TTL    = "TTL"
)

// The three tables, split by who may touch them.
var (
	// Accounts holds accounts, credentials, sessions, challenges used, acceptances, contacts
	// and the outbox of notices to their holders.
	Accounts = Table{
		Name: "accounts", Env: "ACCOUNTS_TABLE", Stream: true,
		Warm: Throughput{Reads: 120_000, Writes: 40_000}, WarmIndex: Throughput{Writes: 24_000},
	}
	// Filings holds filings, their documents, seals, events and the outbox of notices.
	Filings = Table{
		Name: "filings", Env: "FILINGS_TABLE", Stream: true,
		Warm: Throughput{Reads: 120_000, Writes: 240_000}, WarmIndex: Throughput{Writes: 40_000},
	}
	// Site holds agreement versions, maintenance windows, the audit and the outbox of what
	// concerns everyone.
	Site = Table{Name: "site", Env: "SITE_TABLE", Stream: true}
)

// Partitions of Filings that are only added to: what was signed, and what happened.
const (
	Seals  = "SEAL#"
	Events = "EVENT#"
	Docket = "DOCKET#" // what happened in cases, and who looked into them
)

// Breaches are the partitions of Accounts that are only added to: breach cases and what is held as
// their evidence.
const Breaches = "BREACH#"

// Audits are the partitions of Site with what administrators did.
const Audits = "AUDIT#"

// Keys is the partition of Site with the keys that sign receipts and certificates.
const Keys = "KEYS#"

// Tables lists every table in the order infra creates them.
var Tables = []Table{Accounts, Filings, Site}

// Bucket is one S3 bucket by its logical name. Every bucket keeps versions and has no public access.
type Bucket struct {
	Name    string
	Env     string
	Lock    bool          // Object Lock is on: a locked version can't be deleted
	Uploads bool          // browsers may upload, and what no seal came to depend on is forgotten: see Unsealed
	Retain  time.Duration // whole days every object is locked from when it is written; 0 leaves that to who locks it
	Apart   bool          // has a key of its own and, in production, a copy in another account and region

	Edge bool // readers have it through the edge: it is nobody's secret, and encrypted with S3's key

	Objects []string // keys of what it keeps, nil for a bucket of many
}

// Retention is how long what was filed can't be deleted. The law's own terms of keeping run from the
// end of a case, which nobody knows yet; ten years outlast any case, and longer keeping is the
// archive's matter.
const Retention = 10 * 365 * 24 * time.Hour

// Documents keeps uploaded documents: CORS is open to the portal's origin for PUT with checksum headers.
var Documents = Bucket{Name: "documents", Env: "DOCUMENTS_BUCKET", Lock: true, Uploads: true}

// Evidence keeps what a court may need of each sealed filing a second time: signatures, receipt, form,
// statement, documents and what was found out about them afterwards. Nothing in it can be changed.
var Evidence = Bucket{Name: "evidence", Env: "EVIDENCE_BUCKET", Lock: true, Retain: Retention, Apart: true}

// What is put into Documents carries the tag Unsealed with the value UnsealedValue, until a seal
// depends on it and it is locked. With the tag it goes UnsealedDays after it was put there: a draft
// lives 365 at most.
const (
	Unsealed      = "unsealed"
	UnsealedValue = "yes"
	UnsealedDays  = 400
)

// UploadHeaders are the request headers a browser sends with an upload, all of them signed. The
// bucket's CORS rule allows these and no other.
var UploadHeaders = []string{
	"cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires",
	"if-none-match", "x-amz-checksum-sha256", "x-amz-sdk-checksum-algorithm", "x-amz-tagging",
}

// Status keeps the static status page and what is announced of maintenance, rewritten often. At the
// edge their addresses are their keys.
var Status = Bucket{Name: "status", Env: "STATUS_BUCKET", Edge: true, Objects: []string{StatusPage, Announced, PublishedKeys}}

// Keys of Status.
const (
	StatusPage = "status"
	Announced  = "maintenance.json"
	// PublishedKeys is all that is needed to check what the office ever signed: receipt.Published.
	PublishedKeys = "keys.json"
)

// Assets keeps the public pages, and what pages load, of every version that was deployed: at the edge their
// address is their key.
var Assets = Bucket{Name: "assets", Env: "ASSETS_BUCKET", Edge: true}

// PagesList is the key of Assets under which stands which pages are there, and what of them was written. It
// has no address at the edge.
const PagesList = "pages.json"

// Trust keeps the revocation lists, the object RevocationLists: written by one function, read by all
// that verify signatures, and believed by them.
var Trust = Bucket{Name: "trust", Env: "TRUST_BUCKET", Objects: []string{RevocationLists}}

// RevocationLists is the key of the lists in Trust.
const RevocationLists = "revocation.lists"

// Outages keeps the outage record (package outage), written each minute by the function probe where that
// runs: in another region than the office, so that the record is readable, and goes on, when the office
// is not. Each version is locked for three years, the general limitation period (Civil Code 178): what was
// once recorded can be held against what is. It is none of Buckets, which are the office's.
var Outages = Bucket{Name: "outages", Env: "OUTAGES_BUCKET", Lock: true, Retain: 3 * 365 * 24 * time.Hour, Edge: true}

// OutageRecord is the key of the list of outages.
const OutageRecord = "outages.json"

// OutageDay is the key of the minutes of a day, "2026-11-30".
func OutageDay(day string) string { return "outages/" + day + ".json" }

// Buckets lists every bucket of the office's region.
var Buckets = []Bucket{Documents, Evidence, Status, Assets, Trust}

// Queue is one SQS queue by its logical name. It keeps messages for 14 days.
type Queue struct {
	Name string
	Env  string // variable that holds the queue's URL; "" for dead letters, which no function names
}

// Queues of outbox events, by what their readers do: see outbox.Rows.
var (
	Notices       = Queue{Name: "notices", Env: "NOTICES_QUEUE"}             // mail and text messages that someone waits for
	Receipts      = Queue{Name: "receipts", Env: "RECEIPTS_QUEUE"}           // mail that a filing was sent, that a draft goes
	News          = Queue{Name: "news", Env: "NEWS_QUEUE"}                   // mail of maintenance to its subscribers
	Locks         = Queue{Name: "locks", Env: "LOCKS_QUEUE"}                 // documents to lock
	Verifications = Queue{Name: "verifications", Env: "VERIFICATIONS_QUEUE"} // filings to verify after their receipt
	Copies        = Queue{Name: "copies", Env: "COPIES_QUEUE"}               // what is to be kept a second time
	Openings      = Queue{Name: "openings", Env: "OPENINGS_QUEUE"}           // filings received, to be found by their parties; what courts did with them: cases to open, papers for theirs
	Webhooks      = Queue{Name: "webhooks", Env: "WEBHOOKS_QUEUE"}           // events to be posted to the addresses of organisations: see package webhook; by notify, not by an outbox
	Holds         = Queue{Name: "holds", Env: "HOLDS_QUEUE"}                 // breach cases whose log lines are to be held
	Pages         = Queue{Name: "pages", Env: "PAGES_QUEUE"}                 // changes that pages speak of
)

// Reports takes what the services of mail and text messages tell of messages they took: see package
// delivery. It is no outbox's.
var Reports = Queue{Name: "reports", Env: "REPORTS_QUEUE"}

// RelayDeadLetters receives the positions of stream records that relay gave up.
var RelayDeadLetters = Queue{Name: "relay-dead-letters"}

// Uploads takes what the documents bucket tells of each upload: S3's event notification as JSON.
var Uploads = Queue{Name: "uploads", Env: "UPLOADS_QUEUE"}

// UploadsPrefix is the prefix of the keys that are told of.
const UploadsPrefix = "filings/"

// UploadEvents are what is told: an object is there, in one request, of parts or from another filing.
var UploadEvents = []string{"s3:ObjectCreated:Put", "s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectCreated:Copy"}

// InspectDeadLetters receives what inspect could not look at after all retries.
var InspectDeadLetters = Queue{Name: "inspect-dead-letters"}

// NotifyDeadLetters receives what notify could not deliver after all retries.
var NotifyDeadLetters = Queue{Name: "notify-dead-letters"}

// LockDeadLetters receives what lock-documents could not lock after all retries.
var LockDeadLetters = Queue{Name: "lock-dead-letters"}

// CopyDeadLetters receives what keep-evidence could not keep after all retries.
var CopyDeadLetters = Queue{Name: "copy-dead-letters"}

// VerificationDeadLetters receives what verify-filing could not verify after all retries.
var VerificationDeadLetters = Queue{Name: "verification-dead-letters"}

// OpeningDeadLetters receives the filings and acts on them of which cases could make nothing after all retries.
var OpeningDeadLetters = Queue{Name: "opening-dead-letters"}

// HoldDeadLetters receives the breach cases whose log lines hold-log could not hold after all retries.
var HoldDeadLetters = Queue{Name: "hold-dead-letters"}

// WebhookDeadLetters receives the events that deliver-webhooks could not even try to post after all retries.
var WebhookDeadLetters = Queue{Name: "webhook-dead-letters"}

// PageDeadLetters receives what changed and publish could not write after all retries.
var PageDeadLetters = Queue{Name: "page-dead-letters"}

// Queues lists every queue.
var Queues = []Queue{
	Uploads, Notices, Receipts, News, Locks, Copies, Verifications, Openings, Holds, Webhooks, Pages, Reports, InspectDeadLetters, RelayDeadLetters, NotifyDeadLetters, LockDeadLetters, CopyDeadLetters, VerificationDeadLetters, OpeningDeadLetters, HoldDeadLetters, WebhookDeadLetters, PageDeadLetters,
}
