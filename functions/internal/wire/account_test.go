package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// at puts a value in place of a path parameter of an event.
func at(ev events.APIGatewayV2HTTPRequest, parameter, value string) events.APIGatewayV2HTTPRequest {
	ev.RawPath = strings.ReplaceAll(ev.RawPath, parameter, value)
	ev.RequestContext.HTTP.Path = ev.RawPath
	return ev
}

func TestProfile(t *testing.T) {
	o := newOffice(t)
	id, token := o.registered()
	o.operations()
	a := o.want(o.call("GET /api/account", nil, token), 200, "")
	if got := o.operations(); got != "GetItem GetItem Query Query Query" {
		t.Errorf("profile calls %s", got)
	}
	var p profile.Profile
	if err := json.Unmarshal([]byte(a.raw), &p); err != nil {
		t.Fatal(err)
	}
	if p.ID != id || p.Number != "******0126" || p.Name != "СЕЙІТОВА АЙГҮЛ" || p.Email != "aigul@example.kz" || p.Mobile != "+77011234567" ||
		len(p.Acceptances) != 1 || p.Acceptances[0].Version != "v1" ||
		p.Verified || len(p.Addresses) != 1 || p.Addresses[0].Email != p.Email || p.Addresses[0].Until != nil ||
		p.MobileTexts || len(p.Numbers) != 0 {
		t.Errorf("profile %+v", p)
	}
	if strings.Contains(a.raw, signertest.AigulIIN) {
		t.Error("the whole number is in the profile")
	}
}

// sessions lists the sessions a cookie's holder sees, by the first letters of their programs.
func (o *office) sessions(token string) profile.SessionList {
	o.Helper()
	var list profile.SessionList
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account/sessions", nil, token), 200, "").raw), &list); err != nil {
		o.Fatal(err)
	}
	return list
}

func TestSessionList(t *testing.T) {
	o := newOffice(t)
	_, first := o.registered()
	o.at = o.at.Add(time.Second)
	second := o.want(o.signIn("aigul"), 200, "").cookie
	o.at = o.at.Add(time.Second)
	third := o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 200, "").cookie
	list := o.sessions(second).Sessions
	if len(list) != 3 || list[0].By != session.ByPassword || !list[1].Current || list[0].Current || list[2].By != session.ByEDS || list[0].Agent != "test" {
		t.Fatalf("sessions %+v", list)
	}
	end := func(token, id string) answer {
		return o.send(at(o.event("DELETE /api/account/sessions/{session}", nil, token), "{session}", id))
	}
	o.want(end(second, "nonsense"), 404, "not-found")
	o.want(end(second, strings.Repeat("00", 32)), 404, "not-found")
	o.want(end(second, session.ID(third)), 204, "")
	o.want(end(second, session.ID(third)), 404, "not-found")
	o.want(o.call("GET /api/session", nil, third), 401, "unauthenticated")
	o.operations()
	o.want(o.call("DELETE /api/account/sessions", nil, second), 204, "")
	if got := o.operations(); got != "GetItem GetItem GetItem TransactWriteItems" {
		t.Errorf("ending the others calls %s", got)
	}
	o.want(o.call("GET /api/session", nil, first), 401, "unauthenticated")
	if got := o.sessions(second).Sessions; len(got) != 1 || !got[0].Current {
		t.Errorf("sessions left %+v", got)
	}
	if got := o.want(end(second, session.ID(second)), 204, ""); got.cookie != "-" {
		t.Errorf("one's own session ends and leaves the cookie %q", got.cookie)
	}
	o.want(o.call("GET /api/session", nil, second), 401, "unauthenticated")
}

func TestDeviceCookie(t *testing.T) {
	o := newOffice(t)
	o.want(o.accept("aigul", "v1"), 201, "")
	made := o.want(o.register("aigul", o.registration(form()), password), 201, "")
	if len(made.device) != 43 || made.device == made.cookie {
		t.Fatalf("registration sets the device cookie %q", made.device)
	}
	o.device = made.device
	if in := o.want(o.signIn("aigul"), 200, ""); in.device != "" {
		t.Error("a known browser gets another device cookie")
	}
}

