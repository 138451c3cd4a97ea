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
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
)

func TestBecome(t *testing.T) {
	a := newArchive(t)
	a.registered()
	first := newSession("a", "a1")
	if !a.alive(first.ID) {
		t.Fatal("the session of registration is not alive")
	}
	become := func(from, to account.Status, act audit.Act) error {
		return a.decisions.Become(t.Context(), "a1", from, to, account.Does, a.entry(act, "admin", "a1"))
	}
	if err := become(account.Disabled, account.Active, audit.AccountEnabled); !errors.Is(err, account.ErrChanged) {
		t.Errorf("enabling an active account: %v", err)
	}
	if err := become(account.Active, account.Disabled, audit.AccountDisabled); err != nil {
		t.Fatal(err)
	}
	if a.alive(first.ID) {
		t.Error("a session outlived its account's access")
	}
	if err := a.sessions.SignIn(t.Context(), a.challenge(), newSession("b", "a1")); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("signing in to a disabled account: %v", err)
	}
	if err := become(account.Disabled, account.Active, audit.AccountEnabled); err != nil {
		t.Fatal(err)
	}
	if a.alive(first.ID) {
		t.Error("enabling an account brought an old session back")
	}
	if err := a.sessions.SignIn(t.Context(), a.challenge(), newSession("b", "a1")); err != nil {
		t.Errorf("signing in to an enabled account: %v", err)
	}

	if err := become(account.Active, account.Closed, audit.AccountDeleted); err != nil {
		t.Fatal(err)
	}
	closed, err := a.accounts.Account(t.Context(), "a1")
	if err != nil || closed.Status != account.Closed || closed.Email != "" || closed.Mobile != "" || len(closed.Rights) > 0 {
		t.Errorf("closed account %+v, %v", closed, err)
	}
	if closed.Subject != aigul(t) || !closed.HasAccepted("v1") {
		t.Error("closing an account changed who held it and what was accepted")
	}
	keys := a.items()
	for _, kept := range []string{"ACCOUNT#a1 REGISTRATION", "SUBJECT#" + closed.Key + " ACCEPTANCE#v1"} {
		if !slices.Contains(keys, kept) {
			t.Errorf("%s is gone", kept)
		}
	}
	if slices.Contains(keys, "ACCOUNT#a1 PASSWORD") {
		t.Error("a closed account has a password")
	}
	for _, to := range []account.Status{account.Active, account.Disabled} {
		if err := become(account.Active, to, audit.AccountEnabled); !errors.Is(err, account.ErrChanged) {
			t.Errorf("a closed account became %s: %v", to, err)
		}
	}
	if err := a.sessions.End(t.Context(), first.ID); err != nil { // register opens one of that id
		t.Fatal(err)
	}
	if again := a.register(aigul(t), "a2"); again.Status != account.Active || !again.HasAccepted("v1") {
		t.Errorf("registration anew: %+v", again)
	}
	own, err := store.NewAudited(a.db, a.table).Of(t.Context(), "a1")
	if err != nil || len(own) != 3 || len(a.month()) != 3 {
		t.Errorf("%d entries with the account, %d in all, %v", len(own), len(a.month()), err)
	}
}

