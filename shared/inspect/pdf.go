package inspect

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/courtoffice/courtoffice/shared/verdict"
)

// pdfFile is a PDF by its cross-reference: where each object is.
type pdfFile struct {
	*inspection
	shift   int64 // of the header: what stands before it moves every offset
	offsets map[ref]int64
	packed  map[ref]ref // object to the object stream that holds it
	trailer dict

	window   []byte // the last part of the file that was read
	windowAt int64

	trees   map[ref][]ref // nodes with kids, and arrays; kept from the walk over all objects
	leaves  map[ref]bool  // other dictionaries
	root    ref           // the catalogue, -1 if not known
	tree    ref           // the root of the page tree, -1 if not known
	rebuilt bool          // the cross-reference was broken: objects were found by looking for them
}

// pdf inspects a PDF. Every object the cross-reference knows is looked at once, in the order of
// the file; only then the page tree is walked, in memory.
func (in *inspection) pdf() {
	p := &pdfFile{inspection: in, trees: map[ref][]ref{}, leaves: map[ref]bool{}, tree: -1}
	head, err := in.bytes(0, 1100)
	if err != nil {
		return
	}
	p.shift = int64(max(0, bytes.Index(head, []byte("%PDF-"))))
	if err := p.crossReference(); err != nil {
		in.fault(err)
		in.fault(p.rebuild())
	}
	if !has(p.trailer, "Encrypt") {
		err = p.objects()
	}
	if has(p.trailer, "Encrypt") {
		in.find(verdict.Encrypted)
		return // nothing else in it can be read
	}
	in.fault(err)
	pages, err := p.pages()
	in.fault(err)
	in.verdict.Pages = pages
	if pages == 0 && !in.verdict.Has(verdict.Damaged) && !in.verdict.Has(verdict.TooComplex) {
		in.find(verdict.Empty)
	}
}

// part returns the bytes from off to off+n, or to the end of the file.
func (p *pdfFile) part(off, n int64) ([]byte, error) {
	if off < 0 || off >= p.size {
		return nil, errBroken
	}
	n = min(n, p.size-off)
	if off < p.windowAt || off+n > p.windowAt+int64(len(p.window)) {
		b, err := p.bytes(off, max(n, 256<<10))
		if err != nil {
			return nil, err
		}
		p.window, p.windowAt = b, off
	}
	from := off - p.windowAt
	return p.window[from:min(from+n, int64(len(p.window)))], nil
}

// object reads the object at off: its number, its value, and where its stream begins, 0 if it has
// none.
func (p *pdfFile) object(off int64) (ref, any, int64, error) {
	for n := int64(16 << 10); ; n *= 8 {
		b, err := p.part(off, n)
		if err != nil {
			return 0, nil, 0, err
		}
		l := &lexer{b: b}
		number, v, stream, err := l.object()
		if errors.Is(err, errBroken) && int64(len(b)) == n && n < 8<<20 {
			continue // it may go on behind what was read
		}
		if stream > 0 {
			stream += off
		}
		return number, v, stream, err
	}
}

// object reads "12 0 obj", a value and "stream".
func (l *lexer) object() (number ref, v any, stream int64, err error) {
	var head [2]any
	for i := range head {
		if head[i], err = l.value(0); err != nil {
			return 0, nil, 0, err
		}
	}
	n, ok := head[0].(int)
	l.skip()
	if !ok || l.word() != "obj" {
		return 0, nil, 0, errBroken
	}
	if v, err = l.value(0); err != nil {
		return ref(n), v, 0, err
	}
	l.skip()
	if l.take("stream") {
		if !l.take("\r\n") {
			l.take("\n")
		}
		stream = int64(l.at)
	}
	return ref(n), v, stream, nil
}

