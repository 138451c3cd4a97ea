package keepevidence_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
)

// TestScanned: papers that came on paper are kept with the clerk's signature, however often the event comes; those that
// nobody entered are not.
func TestScanned(t *testing.T) {
	o := evidencetest.New(t)
	id, at := evidencetest.ID(1), evidencetest.SentAt.Truncate(time.Millisecond)
	scan, cms := []byte("%PDF-1.7 the claim"), []byte("the clerk's signature")
	object, stored, err := o.Documents.Put(t.Context(), id, "application/pdf", scan)
	if err != nil {
		t.Fatal(err)
	}
	signed := filing.SignedScan{At: at, CMS: cms, Pins: filing.Pins{object.SHA256: stored.Version}, Scanned: filing.Scanned{
		ID: id, Case: id, Kind: "claim", Received: calendar.DateOf(at), Scans: []filing.Scan{{File: filing.FileOf(scan), MediaType: "application/pdf", Name: "a.pdf", Pages: 1}},
	}}
	c := docket.Case{Head: docket.Head{ID: id, Number: "1", Court: "almaty-medeu", Kind: "claim", OpenedAt: at, UpdatedAt: at}}
	if err := store.NewCases(o.DB, o.Table).Enter(t.Context(), c, store.Entering{
		Signed: signed, Actor: "clerk", Challenge: challenge.Challenge{Nonce: "n", NotAfter: at.Add(time.Hour)}, Act: store.Once{ID: id, Digest: "d"},
		Entry: audit.New(audit.CaseEntered, audit.Actor{Account: "clerk"}, id, "", at, [8]byte{}),
	}, store.NewAudit(o.DB, o.Table, o.Table)); err != nil {
		t.Fatal(err)
	}
	if err := service(o).Scanned(t.Context(), evidencetest.ID(2)); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("papers that nobody entered: %v", err)
	}
	for range 2 {
		if err := service(o).Scanned(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := o.Evidence.Get(t.Context(), evidence.ScannedKey(id))
	var record evidence.Scanned
	if err == nil {
		err = json.Unmarshal(raw, &record)
	}
	if err != nil || record.Scanned.Case != id || len(record.Files) != 1 || record.Signature != filing.Sum(cms) {
		t.Fatalf("record %s, %v", raw, err)
	}
	for _, content := range [][]byte{scan, cms} {
		if kept, err := o.Evidence.Get(t.Context(), evidence.ContentKey(id, filing.Sum(content))); err != nil || string(kept) != string(content) {
			t.Errorf("kept is %q, %v", kept, err)
		}
	}
	if pins, err := o.Filings.Pins(t.Context(), id); err != nil || pins[object.SHA256] != stored.Version {
		t.Errorf("what is locked: %v, %v", pins, err)
	}
}
