// Package host assembles the local office: the functions' own binaries behind an HTTP API, fed
// by table streams and queues, on engines for DynamoDB and S3, with a mail inbox and a software NCALayer,
// all at loopback addresses. Start with Start.
//
// It starts binaries and imports no handler: what runs here is what is deployed.
package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/gateway"
	"github.com/courtoffice/courtoffice/infra/local/kms"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/infra/local/ncalayer"
	"github.com/courtoffice/courtoffice/infra/local/operations"
	"github.com/courtoffice/courtoffice/infra/local/phone"
	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
	"github.com/courtoffice/courtoffice/infra/local/streams"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Host is a running local office.
type Host struct {
	URL         string           // "http://127.0.0.1:8080"
	NCALayerURL string           // "ws://127.0.0.1:13580", or "" without one
	NCALayer    *ncalayer.Server // nil without one
	PhoneURL    string           // "http://127.0.0.1:13580/_phone?link=", to which a code's address is appended, or "" without one

	cfg       Config
	region    string
	access    aws.Credentials
	instead   map[string]string // of endpoints, to functions: see faults
	calls     *calls            // nil unless they are kept
	faulty    *faults           // or nil
	dead      atomic.Value      // []string: functions that end without an answer, see setDead
	outside   atomic.Value      // string: the secret that the probe reads
	endpoints map[string]string // by the SDK's service name: DYNAMODB, DYNAMODB_STREAMS, S3, SQS, KMS, SESV2, PINPOINT_SMS_VOICE_V2, CLOUDWATCH_LOGS, SECRETS_MANAGER
	keys      map[string]string
	kms       *kms.Server  // nil where the environment names another key service
	root      string       // SIGNING_ROOT
	envelope  string       // SIGNING_KEYS
	shift     atomic.Int64 // nanoseconds
	ready     atomic.Bool

	receiver   *receiver
	functions  []*runtimeapi.Function
	mail       *mailsink.Sink
	nca        *nca              // nil where the trust anchors are not its own
	broker     *queues.Broker    // of the queues that the host plays, or nil
	sqsHandler http.Handler      // of broker, or nil
	queueURLs  map[string]string // by schema.Queue.Name
	readers    []*reader
	board      *operations.Board
	records    *streams.Records // of the engine that the host started, or nil
	gateway    *gateway.Gateway
	server     *http.Server
	failed     chan error
	kicks      []chan struct{} // one for each schedule
	ticking    sync.Map        // by function: *sync.Mutex, held during a scheduled run

	stopOnce sync.Once
	stops    []func() // run in reverse
}

// Start brings the office up and returns when it answers. On an error everything that was
// started is stopped. ctx bounds the start only; call Stop.
func Start(ctx context.Context, cfg Config) (*Host, error) {
	if err := cfg.fill(); err != nil {
		return nil, err
	}
	h := &Host{cfg: cfg, failed: make(chan error, 1), endpoints: map[string]string{}, instead: map[string]string{}}
	h.shift.Store(int64(cfg.Shift))
	for _, step := range []func(context.Context) error{
		h.listen, h.given, h.openKeys, h.openReceiver, h.open, h.engines, h.faults, h.provision, h.openNCA, h.startNCALayer, h.startFunctions, h.firstKeys, h.warm, h.poll,
	} {
		if err := step(ctx); err != nil {
			h.Stop()
			return nil, err
		}
	}
	return h, nil
}

// Failed delivers an error when a part of the office ended by itself. The caller should stop.
func (h *Host) Failed() <-chan error { return h.failed }

// Now is the office's clock: the machine's, shifted.
func (h *Host) Now() time.Time { return time.Now().Add(time.Duration(h.shift.Load())) }

// Stop ends everything, last started first, and returns when all processes have ended and all
// ports are free. State stays.
func (h *Host) Stop() {
	h.stopOnce.Do(func() {
		h.ready.Store(false)
		for i := len(h.stops) - 1; i >= 0; i-- {
			h.stops[i]()
		}
	})
}

