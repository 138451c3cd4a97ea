package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions/internal/admin"
	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
)

const prepareRoute = "POST /api/admin/accounts"

// TestPreparedAccount: an administrator prepares an account, gives it a right, and its holder finds
// both when they register; until then nobody signs in to it.
func TestPreparedAccount(t *testing.T) {
	d := newAdministration(t)
	d.close(d.user)
	invited := object{"kind": "natural", "number": signertest.AigulIIN, "email": "invited@court.example", "lang": "ru", "reason": reason}
	d.private = append(d.private, "invited@")
	for name, change := range map[string]struct {
		with  object
		fault string
	}{
		"wrong check digit":  {with(invited, "number", "900101300127"), "/number number-invalid"},
		"number of the kind": {with(invited, "kind", "legal"), "/number number-invalid"},
		"nothing":            {object{}, "/kind unknown-value"},
		"no reason":          {with(invited, "reason", "because"), "/reason reason-short"},
	} {
		a := d.want(d.do(prepareRoute, change.with, d.firstToken), 422, "invalid-fields")
		first := a.body["errors"].([]any)[0].(object)
		if got := first["pointer"].(string) + " " + first["code"].(string); got != change.fault {
			t.Errorf("%s: %s, want %s", name, got, change.fault)
		}
	}
	d.want(d.do(prepareRoute, with(invited, "number", signertest.ErlanIIN), d.secondToken), 409, "account-exists")

	d.operations()
	made := decodeAs[admin.Account](t, d.want(d.do(prepareRoute, invited, d.firstToken), 201, ""))
	if got := d.operations(); !strings.Contains(got, "TransactWriteItems") || strings.Count(got, "TransactWriteItems") != 1 {
		t.Errorf("preparing calls %s", got)
	}
	if made.Status != account.Prepared || made.Number != "******0126" || made.Email != "i…@court.example" || made.Name != "" || len(made.Accepted) != 0 {
		t.Errorf("prepared %+v", made)
	}
	if again := decodeAs[admin.Account](t, d.want(d.do(prepareRoute, invited, d.secondToken), 200, "")); again.ID != made.ID {
		t.Errorf("a repeat made %s, want %s", again.ID, made.ID)
	}
	d.want(d.do(prepareRoute, with(invited, "email", "other@court.example"), d.secondToken), 409, "account-exists")
	if found := d.want(d.do("POST /api/admin/accounts/search", object{"number": signertest.AigulIIN, "reason": reason}, d.secondToken), 200, ""); found.body["id"] != made.ID {
		t.Errorf("found %s", found.raw)
	}
	m := d.invitation(made.ID)
	if m.To != "invited@court.example" || !strings.Contains(m.Body, "https://court.example/ru/register") || !strings.Contains(m.Body, "******0126") ||
		strings.Contains(m.Body, signertest.AigulIIN) || strings.ContainsAny(m.Subject+m.Body, "{}") {
		t.Errorf("invitation %+v", m)
	}

	// Nobody is in it yet.
	d.want(d.signIn("aigul"), 404, "not-registered")
	d.want(d.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 401, "wrong-credentials")
	status := "POST /api/admin/accounts/{id}/status  id=" + made.ID
	d.want(d.do(status, object{"from": "prepared", "to": "active", "reason": reason}, d.firstToken), 422, "invalid-fields")
	right := "POST /api/admin/accounts/{id}/rights/{right}%s  id=" + made.ID + " right=clerk.almaty-medeu"
	d.want(d.do(fmt.Sprintf(right, ""), withReason, d.firstToken), 202, "")
	clerk := decodeAs[admin.Account](t, d.want(d.do(fmt.Sprintf(right, "/approval"), withReason, d.secondToken), 200, ""))
	if !slices.Equal(clerk.Rights, []account.Right{account.Clerk.At("almaty-medeu")}) {
		t.Errorf("rights %v", clerk.Rights)
	}

	// Registration needs the holder's acceptance and signed form as ever, and completes the account.
	d.want(d.accept("aigul", "v1"), 200, "") // closing kept what was accepted
	mine := d.want(d.register("aigul", d.registration(form()), password), 201, "")
	if mine.body["id"] != made.ID || mine.body["email"] != "aigul@example.kz" {
		t.Errorf("registered %s, want the account %s", mine.raw, made.ID)
	}
	d.want(d.call("GET /api/session", nil, mine.cookie), 200, "")
	d.want(d.signIn("aigul"), 200, "")
	after := decodeAs[admin.Account](t, d.want(d.do("GET /api/admin/accounts/{id}  id="+made.ID, nil, d.firstToken), 200, ""))
	var acts []audit.Act
	for _, e := range after.Audit {
		acts = append(acts, e.Act)
	}
	if after.Status != account.Active || !slices.Equal(after.Rights, []account.Right{account.Clerk.At("almaty-medeu")}) || after.Name != "СЕЙІТОВА АЙГҮЛ" ||
		!slices.Equal(acts, []audit.Act{audit.RightGranted, audit.RightProposed, audit.AccountFound, audit.AccountPrepared}) {
		t.Errorf("after registration %+v, %v", after, acts)
	}

	// The holder sees it all, that look too, and takes it along. Who the administrators are is not theirs to see.
	list := d.want(d.call("GET /api/account/audit", nil, mine.cookie), 200, "")
	var seen []string
	for _, e := range decodeAs[profile.AuditList](t, list).Entries {
		seen = append(seen, string(e.Act)+" "+e.Before+">"+e.After)
		if (e.Reason == "") != (e.Act == audit.AccountRead) || e.At.IsZero() {
			t.Errorf("entry %+v", e)
		}
	}
	if want := []string{"account.read >", "right.granted >clerk.almaty-medeu", "right.proposed >clerk.almaty-medeu", "account.found >", "account.prepared >prepared"}; !slices.Equal(seen, want) {
		t.Errorf("the holder sees %q, want %q", seen, want)
	}
	if strings.Contains(list.raw, d.first) {
		t.Errorf("an administrator's account is named: %s", list.raw)
	}
	if export := decodeAs[profile.Export](t, d.want(d.call("GET /api/account/export", nil, mine.cookie), 200, "")); len(export.Audit) != len(seen) {
		t.Errorf("the export has %d entries of %d", len(export.Audit), len(seen))
	}
}

