// Package shared_test checks who imports whom, in the manner of go/build/deps_test.go.
package shared_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/courtoffice/courtoffice/"

// policy maps a package, or a folder ending in "/...", to what it may import beyond the standard
// library. The first matching row counts. Entries ending in "/..." allow a whole folder. Add to
// the list when a package gains a reason; do not loosen a row to mend a build.
var policy = []struct {
	pkg   string
	allow []string
}{
	{"shared/gost/...", []string{"shared/gost/..."}},
	{"shared/kzid", nil},
	{"shared/calendar", nil},
	{"shared/indexkey", nil},
	{"shared/locale", nil},
	{"shared/defect", []string{"shared/locale"}},
	{"shared/email", []string{"golang.org/x/net/idna", "golang.org/x/text/unicode/norm"}},
	{"shared/form", []string{"shared/calendar", "shared/defect", "shared/email", "shared/kzid", "github.com/gowebpki/jcs", "golang.org/x/text/unicode/norm"}},
	{"shared/party", []string{"shared/calendar", "shared/court", "shared/form"}},
	{"shared/duty", []string{"shared/calendar", "shared/locale"}},
	{"shared/court", []string{"shared/calendar", "shared/locale"}},
	{"shared/base64url", nil},
	{"shared/delivery", []string{"shared/base64url"}},
	{"shared/challenge", []string{"shared/base64url"}},
	{"shared/session", []string{"shared/base64url"}},
	{"shared/phone", []string{"shared/base64url", "shared/indexkey"}},
	{"shared/eds/cmd/eds", []string{"shared/eds", "shared/eds/...", "shared/receipt", "shared/receipt/sheet"}},
	{"shared/eds/...", []string{"shared/eds/...", "shared/gost/...", "shared/kzid", "golang.org/x/crypto/cryptobyte", "golang.org/x/crypto/cryptobyte/asn1", "golang.org/x/text/encoding/charmap"}},
	{"shared/outbox", []string{"shared/store/schema"}},
	{"shared/pace", nil},
	{"shared/trace", nil},
	{"shared/metric", nil},
	{"shared/public", []string{"github.com/aws/..."}},
	{"shared/queue", []string{"shared/trace", "github.com/aws/..."}},
	{"shared/awsjson", []string{"github.com/aws/..."}},
	{"shared/requestlog", []string{"shared/awsjson", "shared/breach"}},

	{"shared/agreement", []string{"shared/audit", "shared/defect", "shared/locale", "shared/outbox"}},
	{"shared/audit", []string{"shared/defect", "shared/kzid"}},
	{"shared/breach", []string{"shared/audit", "shared/defect"}},
	{"shared/support", []string{"shared/account", "shared/calendar", "shared/defect", "shared/filing", "shared/kzid", "shared/locale", "shared/outbox"}},
	{"shared/outage", []string{"shared/calendar"}},
	{"shared/maintenance", []string{"shared/audit", "shared/calendar", "shared/defect", "shared/locale", "shared/outbox"}},
	{"shared/account", []string{"shared/base64url", "shared/calendar", "shared/defect", "shared/email", "shared/indexkey", "shared/kzid", "shared/locale", "shared/outbox", "golang.org/x/crypto/argon2"}},
	{"shared/filing", []string{"shared/base64url", "shared/calendar", "shared/defect", "shared/duty", "shared/form", "shared/indexkey", "shared/kzid", "shared/locale", "shared/outbox", "github.com/gowebpki/jcs"}},
	{"shared/docket", []string{"shared/account", "shared/calendar", "shared/defect", "shared/delivery", "shared/form", "shared/indexkey", "shared/kzid", "shared/locale", "shared/outbox", "shared/party"}},
	{"shared/filing/filingtest", []string{"shared/calendar", "shared/filing", "shared/form", "shared/kzid", "github.com/google/go-cmp/cmp"}},
	{"shared/filing/render", []string{"shared/calendar", "shared/court", "shared/filing", "shared/form", "shared/locale", "shared/statement"}},
	{"shared/filing/render/cmd/statement", []string{"shared/act", "shared/eds/cms", "shared/filing", "shared/filing/...", "shared/form", "shared/statement"}},
	{"shared/filing/...", []string{"shared/filing/...", "shared/calendar", "shared/court", "shared/defect", "shared/duty", "shared/form", "shared/kzid", "shared/locale", "shared/party"}},
	{"shared/evidence", []string{"shared/act", "shared/eds/cms", "shared/filing", "shared/locale", "shared/receipt"}},
	{"shared/evidence/asice", []string{"shared/act", "shared/eds/cms", "shared/filing"}},
	{"shared/evidence/casefile", []string{"shared/act", "shared/calendar", "shared/docket", "shared/eds/cms", "shared/evidence/asice", "shared/filing", "shared/indexkey", "shared/locale"}},
	{"shared/evidence/rebuild", []string{"shared/documents", "shared/evidence", "shared/filing", "shared/receipt", "shared/store", "shared/store/schema", "golang.org/x/sync/errgroup"}},
	{"shared/evidence/evidencetest", []string{"shared/...", "github.com/aws/..."}},
	{"shared/receipt", []string{"github.com/gowebpki/jcs"}},
	{"shared/receipt/receipttest", []string{"shared/receipt"}},
	{"shared/kms", []string{"shared/awsjson", "github.com/aws/..."}},
	{"shared/qrcode", []string{"rsc.io/qr/..."}},
	{"shared/receipt/sheet", []string{"shared/court", "shared/locale", "shared/receipt", "shared/statement", "rsc.io/qr"}},
	{"shared/webhook", []string{"shared/outbox", "shared/receipt", "golang.org/x/net/idna"}},
	{"shared/statement", []string{"golang.org/x/text/unicode/norm"}},
	{"shared/verdict", nil},
	{"shared/inspect", []string{"shared/verdict", "github.com/gabriel-vasile/mimetype"}},
	{"shared/passkey/passkeytest", []string{"github.com/fxamacker/cbor/v2"}},
	{"shared/passkey", []string{"shared/account"}},
	{"shared/passkey/webauthn", []string{"shared/account", "shared/base64url", "shared/passkey", "github.com/go-webauthn/webauthn/protocol", "github.com/go-webauthn/webauthn/protocol/webauthncose"}},
	{"shared/notice", []string{"shared/account", "shared/agreement", "shared/court", "shared/delivery", "shared/docket", "shared/filing", "shared/maintenance", "shared/locale", "shared/support"}},
	{"shared/act", []string{"shared/account", "shared/audit", "shared/filing", "shared/locale", "github.com/gowebpki/jcs"}},
	{"shared/signer/signertest", []string{"shared/signer", "shared/eds/...", "shared/eds"}},
	{"shared/signer", []string{"shared/account", "shared/act", "shared/challenge", "shared/court", "shared/eds", "shared/eds/cms", "shared/locale", "shared/phone"}},

	{"shared/httpapi", []string{"shared/account", "shared/agreement", "shared/breach", "shared/challenge", "shared/defect", "shared/docket", "shared/eds", "shared/filing", "shared/locale", "shared/maintenance", "shared/metric", "shared/phone", "shared/session", "shared/signer", "shared/support", "shared/trace"}},
	{"shared/client/generate", []string{"shared/openapi"}},
	{"shared/client", nil},
	// The API's document, and what holds exchanges against it: tests and the local host alone import the latter.
	{"shared/openapi", nil},
	{"shared/openapi/conform", []string{"shared/openapi", "github.com/santhosh-tekuri/jsonschema/v6"}},
	{"shared/lambdahttp", []string{"shared/httpapi", "shared/trace", "github.com/aws/aws-lambda-go/events"}},

	{"shared/store/schema", nil},
	{"shared/store/engine", []string{"shared/store/schema", "github.com/aws/..."}},
	{"shared/store", []string{"shared/account", "shared/agreement", "shared/audit", "shared/base64url", "shared/breach", "shared/calendar", "shared/challenge", "shared/delivery", "shared/docket", "shared/filing", "shared/kzid", "shared/locale", "shared/maintenance", "shared/outbox", "shared/phone", "shared/receipt", "shared/session", "shared/store/schema", "shared/support", "shared/trace", "shared/verdict", "shared/webhook", "github.com/aws/...", "golang.org/x/sync/errgroup"}},
	{"shared/documents", []string{"shared/filing", "shared/store/schema", "github.com/aws/..."}},
	{"shared/mail", []string{"shared/delivery", "shared/email", "shared/notice", "github.com/aws/..."}},
	{"shared/sms", []string{"shared/notice", "github.com/aws/..."}},

	{"functions", []string{"shared/calendar", "shared/metric", "shared/store/schema"}},
	{"functions/internal/wire", []string{"functions/...", "shared/...", "github.com/aws/..."}},
	{"functions/internal/portal", []string{"functions", "shared/account", "shared/agreement", "shared/audit", "shared/calendar", "shared/court", "shared/docket", "shared/filing/...", "shared/form", "shared/httpapi", "shared/locale", "shared/maintenance", "shared/openapi", "shared/party", "shared/support", "github.com/yuin/goldmark/..."}},
	{"functions/internal/publish", nil},
	{"functions/internal/environment", []string{"functions", "shared/eds", "shared/store/schema"}},
	{"functions/internal/verifier", []string{"shared/httpapi"}},
	{"functions/verifier", []string{"functions/internal/environment", "functions/internal/verifier", "shared/lambdahttp", "github.com/aws/aws-lambda-go/lambda"}},
	// Tests alone import describe: it makes the API's document of everything.
	{"functions/internal/describe", []string{"functions", "functions/internal/...", "shared/..."}},
	{"functions/internal/inspect", []string{"shared/documents", "shared/inspect", "shared/store", "shared/verdict"}},
	{"functions/internal/revocation", []string{"shared/documents", "shared/eds", "shared/eds/crl", "shared/eds/online", "golang.org/x/sync/errgroup"}},
	{"functions/internal/maintenance", []string{"functions/internal/mandate", "shared/account", "shared/act", "shared/audit", "shared/calendar", "shared/defect", "shared/filing", "shared/httpapi", "shared/locale", "shared/maintenance", "shared/outage", "shared/receipt", "shared/signer", "shared/store/schema"}},
	{"functions/internal/probe", []string{"shared/calendar", "shared/client", "shared/documents", "shared/outage", "shared/store/schema"}},
	{"functions/internal/verifyfiling", []string{"shared/documents", "shared/eds", "shared/eds/certpath", "shared/eds/cms", "shared/evidence", "shared/filing", "shared/store", "shared/verdict", "golang.org/x/sync/errgroup"}},
	{"functions/internal/mobilesigning", []string{"shared/act", "shared/httpapi", "shared/locale", "shared/phone", "shared/qrcode", "shared/signer", "shared/store"}},
	{"functions/internal/passkey", []string{"functions/internal/entry", "shared/account", "shared/act", "shared/agreement", "shared/base64url", "shared/challenge", "shared/defect", "shared/httpapi", "shared/indexkey", "shared/locale", "shared/passkey", "shared/session", "shared/signer", "shared/store"}},
	{"functions/internal/issuekeys", []string{"shared/kms", "shared/receipt", "shared/store"}},
	{"functions/internal/keyring", []string{"shared/kms", "shared/receipt", "shared/store"}},
	{"functions/internal/holdlog", []string{"shared/breach", "shared/requestlog", "shared/store"}},
	{"functions/internal/trust", []string{"shared/eds/oid", "shared/documents", "shared/eds", "shared/eds/certpath", "shared/eds/crl", "shared/eds/online"}},
	{"functions/internal/evidencefile", []string{"functions/internal/cases", "shared/account", "shared/docket", "shared/documents", "shared/evidence", "shared/evidence/asice", "shared/evidence/casefile", "shared/filing", "shared/httpapi", "shared/store", "golang.org/x/sync/errgroup"}},
	{"functions/internal/...", []string{"functions/internal/entry", "functions/internal/mandate", "shared/account", "shared/act", "shared/agreement", "shared/audit", "shared/breach", "shared/calendar", "shared/challenge", "shared/court", "shared/defect", "shared/delivery", "shared/docket", "shared/documents", "shared/eds", "shared/eds/cms", "shared/evidence", "shared/evidence/asice", "shared/filing", "shared/filing/...", "shared/form", "shared/httpapi", "shared/indexkey", "shared/kzid", "shared/locale", "shared/maintenance", "shared/metric", "shared/notice", "shared/outbox", "shared/pace", "shared/party", "shared/phone", "shared/qrcode", "shared/queue", "shared/receipt", "shared/receipt/sheet", "shared/session", "shared/signer", "shared/statement", "shared/store", "shared/store/schema", "shared/support", "shared/verdict", "shared/webhook", "golang.org/x/sync/errgroup"}},
	{"functions/passkey", []string{"functions/internal/wire", "shared/lambdahttp", "shared/passkey/webauthn", "github.com/aws/aws-lambda-go/lambda"}},
	{"functions/...", []string{"functions/internal/wire", "shared/lambdahttp", "github.com/aws/aws-lambda-go/lambda"}},

	// The local host starts binaries; it does not import handlers. It publishes agreement
	// versions through the store, and the demo checks receipts as a client would.
	{"infra/local/...", []string{"functions", "infra/local/...", "shared/account", "shared/agreement", "shared/audit", "shared/calendar", "shared/client", "shared/court", "shared/documents", "shared/eds", "shared/eds/...", "shared/evidence", "shared/evidence/asice", "shared/evidence/casefile", "shared/evidence/rebuild", "shared/filing", "shared/kzid", "shared/locale", "shared/metric", "shared/openapi", "shared/openapi/conform", "shared/outage", "shared/passkey/passkeytest", "shared/public", "shared/receipt", "shared/requestlog", "shared/store", "shared/store/...", "github.com/aws/...", "github.com/coder/websocket", "github.com/google/uuid", "github.com/gowebpki/jcs", "golang.org/x/sync/errgroup", "modernc.org/sqlite/..."}},
	{"infra/night", []string{"functions", "shared/calendar", "shared/store/schema"}},
	{"infra/night/...", []string{"infra/night", "shared/calendar"}},
	{"infra/cost", []string{"functions", "infra/night"}},
	{"infra/cost/...", []string{"infra/cost"}},
	{"infra/preflight", []string{"functions", "github.com/aws/..."}},
	{"infra/rebuild", []string{"shared/documents", "shared/evidence/rebuild", "shared/receipt", "shared/store", "shared/store/schema", "github.com/aws/..."}},
	{"infra/advisories", nil},
	{"infra/rotate", nil},
	{"infra/redrive", []string{"github.com/aws/..."}},
	{"infra/teardown", []string{"github.com/aws/..."}},
	// bootstrap makes the first administrator: there is nobody to ask yet.
	{"infra/bootstrap", []string{"shared/store", "shared/store/...", "shared/account", "shared/audit", "shared/kzid", "github.com/aws/..."}},
	{"infra/stack", []string{"functions", "infra/local/host", "shared/store/schema", "github.com/aws/..."}},
	{"shared", nil},
	{"testdata/gen/...", []string{"shared/..."}},
	{"events/...", []string{"shared/...", "functions"}},
}

