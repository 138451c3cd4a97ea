package wire

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/admin"
	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// administration is an office with the function admin: aigul is a user, erlan and dana are
// administrators.
type administration struct {
	*office
	accounts    *store.Accounts
	user        string // account id of aigul
	first       string // of erlan
	second      string // of dana
	userToken   string
	firstToken  string
	secondToken string
}

const reason = "holder asked by letter 17-4"

func newAdministration(t *testing.T) *administration {
	t.Helper()
	o := newOffice(t)
	cfg, err := environment.Load("admin")
	if err != nil {
		t.Fatal(err)
	}
	row, _ := functions.Named("admin")
	app := &App{fn: row, cfg: cfg, log: slog.New(slog.NewJSONHandler(lockedWriter{o}, nil))}
	o.functions["admin"] = o.described(app.Admin())
	d := &administration{office: o, accounts: store.NewAccounts(o.db, o.name(schema.Accounts))}
	d.user, d.userToken = o.registered()

	o.want(o.accept("erlan", "v1"), 201, "")
	f := form()
	f["subject"] = object{"kind": "natural", "iin": signertest.ErlanIIN, "bin": "", "name": "ОМАРОВ ЕРЛАН", "organisation": ""}
	a := o.want(o.register("erlan", o.registration(f), password), 201, "")
	d.first, d.firstToken = a.body["id"].(string), a.cookie
	d.grant(d.first, account.Admin)

	o.want(o.accept("dana", "v1"), 201, "")
	f = form()
	f["subject"] = object{"kind": "natural", "iin": signertest.DanaIIN, "bin": "", "name": "САДЫҚОВА ДАНА", "organisation": ""}
	a = o.want(o.register("dana", o.registration(f), password), 201, "")
	d.second, d.secondToken = a.body["id"].(string), a.cookie
	d.signers[d.firstToken], d.signers[d.secondToken] = "erlan", "dana"
	d.grant(a.body["id"].(string), account.Admin)
	return d
}

// grant gives a right as infra/bootstrap does.
func (d *administration) grant(id string, right account.Right) {
	d.Helper()
	e := audit.New(audit.RightGranted, audit.Actor{Account: audit.Bootstrap}, id, reason, d.at, [8]byte([]byte(id[len(id)-8:])))
	if _, err := store.NewDecisions(d.db, d.name(schema.Accounts), store.NewAudit(d.db, d.name(schema.Site), d.name(schema.Accounts))).Grant(d.Context(), id, right, e); err != nil {
		d.Fatal(err)
	}
}

// do calls a route whose parameters are written out behind it: "POST /x/{id} id=…".
func (d *administration) do(route string, body any, token string) answer {
	d.Helper()
	a := d.send(d.placed(route, body, token))
	d.mu.Lock()
	d.at = d.at.Add(time.Second) // entries are listed by their instants
	d.mu.Unlock()
	return a
}

// placed is the event of such a call.
func (d *administration) placed(route string, body any, token string) events.APIGatewayV2HTTPRequest {
	d.Helper()
	route, values, _ := strings.Cut(route, "  ")
	ev := d.event(route, body, token)
	for v := range strings.FieldsSeq(values) {
		name, value, _ := strings.Cut(v, "=")
		if name == "lang" || name == "month" {
			ev.RawQueryString = v
			continue
		}
		ev = at(ev, "{"+name+"}", value)
	}
	return ev
}

func decodeAs[T any](t *testing.T, a answer) (out T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.raw), &out); err != nil {
		t.Fatalf("%v in %s", err, a.raw)
	}
	return out
}

// close has both administrators close an account.
func (d *administration) close(id string) answer {
	d.Helper()
	route, body := "POST /api/admin/accounts/{id}/status  id="+id, object{"from": "active", "to": "closed", "reason": reason}
	d.want(d.do(route, body, d.firstToken), 202, "")
	return d.want(d.do(route, body, d.secondToken), 200, "")
}

