package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// TestCreateWithEverything: a copy of a filing with every document and section there may be is kept as
// one, although a transaction of DynamoDB takes 100 items; a repeat finds it, and after a cut finishes it.
func TestCreateWithEverything(t *testing.T) {
	r := newRegistry(t)
	at := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	whole := func() filing.Filing {
		f := filing.Filing{Envelope: filing.Envelope{ID: "0193f0c0-0000-7000-8000-0000000000ff", AccountID: "a", Kind: filing.KindClaim, Form: 2}}
		for i := range 15 {
			f.Sections = append(f.Sections, filing.Section{Code: fmt.Sprintf("s%d", i), Value: []byte(`{}`)})
		}
		for i := range filing.MaxDocuments {
			f.Attached = append(f.Attached, filing.Attachment{Document: filing.Document{
				ID: fmt.Sprintf("0193f0c0-0000-7000-8000-%012d", i), Name: "a.pdf", Role: "evidence", MediaType: "application/pdf", Size: 1, SHA256: strings.Repeat("ab", 32),
			}})
		}
		return f
	}
	for range 2 {
		if _, err := r.Filings.Create(t.Context(), whole(), at); err != nil {
			t.Fatal(err)
		}
		got, err := r.Filings.Filing(t.Context(), whole().ID, "a", at)
		if err != nil || len(got.Attached) != filing.MaxDocuments || got.Attachments != filing.MaxDocuments || len(got.Sections) != 15 {
			t.Errorf("%d documents, %d said, %d sections, %v", len(got.Attached), got.Attachments, len(got.Sections), err)
		}
	}
}