func (h *Host) atStop(f func()) { h.stops = append(h.stops, f) }

func (h *Host) fail(err error) {
	select {
	case h.failed <- err:
	default:
	}
}

// listen takes the state folder and the address first: both tell at once of another office.
func (h *Host) listen(ctx context.Context) error {
	f, err := lock(h.cfg.State, h.cfg.Address)
	if err != nil {
		return err
	}
	h.atStop(func() { f.Close() })
	if h.keys, err = loadKeys(filepath.Join(h.cfg.State, "keys.json")); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", h.cfg.Address)
	if err != nil {
		return fmt.Errorf("%w: choose another port with PORT=…", err)
	}
	h.URL = "http://" + listener.Addr().String()
	h.gateway = gateway.New(h.Now)
	h.server = &http.Server{
		Handler: h.routes(), MaxHeaderBytes: 10_240, // the quota of an HTTP API
		ErrorLog: slog.NewLogLogger(h.cfg.Log.Handler(), slog.LevelWarn),
	}
	go func() {
		if err := h.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			h.fail(err)
		}
	}()
	h.atStop(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if h.server.Shutdown(ctx) != nil {
			h.server.Close()
		}
	})
	return nil
}

// given takes what the environment names of endpoints, region and credentials.
func (h *Host) given(context.Context) error {
	h.region = engine.Region
	h.access = aws.Credentials{AccessKeyID: engine.AccessKey, SecretAccessKey: engine.SecretKey}
	h.endpoints["SESV2"] = h.URL + "/_local/ses"
	h.endpoints["PINPOINT_SMS_VOICE_V2"] = h.URL + "/_local/sms"
	h.endpoints["CLOUDWATCH_LOGS"] = h.URL + "/_local/logs"
	h.endpoints["SECRETS_MANAGER"] = h.URL + secretsPath
	if given := h.cfg.external("S3"); given != "" {
		h.endpoints["S3"] = given // its region and credentials then hold for all: functions have one set
		h.region = cmp.Or(h.cfg.Getenv("AWS_REGION"), engine.Region)
		h.access.AccessKeyID = cmp.Or(h.cfg.Getenv("AWS_ACCESS_KEY_ID"), "test")
		h.access.SecretAccessKey = cmp.Or(h.cfg.Getenv("AWS_SECRET_ACCESS_KEY"), "test")
	}
	if given := h.cfg.external("DYNAMODB"); given != "" {
		h.endpoints["DYNAMODB"] = given
	}
	if err := os.MkdirAll(filepath.Dir(h.tablesFile()), 0o755); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return nil
}

// engines starts those of DynamoDB and S3 that are not given, side by side.
func (h *Host) engines(ctx context.Context) error {
	starts := map[string]func() (*engine.Process, error){
		"DYNAMODB": func() (*engine.Process, error) {
			return engine.StartDynamo(ctx, h.tablesFile())
		},
		"S3": func() (*engine.Process, error) {
			return engine.StartS3(ctx, filepath.Join(filepath.Dir(h.tablesFile()), "s3"), h.URL+uploadsPath)
		},
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	var errs []error
	for service := range starts {
		if h.endpoints[service] != "" {
			delete(starts, service) // it is given
		}
	}
	for service, start := range starts {
		wg.Go(func() {
			p, err := start()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
				return
			}
			h.endpoints[service] = p.URL
			h.atStop(h.keep(service, p))
		})
	}
	wg.Wait()
	h.endpoints["DYNAMODB_STREAMS"] = cmp.Or(h.cfg.external("DYNAMODB_STREAMS"), h.endpoints["DYNAMODB"])
	return errors.Join(errs...)
}

// faults puts what disturbs calls between functions and engines, where that is asked for.
func (h *Host) faults(context.Context) error {
	if !h.cfg.Faults {
		return nil
	}
	return h.between()
}

