package filing_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/filing"
)

var (
	indexKey = bytes.Repeat([]byte{1}, 32)
	until    = time.Date(2026, 11, 28, 19, 0, 0, 123_000_000, time.UTC)
)

func TestToken(t *testing.T) {
	made := filing.NewToken(filing.Sum([]byte("m")), filing.Place{Person: "p", Seats: []byte{0, 2}}, until)
	text, err := made.Encode(indexKey, filingID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := filing.ParseToken(indexKey, filingID, text)
	if err != nil || got.Manifest != made.Manifest || !got.SealBy.Equal(until) || !bytes.Equal(got.Seats, made.Seats) {
		t.Errorf("ParseToken = %+v, %v", got, err)
	}
	if who, ok := got.Of("q", "p"); who != "p" || !ok {
		t.Errorf("Of = %q, %t", who, ok)
	}
	if _, ok := got.Of("q"); ok {
		t.Error("it is another's too")
	}
	for i := range text {
		other := "A"
		if text[i] == 'A' {
			other = "B"
		}
		if _, err := filing.ParseToken(indexKey, filingID, text[:i]+other+text[i+1:]); !errors.Is(err, filing.ErrToken) {
			t.Errorf("character %d changed: %v", i, err)
		}
	}
	for name, err := range map[string]error{
		"another filing": second(filing.ParseToken(indexKey, docID, text)), "another key": second(filing.ParseToken(bytes.Repeat([]byte{2}, 32), filingID, text)),
		"nothing": second(filing.ParseToken(indexKey, filingID, "")), "too long": second(filing.ParseToken(indexKey, filingID, strings.Repeat("A", 1<<16))),
	} {
		if !errors.Is(err, filing.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second(_ filing.Token, err error) error { return err }

func FuzzParseToken(f *testing.F) {
	text, err := filing.NewToken(filing.Sum([]byte("m")), filing.Place{Person: "p", Seats: []byte{1}}, until).Encode(indexKey, filingID)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(text[:40] + "\r\n" + text[40:])
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := filing.ParseToken(indexKey, filingID, s); err == nil && s != text {
			t.Errorf("%q is a token nobody made: %+v", s, got)
		}
	})
}

// TestArrange: a person who may sign for two parties has one place; an authority that is over is none.
func TestArrange(t *testing.T) {
	day := calendar.Date{Year: 2026, Month: 11, Day: 22}
	key := func(s filing.Signer) string { return s.IIN + s.BIN }
	lawyer := filing.Signer{Capacity: filing.AsRepresentative, IIN: "900101300811", To: day}
	seats := []filing.Seat{
		{Party: "c1", Any: []filing.Signer{{Capacity: filing.InPerson, IIN: "900101300126"}, lawyer}},
		{Party: "c2", Any: []filing.Signer{{Capacity: filing.ForOrganisation, BIN: "120340001230"}, lawyer}},
	}
	named, places, err := filing.Arrange(seats, day, key)
	want := []filing.Place{{Person: "900101300126", Seats: []byte{1, 0}}, {Person: "900101300811", Seats: []byte{2, 2}}, {Person: "120340001230", Seats: []byte{0, 1}}}
	if diff := cmp.Diff(want, places); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if named[0].Any[0].Number != "******0126" || named[1].Party != "c2" {
		t.Errorf("named %+v", named)
	}
	if _, places, err = filing.Arrange(seats, day.Add(1), key); err != nil || len(places) != 2 {
		t.Errorf("a day later: %+v, %v", places, err)
	}
	if _, _, err := filing.Arrange([]filing.Seat{{Party: "c1", Any: []filing.Signer{lawyer}}}, day.Add(1), key); !errors.Is(err, filing.ErrNoSigner) {
		t.Errorf("nobody is left: %v", err)
	}
	if _, _, err := filing.Arrange(make([]filing.Seat, filing.MaxSeats+1), day, key); !errors.Is(err, filing.ErrTooMany) {
		t.Errorf("too many: %v", err)
	}
}

// TestSteps: every status is reached, and nothing leads out of what was decided.
func TestSteps(t *testing.T) {
	from := map[filing.Status]bool{}
	for _, s := range filing.Steps {
		if len(s.By) == 0 {
			t.Errorf("nobody takes the step %s", s.Name)
		}
		for _, status := range s.From {
			from[status] = from[status] || s.Name != filing.CorrectRuling // which leaves a filing where it is
		}
	}
	for _, end := range []filing.Status{filing.Accepted, filing.Returned, filing.Refused, filing.Withdrawn, filing.TechnicalRejected} {
		if from[end] {
			t.Errorf("%s is not the end", end)
		}
	}
	for _, step := range []string{"edit", "delete", "freeze", "void", "seal"} {
		if filing.Sent.May(step) {
			t.Errorf("what was sent may %s", step)
		}
	}
}
