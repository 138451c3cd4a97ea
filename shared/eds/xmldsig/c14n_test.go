package xmldsig_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig/internal/sample"
)

func canonical(t testing.TB, doc string, form xmldsig.Canonicalization, prefixes ...string) string {
	t.Helper()
	d, err := xmldsig.Parse([]byte(doc), xmldsig.Limits{})
	if err != nil {
		t.Fatalf("%v in %q", err, doc)
	}
	var b bytes.Buffer
	n, err := d.Canonicalize(&b, form, prefixes...)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("%d bytes, wrote %d, %v", b.Len(), n, err)
	}
	return b.String()
}

// TestCanonicalize has the rules of C14N 1.0 and of the exclusive form one by one; the larger
// check is crosscheck.sh.
func TestCanonicalize(t *testing.T) {
	tests := []struct {
		name, doc, inclusive, exclusive string // exclusive "" means the same
	}{
		{"declaration and outer line breaks", "\xEF\xBB\xBF<?xml version='1.0'?>\n<?p  q ?>\n\n<a/>\n<?r?>\n", "<?p q ?>\n<a></a>\n<?r?>", ""},
		{"comments", "<!--1--><a><!--2-->x<!--3--></a><!--4-->", "<a>x</a>", ""},
		{"white space in tags", "<a  c = '1'\n\tb='2'\r\n></a >", `<a b="2" c="1"></a>`, ""},
		{"line ends", "<a>1\r\n2\r3\n4&#13;</a>", "<a>1\n2\n3\n4&#xD;</a>", ""},
		{"text", "<a>&lt;&gt;&amp;&quot;&apos;\">&#x4D9;</a>", `<a>&lt;&gt;&amp;"'"&gt;ә</a>`, ""},
		{"cdata", "<a><![CDATA[<&>\"\r\n]]>x<![CDATA[]]></a>", "<a>&lt;&amp;&gt;\"\nx</a>", ""},
		{"attribute value", "<a b='\t\r\n\n x' c='&#9;&#10;&#13;&lt;&gt;&amp;&quot;&apos;'/>", `<a b="    x" c="&#x9;&#xA;&#xD;&lt;>&amp;&quot;'"></a>`, ""},
		{"attribute order", "<a xmlns:y='urn:a' xmlns:x='urn:b' x:a='1' y:b='2' y:a='3' b='4' a='5'/>", `<a xmlns:x="urn:b" xmlns:y="urn:a" a="5" b="4" y:a="3" y:b="2" x:a="1"></a>`, ""},
		{"superfluous declaration", "<a xmlns='urn:1' xmlns:p='urn:2'><b xmlns='urn:1' xmlns:p='urn:2' p:c=''/></a>",
			`<a xmlns="urn:1" xmlns:p="urn:2"><b p:c=""></b></a>`, `<a xmlns="urn:1"><b xmlns:p="urn:2" p:c=""></b></a>`},
		{"default undeclared", "<a xmlns='urn:1'><b xmlns=''><c xmlns=''/><d xmlns='urn:1'/></b></a>", `<a xmlns="urn:1"><b xmlns=""><c></c><d xmlns="urn:1"></d></b></a>`, ""},
		{"nothing to undeclare", "<a xmlns=''><b xmlns=''/></a>", "<a><b></b></a>", ""},
		{"unused prefix", "<a xmlns:p='urn:1'><p:b><p:c/></p:b><p:d/></a>", `<a xmlns:p="urn:1"><p:b><p:c></p:c></p:b><p:d></p:d></a>`,
			`<a><p:b xmlns:p="urn:1"><p:c></p:c></p:b><p:d xmlns:p="urn:1"></p:d></a>`},
		{"prefix bound anew", "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/><p:c/></p:a>", `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"></p:b><p:c></p:c></p:a>`, ""},
		{"default skipped over", "<a xmlns='urn:1'><p:b xmlns:p='urn:2' xmlns='urn:3'><c xmlns='urn:1'/></p:b></a>",
			`<a xmlns="urn:1"><p:b xmlns="urn:3" xmlns:p="urn:2"><c xmlns="urn:1"></c></p:b></a>`, `<a xmlns="urn:1"><p:b xmlns:p="urn:2"><c></c></p:b></a>`},
		{"xml prefix", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='kk'/>", `<a xml:lang="kk"></a>`, ""},
		{"namespace name escaped", "<a xmlns='urn:&lt;&amp;&quot;'/>", `<a xmlns="urn:&lt;&amp;&quot;"></a>`, ""},
		{"instruction", "<a><?x  y\r\nz?><?w ?></a>", "<a><?x y\nz?><?w?></a>", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.exclusive == "" {
				tt.exclusive = tt.inclusive
			}
			if got := canonical(t, tt.doc, xmldsig.Inclusive); got != tt.inclusive {
				t.Errorf("inclusive: got\n%s\nwant\n%s", got, tt.inclusive)
			}
			if got := canonical(t, tt.doc, xmldsig.Exclusive); got != tt.exclusive {
				t.Errorf("exclusive: got\n%s\nwant\n%s", got, tt.exclusive)
			}
		})
	}
}

