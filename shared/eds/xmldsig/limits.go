package xmldsig

// Limits bound the work that a document can cause. A zero field means its default, so Limits{} is
// the value to use when there is no reason for another.
type Limits struct {
	MaxBytes        int // size of the document; default 32 MiB, at most 1 GiB
	MaxDepth        int // nesting of elements; default 128
	MaxNodes        int // tags, comments, instructions and CDATA sections; default 2,000,000
	MaxAttributes   int // attributes and namespace declarations of one element; default 128
	MaxNamespaces   int // namespace declarations in scope at once, prefixes in a PrefixList; default 64
	MaxNameBytes    int // one name with its prefix; default 512, at most 65535
	MaxSignatures   int // ds:Signature elements; default 16
	MaxCertificates int // certificates of one signature; default 16
	MaxReferences   int // ds:Reference elements of all signatures together; default 32

	// MaxGrowth bounds a canonical form by the document: exclusive canonicalization may repeat a
	// long namespace name at every element. No form is larger than MaxGrowth times the document
	// and 64 KiB. Default: 8, honest documents with a prefix on every element reach 5.
	MaxGrowth int
	// MaxCanonicalBytes bounds a canonical form whatever the document. Default: 128 MiB.
	MaxCanonicalBytes int64
	// Spend, if set, is told of canonical bytes before they are written and may refuse them with
	// false: so that a caller can keep one account for all references of a document.
	Spend func(bytes int64) bool

	// Partial lifts the rules that a signature by id has to cover all of the document's content
	// (ReasonUncovered) and stand beside or inside what it signs (ReasonPlacement). Whoever sets
	// it must show or use nothing but Reference.Element, and must check its Path.
	Partial bool
}

// canonicalSlack is what a canonical form may have beyond the growth of a small document.
const canonicalSlack = 64 << 10

func or[T int | int64](v, def, most T) T {
	if v <= 0 {
		v = def
	}
	return min(v, most)
}

func (l Limits) withDefaults() Limits {
	l.MaxBytes = or(l.MaxBytes, 32<<20, 1<<30)
	l.MaxDepth = or(l.MaxDepth, 128, 1<<16)
	l.MaxNodes = or(l.MaxNodes, 2_000_000, 1<<30)
	l.MaxAttributes = or(l.MaxAttributes, 128, 1<<15)
	l.MaxNamespaces = or(l.MaxNamespaces, 64, 1<<15)
	l.MaxNameBytes = or(l.MaxNameBytes, 512, 1<<16-1)
	l.MaxSignatures = or(l.MaxSignatures, 16, 1<<10)
	l.MaxCertificates = or(l.MaxCertificates, 16, 1<<10)
	l.MaxReferences = or(l.MaxReferences, 32, 1<<10)
	l.MaxGrowth = or(l.MaxGrowth, 8, 1<<10)
	l.MaxCanonicalBytes = or(l.MaxCanonicalBytes, 128<<20, 1<<40)
	return l
}

// canonical is the largest canonical form of a document of that many bytes.
func (l Limits) canonical(size int) int64 {
	return min(int64(l.MaxGrowth)*int64(size)+canonicalSlack, l.MaxCanonicalBytes)
}