func TestAdministratorFindsAndDisables(t *testing.T) {
	d := newAdministration(t)
	search := object{"number": signertest.AigulIIN, "reason": reason}
	found := d.want(d.do("POST /api/admin/accounts/search", search, d.firstToken), 200, "")
	if found.body["id"] != d.user {
		t.Fatalf("found %s", found.raw)
	}
	d.want(d.do("POST /api/admin/accounts/search", object{"number": "900101300999", "reason": reason}, d.firstToken), 404, "not-registered")
	d.want(d.do("POST /api/admin/accounts/search", object{"number": "12", "reason": reason}, d.firstToken), 422, "invalid-fields")
	d.want(d.do("POST /api/admin/accounts/search", object{"number": signertest.AigulIIN, "reason": "why not"}, d.firstToken), 422, "invalid-fields")

	a := d.want(d.do("GET /api/admin/accounts/{id}  id="+d.user, nil, d.firstToken), 200, "")
	view := decodeAs[admin.Account](t, a)
	if view.ID != d.user || view.Status != account.Active || view.Own || view.Number != "******0126" || view.Email != "a…@example.kz" ||
		!slices.Equal(view.Accepted, []string{"v1"}) || len(view.Audit) != 1 || view.Audit[0].Act != audit.AccountFound {
		t.Errorf("account %+v", view)
	}
	if strings.Contains(a.raw, signertest.AigulIIN) || strings.Contains(a.raw, "aigul@") || strings.Contains(a.raw, "7011234567") {
		t.Error("a whole number or address is shown")
	}

	disable := object{"from": "active", "to": "disabled", "reason": reason}
	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, with(disable, "reason", " "), d.firstToken), 422, "invalid-fields")
	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, with(disable, "to", "admin"), d.firstToken), 422, "invalid-fields")
	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.first, disable, d.firstToken), 403, "own-account")
	d.want(d.do("POST /api/admin/accounts/{id}/status  id=nobody", disable, d.firstToken), 404, "not-registered")
	view = decodeAs[admin.Account](t, d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, disable, d.firstToken), 200, ""))
	if view.Status != account.Disabled || view.Until == nil || !view.Until.Equal(view.Audit[0].At.Add(account.AloneFor)) || len(view.Proposals) != 1 || view.Audit[0].Before+" "+view.Audit[0].After != "active disabled" || view.Audit[0].Reason != reason {
		t.Errorf("disabled account %+v", view)
	}
	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, disable, d.firstToken), 409, "changed-meanwhile")
	last := with(disable, "from", "disabled")
	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, last, d.firstToken), 403, "second-administrator")
	if view = decodeAs[admin.Account](t, d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, last, d.secondToken), 200, "")); view.Until != nil || len(view.Proposals) > 0 {
		t.Errorf("disabled by two %+v", view)
	}
	d.want(d.call("GET /api/session", nil, d.userToken), 401, "unauthenticated")
	d.want(d.signIn("aigul"), 403, "account-disabled") // whoever proves to be the holder hears the true state
	d.want(d.register("aigul", d.registration(form()), password), 403, "account-disabled")
	d.want(d.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 401, "wrong-credentials")

	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, object{"from": "disabled", "to": "active", "reason": reason}, d.secondToken), 200, "")
	d.want(d.signIn("aigul"), 200, "")
	stop := d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, disable, d.secondToken), 202, "") // one did within the week
	if stop.body["status"] != "active" {
		t.Errorf("a proposal stopped access: %s", stop.raw)
	}
	end := object{"from": "active", "to": "closed", "reason": reason}
	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, end, d.secondToken), 202, "")
	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, end, d.secondToken), 403, "second-administrator")
	d.want(d.signIn("aigul"), 200, "")
	view = decodeAs[admin.Account](t, d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, end, d.firstToken), 200, ""))
	if view.Status != account.Closed || view.Email != "" {
		t.Errorf("closed account %+v", view)
	}
	d.want(d.signIn("aigul"), 404, "not-registered")
	again := d.want(d.register("aigul", d.registration(form()), password), 201, "")
	if again.body["id"] == d.user {
		t.Error("a closed account came back")
	}
	list := decodeAs[admin.AuditList](t, d.want(d.do("GET /api/admin/audit", nil, d.secondToken), 200, ""))
	var acts []string
	for _, e := range list.Entries {
		acts = append(acts, string(e.Act))
	}
	slices.Sort(acts)
	want := []string{"account.close-asked", "account.deleted", "account.disabled", "account.enabled", "account.found", "account.found", "account.read", "account.stop-asked", "account.suspended", "right.granted", "right.granted"}
	if !slices.Equal(acts, want) || list.Month != "2026-11" {
		t.Errorf("audit of %s has %q, want %q", list.Month, acts, want)
	}
	d.want(d.do("GET /api/admin/audit  month=2026-13", nil, d.secondToken), 422, "invalid-fields")
}

