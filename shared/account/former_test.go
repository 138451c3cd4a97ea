package account_test

import (
	"errors"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
)

// TestFormerAddresses: for 72 hours, to the millisecond, notices go to the verified address before as
// well; for 30 days its holder may object.
func TestFormerAddresses(t *testing.T) {
	until := time.Date(2026, 11, 22, 18, 59, 59, 0, time.UTC)
	before := account.Address{To: "old@example.kz", From: until.AddDate(0, -1, 0), Until: until, VerifiedAt: until.AddDate(0, -1, 0)}
	stands := account.Address{To: "new@example.kz", From: until, VerifiedAt: until}
	unverified := before
	unverified.VerifiedAt = time.Time{}
	for _, tt := range []struct {
		name         string
		address      account.Address
		after        time.Duration
		both, object bool
	}{
		{"at the change", before, 0, true, true},
		{"a moment before it", before, -time.Millisecond, true, false},
		{"the last moment of 72 hours", before, 72*time.Hour - time.Millisecond, true, true},
		{"72 hours", before, 72 * time.Hour, false, true},
		{"the last moment of 30 days", before, 30*24*time.Hour - time.Millisecond, false, true},
		{"30 days", before, 30 * 24 * time.Hour, false, false},
		{"never verified", unverified, time.Hour, false, false},
		{"the one that stands", stands, time.Hour, false, false},
	} {
		at := until.Add(tt.after)
		if got := account.Former([]account.Address{tt.address, stands}, "new@example.kz", at); (len(got) == 1) != tt.both {
			t.Errorf("%s: notices go to %v", tt.name, got)
		}
		if got := tt.address.MayObject(at); got != tt.object {
			t.Errorf("%s: may object %t", tt.name, got)
		}
	}
	if got := account.Former([]account.Address{before}, "old@example.kz", until); len(got) != 0 {
		t.Errorf("one that came back takes notices twice: %v", got)
	}
}

func TestObjectionLink(t *testing.T) {
	key, other := []byte("01234567890123456789012345678901"), []byte("01234567890123456789012345678902")
	since := time.Date(2026, 11, 22, 18, 59, 59, 123e6, time.UTC)
	token, err := account.Objection(key, ownerID, since)
	if err != nil || len(token) != 64 {
		t.Fatalf("Objection = %q, %v", token, err)
	}
	if id, at, err := account.ParseObjection(key, token); err != nil || id != ownerID || !at.Equal(since) {
		t.Errorf("ParseObjection = %s, %s, %v", id, at, err)
	}
	for i := range token {
		changed := []byte(token)
		changed[i] ^= 1
		if _, _, err := account.ParseObjection(key, string(changed)); !errors.Is(err, account.ErrLink) {
			t.Errorf("changed at %d: %v", i, err)
		}
	}
	page, err := account.Representative{ID: representativeID, AccountID: ownerID}.Link(key, account.LinkPage)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{"nothing": "", "longer": token + "AAAA", "a representative's": page} {
		if _, _, err := account.ParseObjection(key, s); !errors.Is(err, account.ErrLink) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := account.ParseObjection(other, token); !errors.Is(err, account.ErrLink) {
		t.Errorf("another office's: %v", err)
	}
	if _, _, err := account.ParseLink(key, token, account.LinkPage, account.LinkUnsubscribe); !errors.Is(err, account.ErrLink) {
		t.Errorf("as a representative's: %v", err)
	}
	if _, err := account.Objection(key, "nobody", since); err == nil {
		t.Error("made for an id that none has")
	}
}
