package xmldsig

import (
	"bytes"
	"slices"
	"unicode/utf8"
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
)

// A node is one piece of markup. The nodes of a document lie in document order in one slice, and
// the text between node i and node i+1 is the source between nodes[i].end and nodes[i+1].start:
// it needs no node of its own.
type node struct {
	start, end uint32 // the markup in the source
	ns         int32  // namespace of the element
	match      int32  // kindStart: index after the whole element; kindEnd: index of its start tag
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
}

type open struct {
	node  int32
	scope int // length of parser.scope before the element
}

type parser struct {
	*Document
	p       int     // next byte
	scope   []int32 // namespace declarations in scope
	open    []open
	scratch []int32
}

var (
	bom       = []byte("\xEF\xBB\xBF")
	dsigName  = []byte("Signature")
	namespace = []byte("xmlns")
)

// Parse reads exactly one XML 1.0 document in UTF-8, with or without a byte order mark. Anything
// that is not well-formed and namespace-well-formed is refused, a DOCTYPE as soon as it is met.
// doc is retained and must not change afterwards. The error is an *Error.
func Parse(doc []byte, lim Limits) (*Document, error) {
	d := &Document{src: doc, lim: lim.withDefaults(), root: -1}
	ps := parser{Document: d}
	if err := ps.document(); err != nil {
		return nil, err
	}
	return d, nil
}

func (ps *parser) document() *Error {
	if len(ps.src) > ps.lim.MaxBytes {
		return refuse(ReasonLimit, -1, "document too large")
	}
	if err := ps.prolog(); err != nil {
		return err
	}
	tags := bytes.Count(ps.src, []byte{'<'})
	ps.nodes = make([]node, 0, min(tags, ps.lim.MaxNodes))
	ps.attrs = make([]attr, 0, min(bytes.Count(ps.src, []byte{'='}), 2*cap(ps.nodes)))
	ps.open = make([]open, 0, 16)
	ps.scope = make([]int32, 0, 16)

	src := ps.src
	text := ps.p // where the text before the next markup began
	for p := text; ; {
		for p < len(src) && class[src[p]]&textStop == 0 {
			p++
		}
		if ps.p = p; p == len(src) {
			break
		}
		var err *Error
		if src[p] == '<' {
			if len(ps.open) == 0 && skipSpace(src[:p], text) != p {
				return refuse(ReasonSyntax, text, "text outside the document element")
			}
			if len(ps.nodes) >= ps.lim.MaxNodes {
				return refuse(ReasonLimit, p, "too many nodes")
			}
			err = ps.markup()
			text = ps.p
		} else {
			err = ps.character(text)
		}
		if err != nil {
			return err
		}
		p = ps.p
	}
	switch {
	case len(ps.open) > 0:
		return refuse(ReasonSyntax, len(src), "unfinished element")
	case ps.root < 0:
		return refuse(ReasonSyntax, len(src), "no element")
	case skipSpace(src, text) != len(src):
		return refuse(ReasonSyntax, text, "text outside the document element")
	}
	return nil
}

// prolog checks the encoding and the XML declaration.
func (ps *parser) prolog() *Error {
	src := ps.src
	if len(src) >= 2 && (src[0] == 0xFE && src[1] == 0xFF || src[0] == 0xFF && src[1] == 0xFE || src[0] == 0 || src[1] == 0) {
		return refuse(ReasonEncoding, 0, "only UTF-8 is read")
	}
	if bytes.HasPrefix(src, bom) {
		ps.p = len(bom)
	}
	if rest := src[ps.p:]; len(rest) > 5 && string(rest[:5]) == "<?xml" && isSpace(rest[5]) {
		end := bytes.Index(rest, []byte("?>"))
		if end < 0 {
			return refuse(ReasonDeclaration, ps.p, "unfinished XML declaration")
		}
		if err := xmlDecl(rest[5:end], ps.p); err != nil {
			return err
		}
		ps.p += end + 2
	}
	if !utf8.Valid(src) {
		return refuse(ReasonEncoding, -1, "not UTF-8")
	}
	return nil
}