func TestRightsTakeTwo(t *testing.T) {
	d := newAdministration(t)
	body := object{"reason": reason}
	right := func(right, step string) string {
		return "POST /api/admin/accounts/{id}/rights/{right}" + step + "  id=" + d.user + " right=" + right
	}
	d.want(d.do(right("king", ""), body, d.firstToken), 404, "not-found")
	d.want(d.do(right("clerk", ""), body, d.firstToken), 404, "not-found")
	d.want(d.do(right("clerk.nowhere", ""), body, d.firstToken), 404, "not-found")
	d.want(d.do(right("clerk.almaty-medeu", ""), body, d.firstToken), 202, "")
	d.want(d.do(right("clerk.almaty-medeu", "/approval"), body, d.firstToken), 403, "second-administrator")
	view := decodeAs[admin.Account](t, d.want(d.do(right("clerk.almaty-medeu", "/approval"), body, d.secondToken), 200, ""))
	if !slices.Equal(view.Rights, []account.Right{account.Clerk.At("almaty-medeu")}) {
		t.Errorf("rights %v", view.Rights)
	}
	d.want(d.do(right("admin", "/approval"), body, d.firstToken), 404, "not-found")
	view = decodeAs[admin.Account](t, d.want(d.do(right("admin", ""), body, d.firstToken), 202, ""))
	if len(view.Rights) != 1 || len(view.Proposals) != 1 || view.Proposals[0].By != d.first {
		t.Errorf("after proposing: %+v", view)
	}
	d.want(d.do(right("admin", ""), body, d.secondToken), 409, "changed-meanwhile")
	d.want(d.do(right("admin", "/approval"), body, d.firstToken), 403, "second-administrator")
	view = decodeAs[admin.Account](t, d.want(d.do(right("admin", "/approval"), body, d.secondToken), 200, ""))
	if !slices.Equal(view.Rights, []account.Right{account.Admin, account.Clerk.At("almaty-medeu")}) || len(view.Proposals) != 0 {
		t.Errorf("after the second's approval: %+v", view)
	}
	d.want(d.do("GET /api/admin/audit", nil, d.userToken), 200, "")
	view = decodeAs[admin.Account](t, d.want(d.do(right("admin", "/withdrawal"), body, d.secondToken), 200, ""))
	if !slices.Equal(view.Rights, []account.Right{account.Clerk.At("almaty-medeu")}) {
		t.Errorf("after withdrawal: %v", view.Rights)
	}
	d.want(d.do("GET /api/admin/audit", nil, d.userToken), 403, "forbidden")
}