func TestCanonicalizeWithComments(t *testing.T) {
	const doc = "<!--1\r\n--> <a><!-- 2 -->x</a>\n<!--3-->"
	want := "<!--1\n-->\n<a><!-- 2 -->x</a>\n<!--3-->"
	for _, form := range []xmldsig.Canonicalization{xmldsig.InclusiveWithComments, xmldsig.ExclusiveWithComments} {
		if got := canonical(t, doc, form); got != want {
			t.Errorf("%v: got %q, want %q", form, got, want)
		}
	}
}

func TestPrefixList(t *testing.T) {
	const doc = "<a xmlns='urn:0' xmlns:p='urn:1' xmlns:q='urn:2'><q:b xmlns:p='urn:3'><q:c xmlns=''/></q:b></a>"
	tests := []struct {
		list []string
		want string
	}{
		{nil, `<a xmlns="urn:0"><q:b xmlns:q="urn:2"><q:c></q:c></q:b></a>`},
		{[]string{"p", "none"}, `<a xmlns="urn:0" xmlns:p="urn:1"><q:b xmlns:p="urn:3" xmlns:q="urn:2"><q:c></q:c></q:b></a>`},
		{[]string{"#default", "q"}, `<a xmlns="urn:0" xmlns:q="urn:2"><q:b><q:c xmlns=""></q:c></q:b></a>`},
	}
	for _, tt := range tests {
		if got := canonical(t, doc, xmldsig.Exclusive, tt.list...); got != tt.want {
			t.Errorf("%q: got\n%s\nwant\n%s", tt.list, got, tt.want)
		}
	}
}

// TestSubset canonicalizes an element inside a document, which is where inclusive and exclusive
// forms differ most.
func TestSubset(t *testing.T) {
	const doc = `<root xmlns="urn:0" xmlns:p="urn:1" xmlns:q="urn:2" xml:lang="kk" xml:space="preserve"><mid xmlns:q="urn:3" xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="ru">` +
		`<part Id="part" xml:space="default"><p:x/><!-- c --><y xmlns=""/></part></mid></root>`
	tests := []struct {
		form     xmldsig.Canonicalization
		prefixes []string
		want     string
	}{
		{xmldsig.InclusiveWithComments, nil, `<part xmlns="urn:0" xmlns:p="urn:1" xmlns:q="urn:3" Id="part" xml:lang="ru" xml:space="default"><p:x></p:x><y xmlns=""></y></part>`},
		{xmldsig.Exclusive, nil, `<part xmlns="urn:0" Id="part" xml:space="default"><p:x xmlns:p="urn:1"></p:x><y xmlns=""></y></part>`},
		{xmldsig.ExclusiveWithComments, []string{"q", "p"}, `<part xmlns="urn:0" xmlns:p="urn:1" xmlns:q="urn:3" Id="part" xml:space="default"><p:x></p:x><y xmlns=""></y></part>`},
	}
	for _, tt := range tests {
		signed, err := rsaSigner().ByID([]byte(doc), "part", tt.form, tt.prefixes...)
		if err != nil {
			t.Fatal(err)
		}
		d, err := xmldsig.Parse(signed, xmldsig.Limits{Partial: true})
		if err != nil {
			t.Fatal(err)
		}
		sigs, err := d.Signatures()
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		if _, err := sigs[0].References[0].WriteTo(&got); err != nil {
			t.Fatal(err)
		}
		if got.String() != tt.want {
			t.Errorf("%v: got\n%s\nwant\n%s", tt.form, got.String(), tt.want)
		}
	}
}

