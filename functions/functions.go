// Package functions is the table of everything the office deploys: one row per function.
//
// The CDK app, the local host, IAM, the README's table and the route mux are derived from it.
// It is data only: it imports no handler and no AWS client.
package functions

import (
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Access is what a function may do with a table or a bucket. Each value names a fixed set of
// IAM actions (see infra/cdk), never a wildcard.
type Access string

const (
	Read      Access = "read"       // GetItem, Query, BatchGetItem; s3:GetObject, and s3:ListBucket to tell what is absent
	Write     Access = "write"      // Read and PutItem, UpdateItem, DeleteItem, ConditionCheckItem
	Update    Access = "update"     // Read and UpdateItem
	Add       Access = "add"        // Update and PutItem
	AddOnly   Access = "add-only"   // GetItem, Query and PutItem under the prefixes of Appends alone
	Verdicts  Access = "verdicts"   // PutItem under keys "VERDICT#…" only
	Upload    Access = "upload"     // s3:PutObject and listing uploads in parts, used to presign
	HeadOnly  Access = "head"       // s3:GetObject and s3:GetObjectVersion for HeadObject with checksum
	List      Access = "list"       // s3:ListBucketVersions
	Remove    Access = "remove"     // s3:DeleteObject
	SetRetain Access = "set-retain" // s3:PutObjectRetention, s3:GetObjectRetention and s3:DeleteObjectVersionTagging
)

// TableGrant lets a function touch one table. Under the prefixes of schema.Table.Appended no
// function changes or deletes an item, and only those of Appends it may put.
type TableGrant struct {
	Table   schema.Table
	Access  Access
	Appends []string // of Table.Appended()
}

// BucketGrant lets a function touch one bucket.
type BucketGrant struct {
	Bucket schema.Bucket
	Access []Access
}

// Stream makes a function a consumer of a table's stream.
type Stream struct {
	Table       schema.Table
	EventNames  []string      // of INSERT, MODIFY, REMOVE
	SKPrefix    string        // only records whose new image has an SK with this prefix reach the function
	BatchSize   int           // records
	Retries     int           // attempts after the first for a failing batch
	MaxAge      time.Duration // a record older than this goes to DeadLetters
	Bisect      bool          // halve a failing batch
	DeadLetters schema.Queue  // receives the position of records given up
}

// Queue makes a function the reader of a queue. A message whose handling fails comes again, later
// each time; after Receives it goes to DeadLetters, and what the outbox still awaits is sent anew
// by relay's sweep.
type Queue struct {
	Queue       schema.Queue
	BatchSize   int           // messages at a time, at most 10 without a Window
	Window      time.Duration // how long a batch may gather, whole seconds, at most 300
	Concurrency int           // batches at a time, 2 to 1000
	Receives    int           // 1 to 1000
	Pause       time.Duration // the longest between two tries of a message; 0 is an hour
	DeadLetters schema.Queue
}

// Schedule makes a function run by the clock. Its payload is {"schedule": Name, "time": the
// instant it was due, RFC 3339}: the function takes the time from there.
type Schedule struct {
	Name  string        // kebab-case, of its own within the function
	Every time.Duration // whole minutes
}

// Function is one deployed Lambda function.
type Function struct {
	Name      string   // kebab-case folder under functions/
	Does      string   // one line for the README's table
	Routes    []string // net/http patterns, also API Gateway v2 route keys: "POST /api/filings/{id}/seal"
	Streams   []Stream // tables whose changes it is given
	Queues    []Queue  // queues it reads
	Schedules []Schedule
	Memory    int // MB
	Timeout   time.Duration
	Reserved  int  // reserved concurrent executions, 0 for none
	Canary    bool // a new version is given a tenth of the requests first, and none when it fails
	Open      bool // a maintenance window never stops its writes: signing in, filings before the seal, administration
	Tables    []TableGrant
	Buckets   []BucketGrant
	Sends     []schema.Queue // queues it may send to
	Mail      bool           // may call ses:SendEmail from MAIL_FROM
	Signs     string         // purpose of the keys it may open and sign with, as package receipt names it; "" for none
	Issues    bool           // may have the root certify keys, and seal them
	SMS       bool           // may call sms-voice:SendTextMessage from SMS_SENDER
	Logs      bool           // may query the logs of LOG_GROUPS: logs:StartQuery, logs:GetQueryResults
	Env       []string       // variables beyond those of its tables and buckets, see Env
}

// Variables that functions read beside the names of their tables and buckets. infra sets
// exactly those that a row lists.
const (
	EnvStage        = "STAGE"         // "production" or "test": production refuses test anchors
	EnvTrustDir     = "TRUST_DIR"     // folder of trust anchors, CA certificates and CRLs; on Lambda inside the package
	EnvListsEvery   = "LISTS_EVERY"   // seconds between two looks at the revocation lists in the trust bucket
	EnvCRLURLs      = "CRL_URLS"      // addresses of full and delta lists, separated by spaces; empty fetches none
	EnvTSPURL       = "TSP_URL"       // time-stamping authority (RFC 3161); empty stamps nothing
	EnvOCSPURL      = "OCSP_URL"      // responder asked when the lists have ended; empty asks nobody
	EnvIndexKey     = "INDEX_KEY"     // 32 bytes hex: root of the keys of package indexkey
	EnvChallengeKey = "CHALLENGE_KEY" // 32 bytes hex: MAC key of challenges
	EnvSigningRoot  = "SIGNING_ROOT"  // key of the key service that certifies keys, by its ARN or alias
	EnvSigningKeys  = "SIGNING_KEYS"  // key of the key service under which private keys are kept, likewise
	EnvEarlierKeys  = "EARLIER_KEYS"  // public keys of before there were roots, separated by spaces: a purpose, a colon and the base64 of 32 bytes; may be empty
	EnvMailFrom     = "MAIL_FROM"     // RFC 5322 address notices are sent from
	EnvSupportMail  = "SUPPORT_MAIL"  // address requests to support are mailed to, and shown to people (agreement 5.3)
	EnvSMSSender    = "SMS_SENDER"    // sender id text messages come from: 1 to 11 letters, digits and hyphens
	EnvMailRate     = "MAIL_RATE"     // announcements sent a second: what SES grants, less NOTICE_RATE and a reserve for the queue notices
	EnvNoticeRate   = "NOTICE_RATE"   // receipts and news of maintenance sent a second, all processes together
	EnvPortalURL    = "PORTAL_URL"    // address of the office, written into notices and what is signed, no trailing slash
	EnvNCALayerURL  = "NCALAYER_URL"  // websocket the portal signs through; empty means NCALayer's own
	EnvOriginKeys   = "ORIGIN_KEYS"   // keys of the edge, separated by spaces: a request without one is refused; "open" where no edge stands before the API
	EnvEGovMobile   = "EGOV_MOBILE"   // what opens a code in eGov Mobile and, behind a space, in eGov Business on the same device: its address is appended; empty leaves QR codes
	EnvPublisher    = "PUBLISHER"     // JSON of who publishes the pages: {"name": {"kk": …}, "address": {"kk": …}, "phone": …, "bin": …, "links": {…}}; may be empty
	EnvLogGroups    = "LOG_GROUPS"    // log groups of the functions with routes, separated by spaces
	EnvProbeKey     = "PROBE_KEY"     // secret of the region that the probe signs in with: its ARN or name
	EnvReceivers    = "RECEIVERS"     // where hosts under the name "test" are on a machine of trials, as webhook.ParseTrial reads it; empty anywhere else, and production starts with nothing else
	EnvSMSSet       = "SMS_SET"       // configuration set that reports of text messages go by; empty has none
)

// All has one row per function, in the order the README lists them.
var All = []Function{
	{
		Name:    "sign-in",
		Open:    true,
		Does:    "challenge, EDS and password sign-in, session, sign-out",
		Routes:  []string{"POST /api/sign-in/document", "POST /api/sign-in", "POST /api/sign-in/password", "GET /api/session", "DELETE /api/session"},
		Memory:  512,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Write}, {Table: schema.Site, Access: Read}},
		Buckets: []BucketGrant{{schema.Trust, []Access{Read}}},
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvOCSPURL, EnvIndexKey, EnvChallengeKey, EnvPortalURL},
	},
	{
		Name:    "passkey",
		Open:    true, // as signing in is
		Does:    "passkeys: added with the EDS, listed, taken away; signing in with one, to read and draft",
		Routes:  []string{"POST /api/sign-in/passkey/challenge", "POST /api/sign-in/passkey", "GET /api/passkeys", "POST /api/passkeys/document", "POST /api/passkeys", "DELETE /api/passkeys/{passkey}"},
		Memory:  512,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Write}, {Table: schema.Site, Access: Read}},
		Buckets: []BucketGrant{{schema.Trust, []Access{Read}}},
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvChallengeKey, EnvPortalURL},
	},
	{
		Name: "mobile-signing",
		Open: true, // as signing in is; an act that is stopped is stopped where its signature goes
		Does: "carries a document to eGov Mobile on a phone and the signature back to the browser that asked",
		Routes: []string{
			"POST /api/mobile-signing", "POST /api/mobile-signing/{id}/progress", "POST /api/mobile-signing/{id}/digits", "POST /api/mobile-signing/{id}/cancellation",
			"GET /api/mobile-signing/{id}", "GET /api/mobile-signing/{id}/document/{opening}", "PUT /api/mobile-signing/{id}/document/{opening}",
		},
		Memory:  256,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Add}},
		Env:     []string{EnvIndexKey, EnvPortalURL, EnvPublisher, EnvEGovMobile},
	},
	{
		Name:    "accept-agreement",
		Does:    "serves the agreement in force and the coming one, records a signed acceptance",
		Routes:  []string{"GET /api/agreement", "POST /api/agreement/acceptance/document", "POST /api/agreement/acceptance"},
		Memory:  256,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Write}, {Table: schema.Site, Access: Read}},
		Buckets: []BucketGrant{{schema.Trust, []Access{Read}}},
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvChallengeKey, EnvPortalURL},
	},
	{
		Name: "register",
		Does: "keeps the registration form while it is typed, completes it signed; sets the password",
		Routes: []string{
			"GET /api/registration/form", "PUT /api/registration/form", "DELETE /api/registration/form",
			"POST /api/registration/document", "POST /api/registration",
		},
		Memory:  512,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Write}, {Table: schema.Site, Access: Read}},
		Buckets: []BucketGrant{{schema.Trust, []Access{Read}}},
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvChallengeKey, EnvPortalURL},
	},
	{
		Name: "account",
		Open: true, // protecting one's account, stopping copies and asking for help can't wait
		Does: "shows an account to its holder; verified address and number, objections, breach cases, sessions, password and its reset by EDS, trusted representatives, export, leaving; takes requests to support",
		Routes: []string{
			"GET /api/account", "POST /api/account/email", "POST /api/account/email/code", "POST /api/account/email/objection", "POST /api/contact-objection",
			"POST /api/account/mobile", "POST /api/account/mobile/code", "DELETE /api/account/mobile",
			"GET /api/account/sessions", "DELETE /api/account/sessions", "DELETE /api/account/sessions/{session}",
			"DELETE /api/account/acting/{person}",
			"POST /api/account/password", "POST /api/account/password-reset/document", "POST /api/account/password-reset", "POST /api/account/password-reset/confirmation",
			"GET /api/account/audit", "GET /api/account/breaches", "GET /api/account/export", "POST /api/account/leaving/document", "POST /api/account/leaving",
			"GET /api/account/representatives", "POST /api/account/representatives",
			"DELETE /api/account/representatives/{representative}", "POST /api/account/representatives/{representative}/invitation",
			"POST /api/representative", "POST /api/representative/consent", "POST /api/representative/refusal",
			"GET /api/representative/unsubscribe/{token}", "POST /api/representative/unsubscribe/{token}",
			"POST /api/support", "GET /api/support", "POST /api/support/state",
		},
		Memory:  512,
		Timeout: 10 * time.Second,
		Tables: []TableGrant{
			{Table: schema.Accounts, Access: Write, Appends: []string{schema.Breaches}}, {Table: schema.Site, Access: Read},
			{Table: schema.Filings, Access: Write, Appends: []string{schema.Events}}, // Write: leaving takes manifests back
		},
		Buckets: []BucketGrant{{schema.Documents, []Access{HeadOnly}}, {schema.Trust, []Access{Read}}}, // Documents: forms that were sent, for the export
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvChallengeKey, EnvPortalURL},
	},
	{
		Name: "webhooks",
		Open: true, // to stop what goes to a machine can't wait
		Does: "the addresses at which an organisation's own program is told, for its head: added by EDS, paused, resumed, tried, removed; how the last deliveries went",
		Routes: []string{
			"GET /api/account/webhooks", "POST /api/account/webhooks", "DELETE /api/account/webhooks/{webhook}",
			"POST /api/account/webhooks/{webhook}/pause", "POST /api/account/webhooks/{webhook}/resumption", "POST /api/account/webhooks/{webhook}/ping",
		},
		Memory:  512,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Write}, {Table: schema.Site, Access: Read}},
		Buckets: []BucketGrant{{schema.Trust, []Access{Read}}},
		Sends:   []schema.Queue{schema.Hooks},
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvChallengeKey, EnvPortalURL},
	},
	{
		Name: "deliver-webhooks",
		Does: "posts events to the addresses of organisations, signed, for a day until they are taken; pauses an address that takes nothing",
		// A receiver may take five seconds for each of a batch.
		Queues:  []Queue{{Queue: schema.Hooks, BatchSize: 5, Concurrency: 20, Receives: 30, DeadLetters: schema.HookDeadLetters}},
		Memory:  256,
		Timeout: time.Minute,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Add}, {Table: schema.Site, Access: Read}}, // Site: the keys
		Signs:   "webhook",
		Env:     []string{EnvStage, EnvSigningKeys, EnvReceivers},
	},
	{
		Name: "filings",
		Open: true,
		Does: "filings around the seal: edit by sections, upload grants, check, manifest, who signs; list, timeline, receipt, downloads; drafts that go soon",
		Routes: []string{
			"PUT /api/filings/{id}", "GET /api/filings/{id}", "DELETE /api/filings/{id}", "GET /api/filings",
			"PUT /api/filings/{id}/sections/{section}", "POST /api/filings/{id}/copy",
			"PUT /api/filings/{id}/documents/{document}", "DELETE /api/filings/{id}/documents/{document}",
			"POST /api/filings/{id}/documents/{document}/completion", "GET /api/filings/{id}/files/{file}",
			"GET /api/filings/{id}/check", "POST /api/filings/{id}/manifest", "GET /api/filings/{id}/manifest",
			"GET /api/signatures", "GET /api/filings/{id}/receipt", "GET /api/filings/{id}/receipt.pdf", "GET /api/filings/{id}/receipt-paper",
		},
		Memory:    512,
		Timeout:   20 * time.Second,                               // a copy copies documents
		Schedules: []Schedule{{Name: "expiry", Every: time.Hour}}, // whose draft goes soon
		Tables: []TableGrant{
			{Table: schema.Filings, Access: Write, Appends: []string{schema.Seals, schema.Events}},
			{Table: schema.Accounts, Access: Update}, {Table: schema.Site, Access: Read}, // Update: a session used here does not idle
		},
		Buckets: []BucketGrant{{schema.Documents, []Access{Upload, HeadOnly}}},
		Env:     []string{EnvStage, EnvIndexKey, EnvPortalURL},
	},
	{
		Name:     "file-claim",
		Does:     "seals a filing: verifies the signed manifest and issues the receipt; tells what became of a manifest",
		Routes:   []string{"POST /api/filings/{id}/seal", "POST /api/filings/{id}/outcome"},
		Memory:   512,
		Timeout:  10 * time.Second,
		Reserved: 700, // the modelled peak takes 550: infra/night
		Canary:   true,
		Tables: []TableGrant{
			{Table: schema.Filings, Access: Write, Appends: []string{schema.Seals, schema.Events}},
			{Table: schema.Site, Access: Read}, // windows of maintenance, kept in memory
		},
		Buckets: []BucketGrant{{schema.Trust, []Access{Read}}},
		Signs:   "receipt",
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvSigningKeys},
	},
	{
		Name: "registry",
		Open: true, // what a court does with what came in can't wait for the office
		Does: "the court's side: the queue of a court, search by party, a filing on one screen, the acts of clerks and judges on it; papers that came on paper, as a clerk scanned and entered them",
		Routes: []string{
			"GET /api/registry/queue", "GET /api/registry/search", "POST /api/registry/parties", "GET /api/registry/overview",
			"POST /api/registry/filings/{id}/handover", "GET /api/registry/filings/{id}", "GET /api/registry/filings/{id}/files/{file}",
			"POST /api/registry/filings/{id}/lease", "DELETE /api/registry/filings/{id}/lease", "POST /api/registry/filings/{id}/acts",
			"POST /api/registry/filings/{id}/ruling",
			"GET /api/registry/papers", "POST /api/registry/papers", "POST /api/registry/papers/scans",
		},
		Memory:  512,
		Timeout: 10 * time.Second,
		Tables: []TableGrant{
			{Table: schema.Filings, Access: Write, Appends: []string{schema.Seals, schema.Events, schema.Docket}}, // Seals: a ruling as it was signed; Docket: in whose cases was looked
			{Table: schema.Accounts, Access: Add}, {Table: schema.Site, Access: Add, Appends: []string{schema.Audits}}, // Add: what was read is in the audit
		},
		Buckets: []BucketGrant{{schema.Documents, []Access{Upload, HeadOnly}}, {schema.Trust, []Access{Read}}},
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvChallengeKey, EnvPortalURL},
	},
	{
		Name:    "inspect",
		Does:    "looks at uploaded documents: what they are, whether they open, what in them acts by itself",
		Queues:  []Queue{{Queue: schema.Uploads, BatchSize: 1, Concurrency: 10, Receives: 5, DeadLetters: schema.InspectDeadLetters}},
		Memory:  1024, // over half a processor; a hostile file may take 400 MB
		Timeout: time.Minute,
		Tables:  []TableGrant{{Table: schema.Filings, Access: Verdicts}},
		Buckets: []BucketGrant{{schema.Documents, []Access{HeadOnly}}},
	},
	{
		Name: "relay",
		Does: "copies events from the outboxes to the queues of those who do what follows; sweeps up what was not done",
		Streams: []Stream{
			outboxOf(schema.Accounts), outboxOf(schema.Filings), outboxOf(schema.Site),
		},
		Schedules: []Schedule{{Name: "sweep", Every: 5 * time.Minute}},
		Memory:    256,
		Timeout:   time.Minute,
		Tables:    []TableGrant{{Table: schema.Accounts, Access: Update}, {Table: schema.Filings, Access: Update}, {Table: schema.Site, Access: Update}},
		Sends:     []schema.Queue{schema.Notices, schema.Receipts, schema.News, schema.Locks, schema.Copies, schema.Verifications, schema.Openings, schema.Holds, schema.Pages},
	},
	{
		Name: "cases",
		Open: true, // what is served has its term, maintenance or not
		Does: "opens cases from accepted filings and takes later papers in; shows cases to parties and the court, keeps card, terms, service and by whom a court finds them; each working morning has staff told what is due, parties reminded of addresses and authorities",
		Routes: []string{
			"GET /api/cases", "GET /api/cases/{id}", "GET /api/cases/{id}/papers/{paper}/files/{file}",
			"GET /api/court/cases", "POST /api/cases/{id}/acts",
		},
		Queues:  []Queue{{Queue: schema.Openings, BatchSize: 10, Concurrency: 20, Receives: 30, DeadLetters: schema.OpeningDeadLetters}},
		Memory:  512,
		Timeout: 20 * time.Second,
		// What courts have to do today; most ticks are at no such hour and do nothing.
		Schedules: []Schedule{{Name: "morning", Every: 15 * time.Minute}},
		Tables: []TableGrant{
			{Table: schema.Filings, Access: Write, Appends: []string{schema.Docket, schema.Events}}, // Events: a court order that was set aside
			{Table: schema.Accounts, Access: Add}, {Table: schema.Site, Access: Read},               // Add: what the court's staff is told
		},
		Buckets: []BucketGrant{{schema.Documents, []Access{HeadOnly}}}, // forms of accepted filings, and downloads
		Env:     []string{EnvIndexKey},
	},
	{
		Name:    "lock-documents",
		Does:    "puts the documents of a sent filing under Object Lock",
		Queues:  []Queue{{Queue: schema.Locks, BatchSize: 10, Concurrency: 30, Receives: 30, DeadLetters: schema.LockDeadLetters}},
		Memory:  256,
		Timeout: 30 * time.Second,
		Tables:  []TableGrant{{Table: schema.Filings, Access: Update}}, // Update: the outbox's entry is done
		Buckets: []BucketGrant{{schema.Documents, []Access{SetRetain}}},
		Env:     []string{EnvStage},
	},
	{
		Name: "verify-filing",
		Does: "settles what the seal could not wait for: revocation by lists and OCSP, time stamps, what inspection found; then a filing is received or rejected for technical reasons",
		// A message is tried for days: within minutes of the evidence being there a filing is received.
		Queues:    []Queue{{Queue: schema.Verifications, BatchSize: 10, Concurrency: 50, Receives: 1000, Pause: 5 * time.Minute, DeadLetters: schema.VerificationDeadLetters}},
		Schedules: []Schedule{{Name: "waiting", Every: 5 * time.Minute}},
		Memory:    512,
		Timeout:   2 * time.Minute, // a document of parts may have to be read whole
		Tables:    []TableGrant{{Table: schema.Filings, Access: Add, Appends: []string{schema.Seals, schema.Events}}},
		Buckets:   []BucketGrant{{schema.Documents, []Access{HeadOnly}}, {schema.Trust, []Access{Read}}},
		Env:       []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvOCSPURL, EnvTSPURL},
	},
	{
		Name: "keep-evidence",
		Does: "copies what was filed into the locked evidence bucket: signatures, receipt, form, statement, documents",
		// One filing at a time: its documents may be gigabytes.
		Queues:  []Queue{{Queue: schema.Copies, BatchSize: 1, Concurrency: 150, Receives: 30, DeadLetters: schema.CopyDeadLetters}},
		Memory:  512,
		Timeout: 10 * time.Minute,
		Tables:  []TableGrant{{Table: schema.Filings, Access: Add, Appends: []string{schema.Events}}}, // Add: that it is kept, and the outbox's entry is done
		Buckets: []BucketGrant{{schema.Documents, []Access{HeadOnly}}, {schema.Evidence, []Access{Read, Upload}}},
	},
	{
		Name:      "compare-evidence",
		Does:      "compares the table, the documents and the evidence bucket, all that was ever sent once a day, and reports what differs",
		Schedules: []Schedule{{Name: "compare", Every: 5 * time.Minute}},
		Memory:    512,
		Timeout:   4 * time.Minute,
		Reserved:  1,                                                     // it keeps how far it is
		Tables:    []TableGrant{{Table: schema.Filings, Access: Update}}, // Update: how far it is
		Buckets:   []BucketGrant{{schema.Documents, []Access{List}}, {schema.Evidence, []Access{Read}}},
	},
	{
		Name:    "evidence-file",
		Does:    "hands out the evidence of a filing, or of a case as who asks may see it, as one file that proves itself (ASiC-E): its parts, and a time stamp over the list of them",
		Routes:  []string{"POST /api/filings/{id}/evidence", "POST /api/cases/{id}/evidence"},
		Open:    true,
		Memory:  512,
		Timeout: 20 * time.Second,
		Tables: []TableGrant{
			{Table: schema.Filings, Access: Add, Appends: []string{schema.Docket}},       // quotas; that a case was looked at
			{Table: schema.Accounts, Access: Update}, {Table: schema.Site, Access: Read}, // Update: a session used here does not idle
		},
		Buckets: []BucketGrant{{schema.Documents, []Access{HeadOnly}}, {schema.Trust, []Access{Read}}},
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvTSPURL, EnvIndexKey},
	},
	{
		Name: "notify",
		Does: "turns outbox events into mail for the account and its notification contacts, and text messages; keeps what became of them",
		// A message lives a day of growing pauses, then the sweep has sent another. News of a window
		// goes to thousands, some each time the message comes.
		Queues: []Queue{
			{Queue: schema.Notices, BatchSize: 10, Concurrency: 20, Receives: 30, DeadLetters: schema.NotifyDeadLetters},
			{Queue: schema.Receipts, BatchSize: 10, Concurrency: 24, Receives: 30, DeadLetters: schema.NotifyDeadLetters},
			{Queue: schema.News, BatchSize: 1, Concurrency: 2, Receives: 1000, DeadLetters: schema.NotifyDeadLetters},
			{Queue: schema.Reports, BatchSize: 10, Concurrency: 10, Receives: 30, DeadLetters: schema.NotifyDeadLetters},
		},
		Memory:  256,
		Timeout: 30 * time.Second,
		Tables: []TableGrant{
			{Table: schema.Filings, Access: Write, Appends: []string{schema.Events, schema.Docket}}, {Table: schema.Accounts, Access: Write}, {Table: schema.Site, Access: Write},
		},
		Sends: []schema.Queue{schema.Hooks},
		Mail:  true,
		SMS:   true,
		Env:   []string{EnvMailFrom, EnvNoticeRate, EnvSupportMail, EnvSMSSender, EnvSMSSet, EnvPortalURL, EnvIndexKey},
	},
	{
		Name: "maintenance",
		Open: true,
		Does: "windows of maintenance: published by administrators, shown as JSON, Atom, iCalendar and a static page; certificates of interruptions",
		Routes: []string{
			"GET /api/maintenance", "GET /maintenance.atom", "GET /maintenance.ics",
			"GET /api/maintenance/{id}/certificate",
			"GET /api/maintenance/subscription", "PUT /api/maintenance/subscription",
			"GET /api/admin/maintenance", "POST /api/admin/maintenance", "PUT /api/admin/maintenance/{id}",
			"POST /api/admin/maintenance/{id}/cancellation", "POST /api/admin/maintenance/{id}/approval",
		},
		Memory:  512,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Site, Access: Write, Appends: []string{schema.Audits}}, {Table: schema.Accounts, Access: Update}}, // Update: a session used here does not idle
		Buckets: []BucketGrant{{schema.Status, []Access{Upload}}, {schema.Trust, []Access{Read}}},
		Signs:   "interruption",
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvChallengeKey, EnvPortalURL, EnvSigningKeys},
		// Reminders, and the status page anew.
		Schedules: []Schedule{{Name: "maintenance", Every: time.Minute}},
	},
	{
		Name:      "announce",
		Does:      "tells every account of a published agreement version, at the pace of the mail service",
		Schedules: []Schedule{{Name: "announce", Every: time.Minute}},
		Memory:    1024,             // over half a processor: 500 messages a second take 0.4 of one
		Timeout:   55 * time.Second, // one ends before the next begins
		Reserved:  1,                // so that the whole MAIL_RATE is its own
		Tables:    []TableGrant{{Table: schema.Site, Access: Write}, {Table: schema.Accounts, Access: Write}},
		Mail:      true,
		Env:       []string{EnvMailFrom, EnvMailRate, EnvPortalURL},
	},
	{
		Name: "admin",
		Open: true,
		Does: "what administrators do: accounts and their rights, agreement versions, requests to support, breach cases, the audit",
		Routes: []string{
			"POST /api/admin/accounts", "POST /api/admin/accounts/search", "GET /api/admin/accounts/{id}", "POST /api/admin/accounts/{id}/status",
			"POST /api/admin/accounts/{id}/rights/{right}", "POST /api/admin/accounts/{id}/rights/{right}/approval",
			"POST /api/admin/accounts/{id}/rights/{right}/withdrawal", "GET /api/admin/audit",
			"GET /api/admin/agreements", "POST /api/admin/agreements", "GET /api/admin/agreements/{id}",
			"POST /api/admin/agreements/{id}/approval", "POST /api/admin/agreements/{id}/withdrawal",
			"GET /api/admin/support", "POST /api/admin/support/{ticket}",
			"GET /api/admin/breaches", "POST /api/admin/breaches", "POST /api/admin/breaches/{breach}/closing",
		},
		Memory:  512,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Write, Appends: []string{schema.Breaches}}, {Table: schema.Site, Access: Write, Appends: []string{schema.Audits}}, {Table: schema.Filings, Access: Read}}, // Filings: held as evidence
		Buckets: []BucketGrant{{schema.Trust, []Access{Read}}},
		Env:     []string{EnvStage, EnvTrustDir, EnvListsEvery, EnvIndexKey, EnvChallengeKey, EnvPortalURL},
	},
	{
		Name: "hold-log",
		Does: "copies the log lines of the requests that a breach case is about into its evidence",
		// The lines of a year may take minutes to find.
		Queues:  []Queue{{Queue: schema.Holds, BatchSize: 1, Concurrency: 2, Receives: 30, DeadLetters: schema.HoldDeadLetters}},
		Memory:  256,
		Timeout: 10 * time.Minute,
		Tables:  []TableGrant{{Table: schema.Accounts, Access: Add, Appends: []string{schema.Breaches}}}, // Add: the outbox's entry is done
		Logs:    true,
		Env:     []string{EnvLogGroups},
	},
	{
		Name:      "revocation",
		Does:      "fetches the NCA's revocation lists, full and delta, and keeps the last good ones compact in the trust bucket",
		Schedules: []Schedule{{Name: "revocation", Every: 5 * time.Minute}},
		Memory:    1024, // two full lists of 21 MB at once
		Timeout:   4 * time.Minute,
		Reserved:  1, // the lists have one writer
		Buckets:   []BucketGrant{{schema.Trust, []Access{Read, Upload}}},
		Env:       []string{EnvStage, EnvTrustDir, EnvCRLURLs},
	},
	{
		Name:      "issue-keys",
		Does:      "makes the keys of each day that sign receipts and certificates of interruptions, has the root in KMS certify them, and publishes the roots",
		Schedules: []Schedule{{Name: "keys", Every: 15 * time.Minute}},
		Memory:    256,
		Timeout:   time.Minute,
		Issues:    true,
		Tables:    []TableGrant{{Table: schema.Site, Access: AddOnly, Appends: []string{schema.Keys}}},
		Buckets:   []BucketGrant{{schema.Status, []Access{Upload}}},
		Env:       []string{EnvSigningRoot, EnvSigningKeys, EnvEarlierKeys},
	},
	{
		Name:   "facts",
		Open:   true, // reading
		Does:   "tells whoever holds a receipt what became of the filing, without names and without a script",
		Routes: []string{"POST /api/facts", "POST /api/facts/{lang}"},
		Memory: 256, Timeout: 10 * time.Second,
		Tables: []TableGrant{
			{Table: schema.Filings, Access: Read},
			{Table: schema.Accounts, Access: Update}, // counters of attempts
			{Table: schema.Site, Access: Read},       // what the page around it says
		},
		Env: []string{EnvStage, EnvIndexKey, EnvSupportMail, EnvNCALayerURL, EnvPublisher},
	},
	{
		Name:   "verifier",
		Open:   true, // reading
		Does:   "what browsers verify signed files with: package eds as WebAssembly, and the authorities to believe",
		Routes: []string{"GET /verifier/{path...}", "HEAD /verifier/{path...}"},
		Memory: 256, Timeout: 10 * time.Second,
		Env: []string{EnvStage, EnvTrustDir},
	},
	{
		Name:    "portal",
		Does:    "the pages in Kazakh, Russian and English, and what they load, where the edge does not have them yet",
		Routes:  []string{"GET /{path...}", "HEAD /{path...}"},
		Memory:  256,
		Timeout: 10 * time.Second,
		Tables:  []TableGrant{{Table: schema.Site, Access: Read}},
		Buckets: []BucketGrant{{schema.Documents, nil}}, // named only: pages may send documents there
		Env:     []string{EnvStage, EnvSupportMail, EnvNCALayerURL, EnvPublisher},
	},
	{
		Name: "publish",
		Does: "writes the public pages, and what they load, where the edge has them without a function: after a deployment, when a window or the agreement changes, each midnight",
		// What it is told of changes while it runs comes again after 108 seconds, and the next minute's run was first.
		Queues:    []Queue{{Queue: schema.Pages, BatchSize: 10, Concurrency: 2, Receives: 10, DeadLetters: schema.PageDeadLetters}},
		Schedules: []Schedule{{Name: "pages", Every: time.Minute}},
		Memory:    1024,             // it makes every page each minute
		Timeout:   18 * time.Second, // six of these are no whole minutes: what met one run would meet every other
		Reserved:  1,                // pages have one writer
		Tables:    []TableGrant{{Table: schema.Site, Access: Read}},
		Buckets:   []BucketGrant{{schema.Assets, []Access{Read, Upload, Remove}}},
		Env:       []string{EnvStage, EnvSupportMail, EnvNCALayerURL, EnvPublisher},
	},
}