// TestAdministratorsSignInByEDS: a password opens nothing of this.
func TestAdministratorsSignInByEDS(t *testing.T) {
	d := newAdministration(t)
	byPassword := d.want(d.call("POST /api/sign-in/password", object{"number": signertest.ErlanIIN, "password": password}), 200, "")
	byEDS := d.want(d.signIn("erlan"), 200, "")
	d.want(d.do("GET /api/admin/audit", nil, byPassword.cookie), 403, "forbidden")
	d.want(d.do("GET /api/admin/audit", nil, byEDS.cookie), 200, "")
	for _, tt := range []struct {
		in   answer
		want string
	}{{byPassword, "[]"}, {byEDS, "[admin]"}} {
		again := d.want(d.call("GET /api/session", nil, tt.in.cookie), 200, "")
		if got := fmt.Sprint(tt.in.body["rights"]) + fmt.Sprint(again.body["rights"]); got != tt.want+tt.want {
			t.Errorf("the session's rights are %s, want %s twice", got, tt.want)
		}
	}
}

func TestAgreementVersion(t *testing.T) {
	d := newAdministration(t)
	texts := object{}
	for _, lang := range locale.Langs {
		texts[string(lang)] = "# v1 " + string(lang) + "\n\n6.2. New."
	}
	body := object{"id": "v2", "texts": texts, "reason": reason}
	d.want(d.do("POST /api/admin/agreements", with(body, "id", "two"), d.firstToken), 422, "invalid-fields")
	d.want(d.do("POST /api/admin/agreements", with(body, "id", "v1"), d.firstToken), 409, "changed-meanwhile")
	digest := decodeAs[admin.Draft](t, d.want(d.do("POST /api/admin/agreements", body, d.firstToken), 201, "")).Digest
	d.want(d.do("POST /api/admin/agreements", body, d.secondToken), 409, "changed-meanwhile")
	draft := decodeAs[admin.Draft](t, d.want(d.do("GET /api/admin/agreements/{id}  id=v2", nil, d.secondToken), 200, ""))
	if draft.Own || draft.By != d.first || draft.Digest != digest || draft.Texts[locale.KK] != "# v1 kk\n\n6.2. New.\n" ||
		len(draft.Changes[locale.RU]) != 2 || draft.Changes[locale.RU][1].Op != agreement.Added {
		t.Errorf("draft %+v", draft)
	}
	d.want(d.do("GET /api/admin/agreements/{id}  id=v1", nil, d.secondToken), 404, "not-found")

	approval := object{"digest": digest, "reason": reason}
	d.want(d.do("POST /api/admin/agreements/{id}/approval  id=v2", approval, d.firstToken), 403, "second-administrator")
	d.want(d.do("POST /api/admin/agreements/{id}/approval  id=v2", with(approval, "digest", strings.Repeat("00", 32)), d.secondToken), 404, "not-found")
	d.at = d.at.Add(time.Minute)
	published := d.at
	v := decodeAs[admin.Version](t, d.want(d.do("POST /api/admin/agreements/{id}/approval  id=v2", approval, d.secondToken), 201, ""))
	if !v.PublishedAt.Equal(published) || !v.EffectiveAt.Equal(published.Add(72*time.Hour)) {
		t.Errorf("published %v, takes force %v, at %v", v.PublishedAt, v.EffectiveAt, published)
	}
	d.at = d.at.Add(10 * time.Minute) // what others remember of the versions has aged
	d.want(d.do("POST /api/admin/agreements/{id}/approval  id=v2", approval, d.secondToken), 200, "")
	list := decodeAs[admin.Editions](t, d.want(d.do("GET /api/admin/agreements", nil, d.firstToken), 200, ""))
	if len(list.Published) != 2 || list.Published[0].ID != "v2" || len(list.Proposed) != 0 {
		t.Errorf("editions %+v", list)
	}
	pending, err := d.site.Announcements(t.Context())
	if err != nil || len(pending) != 1 || pending[0].Ref != "v2" || !pending[0].StartedAt.Equal(published) {
		t.Errorf("announcements %+v, %v", pending, err)
	}

	// The coming version is shown and may be accepted; the old one binds until the last millisecond.
	a := d.want(d.call("GET /api/agreement", nil), 200, "")
	if coming := a.body["coming"].(object); coming["id"] != "v2" || coming["sha256"] != list.Published[0].SHA256[locale.KK] {
		t.Errorf("coming %v", coming)
	}
	d.want(d.accept("erlan", "v2"), 201, "")
	// Tokens idle out long before: sign in anew.
	force := published.Add(72 * time.Hour)
	d.at = force.Add(-time.Minute)
	erlan, dana := d.signIn("erlan").cookie, d.signIn("dana").cookie
	for _, token := range []string{erlan, dana} {
		d.at = force.Add(-time.Millisecond)
		d.want(d.do("GET /api/admin/audit", nil, token), 200, "")
	}
	d.at = force
	d.want(d.do("GET /api/admin/audit", nil, dana), 428, "agreement-not-accepted")
	d.want(d.do("GET /api/admin/audit", nil, erlan), 200, "")
	d.want(d.call("GET /api/session", nil, dana), 200, "")
	d.want(d.call("POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "kk"}), 409, "agreement-not-in-force")
}

// TestProposalIsTakenBack: what is dropped can't be approved, and its id is free again.
func TestProposalIsTakenBack(t *testing.T) {
	d := newAdministration(t)
	texts := object{"kk": "а", "ru": "б", "en": "c"}
	body := object{"id": "v2", "texts": texts, "reason": reason}
	digest := decodeAs[admin.Draft](t, d.want(d.do("POST /api/admin/agreements", body, d.firstToken), 201, "")).Digest
	d.want(d.do("POST /api/admin/agreements/{id}/withdrawal  id=v2", object{"reason": reason}, d.secondToken), 204, "")
	d.want(d.do("POST /api/admin/agreements/{id}/withdrawal  id=v2", object{"reason": reason}, d.secondToken), 404, "not-found")
	d.want(d.do("POST /api/admin/agreements/{id}/approval  id=v2", object{"digest": digest, "reason": reason}, d.secondToken), 404, "not-found")
	d.want(d.do("POST /api/admin/agreements", body, d.secondToken), 201, "")
}

// TestTwoApproveAtOnce: one publication, one announcement, and both administrators get the same
// version.
func TestTwoApproveAtOnce(t *testing.T) {
	d := newAdministration(t)
	third := d.want(d.signIn("dana"), 200, "").cookie
	for n := range 20 {
		id := "v" + string(rune('2'+n%8)) + strings.Repeat("0", n/8)
		digest := decodeAs[admin.Draft](t, d.want(d.do("POST /api/admin/agreements", object{
			"id": id, "texts": object{"kk": "а", "ru": "б", "en": "c"}, "reason": reason,
		}, d.firstToken), 201, "")).Digest
		var wg sync.WaitGroup
		answers := make([]answer, 2)
		for i, token := range []string{d.secondToken, third} {
			ev := at(d.event("POST /api/admin/agreements/{id}/approval", object{"digest": digest, "reason": reason}, token), "{id}", id)
			wg.Go(func() { answers[i] = d.send(ev) })
		}
		wg.Wait()
		statuses := []int{answers[0].status, answers[1].status}
		slices.Sort(statuses)
		if !slices.Equal(statuses, []int{200, 201}) || answers[0].raw != answers[1].raw {
			t.Fatalf("%s: %v\n%s\n%s", id, statuses, answers[0].raw, answers[1].raw)
		}
	}
	if pending, err := d.site.Announcements(t.Context()); err != nil || len(pending) != 20 {
		t.Errorf("%d announcements, %v", len(pending), err)
	}
}

// TestActsHaveTexts: the page and the notice can name every act.
func TestActsHaveTexts(t *testing.T) {
	for _, act := range audit.Acts {
		if !locale.Has("audit.act." + string(act)) {
			t.Errorf("%s has no text", act)
		}
	}
}
