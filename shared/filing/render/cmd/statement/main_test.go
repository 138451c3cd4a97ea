package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/filing/render"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// filed is a filing of a kind's sample as it was signed: document, form and statement.
func filed(t *testing.T, k filing.Kind, change func(*filing.Manifest)) (signed, form, pdf []byte) {
	t.Helper()
	v, facts := filingtest.Sample(t, k)
	var sections []filing.Section
	for code := range v {
		canonical, err := v.Section(code)
		if err != nil {
			t.Fatal(err)
		}
		sections = append(sections, filing.Section{Code: code, Value: canonical})
	}
	form = filing.FormOf(sections)
	for i := range facts.Documents {
		facts.Documents[i].SHA256 = strings.Repeat("ab", 32)
	}
	m := filing.Manifest{
		Account: "a", Agreement: "v1", CourtCode: k.Head(v).Court, Form: filing.FormFile{File: filing.FileOf(form), Version: k.Form.Version},
		ID: "0193f0c0-0000-7000-8000-000000000001", Kind: k.Code, SealBy: "2026-11-28T00:00:00Z", Seats: []filing.Signing{}, V: filing.ManifestVersion,
	}
	for _, d := range facts.Documents {
		m.Documents = append(m.Documents, filing.Filed{Document: d})
	}
	pdf, err := statement.Render(statement.Version, render.Statement(k, v, facts.Documents, m.ID))
	if err != nil {
		t.Fatal(err)
	}
	m.Statement = &filing.Statement{File: filing.FileOf(pdf), Lang: render.Lang(k.Head(v)), Renderer: render.Version}
	if change != nil {
		change(&m)
	}
	signed, err = act.Document{Act: act.FileClaim, Lang: locale.KK, Office: "https://court.example", Statement: "…", Filing: &m}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return signed, form, pdf
}

// status runs the command on files with these contents.
func status(t *testing.T, signed, form, pdf []byte) (code int, said string) {
	t.Helper()
	dir := t.TempDir()
	var names []string
	for i, content := range [][]byte{signed, form, pdf} {
		name := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	var out bytes.Buffer
	code = run([]string{"verify", "-manifest", names[0], names[1], names[2]}, &out, &out)
	return code, out.String()
}

func TestEveryKindIsDrawnAgain(t *testing.T) {
	for _, k := range kinds.All {
		signed, form, pdf := filed(t, k, nil)
		if code, said := status(t, signed, form, pdf); code != exitSame {
			t.Errorf("%s: %d, %s", k.Code, code, said)
		}
	}
}

func TestWhatWasNotSigned(t *testing.T) {
	k := kinds.All[0]
	signed, form, pdf := filed(t, k, nil)
	other := bytes.Replace(pdf, []byte("%PDF"), []byte("%FDP"), 1)
	otherForm := append([]byte(" "), form...)
	of := func(change func(*filing.Manifest)) []byte {
		signed, _, _ := filed(t, k, change)
		return signed
	}
	for _, tt := range []struct {
		name              string
		signed, form, pdf []byte
		want              int
	}{
		{"another statement", signed, form, other, exitDiffers},
		{"another form", signed, otherForm, pdf, exitDiffers},
		{"signed with a statement its form does not make", of(func(m *filing.Manifest) { m.Statement.File = filing.FileOf(other) }), form, other, exitDiffers},
		{"a document the statement does not list", of(func(m *filing.Manifest) { m.Documents[0].Name = "x.pdf" }), form, pdf, exitDiffers},
		{"another renderer", of(func(m *filing.Manifest) { m.Statement.Renderer = "0/0" }), form, pdf, exitVersion},
		{"another renderer and another statement", of(func(m *filing.Manifest) { m.Statement.Renderer = "0/0" }), form, other, exitDiffers},
		{"a kind there is not", of(func(m *filing.Manifest) { m.Kind = "x" }), form, pdf, exitData},
		{"no statement", of(func(m *filing.Manifest) { m.Statement = nil }), form, pdf, exitData},
		{"no signature", []byte("x"), form, pdf, exitData},
		{"no manifest", []byte("{}"), form, pdf, exitData},
	} {
		if code, said := status(t, tt.signed, tt.form, tt.pdf); code != tt.want || said == "" {
			t.Errorf("%s: %d, want %d: %s", tt.name, code, tt.want, said)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"draw"}, {"verify"}, {"verify", "-manifest", "m", "f"}, {"verify", "-x"}} {
		var out bytes.Buffer
		if code := run(args, &out, &out); code != exitUsage || !strings.Contains(out.String(), "usage: statement verify") {
			t.Errorf("%v: %d, %s", args, code, out.String())
		}
	}
	var out bytes.Buffer
	if code := run([]string{"verify", "-manifest", filepath.Join(t.TempDir(), "none"), "f", "s"}, &out, &out); code != exitInput {
		t.Errorf("no file: %d, %s", code, out.String())
	}
}
