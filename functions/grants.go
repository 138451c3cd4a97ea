package functions

import (
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// tableActions spells out each access to a table. Nothing here scans or deletes a table.
var tableActions = map[Access][]string{
	Read:     {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"},
	Write:    {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"},
	Update:   {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"},
	Add:      {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:PutItem"},
	AddOnly:  {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"},
	Verdicts: {"dynamodb:PutItem"},
}

// objectActions spells out each access to the objects of a bucket, onBucket what goes with it on the bucket.
var (
	objectActions = map[Access][]string{
		Read:      {"s3:GetObject"},
		Upload:    {"s3:PutObject"},
		HeadOnly:  {"s3:GetObject", "s3:GetObjectVersion"},
		List:      nil,
		Remove:    {"s3:DeleteObject"},
		SetRetain: {"s3:PutObjectRetention", "s3:GetObjectRetention", "s3:DeleteObjectVersionTagging"},
	}
	onBucket = map[Access][]string{
		Read:     {"s3:ListBucket"}, // without it S3 answers 403, not 404, for what isn't there
		HeadOnly: {"s3:ListBucket"},
		List:     {"s3:ListBucketVersions"},
	}
	ofUploads = []string{"s3:PutObjectTagging", "s3:ListMultipartUploadParts"}
	onUploads = []string{"s3:ListBucketMultipartUploads"} // parts go on after a cut
)

// TableActions are the IAM actions that a grant of f's row allows on its table; those that read, on its index
// too.
func (f Function) TableActions(g TableGrant) []string {
	actions, ok := tableActions[g.Access]
	if !ok {
		panic("functions: table " + g.Table.Name + ": no access " + string(g.Access))
	}
	return slices.DeleteFunc(slices.Clone(actions), func(a string) bool {
		return slices.Contains(withheld[f.Name][g.Table], a) || slices.Contains(withheld[""][g.Table], a)
	})
}

// Actions are the IAM actions that one access of the grant allows, on objects and on the bucket.
func (g BucketGrant) Actions(access Access) (objects, bucket []string) {
	objects, ok := objectActions[access]
	if !ok {
		panic("functions: bucket " + g.Bucket.Name + ": no access " + string(access))
	}
	bucket = onBucket[access]
	if access == Upload && g.Bucket.Uploads {
		objects, bucket = append(append([]string{}, objects...), ofUploads...), onUploads
	}
	return objects, bucket
}

// Actions of queues, mail and text messages.
var (
	SendActions = []string{"sqs:SendMessage"} // a batch too
	HideAction  = "sqs:ChangeMessageVisibility"
	MailAction  = "ses:SendEmail"
	SMSAction   = "sms-voice:SendTextMessage"
)

// Keys of the key service, as Grant.On names them, and what is done with them: the root certifies keys, under the
// other private keys are kept. What DynamoDB, S3, SQS and Lambda do with keys for a function is not among it.
const (
	SigningRoot = "signing-root" // EnvSigningRoot
	SigningKeys = "signing-keys" // EnvSigningKeys

	SealAction = "kms:Encrypt"
	OpenAction = "kms:Decrypt"
)

// RootActions are what who issues keys asks of the root.
var RootActions = []string{"kms:GetPublicKey", "kms:Sign"}

// Grant is an IAM action on something the office has, by its logical name: a table, a bucket, a queue, a key; "" for
// mail and text messages.
type Grant struct{ Action, On string }

// Granted lists what the row lets its function call by itself. What Lambda calls with its role, to feed it and
// to write its log, is not among it.
func (f Function) Granted() (list []Grant) {
	add := func(on string, actions ...string) {
		for _, a := range actions {
			list = append(list, Grant{a, on})
		}
	}
	for _, g := range f.Tables {
		add(g.Table.Name, f.TableActions(g)...)
	}
	for _, g := range f.Buckets {
		for _, access := range g.Access {
			objects, bucket := g.Actions(access)
			add(g.Bucket.Name, objects...)
			add(g.Bucket.Name, bucket...)
		}
	}
	for _, q := range f.Queues {
		add(q.Queue.Name, HideAction)
	}
	for _, q := range f.Sends {
		add(q.Name, SendActions...)
	}
	if f.Issues {
		add(SigningRoot, RootActions...)
		add(SigningKeys, SealAction)
	}
	if f.Signs != "" {
		add(SigningKeys, OpenAction)
	}
	if f.Mail {
		add("", MailAction)
	}
	if f.SMS {
		add("", SMSAction)
	}
	return list
}

// Names of actions in withheld.
const (
	batch  = "dynamodb:BatchGetItem"
	check  = "dynamodb:ConditionCheckItem"
	remove = "dynamodb:DeleteItem"
)

// withheld is what an access allows and a function does not need, by function and table: it is not granted.
// Under "" is what no function needs of that table. The tests of functions/internal/wire hold what is called
// against it.
var withheld = map[string]map[schema.Table][]string{
	"":                 {schema.Site: {batch}, schema.Filings: {check}},
	"account":          {schema.Accounts: {check}, schema.Filings: {remove}},
	"admin":            {schema.Site: {"dynamodb:UpdateItem"}},
	"announce":         {schema.Accounts: {batch, check, remove, "dynamodb:PutItem"}, schema.Site: {check, remove, "dynamodb:PutItem"}},
	"deliver-webhooks": {schema.Accounts: {batch}},
	"evidence-file":    {schema.Accounts: {batch}},
	"facts":            {schema.Accounts: {batch, "dynamodb:GetItem", "dynamodb:Query"}}, // it counts attempts
	"file-claim":       {schema.Filings: {remove}},
	"filings":          {schema.Accounts: {batch}},
	"maintenance":      {schema.Accounts: {batch}, schema.Site: {check}},
	"mobile-signing":   {schema.Accounts: {batch}},
	"notify":           {schema.Accounts: {batch, check, remove}, schema.Filings: {batch, remove}, schema.Site: {check, remove}},
	"registry":         {schema.Site: {"dynamodb:UpdateItem"}},
	"relay":            {schema.Accounts: {batch, "dynamodb:GetItem"}, schema.Filings: {batch, "dynamodb:GetItem"}, schema.Site: {"dynamodb:GetItem"}},
	"webhooks":         {schema.Accounts: {check}},
}

// partitions are those of a table that a function touches, of the table and of its index, by their first words
// (schema.Word). No other is granted it. The tests of functions/internal/wire hold what is called against them.
var partitions = map[string]map[schema.Table]string{
	"accept-agreement": {schema.Accounts: "ACCOUNT# CHALLENGE# REGISTRATION# SUBJECT#", schema.Site: "AGREEMENT MAINTENANCE"},
	"account":          {schema.Accounts: "ACCOUNT# ATTEMPTS# BREACH# CHALLENGE# SESSION# SUBJECT# SUPPORT# SUPPORT-REQUEST#", schema.Filings: "ACCOUNT# EVENT# FILING# SEAL#", schema.Site: "AGREEMENT"},
	"admin":            {schema.Accounts: "ACCOUNT# BREACH# BREACHES CHALLENGE# POST# SESSION# SUBJECT# SUPPORT#", schema.Filings: "EVENT# FILING# SEAL#", schema.Site: "AGREEMENT ANNOUNCEMENTS AUDIT# CHALLENGE#"},
	"announce":         {schema.Accounts: "ACCOUNT# ACCOUNTS#", schema.Site: "AGREEMENT ANNOUNCEMENT# ANNOUNCEMENTS"},
	"cases":            {schema.Accounts: "ACCOUNT# POST# SESSION# SUBJECT#", schema.Filings: "AGENDA# CASE# CASENO# CASES# COURT# DOCKET# EVENT# FILING# JUDGE# MORNING# NUMBER# QUEUE# SEAL# TRACE#", schema.Site: "AGREEMENT"},
	"compare-evidence": {schema.Filings: "COMPARISON EVENT# FILING# SEAL# SENT#"},
	"deliver-webhooks": {schema.Accounts: "ACCOUNT# WEBHOOK#", schema.Site: "KEYS#"},
	"evidence-file":    {schema.Accounts: "ACCOUNT# SESSION# SUBJECT#", schema.Filings: "ATTEMPTS# CASE# DOCKET# EVENT# FILING# SEAL#", schema.Site: "AGREEMENT"},
	"facts":            {schema.Accounts: "ATTEMPTS#", schema.Filings: "EVENT# FILING# SEAL# TICKET#", schema.Site: "MAINTENANCE"},
	"file-claim":       {schema.Filings: "EVENT# FILING# SEAL#", schema.Site: "KEYS# MAINTENANCE"},
	"filings":          {schema.Accounts: "ACCOUNT# SESSION#", schema.Filings: "ACCOUNT# ATTEMPTS# CASE# CASENO# EVENT# EXPIRY# FILING# SEAL# SIGNER# VERDICT#", schema.Site: "AGREEMENT"},
	"hold-log":         {schema.Accounts: "ACCOUNT# BREACH#"},
	"inspect":          {schema.Filings: "VERDICT#"},
	"issue-keys":       {schema.Site: "KEYS#"},
	"keep-evidence":    {schema.Filings: "EVENT# FILING# SEAL#"},
	"lock-documents":   {schema.Filings: "FILING# SEAL#"},
	"maintenance":      {schema.Accounts: "ACCOUNT# SESSION#", schema.Site: "AGREEMENT AUDIT# CHALLENGE# KEYS# MAINTENANCE MAINTENANCE#"},
	"mobile-signing":   {schema.Accounts: "PHONE#"},
	"notify":           {schema.Accounts: "ACCOUNT# SUBJECT# SUPPORT#", schema.Filings: "CASE# DOCKET# EVENT# FILING#", schema.Site: "MAINTENANCE MAINTENANCE#"},
	"passkey":          {schema.Accounts: "ACCOUNT# ATTEMPTS# CHALLENGE# PASSKEYS# SESSION#", schema.Site: "AGREEMENT"},
	"portal":           {schema.Site: "AGREEMENT MAINTENANCE"},
	"publish":          {schema.Site: "AGREEMENT MAINTENANCE"},
	"register":         {schema.Accounts: "ACCOUNT# ATTEMPTS# CHALLENGE# REGISTRATION# SESSION# SUBJECT#", schema.Site: "AGREEMENT MAINTENANCE"},
	"registry":         {schema.Accounts: "ACCOUNT# POST# SESSION# SUBJECT#", schema.Filings: "ATTEMPTS# CASE# CASENO# CASES# CHALLENGE# COURT# DOCKET# EVENT# FILING# JUDGE# NUMBER# QUEUE# SEAL# TICKET# TRACE# VERDICT#", schema.Site: "AGREEMENT AUDIT#"},
	"relay":            {schema.Accounts: "ACCOUNT# OUTBOX# SUPPORT#", schema.Filings: "CASE# FILING# OUTBOX#", schema.Site: "MAINTENANCE OUTBOX#"},
	"sign-in":          {schema.Accounts: "ACCOUNT# ATTEMPTS# CHALLENGE# SESSION# SUBJECT#", schema.Site: "AGREEMENT"},
	"webhooks":         {schema.Accounts: "ACCOUNT# ATTEMPTS# CHALLENGE# SESSION# WEBHOOK#", schema.Site: "AGREEMENT"},
	"verify-filing":    {schema.Filings: "COURT# EVENT# FILING# OUTBOX# SEAL# TICKET# VERDICT#"},
}

// objects are the keys of a bucket that a function comes to where the bucket's row lists more of them, by function
// and the bucket's name.
var objects = map[string]map[string][]string{
	"issue-keys":  {schema.Status.Name: {schema.PublishedKeys}},
	"maintenance": {schema.Status.Name: {schema.StatusPage, schema.Announced}},
}

// Objects are the keys that a grant of f's row is bound to, nil for all of a bucket of many.
func (f Function) Objects(g BucketGrant) []string {
	if own := objects[f.Name][g.Bucket.Name]; own != nil {
		return own
	}
	return g.Bucket.Objects
}

// Partitions are the first words of the keys that a grant of f's row is bound to.
func (f Function) Partitions(g TableGrant) []string {
	words := strings.Fields(partitions[f.Name][g.Table])
	if len(words) == 0 {
		panic("functions: no partitions of " + g.Table.Name + " for " + f.Name)
	}
	return words
}
