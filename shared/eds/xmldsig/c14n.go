package xmldsig

import (
	"bytes"
	"io"
	"slices"
)

// Canonicalization names one of the four canonical forms this package writes.
type Canonicalization uint8

// The forms, named after their URIs in W3C REC-xml-c14n-20010315 and REC-xml-exc-c14n-20020718.
const (
	Inclusive Canonicalization = iota
	InclusiveWithComments
	Exclusive
	ExclusiveWithComments
)

func (c Canonicalization) exclusive() bool { return c >= Exclusive }

func (c Canonicalization) comments() bool { return c&1 == 1 }

// Canonicalize writes the canonical form of the whole document to w and returns the number of
// bytes written. list is the InclusiveNamespaces PrefixList of the exclusive forms, "#default"
// standing for the default namespace; the inclusive forms ignore it. Errors are those of w, and an
// *Error with ReasonLimit.
func (d *Document) Canonicalize(w io.Writer, form Canonicalization, list ...string) (int64, error) {
	c := canon{d: d, w: w, form: form, prefixes: prefixList(list)}
	return c.document()
}

// prefixes is a PrefixList, the empty prefix standing for "#default".
type prefixes map[string]bool

func prefixList(list []string) prefixes {
	if len(list) == 0 {
		return nil
	}
	out := make(prefixes, len(list))
	for _, p := range list {
		if p == "#default" {
			p = ""
		}
		out[p] = true
	}
	return out
}

// canon writes one canonical form. Stretches of source that are canonical already are not looked
// at byte by byte: they are collected in a run and written at once.
type canon struct {
	d        *Document
	w        io.Writer
	form     Canonicalization
	prefixes prefixes // inclusive prefixes of the exclusive forms
	skip     []int32  // elements left out, in document order

	buf      []byte
	run, end uint32 // pending source
	n        int64
	err      error

	scope []int32    // declarations in scope
	next  int        // first declaration in d.decls not yet looked at
	done  []rendered // what has been written, innermost last
	known uint64     // exclusive: bit ns+1 is set while the namespace is known to be in force
	want  []rendered // scratch: declarations to write on one element
	order []int32    // scratch
	value []byte     // scratch
}

// document writes the canonical form of the document: the root element and the instructions (and
// comments, where the form has them) around it, one a line.
func (c *canon) document() (int64, error) {
	c.buf = make([]byte, 0, canonBuffer)
	d := c.d
	for i := int32(0); i < d.root; i++ {
		if c.misc(i) {
			c.byte('\n')
		}
	}
	c.subtree(d.root)
	for i := d.nodes[d.root].match; int(i) < len(d.nodes); i++ {
		if k := d.nodes[i].kind; k == kindPI || k == kindComment && c.form.comments() {
			c.flushRun()
			c.byte('\n')
			c.misc(i)
		}
	}
	c.flush()
	return c.n, c.err
}

// element writes the canonical form of the document subset that is the element at node top.
func (c *canon) element(top int32) (int64, error) {
	c.buf = make([]byte, 0, canonBuffer)
	c.subtree(top)
	c.flush()
	return c.n, c.err
}

func (c *canon) subtree(top int32) {
	d := c.d
	c.next = 0
	if top != d.root {
		c.inherit(top)
	} else {
		c.apex(top, nil)
	}
	nodes, stop := d.nodes, d.nodes[top].match
	if d.nodes[top].flags&flagEmpty != 0 {
		return
	}
	skip := c.skip
	c.gap(top)
	exclusive := c.form.exclusive()
	for i := top + 1; i < stop-1 && c.err == nil; i++ {
		nd := &nodes[i]
		if len(skip) > 0 && i == skip[0] {
			skip = skip[1:]
			c.passDecls(nd.match)
			i = nd.match - 1
			c.gap(i)
			continue
		}
		switch nd.kind {
		case kindStart:
			if nd.flags&(flagVerbatim|flagDecl) == flagVerbatim && (!exclusive || nd.flags&flagPrefixed == 0 && c.isKnown(nd.ns)) {
				c.source(nd.start, nd.end)
			} else {
				c.start(i)
			}
		case kindEnd:
			c.endTag(i)
		case kindComment, kindPI:
			c.misc(i)
		case kindCDATA:
			c.flushRun()
			c.text(d.src[nd.start+9:nd.end-3], true)
		}
		c.gap(i)
	}
	c.endTag(stop - 1)
}

// gap writes the text between node i and the next one.
func (c *canon) gap(i int32) {
	nd := &c.d.nodes[i]
	from, to := nd.end, c.d.nodes[i+1].start
	if nd.flags&flagText == 0 {
		c.source(from, to)
		return
	}
	c.flushRun()
	c.text(c.d.src[from:to], false)
}

