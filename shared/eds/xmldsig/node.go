package xmldsig

import (
	"bytes"
	"sync"
)

// Reserved namespace names (Namespaces in XML 1.0, section 3).
const (
	nsXML   = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS = "http://www.w3.org/2000/xmlns/"
)

// Values of node.ns and attr.ns that are not an index into Document.decls.
const (
	noNamespace  int32 = -1
	xmlNamespace int32 = -2
)

type kind uint8

const (
	kindStart kind = iota // start tag or empty-element tag
	kindEnd
	kindComment
	kindPI
	kindCDATA
)

// Flags of a node.
const (
	flagVerbatim uint8 = 1 << iota // the tag in the source is its own canonical form if its declarations, and no others, are to be written
	flagText                       // the text after this node is not its own canonical form
	flagEmpty                      // empty-element tag: has no kindEnd node
	flagDecl                       // the start tag, or the one this end tag closes, declares namespaces
	flagPrefixed                   // some attribute has a prefix
	flagSig                        // ds:Signature
)

// A node is one piece of markup. The nodes of a document lie in document order in one slice, and
// the text between node i and node i+1 is the source between nodes[i].end and nodes[i+1].start:
// it needs no node of its own.
type node struct {
	start, end uint32 // the markup in the source
	ns         int32  // namespace of the element
	match      int32  // kindStart: index after the whole element; kindEnd: index of its start tag
	up         int32  // kindStart: index of the parent's start tag, -1 for the document element
	attr       uint32 // first attribute in Document.attrs
	nattr      uint16
	name       uint16 // length of the QName, which begins at start+1 (kindStart)
	prefix     uint16 // length of its prefix, 0 if there is none
	kind       kind
	flags      uint8
}

// An attr is an attribute that is not a namespace declaration.
type attr struct {
	nameAt, valueAt, valueEnd uint32
	ns                        int32
	name, prefix              uint16
	clean                     bool // the value in the source is its own canonical form
}

// A decl is a namespace declaration. It holds no pointers, so that many of them are cheap.
type decl struct {
	prefixAt      uint32 // in the source
	uriAt, uriEnd uint32 // in the source, or in Document.spare
	owner         int32  // the node that declares it
	prefix        uint16 // length, 0 for the default namespace
	spare         bool   // the name had to be normalized
	dsig          bool   // it is the namespace of XMLDSig
}

// A Document is a parsed document. It is read only and safe for concurrent use.
type Document struct {
	src   []byte
	lim   Limits
	nodes []node
	attrs []attr
	decls []decl
	spare []byte // normalized namespace names
	root  int32
	sigs  []int32 // ds:Signature elements in document order

	mu   sync.Mutex
	ids  map[string]target // made when first asked for
	dup  []int32           // elements that share an id with another one; made with ids
	name []int32           // of each start tag, the same number for the same local name; made when first asked for
	sums map[string][]byte // digests made, by what they are over: many sign the same part
}

func (d *Document) prefixOf(dc *decl) []byte {
	return d.src[dc.prefixAt : dc.prefixAt+uint32(dc.prefix)]
}

func (d *Document) uriOf(dc *decl) []byte {
	if dc.spare {
		return d.spare[dc.uriAt:dc.uriEnd]
	}
	return d.src[dc.uriAt:dc.uriEnd]
}

// uri returns the namespace name of ns.
func (d *Document) uri(ns int32) []byte {
	switch {
	case ns >= 0:
		return d.uriOf(&d.decls[ns])
	case ns == xmlNamespace:
		return []byte(nsXML)
	}
	return nil
}

// localName returns the part of qname after its prefix of the given length.
func localName(qname []byte, prefix int) []byte {
	if prefix > 0 {
		return qname[prefix+1:]
	}
	return qname
}

func (d *Document) attrLocal(a *attr) []byte {
	return localName(d.src[a.nameAt:a.nameAt+uint32(a.name)], int(a.prefix))
}

// compareAttrs orders attributes by namespace name, then by local name (C14N 1.0, section 2.2).
func (d *Document) compareAttrs(a, b *attr) int {
	if a.ns != b.ns {
		if c := bytes.Compare(d.uri(a.ns), d.uri(b.ns)); c != 0 {
			return c
		}
	}
	return bytes.Compare(d.attrLocal(a), d.attrLocal(b))
}
