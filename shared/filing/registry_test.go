package filing_test

import (
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// TestClock: boundary days that can be checked by hand. 16 December 2026 is Independence Day, a Wednesday.
func TestClock(t *testing.T) {
	for _, tt := range []struct {
		kind, extension, sent, due, article string
	}{
		{"claim", "", "2026-11-30T18:59:59.999Z", "2026-12-07", "CPC 150(1)"},            // Monday, 23:59:59: five days from Tuesday
		{"claim", "", "2026-11-30T19:00:00Z", "2026-12-08", "CPC 150(1)"},                // Tuesday
		{"claim", "", "2026-11-28T06:00:00Z", "2026-12-04", "CPC 150(1)"},                // Saturday: the count starts on Monday
		{"claim", "", "2026-12-11T06:00:00Z", "2026-12-21", "CPC 150(1)"},                // Friday, with the holiday between
		{"claim", "conciliation", "2026-11-30T06:00:00Z", "2026-12-14", "CPC 150(1)"},    // ten days
		{"claim", "protocol", "2026-11-30T06:00:00Z", "2026-12-22", "CPC 150(1)"},        // fifteen, with the holiday
		{"court_order_application", "", "2026-11-30T06:00:00Z", "2026-12-03", "CPC 139"}, // three
		{"letter", "", "2026-11-30T06:00:00Z", "2026-12-07", ""},                         // the office's own order
	} {
		sent, err := time.Parse(time.RFC3339, tt.sent)
		if err != nil {
			t.Fatal(err)
		}
		c := filing.Envelope{Kind: tt.kind, Extension: tt.extension}.Clock()
		if due := c.Due(sent); due.String() != tt.due || c.Article != tt.article {
			t.Errorf("%s %s sent %s is due %s by %q, want %s by %q", tt.kind, tt.extension, tt.sent, due, c.Article, tt.due, tt.article)
		}
	}
}

// TestStepsOfStaff: what a court's staff may do is in the one table of steps, a ruling is a judge's, and each
// ruling but an acceptance has its grounds.
func TestStepsOfStaff(t *testing.T) {
	for _, s := range filing.Steps {
		for _, by := range s.By {
			if (by == filing.ByClerk || by == filing.ByJudge) && !filing.IsCourtAct(s.Name) {
				t.Errorf("%s is taken by a %s and is no act of a court", s.Name, by)
			}
			if (by == filing.ByJudge) != filing.IsRuling(s.Name) {
				t.Errorf("%s is taken by a %s, and is a ruling: %t", s.Name, by, filing.IsRuling(s.Name))
			}
		}
	}
	for step, want := range map[string]int{"accept": 0, "return": 8, "refuse": 4, "withdraw": 1} {
		if got := len(filing.GroundsOf(step)); got != want {
			t.Errorf("%s has %d grounds, want %d", step, got, want)
		}
	}
	if filing.MayRule("motion", "return") || !filing.MayRule("motion", "accept") || !filing.MayRule("claim", "refuse") || filing.MayRule("claim", "register") {
		t.Error("who may rule what")
	}
	if filing.MayExtend("motion", "protocol") || filing.MayExtend("claim", "") || !filing.MayExtend("claim", "conciliation") {
		t.Error("whose term may be longer")
	}
}