// xmlDecl checks the pseudo-attributes of the XML declaration (production 23).
func xmlDecl(b []byte, at int) *Error {
	for i, name := range []string{"version", "encoding", "standalone"} {
		p := skipSpace(b, 0)
		if !bytes.HasPrefix(b[p:], []byte(name)) {
			if i == 0 {
				return refuse(ReasonDeclaration, at, "XML declaration without a version")
			}
			continue
		}
		if p == 0 {
			return refuse(ReasonDeclaration, at, "missing white space in the XML declaration")
		}
		p = skipSpace(b, p+len(name))
		if p == len(b) || b[p] != '=' {
			return refuse(ReasonDeclaration, at, "malformed XML declaration")
		}
		p = skipSpace(b, p+1)
		if p == len(b) || b[p] != '"' && b[p] != '\'' {
			return refuse(ReasonDeclaration, at, "malformed XML declaration")
		}
		n := bytes.IndexByte(b[p+1:], b[p])
		if n < 0 {
			return refuse(ReasonDeclaration, at, "malformed XML declaration")
		}
		value := b[p+1 : p+1+n]
		b = b[p+n+2:]
		switch {
		case name == "version" && string(value) != "1.0":
			return refuse(ReasonDeclaration, at, "not XML 1.0")
		case name == "encoding" && !bytes.EqualFold(value, []byte("utf-8")):
			return refuse(ReasonEncoding, at, "declared encoding is not UTF-8")
		case name == "standalone" && string(value) != "yes" && string(value) != "no":
			return refuse(ReasonDeclaration, at, "standalone is neither yes nor no")
		}
	}
	if skipSpace(b, 0) != len(b) {
		return refuse(ReasonDeclaration, at, "malformed XML declaration")
	}
	return nil
}

// character looks at a byte of text that class marks with textStop and that is not '<'. text is
// where the text began.
func (ps *parser) character(text int) *Error {
	src, p := ps.src, ps.p
	switch c := src[p]; c {
	case '>':
		if p >= text+2 && src[p-1] == ']' && src[p-2] == ']' {
			return refuse(ReasonSyntax, p, "]]> in text")
		}
		ps.p++
	case '&':
		_, end, err := scanReference(src, p)
		if err != nil {
			return err
		}
		ps.p = end
		switch string(src[p:end]) {
		case "&amp;", "&lt;", "&gt;", "&#xD;": // canonical already
			return nil
		}
	case '\r':
		ps.p++
	case 0xEF:
		if noncharacter(src[p:]) {
			return refuse(ReasonSyntax, p, "not a character of XML")
		}
		ps.p += 3
		return nil
	default:
		return refuse(ReasonSyntax, p, "control character")
	}
	if len(ps.nodes) > 0 {
		ps.nodes[len(ps.nodes)-1].flags |= flagText
	}
	return nil
}

// noncharacter reports whether b begins with U+FFFE or U+FFFF in UTF-8.
func noncharacter(b []byte) bool {
	return len(b) >= 3 && b[1] == 0xBF && b[2] >= 0xBE
}

func (ps *parser) markup() *Error {
	rest := ps.src[ps.p:]
	if len(rest) < 2 {
		return refuse(ReasonSyntax, ps.p, "unfinished markup")
	}
	switch rest[1] {
	case '/':
		return ps.endTag()
	case '?':
		return ps.instruction()
	case '!':
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			return ps.comment()
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			return ps.cdata()
		case bytes.HasPrefix(rest, []byte("<!DOCTYPE")):
			return refuse(ReasonDoctype, ps.p, "document type declarations are not read")
		}
		return refuse(ReasonSyntax, ps.p, "unknown markup declaration")
	}
	return ps.startTag()
}

// check refuses characters that are not XML characters in a comment, instruction or CDATA section.
func check(b []byte, at int) *Error {
	for i, c := range b {
		if c < 0x20 && !isSpace(c) || c == 0xEF && noncharacter(b[i:]) {
			return refuse(ReasonSyntax, at+i, "not a character of XML")
		}
	}
	return nil
}

