package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	headPassword   = "басшының сөзі 31 тас"
	signerPassword = "қызметкер сөзі 47 су"
)

// firm is a company whose head and employee with the right to sign each have a password.
type firm struct {
	*office
	id           string
	head, signer string // session tokens, by EDS
}

func newFirm(t *testing.T) *firm {
	t.Helper()
	f := &firm{office: newOffice(t)}
	f.private = append(f.private, headPassword, signerPassword)
	f.want(f.accept("head", "v1"), 201, "")
	a := f.want(f.register("head", f.registration(companyForm("СЕЙІТОВА АЙГҮЛ", signertest.AigulIIN)), headPassword), 201, "")
	f.id, f.head = a.body["id"].(string), a.cookie
	f.setPassword("signer", signerPassword)
	f.signer = f.want(f.signIn("signer"), 200, "").cookie
	return f
}

// setPassword sets a person's password by their EDS, through the account's address.
func (o *office) setPassword(key, password string) {
	o.Helper()
	o.verified()
	body := o.signed(key, o.document("POST /api/account/password-reset/document", object{"lang": "kk"}))
	body["password"] = password
	asked := o.want(o.call("POST /api/account/password-reset", body), 202, "")
	o.want(o.confirm(asked, o.resetCode(asked)), 204, "")
}

// verified makes the addresses of all accounts verified ones.
func (o *office) verified() {
	o.Helper()
	table := o.name(schema.Accounts)
	for _, it := range o.scanned(table) {
		if it["SK"].(*types.AttributeValueMemberS).Value != "ACCOUNT" || it["verified"] != nil {
			continue
		}
		it["verified"] = text(o.at.Add(-time.Hour).UTC().Format("2006-01-02T15:04:05.000Z"))
		if _, err := o.db.PutItem(o.Context(), &dynamodb.PutItemInput{TableName: &table, Item: it}); err != nil {
			o.Fatal(err)
		}
	}
}

func (o *office) scanned(table string) []map[string]types.AttributeValue {
	o.Helper()
	out, err := o.db.Scan(o.Context(), &dynamodb.ScanInput{TableName: &table})
	if err != nil {
		o.Fatal(err)
	}
	return out.Items
}

// resetCode reads the code on its way to the address that confirms a reset.
func (o *office) resetCode(asked answer) string {
	o.Helper()
	for _, e := range o.accountEvents(account.EventResetCode) {
		if name := asked.body["reset"].(string); strings.HasSuffix(name, "~"+e.ID) {
			o.mu.Lock()
			o.private = append(o.private, `"`+e.Code)
			o.mu.Unlock()
			return e.Code
		}
	}
	o.Fatal("no code is on its way")
	return ""
}

// confirm types a code for a reset.
func (o *office) confirm(asked answer, code string) answer {
	o.Helper()
	return o.call("POST /api/account/password-reset/confirmation", object{"reset": asked.body["reset"], "code": code})
}

func (o *office) byPassword(number, person, password string) answer {
	o.Helper()
	return o.call("POST /api/sign-in/password", object{"number": number, "person": person, "password": password})
}

// people lists who acts, as a token's holder sees it, by name.
func (f *firm) people(token string) map[string]profile.Acting {
	f.Helper()
	var p profile.Profile
	if err := json.Unmarshal([]byte(f.want(f.call("GET /api/account", nil, token), 200, "").raw), &p); err != nil {
		f.Fatal(err)
	}
	out := map[string]profile.Acting{}
	for _, one := range p.Acting {
		out[one.Name] = one
	}
	return out
}

func (f *firm) endAccess(token, person string) answer {
	f.Helper()
	return f.send(at(f.event("DELETE /api/account/acting/{person}", nil, token), "{person}", person))
}

