package eds_test

import (
	"encoding/xml"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// A mutant is an XML document taken apart into tags, text and the rest, to be changed as somebody who
// forges would: not byte by byte, but keeping it well-formed.
type mutant struct {
	parts []part
	rand  *rand.Rand
	names []string // of elements in the document
	attrs []string // attributes of the document, and those of others
}

// part is a tag, a comment, an instruction or a stretch of text. match is the index of the other tag of an
// element, or its own of an empty one.
type part struct {
	kind  partKind
	name  string
	attrs []string // ` name="value"` each
	text  string   // as it is, of all but tags
}

type partKind int

const (
	openTag partKind = iota
	closeTag
	emptyTag
	other
)

// takeApart cuts a document that this package's tests made; it knows no CDATA with ">" and no such trap.
func takeApart(doc string, r *rand.Rand) *mutant {
	m := &mutant{rand: r}
	for len(doc) > 0 {
		if doc[0] != '<' {
			n := strings.IndexByte(doc, '<')
			if n < 0 {
				n = len(doc)
			}
			m.parts = append(m.parts, part{kind: other, text: doc[:n]})
			doc = doc[n:]
			continue
		}
		n := strings.IndexByte(doc, '>') + 1
		tag := doc[:n]
		doc = doc[n:]
		switch {
		case tag[1] == '?' || tag[1] == '!':
			m.parts = append(m.parts, part{kind: other, text: tag})
		case tag[1] == '/':
			m.parts = append(m.parts, part{kind: closeTag, name: tag[2 : n-1]})
		default:
			p := part{kind: openTag}
			inside := tag[1 : n-1]
			if strings.HasSuffix(inside, "/") {
				p.kind, inside = emptyTag, strings.TrimSuffix(inside, "/")
			}
			p.name, inside, _ = strings.Cut(inside, " ")
			for inside = strings.TrimSpace(inside); inside != ""; inside = strings.TrimSpace(inside) {
				at := strings.IndexByte(inside, '=') + 2
				end := at + strings.IndexByte(inside[at:], inside[at-1]) + 1
				p.attrs = append(p.attrs, inside[:end])
				inside = inside[end:]
			}
			m.parts, m.names, m.attrs = append(m.parts, p), append(m.names, p.name), append(m.attrs, p.attrs...)
		}
	}
	return m
}

func (m *mutant) String() string {
	var b strings.Builder
	for _, p := range m.parts {
		switch p.kind {
		case other:
			b.WriteString(p.text)
		case closeTag:
			b.WriteString("</" + p.name + ">")
		default:
			b.WriteString("<" + p.name)
			for _, a := range p.attrs {
				b.WriteString(" " + a)
			}
			if p.kind == emptyTag {
				b.WriteByte('/')
			}
			b.WriteByte('>')
		}
	}
	return b.String()
}

// element returns the range of a whole element, picked at random.
func (m *mutant) element() (from, to int) {
	var starts []int
	for i, p := range m.parts {
		if p.kind == openTag || p.kind == emptyTag {
			starts = append(starts, i)
		}
	}
	from = starts[m.rand.IntN(len(starts))]
	return from, m.end(from)
}

func (m *mutant) end(from int) int {
	depth := 0
	for i := from; i < len(m.parts); i++ {
		switch m.parts[i].kind {
		case openTag:
			depth++
		case closeTag:
			depth--
		case emptyTag, other:
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(m.parts)
}

func pick[T any](m *mutant, list []T) T { return list[m.rand.IntN(len(list))] }

// strangers are what a forger puts in: elements and attributes that mean something to somebody.
var (
	strangeElements = []string{"pay", "Body", "soap:Body", "soap:Header", "ds:Object", "ds:KeyName", "ds:KeyValue", "ds:X509Data", "ds:Signature", "ds:SignedInfo",
		"ds:Reference", "ds:Manifest", "ds:Transform", "wsse:Security", "wsse:BinarySecurityToken"}
	strangeAttributes = []string{`Id="part"`, `ID="part"`, `id="part"`, `xml:id="part"`, `Id="body"`, `wsu:Id="body"`, `Id="p"`, `URI=""`, `URI="#part"`, `URI="#p"`, `a="1"`,
		`xml:lang="kk"`, `xmlns="urn:evil"`, `xmlns:ds="urn:evil"`, `xmlns:soap="urn:evil"`, `xmlns:p="http://www.w3.org/2000/09/xmldsig#"`, `xsi:nil="true"`,
		`Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"`, `Type="http://www.w3.org/2000/09/xmldsig#Object"`}
	strangeText = []string{"999999", " ", "&#13;", "<!-- -->", "<!-- 999999 -->", "<?pay 999999?>", "<![CDATA[9]]>", "&lt;pay/&gt;", "\n"}
)

// place is a random place between two parts, inside the document element or, seldom, anywhere.
func (m *mutant) place() int { return m.rand.IntN(len(m.parts) + 1) }

func (m *mutant) insert(at int, p ...part) { m.parts = slices.Insert(m.parts, at, p...) }

// change makes one change.
func (m *mutant) change() {
	from, to := m.element()
	cut := slices.Clone(m.parts[from:to])
	switch m.rand.IntN(13) {
	case 0: // moves an element
		m.parts = slices.Delete(m.parts, from, to)
		m.insert(m.place(), cut...)
	case 1: // duplicates it
		m.insert(m.place(), cut...)
	case 2: // leaves it out
		m.parts = slices.Delete(m.parts, from, to)
	case 3: // renames it
		name := pick(m, append(strangeElements, m.names...))
		m.parts[from].name = name
		if m.parts[from].kind == openTag && m.parts[to-1].kind == closeTag {
			m.parts[to-1].name = name
		}
	case 4: // puts another around it
		name := pick(m, append(strangeElements, m.names...))
		m.insert(to, part{kind: closeTag, name: name})
		m.insert(from, part{kind: openTag, name: name})
	case 5: // takes its tags away
		if m.parts[from].kind == openTag {
			m.parts = slices.Delete(m.parts, to-1, to)
		}
		m.parts = slices.Delete(m.parts, from, from+1)
	case 6: // inserts an empty one
		m.insert(m.place(), part{kind: emptyTag, name: pick(m, append(strangeElements, m.names...))})
	case 7: // inserts one with text, and an attribute of another
		name := pick(m, append(strangeElements, m.names...))
		m.insert(m.place(), part{kind: openTag, name: name, attrs: []string{pick(m, append(strangeAttributes, m.attrs...))}},
			part{kind: other, text: pick(m, strangeText)}, part{kind: closeTag, name: name})
	case 8: // inserts text
		m.insert(m.place(), part{kind: other, text: pick(m, strangeText)})
	case 9: // adds an attribute
		p := &m.parts[from]
		p.attrs = append(slices.Clone(p.attrs), pick(m, append(strangeAttributes, m.attrs...)))
	case 10: // takes one away, or moves it elsewhere
		p := &m.parts[from]
		if len(p.attrs) == 0 {
			return
		}
		i := m.rand.IntN(len(p.attrs))
		a := p.attrs[i]
		p.attrs = slices.Delete(slices.Clone(p.attrs), i, i+1)
		if other, _ := m.element(); m.rand.IntN(2) == 0 {
			m.parts[other].attrs = append(slices.Clone(m.parts[other].attrs), a)
		}
	case 11: // renames one
		p := &m.parts[from]
		if len(p.attrs) == 0 {
			return
		}
		i := m.rand.IntN(len(p.attrs))
		_, value, _ := strings.Cut(p.attrs[i], "=")
		name, _, _ := strings.Cut(pick(m, append(strangeAttributes, m.attrs...)), "=")
		p.attrs = slices.Clone(p.attrs)
		p.attrs[i] = name + "=" + value
	case 12: // gives two elements each other's place
		f2, t2 := m.element()
		if f2 < to && from < t2 {
			return
		}
		if f2 < from {
			from, to, f2, t2 = f2, t2, from, to
		}
		m.parts = slices.Concat(m.parts[:from], m.parts[f2:t2], m.parts[to:f2], m.parts[from:to], m.parts[t2:])
	}
}

// original is a signed document with what one sees in it.
type original struct {
	doc    string
	view   string          // of a program that takes the signed elements from the report
	names  map[string]bool // local names of signed elements
	reader []string        // what somebody sees who reads the document
}

// originals are signed documents of every form.
func originals(tb testing.TB, v *eds.Verifier) []original {
	tb.Helper()
	var docs []string
	for _, f := range corpus(tb) {
		if f.get("kind") == "xml" && strings.HasPrefix(f.name, "pass-") && !strings.Contains(f.name, "utf-16") && !strings.Contains(f.name, "1251") {
			docs = append(docs, string(f.message))
		}
	}
	key := testKeys(tb)["individual-gost"]
	s := xmldsig.Signer{Method: xmldsig.GOST2015, Certificate: key.Certificate, Sign: key.Private.Sign,
		NewHash: func(m xmldsig.DigestMethod) hash.Hash { return must(algorithm.FindXMLDigest(m.URI()))(tb).New() }}
	for _, doc := range []string{`<root><a Id="part"><pay Id="p" sum="1">1</pay><to>2</to></a></root>`, `<root xmlns="urn:1" xmlns:e="urn:2"><e:a Id="part" e:b="1"><pay>1</pay><e:pay/></e:a></root>`,
		`<root><x><a Id="part"><pay>1</pay></a></x></root>`} {
		for _, form := range []xmldsig.Canonicalization{xmldsig.Inclusive, xmldsig.Exclusive} {
			if out, err := s.ByID([]byte(doc), "part", form); err != nil {
				tb.Fatal(err)
			} else if !strings.Contains(doc, "<x>") { // the part and its signature are not side by side: refused
				docs = append(docs, string(out))
			}
		}
	}
	docs = append(docs, string(must(s.Enveloped([]byte(`<root a="1"><pay Id="p">1</pay><!-- c --><b><pay>2</pay></b><?x y?></root>`)))(tb)))
	var all []original
	for _, doc := range docs {
		rep, err := v.Verify(eds.Signed{Data: []byte(doc), At: now})
		if err != nil {
			tb.Fatalf("%v: %s", err, doc)
		}
		o := original{doc: doc, names: map[string]bool{}}
		o.view = view(rep, o.names)
		o.reader = readerSees(tb, doc, o.names)
		all = append(all, o)
	}
	return all
}

// view writes the signed elements of a report and collects their names.
func view(rep *eds.Report, names map[string]bool) string {
	var b strings.Builder
	var walk func(*xmldsig.Element)
	walk = func(e *xmldsig.Element) {
		space, local := e.Name()
		names[local] = true
		text, _ := e.Text()
		fmt.Fprintf(&b, "{%s}%s#%s(%s)[", space, local, e.ID(), text)
		for c := range e.Children() {
			walk(c)
		}
		b.WriteByte(']')
	}
	for _, s := range rep.Signers {
		for _, e := range s.Signed {
			walk(e.Element)
		}
	}
	return b.String()
}

// readerSees lists, with another parser than ours, what somebody sees who does not ask what is signed:
// outside of signatures all text, all attributes that say anything and all instructions; everywhere the
// elements with the name of a signed one. The headers of a SOAP message may say what they like, but for
// such elements.
func readerSees(tb testing.TB, doc string, names map[string]bool) []string {
	const dsig = "http://www.w3.org/2000/09/xmldsig#"
	var seen []string
	d := xml.NewDecoder(strings.NewReader(doc))
	depth, header, signature := 0, -1, -1
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return seen
		}
		if err != nil {
			tb.Fatalf("another parser: %v in %s", err, doc)
		}
		silent := header >= 0 || signature >= 0
		switch x := tok.(type) {
		case xml.StartElement:
			depth++
			if x.Name.Space == dsig && x.Name.Local == "Signature" && signature < 0 {
				signature, silent = depth, true
			}
			if x.Name.Local == "Header" && strings.Contains(x.Name.Space, "soap") && header < 0 {
				header, silent = depth, true
			}
			if names[x.Name.Local] && (signature < 0 || x.Name.Space != dsig) {
				seen = append(seen, "<"+x.Name.Local)
			}
			for _, a := range x.Attr {
				if id := strings.EqualFold(a.Name.Local, "id"); !silent && !id && a.Name.Space != "xmlns" && a.Name.Local != "xmlns" && a.Name.Space != "http://www.w3.org/XML/1998/namespace" && a.Name.Space != "xml" {
					seen = append(seen, a.Name.Local+"="+a.Value)
				}
			}
		case xml.EndElement:
			if depth == header {
				header = -1
			}
			if depth == signature {
				signature = -1
			}
			depth--
		case xml.CharData:
			if text := strings.TrimSpace(string(x)); !silent && text != "" {
				seen = append(seen, text)
			}
		case xml.ProcInst:
			if !silent && x.Target != "xml" {
				seen = append(seen, "?"+x.Target+" "+string(x.Inst))
			}
		}
	}
}

// mutate changes a document one to four times, by the numbers that seed gives, and verifies it. passed
// tells that it still is TOTAL-PASSED.
func mutate(t testing.TB, v *eds.Verifier, o original, seed uint64) (passed bool) {
	m := takeApart(o.doc, rand.New(rand.NewPCG(seed, uint64(len(o.doc)))))
	for range 1 + m.rand.IntN(4) {
		m.change()
		if !slices.ContainsFunc(m.parts, func(p part) bool { return p.kind == openTag || p.kind == emptyTag }) {
			return false
		}
	}
	changed := m.String()
	rep, err := v.Verify(eds.Signed{Data: []byte(changed), At: now})
	if err != nil {
		return false
	}
	if got := view(rep, map[string]bool{}); got != o.view {
		t.Errorf("seed %d: passes, and the signed elements are\n%s\ninstead of\n%s\nin %s", seed, got, o.view, changed)
	}
	if got := readerSees(t, changed, o.names); joined(got) != joined(o.reader) {
		t.Errorf("seed %d: passes, and a reader sees\n%q\ninstead of\n%q\nin %s", seed, got, o.reader, changed)
	}
	return true
}

// joined puts neighbouring texts together: a comment may cut one in two.
func joined(seen []string) string { return strings.Join(seen, "") }

// FuzzXMLStructure inserts, moves, duplicates, renames and swaps elements and attributes of validly signed
// documents. None may be TOTAL-PASSED with another view, be it of the signed elements or of the document.
func FuzzXMLStructure(f *testing.F) {
	v := &eds.Verifier{Trust: loadTrust(f, filepath.Join(pki, "trust")), Policy: eds.Filing()}
	docs := originals(f, v)
	for i := range 40 {
		f.Add(uint8(i), uint64(i))
	}
	f.Fuzz(func(t *testing.T, which uint8, seed uint64) { mutate(t, v, docs[int(which)%len(docs)], seed) })
}

// TestXMLStructure is the same for fixed seeds.
func TestXMLStructure(t *testing.T) {
	v := &eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing()}
	docs := originals(t, v)
	for _, o := range docs {
		if m := takeApart(o.doc, nil); m.String() != o.doc {
			t.Fatalf("taken apart and put together:\n%s\ninstead of\n%s", m, o.doc)
		}
	}
	n, passed := 5000, 0
	for i := range n {
		if mutate(t, v, docs[i%len(docs)], uint64(i)) {
			passed++
		}
	}
	if passed == 0 || passed > n/2 {
		t.Errorf("%d of %d mutations pass with the view unchanged: the mutator changes nothing, or all", passed, n)
	}
	t.Logf("%d mutations, %d pass with the view unchanged", n, passed)
}
