package wire

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/filing"
)

// prose is text of about that many bytes in Kazakh words, another one for each seed.
func prose(size int, seed uint64) string {
	words := strings.Fields("жауапкер қарыз шартын бұзды ақшаны мерзімінде қайтармады сотқа дейін хат жіберілді жауап болмады өсімпұл есептелді құжат тіркелді куә айғақ берді келісім тараптар міндеттеме орындалмады")
	var out strings.Builder
	for x := seed + 1; out.Len() < size; x = x*6364136223846793005 + 1442695040888963407 {
		fmt.Fprintf(&out, "%s %d ", words[x>>59%uint64(len(words))], x>>52)
	}
	return strings.TrimSpace(out.String())
}

// TestFilingUnits: what a filing costs with 1 KB and with 250 KB of text. Saving text costs by its
// deflated size, once a section; a list and a seal cost the same whatever the filing holds.
func TestFilingUnits(t *testing.T) {
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	type costs map[string]usage
	got := map[int]costs{}
	for _, size := range []int{1 << 10, 250 << 10} {
		o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
		o.filer(t, keys)
		claim := claimOf(t)
		demands := []object{}
		for i := range max(1, size/2/2800) { // of 2,000 letters at most
			demands = append(demands, object{"text": prose(min(size/4, 2800), uint64(i)<<40), "nature": "non_property"})
		}
		claim["demands"] = object{"items": demands}
		delete(claim, "price")
		circumstances := object{"breach": object{"text": prose(min(size/4, 30_000), 7)}, "facts": object{"text": prose(size/3, 8)}}
		send := func(route string, body any) answer {
			t.Helper()
			a := o.send(at(at(at(o.event(route, body, recordedToken), "{id}", recordedFiling), "{document}", recordedDocument), "{section}", "circumstances"))
			if a.status >= 300 {
				t.Fatalf("%s: %d %.500s", route, a.status, a.raw)
			}
			return a
		}
		cost := costs{}
		step := func(name string, do func()) {
			o.meter.take()
			do()
			cost[name] = o.meter.take()
			u := cost[name]
			t.Logf("%3d KB  %-14s %2d items, largest transaction %2d of %6d bytes, %3.0f write units, %5.1f read units", size>>10, name, u.Items, u.Largest, u.Bytes, u.Writes, u.Reads)
		}
		step("create", func() { send("PUT /api/filings/{id}", object{"kind": "claim", "sections": claim}) })
		step("save a section", func() {
			send("PUT /api/filings/{id}/sections/{section}", object{"version": 1, "value": circumstances})
		})
		step("add a document", func() {
			o.upload(t, send("PUT /api/filings/{id}/documents/{document}", object{
				"version": 0, "role": "main_claim", "name": "talap.pdf", "size": len(recordedContent), "mediaType": "application/pdf",
				"sha256": filing.Sum([]byte(recordedContent)),
			}))
		})
		step("list", func() { send("GET /api/filings", nil) })
		var m answer
		step("manifest", func() { m = send("POST /api/filings/{id}/manifest", object{"revision": 3}) })
		document, err := base64.StdEncoding.DecodeString(m.body["document"].(string))
		if err != nil {
			t.Fatal(err)
		}
		signed := object{"token": m.body["token"], "signature": o.signs(t, keys, document)}
		o.send(at(o.event("POST /api/filings/{id}/outcome", object{"token": m.body["token"]}, ""), "{id}", recordedFiling)) // the windows of maintenance are in memory from now on
		o.operations()
		step("seal", func() { send("POST /api/filings/{id}/seal", signed) })
		if calls := o.operations(); calls != "TransactWriteItems" {
			t.Errorf("%d KB: a seal calls %s", size>>10, calls)
		}
		got[size] = cost
	}
	small, large := got[1<<10], got[250<<10]
	for _, name := range []string{"add a document", "list", "manifest", "seal"} {
		if small[name].Writes != large[name].Writes {
			t.Errorf("%s: %v write units with 1 KB, %v with 250 KB", name, small[name].Writes, large[name].Writes)
		}
	}
	if small["list"].Reads != large["list"].Reads {
		t.Errorf("list: %v read units with 1 KB, %v with 250 KB", small["list"].Reads, large["list"].Reads)
	}
	for name, most := range map[string]float64{"save a section": 120, "add a document": 8, "manifest": 40, "seal": 30} {
		if large[name].Writes > most {
			t.Errorf("%s: %v write units with 250 KB, stated are at most %v", name, large[name].Writes, most)
		}
	}
}