func TestProposal(t *testing.T) {
	a := newArchive(t)
	a.registered()
	propose := func(by string) error {
		return a.decisions.Propose(t.Context(), "a1", account.Admin, a.entry(audit.RightProposed, by, "a1"))
	}
	approve := func(by string) error {
		_, err := a.decisions.Approve(t.Context(), "a1", account.Admin, a.entry(audit.RightGranted, by, "a1"))
		return err
	}
	if err := approve("second"); !errors.Is(err, account.ErrNoProposal) {
		t.Errorf("approving nothing: %v", err)
	}
	if err := propose("first"); err != nil {
		t.Fatal(err)
	}
	if err := propose("second"); !errors.Is(err, account.ErrChanged) {
		t.Errorf("proposing again: %v", err)
	}
	if list, err := a.decisions.Proposals(t.Context(), "a1", noon); err != nil || len(list) != 1 || list[0].By != actor("first") || list[0].Right != account.Admin || !list[0].At.Equal(noon) {
		t.Errorf("proposals %+v, %v", list, err)
	}
	if err := approve("first"); !errors.Is(err, account.ErrSecondPerson) {
		t.Errorf("approving one's own proposal: %v", err)
	}
	if err := approve("second"); err != nil {
		t.Fatal(err)
	}
	if err := approve("third"); !errors.Is(err, account.ErrNoProposal) {
		t.Errorf("approving again: %v", err)
	}
	if list, err := a.decisions.Proposals(t.Context(), "a1", noon); err != nil || len(list) > 0 {
		t.Errorf("proposals left: %+v, %v", list, err)
	}
	if err := propose("first"); !errors.Is(err, account.ErrChanged) {
		t.Errorf("proposing a right that is there: %v", err)
	}
	got, err := a.decisions.Withdraw(t.Context(), "a1", account.Admin, a.entry(audit.RightWithdrawn, "second", "a1"))
	if err != nil || got.Has(account.Admin) {
		t.Errorf("Withdraw: %v, %v", got.Rights, err)
	}
	if _, err := a.decisions.Withdraw(t.Context(), "a1", account.Admin, a.entry(audit.RightWithdrawn, "second", "a1")); !errors.Is(err, account.ErrChanged) {
		t.Errorf("withdrawing again: %v", err)
	}
	var acts []string
	for _, e := range a.month() {
		acts = append(acts, string(e.Act)+" "+e.Before+">"+e.After)
	}
	slices.Sort(acts)
	if want := []string{"right.granted >admin", "right.proposed >admin", "right.withdrawn admin>"}; !slices.Equal(acts, want) {
		t.Errorf("entries %q, want %q", acts, want)
	}
	// A proposal can be taken back before anyone approves it.
	if err := propose("first"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.decisions.Withdraw(t.Context(), "a1", account.Admin, a.entry(audit.RightWithdrawn, "first", "a1")); err != nil {
		t.Errorf("taking a proposal back: %v", err)
	}
	if err := approve("second"); !errors.Is(err, account.ErrNoProposal) {
		t.Errorf("approving what was taken back: %v", err)
	}
}

// TestApproveRace: of two administrators who approve at once one does, and while the right is
// withdrawn at the same time the account ends with it or without, never in between.
func TestApproveRace(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.registered()
	for n := range raceTimes {
		if err := a.decisions.Propose(t.Context(), "a1", account.Admin, a.entry(audit.RightProposed, "first", "a1")); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		outcomes := make([]error, 2)
		for i, by := range []string{"second", "third"} {
			e := a.entry(audit.RightGranted, by, "a1")
			wg.Go(func() { _, outcomes[i] = a.decisions.Approve(t.Context(), "a1", account.Admin, e) })
		}
		wg.Wait()
		texts := []string{fmt.Sprint(outcomes[0]), fmt.Sprint(outcomes[1])}
		slices.Sort(texts)
		if want := []string{"<nil>", account.ErrNoProposal.Error()}; !slices.Equal(texts, want) {
			t.Fatalf("round %d: %q", n, texts)
		}
		if got, err := a.accounts.Account(t.Context(), "a1"); err != nil || !got.Has(account.Admin) {
			t.Fatalf("round %d: rights %v, %v", n, got.Rights, err)
		}
		if _, err := a.decisions.Withdraw(t.Context(), "a1", account.Admin, a.entry(audit.RightWithdrawn, "second", "a1")); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for _, k := range a.items() {
		if strings.HasPrefix(k, "ACCOUNT#a1 AUDIT#") {
			n++
		}
	}
	if want := 3 * raceTimes; n != want {
		t.Errorf("%d entries for %d rounds, want %d: one proposal, one approval, one withdrawal each", n, raceTimes, want)
	}
}

// TestDisableRace: while an account is being disabled somebody signs in to it; no session lives on.
func TestDisableRace(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.registered()
	for n := range raceTimes {
		opened := session.Session{ID: fmt.Sprintf("%064x", n+1), AccountID: "a1", Device: "d", CreatedAt: noon, SeenAt: noon}
		c, e := a.challenge(), a.entry(audit.AccountDisabled, "admin", "a1")
		var wg sync.WaitGroup
		var signedIn, disabled error
		wg.Go(func() { signedIn = a.sessions.SignIn(t.Context(), c, opened) })
		wg.Go(func() {
			disabled = a.decisions.Become(t.Context(), "a1", account.Active, account.Disabled, account.Does, e)
		})
		wg.Wait()
		if disabled != nil || signedIn != nil && !errors.Is(signedIn, account.ErrNotRegistered) {
			t.Fatalf("round %d: sign-in %v, disabling %v", n, signedIn, disabled)
		}
		if a.alive(opened.ID) {
			t.Fatalf("round %d: a session is alive", n)
		}
		if err := a.decisions.Become(t.Context(), "a1", account.Disabled, account.Active, account.Does, a.entry(audit.AccountEnabled, "admin", "a1")); err != nil {
			t.Fatal(err)
		}
		if a.alive(opened.ID) {
			t.Fatalf("round %d: enabling brought a session back", n)
		}
	}
}