// TestPasswordIsAPersons: a company's account opens with the number and the password of who acts.
func TestPasswordIsAPersons(t *testing.T) {
	f := newFirm(t)
	for _, tt := range []struct {
		name, number, person, password string
		status                         int
		slug                           string
	}{
		{"the head's", signertest.BIN, signertest.AigulIIN, headPassword, 200, ""},
		{"the employee's", signertest.BIN, signertest.ErlanIIN, signerPassword, 200, ""},
		{"the head's for the employee", signertest.BIN, signertest.ErlanIIN, headPassword, 401, "wrong-credentials"},
		{"the employee's for the head", signertest.BIN, signertest.AigulIIN, signerPassword, 401, "wrong-credentials"},
		{"of one who never acted", signertest.BIN, signertest.DanaIIN, headPassword, 401, "wrong-credentials"},
		{"nobody named", signertest.BIN, "", headPassword, 422, "invalid-fields"},
		{"nonsense named", signertest.BIN, "12", headPassword, 422, "invalid-fields"},
		{"a person beside an IIN", signertest.AigulIIN, signertest.AigulIIN, headPassword, 422, "invalid-fields"},
		{"a person who has no account", signertest.AigulIIN, "", headPassword, 401, "wrong-credentials"},
	} {
		if a := f.byPassword(tt.number, tt.person, tt.password); a.status != tt.status || a.slug != tt.slug {
			t.Errorf("%s: %d %s, want %d %s", tt.name, a.status, a.slug, tt.status, tt.slug)
		}
	}
	token := f.want(f.byPassword(signertest.BIN, signertest.ErlanIIN, signerPassword), 200, "").cookie
	if who := f.want(f.call("GET /api/session", nil, token), 200, "").body["person"].(object); who["name"] != "ОМАРОВ ЕРЛАН" || who["role"] != "signer" {
		t.Errorf("the session is %v's", who)
	}
	for _, n := range f.sessions(token).Sessions {
		if n.Person != "ОМАРОВ ЕРЛАН" {
			t.Errorf("the employee sees a session of %s", n.Person)
		}
	}
}

// TestHeadEndsAccess tries who may end whose access: the head alone, and only signed in with the EDS.
func TestHeadEndsAccess(t *testing.T) {
	f := newFirm(t)
	headByPassword := f.want(f.byPassword(signertest.BIN, signertest.AigulIIN, headPassword), 200, "").cookie
	byPassword := f.want(f.byPassword(signertest.BIN, signertest.ErlanIIN, signerPassword), 200, "").cookie
	people := f.people(f.head)
	head, employee := people["СЕЙІТОВА АЙГҮЛ"], people["ОМАРОВ ЕРЛАН"]
	if len(people) != 2 || !head.MayEnd || head.PasswordAt == nil || employee.PasswordAt == nil || employee.NotAfter == nil {
		t.Fatalf("people %+v", people)
	}
	for name, token := range map[string]string{"employee": f.signer, "employee by password": byPassword, "head by password": headByPassword} {
		if f.people(token)["СЕЙІТОВА АЙГҮЛ"].MayEnd {
			t.Errorf("the %s is told they may end the head's access", name)
		}
		for _, person := range []string{head.ID, employee.ID} {
			f.want(f.endAccess(token, person), 403, "forbidden")
		}
		for _, n := range f.sessions(f.head).Sessions {
			if n.Person == "СЕЙІТОВА АЙГҮЛ" && name != "head by password" {
				f.want(f.send(at(f.event("DELETE /api/account/sessions/{session}", nil, token), "{session}", n.ID)), 404, "not-found")
			}
		}
	}
	f.want(f.endAccess("", employee.ID), 401, "unauthenticated")
	f.want(f.endAccess(f.head, "1."+employee.ID), 404, "not-found")

	f.want(f.endAccess(f.head, employee.ID), 204, "")
	for _, token := range []string{f.signer, byPassword} {
		f.want(f.call("GET /api/session", nil, token), 401, "unauthenticated")
	}
	for _, token := range []string{f.head, headByPassword} {
		f.want(f.call("GET /api/session", nil, token), 200, "")
	}
	f.want(f.byPassword(signertest.BIN, signertest.ErlanIIN, signerPassword), 401, "wrong-credentials")
	if got := f.people(f.head)["ОМАРОВ ЕРЛАН"]; got.PasswordAt != nil {
		t.Errorf("the employee has a password since %v", got.PasswordAt)
	}
	f.want(f.signIn("signer"), 200, "") // the certificate is the NCA's to end
}

