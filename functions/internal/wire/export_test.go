package wire

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestExportToTheEnd: every filing of an account is in its export once, on pages of which only the last
// says that it is complete, and a large draft takes nothing from the one that was sent.
func TestExportToTheEnd(t *testing.T) {
	o := newOffice(t)
	o.withFilings(t)
	m := o.joins("aigul", signertest.AigulIIN, "СЕЙІТОВА АЙГҮЛ")
	o.want(o.seal(o.sealing("aigul", o.out(m, nil))), 201, "")
	id := decodeAs[profile.Export](t, o.want(o.call("GET /api/account/export", nil, m.token), 200, "")).Account.ID
	filings := store.NewFilings(o.db, o.name(schema.Filings))
	const drafts = 220
	for n := range drafts {
		text := "қысқа"
		if n%40 == 0 {
			text = letters(60_000, uint64(n))
		}
		f := filing.Filing{Envelope: filing.Envelope{ID: document(1000 + n), AccountID: id, Kind: filing.KindClaim}}
		f.Sections = []filing.Section{{Code: "circumstances", Value: fmt.Appendf(nil, `{"facts":{"text":%q}}`, text)}}
		if _, err := filings.Create(t.Context(), f, o.at); err != nil {
			t.Fatal(err)
		}
	}
	seen, receipts, pages := map[string]int{}, 0, 0
	for cursor := ""; ; {
		ev := o.event("GET /api/account/export", nil, m.token)
		ev.RawQueryString = url.Values{"cursor": {cursor}}.Encode()
		a := o.want(o.send(ev), 200, "")
		if pages++; len(a.raw) > 6<<20 {
			t.Errorf("page %d has %d bytes", pages, len(a.raw))
		}
		export := decodeAs[profile.Export](t, a)
		for _, f := range export.Filings {
			if seen[f.ID]++; strings.Contains(string(f.Receipt), recordedFiling) {
				receipts++
			}
		}
		if export.Complete != (export.Next == "") {
			t.Errorf("page %d is complete: %v, goes on at %q", pages, export.Complete, export.Next)
		}
		if cursor = export.Next; cursor == "" {
			break
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
	if len(seen) != drafts+1 || receipts != 1 || pages < 3 {
		t.Errorf("%d filings and %d receipts on %d pages, want %d and 1 on several", len(seen), receipts, pages, drafts+1)
	}
}
