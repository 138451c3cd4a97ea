package receipt_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/receipt"
)

func TestInterruption(t *testing.T) {
	pub := key(1).published(receipt.ForInterruptions)
	want := receipt.Interruption{
		ID: "01993a5e-0000-7000-8000-0000000000e1", From: "2026-11-24T20:00:00.000+05:00", To: "2026-11-24T22:00:00.000+05:00",
		Ended: true, Affects: []string{"file-claim"}, Outage: true, AnnouncedAt: "2026-11-24T19:59:00.000+05:00", AsOf: "2026-11-25T09:00:00.000+05:00",
	}
	data, err := receipt.IssueInterruption(key(1).plain(), want)
	if err != nil {
		t.Fatal(err)
	}
	want.Version = receipt.InterruptionVersion
	got, err := receipt.VerifyInterruption(pub, data)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	// Members that came later are absent where they say nothing: what was issued before them is the same.
	if bytes.Contains(data, []byte("observed")) {
		t.Errorf("a window is observed: %s", data)
	}
	seen := want
	seen.To, seen.Ended, seen.AnnouncedAt = "", false, ""
	seen.Observed = &receipt.Observed{Probe: "sending", Failed: 3, LastFailed: "2026-11-24T20:02:00.000+05:00", LearntAt: "2026-11-24T20:01:00.000+05:00"}
	outage, err := receipt.IssueInterruption(key(1).plain(), seen)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := receipt.VerifyInterruption(pub, outage); err != nil || cmp.Diff(seen, got) != "" {
		t.Errorf("an outage: %v (-want +got):\n%s", err, cmp.Diff(seen, got))
	}
	if _, err := receipt.VerifyInterruption(pub, bytes.Replace(outage, []byte(`"failed":3`), []byte(`"failed":4`), 1)); !errors.Is(err, receipt.ErrSignature) {
		t.Errorf("one minute more: %v, want ErrSignature", err)
	}
	signedReceipt, err := receipt.Issue(key(1).plain(), sample)
	if err != nil {
		t.Fatal(err)
	}
	for name, altered := range map[string][]byte{
		"a later end":                 bytes.Replace(data, []byte("T22:00"), []byte("T23:00"), 1),
		"no outage":                   bytes.Replace(data, []byte(`"outage":true`), []byte(`"outage":false`), 1),
		"a receipt":                   signedReceipt,
		"a receipt under that name":   bytes.Replace(signedReceipt, []byte(`"receipt":`), []byte(`"certificate":`), 1),
		"no certificate":              []byte(`{"keyId":"","signature":""}`),
		"a certificate of no version": bytes.Replace(data, []byte(`"interruptionVersion":1`), []byte(`"interruptionVersion":2`), 1),
	} {
		if _, err := receipt.VerifyInterruption(pub, altered); !errors.Is(err, receipt.ErrSignature) {
			t.Errorf("%s: %v, want ErrSignature", name, err)
		}
	}
	if _, err := receipt.Verify(key(1).published(receipt.ForReceipts), bytes.Replace(data, []byte(`"certificate":`), []byte(`"receipt":`), 1)); !errors.Is(err, receipt.ErrSignature) {
		t.Errorf("a certificate taken for a receipt: %v", err)
	}
}
