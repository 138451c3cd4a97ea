package act_test

import (
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// TestManifestAtEveryLimit: a filing whose documents are as many, as large and as long of name as may be, all
// sent in parts and of the longest type and role, is a document to sign within its bounds. A letter of Kazakh
// or Russian takes two bytes; of names in others less fit, which the filer is told before anything is signed.
func TestManifestAtEveryLimit(t *testing.T) {
	hash, id := strings.Repeat("f", 64), strings.Repeat("a", 36)
	longest := func(words []string) (most string) {
		for _, w := range words {
			if len(w) > len(most) {
				most = w
			}
		}
		return most
	}
	m := filing.Manifest{
		Account: id, Agreement: strings.Repeat("v", 40), CourtCode: strings.Repeat("c", 60), ID: id, Kind: strings.Repeat("k", 40), Replaces: id,
		Form:   filing.FormFile{File: filing.File{SHA256: hash, Size: 1 << 30}, Version: 100},
		SealBy: time.Date(2026, 11, 30, 18, 59, 59, 999e6, time.UTC).Format(time.RFC3339Nano), V: filing.ManifestVersion,
		Statement: &filing.Statement{File: filing.File{SHA256: hash, Size: 1 << 30}, Lang: locale.KK, Renderer: strings.Repeat("9", 20)},
	}
	for range filing.MaxSeats {
		who := filing.Signatory{Capacity: "representative", Number: "********1234"}
		m.Seats = append(m.Seats, filing.Signing{Party: id, Any: []filing.Signatory{who, who, who, who}})
	}
	for range filing.MaxDocuments {
		d := filing.Document{
			ID: id, MediaType: longest(filing.MediaTypes), Role: longest(filing.Roles), SHA256: hash, Size: filing.MaxDocument,
			Name: strings.Repeat("ә", filing.MaxDocumentName-len(".docx")) + ".docx",
		}
		m.Documents = append(m.Documents, filing.Filed{Document: d, PartSize: filing.MaxDocument, Composite: hash})
	}
	document, err := act.Document{
		Act: act.FileClaim, Lang: locale.KK, Office: "https://" + strings.Repeat("o", 60), Statement: strings.Repeat("ә", 1000), Filing: &m,
	}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if len(document) > filing.MaxManifest {
		t.Errorf("the document to sign takes %d bytes of %d", len(document), filing.MaxManifest)
	}
	t.Logf("%d of %d bytes", len(document), filing.MaxManifest)
}
