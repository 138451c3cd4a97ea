// Package container verifies files that hold documents together with their signatures: signed PDFs (PAdES
// and the older adbe.pkcs7.detached), document cards, which are PDFs with the document and its CMS files
// attached (as SIGEX makes them), ZIP archives of documents and CMS files, and ASiC-E archives with CAdES
// signatures or time stamps (ETSI EN 319 162-1).
//
//	if container.Is(data) {
//		report, err := container.Verify(verifier, data, at)
//	}
//
// The report says of each signature what it covers; report.schema.json describes its JSON. The error is nil only if every signature holds and
// every file is signed. A container that could be read in two ways is refused: see package pades, and
// readZIP here.
package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/pades"
)

// Format is a kind of container.
type Format string

// Formats.
const (
	PDF  Format = "pdf"
	Card Format = "document-card"
	ZIP  Format = "zip"
	ASiC Format = "asic-e"
)

// Report is the outcome of Verify.
type Report struct {
	Format        Format            `json:"format"`
	Indication    eds.Indication    `json:"indication"`
	SubIndication eds.SubIndication `json:"subIndication,omitempty"`
	Policy        string            `json:"policy"`
	CheckedAt     time.Time         `json:"checkedAt"`
	Checks        []eds.Check       `json:"checks"` // of the container
	Signatures    []Signature       `json:"signatures"`
}

// Signature is one signature of a container.
type Signature struct {
	// Name is that of the file of the signature, or of the field in a PDF.
	Name string `json:"name"`
	// Covers are the names of the files that it is over, and nil for the PDF itself.
	Covers []string `json:"covers,omitempty"`
	// Bytes is how many bytes from the start of the PDF it covers; Whole tells that this is all, Later
	// what was added since: "signature", "evidence", "information".
	Bytes int64    `json:"bytes,omitempty"`
	Whole bool     `json:"whole,omitempty"`
	Later []string `json:"later,omitempty"`

	Indication    eds.Indication    `json:"indication"`
	SubIndication eds.SubIndication `json:"subIndication,omitempty"`
	Checks        []eds.Check       `json:"checks"` // of what it covers
	// Report is on the signature itself, nil if it could not be reached or is a time stamp.
	Report *eds.Report `json:"report,omitempty"`
	// Stamp is the report on a time stamp over the document.
	Stamp *eds.StampReport `json:"stamp,omitempty"`
}

// Is reports whether data starts as a PDF or a ZIP archive does.
func Is(data []byte) bool { return pades.Is(data) || isZIP(data) }

// Verify reports on every signature in a container. at is the time of the check, zero for now.
//
// The error is nil exactly when the verdict is TOTAL-PASSED. It is *eds.VerificationError when the verdict
// is another, and eds.ErrNotASignature (wrapped), with a nil report, when there is no signature in it or
// it is no container at all.
func Verify(v *eds.Verifier, data []byte, at time.Time) (*Report, error) {
	if at.IsZero() {
		at = time.Now().UTC().Truncate(time.Second)
	}
	r := &run{v: v.Within(int64(len(data))), at: at.UTC(), limits: v.Policy.Limits.Effective(), size: int64(len(data)),
		out: &Report{Policy: v.Policy.Name, CheckedAt: at.UTC(), Checks: []eds.Check{}, Signatures: []Signature{}}}
	r.limits.Unpacked = r.limits.Unpack(int64(len(data)))
	var err error
	switch {
	case !Is(data):
		return nil, fmt.Errorf("%w: neither a PDF nor a ZIP archive", eds.ErrNotASignature)
	case int64(len(data)) > r.limits.Size:
		r.limit("size: file of %d bytes", len(data))
	case isZIP(data):
		err = r.zip(data)
	default:
		err = r.pdf(data)
	}
	if err != nil {
		return nil, err
	}
	return r.conclude()
}

// freeNodes are the elements that the manifests of an archive may have together whatever its size; each of its bytes
// may bring another.
const freeNodes = 50_000

// run is one call of Verify.
type run struct {
	v      *eds.Verifier
	at     time.Time
	limits eds.Limits
	size   int64 // of the file
	out    *Report
}

func (r *run) fail(code eds.Code, format string, args ...any) {
	r.out.Checks = append(r.out.Checks, eds.NewCheck(code, fmt.Sprintf(format, args...)))
}

func (r *run) limit(format string, args ...any) { r.fail(eds.CodeLimits, format, args...) }

func (r *run) pass(code eds.Code) {
	r.out.Checks = append(r.out.Checks, eds.Check{Code: code, Status: eds.Passed})
}

// conclude derives the verdicts.
func (r *run) conclude() (*Report, error) {
	all := r.out.Checks
	for i := range r.out.Signatures {
		s := &r.out.Signatures[i]
		mine := s.Checks
		if s.Report != nil {
			mine = append(mine[:len(mine):len(mine)], s.Report.Checks...)
			for _, x := range s.Report.Signers {
				mine = append(mine, x.Checks...)
			}
		}
		if s.Stamp != nil {
			mine = append(mine[:len(mine):len(mine)], s.Stamp.Checks...)
		}
		s.Indication, s.SubIndication = eds.Conclude(mine)
		all = append(all[:len(all):len(all)], mine...)
	}
	r.out.Indication, r.out.SubIndication = eds.Conclude(all)
	if r.out.Indication == eds.TotalPassed {
		return r.out, nil
	}
	return r.out, &eds.VerificationError{Report: &eds.Report{Indication: r.out.Indication, SubIndication: r.out.SubIndication,
		Policy: r.out.Policy, CheckedAt: r.out.CheckedAt, Checks: all}}
}