// keep starts an engine again that was killed, and gives up on one that ends by itself soon after. It
// returns what stops the engine.
func (h *Host) keep(service string, p *engine.Process) (stop func()) {
	stopping, kept := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(kept)
		for {
			began := time.Now()
			select {
			case <-p.Done():
			case <-stopping:
				return
			}
			h.cfg.Log.Warn("engine ended", "service", service, "said", p.Said())
			if time.Since(began) < time.Second {
				h.fail(fmt.Errorf("the %s engine ended: %s", service, p.Said()))
				return
			}
			if err := p.Restart(context.Background()); err != nil {
				h.fail(fmt.Errorf("the %s engine ended and does not start again: %w", service, err))
				return
			}
		}
	}()
	return func() { close(stopping); <-kept; p.Stop() }
}

// tablesFile is where the DynamoDB engine keeps everything.
func (h *Host) tablesFile() string { return filepath.Join(h.cfg.State, "data", "tables.db") }

func (h *Host) credentials() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return h.access, nil })
}

func (h *Host) dynamo() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: h.region, Credentials: h.credentials(), BaseEndpoint: aws.String(h.endpoints["DYNAMODB"])})
}

func (h *Host) s3() *s3.Client {
	return s3.New(s3.Options{Region: h.region, Credentials: h.credentials(), BaseEndpoint: aws.String(h.endpoints["S3"]), UsePathStyle: true})
}

// provision makes the tables and the bucket that the environment does not name, looks for those
// it names, and publishes the first agreement.
func (h *Host) provision(ctx context.Context) error {
	db := h.dynamo()
	for _, t := range schema.Tables {
		name, given := h.cfg.tableName(t)
		if !given {
			continue
		}
		if _, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name}); err != nil {
			return fmt.Errorf("%s names table %s: %w", t.Env, name, err)
		}
	}
	if err := engine.CreateTables(ctx, db, func(t schema.Table) string {
		if name, given := h.cfg.tableName(t); !given {
			return name
		}
		return ""
	}); err != nil {
		return err
	}
	if h.cfg.external("DYNAMODB") == "" {
		var err error
		if h.records, err = streams.OpenRecords(ctx, h.tablesFile()); err != nil {
			return err
		}
		h.atStop(func() { h.records.Close() })
	}
	client := h.s3()
	for _, b := range buckets() {
		bucket, given := h.cfg.bucketName(b)
		if given {
			if _, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket}); err != nil {
				return fmt.Errorf("%s names bucket %s: %w", b.Env, bucket, err)
			}
			continue
		}
		if err := engine.CreateBucket(ctx, client, b, bucket, origins(h.URL)...); err != nil {
			return err
		}
	}
	site, _ := h.cfg.tableName(schema.Site)
	return Seed(ctx, db, site, h.cfg.Root, h.Now())
}

// origins are the two ways a browser may name this machine.
func origins(url string) []string {
	_, port, err := net.SplitHostPort(url[len("http://"):])
	if err != nil {
		return []string{url}
	}
	return []string{url, "http://localhost:" + port}
}

// open opens what the host keeps itself: queues and mail. It does so before the engines start, and so
// closes it after they have ended: the last upload is told of too.
func (h *Host) open(ctx context.Context) error {
	if err := h.openQueues(ctx); err != nil {
		return err
	}
	var err error
	if h.mail, err = mailsink.Open(filepath.Join(h.cfg.State, "mail"), h.Now); err != nil {
		return err
	}
	h.mail.Reports(func(body string) {
		if err := h.put(ctx, schema.Reports, body); err != nil && ctx.Err() == nil {
			h.cfg.Log.Warn("reports", slog.String("error", err.Error()))
		}
	})
	h.atStop(h.mail.Close)
	return nil
}

