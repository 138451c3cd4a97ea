package keepevidence_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
)

// TestRuled: a ruling is kept with its signature as they were signed, however often the event comes.
func TestRuled(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	at := evidencetest.SentAt.Add(time.Minute)
	v := filing.Verification{V: 1, At: at, Step: "receive", Signers: []filing.Verified{{Signature: "-", Revocation: "good"}}}
	if done, err := o.Filings.Verify(t.Context(), e, v); err != nil || !done {
		t.Fatal(done, err)
	}
	ruling, signature := o.Rule(t, e.ID, "individual-rsa", at)
	for range 2 {
		if err := service(o).Ruled(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := o.Evidence.Get(t.Context(), evidence.RecordKey(e.ID, evidence.NameRuled(0)))
	var record evidence.Ruled
	if err == nil {
		err = json.Unmarshal(raw, &record)
	}
	if err != nil || record.Ruling.File != ruling.File || record.Signature != filing.Sum(signature.CMS) || len(record.Files) != 2 || !record.At.Equal(signature.JudgedAt) {
		t.Fatalf("record %+v, %v", record, err)
	}
	for _, want := range []string{ruling.File.SHA256, filing.Sum(signature.CMS)} {
		got, err := o.Evidence.Get(t.Context(), evidence.ContentKey(e.ID, want))
		if err != nil || filing.Sum(got) != want {
			t.Errorf("kept %q, %v; want %s", got, err, want)
		}
	}
}
