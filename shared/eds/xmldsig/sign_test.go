package xmldsig_test

import (
	"crypto/sha256"
	"hash"
	"regexp"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
	"github.com/courtoffice/courtoffice/shared/gost/gost3410"
	"github.com/courtoffice/courtoffice/shared/gost/gost3411"
	"github.com/courtoffice/courtoffice/shared/gost/gost341194"
	"github.com/courtoffice/courtoffice/shared/gost/gost34310"
)

const envelope = `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">` +
	`<s:Body xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" wsu:Id="b1">` +
	`<m xmlns="urn:m"><t>Өтініш</t></m></s:Body></s:Envelope>`

func TestSign(t *testing.T) {
	rsa := rsaSigner()
	compact := *rsa
	compact.Compact = true
	sign := func(s *xmldsig.Signer, kind, doc string) ([]byte, error) {
		switch kind {
		case "id":
			return s.ByID([]byte(doc), "part", xmldsig.InclusiveWithComments)
		case "id-exclusive":
			return s.ByID([]byte(doc), "part", xmldsig.Exclusive, "#default", "p")
		case "body":
			return s.Body([]byte(doc), "b1")
		}
		return s.Enveloped([]byte(doc))
	}
	const part = `<doc xmlns="urn:d" xmlns:p="urn:p" xml:lang="kk"><a Id="part"> <p:x>1</p:x><!-- c --></a></doc>`
	tests := []struct {
		name, kind, doc string
		signer          *xmldsig.Signer
		form            xmldsig.Form
		path            string
		whole           bool
	}{
		{"enveloped", "", "<root><a>1</a></root>", rsa, xmldsig.Enveloped, "/root[1]", true},
		{"enveloped, compact", "", "<root><a>1</a></root>", &compact, xmldsig.Enveloped, "/root[1]", true},
		{"enveloped, empty root", "", "\xEF\xBB\xBF<?pi x?><root a='1' />\n<!-- after -->", rsa, xmldsig.Enveloped, "/root[1]", true},
		{"by id", "id", part, rsa, xmldsig.ByID, "/doc[1]/a[1]", false},
		{"by id, exclusive", "id-exclusive", part, &compact, xmldsig.ByID, "/doc[1]/a[1]", false},
		{"body", "body", envelope, rsa, xmldsig.WSSecurity, "/s:Envelope[1]/s:Body[1]", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := sign(tt.signer, tt.kind, tt.doc)
			if err != nil {
				t.Fatal(err)
			}
			sigs, err := verify(doc)
			if err != nil {
				t.Fatalf("%v\n%s", err, doc)
			}
			if len(sigs) != 1 || len(sigs[0].References) != 1 {
				t.Fatalf("%d signatures in %s", len(sigs), doc)
			}
			s, e := sigs[0], sigs[0].References[0].Element
			if s.Form != tt.form || e.Path() != tt.path || e.IsDocumentElement() != tt.whole {
				t.Errorf("form %v, path %s, whole %v", s.Form, e.Path(), e.IsDocumentElement())
			}
			if string(s.Certificates[0]) != string(tt.signer.Certificate) {
				t.Error("certificate differs")
			}
			start, end := e.Range()
			if doc[start] != '<' || doc[end-1] != '>' {
				t.Errorf("range %d:%d is %q", start, end, doc[start:end])
			}
		})
	}
}

