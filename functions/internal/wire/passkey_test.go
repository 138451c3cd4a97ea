package wire

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions/internal/passkey"
	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/passkey/passkeytest"
	"github.com/courtoffice/courtoffice/shared/passkey/webauthn"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const deviceName = "Менің телефоным"

// withPasskeys is an office that has the function too.
func withPasskeys(o *office) *office {
	o.functions["passkey"] = o.described(o.app(o.T, "passkey").Passkey(webauthn.Checker{}))
	o.private = append(o.private, deviceName)
	return o
}

// offered is what the office wants signed and made for a passkey.
func (o *office) offered(token string) (d struct {
	Document, Challenge, Handle []byte
	Domain, Name                string
	Known                       [][]byte
}) {
	o.Helper()
	if err := json.Unmarshal([]byte(o.want(o.call("POST /api/passkeys/document", object{"lang": "kk"}, token), 200, "").raw), &d); err != nil {
		o.Fatal(err)
	}
	return d
}

// adding is a request to add a passkey, signed by key, and the device that made it; change may spoil the device.
func (o *office) adding(token, key string, change func(*passkeytest.Passkey)) (object, *passkeytest.Passkey) {
	o.Helper()
	d := o.offered(token)
	p, err := passkeytest.New(passkeytest.ES256, d.Domain, "https://court.example", d.Handle)
	if err != nil {
		o.Fatal(err)
	}
	p.Count = 1
	if change != nil {
		change(p)
	}
	made, err := p.Create(d.Challenge)
	if err != nil {
		o.Fatal(err)
	}
	p.Count = 2
	return with(o.signed(key, d.Document), "name", deviceName, "credential", made.Credential, "clientData", made.ClientData, "attestation", made.Attestation), p
}

// added adds a passkey for whoever's session it is.
func (o *office) added(token, key string) *passkeytest.Passkey {
	o.Helper()
	body, p := o.adding(token, key, nil)
	o.want(o.call("POST /api/passkeys", body, token), 201, "")
	return p
}

// answered is a passkey's answer to a fresh challenge.
func (o *office) answered(p *passkeytest.Passkey) passkeytest.Used {
	o.Helper()
	var asked struct{ Challenge []byte }
	if err := json.Unmarshal([]byte(o.want(o.call("POST /api/sign-in/passkey/challenge", object{}), 200, "").raw), &asked); err != nil {
		o.Fatal(err)
	}
	u, err := p.Get(asked.Challenge)
	if err != nil {
		o.Fatal(err)
	}
	return u
}

func (o *office) byPasskey(p *passkeytest.Passkey) answer {
	o.Helper()
	return o.call("POST /api/sign-in/passkey", o.answered(p))
}

func (o *office) passkeys(token string) (l passkey.List) {
	o.Helper()
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/passkeys", nil, token), 200, "").raw), &l); err != nil {
		o.Fatal(err)
	}
	return l
}

func (o *office) removed(token, id string) answer {
	o.Helper()
	return o.send(at(o.event("DELETE /api/passkeys/{passkey}", nil, token), "{passkey}", id))
}

