package host

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Config says what to run and where. The zero value of each field but State is a default.
type Config struct {
	Root       string               // top of the repository; found from the working directory if ""
	State      string               // folder of everything kept; "" is Root/.local
	Address    string               // to listen on; "" is 127.0.0.1:8080, port 0 picks a free one
	NCALayer   string               // to listen on for the software NCALayer; "" starts none
	KeysDir    string               // test keys NCALayer signs with; "" is Root/testdata/pki/keys
	TrustDir   string               // TRUST_DIR of the functions; "" is Root/testdata/pki/trust, whose NCA the host plays
	ListsEvery time.Duration        // LISTS_EVERY of the functions; 0 is 50 ms
	Stage      string               // STAGE of the functions; "" is test
	Shift      time.Duration        // added to the clock that dates requests, events and mail
	MailRate   float64              // MAIL_RATE of the functions; 0 is 1000
	Later      bool                 // streams and queues are not read: what follows an act waits for the next run on this state
	Faults     bool                 // functions reach DynamoDB and S3 through what disturbs them when it is told to: see /_local/faults
	Calls      bool                 // keep what functions call: see Host.Calls
	Probe      bool                 // functions.Outside run too and try this office; only where the host plays the NCA, which gives the probe its key
	Described  bool                 // what goes over the wire otherwise than the API's document says is answered with 500
	MaxProcs   int                  // processes per function; 0 is 16
	Functions  []functions.Function // nil is functions.All
	Binary     func(fn string) string
	Log        *slog.Logger // console; nil for none

	// Getenv tells of engines that run already, by the SDK's own variables:
	// AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_{DYNAMODB,DYNAMODB_STREAMS,S3,SQS} (each replaces
	// the engine the host would start), AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY;
	// ACCOUNTS_TABLE, FILINGS_TABLE, SITE_TABLE, DOCUMENTS_BUCKET and, for each queue, a variable
	// such as NOTIFY_DEAD_LETTERS_QUEUE name what is deployed there. A table or bucket that is
	// named must exist; one that is not gets the name courtoffice-<name> and is made if absent.
	// Where SQS is not given the host plays it, and KMS unless SIGNING_ROOT and SIGNING_KEYS name keys of
	// one that is given by AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_KMS. Mail and text messages always come to the host's
	// own sink. nil is an empty environment.
	Getenv func(string) string
}

func (c *Config) fill() error {
	if c.Root == "" {
		var err error
		if c.Root, err = engine.Root(); err != nil {
			return err
		}
	}
	c.State = cmp.Or(c.State, filepath.Join(c.Root, ".local"))
	c.Address = cmp.Or(c.Address, "127.0.0.1:8080")
	c.KeysDir = cmp.Or(c.KeysDir, filepath.Join(c.Root, "testdata", "pki", "keys"))
	c.TrustDir = cmp.Or(c.TrustDir, filepath.Join(c.Root, "testdata", "pki", "trust"))
	c.Stage = cmp.Or(c.Stage, "test")
	c.MailRate = cmp.Or(c.MailRate, 1000)
	c.ListsEvery = cmp.Or(c.ListsEvery, 50*time.Millisecond)
	if c.Functions == nil {
		c.Functions = functions.All
	}
	if c.Probe {
		c.Functions = slices.Concat(c.Functions, functions.Outside)
	}
	if c.Binary == nil {
		c.Binary = func(fn string) string { return filepath.Join(c.Root, "build", "bin", fn) }
	}
	if c.Getenv == nil {
		c.Getenv = func(string) string { return "" }
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	for _, path := range []*string{&c.State, &c.KeysDir, &c.TrustDir} {
		abs, err := filepath.Abs(*path)
		if err != nil {
			return err
		}
		*path = abs
	}
	if _, err := os.Stat(c.TrustDir); err != nil {
		return fmt.Errorf("trust anchors: %w", err)
	}
	return nil
}

// external is the endpoint of a service that runs already, or "".
func (c *Config) external(service string) string {
	return cmp.Or(c.Getenv("AWS_ENDPOINT_URL_"+service), c.Getenv("AWS_ENDPOINT_URL"))
}

// tableName returns the deployed name of t and whether the environment gave it.
func (c *Config) tableName(t schema.Table) (name string, given bool) {
	if name = c.Getenv(t.Env); name != "" {
		return name, true
	}
	return "courtoffice-" + t.Name, false
}

func (c *Config) bucketName(b schema.Bucket) (name string, given bool) {
	if name = c.Getenv(b.Env); name != "" {
		return name, true
	}
	return "courtoffice-" + b.Name, false
}

// queueName is the value of NOTIFY_DEAD_LETTERS_QUEUE for the queue notify-dead-letters.
func (c *Config) queueName(q schema.Queue) string {
	variable := strings.ToUpper(strings.ReplaceAll(q.Name, "-", "_")) + "_QUEUE"
	return cmp.Or(c.Getenv(variable), "courtoffice-"+q.Name)
}
