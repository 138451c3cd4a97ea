package xmldsig

// Limits bound the work that a document can cause. A zero field means its default, so Limits{} is
// the value to use when there is no reason for another.
type Limits struct {
	MaxBytes      int // size of the document; default 32 MiB, at most 1 GiB
	MaxDepth      int // nesting of elements; default 128
	MaxNodes      int // tags, comments, instructions and CDATA sections; default 2,000,000
	MaxAttributes int // attributes and namespace declarations of one element; default 128
	MaxNamespaces int // namespace declarations in scope at once; default 64
	MaxNameBytes  int // one name with its prefix; default 512, at most 65535
	MaxSignatures int // ds:Signature elements; default 16
	MaxReferences int // ds:Reference elements of all signatures together; default 32

	// MaxCanonicalBytes bounds the canonical form of one reference: exclusive canonicalization
	// may repeat a long namespace name at every element. Default: four times MaxBytes.
	MaxCanonicalBytes int64

	// Partial lifts the rules that a signature by id has to cover all of the document's content
	// (ReasonUncovered) and stand beside or inside what it signs (ReasonPlacement). Whoever sets
	// it must show or use nothing but Reference.Element, and must check its Path.
	Partial bool
}

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
	l.MaxReferences = or(l.MaxReferences, 32, 1<<10)
	l.MaxCanonicalBytes = or(l.MaxCanonicalBytes, 4*int64(l.MaxBytes), 1<<40)
	return l
}
