// Package verdict is what was found in an uploaded document, and which of it forbids a manifest.
//
// Package inspect finds it; this one has no more than values, for all who store and show them.
// Texts are in package locale: "defect.file-" + Code, for Mislabelled with the parameter found, which is
// "inspect.found." + Kind.
package verdict

import "slices"

// Code is one finding about a file.
type Code string

// Findings that forbid a manifest.
const (
	Mislabelled Code = "mislabelled"  // the content is of another type than declared: see Verdict.Of
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
	Enormous      Code = "enormous"    // a picture or a document that becomes far too large when it is opened
	TooComplex    Code = "too-complex" // the limits of the inspection were reached
)

// NotInspected is the warning that stands for a verdict that is late or missing. No
// inspection finds it.
const NotInspected Code = "not-inspected"

// Missing stands for a verdict that is late or was never made. It forbids nothing.
var Missing = Verdict{Findings: []Code{NotInspected}}

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

// Of returns v for a document that was declared to be of mediaType: with Mislabelled if it is not.
func (v Verdict) Of(mediaType string) Verdict {
	declared := accepted[mediaType]
	office := declared == KindDOCX || declared == KindXLSX
	switch {
	case v.Found == "": // not inspected
		return v
	case v.Found == declared, v.Found == KindExecutable, v.Found == KindEmpty:
		return v
	case office && v.Has(Encrypted) && (v.Found == KindEncryptedOffice || v.Found == KindZip):
		return v // nobody can tell what is in it
	}
	return v.Add(Mislabelled)
}
