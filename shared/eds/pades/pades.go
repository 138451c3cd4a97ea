// Package pades finds the signatures in a PDF (ISO 32000-1, section 12.8; ETSI EN 319 142-1) and what each
// of them covers, and the files attached to it. It checks no signature: package container hands what is
// found here to package eds.
//
//	doc, err := pades.Parse(data, pades.Limits{})
//	for _, s := range doc.Signatures() {
//		if s.Err == nil {
//			verify(s.Contents, s.Reader())
//		}
//	}
//
// The reader is strict, because a signature is worth no more than the certainty that everyone reads the
// same document: where objects stand is what the cross-reference says and nothing else, lengths are
// exact, no key of a dictionary comes twice, there is nothing before the header and nothing behind the
// end. A signature covers one whole revision but for its own value. What was added later must not show
// or change anything: more signatures, validation data and the document's information are told apart
// from every other change, which makes the earlier signature fail (shadow attacks, page swaps).
package pades

import (
	"bytes"
	"fmt"
	"io"
)

// Reason says why a document or a signature is refused.
type Reason string

// Reasons.
const (
	Structure Reason = "structure" // the file cannot be read, or could be read in two ways
	Encrypted Reason = "encrypted" // the document is encrypted
	Limit     Reason = "limit"     // a limit is exceeded; Detail is its name
	Form      Reason = "form"      // the signature is of a kind that is not supported
	Range     Reason = "range"     // the signature does not cover a revision of the document
	Changed   Reason = "changed"   // the document was changed after the signature
	Drawn     Reason = "drawn"     // a later signature draws where the signer saw no place for one
)

// Error is what Parse and Signature.Err return.
type Error struct {
	Reason Reason
	Detail string
}

func (e *Error) Error() string { return fmt.Sprintf("pades: %s: %s", e.Reason, e.Detail) }

func fail(r Reason, detail string) *Error { return &Error{r, detail} }

// Limits bound the work. A zero field means its default.
type Limits struct {
	Nodes      int64 // values and cross-reference rows read, default 2,000,000
	Unpacked   int64 // bytes inflated, default 256 MiB
	Signatures int64 // default 64
	Files      int64 // attachments, default 1000
}

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		field *int64
		value int64
	}{{&l.Nodes, 2_000_000}, {&l.Unpacked, 256 << 20}, {&l.Signatures, 64}, {&l.Files, 1000}} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return l
}

// Is reports whether data starts as a PDF does.
func Is(data []byte) bool { return bytes.HasPrefix(data, []byte("%PDF-")) }

// Document is a PDF.
type Document struct {
	f      *file
	last   *revision
	limits Limits
	fields []field
}

// Parse reads a PDF. data must not change while the result is in use. Error: *Error with Structure,
// Encrypted or Limit.
func Parse(data []byte, limits Limits) (*Document, error) {
	if !Is(data) {
		return nil, fail(Structure, "no PDF header")
	}
	limits = limits.withDefaults()
	f := &file{data: data, work: limits.Nodes, visits: min(8*limits.Nodes, max(1<<20, 8*int64(len(data)))), unpacked: limits.Unpacked,
		objects: map[place]any{}, streams: map[int64][]any{}, numbers: map[int64][]int64{}}
	last, err := f.at(len(data))
	if err != nil {
		return nil, f.reason(err)
	}
	d := &Document{f: f, last: last, limits: limits}
	if d.fields, err = last.fields(); err != nil {
		return nil, f.reason(err)
	}
	return d, nil
}

// reason turns an error that came of running out of work into one that says so.
func (f *file) reason(err error) error {
	if err != nil && (f.work < 0 || f.visits < 0) {
		return fail(Limit, "nodes")
	}
	return err
}

// Signature is one signature of a document.
type Signature struct {
	Field     string // full name of the form field
	SubFilter string // such as "ETSI.CAdES.detached"
	// Contents is the CMS message, or the time-stamp token where TimeStamp is true, in BER.
	Contents  []byte
	TimeStamp bool
	// Bytes is how many bytes from the start of the file the signature covers, its own value left out;
	// Whole tells that nothing but white space follows them.
	Bytes int64
	Whole bool
	// Later are the kinds of what was added after this signature, each harmless to what it covers.
	Later []Addition
	// Err says why the signature is refused before anything is computed: *Error with Form, Range,
	// Changed, Drawn, Structure or Limit. Contents may be set all the same.
	Err error

	before, after []byte
}

// Addition is something that may be added to a signed document.
type Addition string

// Additions.
const (
	AddedSignature   Addition = "signature"
	AddedEvidence    Addition = "evidence"    // validation data (EN 319 142-1, section 5.4.2.2)
	AddedInformation Addition = "information" // title, author and dates that viewers do not show on a page
)

// Reader returns what the signature is over.
func (s *Signature) Reader() io.Reader {
	return io.MultiReader(bytes.NewReader(s.before), bytes.NewReader(s.after))
}

// field is a signature field with a value.
type field struct {
	name  string
	num   int64 // of the field, 0 if it is no object of its own
	value ref   // the signature dictionary
}

// fields walks the form of a revision.
func (r *revision) fields() ([]field, error) {
	root, _, err := r.root()
	if err != nil {
		return nil, err
	}
	form, err := r.dictAt(root, "AcroForm")
	if err != nil || form == nil {
		return nil, err
	}
	if _, dynamic := form["XFA"]; dynamic {
		return nil, fail(Structure, "a form that draws itself (XFA)")
	}
	list, err := r.arrayAt(form, "Fields")
	if err != nil {
		return nil, err
	}
	w := walk{r: r, seen: map[int64]bool{}, values: map[ref]bool{}}
	for _, f := range list {
		if err := w.field(f, "", false, 0); err != nil {
			return nil, err
		}
	}
	return w.out, nil
}

type walk struct {
	r      *revision
	seen   map[int64]bool
	values map[ref]bool
	out    []field
}

func (w *walk) field(v any, parent string, isSig bool, depth int) error {
	num := int64(0)
	if at, ok := v.(ref); ok {
		num = at.num
	}
	if num != 0 && w.seen[num] || depth > maxDepth {
		return fail(Structure, "fields in a circle")
	}
	w.seen[num] = true
	v, err := w.r.resolve(v)
	if err != nil {
		return err
	}
	d, ok := v.(dict)
	if !ok {
		return fail(Structure, "a field that is none")
	}
	full := parent
	if t, ok := d["T"].(str); ok {
		if full != "" {
			full += "."
		}
		full += text(t.text)
	}
	if kind, ok := d["FT"].(name); ok {
		isSig = kind == "Sig"
	}
	if value, has := d["V"]; has && isSig {
		at, ok := value.(ref)
		switch {
		case !ok:
			return fail(Structure, "a signature that is no object of its own")
		case w.values[at]:
			return fail(Structure, "two fields with one signature")
		}
		w.values[at] = true
		w.out = append(w.out, field{full, num, at})
	}
	kids, err := w.r.arrayAt(d, "Kids")
	if err != nil {
		return err
	}
	for _, k := range kids {
		if err := w.field(k, full, isSig, depth+1); err != nil {
			return err
		}
	}
	return nil
}