// startFunctions sets up every function and its routes; processes start on demand.
func (h *Host) startFunctions(context.Context) error {
	if h.cfg.Calls {
		h.calls = &calls{host: h, seen: map[string]map[functions.Grant]map[string]int{}}
	}
	for _, row := range h.cfg.Functions {
		env, err := h.environment(row)
		if err != nil {
			return err
		}
		f := &runtimeapi.Function{
			Name: row.Name, Binary: h.cfg.Binary(row.Name), Env: env, Region: h.region, Memory: row.Memory,
			Timeout: row.Timeout, Reserved: row.Reserved, MaxProcs: h.cfg.MaxProcs,
			Behind: len(row.Routes) == 0, LogFile: h.LogFile(row.Name), Log: h.cfg.Log, Ended: func() { h.wake(row) },
		}
		h.functions = append(h.functions, f)
		h.addReaders(row, f)
		for _, pattern := range row.Routes {
			if err := h.gateway.Add(pattern, mortal{h, f}); err != nil {
				return fmt.Errorf("function %s: %w", row.Name, err)
			}
		}
	}
	logs := map[string]string{}
	for _, row := range h.cfg.Functions {
		logs[row.Name] = h.LogFile(row.Name)
	}
	h.board = operations.Open(logs)
	h.atStop(func() {
		var wg sync.WaitGroup
		for _, f := range h.functions {
			wg.Go(f.Stop)
		}
		wg.Wait()
	})
	return nil
}

// LogFile is where the output of a function's processes goes.
func (h *Host) LogFile(fn string) string { return filepath.Join(h.cfg.State, "log", fn+".log") }

// publisher is who the local office's pages name: nobody's real address, and the outside links.
const publisher = `{"name": {"kk": "Сот әкімшілігі (жергілікті сынақ)", "ru": "Судебная администрация (локальная проверка)", "en": "Court administration (local trial)"},
"address": {"kk": "Астана қаласы, Сынақ көшесі, 1", "ru": "город Астана, улица Пробная, 1", "en": "1 Trial Street, Astana"}, "phone": "1401", "bin": "120340001230",
"links": {"supreme-court": "https://sud.gov.kz/", "smart-sot": "https://smart.sud.kz/", "komek": "https://office.sud.kz/"}}`

// environment is what the row lists, with the variables the SDK reads for local endpoints.
func (h *Host) environment(row functions.Function) ([]string, error) {
	values := map[string]string{
		functions.EnvStage: h.cfg.Stage, functions.EnvTrustDir: h.cfg.TrustDir,
		functions.EnvMailFrom:    "Сот кабинеті <office@courtoffice.example>",
		functions.EnvSupportMail: "office@sud.kz",
		functions.EnvMailRate:    strconv.FormatFloat(h.cfg.MailRate, 'f', -1, 64),
		functions.EnvNoticeRate:  strconv.FormatFloat(h.cfg.MailRate, 'f', -1, 64),
		functions.EnvSMSSender:   "COURT",
		functions.EnvSMSSet:      "courtoffice",
		functions.EnvReceivers:   h.receiver.trial(),
		functions.EnvListsEvery:  strconv.FormatFloat(h.cfg.ListsEvery.Seconds(), 'f', -1, 64),
		functions.EnvCRLURLs:     h.listURLs(), functions.EnvOCSPURL: h.ocspURL(), functions.EnvTSPURL: h.tspURL(),
		functions.EnvProbeKey:  probeSecret,
		functions.EnvPortalURL: h.URL, functions.EnvNCALayerURL: h.NCALayerURL,
		functions.EnvSigningRoot: h.root, functions.EnvSigningKeys: h.envelope, functions.EnvEarlierKeys: h.earlierKeys(),
		functions.EnvPublisher: publisher, functions.EnvEGovMobile: h.PhoneURL,
		functions.EnvLogGroups: strings.Join(functions.Asked(), " "), // the host's own log has a group for each name
	}
	for name, key := range h.keys {
		values[name] = key
	}
	for _, t := range schema.Tables {
		values[t.Env], _ = h.cfg.tableName(t)
	}
	for _, b := range buckets() {
		values[b.Env], _ = h.cfg.bucketName(b)
	}
	for _, q := range schema.Queues {
		values[q.Env] = cmp.Or(h.queueURLs[q.Name], queues.URL(h.endpoints["SQS"], q.Name))
	}
	env := []string{"AWS_ACCESS_KEY_ID=" + h.access.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + h.access.SecretAccessKey}
	own := map[string]string{}
	if h.calls != nil {
		var err error
		if own, err = h.calls.watch(row.Name); err != nil {
			return nil, err
		}
	}
	for _, service := range watched {
		instead := h.instead[service]
		if isOutside(row.Name) {
			instead = "" // it has nothing of what the office stands on
		}
		env = append(env, "AWS_ENDPOINT_URL_"+service+"="+cmp.Or(own[service], instead, h.endpoints[service]))
	}
	if deployed, ok := functions.Named(row.Name); ok {
		row = deployed // what a binary reads, whatever it is fed by here
	}
	for _, name := range row.Variables() {
		value, ok := values[name]
		if !ok {
			return nil, fmt.Errorf("function %s lists %s, which the local host does not know", row.Name, name)
		}
		env = append(env, name+"="+value)
	}
	return env, nil
}