// TestPasskey: from the EDS to a session that reads and drafts, and to its end.
func TestPasskey(t *testing.T) {
	o := withPasskeys(newOffice(t))
	id, token := o.registered()
	if l := o.passkeys(token); len(l.Passkeys) != 0 || !l.MayAdd || l.Most != account.MaxPasskeys {
		t.Errorf("nobody has any: %+v", l)
	}
	o.operations()
	d := o.offered(token)
	if got := o.operations(); got != "GetItem GetItem Query" {
		t.Errorf("asking for a document calls %s", got)
	}
	if raw := base64.RawURLEncoding.EncodeToString(d.Challenge); !strings.Contains(string(d.Document), `"challenge":"`+raw+`"`) ||
		!strings.Contains(string(d.Document), "кіру кілтін қосамын") || d.Domain != "court.example" || len(d.Handle) != 32 || d.Name != "******0126" {
		t.Errorf("offered %+v %s", d, d.Document)
	}
	if strings.Contains(string(d.Handle), id) {
		t.Error("the handle says whose it is")
	}
	body, p := o.adding(token, "aigul", nil)
	o.operations()
	a := o.want(o.call("POST /api/passkeys", body, token), 201, "")
	if got := o.operations(); got != "GetItem GetItem GetItem Query TransactWriteItems" {
		t.Errorf("adding calls %s", got)
	}
	o.want(o.call("POST /api/passkeys", body, token), 422, "passkey-invalid") // it is there
	if e := o.accountEvents(account.EventPasskeyAdded); len(e) != 1 || e[0].By != "eds" {
		t.Errorf("told %+v", e)
	}
	if l := o.passkeys(token); len(l.Passkeys) != 1 || l.Passkeys[0].Name != deviceName || !l.Passkeys[0].Own || l.Passkeys[0].UsedAt != nil || l.Passkeys[0].ID != a.body["id"] {
		t.Errorf("passkeys %+v", l)
	}
	if again := o.offered(token); len(again.Known) != 1 || string(again.Known[0]) != string(p.ID) || string(again.Handle) != string(d.Handle) {
		t.Errorf("offered again %+v", again)
	}

	o.at = o.at.Add(time.Minute)
	var e struct{ Passkeys []profile.ExportedPasskey }
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account/export", nil, token), 200, "").raw), &e); err != nil || len(e.Passkeys) != 1 || e.Passkeys[0].Name != deviceName {
		t.Errorf("exported %+v, %v", e, err)
	}
	u := o.answered(p)
	o.operations()
	in := o.want(o.call("POST /api/sign-in/passkey", u), 200, "")
	if got := o.operations(); got != "UpdateItem Query BatchGetItem GetItem BatchGetItem TransactWriteItems UpdateItem" &&
		got != "UpdateItem Query BatchGetItem GetItem BatchGetItem TransactWriteItems UpdateItem Query" { // agreements, the first time
		t.Errorf("signing in calls %s", got)
	}
	if in.body["id"] != id || in.cookie == "" {
		t.Errorf("signed in: %s", in.raw)
	}
	o.want(o.call("POST /api/sign-in/passkey", u), 409, "challenge-used") // which says nothing of a copy
	o.want(o.call("GET /api/session", nil, in.cookie), 200, "")
}

// TestPasskeyReplay: a signature opens one session, also of a passkey that does not count, and also of many sent
// at once.
func TestPasskeyReplay(t *testing.T) {
	o := withPasskeys(newOffice(t))
	_, token := o.registered()
	p := o.added(token, "aigul")
	p.Count = 2
	u := o.answered(p)
	answers := make(chan answer)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { answers <- o.call("POST /api/sign-in/passkey", u) })
	}
	go func() { all.Wait(); close(answers) }()
	opened := 0
	for a := range answers {
		if a.status == 200 {
			opened++
		}
	}
	if opened != 1 || len(o.passkeys(token).Passkeys) != 1 {
		t.Errorf("one signature opened %d sessions, and left %+v", opened, o.passkeys(token))
	}

	body, p := o.adding(token, "aigul", func(p *passkeytest.Passkey) { p.Count = 0 })
	p.Count = 0
	o.want(o.call("POST /api/passkeys", body, token), 201, "")
	u = o.answered(p)
	o.want(o.call("POST /api/sign-in/passkey", u), 200, "")
	o.want(o.call("POST /api/sign-in/passkey", u), 409, "challenge-used")
	late := o.answered(p)
	o.at = o.at.Add(challenge.Life + time.Second)
	o.want(o.call("POST /api/sign-in/passkey", late), 409, "challenge-expired")
}

