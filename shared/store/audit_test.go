package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// archive is people with the audit of the same engine.
type archive struct {
	*people
	audit     *store.Audit
	decisions *store.Decisions
	site      string
}

func newArchive(t *testing.T) *archive {
	p := newPeople(t)
	site := "test-" + schema.Site.Name
	written := store.NewAudit(p.db, site, p.table)
	return &archive{people: p, audit: written, decisions: store.NewDecisions(p.db, p.table, written), site: site}
}

// actor is someone of that account.
func actor(account string) audit.Actor {
	return audit.Actor{Account: account, Person: "person of " + account}
}

// entry makes an entry that no other has the id of.
func (a *archive) entry(act audit.Act, by, target string) audit.Entry {
	a.n++
	return audit.New(act, actor(by), target, "asked by letter", noon, [8]byte{byte(a.n >> 8), byte(a.n)})
}

// month returns all entries of the month of noon, latest first.
func (a *archive) month() []audit.Entry {
	a.Helper()
	list, next, err := a.audit.Month(a.Context(), noon, "")
	if err != nil || next != "" {
		a.Fatalf("Month: next %q, %v", next, err)
	}
	return list
}

// registered has aigul accept v1 and register as the account "a1".
func (a *archive) registered() account.Account {
	a.Helper()
	a.accept(aigul(a), "v1")
	return a.register(aigul(a), "a1")
}

func TestGrant(t *testing.T) {
	a := newArchive(t)
	if _, err := a.decisions.Grant(t.Context(), "a1", account.Admin, a.entry(audit.RightGranted, audit.Bootstrap, "a1")); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("Grant to nobody: %v", err)
	}
	a.registered()
	e := a.entry(audit.RightGranted, audit.Bootstrap, "a1")
	got, err := a.decisions.Grant(t.Context(), "a1", account.Admin, e)
	if err != nil || !slices.Equal(got.Rights, []account.Right{account.Admin}) {
		t.Fatalf("Grant: %v, %v", got.Rights, err)
	}
	stored, err := a.accounts.Account(t.Context(), "a1")
	if err != nil || !stored.Has(account.Admin) || stored.Has(account.Clerk.At("almaty-medeu")) {
		t.Errorf("stored rights %v, %v", stored.Rights, err)
	}
	want := []audit.Entry{e.Of("a1", "", "admin")}
	if diff := cmp.Diff(want, a.month()); diff != "" {
		t.Errorf("entries (-want +got)\n%s", diff)
	}
	own, err := store.NewAudited(a.db, a.table).Of(t.Context(), "a1")
	if diff := cmp.Diff(want, own); err != nil || diff != "" {
		t.Errorf("the holder's entries, %v (-want +got)\n%s", err, diff)
	}

	if _, err := a.decisions.Grant(t.Context(), "a1", account.Admin, a.entry(audit.RightGranted, audit.Bootstrap, "a1")); err != nil || len(a.month()) != 1 {
		t.Errorf("the same right again: %v, %d entries", err, len(a.month()))
	}
	if got, err := a.decisions.Grant(t.Context(), "a1", account.Clerk.At("almaty-medeu"), a.entry(audit.RightGranted, "other", "a1")); err != nil ||
		!slices.Equal(got.Rights, []account.Right{account.Admin, account.Clerk.At("almaty-medeu")}) || a.month()[0].Before != "admin" || a.month()[0].After != "admin clerk.almaty-medeu" {
		t.Errorf("a second right: %v, %v, %+v", got.Rights, err, a.month())
	}
}

// TestGrantRace: of many at once one grants, and one entry says so.
func TestGrantRace(t *testing.T) {
	a := newArchive(t)
	a.registered()
	var wg sync.WaitGroup
	for n := range 8 {
		e := audit.New(audit.RightGranted, actor(fmt.Sprint("admin", n)), "a1", "asked by letter", noon, [8]byte{1, byte(n)})
		wg.Go(func() {
			if _, err := a.decisions.Grant(t.Context(), "a1", account.Admin, e); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if list := a.month(); len(list) != 1 {
		t.Errorf("%d entries: %+v", len(list), list)
	}
}

// TestAuditMonth: a month is read in pages, and another month has nothing of it.
func TestAuditMonth(t *testing.T) {
	a := newArchive(t)
	const n = store.MaxAudit + 20
	for i := range n {
		e := audit.New(audit.AccountRead, actor("admin"), "a1", "", noon.Add(time.Duration(i)*time.Second), [8]byte{9, byte(i >> 8), byte(i)}).Of("a1", "", "")
		if err := a.audit.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	first, next, err := a.audit.Month(t.Context(), noon, "")
	if err != nil || len(first) != store.MaxAudit || next == "" || !first[0].At.Equal(noon.Add((n-1)*time.Second)) {
		t.Fatalf("first page: %d entries, next %q, %v", len(first), next, err)
	}
	rest, next, err := a.audit.Month(t.Context(), noon, next)
	if err != nil || len(rest) != 20 || next != "" || !rest[19].At.Equal(noon) {
		t.Fatalf("second page: %d entries, next %q, %v", len(rest), next, err)
	}
	if other, _, err := a.audit.Month(t.Context(), noon.AddDate(0, 1, 0), ""); err != nil || len(other) != 0 {
		t.Errorf("the next month has %d entries, %v", len(other), err)
	}
	if err := a.audit.Append(t.Context(), first[0]); err == nil {
		t.Error("an entry was written over")
	}
	if slices.ContainsFunc(a.items(), func(k string) bool { return len(k) > 17 && k[11:17] == "OUTBOX" }) {
		t.Error("reading was announced")
	}
}
