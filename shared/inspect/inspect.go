// Package inspect looks at the bytes of an uploaded document and says what a court should know
// before anything is signed: whether it is what its media type says, whether it opens, and what
// in it acts by itself.
//
// Read Inspect first. A Verdict has Findings; some of them forbid a manifest (Code.Forbids): a
// file that is not what it says, a program, an encrypted or an empty one. All others are
// warnings, since a return is a judge's act. A verdict is about bytes: it is stored under their
// SHA-256 and holds wherever they turn up.
//
// # Work is bounded
//
// Files come from strangers. Whatever is in one, Inspect reads at most maxRead bytes of it,
// unpacks at most maxUnpacked, keeps at most maxObjects and nests at most maxDepth deep; where
// that does not suffice, it says TooComplex. It never draws, never runs and never follows
// anything.
//
// PDF is read by a reader of our own: github.com/pdfcpu/pdfcpu v0.15.0 needs the whole file in
// memory and unpacks without a limit (a file of 486 KB took it 1 GB).
//
// Texts are in package locale: "inspect." + Code, for Mislabelled with the parameter found, which is
// "inspect.found." + Kind.
//
// # Malware
//
// Inspect knows no signatures of malware. The function that calls it has a hook for a scanner;
// ClamAV (clamd, its INSTREAM command) is the documented choice.
package inspect

import (
	"errors"
	"io"
	"slices"
)

// Code is one finding about a file.
type Code string

// Findings that forbid a manifest.
const (
	Mislabelled Code = "mislabelled"  // the content is of another type than declared: see Verdict.Found
	Executable  Code = "executable"   // a program or a script
	Encrypted   Code = "encrypted"    // a password or restrictions protect it
	Empty       Code = "empty"        // no page, or nothing but zeros and spaces
	HashDiffers Code = "hash-differs" // from the key it is stored under; told by whoever reads the whole
	Infected    Code = "infected"     // by the scanner's word
)

// Findings that are warnings.
const (
	Damaged       Code = "damaged"        // cut short, or its structure is broken: some programs will not open it
	ActiveContent Code = "active-content" // scripts, programs to launch, forms that send, media, outside templates
	Attachments   Code = "attachments"    // files inside the file, which a reader may not see
	Macros        Code = "macros"
	Enormous      Code = "enormous"    // a picture of more than MaxPixels, a document that unpacks to more than maxPackage
	TooComplex    Code = "too-complex" // the limits of the inspection were reached
)

// NotInspected is the warning that stands for a verdict that is late or missing. Inspect does not
// return it.
const NotInspected Code = "not-inspected"

// Codes lists every finding there is, in the order they are shown.
var Codes = []Code{
	Executable, Mislabelled, Encrypted, Empty, HashDiffers, Infected,
	Damaged, ActiveContent, Macros, Attachments, Enormous, TooComplex,
}

// Forbids reports whether a file with this finding cannot go into a manifest.
func (c Code) Forbids() bool {
	return slices.Contains([]Code{Executable, Mislabelled, Encrypted, Empty, HashDiffers, Infected}, c)
}

// Version is of the rules. A verdict of an older version may be made anew.
const Version = 1

// Verdict is what was found in a file.
type Verdict struct {
	Version  int
	Found    Kind   // what the content is
	Findings []Code // in the order of Codes; none is a file without fault
	Pages    int    // of a PDF, 0 where they could not be counted
}

// Forbids reports whether any finding does.
func (v Verdict) Forbids() bool { return slices.ContainsFunc(v.Findings, Code.Forbids) }

// Has reports whether c was found.
func (v Verdict) Has(c Code) bool { return slices.Contains(v.Findings, c) }

// Add returns v with one more finding, in order.
func (v Verdict) Add(c Code) Verdict {
	if v.Has(c) {
		return v
	}
	v.Findings = append(slices.Clone(v.Findings), c)
	slices.SortFunc(v.Findings, func(a, b Code) int { return slices.Index(Codes, a) - slices.Index(Codes, b) })
	return v
}