// objects looks at every object.
func (p *pdfFile) objects() error {
	order := slices.SortedFunc(maps.Keys(p.offsets), func(a, b ref) int { return cmp.Compare(p.offsets[a], p.offsets[b]) })
	streams := map[ref]bool{}
	for _, s := range p.packed {
		streams[s] = true
	}
	for _, number := range order {
		found, v, stream, err := p.object(p.offsets[number])
		if errors.Is(err, errLimit) || p.err != nil {
			return err
		}
		if err != nil || found != number {
			continue // an entry that nothing refers to is often wrong; the page tree tells
		}
		d, _ := v.(dict)
		if stream > 0 && (streams[number] || p.rebuilt && d["Type"] == name("ObjStm")) {
			if err := p.objectStream(number, d, stream); err != nil {
				return err
			}
			continue
		}
		p.look(number, v)
	}
	return nil
}

// objectStream looks at the objects inside one (7.5.7).
func (p *pdfFile) objectStream(number ref, d dict, at int64) error {
	b, err := p.stream(d, at)
	if err != nil {
		return err
	}
	n, _ := d["N"].(int)
	first, _ := d["First"].(int)
	if n < 0 || first < 0 || first > len(b) {
		return errBroken
	}
	head := &lexer{b: b[:first]}
	for range min(n, maxObjects) {
		id, err := head.value(0)
		if err != nil {
			return err
		}
		off, err := head.value(0)
		if err != nil {
			return err
		}
		id1, ok1 := id.(int)
		off1, ok2 := off.(int)
		if !ok1 || !ok2 || off1 < 0 || first+off1 > len(b) {
			return errBroken
		}
		if p.packed[ref(id1)] != number && !p.rebuilt {
			continue // replaced since
		}
		v, err := (&lexer{b: b[first+off1:]}).value(0)
		if err != nil {
			return err
		}
		p.look(ref(id1), v)
	}
	return nil
}

// look keeps what the page tree needs of an object and finds what acts in it.
func (p *pdfFile) look(number ref, v any) {
	p.act(v)
	switch v := v.(type) {
	case []any:
		p.trees[number] = refs(v)
	case dict:
		switch kids := v["Kids"].(type) {
		case []any:
			p.trees[number] = refs(kids)
		case ref:
			p.trees[number] = []ref{kids}
		default:
			if v["Type"] == name("Pages") {
				p.trees[number] = nil
			} else {
				p.leaves[number] = true
			}
		}
		if p.rebuilt && v["Type"] == name("XRef") && has(v, "Encrypt") {
			p.trailer["Encrypt"] = v["Encrypt"]
		}
		if number == p.root || p.root < 0 && v["Type"] == name("Catalog") {
			if tree, ok := v["Pages"].(ref); ok {
				p.tree = tree
			}
		}
	}
}

func refs(a []any) []ref {
	var out []ref
	for _, v := range a {
		if r, ok := v.(ref); ok {
			out = append(out, r)
		}
	}
	return out
}

// act finds what a value does by itself or carries along (12.6.4, 7.11.4, 12.7.8).
func (p *pdfFile) act(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			p.act(item)
		}
	case dict:
		switch v["S"] {
		case name("JavaScript"), name("Launch"), name("ImportData"), name("SubmitForm"), name("Rendition"), name("RichMediaExecute"):
			p.find(verdict.ActiveContent)
		}
		switch v["Subtype"] {
		case name("RichMedia"), name("Movie"), name("Sound"), name("Screen"), name("3D"):
			p.find(verdict.ActiveContent)
		case name("FileAttachment"):
			p.find(verdict.Attachments)
		}
		if has(v, "JS") || has(v, "XFA") {
			p.find(verdict.ActiveContent)
		}
		if has(v, "EF") {
			p.find(verdict.Attachments)
		}
		for _, item := range v {
			p.act(item)
		}
	}
}

func has(d dict, key name) bool { _, ok := d[key]; return ok }

// pages counts the leaves of the page tree; a node that refers to itself is counted once.
func (p *pdfFile) pages() (int, error) {
	if p.tree < 0 {
		return 0, errBroken
	}
	count, seen, missing := 0, map[ref]bool{}, false
	for queue := []ref{p.tree}; len(queue) > 0; {
		node := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if seen[node] {
			continue
		}
		seen[node] = true
		switch kids, tree := p.trees[node]; {
		case tree:
			queue = append(queue, kids...)
		case p.leaves[node] && node != p.tree:
			count++
		default:
			missing = true
		}
	}
	if missing {
		return count, errBroken
	}
	return count, nil
}