// misc writes a comment or instruction, if the form has it.
func (c *canon) misc(i int32) bool {
	nd := &c.d.nodes[i]
	src := c.d.src
	switch {
	case nd.kind == kindComment && c.form.comments():
		c.flushRun()
		c.string("<!--")
		c.value = appendText(c.value[:0], src[nd.start+4:nd.end-3], true)
		c.write(c.value)
		c.string("-->")
	case nd.kind == kindPI:
		c.flushRun()
		c.string("<?")
		name := nd.start + 2 + uint32(nd.name)
		c.write(src[nd.start+2 : name])
		data := src[name : nd.end-2]
		if data = data[skipSpace(data, 0):]; len(data) > 0 {
			c.byte(' ')
			c.value = appendText(c.value[:0], data, true)
			c.write(c.value)
		}
		c.string("?>")
	default:
		return false
	}
	return true
}

// inherit writes the start tag of an element that is not the document element: the inclusive
// forms give it the namespaces and the xml: attributes of its ancestors (C14N 1.0, sections 2.3
// and 2.4), the exclusive ones only make the namespaces known.
func (c *canon) inherit(top int32) {
	d := c.d
	var fromAncestors []*attr
	for _, a := range d.ancestors(top) {
		c.passDecls(a)
		c.enter(a)
		if c.form.exclusive() || d.nodes[a].flags&flagPrefixed == 0 {
			continue
		}
		attrs := d.attributes(a)
		for j := range attrs {
			if attrs[j].ns == xmlNamespace {
				fromAncestors = d.override(fromAncestors, &attrs[j])
			}
		}
	}
	c.passDecls(top)
	c.apex(top, fromAncestors)
}

// override adds a to list in place of an attribute of the same local name.
func (d *Document) override(list []*attr, a *attr) []*attr {
	for i, b := range list {
		if bytes.Equal(d.attrLocal(a), d.attrLocal(b)) {
			list[i] = a
			return list
		}
	}
	return append(list, a)
}

// apex writes the start tag of the topmost element of the output.
func (c *canon) apex(top int32, inherited []*attr) {
	c.enter(top)
	c.want = c.want[:0]
	if c.form.exclusive() {
		c.utilized(top)
	}
	for _, i := range c.scope {
		c.inclusive(&c.d.decls[i], top)
	}
	var own []*attr
	attrs := c.d.attributes(top)
	for i := range attrs {
		own = append(own, &attrs[i])
	}
	for _, a := range inherited {
		if !slices.ContainsFunc(own, func(b *attr) bool {
			return b.ns == xmlNamespace && bytes.Equal(c.d.attrLocal(a), c.d.attrLocal(b))
		}) {
			own = append(own, a)
		}
	}
	slices.SortFunc(own, c.d.compareAttrs)
	c.openTag(top)
	for _, a := range own {
		c.attribute(a)
	}
	c.closeTag(top)
}

// start writes the start tag of an element below the apex.
func (c *canon) start(i int32) {
	nd := &c.d.nodes[i]
	c.want = c.want[:0]
	var own []decl
	if nd.flags&flagDecl != 0 {
		from := c.next
		c.enter(i)
		own = c.d.decls[from:c.next]
	}
	if c.form.exclusive() {
		c.utilized(i)
	}
	for j := range own {
		c.inclusive(&own[j], i)
	}
	if nd.flags&flagVerbatim != 0 && c.wantsOwn(own) {
		c.source(nd.start, nd.end)
		return
	}
	c.openTag(i)
	attrs := c.d.attributes(i)
	if len(attrs) < 2 {
		for j := range attrs {
			c.attribute(&attrs[j])
		}
	} else {
		c.order = c.order[:0]
		for j := range attrs {
			c.order = append(c.order, int32(j))
		}
		slices.SortFunc(c.order, func(a, b int32) int { return c.d.compareAttrs(&attrs[a], &attrs[b]) })
		for _, j := range c.order {
			c.attribute(&attrs[j])
		}
	}
	c.closeTag(i)
	if nd.flags&flagEmpty != 0 {
		c.leave(i)
	}
}

// endTag writes the end tag at node i.
func (c *canon) endTag(i int32) {
	nd := &c.d.nodes[i]
	if nd.flags&flagVerbatim != 0 {
		c.source(nd.start, nd.end)
	} else {
		c.flushRun()
		c.string("</")
		c.name(nd.match)
		c.byte('>')
	}
	c.leave(nd.match)
}
