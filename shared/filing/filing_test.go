package filing_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
)

const (
	filingID = "0193f0c0-0000-7000-8000-000000000001"
	docID    = "0193f0c0-0000-7000-8000-0000000000d1"
)

func TestDocumentCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*filing.Document)
		want string
	}{
		{"good", func(d *filing.Document) {}, ""},
		{"empty", func(d *filing.Document) { d.Size = 0 }, "/size document-empty"},
		{"too large", func(d *filing.Document) { d.Size = filing.MaxDocument + 1 }, "/size document-too-large"},
		{"role", func(d *filing.Document) { d.Role = "secret" }, "/role unknown-value"},
		{"macro", func(d *filing.Document) { d.MediaType = "application/vnd.ms-word.document.macroEnabled.12" }, "/mediaType media-type-not-accepted"},
		{"upper-case hash", func(d *filing.Document) { d.SHA256 = strings.Repeat("AB", 32) }, "/sha256 format"},
		{"path in the name", func(d *filing.Document) { d.Name = "../x.pdf" }, "/name format"},
		{"turned around", func(d *filing.Document) { d.Name = "talap\u202efdp.exe" }, "/name format"},
		{"isolated", func(d *filing.Document) { d.Name = "talap\u2067.pdf" }, "/name format"},
		{"Arabic letter mark", func(d *filing.Document) { d.Name = "talap\u061c.pdf" }, "/name format"},
		{"line separator", func(d *filing.Document) { d.Name = "a\u2028b.pdf" }, "/name format"},
		{"paragraph separator", func(d *filing.Document) { d.Name = "a\u2029b.pdf" }, "/name format"},
		{"C1 control", func(d *filing.Document) { d.Name = "a\u0085b.pdf" }, "/name format"},
		{"no UTF-8", func(d *filing.Document) { d.Name = "a\xff.pdf" }, "/name format"},
		{"spaces alone", func(d *filing.Document) { d.Name = " \u00a0\u3000" }, "/name required"},
		{"zero width alone", func(d *filing.Document) { d.Name = "\u200b\u2060\ufeff" }, "/name required"},
		{"blank letters alone", func(d *filing.Document) { d.Name = "\u3164\u2800\u115f" }, "/name required"},
		{"emoji joined", func(d *filing.Document) { d.Name = "👨\u200d👩 құжат №1 (көшірме).pdf" }, ""},
		{"id", func(d *filing.Document) { d.ID = "1" }, "/document format"},
	} {
		d := filing.Document{
			ID: docID, Role: "main_claim", Name: "talap.pdf", Size: 10, SHA256: strings.Repeat("ab", 32), MediaType: "application/pdf",
		}
		tt.edit(&d)
		got := ""
		if list, ok := errors.AsType[defect.List](d.Check()); ok {
			got = list[0].Pointer + " " + list[0].Code
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTicket(t *testing.T) {
	ticket := filing.Ticket([7]byte{0xde, 0xad, 0xbe, 0xef, 0x01, 0x23, 0x45})
	if !filing.IsTicket(ticket) {
		t.Fatalf("IsTicket(%q) = false", ticket)
	}
	for i := range ticket {
		if ticket[i] == '-' {
			continue
		}
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if typo := ticket[:i] + string(c) + ticket[i+1:]; typo != ticket && filing.IsTicket(typo) {
				t.Errorf("typing %q for %q goes unnoticed", typo, ticket)
			}
		}
	}
	for _, bad := range []string{"", "0000-0000-0001", strings.ToLower(ticket), ticket + "0", strings.ReplaceAll(ticket, "-", "")} {
		if filing.IsTicket(bad) {
			t.Errorf("IsTicket(%q) = true", bad)
		}
	}
}

func TestTypedTicket(t *testing.T) {
	const want = "10H2-GQVQ-DNQN"
	if !filing.IsTicket(want) {
		t.Fatalf("%s is no ticket number", want)
	}
	for _, typed := range []string{want, "10h2gqvqdnqn", " 10H2 GQVQ DNQN ", "loh2-gqvq-dnqn", "I0H2-GQVQ-DNQN"} {
		if got, ok := filing.TypedTicket(typed); got != want || !ok {
			t.Errorf("TypedTicket(%q) = %q, %t", typed, got, ok)
		}
	}
	for _, bad := range []string{"", "10H2-GQVQ-DNQP", "10H2-GQVQ-DNQ", "10H2-GQVQ-DNӘN", "ӘӘӘӘӘӘ"} {
		if got, ok := filing.TypedTicket(bad); ok {
			t.Errorf("TypedTicket(%q) = %q", bad, got)
		}
	}
}

func TestTypedCheckCode(t *testing.T) {
	want := filing.CheckCode([7]byte{0xde, 0xad, 0xbe, 0xef, 0x01, 0x23, 0x45})
	for _, typed := range []string{want, strings.ToLower(want), strings.ReplaceAll(want, "-", " "), " " + strings.ReplaceAll(want, "-", "") + " ", strings.ReplaceAll(strings.ReplaceAll(want, "1", "l"), "0", "O")} {
		if got, ok := filing.TypedCheckCode(typed); got != want || !ok {
			t.Errorf("TypedCheckCode(%q) = %q, %t, want %q", typed, got, ok, want)
		}
	}
	for _, bad := range []string{"", want[1:], want + "0", "ӘӘӘӘӘ", "7F3K9-2QHXU"} {
		if got, ok := filing.TypedCheckCode(bad); ok {
			t.Errorf("TypedCheckCode(%q) = %q", bad, got)
		}
	}
}
