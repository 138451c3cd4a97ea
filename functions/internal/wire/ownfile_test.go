package wire

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/inspect"
	"github.com/courtoffice/courtoffice/functions/internal/registry"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// pdfOf is a PDF of one page whose catalogue has more in it.
func pdfOf(more string) string {
	var out strings.Builder
	out.WriteString("%PDF-1.4\n")
	var at []int
	for i, body := range []string{"<</Type/Catalog/Pages 2 0 R" + more + ">>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"} {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	xref := out.Len()
	out.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, n := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&out, "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", xref)
	return out.String()
}

// ownFile asks for the upload of a court's own file, or for what was found in it.
func (o *office) ownFile(content, token string) answer {
	o.Helper()
	return o.asks("POST "+registryRoot+"/ruling", object{"sha256": filing.Sum([]byte(content)), "size": len(content)}, token)
}

// inspects has the office look at what was uploaded, as the bucket's event makes it.
func (o *office) inspects(t *testing.T, content string) {
	t.Helper()
	app := o.app(t, "registry")
	svc := &inspect.Service{
		Documents: documents.New(app.s3(), app.cfg.DocumentsBucket), Verdicts: store.NewVerdicts(o.db, o.name(schema.Filings)),
		Now: func() time.Time { return o.at },
	}
	if err := svc.Handle(t.Context(), inspect.Upload{Key: documents.Key(recordedFiling, filing.Sum([]byte(content)))}); err != nil {
		t.Fatal(err)
	}
}

// TestOwnRulingFile: a judge may sign the court's own PDF in place of the one that the office makes. It is uploaded
// by a grant for its very bytes, inspected as documents are, and with any finding not signed; what was signed is what
// everyone reads.
func TestOwnRulingFile(t *testing.T) {
	o := newRegistry(t)
	claim, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "claims", "money", "claim.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	good := string(claim)
	file := func(content string) object {
		return object{"sha256": filing.Sum([]byte(content)), "size": len(content)}
	}
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(1, "register", object{"number": "7514-26-00-2/31", "judge": "judge"}), clerkToken), 200, "")
	o.want(o.ownFile(good, clerkToken), 404, "not-found")
	o.asks("POST "+registryRoot+"/acts", acts(2, "review", nil), clerkToken)
	o.want(o.ownFile(good, otherJudge), 404, "not-found")
	for _, wrong := range []object{
		{"sha256": "king", "size": 1}, {"sha256": strings.ToUpper(filing.Sum(nil)), "size": 1}, {"sha256": filing.Sum(nil), "size": 0}, {"sha256": filing.Sum(nil), "size": registry.MaxRulingFile + 1},
	} {
		o.want(o.asks("POST "+registryRoot+"/ruling", wrong, judgeToken), 422, "invalid-fields")
	}
	body := acts(5, "return", object{"grounds": []string{"return-2"}, "file": file(good)})
	rule := func(body object) answer { return o.asks("POST "+registryRoot+"/acts", body, judgeToken) }
	wants := func(a answer, code string) {
		t.Helper()
		if o.want(a, 422, "invalid-fields"); !strings.Contains(a.raw, `"code":"`+code+`"`) {
			t.Errorf("no %s in %s", code, a.raw)
		}
	}
	wants(rule(body), "ruling-file-missing")
	granted := o.want(o.ownFile(good, judgeToken), 200, "")
	o.uploadContent(t, granted, good)
	if got := decodeAs[registry.OwnFile](t, o.want(o.ownFile(good, judgeToken), 200, "")); len(got.Upload.Grants) != 0 || got.Inspected || len(got.Defects) != 0 {
		t.Errorf("uploaded, not inspected: %+v", got)
	}
	wants(rule(body), "ruling-file-waits")
	o.inspects(t, good)
	if got := decodeAs[registry.OwnFile](t, o.want(o.ownFile(good, judgeToken), 200, "")); !got.Inspected || len(got.Defects) != 0 {
		t.Errorf("inspected: %+v", got)
	}
	for code, content := range map[string]string{
		"file-executable": "MZ\x90\x00 a program, not a PDF", "ruling-file-pdf": "An order in plain words.\n", "file-active-content": pdfOf("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
		"file-encrypted": strings.Replace(pdfOf(""), "/Root 1 0 R", "/Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/O(x)/U(y)/P -4>>", 1), "file-damaged": pdfOf("")[:200],
	} {
		o.uploadContent(t, o.want(o.ownFile(content, judgeToken), 200, ""), content)
		o.inspects(t, content)
		if got := decodeAs[registry.OwnFile](t, o.want(o.ownFile(content, judgeToken), 200, "")); !got.Inspected || len(got.Defects) == 0 {
			t.Errorf("%s: %+v", code, got)
		}
		wants(rule(with(body, "file", file(content))), code)
	}
	wants(rule(with(body, "reasons", "Басқаша айтқанда.")), "ruling-file-words") // what is signed says it once
	wants(rule(with(body, "grounds", []string{})), "ground-required")
	wants(rule(with(body, "file", object{"sha256": filing.Sum([]byte(good)), "size": len(good) - 1})), "ruling-file-missing")

	draft := o.want(rule(body), 200, "")
	if draft.body["own"] != true || draft.body["sha256"] != filing.Sum(claim) {
		t.Errorf("to sign: %s", draft.raw)
	}
	signed := o.ruled(t, body, "individual-gost-2")
	o.want(rule(with(signed, "file", nil, "reasons", "Себебі.")), 422, "challenge-invalid") // signed was the file
	view := decodeAs[registry.View](t, o.want(rule(signed), 200, ""))
	if view.Status != filing.Returned || view.Ruling == nil || !view.Ruling.Own || view.Ruling.SHA256 != filing.Sum(claim) {
		t.Errorf("ruled: %+v", view.Ruling)
	}
	o.want(rule(signed), 200, "") // the answer was lost
	own := o.want(o.asks("GET /api/filings/{id}", nil, recordedToken), 200, "")
	if ruling, _ := own.body["ruling"].(object); ruling["own"] != true || ruling["reasons"] != "" {
		t.Errorf("the filer sees %v", own.body["ruling"])
	}
	a := o.want(o.send(at(at(o.event("GET /api/filings/{id}/files/{file}", nil, recordedToken), "{id}", recordedFiling), "{file}", "ruling")), 303, "")
	res, err := http.Get(a.header["location"])
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if content, err := io.ReadAll(res.Body); err != nil || string(content) != good {
		t.Errorf("the filer is given another file: %v", err)
	}
	o.becomes("response", "") // on which no ruling is made
	o.want(o.ownFile(good, judgeToken), 409, "filing-elsewhere")
	pins, err := o.stored().Pins(t.Context(), recordedFiling)
	if err != nil || pins[filing.Sum(claim)] == "" { // which lock-documents locks
		t.Errorf("pins %v, %v", pins, err)
	}
}
