package challenge_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/challenge"
)

func TestCheck(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	token, notAfter := challenge.Issue(key, "sign-in", "court.example", [16]byte{1}, at)
	if want := at.Add(5 * time.Minute); !notAfter.Equal(want) {
		t.Fatalf("Issue: not after %v, want %v", notAfter, want)
	}
	raw, err := base64url.Decode(token)
	if err != nil {
		t.Fatal(err)
	}
	longer := bytes.Clone(raw)
	longer[22]++ // a later not-after
	for _, tt := range []struct {
		name                   string
		key                    []byte
		purpose, origin, token string
		at                     time.Time
		want                   error
	}{
		{"fresh", key, "sign-in", "court.example", token, at, nil},
		{"last millisecond", key, "sign-in", "court.example", token, notAfter, nil},
		{"a millisecond late", key, "sign-in", "court.example", token, notAfter.Add(time.Millisecond), challenge.ErrExpired},
		{"other purpose", key, "register", "court.example", token, at, challenge.ErrInvalid},
		{"other origin", key, "sign-in", "evil.example", token, at, challenge.ErrInvalid},
		{"purpose and origin shifted", key, "sign-incourt", ".example", token, at, challenge.ErrInvalid},
		{"other key", bytes.Repeat([]byte{8}, 32), "sign-in", "court.example", token, at, challenge.ErrInvalid},
		{"prolonged", key, "sign-in", "court.example", base64url.Encode(longer), at, challenge.ErrInvalid},
		{"empty", key, "sign-in", "court.example", "", at, challenge.ErrInvalid},
		{"cut", key, "sign-in", "court.example", token[:60], at, challenge.ErrInvalid},
		{"with a line break", key, "sign-in", "court.example", token[:9] + "\n" + token[9:], at, challenge.ErrInvalid},
		{"not base64url", key, "sign-in", "court.example", "+" + token[1:], at, challenge.ErrInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := challenge.Check(tt.key, tt.purpose, tt.origin, tt.token, tt.at)
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Fatalf("Check(%q) error %v, want %v", tt.token, err, tt.want)
			}
			if err == nil && c.Nonce != "01000000000000000000000000000000" {
				t.Errorf("nonce %s", c.Nonce)
			}
		})
	}
}
