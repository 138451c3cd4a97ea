// Package wire assembles the functions: the only place that meets AWS clients. Each function has a
// method on App; constructors run on demand, so a binary links and pays only for what its function uses.
package wire

import (
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/smithy-go/middleware"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/functions/internal/trust"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/kms"
	"github.com/courtoffice/courtoffice/shared/metric"
)

// App builds one function from its configuration.
type App struct {
	fn  functions.Function
	cfg environment.Config
	log *slog.Logger
	db  *dynamodb.Client // once made

	current  *trust.Current               // once read
	verified atomic.Pointer[metric.Value] // of the last signature, until it is in a log line

	clock func() time.Time // time.Now; in tests that of the office

	handlers map[string]http.Handler // by pattern, once routes are made

	calls int // calls to one service at a time, where that is more than the SDK keeps connections for; else 0
}

// MustLoad reads the configuration of function fn, or ends the process: see package environment.
func MustLoad(fn string) *App {
	cfg, log := environment.MustLoad(fn)
	row, _ := functions.Named(fn)
	return &App{fn: row, cfg: cfg, log: log, clock: time.Now}
}

// observed, where a test sets it, is given every call of AWS that the function fn makes.
var observed func(fn string) func(*middleware.Stack) error

// aws is the SDK's configuration, made by hand: on Lambda the credentials are environment
// variables for the life of the process, and config.LoadDefaultConfig costs every cold start
// 3 ms to find that out.
func (a *App) aws(service string) (aws.Config, *string) {
	cfg := aws.Config{
		Region:      a.cfg.Region,
		Credentials: aws.CredentialsProviderFunc(credentials),
	}
	if observed != nil {
		cfg.APIOptions = append(cfg.APIOptions, observed(a.fn.Name))
	}
	if a.calls > 0 {
		cfg.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = a.calls })
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL"} {
		if url := os.Getenv(name); url != "" {
			return cfg, &url
		}
	}
	return cfg, nil
}

// dynamo is the function's one client: whatever asks for it shares its connections.
func (a *App) dynamo() *dynamodb.Client {
	if a.db == nil {
		cfg, endpoint := a.aws("DYNAMODB")
		a.db = dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.BaseEndpoint = endpoint })
	}
	return a.db
}

func (a *App) s3() *s3.Client {
	cfg, endpoint := a.aws("S3")
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.BaseEndpoint = endpoint
		o.UsePathStyle = endpoint != nil // an endpoint of one host has no bucket subdomains
	})
}

func (a *App) kms() *kms.Client {
	cfg, endpoint := a.aws("KMS")
	c := &kms.Client{Region: cfg.Region, Credentials: cfg.Credentials}
	if endpoint != nil {
		c.Endpoint = *endpoint
	}
	return c
}

func (a *App) ses() *sesv2.Client {
	cfg, endpoint := a.aws("SESV2")
	return sesv2.NewFromConfig(cfg, func(o *sesv2.Options) { o.BaseEndpoint = endpoint })
}

func (a *App) pinpoint() *pinpointsmsvoicev2.Client {
	cfg, endpoint := a.aws("PINPOINT_SMS_VOICE_V2")
	return pinpointsmsvoicev2.NewFromConfig(cfg, func(o *pinpointsmsvoicev2.Options) { o.BaseEndpoint = endpoint })
}

// routes builds the mux of the function's row. handlers has one entry per pattern of the row,
// no more and no less: a difference is a programming error and stops the process.
func (a *App) routes(handlers map[string]http.Handler) http.Handler {
	a.handlers = handlers
	mux := http.NewServeMux()
	for _, pattern := range a.fn.Routes {
		h, ok := handlers[pattern]
		if !ok {
			panic("wire: " + a.fn.Name + " has no handler for " + pattern)
		}
		mux.Handle(pattern, h)
	}
	if len(handlers) != len(a.fn.Routes) {
		panic("wire: " + a.fn.Name + " has handlers that its row does not list")
	}
	if a.fn.Name != "portal" {
		mux.HandleFunc("/", httpapi.NotFound)
	}
	return httpapi.Handle(a.fn.Name, a.log, a.cfg.OriginKeys, a.measured(a.stoppable(mux)))
}
