package container_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/container"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/internal/schema"
	"github.com/courtoffice/courtoffice/shared/eds/pades"
)

var (
	testdata = filepath.Join("..", "..", "..", "testdata")
	now      = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
)

// load returns the container of a file of testdata/eds.
func load(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, "eds", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := bytes.Cut(data, []byte("\n\n"))
	out, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func verifier(t testing.TB) *eds.Verifier {
	t.Helper()
	trust, err := eds.LoadTrust(filepath.Join(testdata, "pki", "trust"))
	if err != nil {
		t.Fatal(err)
	}
	return &eds.Verifier{Trust: trust, Policy: eds.Filing()}
}

func TestCoverage(t *testing.T) {
	v := verifier(t)
	for name, want := range map[string]struct {
		format container.Format
		list   []string // name, what it covers, whole, what came later, surname
	}{
		"pass-pdf":                {container.PDF, []string{"Signature1||true||СЕРІКОВ"}},
		"pass-pdf-two-signatures": {container.PDF, []string{"Signature1||false|signature|СЕРІКОВ", "Signature2||true||ОМАРОВА"}},
		"pass-pdf-places":         {container.PDF, []string{"First||false|signature|СЕРІКОВ", "Second||true||ОМАРОВА"}},
		"pass-pdf-evidence":       {container.PDF, []string{"Signature1||false|evidence,signature|СЕРІКОВ", "Stamp||true||"}},
		"unsigned-pages":          {container.Card, []string{"claim-1.cms|claim.txt|false||СЕРІКОВ", "claim-2.cms|claim.txt|false||ОМАРОВА"}},
		"pass-zip":                {container.ZIP, []string{"арыз.txt.cms|арыз.txt|false||СЕРІКОВ", "signatures/1.p7s|a/other.txt|false||ОМАРОВА", "attached.cms||false||СЕРІКОВ"}},
		"pass-zip-signed-pdf":     {container.ZIP, []string{"claim.pdf: Signature1||true||СЕРІКОВ"}},
		"pass-asic-e":             {container.ASiC, []string{"META-INF/signature001.p7s|claim.txt,a b.txt|false||СЕРІКОВ"}},
		"pass-asic-e-stamped":     {container.ASiC, []string{"META-INF/timestamp001.tst|claim.txt,signatures/1.p7s|false||", "signatures/1.p7s||false||СЕРІКОВ"}},
	} {
		data := load(t, name)
		rep, err := container.Verify(v, data, now)
		if err != nil || rep.Format != want.format || rep.Policy != "filing" || !rep.CheckedAt.Equal(now) {
			t.Errorf("%s: %v, %+v", name, err, rep)
			continue
		}
		var got []string
		for _, s := range rep.Signatures {
			who := ""
			if s.Report != nil {
				who = s.Report.Signers[0].Subject.Surname
			}
			whole := "false"
			if s.Whole {
				whole = "true"
			}
			got = append(got, strings.Join([]string{s.Name, strings.Join(s.Covers, ","), whole, strings.Join(s.Later, ","), who}, "|"))
			if strings.Contains(name, "pdf") != (s.Bytes > 0) || s.Whole && int(s.Bytes) != len(data) && rep.Format == container.PDF {
				t.Errorf("%s: %s covers %d of %d bytes", name, s.Name, s.Bytes, len(data))
			}
		}
		if !slices.Equal(got, want.list) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want.list)
		}
	}
}