// newNode adds a node that begins at ps.p. There is room for all of them, so that the pointer stays
// good; the fields are set in place because a node built on the stack and copied is slower.
func (ps *parser) newNode(k kind, flags uint8) *node {
	n := len(ps.nodes)
	ps.nodes = ps.nodes[:n+1]
	nd := &ps.nodes[n]
	nd.start, nd.kind, nd.flags = uint32(ps.p), k, flags
	return nd
}

func (ps *parser) push(k kind, end int) *node {
	nd := ps.newNode(k, 0)
	nd.end = uint32(end)
	ps.p = end
	return nd
}

func (ps *parser) comment() *Error {
	body := ps.src[ps.p+4:]
	n := bytes.Index(body, []byte("--"))
	if n < 0 || n+2 >= len(body) || body[n+2] != '>' {
		return refuse(ReasonSyntax, ps.p, "-- in a comment, or unfinished comment")
	}
	if err := check(body[:n], ps.p+4); err != nil {
		return err
	}
	ps.push(kindComment, ps.p+4+n+3)
	return nil
}

func (ps *parser) cdata() *Error {
	if len(ps.open) == 0 {
		return refuse(ReasonSyntax, ps.p, "text outside the document element")
	}
	body := ps.src[ps.p+9:]
	n := bytes.Index(body, []byte("]]>"))
	if n < 0 {
		return refuse(ReasonSyntax, ps.p, "unfinished CDATA section")
	}
	if err := check(body[:n], ps.p+9); err != nil {
		return err
	}
	ps.push(kindCDATA, ps.p+9+n+3)
	return nil
}

func (ps *parser) instruction() *Error {
	body := ps.src[ps.p+2:]
	end, prefix, ok := scanName(body, 0)
	if ok && prefix > 0 {
		return refuse(ReasonNamespace, ps.p, "colon in the target of a processing instruction")
	}
	if !ok {
		return badName(ps.src, ps.p+2, ps.p+2+end, "bad target of a processing instruction")
	}
	if bytes.EqualFold(body[:end], []byte("xml")) {
		return refuse(ReasonSyntax, ps.p, "XML declaration not at the beginning")
	}
	n := bytes.Index(body[end:], []byte("?>"))
	if n < 0 || n > 0 && !isSpace(body[end]) {
		return refuse(ReasonSyntax, ps.p, "malformed processing instruction")
	}
	if end > ps.lim.MaxNameBytes {
		return refuse(ReasonLimit, ps.p, "name too long")
	}
	if err := check(body[end:end+n], ps.p+2+end); err != nil {
		return err
	}
	ps.push(kindPI, ps.p+2+end+n+2).name = uint16(end)
	return nil
}

func (ps *parser) endTag() *Error {
	if len(ps.open) == 0 {
		return refuse(ReasonSyntax, ps.p, "end tag without a start tag")
	}
	top := ps.open[len(ps.open)-1]
	st := &ps.nodes[top.node]
	src, p := ps.src, ps.p+2
	name := src[st.start+1 : int(st.start)+1+int(st.name)]
	if len(src)-p <= len(name) || string(src[p:p+len(name)]) != string(name) {
		return refuse(ReasonSyntax, ps.p, "end tag does not match "+quote(name))
	}
	p += len(name)
	flags := flagVerbatim
	if src[p] != '>' {
		if p = skipSpace(src, p); p == len(src) || src[p] != '>' {
			return refuse(ReasonSyntax, ps.p, "end tag does not match "+quote(name))
		}
		flags = 0
	}
	if st.flags&flagDecl != 0 {
		ps.scope = ps.scope[:top.scope]
		flags |= flagDecl
	}
	st.match = int32(len(ps.nodes) + 1)
	nd := ps.newNode(kindEnd, flags)
	nd.end, nd.match = uint32(p+1), top.node
	ps.open = ps.open[:len(ps.open)-1]
	ps.p = p + 1
	return nil
}