// TestPasskeyRefused has one thing wrong in each row.
func TestPasskeyRefused(t *testing.T) {
	o := withPasskeys(newOffice(t))
	_, token := o.registered()
	p := o.added(token, "aigul")
	p.Count = 0
	for name, wrong := range map[string]struct {
		device func(*passkeytest.Passkey)
		answer func(*passkeytest.Used)
		status int
		slug   string
	}{
		"another origin":       {device: func(p *passkeytest.Passkey) { p.Origin = "https://evil.example" }},
		"another domain":       {device: func(p *passkeytest.Passkey) { p.Domain = "evil.example" }},
		"nobody verified":      {device: func(p *passkeytest.Passkey) { p.Flags &^= passkeytest.Verified }},
		"another's handle":     {device: func(p *passkeytest.Passkey) { p.Handle = account.PasskeyHandle([]byte("x"), "y", "") }},
		"no handle":            {device: func(p *passkeytest.Passkey) { p.Handle = nil }},
		"an unknown passkey":   {device: func(p *passkeytest.Passkey) { p.ID = []byte("unknown") }},
		"a signature changed":  {answer: func(u *passkeytest.Used) { u.Signature[9] ^= 1 }},
		"no client data":       {answer: func(u *passkeytest.Used) { u.ClientData = nil }, status: 422, slug: "challenge-invalid"},
		"nobody's client data": {answer: func(u *passkeytest.Used) { u.ClientData = []byte(`{"challenge":"AAAA"}`) }, status: 422, slug: "challenge-invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			spoiled := *p
			spoiled.Count = 9
			if wrong.device != nil {
				wrong.device(&spoiled)
			}
			u := o.answered(&spoiled)
			if wrong.answer != nil {
				wrong.answer(&u)
			}
			if wrong.slug == "" {
				wrong.status, wrong.slug = 401, "passkey-unknown"
			}
			if a := o.call("POST /api/sign-in/passkey", u); a.status != wrong.status || a.slug != wrong.slug || a.cookie != "" {
				t.Errorf("%d %s, want %d %s", a.status, a.slug, wrong.status, wrong.slug)
			}
		})
	}
	// A challenge for another act, and one of the act that adds a passkey.
	for _, raw := range [][]byte{o.offered(token).Challenge, challengeOf(o, "POST /api/sign-in/document")} {
		u, err := p.Get(raw)
		if err != nil {
			t.Fatal(err)
		}
		o.want(o.call("POST /api/sign-in/passkey", u), 422, "challenge-invalid")
	}
	p.Count = 9
	o.want(o.byPasskey(p), 200, "")
}

// challengeOf is the challenge within a document that the office gave out.
func challengeOf(o *office, route string) []byte {
	o.Helper()
	var d struct{ Challenge string }
	err := json.Unmarshal(o.document(route, object{}), &d)
	raw, err2 := base64.RawURLEncoding.DecodeString(d.Challenge)
	if err != nil || err2 != nil {
		o.Fatal(err, err2)
	}
	return raw
}

// TestAddPasskey tries who may add which.
func TestAddPasskey(t *testing.T) {
	o := withPasskeys(newOffice(t))
	o.want(o.call("POST /api/passkeys/document", object{}), 401, "unauthenticated")
	_, token := o.registered()
	o.want(o.call("POST /api/passkeys/document", object{"lang": "de"}, token), 422, "invalid-fields")

	byPassword := o.want(o.byPassword(signertest.AigulIIN, "", password), 200, "").cookie
	first := o.added(token, "aigul")
	byPasskey := o.want(o.byPasskey(first), 200, "").cookie
	body, _ := o.adding(token, "aigul", nil)
	for _, weak := range []string{byPassword, byPasskey} { // reading and drafting makes no way in
		o.want(o.call("POST /api/passkeys/document", object{}, weak), 403, "eds-needed")
		o.want(o.call("POST /api/passkeys", body, weak), 403, "eds-needed")
		if o.passkeys(weak).MayAdd {
			t.Error("a session without EDS may add a passkey")
		}
	}
	o.want(o.call("POST /api/passkeys", body), 401, "unauthenticated")
	spoil := func(change ...any) answer {
		o.Helper()
		body, _ := o.adding(token, "aigul", nil)
		return o.call("POST /api/passkeys", with(body, change...), token)
	}
	o.want(spoil("name", "  "), 422, "invalid-fields")
	o.want(spoil("name", strings.Repeat("ә", account.MaxPasskeyName+1)), 422, "invalid-fields")
	o.want(spoil("name", "a\u202eb"), 422, "invalid-fields")
	o.want(spoil("signature", ""), 422, "unsigned")
	o.want(spoil("attestation", []byte("nothing")), 422, "passkey-invalid")
	o.want(spoil("signature", o.signed("aigul", o.document("POST /api/account/password-reset/document", object{}))["signature"]), 422, "challenge-invalid")
	another, _ := o.adding(token, "aigul", nil) // signed for another passkey
	o.want(spoil("signature", another["signature"]), 422, "passkey-invalid")
	for name, change := range map[string]func(*passkeytest.Passkey){
		"another origin":  func(p *passkeytest.Passkey) { p.Origin = "https://evil.example" },
		"another domain":  func(p *passkeytest.Passkey) { p.Domain = "example" },
		"nobody verified": func(p *passkeytest.Passkey) { p.Flags &^= passkeytest.Verified },
	} {
		body, _ := o.adding(token, "aigul", change)
		if a := o.call("POST /api/passkeys", body, token); a.slug != "passkey-invalid" {
			t.Errorf("%s: %d %s", name, a.status, a.slug)
		}
	}
	theirs, _ := o.adding(token, "erlan", nil)
	o.want(o.call("POST /api/passkeys", theirs, token), 403, "wrong-signer")
	auth, _ := o.adding(token, "auth", nil)
	o.want(o.call("POST /api/passkeys", auth, token), 422, "certificate-not-for-signing")

	for range account.MaxPasskeys - 2 {
		o.added(token, "aigul")
	}
	last, _ := o.adding(token, "aigul", nil)
	sixth, _ := o.adding(token, "aigul", nil)
	o.want(o.call("POST /api/passkeys", last, token), 201, "")
	o.want(o.call("POST /api/passkeys", sixth, token), 409, "passkeys-full")
	o.want(o.call("POST /api/passkeys/document", object{}, token), 409, "passkeys-full")
	l := o.passkeys(token)
	if len(l.Passkeys) != account.MaxPasskeys || l.MayAdd {
		t.Errorf("passkeys %+v", l)
	}
	o.want(o.removed(token, l.Passkeys[0].ID), 204, "")
	o.want(o.call("POST /api/passkeys", sixth, token), 201, "")
}