// signature verifies a message over content, which is nil for one that carries its own.
func (r *run) signature(s *Signature, message []byte, content io.Reader) {
	rep, err := r.v.Verify(eds.Signed{Data: message, Content: content, At: r.at})
	if rep == nil {
		s.Checks = append(s.Checks, eds.NewCheck(eds.CodeFormat, err.Error()))
		return
	}
	s.Report = rep
}

// stamp verifies a time-stamp token over content.
func (r *run) stamp(s *Signature, token []byte, content io.Reader) {
	rep, err := r.v.VerifyStamp(token, content, r.at)
	if rep.Indication == "" {
		s.Checks = append(s.Checks, eds.NewCheck(eds.CodeStampFormat, err.Error()))
		return
	}
	s.Stamp = &rep
}

// pdf verifies a PDF: its own signatures, and those among the files attached to it.
func (r *run) pdf(data []byte) error {
	r.out.Format = PDF
	doc, err := pades.Parse(data, pades.Limits{Nodes: r.limits.Nodes, Unpacked: r.limits.Unpacked, Signatures: r.limits.Signers, Files: r.limits.Files})
	if err != nil {
		r.refused(err)
		return nil
	}
	r.pass(eds.CodeStructure)
	for _, s := range doc.Signatures() {
		r.inPDF("", s)
	}
	attached, err := doc.Attachments()
	if err != nil {
		r.refused(err)
		return nil
	}
	var files []file
	names := map[string]bool{}
	for _, a := range attached {
		if names[a.Name] {
			r.fail(eds.CodeStructure, "two files named %q", a.Name)
			return nil
		}
		names[a.Name] = true
		files = append(files, file{a.Name, a.Data})
	}
	own := len(r.out.Signatures)
	b := newBundle(r, files)
	if len(b.signatures) == 0 {
		if own == 0 {
			return fmt.Errorf("%w: a PDF without a signature", eds.ErrNotASignature)
		}
		return nil
	}
	if own == 0 {
		r.out.Format = Card
		r.fail(eds.CodeUnsignedPages, "")
	}
	b.verify(own == 0)
	return nil
}

// refused records why a PDF cannot be read.
func (r *run) refused(err error) {
	e, ok := errors.AsType[*pades.Error](err)
	if !ok {
		r.fail(eds.CodeStructure, "%v", err)
		return
	}
	r.out.Checks = append(r.out.Checks, padesCheck(e))
}

func padesCheck(e *pades.Error) eds.Check {
	code := map[pades.Reason]eds.Code{
		pades.Structure: eds.CodeStructure, pades.Encrypted: eds.CodeEncrypted, pades.Limit: eds.CodeLimits, pades.Form: eds.CodeForm,
		pades.Range: eds.CodeRange, pades.Changed: eds.CodeChanged, pades.Drawn: eds.CodeDrawn,
	}[e.Reason]
	return eds.NewCheck(code, e.Detail)
}

// inPDF verifies a signature of a PDF, also where it does not cover the document as it is now: the report
// says whose it is all the same.
func (r *run) inPDF(prefix string, s pades.Signature) {
	out := Signature{Name: prefix + s.Field, Bytes: s.Bytes, Whole: s.Whole, Checks: []eds.Check{}}
	for _, l := range s.Later {
		out.Later = append(out.Later, string(l))
	}
	if e, ok := errors.AsType[*pades.Error](s.Err); ok {
		out.Checks = append(out.Checks, padesCheck(e))
	} else {
		out.Checks = append(out.Checks, eds.Check{Code: eds.CodeRange, Status: eds.Passed}, eds.Check{Code: eds.CodeChanged, Status: eds.Passed})
	}
	switch {
	case s.Contents == nil:
	case s.TimeStamp:
		r.stamp(&out, s.Contents, s.Reader())
	default:
		r.signature(&out, s.Contents, s.Reader())
	}
	r.out.Signatures = append(r.out.Signatures, out)
}

// zip verifies an archive.
func (r *run) zip(data []byte) error {
	r.out.Format = ZIP
	files, bad := readZIP(data, r.limits.Files, r.limits.Unpacked)
	if bad != nil {
		switch bad.kind {
		case encrypted:
			r.fail(eds.CodeEncrypted, "%s", bad.detail)
		case overLimit:
			r.limit("%s", bad.detail)
		default:
			r.fail(eds.CodeStructure, "%s", bad.detail)
		}
		return nil
	}
	r.pass(eds.CodeStructure)
	if isASiC(files) {
		r.out.Format = ASiC
		return r.asic(files)
	}
	b := newBundle(r, files)
	if len(b.signatures) == 0 && len(b.pdfs) == 0 {
		return fmt.Errorf("%w: an archive without a signature", eds.ErrNotASignature)
	}
	b.verify(true)
	return nil
}

// leftovers are files that systems leave in archives without being asked, by how their names and their contents begin.
var leftovers = []struct{ name, content string }{
	{"._", "\x00\x05\x16\x07"}, // macOS: what a file has beside its content (AppleDouble)
	{".DS_Store", "\x00\x00\x00\x01Bud1"},
	{"Thumbs.db", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
	{"desktop.ini", "[.ShellClassInfo]"}, {"desktop.ini", "\r\n[.ShellClassInfo]"}, {"desktop.ini", "\xff\xfe"},
}

// noise reports whether a file is such a leftover. A document that is only called so is a document.
func noise(f file) bool {
	base := path.Base(f.name)
	for _, l := range leftovers {
		called := base == l.name || l.name == "._" && strings.HasPrefix(base, l.name)
		if called && bytes.HasPrefix(f.data, []byte(l.content)) && len(f.data) <= maxLeftover {
			return true
		}
	}
	return false
}

// maxLeftover is the largest leftover: a database of previews.
const maxLeftover = 4 << 20

func reader(data []byte) io.Reader { return bytes.NewReader(data) }
