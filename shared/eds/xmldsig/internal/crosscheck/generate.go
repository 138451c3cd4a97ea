package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// generator makes random well-formed documents that use as many corners of XML as they can.
type generator struct {
	*rand.Rand
	b      strings.Builder
	target string // id of the element to be signed, to be placed once
	nodes  int
}

// document returns a document. If target is not empty, exactly one element, which is not the
// document element and is named part, carries Id="target".
func (g *generator) document(target string) []byte {
	g.b.Reset()
	g.target, g.nodes = target, 0
	if g.IntN(4) == 0 {
		g.b.WriteString("\xEF\xBB\xBF")
	}
	g.b.WriteString(pick(g, "", `<?xml version="1.0"?>`, "<?xml version='1.0' encoding='utf-8' standalone = \"yes\" ?>\r\n"))
	g.misc()
	g.element(0, map[string]string{})
	g.misc()
	return []byte(g.b.String())
}

// message returns a SOAP message around a generated document.
func (g *generator) message(id string) []byte {
	g.b.Reset()
	g.target, g.nodes = "", 0
	g.b.WriteString(`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="urn:x" xml:lang="kk">` + "\n" + `<S:Body ` +
		`xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" wsu:Id="` + id + `">`)
	g.element(1, map[string]string{"x": "urn:x"})
	g.b.WriteString("</S:Body></S:Envelope>")
	return []byte(g.b.String())
}

func pick(g *generator, options ...string) string { return options[g.IntN(len(options))] }

func (g *generator) misc() {
	for range g.IntN(3) {
		g.b.WriteString(pick(g, "\n", " \t\r\n", "<!-- сыртта -->", "<!---->", "<?pi?>", "<?pi   a  <b> & \"c\" ?>", "<?x-y\r\n\tz?>"))
	}
}

func (g *generator) space() string { return pick(g, " ", " ", "  ", "\n", "\t\r\n ") }
func (g *generator) gap() string   { return pick(g, "", "", "", " ", "\n") }

// uris avoids what libxml2 itself gets wrong: it refuses namespace names that are not URIs but IRIs
// or have spaces, and does not escape '&' in them when it canonicalizes (C14N 1.0, section 2.3,
// treats them as attribute values, and Java's implementations escape).
var uris = []string{"urn:1", "urn:2", "http://example.kz/?a=1;b=&#50;", "urn:%D2%9B", "urn:q'"}

func (g *generator) element(depth int, scope map[string]string) {
	g.nodes++
	inner := map[string]string{}
	for k, v := range scope {
		inner[k] = v
	}
	var attrs []string
	if g.IntN(3) == 0 {
		for _, p := range []string{"a", "b", "c", ""} {
			switch {
			case g.IntN(3) > 0:
			case p == "" && g.IntN(3) == 0:
				attrs = append(attrs, "xmlns=''")
				delete(inner, "")
			case p == "":
				inner[p] = pick(g, uris...)
				attrs = append(attrs, "xmlns="+g.quote(inner[p]))
			default:
				inner[p] = pick(g, uris...)
				attrs = append(attrs, "xmlns:"+p+g.gap()+"="+g.gap()+g.quote(inner[p]))
			}
		}
		if g.IntN(8) == 0 {
			attrs = append(attrs, `xmlns:xml="http://www.w3.org/XML/1998/namespace"`)
		}
	}
	name := pick(g, "e", "элемент", "x.y-z", "_1")
	if depth == 1 && g.target != "" && g.nodes == 2 {
		name = "part"
		attrs = append(attrs, `Id="`+g.target+`"`)
	}
	if p, ok := g.prefix(inner); ok && g.IntN(2) == 0 {
		name = p + ":" + name
	}
	attrs = append(attrs, g.attributes(inner)...)
	g.Shuffle(len(attrs), func(i, j int) { attrs[i], attrs[j] = attrs[j], attrs[i] })
	g.b.WriteString("<" + name)
	for _, a := range attrs {
		g.b.WriteString(g.space() + a)
	}
	g.b.WriteString(g.gap())
	must := depth == 0 && g.target != ""
	if !must && g.IntN(4) == 0 {
		g.b.WriteString("/>")
		return
	}
	g.b.WriteString(">")
	if must {
		g.text()
		g.element(1, inner)
	}
	for range g.IntN(5) {
		switch {
		case g.IntN(3) == 0 && depth < 5 && g.nodes < 60:
			g.element(depth+1, inner)
		default:
			g.text()
		}
	}
	g.b.WriteString("</" + name + g.gap() + ">")
}

// prefix picks a bound prefix other than the default.
func (g *generator) prefix(scope map[string]string) (string, bool) {
	var bound []string
	for p := range scope {
		if p != "" {
			bound = append(bound, p)
		}
	}
	slices.Sort(bound)
	if len(bound) == 0 {
		return "", false
	}
	return pick(g, bound...), true
}