// warm starts one process of each function, so that a missing binary or variable is told now.
func (h *Host) warm(ctx context.Context) error {
	errs := make([]error, len(h.functions))
	var wg sync.WaitGroup
	for i, f := range h.functions {
		wg.Go(func() {
			if err := f.Warm(ctx); err != nil {
				errs[i] = fmt.Errorf("function %s: %w", f.Name, err)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// MeasureStarts starts each function n times, one process after the other on an otherwise idle
// office, and returns the times from start to the first request for work, by function.
func (h *Host) MeasureStarts(n int) (map[string][]time.Duration, error) {
	out := map[string][]time.Duration{}
	for range n { // in rounds: what else the machine does falls on all alike
		for _, f := range h.functions {
			d, err := f.MeasureStart()
			if err != nil {
				return nil, fmt.Errorf("start %s: %w", f.Name, err)
			}
			out[f.Name] = append(out[f.Name], d)
		}
	}
	return out, nil
}

// poll opens the office to requests and feeds the functions whose rows have a stream, a queue or a
// schedule.
func (h *Host) poll(context.Context) error {
	h.ready.Store(true)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	if !h.cfg.Later {
		h.streams(ctx, &wg)
		h.feed(ctx, &wg)
	}
	h.schedules(ctx, &wg)
	h.atStop(func() {
		cancel() // deliveries under way end when the functions are stopped, which is next
		ended := make(chan struct{})
		go func() { wg.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(2 * time.Second):
		}
	})
	return nil
}

// startNCALayer listens for pages that want a signature, from NCALayer or from eGov Mobile.
func (h *Host) startNCALayer(ctx context.Context) error {
	if h.cfg.NCALayer == "" {
		return nil
	}
	server, err := ncalayer.New(h.cfg.KeysDir)
	if err != nil {
		return fmt.Errorf("software NCALayer: %w", err)
	}
	mobile, err := phone.New(h.cfg.KeysDir)
	if err != nil {
		return fmt.Errorf("software eGov Mobile: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", h.cfg.NCALayer)
	if err != nil {
		return fmt.Errorf("software NCALayer: %w: choose another address with NCALAYER=127.0.0.1:…", err)
	}
	h.NCALayer, h.NCALayerURL = server, "ws://"+listener.Addr().String()
	h.PhoneURL = "http://" + listener.Addr().String() + "/_phone?link="
	mux := http.NewServeMux()
	mux.Handle("/", server.Handler())
	mux.Handle("/_phone", ncalayer.Local(mobile.Handler()))
	mux.Handle("/_phone/", ncalayer.Local(mobile.Handler()))
	web := &http.Server{Handler: mux, ErrorLog: slog.NewLogLogger(h.cfg.Log.Handler(), slog.LevelWarn)}
	go web.Serve(listener)
	h.atStop(func() { server.Close(); web.Close() })
	return nil
}
