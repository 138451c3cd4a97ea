package xmldsig

import (
	"bytes"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// attributes returns the attributes of the start tag at node i.
func (d *Document) attributes(i int32) []attr {
	nd := &d.nodes[i]
	return d.attrs[nd.attr : nd.attr+uint32(nd.nattr)]
}

// within reports whether node i lies in the element at node top, itself included.
func (d *Document) within(i, top int32) bool { return i >= top && i < d.nodes[top].match }

// children yields the child elements of the element at node i.
func (d *Document) children(i int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if d.nodes[i].flags&flagEmpty != 0 {
			return
		}
		for j := i + 1; d.nodes[j].kind != kindEnd; {
			if d.nodes[j].kind != kindStart {
				j++
				continue
			}
			if !yield(j) {
				return
			}
			j = d.nodes[j].match
		}
	}
}

// ancestors returns the ancestors of the element at node i, the document element first.
func (d *Document) ancestors(i int32) []int32 {
	var path []int32
	for at := d.nodes[i].up; at >= 0; at = d.nodes[at].up {
		path = append(path, at)
	}
	slices.Reverse(path)
	return path
}

// parent returns the parent of the element at node i, or -1 for the document element.
func (d *Document) parent(i int32) int32 { return d.nodes[i].up }

// is reports whether the element at node i has this expanded name.
func (d *Document) is(i int32, space, local string) bool {
	return string(d.local(i)) == local && string(d.uri(d.nodes[i].ns)) == space
}

func (d *Document) qname(i int32) []byte {
	nd := &d.nodes[i]
	return d.src[nd.start+1 : nd.start+1+uint32(nd.name)]
}

func (d *Document) local(i int32) []byte { return localName(d.qname(i), int(d.nodes[i].prefix)) }

// attribute returns the normalized value of an attribute by expanded name.
func (d *Document) attribute(i int32, space, local string) (string, bool) {
	attrs := d.attributes(i)
	for j := range attrs {
		a := &attrs[j]
		if string(d.attrLocal(a)) == local && string(d.uri(a.ns)) == space {
			return d.value(a), true
		}
	}
	return "", false
}

func (d *Document) value(a *attr) string {
	raw := d.src[a.valueAt:a.valueEnd]
	if a.clean {
		return string(raw)
	}
	return string(appendValue(nil, raw))
}

// text returns the character data of the element at node i, on both sides of comments and
// instructions. ok is false if the element has a child element other than those in skip.
func (d *Document) text(i int32, skip []int32) (text []byte, ok bool) {
	nd := &d.nodes[i]
	if nd.flags&flagEmpty != 0 {
		return nil, true
	}
	stop := nd.match - 1
	for j := i; j < stop; j++ {
		nd := &d.nodes[j]
		switch {
		case nd.kind == kindCDATA:
			text = appendText(text, d.src[nd.start+9:nd.end-3], true)
		case nd.kind == kindStart && j != i:
			if len(skip) == 0 || skip[0] != j {
				return nil, false
			}
			skip = skip[1:]
			j = nd.match - 1
		}
		text = appendText(text, d.src[d.nodes[j].end:d.nodes[j+1].start], false)
	}
	return text, true
}

// An Element is an element of the document that a signature refers to, or one inside it. The
// ds:Signature that an enveloped-signature transform takes out is not part of it.
type Element struct {
	d    *Document
	i    int32
	skip []int32 // signatures that were left out of the digest
}

// Name returns the expanded name; space is empty for an element in no namespace.
func (e *Element) Name() (space, local string) {
	return string(e.d.uri(e.d.nodes[e.i].ns)), string(e.d.local(e.i))
}

// Path tells where the element is: its qualified name and those of its ancestors, each with its
// position among siblings of that name, as in "/soap:Envelope[1]/soap:Body[1]".
func (e *Element) Path() string { return e.d.path(e.i) }

func (d *Document) path(i int32) string {
	var b strings.Builder
	up := int32(-1)
	for _, at := range append(d.ancestors(i), i) {
		n := 1
		if up >= 0 {
			for c := range d.children(up) {
				if c == at {
					break
				}
				if bytes.Equal(d.qname(c), d.qname(at)) {
					n++
				}
			}
		}
		b.WriteByte('/')
		b.Write(d.qname(at))
		b.WriteString("[" + strconv.Itoa(n) + "]")
		up = at
	}
	return b.String()
}

// ID returns the value of the element's Id attribute in the spellings Id, ID, id, wsu:Id and
// xml:id, or "" if it has none.
func (e *Element) ID() string {
	attrs := e.d.attributes(e.i)
	for j := range attrs {
		if e.d.isID(&attrs[j]) {
			return e.d.value(&attrs[j])
		}
	}
	return ""
}

