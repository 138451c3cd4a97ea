package xmldsig

import (
	"bytes"
)

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

// Parse reads exactly one XML 1.0 document in UTF-8, UTF-16 or an eight-bit encoding that it declares,
// with or without a byte order mark. Anything that is not well-formed and namespace-well-formed is
// refused, a DOCTYPE as soon as it is met. Offsets in errors and of Element.Range are those of the
// document in UTF-8. doc is retained and must not change afterwards. The error is an *Error.
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
		return refuse(ReasonLimit, -1, "size: document too large")
	}
	var err *Error
	if ps.src, ps.p, err = decode(ps.src); err != nil {
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
				return refuse(ReasonLimit, p, "nodes: too many nodes")
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

// xmlDecl checks the pseudo-attributes of the XML declaration (production 23) and returns the encoding,
// "" if none is declared.
func xmlDecl(b []byte, at int) (encoding string, err *Error) {
	for i, name := range []string{"version", "encoding", "standalone"} {
		p := skipSpace(b, 0)
		if !bytes.HasPrefix(b[p:], []byte(name)) {
			if i == 0 {
				return "", refuse(ReasonDeclaration, at, "XML declaration without a version")
			}
			continue
		}
		if p == 0 {
			return "", refuse(ReasonDeclaration, at, "missing white space in the XML declaration")
		}
		p = skipSpace(b, p+len(name))
		if p == len(b) || b[p] != '=' {
			return "", refuse(ReasonDeclaration, at, "malformed XML declaration")
		}
		p = skipSpace(b, p+1)
		if p == len(b) || b[p] != '"' && b[p] != '\'' {
			return "", refuse(ReasonDeclaration, at, "malformed XML declaration")
		}
		n := bytes.IndexByte(b[p+1:], b[p])
		if n < 0 {
			return "", refuse(ReasonDeclaration, at, "malformed XML declaration")
		}
		value := b[p+1 : p+1+n]
		b = b[p+n+2:]
		switch {
		case name == "version" && string(value) != "1.0":
			return "", refuse(ReasonVersion, at, "not XML 1.0")
		case name == "encoding" && len(value) == 0:
			return "", refuse(ReasonDeclaration, at, "empty encoding")
		case name == "encoding":
			encoding = string(value)
		case name == "standalone" && string(value) != "yes" && string(value) != "no":
			return "", refuse(ReasonDeclaration, at, "standalone is neither yes nor no")
		}
	}
	if skipSpace(b, 0) != len(b) {
		return "", refuse(ReasonDeclaration, at, "malformed XML declaration")
	}
	return encoding, nil
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
		return refuse(ReasonLimit, ps.p, "name-bytes: name too long")
	}
	if err := check(body[end:end+n], ps.p+2+end); err != nil {
		return err
	}
	ps.push(kindPI, ps.p+2+end+n+2).name = uint16(end)
	return nil
}
