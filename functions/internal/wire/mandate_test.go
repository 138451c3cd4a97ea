package wire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/challenge"
)

// unsigned asks for the document of an administrator's act: the request without a signature.
func (d *administration) unsigned(route string, body object, token string) (document []byte) {
	d.Helper()
	ev := d.placed(route, body, token)
	res := d.respond(ev)
	var asked struct{ Document []byte }
	if err := json.Unmarshal([]byte(res.Body), &asked); err != nil || res.StatusCode != 200 || asked.Document == nil {
		d.Fatalf("%s: %d, %s", route, res.StatusCode, res.Body)
	}
	return asked.Document
}

// TestAdministratorsSign: what changes the office for others is done by the signature of the
// administrator whose session it is, over exactly the request it comes with, once.
func TestAdministratorsSign(t *testing.T) {
	d := newAdministration(t)
	status := "POST /api/admin/accounts/{id}/status  id=" + d.user
	disable := object{"from": "active", "to": "disabled", "reason": reason}
	document := d.unsigned(status, disable, d.firstToken)
	signed := d.signed("erlan", document)["signature"]

	parsed, err := act.Parse(document, act.Administer)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *parsed.Administration, (act.Administration{
		Act: audit.AccountSuspended, Detail: "active", Of: "СЕЙІТОВА АЙГҮЛ ******0126", Reason: reason, Target: d.user,
	}); got != want {
		t.Errorf("the document says %+v, want %+v", got, want)
	}
	for _, word := range []string{"https://court.example", "СЕЙІТОВА АЙГҮЛ ******0126", reason} {
		if !strings.Contains(parsed.Statement, word) {
			t.Errorf("%q is not in the words that are signed: %s", word, parsed.Statement)
		}
	}
	before := d.snapshot()
	for _, tt := range []struct {
		name, route string
		body        object
		token       string
		status      int
		slug        string
	}{
		{"another reason", status, with(disable, "reason", "because of something else"), d.firstToken, 422, "challenge-invalid"},
		{"another act", status, with(disable, "to", "closed"), d.firstToken, 422, "challenge-invalid"},
		{"another account", "POST /api/admin/accounts/{id}/status  id=" + d.second, disable, d.firstToken, 422, "challenge-invalid"},
		{"a right in place of a status", "POST /api/admin/accounts/{id}/rights/{right}  id=" + d.user + " right=clerk.almaty-medeu", object{"reason": reason}, d.firstToken, 422, "challenge-invalid"},
		{"in another administrator's session", status, disable, d.secondToken, 403, "wrong-signer"},
		{"in the holder's session", status, disable, d.userToken, 403, "forbidden"},
		{"in none", status, disable, "", 401, "unauthenticated"},
		{"another's signature", status, with(disable, "signature", d.signed("dana", document)["signature"]), d.firstToken, 403, "wrong-signer"},
		{"a company's signature", status, with(disable, "signature", d.signed("signer", document)["signature"]), d.firstToken, 403, "wrong-signer"},
		{"a key for signing in", status, with(disable, "signature", d.signed("auth", document)["signature"]), d.firstToken, 422, "certificate-not-for-signing"},
		{"a sign-in", status, with(disable, "signature", d.signed("erlan", d.document("POST /api/sign-in/document", object{}))["signature"]), d.firstToken, 422, "challenge-invalid"},
	} {
		body := tt.body
		if body["signature"] == nil {
			body = with(body, "signature", signed)
		}
		if a := d.send(d.placed(tt.route, body, tt.token)); a.status != tt.status || a.slug != tt.slug {
			t.Errorf("%s: %d %s, want %d %s: %s", tt.name, a.status, a.slug, tt.status, tt.slug, a.raw)
		}
	}
	after := d.snapshot()
	for key, content := range before {
		if after[key] != content && !strings.HasPrefix(key, "SESSION#") {
			t.Errorf("refused acts changed %s: %s", key, after[key])
		}
	}

	d.want(d.send(d.placed(status, with(disable, "signature", signed), d.firstToken)), 200, "")
	enable := object{"from": "disabled", "to": "active", "reason": reason}
	d.want(d.do(status, enable, d.firstToken), 200, "")
	d.want(d.send(d.placed(status, with(disable, "signature", signed), d.firstToken)), 422, "challenge-invalid") // one did once in seven days

	right, why := "POST /api/admin/accounts/{id}/rights/{right}  id="+d.user+" right=clerk.almaty-medeu", object{"reason": reason}
	withdrawal := strings.Replace(right, "{right}", "{right}/withdrawal", 1)
	signed = d.signed("erlan", d.unsigned(right, why, d.firstToken))["signature"]
	d.want(d.send(d.placed(right, with(why, "signature", signed), d.firstToken)), 202, "")
	d.want(d.do(withdrawal, why, d.firstToken), 200, "")
	d.want(d.send(d.placed(right, with(why, "signature", signed), d.firstToken)), 409, "challenge-used")

	late := d.signed("erlan", d.unsigned(right, why, d.firstToken))["signature"]
	d.at = d.at.Add(challenge.Life + time.Second)
	d.want(d.send(d.placed(right, with(why, "signature", late), d.firstToken)), 409, "challenge-expired")
}

// TestSignaturesOfAdministrators: the office's audit keeps the signature; the holder's copy names it.
func TestSignaturesOfAdministrators(t *testing.T) {
	d := newAdministration(t)
	right := "POST /api/admin/accounts/{id}/rights/{right}  id=" + d.user + " right=clerk.almaty-medeu"
	d.want(d.do(right, object{"reason": reason}, d.firstToken), 202, "")

	list := d.want(d.do("GET /api/admin/audit", nil, d.firstToken), 200, "")
	var entries []object
	for _, e := range list.body["entries"].([]any) {
		if e.(object)["signature"] != nil {
			entries = append(entries, e.(object))
		}
	}
	if len(entries) != 1 || entries[0]["act"] != string(audit.RightProposed) {
		t.Fatalf("signed are %v", entries)
	}
	cms, err := base64.StdEncoding.DecodeString(entries[0]["signature"].(string))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(cms)
	own := decodeAs[profile.AuditList](t, d.want(d.call("GET /api/account/audit", nil, d.userToken), 200, ""))
	if own.Entries[0].Act != audit.RightProposed || own.Entries[0].Signed != hex.EncodeToString(sum[:]) {
		t.Errorf("the holder sees %+v", own.Entries[0])
	}
	if export := d.want(d.call("GET /api/account/export", nil, d.userToken), 200, ""); strings.Contains(export.raw, entries[0]["signature"].(string)) ||
		!strings.Contains(export.raw, hex.EncodeToString(sum[:])) {
		t.Error("the export has the administrator's certificate, or does not name the signature")
	}
}