func (ps *parser) startTag() *Error {
	src, p := ps.src, ps.p+1
	end, prefix, ok := scanName(src, p)
	if !ok {
		return badName(src, p, end, "malformed tag")
	}
	switch {
	case end-p > ps.lim.MaxNameBytes:
		return refuse(ReasonLimit, ps.p, "name too long")
	case len(ps.open) >= ps.lim.MaxDepth:
		return refuse(ReasonLimit, ps.p, "elements nested too deeply")
	case len(ps.open) == 0 && ps.root >= 0:
		return refuse(ReasonSyntax, ps.p, "a second document element")
	}
	self := int32(len(ps.nodes))
	scope := len(ps.scope)
	nd := ps.newNode(kindStart, flagVerbatim)
	nd.name, nd.prefix = uint16(end-p), uint16(prefix)
	nd.attr = uint32(len(ps.attrs))
	qname := src[p:end]
	for p = end; ; {
		at := p
		p = skipSpace(src, p)
		if p == len(src) {
			return refuse(ReasonSyntax, ps.p, "unfinished tag")
		}
		if src[p] == '>' {
			if p > at {
				nd.flags &^= flagVerbatim
			}
			p++
			break
		}
		if src[p] == '/' && p+1 < len(src) && src[p+1] == '>' {
			nd.flags = nd.flags&^flagVerbatim | flagEmpty
			p += 2
			break
		}
		if p == at {
			return refuse(ReasonSyntax, p, "missing white space before an attribute")
		}
		if p != at+1 || src[at] != ' ' {
			nd.flags &^= flagVerbatim
		}
		var err *Error
		if p, err = ps.attribute(p, self, nd); err != nil {
			return err
		}
	}
	nd.end = uint32(p)
	nattr := len(ps.attrs) - int(nd.attr)
	if nattr+len(ps.scope)-scope > ps.lim.MaxAttributes {
		return refuse(ReasonLimit, ps.p, "too many attributes")
	}
	nd.nattr = uint16(nattr)
	if err := ps.resolveNames(nd, qname, scope); err != nil {
		return err
	}
	if nd.ns >= 0 && ps.decls[nd.ns].dsig && string(localName(qname, prefix)) == string(dsigName) {
		ps.sigs = append(ps.sigs, self)
	}
	if ps.root < 0 {
		ps.root = self
	}
	if nd.flags&flagEmpty != 0 {
		nd.match = self + 1
		ps.scope = ps.scope[:scope]
	} else {
		ps.open = append(ps.open, open{node: self, scope: scope})
	}
	ps.p = p
	return nil
}

// localName returns the part of qname after its prefix of the given length.
func localName(qname []byte, prefix int) []byte {
	if prefix > 0 {
		return qname[prefix+1:]
	}
	return qname
}

// attribute reads one attribute or namespace declaration at p and returns the offset after it.
func (ps *parser) attribute(p int, self int32, nd *node) (int, *Error) {
	src, nameAt := ps.src, p
	end, prefix, ok := scanName(src, p)
	if !ok {
		return 0, badName(src, p, end, "malformed attribute")
	}
	if end-p > ps.lim.MaxNameBytes {
		return 0, refuse(ReasonLimit, p, "name too long")
	}
	p = end
	if p < len(src) && src[p] != '=' {
		p = skipSpace(src, p)
		nd.flags &^= flagVerbatim
	}
	if p == len(src) || src[p] != '=' {
		return 0, refuse(ReasonSyntax, nameAt, "attribute without a value")
	}
	p++
	if p < len(src) && isSpace(src[p]) {
		p = skipSpace(src, p)
		nd.flags &^= flagVerbatim
	}
	if p == len(src) || src[p] != '"' && src[p] != '\'' {
		return 0, refuse(ReasonSyntax, nameAt, "attribute value without quotes")
	}
	if src[p] != '"' {
		nd.flags &^= flagVerbatim
	}
	valueAt := p + 1
	valueEnd, clean, err := scanValue(src, p)
	if err != nil {
		return 0, err
	}
	name := src[nameAt:end]
	if prefix == 0 && string(name) == "xmlns" || prefix == len(namespace) && string(name[:prefix]) == "xmlns" {
		return valueEnd + 1, ps.declare(name, prefix, src[valueAt:valueEnd], clean, nameAt, valueAt, self, nd)
	}
	if !clean {
		nd.flags &^= flagVerbatim
	}
	if prefix > 0 {
		nd.flags |= flagPrefixed
	}
	n := len(ps.attrs)
	ps.attrs = slices.Grow(ps.attrs, 1)[:n+1]
	a := &ps.attrs[n]
	a.nameAt, a.valueAt, a.valueEnd = uint32(nameAt), uint32(valueAt), uint32(valueEnd)
	a.name, a.prefix, a.ns, a.clean = uint16(end-nameAt), uint16(prefix), noNamespace, clean
	return valueEnd + 1, nil
}