// TestLayout holds the default form against what NCALayer writes, byte by byte.
func TestLayout(t *testing.T) {
	s := &xmldsig.Signer{
		Method: xmldsig.GOST2015, Certificate: []byte{0x30, 3, 2, 1, 1}, NewHash: newHash,
		Sign: func([]byte) ([]byte, error) { return make([]byte, 128), nil },
	}
	got, err := s.Enveloped([]byte("<root/>"))
	if err != nil {
		t.Fatal(err)
	}
	digest := gost3411.Sum512([]byte("<root></root>"))
	want := `<root><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
<ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>
<ds:SignatureMethod Algorithm="urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-512"/>
<ds:Reference URI="">
<ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"/>
</ds:Transforms>
<ds:DigestMethod Algorithm="urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34112015-512"/>
<ds:DigestValue>` + wrap(digest[:]) + `</ds:DigestValue>
</ds:Reference>
</ds:SignedInfo>
<ds:SignatureValue>
` + wrap(make([]byte, 128)) + `
</ds:SignatureValue>
<ds:KeyInfo>
<ds:X509Data>
<ds:X509Certificate>
MAMCAQE=
</ds:X509Certificate>
</ds:X509Data>
</ds:KeyInfo>
</ds:Signature></root>`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestGOST signs and verifies with both GOST families.
func TestGOST(t *testing.T) {
	current, err := gost3410.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	former, err := gost34310.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	new512 := func(b []byte) []byte { h := gost3411.Sum512(b); return h[:] }
	old256 := func(b []byte) []byte { h := gost341194.Sum(b); return h[:] }
	tests := []struct {
		method xmldsig.SignatureMethod
		hash   func([]byte) []byte
		sign   func([]byte) ([]byte, error)
		verify func(digest, sig []byte) bool
	}{
		{xmldsig.GOST2015, new512, current.Sign, current.Public().Verify},
		{xmldsig.GOST2004, old256, former.Sign, former.Public().Verify},
	}
	for _, tt := range tests {
		s := &xmldsig.Signer{
			Method: tt.method, Certificate: []byte{0x30, 3, 2, 1, 1}, NewHash: newHash,
			Sign: func(info []byte) ([]byte, error) { return tt.sign(tt.hash(info)) },
		}
		doc, err := s.Enveloped([]byte("<a>ә</a>"))
		if err != nil {
			t.Fatal(err)
		}
		sig := signatures(t, doc)[0]
		if err := sig.Check(newHash); err != nil {
			t.Errorf("%v: %v", tt.method, err)
		}
		if sig.Method != tt.method || !tt.verify(tt.hash(sig.SignedInfo), sig.Value) {
			t.Errorf("%v: signature does not verify over SignedInfo as %v", tt.method, sig.Method)
		}
	}
}

// signatures parses doc and returns its signatures, which must be acceptable.
func signatures(t testing.TB, doc []byte) []*xmldsig.Signature {
	t.Helper()
	d, err := xmldsig.Parse(doc, xmldsig.Limits{})
	if err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	sigs, err := d.Signatures()
	if err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	return sigs
}

// TestCoSigned: of two enveloped signatures the first is broken by the second, and Check says so.
func TestCoSigned(t *testing.T) {
	s := rsaSigner()
	once, err := s.Enveloped([]byte("<root>x</root>"))
	if err != nil {
		t.Fatal(err)
	}
	twice, err := s.Enveloped(once)
	if err != nil {
		t.Fatal(err)
	}
	sigs := signatures(t, twice)
	if len(sigs) != 2 {
		t.Fatalf("%d signatures", len(sigs))
	}
	if err := sigs[0].Check(newHash); reason(err) != xmldsig.ReasonLaterSignature {
		t.Errorf("first signature: %v", err)
	}
	if err := sigs[1].Check(newHash); err != nil {
		t.Errorf("second signature: %v", err)
	}
	changed := []byte(strings.Replace(string(twice), "<root>x", "<root>y", 1))
	for i, s := range signatures(t, changed) {
		if err := s.Check(newHash); reason(err) != xmldsig.ReasonDigest {
			t.Errorf("signature %d of the changed document: %v", i, err)
		}
	}
}

// TestLaterSignatureIsNotAnExcuse: a reference that fails for good outweighs one that only suffers
// from a later signature.
func TestLaterSignatureIsNotAnExcuse(t *testing.T) {
	once, err := hashSigner.Enveloped([]byte("<root>x</root>"))
	if err != nil {
		t.Fatal(err)
	}
	wrong := regexp.MustCompile(`(?s)<ds:Reference .*</ds:Reference>`).FindString(string(once))
	wrong = regexp.MustCompile(`<ds:DigestValue>.`).ReplaceAllString(wrong, "<ds:DigestValue>/")
	doc := strings.Replace(string(once), "</ds:SignedInfo>", wrong+"</ds:SignedInfo>", 1)
	twice, err := hashSigner.Enveloped([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	first := signatures(t, twice)[0]
	if err := first.References[0].Check(newHash); reason(err) != xmldsig.ReasonLaterSignature {
		t.Errorf("first reference: %v", err)
	}
	if err := first.Check(newHash); reason(err) != xmldsig.ReasonDigest {
		t.Errorf("signature: %v", err)
	}
}

// TestRefusedHash: the caller decides about digests by not offering them.
func TestRefusedHash(t *testing.T) {
	s := *rsaSigner()
	s.Method = xmldsig.RSASHA1
	doc, err := s.Enveloped([]byte("<a/>"))
	if err != nil {
		t.Fatal(err)
	}
	modern := func(m xmldsig.DigestMethod) hash.Hash {
		if m == xmldsig.SHA256 {
			return sha256.New()
		}
		return nil
	}
	sig := signatures(t, doc)[0]
	if sig.Method != xmldsig.RSASHA1 {
		t.Fatalf("method %v", sig.Method)
	}
	if err := sig.Check(modern); reason(err) != xmldsig.ReasonSHA1 {
		t.Errorf("SHA-1 not offered: %v", err)
	}
	if err := sig.Check(newHash); err != nil {
		t.Errorf("SHA-1 offered: %v", err)
	}
}