func (g *generator) attributes(scope map[string]string) []string {
	var attrs []string
	seen := map[string]bool{}
	for range g.IntN(5) {
		name := pick(g, "z", "a", "b", "аты", "xml:lang", "xml:space", "xml:base", "A")
		key := name
		if p, ok := g.prefix(scope); ok && !strings.HasPrefix(name, "xml:") && g.IntN(3) == 0 {
			key, name = expand(scope[p])+" "+name, p+":"+name
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		value := pick(g, "", "1", "қазақша", "a  b", "&lt;&amp;&gt;&quot;&apos;", "&#x9;&#10;&#xD;", "\t\n\r\n\r", ">", "tab\there", "&#x410;&#65;", "'")
		if strings.HasPrefix(name, "xml:") {
			value = pick(g, "preserve", "default")
		}
		attrs = append(attrs, name+g.gap()+"="+g.gap()+g.quote(value))
	}
	return attrs
}

// expand resolves the references that uris contains, so that one namespace is seen as one.
func expand(uri string) string {
	return strings.ReplaceAll(uri, "&#50;", "2")
}

func (g *generator) quote(v string) string {
	if strings.Contains(v, "'") || g.IntN(2) == 0 {
		return `"` + v + `"`
	}
	return "'" + v + "'"
}

func (g *generator) text() {
	g.b.WriteString(pick(g, "text", " \r\n ", "\r", "мәтін – “тырнақша” 𝄞", "&amp;&lt;&gt;&quot;&apos;", "&#13;", "&#xD;\n", "a > b ]] ]>", "&#x1F600;&#9;",
		"<![CDATA[]]>", "<![CDATA[<a>&amp;\r\n]] ]]>", "<!-- ішінде\r\n -->", "<?pi ?>", "<?pi  д\r\n?>", "\u00A0\u2028\uFFFD", strings.Repeat("ұзақ ", 300)))
}

// damage changes a few bytes of doc.
func (g *generator) damage(doc []byte) []byte {
	doc = slices.Clone(doc)
	for range 1 + g.IntN(2) {
		at := g.IntN(len(doc))
		piece := pick(g, "<", ">", "/", "=", "\"", "'", "&", ";", "<a>", "</a>", " ", "--", "]]>", "<!--", ":", "\x01", "é", "?>", "&#0;", "-")
		switch g.IntN(3) {
		case 0:
			doc = slices.Insert(doc, at, []byte(piece)...)
		case 1:
			doc = slices.Replace(doc, at, at+1, []byte(piece)...)
		default:
			doc = slices.Delete(doc, at, at+1)
		}
		if len(doc) == 0 {
			return []byte(" ")
		}
	}
	return doc
}

// odd returns documents written by hand, each with a corner of its own.
func odd() [][]byte {
	docs := []string{
		`<a/>`, `<a></a>`, "<a\n/>", "<a>\r</a>", "<a>&#13;</a>", "<a b='&#13;'/>",
		`<a xmlns="urn:1"><b xmlns=""><c xmlns="urn:1"/></b></a>`,
		`<a xmlns="urn:1"><b xmlns="urn:1"><c xmlns=""/></b></a>`,
		`<a xmlns=""><b xmlns=""/></a>`,
		`<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/></p:b><p:d/></p:a>`,
		`<p:a xmlns:p="urn:1" xmlns:q="urn:1" q:x="1" p:y="2" z="3"/>`,
		`<a xmlns:p="urn:2" xmlns:q="urn:1" p:x="1" q:x="2" x="3"/>`,
		`<a xmlns:p="urn:1"><b p:x="1"/><b p:x="2"><c p:x="3"/></b><p:d/></a>`,
		`<a xmlns:p="urn:1" xmlns="urn:0"><p:b><c/></p:b></a>`,
		`<a xmlns="urn:0"><p:b xmlns:p="urn:1"><c xmlns="" p:x=""/></p:b></a>`,
		`<a xml:lang="kk" xmlns:xml="http://www.w3.org/XML/1998/namespace"><b xml:lang="ru" xml:space="preserve"/></a>`,
		`<a><![CDATA[]]><![CDATA[x]]>y<![CDATA[z]]></a>`, `<a>]]&gt;</a>`, `<a>]]]]<b/>></a>`,
		"<?x?><!-- 1 --><a/><?y z?><!-- 2 -->\n", "<a><!----><!-- - --></a>", "<a>\xEF\xBF\xBD\xEF\xBC\x81</a>",
		`<a b="&#x9;&#xA;&#xD;&#x20;"> </a>`, "<a b=\"\t\r\n\n\r\"/>", "<?x  a?b ?><a/>", "<a><?x\ty\r\nz?></a>",
		`<а:б xmlns:а="urn:1" а:в="г"/>`, "<a>\U0010FFFD\u0085\u2028</a>", "<a>&#x10FFFD;&#xFFFD;</a>",
	}
	many := "<a"
	for i := 100; i > 0; i-- {
		many += fmt.Sprintf(` a%d="%d"`, i, i)
	}
	docs = append(docs, many+"/>", strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100))
	out := make([][]byte, len(docs))
	for i, d := range docs {
		out[i] = []byte(d)
	}
	return out
}
