package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// iin is the nth number of a person born on 1 January 2000, with its check digit.
func iin(t *testing.T, n int) account.Number {
	t.Helper()
	digits := fmt.Sprintf("0001015%04d", n)
	for _, weights := range [][11]int{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, {3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2}} {
		sum := 0
		for i, w := range weights {
			sum += w * int(digits[i]-'0')
		}
		if sum %= 11; sum < 10 {
			return account.Number(digits + string(rune('0'+sum)))
		}
	}
	return iin(t, n+1000)
}

type entering struct {
	c  docket.Case
	in store.Entering
}

// onPaper is what a clerk enters under a number, with that many parties and representatives who all have numbers.
func onPaper(t *testing.T, n int, number string, parties, representatives int, at time.Time) entering {
	t.Helper()
	id := fmt.Sprintf("0193f0c0-0000-8000-8000-%012x", n)
	e := docket.Entry{
		Head:    docket.Head{ID: id, Number: number, Court: "almaty-medeu", Judge: "judge", Kind: "claim", Lang: locale.KK},
		Scanned: docket.Scanned{Way: filing.OverCounter, From: "A", Received: calendar.DateOf(at)},
	}
	for i := range parties {
		role := docket.Claimant
		if i == 0 {
			role = docket.Defendant
		}
		e.Parties = append(e.Parties, docket.EnteredParty{Role: role, Type: "natural", Name: "A", Number: iin(t, i)})
	}
	for i := range representatives {
		e.Representatives = append(e.Representatives, docket.EnteredRepresentative{Name: "B", Number: iin(t, 100+i), Parties: []int{1}})
	}
	c, err := docket.Enter(e, docket.Actor{By: docket.ByClerk, Account: "clerk"}, indexKey, at)
	if err != nil {
		t.Fatal(err)
	}
	signed := filing.SignedScan{At: at, CMS: []byte("cms"), Pins: filing.Pins{"a": "1"}, Scanned: filing.Scanned{ID: id, Case: id, Received: calendar.DateOf(at), Scans: []filing.Scan{{Name: "a.pdf"}}}}
	return entering{c, store.Entering{
		Signed: signed, Actor: "clerk", Challenge: challenge.Challenge{Nonce: "n" + id, NotAfter: at.Add(time.Hour)}, Act: store.Once{ID: id, Digest: "d" + number},
		Entry: audit.New(audit.CaseEntered, audit.Actor{Account: "clerk"}, id, "", at, [8]byte([]byte(id)[28:])),
	}}
}

// TestEnter: of two clerks who enter cases under one number at once one does, and nothing is left of the other's; a
// repeat of the one changes nothing, another act under its id is refused, and a challenge serves once.
func TestEnter(t *testing.T) {
	db, table := engine.ForTest(t)
	cases, filings, log := store.NewCases(db, table(schema.Filings)), store.NewFilings(db, table(schema.Filings)), store.NewAudit(db, table(schema.Site), table(schema.Accounts))
	ctx, at := t.Context(), time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC)
	for round := range raceTimes {
		number := fmt.Sprintf("7514-26-%d", round)
		both := []entering{onPaper(t, 2*round, number, 2, 0, at), onPaper(t, 2*round+1, number, 2, 0, at)}
		errs := make([]error, len(both))
		var wait sync.WaitGroup
		for i, e := range both {
			wait.Go(func() { errs[i] = cases.Enter(ctx, e.c, e.in, log) })
		}
		wait.Wait()
		won := slices.Index(errs, nil)
		if won < 0 || !errors.Is(errs[1-won], docket.ErrNumber) {
			t.Fatalf("round %d: %v", round, errs)
		}
		first, other := both[won], both[1-won]
		if err := cases.Enter(ctx, first.c, first.in, log); err != nil {
			t.Fatalf("the answer was lost: %v", err)
		}
		if id, err := cases.ByNumber(ctx, "almaty-medeu", number); err != nil || id != first.c.ID {
			t.Errorf("%s is of %s, %v", number, id, err)
		}
		if _, err := cases.Case(ctx, other.c.ID); !errors.Is(err, docket.ErrNotFound) {
			t.Errorf("of the other is left: %v", err)
		}
		if _, err := cases.Scanned(ctx, other.c.ID); !errors.Is(err, filing.ErrNotFound) {
			t.Errorf("of the other's papers is left: %v", err)
		}
	}
	e := onPaper(t, 0x1000, "1", 2, 0, at)
	if err := cases.Enter(ctx, e.c, e.in, log); err != nil {
		t.Fatal(err)
	}
	changed := e.in
	changed.Act.Digest = "another"
	if err := cases.Enter(ctx, e.c, changed, log); !errors.Is(err, docket.ErrChanged) {
		t.Errorf("another act under the id: %v", err)
	}
	again := onPaper(t, 0x1001, "2", 2, 0, at)
	again.in.Challenge = e.in.Challenge
	if err := cases.Enter(ctx, again.c, again.in, log); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("a challenge serves twice: %v", err)
	}
	if _, err := filings.ByNumber(ctx, "almaty-medeu", "1"); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("the number leads to a filing: %v", err)
	}
}

// TestMostEntered: the most that is entered at once fits one transaction, and everyone who may see it has it in their
// list; a number that is corrected is free again.
func TestMostEntered(t *testing.T) {
	db, table := engine.ForTest(t)
	cases, log := store.NewCases(db, table(schema.Filings)), store.NewAudit(db, table(schema.Site), table(schema.Accounts))
	ctx, at := t.Context(), time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC)
	e := onPaper(t, 1, "7514-26-1", docket.MaxEntered, docket.MaxEnteredFor, at)
	if err := cases.Enter(ctx, e.c, e.in, log); err != nil {
		t.Fatal(err)
	}
	c, err := cases.Case(ctx, e.c.ID)
	if err != nil || len(c.Parties) != docket.MaxEntered || len(c.Events) != docket.MaxEntered+1 || c.Events[0].Type != docket.EventEntered {
		t.Fatalf("kept is %d parties, %d events, %v", len(c.Parties), len(c.Events), err)
	}
	for _, key := range c.Keys() {
		if list, _, err := cases.OfPerson(ctx, key, "", 5); err != nil || len(list) != 1 {
			t.Errorf("who may see it has %d cases, %v", len(list), err)
		}
	}
	after, err := c.Do(docket.Act{ID: "a", Revision: 1, Step: docket.EventCorrected, Event: docket.EventEntered, Number: "7514-26-2", On: calendar.DateOf(at), Reason: "x"}, docket.Actor{By: docket.ByClerk}, indexKey, at.Add(time.Second))
	if err == nil {
		err = cases.Do(ctx, c, after, store.Once{ID: "a", Digest: "x"})
	}
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[string]error{"7514-26-1": nil, "7514-26-2": docket.ErrNumber} {
		e := onPaper(t, 16+len(n)+int(n[8]), n, 2, 0, at)
		if err := cases.Enter(ctx, e.c, e.in, log); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", n, err, want)
		}
	}
}
