package host_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

// TestPagesWithoutFunctions: with the functions' own binaries the public pages come from S3, as the portal
// would answer them, and go on to when every function is dead; a version of the agreement that is published,
// and midnight, change them.
func TestPagesWithoutFunctions(t *testing.T) {
	dir := t.TempDir()
	var rows []functions.Function
	for _, name := range []string{"portal", "relay", "publish"} {
		row, _ := functions.Named(name)
		rows = append(rows, row)
		if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(dir, name), "github.com/courtoffice/courtoffice/functions/"+name).CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v: %s", name, err, out)
		}
	}
	state := t.TempDir()
	h := start(t, state, func(c *host.Config) {
		c.Functions, c.Binary, c.TrustDir = rows, func(name string) string { return filepath.Join(dir, name) }, ""
	})
	paths := []string{"/", "/help", "/agreement", "/agreement/v1", "/agreement/v1/text", "/register", "/sign-in", "/maintenance", "/verify", "/facts", "/support", "/problems/internal", "/programs", "/account", "/filings"}
	get := func(path string) (header http.Header, body string) {
		t.Helper()
		res, err := http.Get(h.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != 200 {
			return res.Header, ""
		}
		return res.Header, string(b)
	}
	stored := func(header http.Header) bool { return header.Get("Etag") != "" && header.Get("Apigw-Requestid") == "" }
	until := func(what string, path string, ok func(http.Header, string) bool) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			header, body := get(path)
			if ok(header, body) {
				return
			}
			if time.Now().After(deadline) {
				log, _ := os.ReadFile(filepath.Join(state, "log", "publish.log"))
				t.Fatalf("%s: %v %.500s\npublish says %.2000s", what, header, body, log)
			}
		}
	}
	until("the last page is written", "/en/filings", func(header http.Header, _ string) bool { return stored(header) })
	until("all pages are written", "/en/agreement/v1/text", func(header http.Header, _ string) bool { return stored(header) })
	until("all pages are written", "/kk/", func(header http.Header, _ string) bool { return stored(header) })

	answered := map[string]string{}
	for _, lang := range locale.Langs {
		for _, behind := range paths {
			path := "/" + string(lang) + behind
			event, err := json.Marshal(map[string]any{
				"version": "2.0", "routeKey": "GET /{proxy+}", "rawPath": path, "headers": map[string]string{}, "requestContext": map[string]any{
					"requestId": "r", "routeKey": "GET /{proxy+}", "timeEpoch": h.Now().UnixMilli(), "http": map[string]string{"method": "GET", "path": path, "sourceIp": "192.0.2.1"},
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			var answer struct {
				StatusCode int
				Headers    map[string]string
				Body       string
			}
			call(t, "POST", h.URL+"/_local/lambda/2015-03-31/functions/portal/invocations", string(event), &answer)
			if answer.StatusCode != 200 {
				t.Fatalf("%s: the function answers %+v", path, answer)
			}
			header, body := get(path)
			if !stored(header) || body != answer.Body {
				t.Errorf("%s: the edge has %v %.300q, the function %.300q", path, header, body, answer.Body)
			}
			for name, value := range answer.Headers {
				if name != "x-request-id" && header.Get(name) != value {
					t.Errorf("%s: %s is %q at the edge, %q of the function", path, name, header.Get(name), value)
				}
			}
			answered[path] = body
		}
	}

	call(t, "POST", h.URL+"/_local/dead", `{"functions":["all"]}`, nil)
	if res := call(t, "GET", h.URL+"/kk/no-such-page", "", nil); res.StatusCode != 503 {
		t.Errorf("a function answers still: %d", res.StatusCode)
	}
	for path, want := range answered {
		if _, body := get(path); body != want {
			t.Errorf("%s with every function dead: %.300q", path, body)
		}
		for _, part := range strings.Split(want, `"/static/`)[1:] {
			asset, _, _ := strings.Cut(part, `"`)
			if _, body := get("/static/" + asset); body == "" && !strings.HasSuffix(asset, "/") {
				t.Errorf("%s loads %s, which is not there", path, asset)
			}
			break // the test of publish has them all
		}
	}
	call(t, "POST", h.URL+"/_local/dead", `{"functions":[]}`, nil)

	texts := map[locale.Lang]string{}
	for _, lang := range locale.Langs {
		texts[lang] = "# Another version in " + string(lang)
	}
	v2, err := agreement.New("v2", texts, h.Now(), false)
	if err != nil {
		t.Fatal(err)
	}
	db := engine.Dynamo(h.Health().Endpoints["DYNAMODB"])
	if err := store.NewSite(db, "courtoffice-site").PublishAgreement(t.Context(), v2); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	for _, lang := range locale.Langs {
		until("a version is published", "/"+string(lang)+"/agreement/v2", func(header http.Header, body string) bool {
			return stored(header) && strings.Contains(body, "Another version in "+string(lang))
		})
	}
	t.Logf("pages of a version %s after it was published", time.Since(begin).Round(10*time.Millisecond))

	call(t, "POST", h.URL+"/_local/shift", fmt.Sprintf(`{"shift":%q}`, "24h"), nil)
	for _, lang := range locale.Langs {
		until("the day has changed", "/"+string(lang)+"/", func(header http.Header, body string) bool {
			return stored(header) && strings.Contains(body, locale.Date(lang, h.Now()))
		})
	}
	if !slices.Contains(paths, "/verify") {
		t.Error("the page that verifies is not among them")
	}
}