// TestRemovePasskey: whoever's it is takes it away from any session, and it and the other sessions are over.
func TestRemovePasskey(t *testing.T) {
	o := withPasskeys(newOffice(t))
	_, token := o.registered()
	p := o.added(token, "aigul")
	in := o.want(o.byPasskey(p), 200, "").cookie
	id := o.passkeys(in).Passkeys[0].ID
	o.want(o.removed("", id), 401, "unauthenticated")
	o.want(o.removed(in, strings.Repeat("0", 64)), 404, "not-found")
	o.want(o.removed(in, id), 204, "")
	o.want(o.removed(in, id), 404, "not-found")
	o.want(o.call("GET /api/session", nil, in), 200, "")
	o.want(o.call("GET /api/session", nil, token), 401, "unauthenticated")
	o.want(o.byPasskey(p), 401, "passkey-unknown")
	if e := o.accountEvents(account.EventPasskeyRemoved); len(e) != 1 || e[0].By != "passkey" {
		t.Errorf("told %+v", e)
	}
}

// TestPasskeyCopied: a count that goes back ends the passkey and the sessions, and the holder is told.
func TestPasskeyCopied(t *testing.T) {
	o := withPasskeys(newOffice(t))
	_, token := o.registered()
	p := o.added(token, "aigul")
	copied := *p
	in := o.want(o.byPasskey(p), 200, "").cookie
	o.want(o.byPasskey(&copied), 403, "passkey-copied")
	o.want(o.byPasskey(p), 401, "passkey-unknown")
	o.want(o.call("GET /api/session", nil, in), 401, "unauthenticated")
	if e := o.accountEvents(account.EventPasskeyCopied); len(e) != 1 {
		t.Errorf("told %+v", e)
	}
}

