package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
)

func TestReset(t *testing.T) {
	key := []byte("01234567890123456789012345678901")
	at := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	p := account.PasswordChange{AccountID: ownerID, Person: account.Acting{ID: "1.ab"}, ID: "nonce", To: "hash", At: at}
	if _, err := account.NewReset(key, account.Account{Email: "a@example.kz"}, p, [4]byte{}); !errors.Is(err, account.ErrUnverified) {
		t.Errorf("through an address that was never verified: %v", err)
	}
	r, err := account.NewReset(key, account.Account{Email: "a@example.kz", Verified: at}, p, [4]byte{0, 0, 0, 42})
	if err != nil || r.Digits != "000042" || r.To != "a@example.kz" || !r.Expires().Equal(at.Add(15*time.Minute)) {
		t.Fatalf("reset to %s until %v, %v", r.To, r.Expires(), err)
	}
	for _, verb := range []string{"%v", "%+v", "%s"} {
		if s := fmt.Sprintf(verb, r); strings.Contains(s, r.Digits) || strings.Contains(s, "hash") {
			t.Errorf("%s shows %s", verb, s)
		}
	}
	e := r.Event()
	if e.To != r.To || e.Code != r.Digits || e.ID != "nonce" || e.Type != account.EventResetCode {
		t.Errorf("event %v to %s", e, e.To)
	}
	for name, mac := range map[string]string{
		"another reset":  account.ResetMAC(key, "other", r.To, r.Digits),
		"another code":   account.ResetMAC(key, "nonce", r.To, "000043"),
		"a contact code": account.CodeMAC(key, ownerID, r.To, r.Digits),
	} {
		if mac == r.MAC {
			t.Errorf("%s has the same MAC", name)
		}
	}
	if a, person, id, err := account.ParseReset(r.ResetName()); err != nil || a != ownerID || person != "1.ab" || id != "nonce" {
		t.Errorf("ParseReset = %s, %s, %s, %v", a, person, id, err)
	}
	for _, name := range []string{"", "~~", ownerID, ownerID + "~~", "nobody~~nonce", ownerID + "~a~b~c", ownerID + "~" + strings.Repeat("a", 256) + "~nonce"} {
		if _, _, _, err := account.ParseReset(name); !errors.Is(err, account.ErrCodeGone) {
			t.Errorf("ParseReset(%q): %v", name, err)
		}
	}
}

func TestMaskedEmail(t *testing.T) {
	for address, want := range map[string]string{
		"aigul@example.kz": "a…@example.kz", "әлия@example.kz": "ә…@example.kz", "a@b": "a…@b", "": "", "@example.kz": "", "aigul": "",
	} {
		if got := account.MaskedEmail(address); got != want {
			t.Errorf("MaskedEmail(%q) = %q, want %q", address, got, want)
		}
	}
}
