package wire

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
	"github.com/courtoffice/courtoffice/shared/passkey/webauthn"
)

// setEnvironment sets every variable of a row to something that will do.
func setEnvironment(t *testing.T, row functions.Function) {
	t.Helper()
	trust, err := filepath.Abs("../../../testdata/pki/trust")
	if err != nil {
		t.Fatal(err)
	}
	special := map[string]string{
		functions.EnvTrustDir: trust, functions.EnvStage: "test", functions.EnvPortalURL: "https://court.example",
		functions.EnvIndexKey: strings.Repeat("01", 32), functions.EnvChallengeKey: strings.Repeat("02", 32),
		functions.EnvEarlierKeys: "", functions.EnvReceivers: "", functions.EnvMailRate: "100",
		functions.EnvNoticeRate: "1000", functions.EnvListsEvery: "60", functions.EnvOriginKeys: httpapi.OpenOrigin,
	}
	t.Setenv("AWS_ENDPOINT_URL_S3", noLists(t))
	t.Setenv("AWS_REGION", "eu-central-1")
	for _, name := range row.Variables() {
		value, ok := special[name]
		if !ok {
			value = strings.ToLower(name)
		}
		t.Setenv(name, value)
	}
}

// builders has the method of every HTTP function.
var builders = map[string]func(*App) http.Handler{
	"sign-in": (*App).SignIn, "accept-agreement": (*App).AcceptAgreement, "register": (*App).Register,
	"account": (*App).Account, "filings": (*App).FilingsRoutes, "file-claim": (*App).FileClaim, "evidence-file": (*App).EvidenceFile, "webhooks": (*App).Webhooks, "portal": (*App).Portal,
	"admin":          (*App).Admin,
	"passkey":        func(a *App) http.Handler { return a.Passkey(webauthn.Checker{}) },
	"mobile-signing": (*App).MobileSigning,
	"facts":          (*App).Facts,
	"verifier":       (*App).Verifier,
	"registry":       (*App).Registry,
	"maintenance":    (*App).MaintenanceRoutes,
	"cases":          (*App).CasesRoutes,
}

// readers has the method of every function that reads queues.
var readers = map[string]func(*App) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error){
	"notify": (*App).Notify, "lock-documents": (*App).LockDocuments, "deliver-webhooks": (*App).DeliverWebhooks, "keep-evidence": (*App).KeepEvidence, "inspect": (*App).Inspect, "hold-log": (*App).HoldLog,
}

// clocks has the method of every function that the clock wakes, and perhaps a stream.
var clocks = map[string]func(*App) func(context.Context, json.RawMessage) (any, error){
	"announce": (*App).Announce, "relay": (*App).Relay, "revocation": (*App).Revocation, "issue-keys": (*App).IssueKeys, "compare-evidence": (*App).CompareEvidence, "verify-filing": (*App).VerifyFiling, "probe": (*App).Probe, "publish": (*App).Publish,
}

// TestEveryFunctionIsAssembled: its routes are those of its row, and an unknown path gets an
// answer that says so.
func TestEveryFunctionIsAssembled(t *testing.T) {
	for _, row := range slices.Concat(functions.All, functions.Outside) {
		t.Run(row.Name, func(t *testing.T) {
			setEnvironment(t, row)
			app := MustLoad(row.Name)
			if build, ok := clocks[row.Name]; ok {
				_, err := build(app)(t.Context(), json.RawMessage(`{"schedule":"unknown","time":"2026-11-22T16:00:00Z"}`))
				if err == nil {
					t.Error("woken by nothing")
				}
				return
			}
			if len(row.Routes) == 0 {
				if build, ok := readers[row.Name]; !ok || build(app) == nil {
					t.Fatal("no handler")
				}
				return
			}
			build, ok := builders[row.Name]
			if !ok {
				t.Fatalf("%s has no builder", row.Name)
			}
			ev := events.APIGatewayV2HTTPRequest{RawPath: "/nowhere/at/all"}
			ev.RequestContext.HTTP.Method = http.MethodGet
			res, err := lambdahttp.Handler(build(app))(t.Context(), ev)
			if err != nil || res.StatusCode != http.StatusNotFound {
				t.Errorf("GET /nowhere/at/all: %d, %v", res.StatusCode, err)
			}
		})
	}
}

func TestLoadNamesEveryWrongVariable(t *testing.T) {
	row, _ := functions.Named("file-claim")
	setEnvironment(t, row)
	t.Setenv(functions.EnvIndexKey, "0102")
	t.Setenv("FILINGS_TABLE", "")
	_, err := environment.Load("file-claim")
	if err == nil || !strings.Contains(err.Error(), "INDEX_KEY is not 32 bytes") || !strings.Contains(err.Error(), "FILINGS_TABLE is empty") {
		t.Errorf("Load = %v", err)
	}
	if _, err := environment.Load("no-such-function"); err == nil {
		t.Error("an unknown function was loaded")
	}
}

func TestRoutesMustMatchTheRow(t *testing.T) {
	row, _ := functions.Named("sign-in")
	app := &App{fn: row}
	handlers := map[string]http.Handler{"GET /extra": http.NotFoundHandler()}
	for _, pattern := range row.Routes {
		handlers[pattern] = http.NotFoundHandler()
	}
	for name, change := range map[string]func(){
		"one too many": func() {},
		"one missing":  func() { delete(handlers, "GET /extra"); delete(handlers, row.Routes[0]) },
	} {
		change()
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			app.routes(handlers)
		}()
	}
}
