package filings_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/courtoffice/courtoffice/functions/internal/filings"
	"github.com/courtoffice/courtoffice/functions/internal/inspect"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// TestVerdictsGuardTheManifest: a program under the name of a PDF is let in, shown as what it is
// once it was inspected, and keeps the filing from a manifest. What was not inspected keeps nothing.
func TestVerdictsGuardTheManifest(t *testing.T) {
	o := newOffice(t)
	o.complete(filingID)
	missing := func(v filings.View) int {
		return len(slices.DeleteFunc(slices.Clone(v.Documents), func(d filings.DocumentView) bool {
			return !slices.ContainsFunc(d.Verdict.Findings, func(f filings.Defect) bool {
				return f.Code == "file-not-inspected" && f.Severity == defect.Warning && f.Detail != ""
			})
		}))
	}
	if v := o.view(filingID); missing(v) != len(v.Documents) {
		t.Errorf("before any inspection: %+v", v.Documents)
	}
	o.manifest(filingID) // nobody waits for a verdict

	content := []byte("MZ\x90\x00 a program, not a PDF")
	if len(content) != 25 {
		t.Fatalf("%d bytes", len(content))
	}
	fake := filing.Document{
		ID: "0193f0c0-0000-7000-8000-0000000000ff", Role: "evidence", Name: "fake.pdf",
		Size: int64(len(content)), SHA256: filing.Sum(content), MediaType: "application/pdf",
	}
	put, err := o.PutDocument(request(), slot(filingID, fake, 0))
	if err != nil {
		t.Fatal(err)
	}
	if d := o.view(filingID).Documents; d[len(d)-1].Verdict != nil {
		t.Errorf("a verdict before the bytes: %+v", d[len(d)-1])
	}
	upload(t, put.Upload.Grants[0], content)
	if err := o.inspector.Handle(request(), inspect.Upload{Key: "filings/" + filingID + "/" + fake.SHA256}); err != nil {
		t.Fatal(err)
	}
	v := o.view(filingID)
	shown := v.Documents[slices.IndexFunc(v.Documents, func(d filings.DocumentView) bool { return d.ID == fake.ID })]
	want := "/documents/" + fake.ID
	if f := shown.Verdict.Findings; len(f) != 1 || f[0].Code != "file-executable" || f[0].Severity != defect.Error || f[0].Pointer != want || f[0].Detail == "" {
		t.Errorf("shown %+v", shown.Verdict)
	}
	if missing(v) != len(v.Documents)-1 {
		t.Errorf("the others: %+v", v.Documents)
	}
	check, err := o.Check(request(), filings.GetRequest{ID: filingID})
	if err != nil || check.Complete {
		t.Errorf("check: %+v, %v", check, err)
	}
	_, err = o.Manifest(request(), filings.ManifestRequest{ID: filingID, Revision: v.Revision})
	problem, ok := errors.AsType[*httpapi.Problem](err)
	if !ok || problem.Slug != "filing-incomplete" || !slices.Equal(codes(problem.Cause), []string{want + " file-executable"}) {
		t.Fatalf("manifest: %v", err)
	}
	if _, err := o.DropDocument(request(), filings.DropRequest{ID: filingID, DocumentID: fake.ID, Version: put.Version}); err != nil {
		t.Fatal(err)
	}
	o.manifest(filingID)
}
