package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
)

// prepare has an administrator prepare the account id for s.
func (a *archive) prepare(s account.Subject, id, email string) (account.Account, bool, error) {
	made := account.Invitation{Kind: s.Kind, Email: email, Lang: locale.RU}.Prepare(id, s.Key(indexKey), account.Subject{Kind: s.Kind, IIN: s.IIN, BIN: s.BIN}, noon)
	return a.decisions.Prepare(a.Context(), made, a.entry(audit.AccountPrepared, "admin", id))
}

func TestPrepare(t *testing.T) {
	a := newArchive(t)
	who := aigul(t)
	made, first, err := a.prepare(who, "p1", "someone@example.kz")
	if err != nil || !first || made.Status != account.Prepared {
		t.Fatalf("Prepare = %v %t, %v", made.Status, first, err)
	}
	if again, first, err := a.prepare(who, "p2", "someone@example.kz"); err != nil || first || again.ID != "p1" {
		t.Errorf("a repeat made %s, first %t, %v", again.ID, first, err)
	}
	if _, _, err := a.prepare(who, "p3", "other@example.kz"); !errors.Is(err, account.ErrRegistered) {
		t.Errorf("preparing with another address: %v", err)
	}
	if got := a.events("p1"); !slices.Equal(got, []string{"account.invited "}) {
		t.Errorf("events %q", got)
	}

	// Nobody has it: neither by signature nor by number and password, and nobody is told of anything.
	_, err = a.accounts.BySubject(t.Context(), who.Key(indexKey))
	if p, ok := errors.AsType[*account.PreparedError](err); !ok || p.ID != "p1" || !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("BySubject: %v", err)
	}
	if err := a.sessions.SignIn(t.Context(), a.challenge(), newSession("b", "p1")); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("signing in: %v", err)
	}
	found, err := a.accounts.ByNumber(t.Context(), account.NumberKeys(indexKey, who.Number()))
	if err != nil || found.ID != "p1" || found.Subject.Name != "" {
		t.Errorf("ByNumber = %v %q, %v", found, found.Subject.Name, err)
	}
	for shard := range 256 {
		if list, err := a.accounts.Members(t.Context(), shard, "", 10); err != nil || len(list) > 0 {
			t.Fatalf("shard %d lists %v, %v", shard, list, err)
		}
	}

	// Rights wait for the holder, and no notice goes to an address that may be another's.
	if got, err := a.decisions.Grant(t.Context(), "p1", account.Clerk.At("almaty-medeu"), a.entry(audit.RightGranted, "admin", "p1")); err != nil || !got.Has(account.Clerk.At("almaty-medeu")) {
		t.Fatalf("Grant = %v, %v", got.Rights, err)
	}
	if err := a.decisions.Propose(t.Context(), "p1", account.Admin, a.entry(audit.RightProposed, "admin", "p1")); err != nil {
		t.Fatal(err)
	}
	if got := a.events("p1"); len(got) != 1 {
		t.Errorf("events %q", got)
	}
	for _, to := range []account.Status{account.Active, account.Disabled} {
		if account.MayBecome(account.Prepared, to) {
			t.Errorf("an administrator may make a prepared account %s", to)
		}
	}

	// Registration takes the account as it is known, and no other.
	a.accept(who, "v1")
	c := a.challenge()
	if _, err := a.registrations.Register(t.Context(), a.registration(who, "a9", c), c, newSession("a", "a9")); !errors.Is(err, account.ErrChanged) {
		t.Errorf("registering beside the prepared account: %v", err)
	}
	r := a.registration(who, "p1", c)
	r.Prepared = true
	got, err := a.registrations.Register(t.Context(), r, c, newSession("a", "p1"))
	if err != nil || got.ID != "p1" || got.Status != account.Active || got.Email != "aigul@example.kz" || got.Lang != locale.KK ||
		got.Subject != who || !got.Has(account.Clerk.At("almaty-medeu")) || !got.HasAccepted("v1") || got.Mobile == "" {
		t.Errorf("registered %+v, %v", got, err)
	}
	if mine, err := a.accounts.BySubject(t.Context(), who.Key(indexKey)); err != nil || mine.ID != "p1" || !a.alive(newSession("a", "p1").ID) {
		t.Errorf("the holder's account is %s, %v", mine.ID, err)
	}
	if own, err := store.NewAudited(a.db, a.table).Of(t.Context(), "p1"); err != nil || len(own) != 3 {
		t.Errorf("%d entries stay with the account, %v", len(own), err)
	}
	if _, err := a.decisions.Approve(t.Context(), "p1", account.Admin, a.entry(audit.RightGranted, "second", "p1")); err != nil {
		t.Errorf("approving what was proposed before: %v", err)
	}
	if _, _, err := a.prepare(who, "p4", "someone@example.kz"); !errors.Is(err, account.ErrRegistered) {
		t.Errorf("preparing for who is registered: %v", err)
	}
}