// TestPasskeyLapses: as the password, with the certificate of its person, by time and by revocation; and nobody
// without the passkey is told.
func TestPasskeyLapses(t *testing.T) {
	o := withPasskeys(newOffice(t))
	id, token := o.registered()
	p := o.added(token, "aigul")
	p.Count = 100
	in := o.want(o.byPasskey(p), 200, "").cookie
	acting := func(set string, values map[string]types.AttributeValue) {
		t.Helper()
		if _, err := o.db.UpdateItem(o.Context(), &dynamodb.UpdateItemInput{
			TableName: ptr(o.name(schema.Accounts)), Key: map[string]types.AttributeValue{"PK": text("ACCOUNT#" + id), "SK": text("ACTING")},
			UpdateExpression: ptr(set), ExpressionAttributeValues: values,
		}); err != nil {
			t.Fatal(err)
		}
	}
	instant := func(t time.Time) types.AttributeValue { return text(t.UTC().Format("2006-01-02T15:04:05.000Z")) }
	acting("SET notAfter = :at", map[string]types.AttributeValue{":at": instant(o.at.Add(-time.Second))})
	o.want(o.byPasskey(p), 403, "passkey-lapsed")
	forged := o.answered(p)
	forged.Signature[9] ^= 1
	o.want(o.call("POST /api/sign-in/passkey", forged), 401, "passkey-unknown")
	acting("SET notAfter = :at", map[string]types.AttributeValue{":at": instant(o.at)})
	o.want(o.byPasskey(p), 200, "")

	acting("SET notAfter = :at, certificate = :c", map[string]types.AttributeValue{
		":at": instant(o.at.AddDate(0, 1, 0)), ":c": &types.AttributeValueMemberB{Value: o.pki.Keys["revoked"].Certificate},
	})
	o.want(o.byPasskey(p), 403, "passkey-lapsed")
	o.want(o.call("GET /api/session", nil, in), 401, "unauthenticated")
	o.want(o.signIn("aigul"), 200, "")
	o.want(o.byPasskey(p), 401, "passkey-unknown") // it went with the revoked certificate, and so did the password
	o.want(o.byPassword(signertest.AigulIIN, "", password), 401, "wrong-credentials")
}

// TestPasskeyOfAClosedAccount: disabled, it opens nothing until the account is; left, it is gone.
func TestPasskeyOfAClosedAccount(t *testing.T) {
	o := withPasskeys(newOffice(t))
	id, token := o.registered()
	p := o.added(token, "aigul")
	p.Count = 100
	status := func(to string) {
		t.Helper()
		if _, err := o.db.UpdateItem(o.Context(), &dynamodb.UpdateItemInput{
			TableName: ptr(o.name(schema.Accounts)), Key: map[string]types.AttributeValue{"PK": text("ACCOUNT#" + id), "SK": text("ACCOUNT")},
			UpdateExpression: ptr("SET #s = :s"), ExpressionAttributeNames: map[string]string{"#s": "status"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":s": text(to)},
		}); err != nil {
			t.Fatal(err)
		}
	}
	status("disabled")
	o.want(o.byPasskey(p), 403, "account-disabled")
	status("active")
	o.want(o.byPasskey(p), 200, "")
	o.want(o.call("POST /api/account/leaving", o.signed("aigul", o.document("POST /api/account/leaving/document", object{}))), 200, "")
	o.want(o.byPasskey(p), 401, "passkey-unknown")
	for _, it := range o.everything() {
		if sk := it["SK"].(*types.AttributeValueMemberS).Value; strings.HasPrefix(sk, "PASSKEYS") {
			t.Errorf("%s is left", sk)
		}
	}
}

// TestPasskeyIsAPersons: of a company each has their own; the head, signed in with the EDS, sees and ends all.
func TestPasskeyIsAPersons(t *testing.T) {
	f := newFirm(t)
	withPasskeys(f.office)
	head, signer := f.added(f.head, "head"), f.added(f.signer, "signer")
	if string(head.Handle) == string(signer.Handle) {
		t.Error("two people have one handle")
	}
	theirs := f.want(f.byPasskey(signer), 200, "").cookie
	if who := f.want(f.call("GET /api/session", nil, theirs), 200, "").body["person"].(object); who["name"] != "ОМАРОВ ЕРЛАН" || who["role"] != "signer" {
		t.Errorf("the session is %v's", who)
	}
	if list := f.sessions(theirs).Sessions; !slices.ContainsFunc(list, func(n profile.Session) bool { return n.Current && n.By == session.ByPasskey }) {
		t.Errorf("sessions %+v", list)
	}
	headByPasskey := f.want(f.byPasskey(head), 200, "").cookie
	byHandle := *head
	byHandle.Handle = signer.Handle
	f.want(f.byPasskey(&byHandle), 401, "passkey-unknown")
	for name, tt := range map[string]struct {
		token string
		want  []string
	}{
		"head": {f.head, []string{"ОМАРОВ ЕРЛАН", "СЕЙІТОВА АЙГҮЛ"}}, "head by passkey": {headByPasskey, []string{"СЕЙІТОВА АЙГҮЛ"}},
		"employee": {f.signer, []string{"ОМАРОВ ЕРЛАН"}}, "employee by passkey": {theirs, []string{"ОМАРОВ ЕРЛАН"}},
	} {
		var names []string
		for _, p := range f.passkeys(tt.token).Passkeys {
			names = append(names, p.Person)
		}
		if slices.Sort(names); !slices.Equal(names, tt.want) {
			t.Errorf("%s sees those of %v, want %v", name, names, tt.want)
		}
	}
	own := f.passkeys(theirs).Passkeys[0].ID
	heads := f.passkeys(headByPasskey).Passkeys[0].ID
	f.want(f.removed(theirs, heads), 404, "not-found")
	f.want(f.removed(headByPasskey, own), 404, "not-found") // a passkey ends nobody else's access
	f.want(f.removed(f.head, own), 204, "")
	f.want(f.call("GET /api/session", nil, theirs), 401, "unauthenticated")
	f.want(f.call("GET /api/session", nil, f.head), 200, "")
	f.want(f.byPasskey(signer), 401, "passkey-unknown")

	// The head ends all access of a person.
	f.signer = f.want(f.signIn("signer"), 200, "").cookie
	signer = f.added(f.signer, "signer")
	in := f.want(f.byPasskey(signer), 200, "").cookie
	f.want(f.endAccess(f.head, f.people(f.head)["ОМАРОВ ЕРЛАН"].ID), 204, "")
	f.want(f.call("GET /api/session", nil, in), 401, "unauthenticated")
	f.want(f.byPasskey(signer), 401, "passkey-unknown")
	f.want(f.byPasskey(head), 200, "")
	// One who is being ended adds nothing meanwhile: the session is over with the write.
	body, _ := f.adding(f.head, "signer", nil)
	f.want(f.call("POST /api/passkeys", body, f.head), 403, "wrong-signer")
}

