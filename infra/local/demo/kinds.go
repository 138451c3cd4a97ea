package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// kinds files the sample of every kind of paper, with the documents it names, for whoever walks here:
// from the draft to a receipt that is checked. A protest is a prosecutor's office's alone to file.
func (w *walk) kinds(ctx context.Context) error {
	w.report.heading("Every kind of paper")
	samples, err := filepath.Glob(filepath.Join(filepath.Dir(w.options.Claim), "*", "documents.json"))
	if err != nil || len(samples) == 0 {
		return fmt.Errorf("demo: no samples beside %s: %v", w.options.Claim, err)
	}
	for _, path := range samples {
		kind := filepath.Base(filepath.Dir(path))
		if err := w.report.step(kind, func() (string, error) {
			detail, err := w.paper(ctx, kind, filepath.Dir(path))
			if kind == "protest" {
				return "refused to who is no prosecutor", expect(err, http.StatusUnprocessableEntity, "filing-incomplete")
			}
			return detail, err
		}); err != nil {
			return err
		}
	}
	return nil
}

// paper files the sample in a folder, beside what w has filed.
func (w *walk) paper(ctx context.Context, kind, folder string) (string, error) {
	one := *w
	sections, err := w.sample(folder)
	if err == nil {
		one.files, err = w.attachments(folder)
	}
	if err != nil {
		return "", err
	}
	if one.filing, _, err = call[filing](ctx, w.office, http.MethodPut, "/api/filings/"+newID(), map[string]any{"kind": kind, "sections": sections}); err != nil {
		return "", err
	}
	for _, do := range []func(context.Context) (string, error){one.uploadAll, one.readManifest, one.seal, one.checkReceipt} {
		if _, err := do(ctx); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d documents, ticket %s", len(one.files), one.ticket), nil
}

// sample is the form of a sample as w files it: in w's own name, signed in person.
func (w *walk) sample(folder string) (map[string]map[string]any, error) {
	var sections map[string]map[string]any
	raw, err := os.ReadFile(filepath.Join(folder, "form.json"))
	if err == nil {
		err = json.Unmarshal(raw, &sections)
	}
	delete(sections, "representatives")
	surname, given, _ := strings.Cut(w.subject.Name, " ")
	for code, section := range sections {
		if section["type"] != nil && section["id"] != nil { // the party who files
			sections[code] = map[string]any{
				"id": section["id"], "type": "natural", "surname": surname, "givenName": given, "iin": w.subject.IIN, "address": section["address"],
			}
		}
	}
	return sections, err
}

// attachments are the documents a sample names, each with content of its own.
func (w *walk) attachments(folder string) ([]file, error) {
	var named []document
	raw, err := os.ReadFile(filepath.Join(folder, "documents.json"))
	if err == nil {
		err = json.Unmarshal(raw, &named)
	}
	var files []file
	for _, d := range named {
		f := newFile(d.Name, d.Role, bytes.Join([][]byte{w.originals[1].data, []byte("% " + d.Name + "\n")}, nil))
		f.ID = d.ID
		files = append(files, f)
	}
	return files, err
}
