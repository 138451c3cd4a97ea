package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	recordedRepresentative = "01993a5e-0000-7000-8000-00000000bbbb"
	secondRepresentative   = "01993a5e-0000-7000-8000-00000000bbb2"
)

var indexKey = bytes.Repeat([]byte{1}, 32)

func (o *office) contacts() *store.Contacts {
	return store.NewContacts(o.db, o.name(schema.Accounts))
}

func (o *office) trusted() *store.Representatives {
	return store.NewRepresentatives(o.db, o.name(schema.Accounts))
}

func (o *office) accounts() *store.Accounts {
	return store.NewAccounts(o.db, o.name(schema.Accounts))
}

// agreed has an account name a representative who consents, long ago.
func (o *office) agreed(t *testing.T, accountID, id, email string) account.Representative {
	t.Helper()
	long := o.at.AddDate(0, -1, 0)
	r := account.NewRepresentative(account.Representative{
		ID: id, AccountID: accountID, Name: "Анна", Email: email, Lang: locale.RU, Scope: account.ScopeAll, Months: 6,
	}, long, account.Evidence{})
	_, _, err := o.trusted().Name(t.Context(), r)
	if err == nil {
		r, err = o.trusted().Agree(t.Context(), accountID, id, long, account.Evidence{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// opened makes the recorded cookie a session of an account.
func (o *office) opened(t *testing.T, accountID string) {
	t.Helper()
	if err := store.NewSessions(o.db, o.name(schema.Accounts)).SignIn(t.Context(), challenge.Challenge{NotAfter: o.at}, session.Session{
		ID: session.ID(recordedToken), AccountID: accountID, By: session.ByEDS, CreatedAt: o.at, SeenAt: o.at,
	}); err != nil {
		t.Fatal(err)
	}
}

// link is the token of a link in mail to the representative, which must never be logged.
func (o *office) link(t *testing.T, r account.Representative, purpose account.LinkPurpose) string {
	t.Helper()
	token, err := r.Link(indexKey, purpose)
	if err != nil {
		t.Fatal(err)
	}
	o.mu.Lock()
	o.private = append(o.private, token)
	o.mu.Unlock()
	return token
}

// named is the representative of the owner's form.
func (m *matrix) named() account.Representative {
	m.Helper()
	list, err := m.trusted().Of(m.Context(), m.ids["owner"], m.at)
	if err != nil || len(list) != 1 {
		m.Fatalf("representatives %v, %v", list, err)
	}
	return list[0]
}

// withLink is a body with the token of a link to the owner's representative.
func withLink(purpose account.LinkPurpose) func(*matrix) any {
	return func(m *matrix) any { return object{"token": m.link(m.T, m.named(), purpose)} }
}

// named is a request that names a representative.
var named = object{
	"id": secondRepresentative, "name": "Анна", "email": "anna@example.kz", "lang": "ru", "scope": "all", "filing": "", "kinds": []string{}, "months": 6,
}

// representatives are those the holder of the session sees.
func (o *office) representatives(token string) []profile.Representative {
	o.Helper()
	var list profile.RepresentativeList
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account/representatives", nil, token), 200, "").raw), &list); err != nil {
		o.Fatal(err)
	}
	if list.Most != account.MaxContacts || fmt.Sprint(list.Periods) != "[3 6 12]" || !slices.Equal(list.Kinds, kinds.Codes()) {
		o.Errorf("what may be chosen: %+v", list)
	}
	return list.Representatives
}

// of is the representative as the store has it.
func (o *office) of(accountID, id string) account.Representative {
	o.Helper()
	r, err := o.trusted().Get(o.Context(), accountID, id, o.at)
	if err != nil {
		o.Fatal(err)
	}
	return r
}

func TestRepresentativeConsents(t *testing.T) {
	o := newOffice(t)
	o.private = append(o.private, "anna@", "Анна")
	id, session := o.registered()
	first := o.representatives(session)
	if len(first) != 1 || first[0].Status != account.Invited || first[0].Scope != account.ScopeAll || first[0].Months != account.DefaultPeriod ||
		first[0].Email != "erlan@example.kz" || first[0].ConsentedAt != nil || !first[0].AnswerBy.Equal(o.at.Add(account.InvitationLife)) {
		t.Fatalf("after registration: %+v", first)
	}
	r := o.of(id, first[0].ID)
	if r.Naming.Nonce == "" || r.Naming.Address != o.ip {
		t.Errorf("the holder's consent is the signed form: %+v", r.Naming)
	}

	page := o.link(t, r, account.LinkPage)
	o.operations()
	seen := o.want(o.call("POST /api/representative", object{"token": page}), 200, "")
	if got := o.operations(); got != "GetItem GetItem" {
		t.Errorf("the page calls %s", got)
	}
	if seen.body["holder"] != "СЕЙІТОВА АЙГҮЛ" || seen.body["status"] != "invited" || seen.body["scope"] != locale.T(locale.KK, "representative.scope.all") {
		t.Errorf("the page: %s", seen.raw)
	}
	for _, hidden := range []string{id, signertest.AigulIIN, "aigul@", "0126"} {
		if strings.Contains(seen.raw, hidden) {
			t.Errorf("the page shows %s: %s", hidden, seen.raw)
		}
	}
	o.at = o.at.Add(time.Minute)
	o.ip = "198.51.100.7"
	o.private = append(o.private, o.ip)
	o.operations()
	agreed := o.want(o.call("POST /api/representative/consent", object{"token": page}), 200, "")
	if got := o.operations(); got != "GetItem TransactWriteItems GetItem" {
		t.Errorf("consent calls %s", got)
	}
	if agreed.body["status"] != "consented" || agreed.body["lastDay"] != "2027-11-22" {
		t.Errorf("agreed: %s", agreed.raw)
	}
	o.at = o.at.Add(time.Minute)
	if again := o.want(o.call("POST /api/representative/consent", object{"token": page}), 200, ""); again.raw != agreed.raw {
		t.Errorf("agreed again: %s, first %s", again.raw, agreed.raw)
	}
	if r = o.of(id, r.ID); r.Consent.Address != o.ip || r.Consent.UserAgent != "test" {
		t.Errorf("evidence %+v", r.Consent)
	}
	if got := o.representatives(session)[0]; got.Status != account.Consented || got.LastDay != "2027-11-22" {
		t.Errorf("the holder sees %+v", got)
	}

	// Programs that look behind links change nothing; they are led to the page that asks.
	stop := o.link(t, r, account.LinkUnsubscribe)
	show := o.send(at(o.event("GET /api/representative/unsubscribe/{token}", nil, ""), "{token}", stop))
	if show.status != 303 || show.header["location"] != "/kk/representative#stop="+stop || o.of(id, r.ID).Status != account.Consented {
		t.Errorf("GET: %d to %q, then %s", show.status, show.header["location"], o.of(id, r.ID).Status)
	}
	if show := o.send(at(o.event("GET /api/representative/unsubscribe/{token}", nil, ""), "{token}", "x")); show.header["location"] != "/kk/representative" {
		t.Errorf("GET of no link leads to %q", show.header["location"])
	}

	click := func(token string, body any) answer {
		return o.send(at(o.event("POST /api/representative/unsubscribe/{token}", body, ""), "{token}", token))
	}
	one := url.Values{"List-Unsubscribe": {"One-Click"}}
	o.want(click(stop, url.Values{"List-Unsubscribe": {"Maybe"}}), 422, "invalid-fields")
	o.want(click(stop, object{"List-Unsubscribe": "One-Click"}), 422, "invalid-fields") // no form
	o.want(click(page, one), 404, "link-invalid")                                       // another purpose
	if o.of(id, r.ID).Status != account.Consented {
		t.Fatal("a wrong request withdrew the consent")
	}
	o.operations()
	o.want(click(stop, one), 204, "")
	if got := o.operations(); got != "GetItem TransactWriteItems" {
		t.Errorf("one click calls %s", got)
	}
	o.want(click(stop, one), 204, "") // mail services repeat
	if r = o.of(id, r.ID); r.Status != account.Withdrawn || r.EndedBy != account.ByRepresentative {
		t.Errorf("after one click: %s by %s", r.Status, r.EndedBy)
	}
	o.want(o.call("POST /api/representative/consent", object{"token": page}), 409, "representative-over")
	o.want(o.send(at(o.event("POST /api/account/representatives/{representative}/invitation", object{}, session), "{representative}", r.ID)), 409, "representative-over")

	// A second one, by form data in parts, as RFC 8058 prefers.
	o.want(o.call("POST /api/account/representatives", named, session), 201, "")
	second := o.of(id, secondRepresentative)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	w.WriteField("List-Unsubscribe", "One-Click")
	w.Close()
	ev := at(o.event("POST /api/representative/unsubscribe/{token}", body.String(), ""), "{token}", o.link(t, second, account.LinkUnsubscribe))
	ev.Headers["content-type"] = w.FormDataContentType()
	o.want(o.send(ev), 204, "")
	if got := o.of(id, secondRepresentative).Status; got != account.Declined {
		t.Errorf("an invitation refused in one click is %s", got)
	}
	ev.Body = "no parts"
	o.want(o.send(ev), 415, "wrong-media-type")
	o.want(click(stop, url.Values{"List-Unsubscribe": {strings.Repeat("x", 20<<10)}}), 413, "body-too-large")
}

func TestNamingRepresentatives(t *testing.T) {
	o := newOffice(t)
	o.private = append(o.private, "anna@", "Анна", "n1@")
	id, session := o.registered()
	name := func(changes ...any) answer {
		return o.call("POST /api/account/representatives", with(named, changes...), session)
	}

	for _, tt := range []struct {
		changes []any
		fault   string
	}{
		{[]any{"id", "x"}, "/id"}, {[]any{"name", " "}, "/name"}, {[]any{"email", "no address"}, "/email"}, {[]any{"lang", "de"}, "/lang"},
		{[]any{"months", 24}, "/months"}, {[]any{"scope", "everything"}, "/scope"}, {[]any{"scope", "kinds"}, "/kinds"},
		{[]any{"scope", "kinds", "kinds", []string{"nothing"}}, "/kinds"}, {[]any{"scope", "filing"}, "/filing"},
		{[]any{"scope", "filing", "filing", "x"}, "/filing"}, {[]any{"scope", "filing", "filing", recordedFiling}, "/filing"}, // nobody's
		{[]any{"email", "AIGUL@example.kz"}, "/email"}, {[]any{"email", "erlan@example.kz"}, "/email"},
	} {
		a := o.want(name(tt.changes...), 422, "invalid-fields")
		if !strings.Contains(a.raw, `"pointer":"`+tt.fault+`"`) {
			t.Errorf("%v: %s", tt.changes, a.raw)
		}
	}
	made := o.want(name(), 201, "")
	if again := o.want(name(), 200, ""); again.raw != made.raw {
		t.Errorf("named again: %s, first %s", again.raw, made.raw)
	}
	o.want(name("id", recordedRepresentative), 422, "invalid-fields") // the same address
	for n := range account.MaxContacts - 2 {
		o.want(name("id", fmt.Sprintf("01993a5e-0000-7000-8000-00000000cc%02d", n), "email", fmt.Sprintf("n1@x%d.kz", n)), 201, "")
	}
	if a := o.want(name("id", recordedRepresentative, "email", "n1@last.kz"), 422, "invalid-fields"); !strings.Contains(a.raw, "representatives-full") {
		t.Errorf("the sixth: %s", a.raw)
	}

	// An invitation is sent three times at most, and answered within thirty days of the last.
	again := func(who string) answer {
		return o.send(at(o.event("POST /api/account/representatives/{representative}/invitation", object{}, session), "{representative}", who))
	}
	for range account.InvitationsOfOne - 1 {
		o.want(again(secondRepresentative), 202, "")
	}
	if a := o.want(again(secondRepresentative), 429, "too-many-invitations"); a.header["retry-after"] == "" {
		t.Error("no Retry-After")
	}
	o.want(again("nobody"), 404, "not-found")
	o.want(again(recordedRepresentative), 404, "not-found")
	end := func(who string) answer {
		return o.send(at(o.event("DELETE /api/account/representatives/{representative}", nil, session), "{representative}", who))
	}
	o.want(end(secondRepresentative), 204, "")
	o.want(end(secondRepresentative), 204, "")
	o.want(end(strings.Repeat("x", 3000)), 404, "not-found")
	page := o.link(t, o.of(id, secondRepresentative), account.LinkPage)
	if a := o.want(o.call("POST /api/representative", object{"token": page}), 200, ""); a.body["status"] != "ended" {
		t.Errorf("after the end the page says %s", a.raw)
	}
	o.want(o.call("POST /api/representative/refusal", object{"token": page}), 204, "") // nothing is left to refuse
	if got := o.of(id, secondRepresentative); got.Status != account.Ended {
		t.Errorf("after a late refusal: %s", got.Status)
	}

	var export profile.Export
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account/export", nil, session), 200, "").raw), &export); err != nil || len(export.Representatives) != account.MaxContacts {
		t.Errorf("export has %d representatives, %v", len(export.Representatives), err)
	}
	o.at = o.at.Add(account.InvitationLife)
	o.opened(t, id)
	for _, r := range o.representatives(recordedToken) {
		if r.ID != secondRepresentative && r.Status != account.Lapsed {
			t.Errorf("thirty days later: %+v", r)
		}
	}
}

// TestInvitationsToOneAddress: however many accounts name it, an address has a bounded number of
// invitations a day, those of registration forms among them.
func TestInvitationsToOneAddress(t *testing.T) {
	o := newOffice(t)
	_, session := o.registered()
	attempts := store.NewAttempts(o.db, o.name(schema.Accounts))
	for range account.InvitationsToAddress - 1 { // one came with the form
		if _, err := attempts.Count(t.Context(), account.InvitationCounter(indexKey, "erlan@example.kz"), account.InvitationsToAddress, account.InvitationWindow, o.at); err != nil {
			t.Fatal(err)
		}
	}
	first := o.representatives(session)[0]
	o.want(o.send(at(o.event("POST /api/account/representatives/{representative}/invitation", object{}, session), "{representative}", first.ID)), 429, "too-many-invitations")
	o.want(o.accept("head", "v1"), 201, "")
	form := companyForm("СЕЙІТОВА АЙГҮЛ", signertest.AigulIIN)
	refused := o.want(o.register("head", o.registration(form), password), 429, "too-many-invitations")
	if refused.body["pointer"] != "/form/notificationContacts/0/email" {
		t.Errorf("refused: %s", refused.raw)
	}
	o.at = o.at.Add(account.InvitationWindow)
	o.want(o.register("head", o.registration(form), password), 201, "")
}

// TestRecordedRepresentativeEvents replays the payloads of events/ about representatives, in the
// order they come about. See TestRecordedEvents for -update.
func TestRecordedRepresentativeEvents(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	o := newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust"))
	o.account(t)
	o.opened(t, recordedAccount)
	o.private = append(o.private, "Анна")
	r := account.Representative{ID: secondRepresentative, AccountID: recordedAccount}
	page, stop := o.link(t, r, account.LinkPage), o.link(t, r, account.LinkUnsubscribe)
	for _, tt := range []struct {
		file, route string
		body        any
		token       string
		status      int
	}{
		{"account/name-representative.json", "POST /api/account/representatives", named, recordedToken, 201},
		{"account/representatives.json", "GET /api/account/representatives", nil, recordedToken, 200},
		{"account/invite-representative.json", "POST /api/account/representatives/{representative}/invitation", object{}, recordedToken, 202},
		{"account/representative.json", "POST /api/representative", object{"token": page}, "", 200},
		{"account/representative-consent.json", "POST /api/representative/consent", object{"token": page}, "", 200},
		{"account/show-unsubscribe.json", "GET /api/representative/unsubscribe/{token}", nil, "", 303},
		{"account/unsubscribe.json", "POST /api/representative/unsubscribe/{token}", url.Values{"List-Unsubscribe": {"One-Click"}}, "", 204},
		{"account/representative-refusal.json", "POST /api/representative/refusal", object{"token": page}, "", 204},
		{"account/end-representative.json", "DELETE /api/account/representatives/{representative}", nil, recordedToken, 204},
	} {
		if *update {
			ev := at(at(o.event(tt.route, tt.body, tt.token), "{representative}", secondRepresentative), "{token}", stop)
			record(t, filepath.Join(root, "events", filepath.FromSlash(tt.file)), ev)
		}
		ev := request(t, tt.file)
		if ev.RouteKey != tt.route || o.function(ev.RouteKey) != strings.Split(tt.file, "/")[0] {
			t.Errorf("%s is for %s", tt.file, ev.RouteKey)
		}
		if a := o.send(ev); a.status != tt.status {
			t.Fatalf("%s: answer %d, want %d: %s", tt.file, a.status, tt.status, a.raw)
		}
	}
	if got := o.of(recordedAccount, secondRepresentative); got.Status != account.Withdrawn || got.Invitations != 2 {
		t.Errorf("in the end: %s, %d invitations", got.Status, got.Invitations)
	}
}

// TestRecordedInvitation replays the stream record of an invitation: it reaches the representative
// once, in their language, and leads to a page that knows them.
func TestRecordedInvitation(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.account(t)
	sink, handle := o.notifying(t)
	r := account.NewRepresentative(account.Representative{
		ID: recordedRepresentative, AccountID: recordedAccount, Name: "Анна", Email: "anna@example.kz", Lang: locale.RU, Scope: account.ScopeAll, Months: 6,
	}, o.at, account.Evidence{})
	if _, _, err := o.trusted().Name(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	records := batch(t, "notify/representative-invited.json")
	for range 2 {
		if res, err := handle(t.Context(), records); err != nil || len(res.BatchItemFailures) != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	got := sink.Messages()
	if len(got) != 1 || got[0].To[0] != "anna@example.kz" || got[0].Language != "ru" {
		t.Fatalf("mail %+v", got)
	}
	_, rest, _ := strings.Cut(got[0].Text, "https://court.example/ru/representative#")
	token, _, _ := strings.Cut(rest, "\n")
	a := o.want(o.call("POST /api/representative", object{"token": strings.TrimSpace(token)}), 200, "")
	if a.body["email"] != "anna@example.kz" {
		t.Errorf("the page: %s", a.raw)
	}
}