func TestChangePassword(t *testing.T) {
	o := newOffice(t)
	_, first := o.registered()
	second := o.want(o.signIn("aigul"), 200, "").cookie
	const next = "жаңа тілек 15 орман"
	o.private = append(o.private, next)
	change := func(token, current, to string) answer {
		return o.call("POST /api/account/password", object{"current": current, "password": to}, token)
	}
	o.want(change(second, "мүлде басқа 12 сөз", next), 422, "invalid-fields")
	o.want(change(second, password, "1234"), 422, "password-weak")
	o.want(change(second, password, signertest.AigulIIN+" aa"), 422, "password-weak")
	o.operations()
	o.want(change(second, password, next), 204, "")
	if got := o.operations(); got != "GetItem GetItem UpdateItem BatchGetItem GetItem TransactWriteItems DeleteItem" {
		t.Errorf("password change calls %s", got)
	}
	o.want(o.call("GET /api/session", nil, first), 401, "unauthenticated")
	o.want(o.call("GET /api/session", nil, second), 200, "")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 401, "wrong-credentials")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": next}), 200, "")
	for range profile.Passwords {
		o.want(change(second, password, next), 422, "invalid-fields")
	}
	if a := o.want(change(second, next, password), 429, "throttled"); a.header["retry-after"] == "" {
		t.Error("no Retry-After")
	}
}

func TestResetPassword(t *testing.T) {
	o := newOffice(t)
	const next = "жаңа тілек 15 орман"
	o.private = append(o.private, next)
	document := func() []byte { return o.document("POST /api/account/password-reset/document", object{"lang": "ru"}) }
	reset := func(key string, doc []byte, to string) answer {
		body := o.signed(key, doc)
		body["password"] = to
		return o.call("POST /api/account/password-reset", body)
	}
	o.want(reset("aigul", document(), next), 404, "not-registered")
	_, token := o.registered()
	doc := document()
	o.want(reset("aigul", doc, next), 409, "reset-unverified") // nobody showed whose the address is
	o.verified()
	o.want(reset("aigul", doc, "short"), 422, "password-weak")
	o.want(reset("auth", document(), next), 422, "certificate-not-for-signing")
	o.want(reset("aigul", o.document("POST /api/sign-in/document", object{}), next), 422, "challenge-invalid")
	o.operations()
	asked := o.want(reset("aigul", doc, next), 202, "") // what was refused used nothing up
	if got := o.operations(); got != "GetItem GetItem UpdateItem UpdateItem TransactWriteItems" {
		t.Errorf("reset calls %s", got)
	}
	if asked.body["email"] != "a…@example.kz" || strings.Contains(asked.raw, "aigul") {
		t.Errorf("asked %s", asked.raw)
	}
	o.want(reset("aigul", doc, password), 409, "challenge-used")

	// A signature that was got on another page changes nothing: who has it has no code.
	code := o.resetCode(asked)
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	o.want(o.confirm(asked, wrong), 422, "invalid-fields")
	o.want(o.call("POST /api/account/password-reset/confirmation", object{"reset": "nothing", "code": code}), 422, "invalid-fields")
	o.want(o.call("GET /api/session", nil, token), 200, "")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": next}), 401, "wrong-credentials")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 200, "")

	o.operations()
	o.want(o.confirm(asked, code), 204, "")
	if got := o.operations(); got != "UpdateItem GetItem TransactWriteItems" {
		t.Errorf("the code calls %s", got)
	}
	o.want(o.confirm(asked, code), 422, "invalid-fields") // used up
	o.want(o.call("GET /api/session", nil, token), 401, "unauthenticated")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 401, "wrong-credentials")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": next}), 200, "")

	// Of two resets the later one counts; five wrong tries, or a quarter of an hour, end one.
	first := o.want(reset("aigul", document(), password), 202, "")
	second := o.want(reset("aigul", document(), password), 202, "")
	o.want(o.confirm(first, o.resetCode(first)), 422, "invalid-fields")
	code = o.resetCode(second)
	for range account.CodeTries {
		o.want(o.confirm(second, "x"), 422, "invalid-fields")
	}
	o.want(o.confirm(second, code), 422, "invalid-fields")
	third := o.want(reset("aigul", document(), password), 202, "")
	o.at = o.at.Add(account.CodeLife)
	o.want(o.confirm(third, o.resetCode(third)), 422, "invalid-fields")
	o.want(reset("aigul", document(), password), 429, "throttled")
	late := document()
	o.at = o.at.Add(challenge.Life + time.Second)
	o.want(reset("aigul", late, next), 409, "challenge-expired")
}

