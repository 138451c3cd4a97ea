package xmldsig_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		reason xmldsig.Reason
		docs   []string
	}{
		{xmldsig.ReasonSyntax, []string{
			"", " ", "text", "<a>", "</a>", "<a></b>", "<a></a", "<a", "<a b", "<a b=", "<a b='", "<a b=1/>", "<a b='1'c='2'/>", "<a/", "<a / >", "< a/>", "<1/>",
			"<a/><b/>", "<a/>x", "x<a/>", "<a/>&#32;", "&#32;<a/>", "<a/><![CDATA[x]]>", "<![CDATA[x]]><a/>",
			"<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#xFFFE;</a>", "<a>&#x110000;</a>", "<a>&#99999999999999999999;</a>", "<a>&#;</a>", "<a>&#x;</a>", "<a>&#12</a>", "<a>& </a>", "<a>&</a>", "<a b='&'/>",
			"<a>]]></a>", "<a>\x00</a>", "<a>\x0b</a>", "<a b='\x1f'/>", "<a>\uFFFE</a>", "<a b='\uFFFF'/>", "<!--\uFFFE--><a/>", "<a b='<'/>",
			"<a><!-- -- --></a>", "<a><!-- --->x</a>", "<a><!--", "<a><!-", "<a><?", "<a><?x", "<?xml?><a/>", " <?xml version='1.0'?><a/>", "<a><?XmL x?></a>", "<a><?x?y ?></a>", "<a><![CDATA[</a>", "<!ELEMENT a ANY><a/>", "<a><!x></a>", "<a\u00D7/>", "<a\u0300b \u0300='1'/>",
		}},
		{xmldsig.ReasonDoctype, []string{"<!DOCTYPE a><a/>", "<?xml version='1.0'?><!-- x --><!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "<!DOCTYPE"}},
		{xmldsig.ReasonEntity, []string{"<a>&e;</a>", "<a b='&nbsp;'/>", "<a>&ampamp;</a>", "<a>&Amp;</a>"}},
		{xmldsig.ReasonDeclaration, []string{
			"<?xml encoding='UTF-8'?><a/>", "<?xml version='1.0' standalone='maybe'?><a/>", "<?xml version='1.0'encoding='UTF-8'?><a/>", "<?xml version='1.0' x='1'?><a/>", "<?xml version=1.0?><a/>", "<?xml version='1.0' ",
			"<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>",
		}},
		{xmldsig.ReasonVersion, []string{"<?xml version='1.1'?><a/>"}},
		{xmldsig.ReasonEncoding, []string{"<?xml version='1.0' encoding='ebcdic-cp-us'?><a/>", "<?xml version='1.0' encoding='utf-16'?><a/>", "\xEF\xBB\xBF<?xml version='1.0' encoding='windows-1251'?><a/>",
			"<?xml version='1.0' encoding='windows-1251'?><a>\x98</a>", "<?xml version='1.0' encoding='us-ascii'?><a>\xc0</a>", "\xff\xfe\x00\x00<\x00\x00\x00", "\xff\xfe<\x00a\x00/\x00>\x00\x00\xd8", "\xff\xfe<\x00a\x00/\x00>\x00\x00\xdc\x00\xd8",
			"<a>\xff</a>", "<a>\xc0\x80</a>", "<a>\xed\xa0\x80</a>", "\xff\xfe<"}},
		{xmldsig.ReasonNamespace, []string{
			"<p:a/>", "<a p:b='1'/>", "<a><b xmlns:p='urn:1'/><p:c/></a>", "<a xmlns:p=''/>", "<a xmlns:xmlns='urn:1'/>", "<xmlns:a/>", "<a xmlns:xml='urn:1'/>", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
			"<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "<a xmlns='http://www.w3.org/2000/xmlns/'/>", "<a xmlns:p='relative'/>", "<a xmlns='/x:y'/>", "<:a/>", "<a:/>", "<a::b/>", "<a:b:c/>", "<a><?p:q?></a>", "<a xmlns:='urn:1'/>",
		}},
		{xmldsig.ReasonDuplicateAttribute, []string{
			"<a b='1' b='2'/>", "<a xmlns='urn:1' xmlns='urn:1'/>", "<a xmlns:p='urn:1' xmlns:p='urn:2'/>", "<a xmlns:p='urn:1' xmlns:q='urn:1' p:x='1' q:x='2'/>", "<a xmlns:p='urn:1' xmlns:q='&#x75;rn:1' p:x='1' q:x='2'/>",
			"<a b='' c='' d='' e='' f='' g='' h='' i='' j='' b=''/>", "<a xml:id='1' xml:id='2'/>", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
		}},
	}
	for _, tt := range tests {
		for _, doc := range tt.docs {
			if _, err := xmldsig.Parse([]byte(doc), xmldsig.Limits{}); reason(err) != tt.reason {
				t.Errorf("%q: got %v, want %s", doc, err, tt.reason)
			}
		}
	}
}

func TestParseAccepts(t *testing.T) {
	for _, doc := range []string{
		"<a/>", "\xEF\xBB\xBF<a/>", "<?xml version=\"1.0\" encoding='utf-8'\n?><a/>\n", "<!-- - -->\r\n<?x?><a\n/><!-- --> ", "<a xmlns=''/>", "<a xmlns:p='urn:1' p:b='1' b='1'/>",
		"<a xmlns:p='urn:1' xmlns:q='urn:2' p:b='1' q:b='1'/>", "<a xmlns='urn:1' b='1'><p:c xmlns:p='urn:1' p:b='' b=''/></a>", "<қазақша-ә.1/>", "<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;</a>",
		"<a>]] ></a>", "<a>]<b/>]></a>", "<a b=']]>'/>", "<a><!-->--></a>", "<a xml:lang='kk'/>", "<a>\u0085\u007f\uFDD0</a>", "<a b=\"'\" c='\"'/>",
	} {
		if _, err := xmldsig.Parse([]byte(doc), xmldsig.Limits{}); err != nil {
			t.Errorf("%q: %v", doc, err)
		}
	}
}

func TestLimits(t *testing.T) {
	declarations := ""
	for i := range 9 {
		declarations += fmt.Sprintf(" xmlns:p%d='urn:%d'", i, i)
	}
	tests := []struct {
		name, doc string
		lim       xmldsig.Limits
	}{
		{"bytes", "<a>12345</a>", xmldsig.Limits{MaxBytes: 11}},
		{"depth", strings.Repeat("<a>", 9) + strings.Repeat("</a>", 9), xmldsig.Limits{MaxDepth: 8}},
		{"default depth", strings.Repeat("<a>", 129) + strings.Repeat("</a>", 129), xmldsig.Limits{}},
		{"nodes", "<a><b/><b/><b/></a>", xmldsig.Limits{MaxNodes: 4}},
		{"attributes", "<a b='' c='' d=''/>", xmldsig.Limits{MaxAttributes: 2}},
		{"declarations", "<a" + declarations + "/>", xmldsig.Limits{MaxAttributes: 8}},
		{"namespaces", "<a" + declarations + "/>", xmldsig.Limits{MaxNamespaces: 8}},
		{"name", "<" + strings.Repeat("a", 9) + "/>", xmldsig.Limits{MaxNameBytes: 8}},
		{"attribute name", "<a " + strings.Repeat("a", 9) + "=''/>", xmldsig.Limits{MaxNameBytes: 8}},
		{"target", "<?" + strings.Repeat("a", 9) + "?><a/>", xmldsig.Limits{MaxNameBytes: 8}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := xmldsig.Parse([]byte(tt.doc), tt.lim); reason(err) != xmldsig.ReasonLimit {
				t.Errorf("got %v", err)
			}
			lim := xmldsig.Limits{MaxDepth: 1000}
			if _, err := xmldsig.Parse([]byte(tt.doc), lim); err != nil {
				t.Errorf("without the limit: %v", err)
			}
		})
	}
}
