package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/receipttest"
	"github.com/courtoffice/courtoffice/shared/receipt/sheet"
)

// TestReceipt: the receipt as JSON and as a page, each changed, by keys from a file and from an address,
// with the exit statuses of every command.
func TestReceipt(t *testing.T) {
	office, other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32))
	signed, err := receipt.Issue(receipt.Key{Private: office}, receipt.Receipt{
		FilingID: "0193f0c0-0000-7000-8000-000000000001", TicketNo: "7F3K-92QH-X4TC", CheckCode: "7F3K9-2QHX4", ManifestSHA256: strings.Repeat("a1", 32),
		Signers: []receipt.Signer{{Kind: "legal", Organisation: "«ҮЛГІ» ЖШС", Name: "ЖҮНІСОВА ӘСЕЛ", Number: "******1230"}},
		SentAt:  "2026-11-22T23:59:59.123+05:00", CourtCode: "almaty-bostandyq", Lang: "kk",
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := sheet.PDF(sheet.Sheet{Signed: signed, Kind: "claim", Office: "https://court.example", Lang: "ru"})
	if err != nil {
		t.Fatal(err)
	}
	marshal := func(v any) []byte {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	swap := func(data []byte, old, new string) []byte {
		if !bytes.Contains(data, []byte(old)) {
			t.Fatalf("no %q", old)
		}
		return bytes.Replace(data, []byte(old), []byte(new), 1)
	}
	public := func(k ed25519.PrivateKey) receipt.Earlier {
		return receipt.NewEarlier(receipt.ForReceipts, k.Public().(ed25519.PublicKey))
	}
	key := write(t, "key", marshal(map[string]any{"keyId": public(office).KeyID, "algorithm": "Ed25519", "publicKey": public(office).PublicKey})) // as it was published before there were roots
	both := write(t, "keys", marshal(receipt.Published{Version: 1, Keys: []receipt.Earlier{public(other), public(office)}}))
	foreign := write(t, "other", marshal(public(other)))
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	root := receipttest.NewRoot(t)
	roots := write(t, "roots", marshal(receipt.Published{Version: 1, Roots: []receipt.Root{root.Public(t, at)}}))
	by := func(purpose receipt.Purpose, from time.Time, root *receipttest.Root) string {
		data, err := receipt.Issue(root.Key(t, 7, purpose, from, from.Add(time.Hour)), receipt.Receipt{TicketNo: "7F3K-92QH-X4TC", SentAt: receipt.Time(at)})
		if err != nil {
			t.Fatal(err)
		}
		return write(t, "certified.json", data)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/keys.json":
		case "/moved":
			http.Redirect(w, r, "/keys.json", http.StatusFound)
			return
		case "/away":
			http.Redirect(w, r, "http://192.0.2.1/keys.json", http.StatusFound)
			return
		default:
			http.NotFound(w, r)
			return
		}
		w.Write(marshal(public(office)))
	}))
	defer server.Close()

	jsonFile, pdfFile := write(t, "r.json", signed), write(t, "r.pdf", page)
	for name, tt := range map[string]struct {
		keys, file string
		status     int
		says       string
	}{
		"JSON":                  {key, jsonFile, 0, "7F3K-92QH-X4TC"},
		"JSON, one of two keys": {both, jsonFile, 0, "«ҮЛГІ» ЖШС, ЖҮНІСОВА ӘСЕЛ, ******1230"},
		"JSON, an address":      {server.URL + "/keys.json", jsonFile, 0, "nobody changed it"},
		"certified":             {roots, by(receipt.ForReceipts, at, root), 0, "7F3K-92QH-X4TC"},
		"for another purpose":   {roots, by(receipt.ForInterruptions, at, root), 1, "[purpose]"},
		"an expired key":        {roots, by(receipt.ForReceipts, at.Add(time.Minute), root), 1, "[not-in-force]"},
		"a root out of time":    {roots, by(receipt.ForReceipts, at.Add(-time.Minute), root), 1, "[root-ended]"},
		"a root of one's own":   {roots, by(receipt.ForReceipts, at, receipttest.NewRoot(t)), 2, "[key]"},
		"page":                  {key, pdfFile, 0, "2026-11-22T23:59:59.123+05:00"},
		"a later instant":       {key, write(t, "r.json", swap(signed, "23:59:59", "18:00:00")), 1, "[signature]"},
		"another key":           {foreign, jsonFile, 2, "[key]"},
		"page, another key":     {foreign, pdfFile, 2, "[key]"},
		"a changed page":        {key, write(t, "r.pdf", swap(page, "/Count 1 ", "/Count 1\t")), 2, "[page]"},
		"a page of before":      {key, write(t, "r.pdf", swap(page, "\n%carried\n", "\n%other..\n")), 2, "[carried]"},
		"no receipt":            {key, write(t, "r.json", []byte(`{"certificate":{}}`)), 65, ""},
		"no JSON":               {key, write(t, "r.json", []byte("x")), 65, ""},
		"no key":                {jsonFile, jsonFile, 65, ""},
		"no file":               {key, filepath.Join(t.TempDir(), "none"), 66, ""},
		"no such address":       {server.URL + "/none", jsonFile, 66, ""},
		"an address that moved": {server.URL + "/moved", jsonFile, 0, "nobody changed it"},
		"a way over plain HTTP": {server.URL + "/away", jsonFile, 66, ""},
	} {
		status, out, stderr := call("receipt", "-lang", "en", "-keys", tt.keys, tt.file)
		if status != tt.status || !strings.Contains(out, tt.says) {
			t.Errorf("%s: status %d, want %d\n%s%s", name, status, tt.status, out, stderr)
		}
	}
	// Around a receipt that holds anyone may draw a page with other parties: it says that they are not certified.
	forged, err := sheet.PDF(sheet.Sheet{Signed: signed, Kind: "claim", Office: "https://evil.example", Lang: "ru", Tiyn: 100_050, Parties: []sheet.Party{{Role: "Истец", Name: "ЧУЖОЙ"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, out, _ := call("receipt", "-lang", "en", "-keys", key, write(t, "r.pdf", forged)); !strings.Contains(out, "Not certified: ") || strings.Index(out, "Not certified: ") > strings.Index(out, "ЧУЖОЙ") ||
		!strings.Contains(out, "1000.50 KZT") || !strings.Contains(out, "https://evil.example") {
		t.Errorf("another's page: %s", out)
	}
	if _, out, _ := call("receipt", "-lang", "en", "-keys", key, jsonFile); strings.Contains(out, "Not certified: ") {
		t.Errorf("JSON: %s", out)
	}
	if status, _, stderr := call("receipt", jsonFile); status != 64 || !strings.Contains(stderr, "-keys") {
		t.Errorf("without keys: %d %s", status, stderr)
	}
	status, out, _ := call("receipt", "-json", "-keys", key, pdfFile)
	var r receiptReport
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != 0 || r.Receipt == nil || r.Receipt.TicketNo != "7F3K-92QH-X4TC" || r.Indication != "TOTAL-PASSED" {
		t.Errorf("%d %v %s", status, err, out)
	}
	for lang, words := range map[string]string{"kk": "Қолхатты кабинет берген", "ru": "Расписку выдал кабинет"} {
		if _, out, _ := call("receipt", "-lang", lang, "-keys", key, jsonFile); !strings.Contains(out, words) {
			t.Errorf("%s: %s", lang, out)
		}
	}
}