// scanValue checks the attribute value that begins with the quote at src[p] and returns the
// offset of the closing quote. clean means that the value is its own canonical form.
func scanValue(src []byte, p int) (end int, clean bool, err *Error) {
	q := src[p]
	clean = true
	for p++; p < len(src); {
		c := src[p]
		if class[c]&valueStop == 0 {
			p++
			continue
		}
		switch {
		case c == q:
			return p, clean, nil
		case c == '"' || c == '\'':
			clean = clean && c == '\''
			p++
		case c == '<':
			return 0, false, refuse(ReasonSyntax, p, "< in an attribute value")
		case c == '&':
			_, end, err := scanReference(src, p)
			if err != nil {
				return 0, false, err
			}
			clean, p = false, end
		case isSpace(c):
			clean = false
			p++
		case c == 0xEF && !noncharacter(src[p:]):
			p += 3
		default:
			return 0, false, refuse(ReasonSyntax, p, "not a character of XML")
		}
	}
	return 0, false, refuse(ReasonSyntax, p, "unfinished attribute value")
}

// declare adds a namespace declaration to the scope.
func (ps *parser) declare(name []byte, prefixLen int, value []byte, clean bool, at, valueAt int, self int32, nd *node) *Error {
	uri, prefix := value, []byte(nil)
	if !clean {
		uri = appendValue(nil, value)
	}
	if prefixLen > 0 {
		prefix = localName(name, prefixLen)
	}
	for _, i := range ps.scope {
		if d := &ps.decls[i]; d.owner == self && string(ps.prefixOf(d)) == string(prefix) {
			return refuse(ReasonDuplicateAttribute, at, "namespace prefix declared twice")
		}
	}
	switch {
	case len(ps.scope) >= ps.lim.MaxNamespaces:
		return refuse(ReasonLimit, at, "too many namespaces in scope")
	case string(prefix) == "xmlns", string(uri) == nsXMLNS:
		return refuse(ReasonNamespace, at, "xmlns is reserved")
	case (string(prefix) == "xml") != (string(uri) == nsXML):
		return refuse(ReasonNamespace, at, "xml is reserved")
	case len(uri) == 0 && len(prefix) > 0:
		return refuse(ReasonNamespace, at, "empty namespace name")
	case len(uri) > 0 && !hasScheme(uri):
		// C14N 1.0, section 1.3: relative namespace names must be refused.
		return refuse(ReasonNamespace, at, "relative namespace name")
	}
	nd.flags |= flagDecl
	last := len(ps.decls) - 1
	if !clean || len(ps.attrs) > int(nd.attr) || last >= 0 && ps.decls[last].owner == self && bytes.Compare(ps.prefixOf(&ps.decls[last]), prefix) > 0 {
		nd.flags &^= flagVerbatim // canonical order is declarations by prefix, then attributes
	}
	ps.scope = append(ps.scope, int32(len(ps.decls)))
	ps.decls = slices.Grow(ps.decls, 1)[:last+2]
	d := &ps.decls[last+1]
	d.prefixAt, d.prefix = uint32(at+len(name)-len(prefix)), uint16(len(prefix))
	d.uriAt, d.uriEnd = uint32(valueAt), uint32(valueAt+len(value))
	d.owner, d.spare, d.dsig = self, !clean, string(uri) == nsDSig
	if !clean {
		d.uriAt = uint32(len(ps.spare))
		ps.spare = append(ps.spare, uri...)
		d.uriEnd = uint32(len(ps.spare))
	}
	return nil
}

// hasScheme reports whether uri begins with a scheme (RFC 3986, section 3.1), which makes it absolute.
func hasScheme(uri []byte) bool {
	for i, c := range uri {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return c == ':' && i > 0
		}
	}
	return false
}