// codeTo reads the code that is on its way to an address or number from the outbox of accounts.
func (o *office) codeTo(to string) string {
	o.Helper()
	table, latest := o.name(schema.Accounts), account.Event{}
	out, err := o.db.Scan(o.Context(), &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
	if err != nil {
		o.Fatal(err)
	}
	for _, it := range out.Items {
		e, ok := accountEvent(o, it)
		if ok && e.Code != "" && e.To == to && e.At > latest.At {
			latest = e
		}
	}
	if len(latest.Code) != 6 {
		o.Fatalf("no code is on its way to %s", to)
	}
	o.mu.Lock()
	o.private = append(o.private, `"`+latest.Code)
	o.mu.Unlock()
	return latest.Code
}

func TestVerifiedAddress(t *testing.T) {
	o := newOffice(t)
	o.private = append(o.private, "jana@")
	_, token := o.registered()
	ask := func(email string) answer { return o.call("POST /api/account/email", object{"email": email}, token) }
	typed := func(code string) answer { return o.call("POST /api/account/email/code", object{"code": code}, token) }
	profileOf := func() (p profile.Profile) {
		t.Helper()
		if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account", nil, token), 200, "").raw), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}

	// The code of registration.
	first := o.codeTo("aigul@example.kz")
	o.operations()
	o.want(typed(" "+first[:3]+" "+first[3:]+" "), 204, "")
	if got := o.operations(); got != "GetItem GetItem Query UpdateItem GetItem TransactWriteItems" { // agreements: cached
		t.Errorf("verification calls %s", got)
	}
	if p := profileOf(); !p.Verified || len(p.Addresses) != 1 || p.Addresses[0].VerifiedAt == nil {
		t.Errorf("after the code: %+v", p)
	}
	o.want(typed(first), 422, "invalid-fields") // once only

	// Another address takes effect with its code, and no code but the latest counts.
	o.at = o.at.Add(time.Minute)
	o.want(ask("no address"), 422, "invalid-fields")
	o.want(ask("jana@example.kz"), 202, "")
	void := o.codeTo("jana@example.kz")
	o.at = o.at.Add(time.Minute)
	o.operations()
	if a := o.want(ask("jana@example.kz"), 202, ""); a.body["expiresAt"] != o.at.Add(account.CodeLife).Format(time.RFC3339) {
		t.Errorf("answer %s", a.raw)
	}
	if got := o.operations(); got != "GetItem UpdateItem GetItem UpdateItem UpdateItem TransactWriteItems" {
		t.Errorf("asking for a code calls %s", got)
	}
	right := o.codeTo("jana@example.kz")
	if void != right {
		o.want(typed(void), 422, "invalid-fields")
	}
	if p := profileOf(); p.Email != "aigul@example.kz" {
		t.Errorf("notices go to %s before the code is typed", p.Email)
	}
	o.want(typed(right), 204, "")
	p := profileOf()
	if p.Email != "jana@example.kz" || len(p.Addresses) != 2 || p.Addresses[0].Email != p.Email || p.Addresses[0].Until != nil ||
		p.Addresses[1].Until == nil || !p.Addresses[1].Until.Equal(p.Addresses[0].From) || p.Addresses[1].VerifiedAt == nil {
		t.Errorf("after the new code: %+v", p)
	}

	// A code lives fifteen minutes and five tries.
	o.at = o.at.Add(time.Minute)
	o.want(ask("aigul@example.kz"), 202, "")
	late := o.codeTo("aigul@example.kz")
	o.at = o.at.Add(account.CodeLife - time.Millisecond)
	wrong := "000000"
	if late == wrong {
		wrong = "000001"
	}
	for range account.CodeTries - 1 {
		o.want(typed(wrong), 422, "invalid-fields")
	}
	o.at = o.at.Add(time.Millisecond)
	if a := o.want(typed(late), 422, "invalid-fields"); !strings.Contains(a.raw, "code-gone") {
		t.Errorf("a code of fifteen minutes: %s", a.raw)
	}
	token = o.want(o.signIn("aigul"), 200, "").cookie
	o.want(ask("aigul@example.kz"), 202, "")
	tired := o.codeTo("aigul@example.kz")
	if tired == wrong {
		wrong = "000002"
	}
	for range account.CodeTries {
		o.want(typed(wrong), 422, "invalid-fields")
	}
	if a := o.want(typed(tired), 422, "invalid-fields"); !strings.Contains(a.raw, "code-gone") {
		t.Errorf("the sixth try: %s", a.raw)
	}
	for range profile.CodesOfAccount {
		ask("aigul@example.kz")
	}
	o.want(ask("aigul@example.kz"), 429, "throttled")
}

// TestRefusalAroundForce: a coming version can be refused from its publication on, in its last
// millisecond of notice and when it binds; whoever comes back accepts what binds then.
func TestRefusalAroundForce(t *testing.T) {
	for _, tt := range []struct {
		name    string
		leaves  func(v2 agreement.Version) time.Time
		returns func(v2 agreement.Version) time.Time
		version string // to accept when returning
	}{
		{"when it is published", func(v agreement.Version) time.Time { return v.PublishedAt }, func(v agreement.Version) time.Time { return v.EffectiveAt.Add(-time.Millisecond) }, "v1"},
		{"in the last millisecond of notice", func(v agreement.Version) time.Time { return v.EffectiveAt.Add(-time.Millisecond) }, func(v agreement.Version) time.Time { return v.EffectiveAt }, "v2"},
		{"when it binds", func(v agreement.Version) time.Time { return v.EffectiveAt }, func(v agreement.Version) time.Time { return v.EffectiveAt.Add(time.Minute) }, "v2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			id, _ := o.registered()
			o.at = o.at.Add(time.Hour)
			v2 := o.publish("v2", o.at, false)
			o.at = tt.leaves(v2)
			left := o.call("POST /api/account/leaving", o.signed("aigul", o.document("POST /api/account/leaving/document", object{"lang": "kk"})))
			if o.want(left, 200, ""); left.body["account"] != id {
				t.Errorf("left %s", left.raw)
			}
			o.at = tt.returns(v2)
			o.want(o.signIn("aigul"), 404, "not-registered")
			o.accept("aigul", tt.version) // of what was accepted before, the first answer comes back
			f := form()
			f["agreement"] = tt.version
			again := o.want(o.register("aigul", o.registration(f), password), 201, "")
			if again.body["id"] == id || again.body["agreement"].(object)["inForce"] != tt.version {
				t.Errorf("came back as %s", again.raw)
			}
		})
	}
}

func TestLeaving(t *testing.T) {
	o := newOffice(t)
	document := func() []byte { return o.document("POST /api/account/leaving/document", object{"lang": "en"}) }
	leave := func(key string, doc []byte) answer { return o.call("POST /api/account/leaving", o.signed(key, doc)) }
	o.want(leave("aigul", document()), 404, "not-registered")
	id, token := o.registered()

	var export profile.Export
	o.want(o.call("GET /api/account/export", nil), 401, "unauthenticated")
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account/export", nil, token), 200, "").raw), &export); err != nil {
		t.Fatal(err)
	}
	if export.Account.ID != id || len(export.Acceptances) != 1 || !export.Complete || len(export.Filings) != 0 {
		t.Errorf("export %+v", export)
	}
	verifier := o.pki.Verifier(t, eds.Filing())
	for what, der := range map[string][]byte{"registration": export.Registration.Signature, "acceptance": export.Acceptances[0].Signature} {
		if _, err := verifier.Verify(eds.Signed{Data: der, At: o.at}); err != nil {
			t.Errorf("the exported %s: %v", what, err)
		}
	}

	doc := document()
	if !strings.Contains(string(doc), "I refuse the user agreement") {
		t.Errorf("document %s", doc)
	}
	o.want(leave("auth", doc), 422, "certificate-not-for-signing")
	o.want(leave("aigul", o.document("POST /api/account/password-reset/document", object{})), 422, "challenge-invalid")
	o.operations()
	left := o.want(leave("aigul", doc), 200, "")
	if got := o.operations(); got != "GetItem GetItem Query GetItem Query TransactWriteItems" {
		t.Errorf("leaving calls %s", got)
	}
	if left.body["account"] != id || left.cookie != "-" {
		t.Errorf("left %s, cookie %q", left.raw, left.cookie)
	}
	o.want(leave("aigul", doc), 404, "not-registered") // the account is gone, and so is its challenge
	o.want(o.call("GET /api/session", nil, token), 401, "unauthenticated")
	o.want(o.signIn("aigul"), 404, "not-registered")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 401, "wrong-credentials")
	kept, err := store.NewAccounts(o.db, o.name(schema.Accounts)).Account(t.Context(), id)
	if err != nil || kept.Status != account.Closed || kept.Email != "" || kept.Mobile != "" || len(kept.Accepted) != 1 {
		t.Errorf("what stays: %s, %q %q %v, %v", kept.Status, kept.Email, kept.Mobile, kept.Accepted, err)
	}

	// The same person may register again, as a new account.
	again := o.want(o.register("aigul", o.registration(form()), password), 201, "")
	if again.body["id"] == id {
		t.Error("the closed account is open again")
	}
	o.want(o.call("GET /api/session", nil, again.cookie), 200, "")
	o.want(o.call("GET /api/session", nil, token), 401, "unauthenticated")
}

// accountEvent reads the event of an account out of its outbox item.
func accountEvent(t testing.TB, it map[string]types.AttributeValue) (account.Event, bool) {
	t.Helper()
	o, ok, err := store.OutboxEntry(it)
	if err != nil {
		t.Fatal(err)
	}
	if !ok || !strings.HasPrefix(o.PK, "ACCOUNT#") {
		return account.Event{}, false
	}
	e, err := account.EventOf(o.Event)
	if err != nil {
		t.Fatal(err)
	}
	return e, true
}