// Outside has what is deployed to another region than the office, to watch it from there: it has nothing of
// the office's but its public address.
var Outside = []Function{
	{
		Name:      "probe",
		Does:      "tries the office each minute as people do, from another region, and keeps the outage record",
		Schedules: []Schedule{{Name: "probe", Every: time.Minute}},
		Memory:    256,
		Timeout:   58 * time.Second, // one ends before the next begins
		Reserved:  1,                // the record has one writer
		Buckets:   []BucketGrant{{schema.Outages, []Access{Read, Upload}}},
		Env:       []string{EnvPortalURL, EnvProbeKey},
	},
}

// outboxOf is the stream of what is put into a table's outbox. It is given up only when it is about
// to be trimmed: a queue that is away for hours loses nothing.
func outboxOf(t schema.Table) Stream {
	return Stream{
		Table: t, EventNames: []string{"INSERT"}, SKPrefix: "OUTBOX#",
		BatchSize: 100, Retries: 10_000, MaxAge: 23 * time.Hour, Bisect: true, DeadLetters: schema.RelayDeadLetters,
	}
}

// Named returns the row with that name, of All or Outside.
func Named(name string) (Function, bool) {
	for _, f := range slices.Concat(All, Outside) {
		if f.Name == name {
			return f, true
		}
	}
	return Function{}, false
}

