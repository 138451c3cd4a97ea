package xmldsig_test

import (
	"fmt"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// TestText reads values from the signed element, with all that hides text from careless readers.
func TestText(t *testing.T) {
	const doc = `<root xmlns:p="urn:p" id="d1" p:k="&#x41;"><key>12<!-- -->34<?pi?><![CDATA[<5>]]>&amp;</key><who><!-- evil.kz --><p:mail>user@a.kz<!-- -->.evil.kz</p:mail></who>` +
		`<two>1</two><two>2</two><empty/><mixed>a<b/></mixed><key xmlns="urn:other">x</key></root>`
	signed, err := rsaSigner().Enveloped([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	e := signatures(t, signed)[0].References[0].Element
	tests := []struct {
		path []string
		want string
		ok   bool
	}{
		{[]string{"{}key"}, "1234<5>&", true},
		{[]string{"{urn:other}key"}, "x", true},
		{[]string{"key"}, "", false}, // ambiguous
		{[]string{"who", "mail"}, "user@a.kz.evil.kz", true},
		{[]string{"who", "{urn:p}mail"}, "user@a.kz.evil.kz", true},
		{[]string{"who", "{urn:q}mail"}, "", false},
		{[]string{"who"}, "", false},
		{[]string{"two"}, "", false},
		{[]string{"empty"}, "", true},
		{[]string{"mixed"}, "", false},
		{[]string{"none"}, "", false},
		{[]string{"Signature"}, "", false}, // not part of what was signed
		{nil, "", false},
	}
	for _, tt := range tests {
		got, ok := e.Text(tt.path...)
		if got != tt.want && tt.ok || ok != tt.ok {
			t.Errorf("%q: got %q, %v, want %q, %v", tt.path, got, ok, tt.want, tt.ok)
		}
	}
	if v, ok := e.Attr("urn:p", "k"); v != "A" || !ok {
		t.Errorf("attribute: %q, %v", v, ok)
	}
	if _, ok := e.Attr("", "k"); ok {
		t.Error("attribute without its namespace")
	}
	if e.ID() != "d1" {
		t.Errorf("id %q", e.ID())
	}
	var names []string
	for c := range e.Children() {
		_, local := c.Name()
		names = append(names, local+" "+c.Path())
	}
	want := "[key /root[1]/key[1] who /root[1]/who[1] two /root[1]/two[1] two /root[1]/two[2] empty /root[1]/empty[1] mixed /root[1]/mixed[1] key /root[1]/key[2]]"
	if fmt.Sprint(names) != want {
		t.Errorf("children %v", names)
	}
}

func TestRootText(t *testing.T) {
	signed, err := rsaSigner().Enveloped([]byte("<xml>test</xml>"))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := signatures(t, signed)[0].References[0].Element.Text(); got != "test" || !ok {
		t.Errorf("got %q, %v", got, ok)
	}
}

// TestNames: the names a policy reports are stable, and every algorithm has its URI.
func TestNames(t *testing.T) {
	for m, want := range map[xmldsig.SignatureMethod]string{
		xmldsig.GOST2015: "gost2015-512 urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-512",
		xmldsig.GOST2004: "gost2004 http://www.w3.org/2001/04/xmldsig-more#gost34310-gost34311", xmldsig.RSASHA256: "rsa-sha256 http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
		xmldsig.RSASHA1: "rsa-sha1 http://www.w3.org/2001/04/xmldsig-more#rsa-sha1", 0: " ",
	} {
		if got := m.String() + " " + m.URI(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for m, want := range map[xmldsig.DigestMethod]string{
		xmldsig.Streebog512: "streebog-512 urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34112015-512", xmldsig.GOST34311: "gost34311 http://www.w3.org/2001/04/xmldsig-more#gost34311",
		xmldsig.SHA256: "sha-256 http://www.w3.org/2001/04/xmlenc#sha256", xmldsig.SHA1: "sha-1 http://www.w3.org/2000/09/xmldsig#sha1",
	} {
		if got := m.String() + " " + m.URI(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