// Range returns the offsets in the document of the first byte of the start tag and of the byte
// after the end tag.
func (e *Element) Range() (start, end int) {
	nd := &e.d.nodes[e.i]
	return int(nd.start), int(e.d.end(e.i))
}

// end returns the offset after the element at node i.
func (d *Document) end(i int32) uint32 { return d.nodes[d.nodes[i].match-1].end }

// IsDocumentElement reports whether the element is the outermost one.
func (e *Element) IsDocumentElement() bool { return e.i == e.d.root }

// Attr returns the value of an attribute by expanded name; space is empty for an attribute
// without a prefix.
func (e *Element) Attr(space, local string) (value string, ok bool) {
	return e.d.attribute(e.i, space, local)
}

// Children yields the child elements in document order.
func (e *Element) Children() iter.Seq[*Element] {
	return func(yield func(*Element) bool) {
		for c := range e.d.children(e.i) {
			if !e.skipped(c) && !yield(&Element{e.d, c, e.skip}) {
				return
			}
		}
	}
}

func (e *Element) skipped(i int32) bool {
	for _, s := range e.skip {
		if s == i {
			return true
		}
	}
	return false
}

// Text returns the text of the element reached by path, one local name or "{namespace}local" for
// each step down; without a path, the text of e itself. It joins character data, CDATA sections
// and references and ignores comments and processing instructions. ok is false if a step finds no
// element or more than one, or if the last element has child elements.
func (e *Element) Text(path ...string) (text string, ok bool) {
	at := e
	for _, step := range path {
		var found *Element
		for c := range at.Children() {
			if !c.named(step) {
				continue
			}
			if found != nil {
				return "", false
			}
			found = c
		}
		if found == nil {
			return "", false
		}
		at = found
	}
	var skip []int32
	for _, s := range e.skip {
		if e.d.within(s, at.i) {
			skip = append(skip, s)
		}
	}
	b, ok := e.d.text(at.i, skip)
	return string(b), ok
}

func (e *Element) named(step string) bool {
	if space, local, ok := strings.Cut(strings.TrimPrefix(step, "{"), "}"); ok {
		return e.d.is(e.i, space, local)
	}
	return string(e.d.local(e.i)) == step
}

// isID reports whether a is an attribute that a reference may name an element by.
func (d *Document) isID(a *attr) bool {
	local := d.attrLocal(a)
	switch {
	case a.ns == noNamespace:
		return string(local) == "Id" || string(local) == "ID" || string(local) == "id"
	case a.ns == xmlNamespace:
		return string(local) == "id"
	}
	return string(local) == "Id" && string(d.uri(a.ns)) == nsWSU
}

// target is what an id names: the first element that carries it in anything that looks like an id,
// whatever its namespace and case; good tells that a reference may name an element by that attribute,
// several that another element carries the id as well.
type target struct {
	node          int32
	good, several bool
}

// looksLikeID reports whether a is an attribute that somebody may take for an id.
func (d *Document) looksLikeID(a *attr) bool {
	local := d.attrLocal(a)
	return len(local) == 2 && strings.EqualFold(string(local), "id")
}

// indexIDs goes through the document once, whatever the number of references.
func (d *Document) indexIDs() {
	if d.ids != nil {
		return
	}
	d.ids = make(map[string]target)
	var owners []int32
	for i := range d.nodes {
		list := d.attributes(int32(i))
		for j := range list {
			a := &list[j]
			if !d.looksLikeID(a) {
				continue
			}
			id := strings.TrimSpace(d.value(a))
			t, ok := d.ids[id]
			if !ok {
				t.node = int32(i)
			}
			t.several = t.several || t.node != int32(i)
			t.good = t.good || t.node == int32(i) && d.isID(a)
			d.ids[id] = t
			owners = append(owners, int32(i))
		}
	}
	for _, i := range owners {
		list := d.attributes(i)
		if slices.ContainsFunc(list, func(a attr) bool { return d.looksLikeID(&a) && d.ids[strings.TrimSpace(d.value(&a))].several }) {
			d.dup = append(d.dup, i)
		}
	}
}

// target returns what an id names; the zero target is good for nothing.
func (d *Document) target(id string) target {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.indexIDs()
	return d.ids[id]
}

// shared returns the elements that share an id with another one, in document order.
func (d *Document) shared() []int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.indexIDs()
	return d.dup
}

// byID returns the element with the given id. Another element that carries it makes it ambiguous.
func (d *Document) byID(id string) (int32, *Error) {
	switch t := d.target(id); {
	case t.several:
		return 0, refuse(ReasonDuplicateID, int(d.nodes[t.node].start), quote([]byte(id)))
	case !t.good:
		return 0, refuse(ReasonMissingID, -1, quote([]byte(id)))
	default:
		return t.node, nil
	}
}
