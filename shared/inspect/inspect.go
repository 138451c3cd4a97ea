// Package inspect looks at the bytes of an uploaded document and says what a court should know
// before anything is signed: whether it is what its media type says, whether it opens, and what
// in it acts by itself.
//
// Read Inspect first. Some findings forbid a manifest (verdict.Code.Forbids): a file that is not what
// it says, a program, an encrypted or an empty one. All others are warnings, since a return is a
// judge's act.
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
// # Malware
//
// Inspect knows no signatures of malware. The function that calls it has a hook for a scanner;
// ClamAV (clamd, its INSTREAM command) is the documented choice.
package inspect

import (
	"errors"
	"io"

	"github.com/courtoffice/courtoffice/shared/verdict"
)

// Limits of the work on one file.
const (
	maxRead     = 128 << 20 // bytes asked of the file in all
	maxUnpacked = 64 << 20  // bytes unpacked in all
	maxObjects  = 300_000   // objects of a PDF, entries of an archive
	maxDepth    = 64        // nesting
	maxPackage  = 2 << 30   // bytes an office document says it unpacks to
	// Twice an A3 page at 600 dots an inch.
	maxPixels = 140_000_000
)

// errLimit tells that a limit was reached.
var errLimit = errors.New("inspect: too complex")

// errBroken tells that a structure is not what its format asks for.
var errBroken = errors.New("inspect: broken")

// Inspect reads file, which has size bytes, and says what it found. The same bytes give the same
// verdict, whatever they are called: see verdict.Verdict.Of.
//
// Errors are those of file alone.
func Inspect(file io.ReaderAt, size int64) (verdict.Verdict, error) {
	in := &inspection{file: file, size: size, verdict: verdict.Verdict{Version: verdict.Version}}
	in.verdict.Found = in.kind()
	switch in.verdict.Found {
	case verdict.KindExecutable:
		in.find(verdict.Executable)
	case verdict.KindEmpty:
		in.find(verdict.Empty)
	case verdict.KindEncryptedOffice:
		in.find(verdict.Encrypted)
	case verdict.KindZip:
		in.sealedArchive()
	case verdict.KindPDF:
		in.pdf()
	case verdict.KindJPEG, verdict.KindPNG:
		in.image()
	case verdict.KindDOCX, verdict.KindXLSX:
		in.office()
	}
	if in.err != nil {
		return verdict.Verdict{}, in.err
	}
	return in.verdict, nil
}

// inspection is one file while it is looked at.
type inspection struct {
	file     io.ReaderAt
	size     int64
	read     int64 // bytes asked for so far
	unpacked int64
	verdict  verdict.Verdict
	err      error // of file
}

func (in *inspection) find(c verdict.Code) { in.verdict = in.verdict.Add(c) }

// fault turns an error of reading a structure into a finding.
func (in *inspection) fault(err error) {
	switch {
	case err == nil || in.err != nil:
	case errors.Is(err, errLimit):
		in.find(verdict.TooComplex)
	default:
		in.find(verdict.Damaged)
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
