// Command statement draws the statement of a filing again, from its form and the manifest that was
// signed, and compares:
//
//	statement verify -manifest SIGNED FORM.json STATEMENT.pdf
//
// SIGNED is the signature (CMS, DER) or the document that was signed, FORM.json and STATEMENT.pdf are as
// the office serves them. It says whether the form and the statement are those that were signed, and
// whether the statement says what the form does: whoever holds the files needs no word of the office for
// it. It does not verify the signature itself: "eds verify" does.
//
// Exit status: 0 they agree, 1 they do not, 2 this program has another version of the renderer, 64 wrong
// usage, 65 a file is not what it should be, 66 one cannot be read.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/filing/render"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// Exit statuses; those from 64 on are those of sysexits.h.
const (
	exitSame    = 0
	exitDiffers = 1
	exitVersion = 2
	exitUsage   = 64
	exitData    = 65
	exitInput   = 66
)

const usage = "usage: statement verify -manifest SIGNED FORM.json STATEMENT.pdf\n"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit status.
func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("statement verify", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() { fmt.Fprint(errs, usage) }
	signed := flags.String("manifest", "", "")
	if len(args) == 0 || args[0] != "verify" {
		flags.Usage()
		return exitUsage
	}
	if err := flags.Parse(args[1:]); err != nil {
		return exitUsage
	}
	if *signed == "" || flags.NArg() != 2 {
		flags.Usage()
		return exitUsage
	}
	var files [3][]byte
	for i, name := range []string{*signed, flags.Arg(0), flags.Arg(1)} {
		var err error
		if files[i], err = os.ReadFile(name); err != nil {
			fmt.Fprintln(errs, "statement:", err)
			return exitInput
		}
	}
	err := verify(files[0], files[1], files[2])
	_, differs := errors.AsType[*differsError](err)
	_, version := errors.AsType[*versionError](err)
	switch {
	case err == nil:
		fmt.Fprintln(out, "The form and the statement are those that were signed, and the statement says what the form does.")
		return exitSame
	case differs:
		fmt.Fprintln(errs, "statement:", err)
		return exitDiffers
	case version:
		fmt.Fprintln(errs, "statement:", err)
		return exitVersion
	}
	fmt.Fprintln(errs, "statement:", err)
	return exitData
}

// differsError says what is not what was signed.
type differsError struct{ what string }

func (e *differsError) Error() string { return e.what }

// versionError names the renderer that a statement was drawn with.
type versionError struct{ renderer string }

func (e *versionError) Error() string {
	return fmt.Sprintf("drawn with renderer %s, this program has %s: take the release of the office that has it", e.renderer, render.Version)
}

// verify compares a form and a statement with the manifest that was signed, and the statement with the
// form drawn again. The hashes come first: they hold whatever version the renderer has.
//
// Errors: *differsError, *versionError; others say that a file is not what it should be.
func verify(signed, rawForm, pdf []byte) error {
	m, err := manifestOf(signed)
	switch {
	case err != nil:
		return fmt.Errorf("the manifest: %w", err)
	case m.Statement == nil:
		return errors.New("the manifest names no statement")
	case filing.FileOf(rawForm) != m.Form.File:
		return &differsError{"the form is not the one that was signed"}
	case filing.FileOf(pdf) != m.Statement.File:
		return &differsError{"the statement is not the one that was signed"}
	case m.Statement.Renderer != render.Version:
		return &versionError{m.Statement.Renderer}
	}
	again, err := draw(m, rawForm)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, pdf) {
		return &differsError{"the statement that was signed is not what its form is drawn as"}
	}
	return nil
}

// manifestOf reads the manifest out of a signature, or of the document that was signed.
func manifestOf(signed []byte) (filing.Manifest, error) {
	if !bytes.HasPrefix(signed, []byte("{")) {
		parsed, err := cms.Parse(signed, cms.Limits{})
		if err != nil {
			return filing.Manifest{}, err
		}
		signed = parsed.Content()
	}
	d, err := act.Manifest(signed)
	if err != nil {
		return filing.Manifest{}, err
	}
	return *d.Filing, nil
}

func draw(m filing.Manifest, rawForm []byte) ([]byte, error) {
	kind, ok := kinds.Of(m.Kind)
	if !ok {
		return nil, fmt.Errorf("no kind of filing %q", m.Kind)
	}
	x, err := form.Parse(rawForm)
	if err != nil {
		return nil, fmt.Errorf("the form: %w", err)
	}
	sections, ok := x.(map[string]any)
	if !ok {
		return nil, errors.New("the form is no object")
	}
	documents := make([]filing.Document, len(m.Documents))
	for i, d := range m.Documents {
		documents[i] = d.Document
	}
	return statement.Render(statement.Version, render.Statement(kind, form.Value(sections), documents, m.ID))
}