// resolve returns the namespace that prefix is bound to; ok is false when it is bound to none.
func (ps *parser) resolve(prefix []byte) (ns int32, ok bool) {
	if string(prefix) == "xml" { // even where a document declares it
		return xmlNamespace, true
	}
	for i := len(ps.scope) - 1; i >= 0; i-- {
		if d := &ps.decls[ps.scope[i]]; int(d.prefix) == len(prefix) && string(ps.prefixOf(d)) == string(prefix) {
			if d.uriAt == d.uriEnd {
				return noNamespace, true
			}
			return ps.scope[i], true
		}
	}
	return noNamespace, len(prefix) == 0
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

// resolveNames finds the namespaces of the element and its attributes and refuses attributes that
// occur twice.
func (ps *parser) resolveNames(nd *node, qname []byte, scope int) *Error {
	prefix := qname[:nd.prefix]
	nd.ns = noNamespace
	if len(ps.scope) > 0 || len(prefix) > 0 {
		var ok bool
		if nd.ns, ok = ps.resolve(prefix); !ok {
			return refuse(ReasonNamespace, int(nd.start), "prefix "+quote(prefix)+" is not bound")
		}
	}
	attrs := ps.attrs[nd.attr:]
	if nd.flags&flagPrefixed != 0 {
		for i := range attrs {
			a := &attrs[i]
			if a.prefix == 0 {
				continue
			}
			p := ps.src[a.nameAt : a.nameAt+uint32(a.prefix)]
			var ok bool
			if a.ns, ok = ps.resolve(p); !ok {
				return refuse(ReasonNamespace, int(a.nameAt), "prefix "+quote(p)+" is not bound")
			}
		}
	}
	if len(attrs) < 2 {
		return nil
	}
	return ps.orderAttributes(nd, attrs)
}

// orderAttributes refuses duplicates and takes flagVerbatim away from a tag whose attributes are
// not in canonical order. A tag with several attributes of which one has a prefix always loses it.
func (ps *parser) orderAttributes(nd *node, attrs []attr) *Error {
	ascending := nd.flags&flagPrefixed == 0
	for i := 1; ascending && i < len(attrs); i++ {
		ascending = bytes.Compare(ps.attrLocal(&attrs[i-1]), ps.attrLocal(&attrs[i])) < 0
	}
	if ascending {
		return nil
	}
	nd.flags &^= flagVerbatim
	order := ps.scratch[:0]
	for i := range attrs {
		order = append(order, int32(i))
	}
	ps.scratch = order
	slices.SortFunc(order, func(a, b int32) int { return ps.compareAttrs(&attrs[a], &attrs[b]) })
	for i := 1; i < len(order); i++ {
		if a := &attrs[order[i]]; ps.compareAttrs(&attrs[order[i-1]], a) == 0 {
			return refuse(ReasonDuplicateAttribute, int(a.nameAt), "attribute twice on one element")
		}
	}
	return nil
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

// appendValue appends the normalized attribute value whose source is b (XML 1.0, section 3.3.3):
// literal white space becomes U+0020, with CR LF as one, references become their characters.
func appendValue(dst, b []byte) []byte {
	for p := 0; p < len(b); {
		switch c := b[p]; {
		case c == '&':
			r, end, _ := scanReference(b, p)
			dst, p = utf8.AppendRune(dst, r), end
			continue
		case c == '\r' && p+1 < len(b) && b[p+1] == '\n':
			p++
			fallthrough
		case isSpace(c):
			dst = append(dst, ' ')
		default:
			dst = append(dst, c)
		}
		p++
	}
	return dst
}

// appendText appends the character data whose source is b: line ends become LF (XML 1.0, section
// 2.11) and, outside CDATA sections, references become their characters.
func appendText(dst, b []byte, cdata bool) []byte {
	from := 0
	for p := 0; p < len(b); {
		switch {
		case b[p] == '&' && !cdata:
			r, end, _ := scanReference(b, p)
			dst = utf8.AppendRune(append(dst, b[from:p]...), r)
			p, from = end, end
		case b[p] == '\r':
			dst = append(append(dst, b[from:p]...), '\n')
			if p++; p < len(b) && b[p] == '\n' {
				p++
			}
			from = p
		default:
			p++
		}
	}
	return append(dst, b[from:]...)
}
