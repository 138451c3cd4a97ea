package demo

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/kzid"
)

// A demo that takes a wrong answer for the expected one would prove nothing.
func TestExpect(t *testing.T) {
	words := func(p problem) *problem { p.Title, p.Detail, p.Next = "title", "detail", "next"; return &p }
	revoked := words(problem{Type: "/problems/certificate-revoked", Status: 422})
	for _, test := range []struct {
		name   string
		err    error
		status int
		slug   string
		ok     bool
	}{
		{"the problem", revoked, 0, "certificate-revoked", true},
		{"the problem and its status", revoked, 422, "certificate-revoked", true},
		{"another status", revoked, 409, "certificate-revoked", false},
		{"another problem", revoked, 0, "certificate-suspended", false},
		{"accepted", nil, 0, "certificate-revoked", false},
		{"no problem document", errAnswer, 0, "certificate-revoked", false},
		{"the problem of an earlier step", fmt.Errorf("draft: %w", revoked), 0, "certificate-revoked", false},
		{"no words", &problem{Type: "/problems/certificate-revoked", Status: 422}, 0, "certificate-revoked", false},
		{"keys in place of words", &problem{Type: "/problems/x", Title: "problem.x.title", Detail: "d", Next: "n"}, 0, "x", false},
	} {
		if err := expect(test.err, test.status, test.slug); (err == nil) != test.ok {
			t.Errorf("%s: %v, want ok %t", test.name, err, test.ok)
		}
	}
}

func TestRefusedKey(t *testing.T) {
	for slug, want := range map[string]bool{
		"certificate-revoked": true, "certificate-suspended": true, "certificate-expired": true, "role-not-allowed": true,
		"signature-invalid": false, "internal": false,
	} {
		err := refused(fmt.Errorf("step 4: %w", &problem{Type: "/problems/" + slug}))
		if _, got := errors.AsType[*RefusedError](err); got != want {
			t.Errorf("%s: refused %t, want %t", slug, got, want)
		}
	}
}

func TestFiguresAreOrderStatistics(t *testing.T) {
	var durations []time.Duration
	for i := 100; i > 0; i-- {
		durations = append(durations, time.Duration(i)*time.Millisecond)
	}
	var out strings.Builder
	(&report{out: &out}).figures("seal", durations)
	for _, want := range []string{"n=100", "p50   51.0 ms", "p99   99.0 ms", "max  100.0 ms"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q lacks %q", out.String(), want)
		}
	}
}

func TestFreshIIN(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		digits := freshIIN()
		if _, err := kzid.ParseIIN(digits); err != nil {
			t.Fatalf("%s: %v", digits, err)
		}
		seen[digits] = true
	}
	if len(seen) < 990 {
		t.Errorf("%d different numbers of 1000", len(seen))
	}
}
