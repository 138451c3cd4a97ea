package keepevidence_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
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
	if _, err := o.Filings.Take(t.Context(), e.ID, e.Court, filing.Lease{Holder: "clerk", Until: at.Add(time.Hour)}, at); err != nil {
		t.Fatal(err)
	}
	pdf, cms := []byte("%PDF-1.7 the ruling"), []byte("the judge's signature")
	pins := filing.Pins{}
	for mediaType, content := range map[string][]byte{"application/pdf": pdf, "application/pkcs7-mime": cms} {
		object, stored, err := o.Documents.Put(t.Context(), e.ID, mediaType, content)
		if err != nil {
			t.Fatal(err)
		}
		pins[object.SHA256] = stored.Version
	}
	act := func(a filing.CourtAct) {
		t.Helper()
		at = at.Add(time.Minute)
		a.ID, a.Filing, a.Court, a.At = evidencetest.ID(100+at.Minute()), e.ID, e.Court, at
		sealed, err := o.Filings.Sealed(t.Context(), e.ID)
		if err == nil {
			err = o.Filings.Act(t.Context(), sealed.Envelope, a)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	act(filing.CourtAct{Step: "register", By: filing.ByClerk, Actor: "clerk", Number: "1", Judge: "judge", JudgeName: "J"})
	act(filing.CourtAct{Step: "review", By: filing.ByClerk, Actor: "clerk"})
	ruling := filing.Ruling{Step: "accept", Filing: e.ID, Kind: e.Kind, CourtCode: e.Court, Number: "1", Judge: "J", Date: calendar.DateOf(at), File: filing.FileOf(pdf)}
	act(filing.CourtAct{Step: "accept", By: filing.ByJudge, Actor: "judge", Ruling: &ruling, CMS: cms, Pins: pins, Nonce: "n", NotAfter: at.Add(time.Hour)})

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
	if err != nil || record.Ruling.File != ruling.File || record.Signature != filing.Sum(cms) || len(record.Files) != 2 || !record.At.Equal(at) {
		t.Fatalf("record %+v, %v", record, err)
	}
	for _, want := range [][]byte{pdf, cms} {
		got, err := o.Evidence.Get(t.Context(), evidence.ContentKey(e.ID, filing.Sum(want)))
		if err != nil || string(got) != string(want) {
			t.Errorf("kept %q, %v; want %q", got, err, want)
		}
	}
}