// invitation is the mail that account's outbox has for whoever it was prepared for.
func (d *administration) invitation(id string) notice.Message {
	d.Helper()
	a, err := d.accounts.Account(d.Context(), id)
	if err != nil {
		d.Fatal(err)
	}
	for _, it := range d.everything() {
		e, ok := accountEvent(d, it)
		if !ok || e.Type != account.EventInvited || e.AccountID != id {
			continue
		}
		m, ok, err := notice.OfAccount(e, a, "https://court.example")
		if err != nil || !ok {
			d.Fatalf("%t, %v", ok, err)
		}
		if _, told, _ := notice.OfAccount(e, account.Account{Status: account.Active}, ""); told {
			d.Error("who has registered is invited")
		}
		return m
	}
	d.Fatalf("no invitation to %s", id)
	return notice.Message{}
}

// TestRegistrationWhilePreparing: the account a person registers and the one prepared for them at
// that moment are one in the end.
func TestRegistrationWhilePreparing(t *testing.T) {
	d := newAdministration(t)
	for n := range 10 {
		a := d.want(d.signIn("aigul"), 200, "")
		d.close(a.body["id"].(string))
		prepare := d.event(prepareRoute, object{"kind": "natural", "number": signertest.AigulIIN, "email": "i@court.example", "lang": "kk", "reason": reason}, d.firstToken)
		alone := with(form(), "notificationContacts", []object{}) // invitations of a day are few
		register := d.event("POST /api/registration", with(d.signed("aigul", d.registration(alone)), "password", password), "")
		answers := make(chan answer, 2)
		go func() { answers <- d.send(prepare) }()
		got := d.want(d.send(register), 201, "")
		if p := <-answers; p.status != 201 && p.slug != "account-exists" {
			t.Errorf("round %d: preparing: %d %s", n, p.status, p.raw)
		} else if p.status == 201 && p.body["id"] != got.body["id"] {
			t.Errorf("round %d: %v is prepared and %v registered", n, p.body["id"], got.body["id"])
		}
	}
}