// Limits of the work on one file.
const (
	maxRead     = 128 << 20 // bytes asked of the file in all
	maxUnpacked = 64 << 20  // bytes unpacked in all
	maxObjects  = 300_000   // objects of a PDF, entries of an archive
	maxDepth    = 64        // nesting
	maxPackage  = 2 << 30   // bytes an office document says it unpacks to
	// MaxPixels is what a picture may have: twice an A3 page at 600 dots an inch.
	MaxPixels = 140_000_000
)

// errLimit tells that a limit was reached.
var errLimit = errors.New("inspect: too complex")

// errBroken tells that a structure is not what its format asks for.
var errBroken = errors.New("inspect: broken")

// Inspect reads file, which has size bytes, and says what it found. The same bytes give the same
// verdict, whatever they are called: see Verdict.Of.
//
// Errors are those of file alone.
func Inspect(file io.ReaderAt, size int64) (Verdict, error) {
	in := &inspection{file: file, size: size, verdict: Verdict{Version: Version}}
	in.verdict.Found = in.kind()
	switch in.verdict.Found {
	case KindExecutable:
		in.find(Executable)
	case KindEmpty:
		in.find(Empty)
	case KindEncryptedOffice:
		in.find(Encrypted)
	case KindZip:
		in.sealedArchive()
	case KindPDF:
		in.pdf()
	case KindJPEG, KindPNG:
		in.image()
	case KindDOCX, KindXLSX:
		in.office()
	}
	if in.err != nil {
		return Verdict{}, in.err
	}
	return in.verdict, nil
}

// Of returns v for a document that was declared to be of mediaType: with Mislabelled if it is not.
func (v Verdict) Of(mediaType string) Verdict {
	declared := kindOf(mediaType)
	office := declared == KindDOCX || declared == KindXLSX
	switch {
	case v.Found == declared, v.Found == KindExecutable, v.Found == KindEmpty:
		return v
	case office && v.Has(Encrypted) && (v.Found == KindEncryptedOffice || v.Found == KindZip):
		return v // nobody can tell what is in it
	}
	return v.Add(Mislabelled)
}

// inspection is one file while it is looked at.
type inspection struct {
	file     io.ReaderAt
	size     int64
	read     int64 // bytes asked for so far
	unpacked int64
	verdict  Verdict
	err      error // of file
}

func (in *inspection) find(c Code) { in.verdict = in.verdict.Add(c) }

// fault turns an error of reading a structure into a finding.
func (in *inspection) fault(err error) {
	switch {
	case err == nil || in.err != nil:
	case errors.Is(err, errLimit):
		in.find(TooComplex)
	default:
		in.find(Damaged)
	}
}

// ReadAt is the file's within the limit of maxRead; its own errors are kept.
func (in *inspection) ReadAt(p []byte, off int64) (int, error) {
	if in.err != nil {
		return 0, in.err
	}
	if off < 0 { // as a directory may say
		return 0, errBroken
	}
	if in.read += int64(len(p)); in.read > maxRead {
		return 0, errLimit
	}
	n, err := in.file.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		in.err = err
	}
	return n, err
}

// bytes returns n bytes at off, fewer at the end of the file.
func (in *inspection) bytes(off, n int64) ([]byte, error) {
	if off < 0 || off > in.size {
		return nil, errBroken
	}
	b := make([]byte, min(n, in.size-off))
	got, err := in.ReadAt(b, off)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b[:got], err
}

// unpack reads r to its end, which must come within limit bytes.
func (in *inspection) unpack(r io.Reader, limit int64) ([]byte, error) {
	limit = min(limit, maxUnpacked-in.unpacked)
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	in.unpacked += int64(len(b))
	if int64(len(b)) > limit {
		return b[:limit], errLimit
	}
	return b, err
}