// Of an earlier signature that was broken, and a later one that holds, each is reported for itself.
func TestOneOfTwoIsBroken(t *testing.T) {
	keys, err := edstest.LoadKeys(filepath.Join(testdata, "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	p := edstest.NewPDF("Contract")
	if err := p.Sign(keys["individual-gost"], now, edstest.PDFSignature{Name: "First"}); err != nil {
		t.Fatal(err)
	}
	p.Update(map[int]string{4: edstest.Stream("", "BT /F1 12 Tf 100 700 Td (Another contract) Tj ET")})
	if err := p.Sign(keys["head"], now, edstest.PDFSignature{Name: "Second"}); err != nil {
		t.Fatal(err)
	}
	rep, err := container.Verify(verifier(t), p.Bytes(), now)
	if e, ok := errors.AsType[*eds.VerificationError](err); !ok || e.Report.Problem() != eds.CodeChanged || rep.Indication != eds.TotalFailed {
		t.Errorf("%v", err)
	}
	if len(rep.Signatures) != 2 || rep.Signatures[0].Indication != eds.TotalFailed || rep.Signatures[1].Indication != eds.TotalPassed {
		t.Errorf("%+v", rep.Signatures)
	}
}

// Every report, good or bad, follows the schemas.
func TestSchema(t *testing.T) {
	read := func(name string) *schema.Schema {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := schema.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	outer, inner := read("report.schema.json"), read("../report.schema.json")
	v := verifier(t)
	for _, name := range []string{"pass-pdf-evidence", "pass-zip", "pass-asic-e", "unsigned-pages", "signed-range-moved", "changed-after-signing-page",
		"container-structure-zip-gap", "zip-content-digest", "asic-e-manifest-digest", "signature-form"} {
		rep, _ := container.Verify(v, load(t, name), now)
		text, err := json.Marshal(rep)
		if err != nil {
			t.Fatal(err)
		}
		if err := outer.Validate(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, s := range rep.Signatures {
			if s.Report == nil {
				continue
			}
			if text, err = json.Marshal(s.Report); err != nil {
				t.Fatal(err)
			}
			if err := inner.Validate(text); err != nil {
				t.Errorf("%s: %s: %v", name, s.Name, err)
			}
		}
	}
}

func TestNotASignature(t *testing.T) {
	v := verifier(t)
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	if f, err := w.Create("a.txt"); err != nil {
		t.Fatal(err)
	} else if _, err := f.Write([]byte("x")); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "text": []byte("мәтін"), "a PDF without a signature": edstest.NewPDF("x").Bytes(), "an archive without a signature": archive.Bytes(),
	} {
		if rep, err := container.Verify(v, data, now); rep != nil || !errors.Is(err, eds.ErrNotASignature) {
			t.Errorf("%s: %v, %v", name, rep, err)
		}
	}
	if rep, err := container.Verify(v, load(t, "pass-pdf"), time.Time{}); rep == nil || time.Since(rep.CheckedAt) > time.Minute {
		t.Errorf("without an instant: %v, %v", rep, err)
	}
}

func TestLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		limit string
		value int64
	}{"pass-pdf": {"size", 1000}, "pass-pdf-two-signatures": {"signers", 1}, "pass-zip": {"files", 3}, "pass-asic-e": {"unpacked", 100}, "unsigned-pages": {"nodes", 20}} {
		v := verifier(t)
		if err := v.Policy.Limits.Set(tt.limit, tt.value); err != nil {
			t.Fatal(err)
		}
		rep, err := container.Verify(v, load(t, name), now)
		e, ok := errors.AsType[*eds.VerificationError](err)
		if !ok || e.Report.Problem() != eds.CodeLimits || rep.Indication != eds.Indeterminate {
			t.Errorf("%s, %s %d: %v", name, tt.limit, tt.value, err)
			continue
		}
		for _, c := range e.Report.Checks {
			if c.Code == eds.CodeLimits && c.Status != eds.Passed && !strings.HasPrefix(c.Detail, tt.limit) {
				t.Errorf("%s: %q, want %s", name, c.Detail, tt.limit)
			}
		}
	}
}

// covered is what each signature of a PDF is over.
func covered(t testing.TB, data []byte) (parts []string) {
	doc, err := pades.Parse(data, pades.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Signatures() {
		part, err := io.ReadAll(s.Reader())
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, string(part))
	}
	return parts
}

// unzipped are the files of an archive, as package zip reads them.
func unzipped(t testing.TB, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("passes, and archive/zip says %v", err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if !strings.HasSuffix(f.Name, "/") {
			files[f.Name] = string(content)
		}
	}
	return files
}

// leftover reports whether a content begins as what systems leave in archives.
func leftover(content string) bool {
	for _, begins := range []string{"\x00\x05\x16\x07", "\x00\x00\x00\x01Bud1", "\xd0\xcf\x11\xe0", "[.ShellClassInfo]", "\r\n[.ShellClassInfo]", "\xff\xfe"} {
		if strings.HasPrefix(content, begins) {
			return true
		}
	}
	return false
}

// FuzzVerify: whatever is done to the bytes of a signed container, it does not pass with another view. A PDF
// that passes has the pages of a seed; an archive that passes reads the same to archive/zip, its files are signed as
// they are, and no other is in it.
func FuzzVerify(f *testing.F) {
	v := verifier(f)
	names, err := filepath.Glob(filepath.Join(testdata, "eds", "*.txt"))
	if err != nil {
		f.Fatal(err)
	}
	signed := map[string]bool{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if !bytes.Contains(data, []byte("\nkind: pdf\n")) && !bytes.Contains(data, []byte("\nkind: zip\n")) {
			continue
		}
		c := load(f, strings.TrimSuffix(filepath.Base(name), ".txt"))
		f.Add(c)
		if rep, err := container.Verify(v, c, now); err == nil && rep.Format == container.PDF {
			for _, part := range covered(f, c) {
				signed[part] = true
			}
		} else if err == nil && (rep.Format == container.ZIP || rep.Format == container.ASiC) {
			for _, content := range unzipped(f, c) {
				signed[content] = true
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rep, err := container.Verify(v, data, now)
		switch {
		case rep == nil:
			if !errors.Is(err, eds.ErrNotASignature) {
				t.Fatal(err)
			}
		case err != nil:
			if rep.Indication == eds.TotalPassed {
				t.Fatalf("%v with %+v", err, rep)
			}
		case rep.Format == container.PDF:
			for _, part := range covered(t, data) {
				if !signed[part] {
					t.Fatal("a PDF passes that nobody signed")
				}
			}
		case rep.Format == container.ZIP || rep.Format == container.ASiC:
			files := unzipped(t, data)
			for _, s := range rep.Signatures {
				for _, name := range s.Covers {
					if content, ok := files[name]; !ok || !signed[content] {
						t.Fatalf("%s passes as %.80q, which nobody signed", name, content)
					}
				}
			}
			// What is signed elsewhere carries it: another message, a PDF with signatures, what a system left behind.
			for name, content := range files {
				if ext := strings.ToLower(path.Ext(name)); !signed[content] && !slices.Contains([]string{".cms", ".p7s", ".p7m", ".sig", ".sign", ".sgn", ".tst", ".xml"}, ext) &&
					name != "mimetype" && !leftover(content) {
					t.Fatalf("%s is in an archive that passes: %.80q", name, content)
				}
			}
		}
	})
}
