package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
)

func whoSigns(n int) string {
	if n == 0 {
		return ownerKey
	}
	return fmt.Sprintf("person-%02d", n)
}

// together freezes filing 1 for the filer and others, a seat each.
func (r registry) together(others int) {
	r.t.Helper()
	r.draft(1)
	var keys []string
	for n := 1; n <= others; n++ {
		keys = append(keys, whoSigns(n))
	}
	r.frozen(1, "m1", keys...)
}

// signs has person n sign in their own seat of so many.
func (r registry) signs(n, seats int, at time.Time) (store.Signed, []int, error) {
	return r.Sign(r.t.Context(), id(1), ownerID, together, signature(place(whoSigns(n), n, seats), at))
}

var together = filing.Sum([]byte("m1"))

// TestSixteenCosignersAtOnce: each signature is kept once, the last one that was missing is told so
// and seals with what the receipt says of all others.
func TestSixteenCosignersAtOnce(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	const seats = 17
	r.together(seats - 1)
	var wg sync.WaitGroup
	got := make([]store.Signed, seats)
	for n := range seats {
		wg.Go(func() {
			var err error
			if got[n], _, err = r.signs(n, seats, filedAt.Add(time.Duration(n)*time.Second)); err != nil {
				t.Errorf("signer %d: %v", n, err)
			}
		})
	}
	wg.Wait()
	last := -1
	for n, one := range got {
		if one.Last {
			if last >= 0 {
				t.Fatalf("signers %d and %d are both the last", last, n)
			}
			last = n
		} else if !one.First || one.Missing < 1 {
			t.Errorf("signer %d: %+v", n, one)
		}
	}
	if last < 0 {
		t.Fatal("nobody is the last")
	}
	want := make([]string, 0, seats)
	for n := range seats {
		if n != last {
			want = append(want, `"`+whoSigns(n)+`"`)
		}
	}
	if !slices.Equal(got[last].Earlier, want) {
		t.Errorf("entries %v", got[last].Earlier)
	}
	early := (last + 1) % seats
	if again, _, err := r.signs(early, seats, filedAt.Add(time.Hour)); err != nil || again.First || again.Last || again.Missing != 1 {
		t.Errorf("a repeat before the seal: %+v, %v", again, err)
	}
	s := sealing(1, "m1")
	s.Signature, s.Seats = signature(place(whoSigns(last), last, seats), filedAt.Add(time.Minute)), []int{last}
	s.SentAt = s.Signature.JudgedAt
	for i := range 2 {
		if out, err := r.Seal(ctx, s); err != nil || out.First != (i == 0) || string(out.Receipt) != "receipt of m1" {
			t.Errorf("Seal %d = %+v, %v", i, out, err)
		}
	}
	if again, _, err := r.signs(early, seats, filedAt.Add(time.Hour)); err != nil || string(again.Receipt) != "receipt of m1" {
		t.Errorf("a repeat after the seal: %+v, %v", again, err)
	}
	if f := r.read(1); f.Status != filing.Sent || !f.SentAt.Equal(s.SentAt) {
		t.Errorf("sealed as %s at %s", f.Status, f.SentAt)
	}
	if kept, err := r.Signatures(ctx, id(1)); err != nil || len(kept) != seats || kept[seats-1].Person != whoSigns(last) {
		t.Errorf("%d signatures, %v", len(kept), err)
	}
	if events, err := r.Events(ctx, r.read(1).Envelope); err != nil || len(events) != 1+seats {
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestWhoIsAskedToSign(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	r.together(1)
	waits := func(who string) int {
		list, err := r.AwaitingSignature(ctx, who, filedAt)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if waits(whoSigns(1)) != 1 || waits("stranger") != 0 {
		t.Errorf("%d wait for the co-claimant, %d for a stranger", waits(whoSigns(1)), waits("stranger"))
	}
	got, err := r.ToSign(ctx, id(1), []string{"another key of theirs", whoSigns(1)}, filedAt)
	if err != nil || string(got.Document) != "m1" || got.Place.Person != whoSigns(1) || got.Place.Seats[1] != 1 || len(got.Signed) != 0 {
		t.Errorf("ToSign = %+v, %v", got, err)
	}
	if _, err := r.ToSign(ctx, id(1), []string{"stranger"}, filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	if _, _, err := r.signs(1, 2, filedAt); err != nil {
		t.Fatal(err)
	}
	if got, err = r.ToSign(ctx, id(1), []string{ownerKey}, filedAt); err != nil || !slices.Equal(got.Signed, []int{1}) {
		t.Errorf("the filer sees %+v, %v", got, err)
	}
	if waits(whoSigns(1)) != 0 {
		t.Error("who has signed is asked again")
	}

	// An edit by someone who read the envelope before the signature: it is void, and the timeline says so.
	h := r.read(1).Envelope
	h.Signed = 0
	if _, err := r.SaveSection(ctx, h, section("x", "{}"), store.Heading{}, filedAt.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	events, err := r.Events(ctx, h)
	if err != nil || len(events) != 3 || events[2].Type != filing.EventVoided {
		t.Errorf("events %+v, %v", events, err)
	}
	if _, _, err := r.signs(0, 2, filedAt); !errors.Is(err, filing.ErrManifestVoid) {
		t.Errorf("signing what is void: %v", err)
	}
	if _, err := r.ToSign(ctx, id(1), []string{whoSigns(1)}, filedAt); !errors.Is(err, filing.ErrManifestVoid) {
		t.Errorf("reading what is void: %v", err)
	}
	if _, err := r.Outcome(ctx, id(1), together); !errors.Is(err, filing.ErrManifestVoid) {
		t.Errorf("Outcome: %v", err)
	}
	// Put out again, the signatures of before count for nothing.
	r.frozen(1, "m2", whoSigns(1))
	if out, err := r.Outcome(ctx, id(1), filing.Sum([]byte("m2"))); err != nil || out.Missing != 2 {
		t.Errorf("the new manifest: %+v, %v", out, err)
	}
}

// TestOneForSeveral: a representative signs for two claimants, one of whom has signed already: what is
// left is the representative's, and it is the last.
func TestOneForSeveral(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	h := r.draft(1).Envelope
	lawyer := filing.Place{Person: "lawyer", Seats: []byte{2, 2}}
	frozen := filing.Frozen{
		Filing: h, Document: []byte("m1"), Seats: 2, SealBy: filedAt.Add(time.Hour), Places: []filing.Place{place(ownerKey, 0, 2), lawyer},
	}
	if err := r.Freeze(ctx, frozen, filedAt); err != nil {
		t.Fatal(err)
	}
	out, seats, err := r.Sign(ctx, id(1), ownerID, together, signature(lawyer, filedAt))
	if err != nil || !out.Last || len(out.Earlier) != 0 || !slices.Equal(seats, []int{0, 1}) {
		t.Errorf("alone: %+v for %v, %v", out, seats, err)
	}
	if _, _, err := r.signs(0, 2, filedAt); err != nil {
		t.Fatal(err)
	}
	if out, seats, err = r.Sign(ctx, id(1), ownerID, together, signature(lawyer, filedAt)); err != nil || !out.Last || len(out.Earlier) != 1 || !slices.Equal(seats, []int{1}) {
		t.Errorf("after one of them: %+v for %v, %v", out, seats, err)
	}
	s := sealing(1, "m1")
	s.Signature, s.Seats = signature(lawyer, filedAt), seats
	if _, err := r.Seal(ctx, s); err != nil {
		t.Error(err)
	}
}

// TestNobodySealsAlone: with others missing, or in a place of someone else, nothing is sealed.
func TestNobodySealsAlone(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	r.together(2)
	s := sealing(1, "m1")
	s.Signature, s.Seats = signature(place(ownerKey, 0, 3), filedAt), []int{0}
	if _, err := r.Seal(ctx, s); !errors.Is(err, filing.ErrManifestVoid) {
		t.Errorf("with two missing: %v", err)
	}
	if _, err := r.Seal(ctx, sealing(1, "m1")); !errors.Is(err, filing.ErrManifestVoid) {
		t.Errorf("as if there were one seat: %v", err)
	}
	if _, _, err := r.Sign(ctx, id(1), ownerID, together, signature(place(whoSigns(1), 2, 3), filedAt)); !errors.Is(err, filing.ErrManifestVoid) {
		t.Errorf("in another's place: %v", err)
	}
	if out, err := r.Outcome(ctx, id(1), together); err != nil || out.Missing != 3 || out.Receipt != nil {
		t.Errorf("Outcome = %+v, %v", out, err)
	}
}
