package email_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/email"
)

// TestAddresses: what is an address, what the office can write to, and how it does. The pages' rule is
// tried on the same table (functions/internal/portal).
func TestAddresses(t *testing.T) {
	raw, err := os.ReadFile("testdata/addresses.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Address, Is, ASCII string } // Is: "deliverable", "valid" or "none"; ASCII by another implementation of RFC 3492
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, row := range rows {
		seen[row.Is]++
		valid, deliverable := row.Is == "valid" || row.Is == "deliverable", row.Is == "deliverable"
		if email.Valid(row.Address) != valid || email.Deliverable(row.Address) != deliverable {
			t.Errorf("%q: valid %t, deliverable %t, want %s", row.Address, email.Valid(row.Address), email.Deliverable(row.Address), row.Is)
		}
		if valid && email.ASCII(row.Address) != row.ASCII {
			t.Errorf("%q is %q in ASCII, want %q", row.Address, email.ASCII(row.Address), row.ASCII)
		}
	}
	if len(seen) != 3 || seen["deliverable"] < 20 || seen["valid"] < 5 || seen["none"] < 50 {
		t.Errorf("rows by kind: %v", seen)
	}
}

// FuzzValid: whatever is an address has one "@", no white space, and a form in ASCII that is an address
// and stays as it is.
func FuzzValid(f *testing.F) {
	for _, s := range []string{"kense@mysal.kz", "kense@", "кеңсе@мысал.қаз", "a@b\r\n.kz", "a@ꙭ.kz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !email.Valid(s) {
			return
		}
		if strings.Count(s, "@") != 1 || strings.ContainsAny(s, " \t\r\n,;<>\"") {
			t.Errorf("%q is taken for an address", s)
		}
		a := email.ASCII(s)
		_, host, _ := strings.Cut(a, "@")
		if strings.ContainsFunc(host, func(r rune) bool { return r > 127 }) || len(a) > email.Max || !email.Valid(a) || email.ASCII(a) != a {
			t.Errorf("%q is %q in ASCII", s, a)
		}
	})
}
