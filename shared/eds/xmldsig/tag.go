package xmldsig

import (
	"bytes"
	"slices"
)

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
		return refuse(ReasonLimit, ps.p, "name-bytes: name too long")
	case len(ps.open) >= ps.lim.MaxDepth:
		return refuse(ReasonLimit, ps.p, "depth: elements nested too deeply")
	case len(ps.open) == 0 && ps.root >= 0:
		return refuse(ReasonSyntax, ps.p, "a second document element")
	}
	self := int32(len(ps.nodes))
	scope := len(ps.scope)
	nd := ps.newNode(kindStart, flagVerbatim)
	nd.name, nd.prefix = uint16(end-p), uint16(prefix)
	nd.attr, nd.up = uint32(len(ps.attrs)), -1
	if n := len(ps.open); n > 0 {
		nd.up = ps.open[n-1].node
	}
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
		return refuse(ReasonLimit, ps.p, "attributes: too many attributes")
	}
	nd.nattr = uint16(nattr)
	if err := ps.resolveNames(nd, qname); err != nil {
		return err
	}
	if nd.ns >= 0 && ps.decls[nd.ns].dsig && string(localName(qname, prefix)) == string(dsigName) {
		ps.sigs = append(ps.sigs, self)
		nd.flags |= flagSig
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

// attribute reads one attribute or namespace declaration at p and returns the offset after it.
func (ps *parser) attribute(p int, self int32, nd *node) (int, *Error) {
	src, nameAt := ps.src, p
	end, prefix, ok := scanName(src, p)
	if !ok {
		return 0, badName(src, p, end, "malformed attribute")
	}
	if end-p > ps.lim.MaxNameBytes {
		return 0, refuse(ReasonLimit, p, "name-bytes: name too long")
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
		return refuse(ReasonLimit, at, "namespaces: too many namespaces in scope")
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

// resolveNames finds the namespaces of the element and its attributes and refuses attributes that
// occur twice.
func (ps *parser) resolveNames(nd *node, qname []byte) *Error {
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
