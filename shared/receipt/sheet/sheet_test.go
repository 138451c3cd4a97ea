package sheet_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/sheet"
)

var sample = sheet.Sheet{
	Receipt: receipt.Receipt{
		FilingID: "0193f0c0-0000-7000-8000-000000000001", TicketNo: "10H2-GQVQ-DNQN", CheckCode: "7F3K9-2QHX4",
		ManifestSHA256: strings.Repeat("a1", 32), FormSHA256: strings.Repeat("b2", 32), StatementSHA256: strings.Repeat("c3", 32),
		Signers: []receipt.Signer{{Kind: "legal", Organisation: "«ҮЛГІ» ЖШС", Name: "ЖҮНІСОВА ӘСЕЛ", Number: "******1230"}},
		SentAt:  "2026-11-22T23:59:59.123+05:00", CourtCode: "almaty-bostandyq", Lang: "kk",
	},
	Kind:    "claim",
	Parties: []sheet.Party{{Role: "Талап қоюшы", Name: "«ҮЛГІ» ЖШС"}, {Role: "Жауапкерлер", Name: "ӘҒҚҢӨҰҮҺІ Ұлан"}},
	Tiyn:    123_456_789, Office: "https://court.example", Lang: locale.KK,
}

// The bytes of the page are part of what the office gives out: a change is seen here.
func TestBytes(t *testing.T) {
	for lang, want := range map[locale.Lang]string{
		locale.KK: "35ba9eb464b26e58cc77d80837982dcbfdf2a5a663dc9723c65f1e354641c899",
		locale.RU: "406a499d97130fac18aef53bea016e0ab71bf8774e0177fd06dacab7cac3e379",
		locale.EN: "a7cc5690c2b878a9a874eb9cce9fb5df9ab18b41f667ae5353ae64a0b98580d5",
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
	s.Receipt.Signers = slices.Repeat([]receipt.Signer{{Organisation: "ҰЙЫМ", Name: "ЖҮНІСОВА ӘСЕЛ", Number: "******1230"}}, 20)
	for _, s := range []sheet.Sheet{sample, s} {
		data, err := sheet.PDF(s)
		if err != nil || !bytes.Contains(data, []byte("/Type /Pages /Count 1 ")) {
			t.Errorf("%d parties, %d signers: not one page, %v", len(s.Parties), len(s.Receipt.Signers), err)
		}
	}
}

// A receipt of version 1 has one signer beside the list, no check code and no statement.
func TestVersionOne(t *testing.T) {
	s := sample
	s.Receipt.Signer, s.Receipt.Signers = &s.Receipt.Signers[0], nil
	s.Receipt.CheckCode, s.Receipt.StatementSHA256 = "", ""
	if _, err := sheet.PDF(s); err != nil {
		t.Error(err)
	}
}

// The address has the number and not the code that opens the facts.
func TestVerify(t *testing.T) {
	if got, want := sample.Verify(), "https://court.example/kk/facts?ticket=10H2-GQVQ-DNQN"; got != want {
		t.Errorf("Verify() = %s, want %s", got, want)
	}
	s := sample
	s.Receipt.SentAt = "yesterday"
	if _, err := sheet.PDF(s); err == nil {
		t.Error("a receipt without an instant was drawn")
	}
}
