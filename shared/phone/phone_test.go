package phone_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/phone"
)

var (
	key = bytes.Repeat([]byte{1}, 32)
	at  = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
)

func TestPermit(t *testing.T) {
	document, until := []byte(`{"act":"sign-in"}`), at.Add(time.Minute)
	permit := phone.Permit(key, document, until)
	for _, tt := range []struct {
		name     string
		key      []byte
		document string
		permit   string
		at       time.Time
		want     error
	}{
		{"ours", key, string(document), permit, at, nil},
		{"in its last millisecond", key, string(document), permit, until.Add(-time.Millisecond), nil},
		{"over", key, string(document), permit, until, phone.ErrPermit},
		{"another document", key, string(document) + " ", permit, at, phone.ErrPermit},
		{"another office", bytes.Repeat([]byte{2}, 32), string(document), permit, at, phone.ErrPermit},
		{"later than it was given", key, string(document), "B" + permit[1:], at, phone.ErrPermit},
		{"cut", key, string(document), permit[:len(permit)-2], at, phone.ErrPermit},
		{"none", key, string(document), "", at, phone.ErrPermit},
	} {
		got, err := phone.Permitted(tt.key, []byte(tt.document), tt.permit, tt.at)
		if !errors.Is(err, tt.want) || err == nil && !got.Equal(until) {
			t.Errorf("%s: %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

// TestCode: a code ends after its life, or with what it is for, and each token serves its own code and party.
func TestCode(t *testing.T) {
	for _, tt := range []struct{ until, want time.Duration }{
		{time.Hour, phone.Life}, {phone.Life, phone.Life}, {time.Minute, time.Minute},
	} {
		c := phone.NewCode(key, [16]byte{9}, at, at.Add(tt.until))
		if got := c.Until.Sub(at); got != tt.want {
			t.Errorf("a code for %v serves %v", tt.until, got)
		}
		if again, err := phone.ParseCode(key, c.ID, c.Until.Add(-time.Millisecond)); err != nil || again != c {
			t.Errorf("%+v, %v, want %+v", again, err, c)
		}
		if _, err := phone.ParseCode(key, c.ID, c.Until); !errors.Is(err, phone.ErrOver) {
			t.Errorf("at its end: %v", err)
		}
	}
	c, other := phone.NewCode(key, [16]byte{1}, at, at.Add(time.Hour)), phone.NewCode(key, [16]byte{2}, at, at.Add(time.Hour))
	for i := range c.ID {
		changed := []byte(c.ID)
		if changed[i]++; changed[i] == c.ID[i] {
			continue
		}
		if _, err := phone.ParseCode(key, string(changed), at); !errors.Is(err, phone.ErrOver) {
			t.Errorf("%s is taken for a code: %v", changed, err)
		}
	}
	opening := c.Opening(key, [16]byte{3})
	for _, token := range []string{c.Browser(key), other.Opening(key, [16]byte{3}), c.ID, "", opening + "A"} {
		if c.IsOpening(key, token) {
			t.Errorf("%q opens the code", token)
		}
	}
	for _, token := range []string{opening, other.Browser(key), c.ID, ""} {
		if c.IsBrowser(key, token) {
			t.Errorf("%q is the browser's", token)
		}
	}
	if !c.IsOpening(key, opening) || !c.IsBrowser(key, c.Browser(key)) {
		t.Error("its own tokens are refused")
	}
	if d := c.Digits(key, opening); len(d) != 4 || d != c.Digits(key, opening) {
		t.Errorf("digits %q", d)
	}
}

// TestDigits are spread: no four are shown often.
func TestDigits(t *testing.T) {
	c := phone.NewCode(key, [16]byte{1}, at, at.Add(time.Hour))
	seen := map[string]int{}
	for i := range 10_000 {
		seen[c.Digits(key, c.Opening(key, [16]byte{byte(i), byte(i >> 8)}))]++
	}
	for d, n := range seen {
		if n > 12 {
			t.Errorf("%s is shown %d times of 10000", d, n)
		}
	}
}

func TestState(t *testing.T) {
	mine, theirs := "mine", "theirs"
	for _, tt := range []struct {
		name       string
		state      phone.State
		open, sign error
	}{
		{"new", phone.State{}, nil, phone.ErrOver}, // nothing is signed that was not fetched
		{"open", phone.State{Opening: mine}, nil, nil},
		{"open on another", phone.State{Opening: theirs}, phone.ErrTaken, phone.ErrTaken},
		{"signed", phone.State{Opening: mine, Signature: []byte("first")}, phone.ErrSigned, phone.ErrSigned},
		{"signed, the answer lost", phone.State{Opening: mine, Signature: []byte("cms")}, phone.ErrSigned, nil},
		{"signed on another", phone.State{Opening: theirs, Signature: []byte("cms")}, phone.ErrTaken, phone.ErrTaken},
		{"given up", phone.State{Opening: mine, GivenUp: true}, phone.ErrOver, phone.ErrOver},
		{"two wrong", phone.State{Opening: mine, Tries: 2}, nil, nil},
		{"three wrong", phone.State{Opening: mine, Tries: 3}, phone.ErrOver, phone.ErrOver},
		{"right at the third", phone.State{Opening: mine, Tries: 3, Matched: true}, nil, nil},
	} {
		if err := tt.state.MayOpen(mine); !errors.Is(err, tt.open) || (err == nil) != (tt.open == nil) {
			t.Errorf("%s: open: %v, want %v", tt.name, err, tt.open)
		}
		if err := tt.state.MaySign(mine, []byte("cms")); !errors.Is(err, tt.sign) || (err == nil) != (tt.sign == nil) {
			t.Errorf("%s: sign: %v, want %v", tt.name, err, tt.sign)
		}
	}
}
