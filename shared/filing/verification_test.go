package filing_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/filing"
)

func TestWhatAVerificationLeadsTo(t *testing.T) {
	good := filing.Verified{Revocation: "good"}
	since := filing.Verified{Revocation: "good", Since: true}
	whole := filing.Verified{Revocation: "good", Since: true, Stamp: []byte{1}}
	revoked := filing.Verified{Revocation: "revoked", Stamp: []byte{1}}
	empty := []filing.Rejection{{Pointer: "/documents/1", Code: "file-empty"}}
	for _, tt := range []struct {
		name             string
		signers          []filing.Verified
		rejected         []filing.Rejection
		next             string
		settled, stamped bool // without time stamps, and with them
	}{
		{"a list of before", []filing.Verified{good}, nil, "receive", false, false},
		{"word from since", []filing.Verified{since}, nil, "receive", true, false},
		{"and a stamp", []filing.Verified{whole}, nil, "receive", true, true},
		{"one of two", []filing.Verified{whole, good}, nil, "receive", false, false},
		{"nothing is known", []filing.Verified{{Revocation: "unknown"}}, nil, "", false, false},
		{"a list that has ended", []filing.Verified{{Revocation: "stale"}}, nil, "", false, false},
		{"nothing of one of two", []filing.Verified{whole, {Revocation: "unknown"}}, nil, "", false, false},
		{"revoked", []filing.Verified{revoked}, nil, "doubt", true, true},
		{"on hold", []filing.Verified{{Revocation: "suspended"}}, nil, "doubt", true, false},
		{"never issued", []filing.Verified{whole, {Revocation: "not-issued", Stamp: []byte{1}}}, nil, "doubt", true, true},
		{"revoked, nothing of the other", []filing.Verified{revoked, {Revocation: "unknown"}}, nil, "doubt", false, false},
		{"a file that can't be filed", []filing.Verified{whole}, empty, "reject", true, true},
		{"which needs no word on the certificate", []filing.Verified{{Revocation: "unknown"}}, empty, "reject", false, false},
		{"nor a clerk", []filing.Verified{revoked}, empty, "reject", true, true},
	} {
		v := filing.Verification{Signers: tt.signers, Rejected: tt.rejected}
		if v.Next() != tt.next || v.Settled(false) != tt.settled || v.Settled(true) != tt.stamped {
			t.Errorf("%s: %q, settled %t, with stamps %t; want %q, %t, %t", tt.name, v.Next(), v.Settled(false), v.Settled(true), tt.next, tt.settled, tt.stamped)
		}
		if step := v.Next(); step != "" && !slices.Contains(filing.StepOf(step).By, filing.ByOffice) {
			t.Errorf("%s: the office may not %s", tt.name, step)
		}
	}
}

// TestVerifiedEvent: the event goes through its envelope, and sentAt beside the instant it tells of.
func TestVerifiedEvent(t *testing.T) {
	sent := time.Date(2026, 11, 22, 18, 59, 59, 999_000_000, time.UTC)
	e := filing.Envelope{ID: "f", AccountID: "a", Kind: filing.KindClaim, Head: filing.Head{Court: "almaty-medeu"}, TicketNo: "7F3K-92QH-X4TC", SentAt: sent}
	for step, typ := range map[string]string{"receive": filing.EventReceived, "reject": filing.EventRejected, "doubt": filing.EventDoubted, "settle": filing.EventSettled} {
		v := filing.Verification{At: sent.Add(time.Minute), Step: step, Rejected: []filing.Rejection{{Pointer: "/documents/1", Code: "file-mislabelled", Found: "executable"}}}
		want := v.Event(e)
		got, err := filing.VerifiedEventOf(want.Outbox())
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", step, err, diff)
		}
		if want.Type != typ || want.SentAt != "2026-11-22T18:59:59.999Z" || want.At != "2026-11-22T19:00:59.999Z" || v.Timeline() == "" {
			t.Errorf("%s: %+v", step, want)
		}
	}
}
