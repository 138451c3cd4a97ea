package audit_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/audit"
)

func TestCheckReason(t *testing.T) {
	for _, tt := range []struct{ name, reason, code string }{
		{"says why", "holder asked by letter", ""},
		{"nothing", "  \n ", "required"},
		{"nine characters", "қате жол.", "reason-short"},
		{"ten characters", "қате жолы.", ""},
		{"longest", strings.Repeat("ә", audit.MaxReason), ""},
		{"too long", strings.Repeat("ә", audit.MaxReason+1), "too-long"},
		{"a number", "holder 990101300123 asked", "reason-personal"},
		{"a number in groups", "holder 990 101 300-123 asked", "reason-personal"},
		{"a letter's number", "letter 03-14/2026 of the court", ""},
		{"broken text", "holder asked \xff by letter", "reason-personal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list := audit.CheckReason(tt.reason, "/reason")
			got := ""
			if len(list) > 0 {
				got = list[0].Code
			}
			if got != tt.code || len(list) > 1 {
				t.Errorf("CheckReason(%q) = %v, want code %q", tt.reason, list, tt.code)
			}
		})
	}
}

func TestEntry(t *testing.T) {
	at := time.Date(2026, 11, 22, 23, 59, 59, 999_999_999, time.FixedZone("", 5*3600))
	e := audit.New(audit.AccountDisabled, audit.Actor{Account: "admin", Person: "p"}, "someone", "  asked by letter ", at, [8]byte{1}).Of("someone", "active", "disabled")
	want := audit.Entry{
		ID: "0100000000000000", At: time.Date(2026, 11, 22, 18, 59, 59, 999_000_000, time.UTC), Actor: "admin", Person: "p",
		Act: audit.AccountDisabled, Target: "someone", Account: "someone", Reason: "asked by letter", Before: "active", After: "disabled",
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("entry %+v, want %+v", e, want)
	}
	told := map[audit.Act]bool{
		audit.AccountDisabled: true, audit.AccountEnabled: true, audit.AccountDeleted: true,
		audit.AccountSuspended: true, audit.AccountStopAsked: true, audit.AccountCloseAsked: true,
		audit.RightProposed: true, audit.RightGranted: true, audit.RightWithdrawn: true,
		audit.BreachOpened: true, audit.BreachClosed: true, // where it is withheld the entry is on no account
	}
	for _, act := range audit.Acts {
		e.Act, e.Account = act, "someone"
		if strings.HasPrefix(string(act), "agreement.") || act == audit.AuditRead || act == audit.SupportRead || act == audit.BreachRead {
			e.Account = ""
		}
		if e.Told() != told[act] {
			t.Errorf("%s is told: %t, want %t", act, e.Told(), told[act])
		}
	}
}
