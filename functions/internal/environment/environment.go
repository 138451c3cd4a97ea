// Package environment reads what functions are configured with. It is apart from wire, which links
// every client and every text: a function that needs neither starts from here.
package environment

import (
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Config is everything the functions read from the environment. A field whose variable the
// function's row does not list is empty. The endpoint of local runs is the SDK's own
// AWS_ENDPOINT_URL; there is no other switch.
type Config struct {
	Region          string  // AWS_REGION, set by Lambda
	AccountsTable   string  // ACCOUNTS_TABLE
	FilingsTable    string  // FILINGS_TABLE
	SiteTable       string  // SITE_TABLE
	DocumentsBucket string  // DOCUMENTS_BUCKET
	EvidenceBucket  string  // EVIDENCE_BUCKET
	StatusBucket    string  // STATUS_BUCKET
	AssetsBucket    string  // ASSETS_BUCKET
	TrustBucket     string  // TRUST_BUCKET
	OutagesBucket   string  // OUTAGES_BUCKET
	Stage           string  // STAGE: "production" or "test"
	TrustDir        string  // TRUST_DIR: folder of trust anchors, CA certificates and CRLs
	ListsEvery      float64 // LISTS_EVERY: seconds, above 0
	CRLURLs         string  // CRL_URLS: separated by spaces; may be empty
	TSPURL          string  // TSP_URL: may be empty, meaning nothing is stamped
	OCSPURL         string  // OCSP_URL: may be empty, meaning nobody is asked
	IndexKey        []byte  // INDEX_KEY: 32 bytes, hex
	ChallengeKey    []byte  // CHALLENGE_KEY: 32 bytes, hex
	SigningRoot     string  // SIGNING_ROOT: a key's ARN or alias
	SigningKeys     string  // SIGNING_KEYS: a key's ARN or alias
	EarlierKeys     string  // EARLIER_KEYS: separated by spaces; may be empty
	MailFrom        string  // MAIL_FROM: RFC 5322 address
	SupportMail     string  // SUPPORT_MAIL: bare address
	SMSSender       string  // SMS_SENDER: sender id of text messages
	Receivers       string  // RECEIVERS: see webhook.ParseTrial; may be empty, and in production is
	SMSSet          string  // SMS_SET: configuration set of their reports, "" for none
	MailRate        float64 // MAIL_RATE: messages a second, above 0
	NoticeRate      float64 // NOTICE_RATE: messages a second, above 0
	PortalURL       string  // PORTAL_URL: no trailing slash
	NCALayerURL     string  // NCALAYER_URL: may be empty, meaning NCALayer's own address
	EGovMobile      string  // EGOV_MOBILE: separated by spaces; may be empty
	Publisher       string  // PUBLISHER: JSON, may be empty
	ProbeKey        string  // PROBE_KEY: a secret's ARN or name
	LogGroups       string  // LOG_GROUPS: separated by spaces
	OriginKeys      string  // ORIGIN_KEYS: separated by spaces, or httpapi.OpenOrigin

	Queues map[string]string // URLs by schema.Queue.Name, each from the queue's variable
}

// Table is the deployed name of t.
func (c Config) Table(t schema.Table) string {
	return map[schema.Table]string{schema.Accounts: c.AccountsTable, schema.Filings: c.FilingsTable, schema.Site: c.SiteTable}[t]
}

// Load reads the variables that the row of function fn lists and reports all that are wrong
// at once.
func Load(fn string) (Config, error) {
	row, ok := functions.Named(fn)
	if !ok {
		return Config{}, fmt.Errorf("no function %q in the table", fn)
	}
	c := Config{Region: os.Getenv("AWS_REGION"), Queues: map[string]string{}}
	queues := map[string]string{}
	for _, q := range schema.Queues {
		if q.Env != "" {
			queues[q.Env] = q.Name
		}
	}
	text := map[string]*string{
		schema.Accounts.Env: &c.AccountsTable, schema.Filings.Env: &c.FilingsTable, schema.Site.Env: &c.SiteTable,
		schema.Documents.Env: &c.DocumentsBucket, schema.Evidence.Env: &c.EvidenceBucket, schema.Status.Env: &c.StatusBucket, schema.Assets.Env: &c.AssetsBucket, schema.Trust.Env: &c.TrustBucket, schema.Outages.Env: &c.OutagesBucket,
		functions.EnvStage:    &c.Stage,
		functions.EnvTrustDir: &c.TrustDir, functions.EnvMailFrom: &c.MailFrom, functions.EnvSupportMail: &c.SupportMail,
		functions.EnvSMSSender: &c.SMSSender, functions.EnvSMSSet: &c.SMSSet, functions.EnvReceivers: &c.Receivers, functions.EnvCRLURLs: &c.CRLURLs, functions.EnvOCSPURL: &c.OCSPURL, functions.EnvTSPURL: &c.TSPURL,
		functions.EnvPortalURL: &c.PortalURL, functions.EnvNCALayerURL: &c.NCALayerURL, functions.EnvEGovMobile: &c.EGovMobile,
		functions.EnvSigningRoot: &c.SigningRoot, functions.EnvSigningKeys: &c.SigningKeys, functions.EnvEarlierKeys: &c.EarlierKeys,
		functions.EnvPublisher: &c.Publisher, functions.EnvOriginKeys: &c.OriginKeys, functions.EnvLogGroups: &c.LogGroups, functions.EnvProbeKey: &c.ProbeKey,
	}
	keys := map[string]*[]byte{
		functions.EnvIndexKey: &c.IndexKey, functions.EnvChallengeKey: &c.ChallengeKey,
	}
	rates := map[string]*float64{
		functions.EnvMailRate: &c.MailRate, functions.EnvNoticeRate: &c.NoticeRate, functions.EnvListsEvery: &c.ListsEvery,
	}
	mayBeEmpty := []string{functions.EnvSMSSet, functions.EnvReceivers, functions.EnvTSPURL, functions.EnvNCALayerURL, functions.EnvEGovMobile, functions.EnvCRLURLs, functions.EnvOCSPURL, functions.EnvPublisher, functions.EnvEarlierKeys}
	var wrong []string
	for _, name := range row.Variables() {
		value := os.Getenv(name)
		if p, ok := text[name]; ok {
			*p = value
			if value == "" && !slices.Contains(mayBeEmpty, name) {
				wrong = append(wrong, name+" is empty")
			}
		} else if p, ok := rates[name]; ok {
			var err error
			if *p, err = strconv.ParseFloat(value, 64); err != nil || !(*p > 0) {
				wrong = append(wrong, name+" is not a number above 0")
			}
		} else if queue, ok := queues[name]; ok {
			if c.Queues[queue] = value; value == "" {
				wrong = append(wrong, name+" is empty")
			}
		} else if p, ok := keys[name]; ok {
			b, err := hex.DecodeString(value)
			if err != nil || len(b) != 32 {
				wrong = append(wrong, name+" is not 32 bytes of hex")
			}
			*p = b
		} else {
			wrong = append(wrong, name+" is not known to package environment")
		}
	}
	if c.Region == "" {
		wrong = append(wrong, "AWS_REGION is empty")
	}
	if len(wrong) > 0 {
		sort.Strings(wrong)
		return Config{}, fmt.Errorf("environment of %s: %s", fn, strings.Join(wrong, "; "))
	}
	return c, nil
}

// MustLoad is Load for the beginning of a process, with the log of the function. It ends the process
// when a variable is wrong: Lambda reports that as an init error, with the reason in the log.
func MustLoad(fn string) (Config, *slog.Logger) {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	cfg, err := Load(fn)
	if err != nil {
		End(log, err)
	}
	return cfg, log
}

// End ends a process that can't begin.
func End(log *slog.Logger, err error) {
	log.Error("init", "error", err.Error())
	os.Exit(1)
}

// MustAuthorities loads the anchors, CA certificates and CRLs of TRUST_DIR, or ends the process. In
// production only the pinned anchors of the National Certification Authority are allowed in it.
func MustAuthorities(cfg Config, log *slog.Logger) *eds.Trust {
	t, err := eds.LoadTrust(cfg.TrustDir)
	if err == nil && cfg.Stage == "production" {
		err = t.RequireProduction()
	}
	if err != nil {
		End(log, fmt.Errorf("trust folder: %w", err))
	}
	for _, skipped := range t.Skipped() {
		log.Error("init", "error", fmt.Sprintf("trust folder: passed over %v", skipped))
	}
	return t
}