func TestPreparedIsDropped(t *testing.T) {
	a := newArchive(t)
	iin, err := kzid.ParseIIN("900101300126")
	if err != nil {
		t.Fatal(err)
	}
	who := account.Subject{Kind: account.Natural, IIN: iin}
	if _, _, err := a.prepare(who, "p1", "someone@example.kz"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.decisions.Grant(t.Context(), "p1", account.Clerk.At("almaty-medeu"), a.entry(audit.RightGranted, "admin", "p1")); err != nil {
		t.Fatal(err)
	}
	if err := a.decisions.Become(t.Context(), "p1", account.Prepared, account.Closed, account.Does, a.entry(audit.AccountDeleted, "admin", "p1")); err != nil {
		t.Fatal(err)
	}
	got, err := a.accounts.Account(t.Context(), "p1")
	if err != nil || got.Status != account.Closed || got.Email != "" || len(got.Rights) > 0 || got.Subject != who {
		t.Errorf("dropped account %+v, %v", got, err)
	}
	if events := a.events("p1"); len(events) != 1 {
		t.Errorf("events %q: nobody is told but by the invitation", events)
	}
	if err := a.decisions.Become(t.Context(), "p1", account.Prepared, account.Closed, account.Does, a.entry(audit.AccountDeleted, "admin", "p1")); !errors.Is(err, account.ErrChanged) {
		t.Errorf("dropping again: %v", err)
	}
	c := a.challenge()
	r := a.registration(who, "p1", c)
	r.Prepared = true
	if _, err := a.registrations.Register(t.Context(), r, c, newSession("a", "p1")); !errors.Is(err, account.ErrChanged) {
		t.Errorf("registering what was dropped: %v", err)
	}
	if again, first, err := a.prepare(who, "p2", "firm@example.kz"); err != nil || !first || again.ID != "p2" {
		t.Errorf("preparing anew: %s %t, %v", again.ID, first, err)
	}
}

// TestPrepareRace: somebody registers while an administrator prepares an account for them, and, if
// that came first, another drops it. Whatever the order, the person ends with one open account.
func TestPrepareRace(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	before, after := 0, 0
	for n := range raceTimes {
		iin, err := kzid.ParseIINForm(fmt.Sprintf("%012d", n))
		if err != nil {
			t.Fatal(err)
		}
		who := account.Subject{Kind: account.Natural, IIN: iin, Name: "СЕЙІТОВА АЙГҮЛ"}
		a.accept(who, "v1")
		prepared, own := fmt.Sprintf("p%d", n), fmt.Sprintf("a%d", n)
		made := account.Invitation{Kind: who.Kind, Email: "x@example.kz", Lang: locale.KK}.Prepare(prepared, who.Key(indexKey), who, noon)
		make, drop, c := a.entry(audit.AccountPrepared, "admin", prepared), a.entry(audit.AccountDeleted, "second", prepared), a.challenge()
		var registered account.Account
		var preparing, registering error
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, _, preparing = a.decisions.Prepare(t.Context(), made, make); preparing == nil {
				if err := a.decisions.Become(t.Context(), prepared, account.Prepared, account.Closed, account.Does, drop); err != nil && !errors.Is(err, account.ErrChanged) {
					t.Errorf("round %d: dropping: %v", n, err)
				}
			}
		})
		wg.Go(func() {
			for range 3 {
				r := a.registration(who, own, c)
				_, err := a.accounts.BySubject(t.Context(), who.Key(indexKey))
				if p, ok := errors.AsType[*account.PreparedError](err); ok {
					r.Account.ID, r.Prepared, r.Codes[0].AccountID = p.ID, true, p.ID
				}
				first := newSession("a", r.Account.ID)
				first.ID = fmt.Sprintf("%064x", n+1)
				if registered, registering = a.registrations.Register(t.Context(), r, c, first); !errors.Is(registering, account.ErrChanged) {
					return
				}
			}
		})
		wg.Wait()
		if registering != nil || preparing != nil && !errors.Is(preparing, account.ErrRegistered) {
			t.Fatalf("round %d: registering %v, preparing %v", n, registering, preparing)
		}
		got, err := a.accounts.BySubject(t.Context(), who.Key(indexKey))
		if err != nil || got.ID != registered.ID || got.Status != account.Active || !a.alive(fmt.Sprintf("%064x", n+1)) {
			t.Fatalf("round %d: account %s %s, registered %s, %v", n, got.ID, got.Status, registered.ID, err)
		}
		if registered.ID == prepared {
			before++
		} else {
			after++
		}
		if other, err := a.accounts.Account(t.Context(), strings.Replace(prepared+own, registered.ID, "", 1)); err == nil && other.Status != account.Closed {
			t.Fatalf("round %d: a second account is %s", n, other.Status)
		}
	}
	t.Logf("%d took the prepared account, %d their own", before, after)
}