// TestOutputLimit: exclusive canonicalization repeats a long namespace name at each sibling.
func TestOutputLimit(t *testing.T) {
	doc := "<a xmlns:p='urn:" + strings.Repeat("x", 1000) + "'>" + strings.Repeat("<p:b/>", 100) + "</a>"
	d, err := xmldsig.Parse([]byte(doc), xmldsig.Limits{MaxCanonicalBytes: 50_000})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := d.Canonicalize(io.Discard, xmldsig.Exclusive); reason(err) != xmldsig.ReasonLimit || n > 50_000 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if _, err := d.Canonicalize(io.Discard, xmldsig.Inclusive); err != nil {
		t.Errorf("inclusive: %v", err)
	}
}

type brokenWriter struct{ left int }

var errBroken = errors.New("broken")

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestWriterError(t *testing.T) {
	d, err := xmldsig.Parse([]byte("<a>"+strings.Repeat("<b>text</b>", 5000)+"</a>"), xmldsig.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Canonicalize(&brokenWriter{left: 10_000}, xmldsig.Exclusive); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

// With every prefix in its PrefixList the exclusive form is the inclusive one (Exclusive C14N, section 3):
// a slow twin of the handling of lists.
func TestPrefixListOfAll(t *testing.T) {
	docs := []string{
		`<a xmlns:p="urn:1" xmlns:q="urn:2"><b xmlns:p="urn:3"><p:c xmlns:q="urn:2"/></b><p:d/><q:e xmlns:p="urn:1"/></a>`,
		`<a xmlns="urn:0" xmlns:p="urn:1"><b xmlns=""><c xmlns="urn:0" xmlns:p="urn:1"/><p:d xmlns:p="urn:2" p:x="" xmlns:r="urn:1" r:x=""/></b></a>`,
		`<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"><p:d xmlns:p="urn:2"/></p:c></p:b><p:e/></p:a>`,
		envelope, string(sample.Claim()),
	}
	prefix := regexp.MustCompile(`xmlns:([A-Za-z]+)=`)
	for _, doc := range docs {
		list := []string{"#default"}
		for _, m := range prefix.FindAllStringSubmatch(doc, -1) {
			list = append(list, m[1])
		}
		d, err := xmldsig.Parse([]byte(doc), xmldsig.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var exclusive bytes.Buffer
		if _, err := d.Canonicalize(&exclusive, xmldsig.Exclusive, list...); err != nil {
			t.Fatal(err)
		}
		if want := canonical(t, doc, xmldsig.Inclusive); exclusive.String() != want {
			t.Errorf("exclusive with every prefix listed:\n%s\ninclusive:\n%s", exclusive.String(), want)
		}
	}
}

// A canonical form grows with its document and no faster.
func TestCanonicalGrowth(t *testing.T) {
	doc := `<a xmlns:p="urn:` + strings.Repeat("x", 5000) + `">` + strings.Repeat("<p:b/>", 20000) + `</a>`
	d, err := xmldsig.Parse([]byte(doc), xmldsig.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := d.Canonicalize(io.Discard, xmldsig.Exclusive)
	if reason(err) != xmldsig.ReasonLimit || n > 8*int64(len(doc))+64<<10 {
		t.Errorf("%d bytes of %d, %v", n, len(doc), err)
	}
	if _, err := d.Canonicalize(io.Discard, xmldsig.Inclusive); err != nil {
		t.Errorf("the inclusive form, which writes it once: %v", err)
	}
}