// Asked returns the names of the functions that take requests.
func Asked() []string {
	var out []string
	for _, f := range All {
		if len(f.Routes) > 0 {
			out = append(out, f.Name)
		}
	}
	return out
}

// Stoppable returns the names of the functions whose writes a maintenance window may stop.
func Stoppable() []string {
	var out []string
	for _, f := range All {
		if !f.Open && slices.ContainsFunc(f.Routes, func(r string) bool { return !strings.HasPrefix(r, "GET ") && !strings.HasPrefix(r, "HEAD ") }) {
			out = append(out, f.Name)
		}
	}
	return out
}

// Variables lists the names of all environment variables f reads: those of its tables, buckets and
// queues first, then Env. Every function with routes asks whether a request came by way of the edge.
func (f Function) Variables() []string {
	var out []string
	for _, g := range f.Tables {
		out = append(out, g.Table.Env)
	}
	for _, g := range f.Buckets {
		out = append(out, g.Bucket.Env)
	}
	for _, q := range f.Sends {
		out = append(out, q.Env)
	}
	for _, q := range f.Queues {
		out = append(out, q.Queue.Env)
	}
	out = append(out, f.Env...)
	if len(f.Routes) > 0 {
		out = append(out, EnvOriginKeys)
	}
	return out
}

// Visibility is how long a message of a queue that f reads is hidden while f works on it: six times
// what f may take, as Lambda asks for.
func (f Function) Visibility() time.Duration { return 6 * f.Timeout }

// Reader returns the row that reads a queue, and how.
func Reader(q schema.Queue) (Function, Queue, bool) {
	for _, f := range All {
		for _, trigger := range f.Queues {
			if trigger.Queue == q {
				return f, trigger, true
			}
		}
	}
	return Function{}, Queue{}, false
}
