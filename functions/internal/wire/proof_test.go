package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestAcceptanceIsProvedWithoutTheOffice: what someone holds who has an exported acceptance, the
// published text and the command eds, and neither our database nor our word (agreement, clause 2).
func TestAcceptanceIsProvedWithoutTheOffice(t *testing.T) {
	o := newOffice(t)
	_, token := o.registered()
	var export profile.Export
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account/export", nil, token), 200, "").raw), &export); err != nil {
		t.Fatal(err)
	}
	accepted := export.Acceptances[0]

	dir := t.TempDir()
	signature, document := filepath.Join(dir, "acceptance.p7s"), filepath.Join(dir, "acceptance.json")
	if err := os.WriteFile(signature, accepted.Signature, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", "github.com/courtoffice/courtoffice/shared/eds/cmd/eds", "verify",
		"-trust", o.pki.Dir, "-at", o.at.Format(time.RFC3339), "-out", document, signature).CombinedOutput()
	if err != nil {
		t.Fatalf("eds verify: %v\n%s", err, out)
	}
	content, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := act.Parse(content, act.AcceptAgreement)
	if err != nil {
		t.Fatal(err)
	}

	t.Setenv(schema.Documents.Env, "documents")
	ev := o.event("GET /{path...}", nil, "")
	ev.RawPath = "/" + string(signed.Lang) + "/agreement/" + signed.Agreement.ID + "/text"
	text, err := lambdahttp.Handler(o.app(t, "portal").Portal())(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text.Body))
	if text.StatusCode != 200 || hex.EncodeToString(sum[:]) != signed.Agreement.SHA256 {
		t.Errorf("%s answers %d with another text than the one that was signed: %q", ev.RawPath, text.StatusCode, text.Body)
	}
}