// TestPasswordLapses: with the certificate of its person, by time and by revocation.
func TestPasswordLapses(t *testing.T) {
	f := newFirm(t)
	notAfter := signertest.At.Add(265 * 24 * time.Hour)
	f.at = notAfter.Add(-time.Minute)
	token := f.want(f.byPassword(signertest.BIN, signertest.ErlanIIN, signerPassword), 200, "").cookie
	f.want(f.call("GET /api/session", nil, token), 200, "")
	f.at = notAfter
	f.want(f.call("GET /api/session", nil, token), 401, "unauthenticated")
	f.at = notAfter.Add(time.Second)
	f.want(f.byPassword(signertest.BIN, signertest.ErlanIIN, signerPassword), 403, "password-lapsed")
	f.want(f.byPassword(signertest.BIN, signertest.ErlanIIN, headPassword), 401, "wrong-credentials") // a guess learns nothing

	// A certificate that is revoked takes password and sessions along, as soon as that is seen.
	o := newOffice(t)
	id, _ := o.registered()
	token = o.want(o.byPassword(signertest.AigulIIN, "", password), 200, "").cookie
	if _, err := o.db.UpdateItem(o.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr(o.name(schema.Accounts)), Key: map[string]types.AttributeValue{"PK": text("ACCOUNT#" + id), "SK": text("ACTING")},
		UpdateExpression:          ptr("SET certificate = :c"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":c": &types.AttributeValueMemberB{Value: o.pki.Keys["revoked"].Certificate}},
	}); err != nil {
		t.Fatal(err)
	}
	o.want(o.byPassword(signertest.AigulIIN, "", password), 403, "password-lapsed")
	o.want(o.call("GET /api/session", nil, token), 401, "unauthenticated")
	o.want(o.signIn("aigul"), 200, "")
	o.want(o.byPassword(signertest.AigulIIN, "", password), 401, "wrong-credentials")
	o.setPassword("aigul", "мүлде жаңа сөз 58 қар")
	if a := o.want(o.byPassword(signertest.AigulIIN, "", "мүлде жаңа сөз 58 қар"), 200, ""); o.sessions(a.cookie).Sessions[0].By != session.ByPassword {
		t.Error("the new password opens nothing")
	}
}

// TestPasswordReadsAndDrafts: a password's session changes no contact that has legal force, names nobody
// and takes nothing out of the office; it may still show that the address there is is the holder's.
func TestPasswordReadsAndDrafts(t *testing.T) {
	o := newOffice(t)
	o.private = append(o.private, "thief@", "7077654321")
	_, eds := o.registered()
	token := o.want(o.byPassword(signertest.AigulIIN, "", password), 200, "").cookie
	for route, body := range map[string]any{
		"POST /api/account/email":           object{"email": "thief@example.kz"},
		"POST /api/account/mobile":          object{"mobile": "+77077654321"},
		"DELETE /api/account/mobile":        nil,
		"POST /api/account/representatives": named,
		"GET /api/account/export":           nil,
	} {
		o.want(o.call(route, body, token), 403, "eds-needed")
	}
	// A code that the EDS asked for is not typed by a password.
	o.want(o.call("POST /api/account/email", object{"email": "thief@example.kz"}, eds), 202, "")
	o.want(o.call("POST /api/account/email/code", object{"code": o.codeTo("thief@example.kz")}, token), 403, "eds-needed")
	o.at = o.at.Add(time.Second) // the code of registration is an earlier one
	o.want(o.call("POST /api/account/email", object{"email": "aigul@example.kz"}, token), 202, "")
	o.want(o.call("POST /api/account/email/code", object{"code": o.codeTo("aigul@example.kz")}, token), 204, "")
	var p profile.Profile
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account", nil, token), 200, "").raw), &p); err != nil || p.Email != "aigul@example.kz" || !p.Verified {
		t.Errorf("notices go to %s, verified %v, %v", p.Email, p.Verified, err)
	}
}