// TestPasskeyReadsAndDrafts: it opens what a password does.
func TestPasskeyReadsAndDrafts(t *testing.T) {
	o := withPasskeys(newOffice(t))
	o.private = append(o.private, "thief@", "7077654321")
	_, eds := o.registered()
	token := o.want(o.byPasskey(o.added(eds, "aigul")), 200, "").cookie
	for route, body := range map[string]any{
		"POST /api/account/email": object{"email": "thief@example.kz"}, "POST /api/account/mobile": object{"mobile": "+77077654321"},
		"DELETE /api/account/mobile": nil, "POST /api/account/representatives": named, "GET /api/account/export": nil,
	} {
		o.want(o.call(route, body, token), 403, "eds-needed")
	}
}

// TestPasskeyThrottle: an address has one number of failures for passwords and passkeys.
func TestPasskeyThrottle(t *testing.T) {
	o := withPasskeys(newOffice(t))
	_, token := o.registered()
	p := o.added(token, "aigul")
	p.Count = 1000
	for range 3 {
		o.want(o.byPasskey(p), 200, "") // what succeeds does not count
	}
	stranger := *p
	stranger.ID = []byte("stranger")
	o.want(o.byPassword(signertest.AigulIIN, "", "мүлде басқа 12 сөз"), 401, "wrong-credentials")
	u := o.answered(&stranger)
	for range passkey.AttemptsByOrigin - 1 {
		o.want(o.call("POST /api/sign-in/passkey", u), 401, "passkey-unknown")
	}
	if a := o.want(o.call("POST /api/sign-in/passkey", u), 429, "throttled"); a.header["retry-after"] == "" {
		t.Error("no Retry-After")
	}
	o.want(o.byPasskey(p), 429, "throttled")
	o.want(o.byPassword(signertest.AigulIIN, "", password), 429, "throttled")
	o.ip = "203.0.113.9"
	o.want(o.byPasskey(p), 200, "")
}

// TestNoPasskeysOnANumber: the office's address is an IP address.
func TestNoPasskeysOnANumber(t *testing.T) {
	o := newOffice(t)
	t.Setenv("PORTAL_URL", "http://127.0.0.1:8080")
	withPasskeys(o)
	_, token := o.registered()
	o.want(o.call("POST /api/sign-in/passkey/challenge", object{}), 409, "passkeys-impossible")
	o.want(o.call("POST /api/sign-in/passkey", passkeytest.Used{}), 409, "passkeys-impossible")
	o.want(o.call("POST /api/passkeys/document", object{}, token), 409, "passkeys-impossible")
	if o.passkeys(token).MayAdd {
		t.Error("a passkey may be added")
	}
}