// forbidden are standard packages that pure packages may not import: rules take the instant and
// the random bytes they need as values.
var forbidden = map[string][]string{
	"pure": {"context", "net", "net/http", "os", "log", "math/rand", "math/rand/v2"},
}

var pure = []string{"infra/night", "shared/act", "shared/agreement", "shared/audit", "shared/base64url", "shared/breach", "shared/calendar", "shared/challenge", "shared/court", "shared/defect", "shared/delivery", "shared/docket", "shared/duty", "shared/email", "shared/evidence", "shared/evidence/asice", "shared/evidence/casefile", "shared/filing/...", "shared/form", "shared/indexkey", "shared/inspect", "shared/kzid", "shared/maintenance", "shared/notice", "shared/outage", "shared/outbox", "shared/party", "shared/phone", "shared/receipt", "shared/session", "shared/statement", "shared/support", "shared/verdict"}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImports(t *testing.T) {
	all := packages(t)
	if len(all) < 10 {
		t.Fatalf("go list found %d packages", len(all))
	}
	for _, p := range all {
		name := strings.TrimPrefix(p.ImportPath, module)
		row := slices.IndexFunc(policy, func(r struct {
			pkg   string
			allow []string
		}) bool {
			return matches(r.pkg, name)
		})
		if row < 0 {
			t.Errorf("%s: no row in the import policy", name)
			continue
		}
		for _, imp := range p.Imports {
			imp, own := strings.CutPrefix(imp, module)
			if !own && !strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
				if slices.Contains(pure, name) && slices.Contains(forbidden["pure"], imp) {
					t.Errorf("%s imports %s: rules are pure", name, imp)
				}
				continue // standard library
			}
			if !slices.ContainsFunc(policy[row].allow, func(a string) bool { return matches(a, imp) }) {
				t.Errorf("%s imports %s, which row %q does not allow", name, imp, policy[row].pkg)
			}
		}
	}
}

func matches(pattern, name string) bool {
	if dir, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == dir || strings.HasPrefix(name, dir+"/")
	}
	return pattern == name
}

func TestMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"shared/eds/...", "shared/eds", true},
		{"shared/eds/...", "shared/eds/cms", true},
		{"shared/eds/...", "shared/edsx", false},
		{"shared/store", "shared/store/engine", false},
	} {
		if got := matches(tt.pattern, tt.name); got != tt.want {
			t.Errorf("matches(%q, %q) = %v", tt.pattern, tt.name, got)
		}
	}
}
