package sheet_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/sheet"
)

var key = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))

func issued(r receipt.Receipt) json.RawMessage {
	signed, err := receipt.Issue(receipt.Key{Private: key}, r)
	if err != nil {
		panic(err) // a receipt is plain values
	}
	return signed
}

var certified = receipt.Receipt{
	FilingID: "0193f0c0-0000-7000-8000-000000000001", TicketNo: "10H2-GQVQ-DNQN", CheckCode: "7F3K9-2QHX4",
	ManifestSHA256: strings.Repeat("a1", 32), FormSHA256: strings.Repeat("b2", 32), StatementSHA256: strings.Repeat("c3", 32),
	Signers: []receipt.Signer{{Kind: "legal", Organisation: "«ҮЛГІ» ЖШС", Name: "ЖҮНІСОВА ӘСЕЛ", Number: "******1230"}},
	SentAt:  "2026-11-22T23:59:59.123+05:00", CourtCode: "almaty-bostandyq", Lang: "kk",
}

var sample = sheet.Sheet{
	Signed:  issued(certified),
	Kind:    "claim",
	Parties: []sheet.Party{{Role: "Талап қоюшы", Name: "«ҮЛГІ» ЖШС"}, {Role: "Жауапкерлер", Name: "ӘҒҚҢӨҰҮҺІ Ұлан"}},
	Tiyn:    123_456_789, Office: "https://court.example", Lang: locale.KK,
}

// The bytes of the page are part of what the office gives out: a change is seen here.
func TestBytes(t *testing.T) {
	for lang, want := range map[locale.Lang]string{
		locale.KK: "493e03242025ccaf2057592da7a44a13f86946f1b7ab7e1772690b16c9c8e734",
		locale.RU: "4129b9930b156412721540aed3afbe3a52f5f60988e9c557420ef3ede2576ec4",
		locale.EN: "7e6c5f3b2d16d177902a5ad10866f016cfd32810ce807e81040963d85da38149",
	} {
		s := sample
		s.Lang = lang
		first, err := sheet.PDF(s)
		if err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		again, err := sheet.PDF(s)
		if err != nil || !bytes.Equal(first, again) {
			t.Errorf("%s: drawn twice, two files, %v", lang, err)
		}
		sum := sha256.Sum256(first)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s: SHA-256 %s, want %s", lang, got, want)
		}
	}
}

func TestOnePage(t *testing.T) {
	s := sample
	s.Test = true
	long := strings.Repeat("Ұзақ атаулы ұйым ", 8)
	s.Parties = slices.Repeat([]sheet.Party{{Role: "Жауапкерлер", Name: long}}, 60)
	many := certified
	many.Signers = slices.Repeat([]receipt.Signer{{Organisation: "ҰЙЫМ", Name: "ЖҮНІСОВА ӘСЕЛ", Number: "******1230"}}, 20)
	s.Signed = issued(many)
	for _, s := range []sheet.Sheet{sample, s} {
		data, err := sheet.PDF(s)
		if err != nil || !bytes.Contains(data, []byte("/Type /Pages /Count 1 ")) {
			t.Errorf("%d parties, %d signers: not one page, %v", len(s.Parties), len(many.Signers), err)
		}
	}
}

// A receipt of version 1 has one signer beside the list, no check code and no statement.
func TestVersionOne(t *testing.T) {
	s, r := sample, certified
	r.Signer, r.Signers = &r.Signers[0], nil
	r.CheckCode, r.StatementSHA256 = "", ""
	s.Signed = issued(r)
	if _, err := sheet.PDF(s); err != nil {
		t.Error(err)
	}
}

// The address has the number and not the code that opens the facts.
func TestAddress(t *testing.T) {
	if got, want := sheet.Address("https://court.example", locale.KK, certified.TicketNo), "https://court.example/kk/facts?ticket=10H2-GQVQ-DNQN"; got != want {
		t.Errorf("Address = %s, want %s", got, want)
	}
	s, r := sample, certified
	r.SentAt = "yesterday"
	s.Signed = issued(r)
	if _, err := sheet.PDF(s); err == nil {
		t.Error("a receipt without an instant was drawn")
	}
}

// TestPageSaysTheReceipt: no page is drawn of a text in which its signers are others than those of the receipt
// that the office signed.
func TestPageSaysTheReceipt(t *testing.T) {
	for name, text := range map[string]string{
		"a receipt before it":      strings.Replace(string(sample.Signed), `"receipt":`, `"receipt":{"signer":{"name":"БАСҚА БІРЕУ"}},"receipt":`, 1),
		"its name in another case": strings.Replace(string(sample.Signed), "{", `{"Receipt":{"signer":{"name":"БАСҚА БІРЕУ"}},`, 1),
	} {
		s := sample
		s.Signed = json.RawMessage(text)
		if _, err := sheet.PDF(s); err == nil {
			t.Errorf("%s: a page was drawn", name)
		}
	}
}

// TestOpen: the file gives the receipt back, with the office's signature, and a page with a change anywhere
// is not the one that is drawn of it.
func TestOpen(t *testing.T) {
	pdf, err := sheet.PDF(sample)
	if err != nil {
		t.Fatal(err)
	}
	got, same, err := sheet.Open(pdf)
	if err != nil || !same || got.Tiyn != sample.Tiyn || len(got.Parties) != 2 {
		t.Fatalf("%+v, %t, %v", got, same, err)
	}
	if r, err := receipt.Verify(receipt.Published{Keys: []receipt.Earlier{receipt.NewEarlier(receipt.ForReceipts, key.Public().(ed25519.PublicKey))}}, got.Signed); err != nil || r.TicketNo != certified.TicketNo {
		t.Errorf("%+v, %v", r, err)
	}
	crowd := sample
	crowd.Parties = append(slices.Clone(sample.Parties), sheet.Party{Role: "Жауапкерлер", Name: "ҮШІНШІ"}, sheet.Party{Role: "Жауапкерлер", Name: "ТӨРТІНШІ"})
	if many, err := sheet.PDF(crowd); err != nil {
		t.Error(err)
	} else if got, same, err := sheet.Open(many); err != nil || !same || len(got.Parties) != 4 || got.Parties[3].Name != "" || got.Parties[2].Name == "" {
		t.Errorf("of four parties: %+v, %t, %v", got.Parties, same, err)
	}
	for at := 10; at < len(pdf); at += len(pdf) / 200 {
		changed := bytes.Clone(pdf)
		changed[at] ^= 1
		if _, same, err := sheet.Open(changed); same && err == nil {
			t.Errorf("a change at byte %d of %d was not seen", at, len(pdf))
		}
	}
	if _, same, _ := sheet.Open(append(bytes.Clone(pdf), "1 0 obj\n"...)); same {
		t.Error("an addition was not seen")
	}
	for _, other := range []string{"", "%PDF-1.7\n", "\n%carried\n%e30=\n", "%PDF-1.7\n%carried\n%e30=\n"} {
		if _, _, err := sheet.Open([]byte(other)); !errors.Is(err, sheet.ErrNoReceipt) {
			t.Errorf("%q: %v", other, err)
		}
	}
}
