package eds_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash"
	"math/big"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// hostile is a message made to cost more than it should.
type hostile struct {
	name string
	data []byte
}

// attacker has an authority of their own, whose names are those of the real one, and keys of the
// slowest kind; and genuine certificates, which are public.
type attacker struct {
	tb        testing.TB
	size      int // bytes of a message, about
	root, key *edstest.Key
	genuine   *edstest.Key
	out       []hostile
}

// hostileMessages makes the corpus: what the formats allow to be long, deep, many, repeated or slow, in
// messages of about size bytes.
func hostileMessages(tb testing.TB, size int) []hostile {
	a := &attacker{tb: tb, size: size, genuine: testKeys(tb)["individual-gost"]}
	private := must(edstest.GenerateGOST2004())(tb)
	a.root = must(edstest.NewRoot(private, edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "ҮЛГІ ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) TEST"}, {Type: oid.Country, Value: "KZ"}}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		CA: true, PathLen: -1, KeyUsage: certpath.KeyCertSign | certpath.CRLSign}))(tb)
	a.key = a.issue(a.root, nil)
	a.xml()
	a.signedXML()
	a.cms()
	a.certificates()
	a.stamps()
	a.keys()
	a.names()
	a.evidence()
	a.nesting()
	return a.out
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func (a *attacker) issue(by *edstest.Key, change func(*edstest.Template)) *edstest.Key {
	t := edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "БӨТЕН"}, {Type: oid.SerialNumber, Value: "IIN900101300126"}},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), PathLen: -1, KeyUsage: certpath.DigitalSignature | certpath.NonRepudiation}
	if change != nil {
		change(&t)
	}
	return must(by.Issue(by.Private, t))(a.tb)
}

func (a *attacker) add(name string, data []byte) { a.out = append(a.out, hostile{name, data}) }

// fill repeats piece up to the size.
func (a *attacker) fill(piece string) string { return strings.Repeat(piece, max(1, a.size/len(piece))) }

// unsigned is the signature element of the corpus with a broken value, by id so that no document has
// to be signed; info replaces what its reference has.
func (a *attacker) unsigned(references string) string {
	cert := base64.StdEncoding.EncodeToString(a.genuine.Certificate)
	return `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>` +
		`<ds:SignatureMethod Algorithm="urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-512"/>` + references +
		`</ds:SignedInfo><ds:SignatureValue>` + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 128)) + `</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` +
		cert + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
}

func reference(uri, parameters string) string {
	transform := `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">` + parameters + `</ds:Transform>`
	if uri == "" {
		transform = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>` + transform
	}
	return `<ds:Reference URI="` + uri + `"><ds:Transforms>` + transform +
		`</ds:Transforms><ds:DigestMethod Algorithm="urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34112015-512"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>`
}

// prefixes declares n namespaces, and names them for a PrefixList.
func prefixes(n int) (decls, list string) {
	for i := range n {
		decls += fmt.Sprintf(` xmlns:p%d="urn:%d"`, i, i)
		list += fmt.Sprintf(" p%d", i)
	}
	return decls, list
}

// xml are documents that nobody signed.
func (a *attacker) xml() {
	long := `xmlns:p="urn:` + strings.Repeat("x", 4000) + `"`
	decls, list := prefixes(60)
	inclusive := `<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="` + strings.TrimSpace(list) + `"/>`
	sig := a.unsigned(reference("", inclusive))
	for name, doc := range map[string]string{
		"a long namespace name at every element": `<a ` + long + `>` + a.fill("<p:b/>") + sig + `</a>`,
		"a PrefixList at every declaration":      `<a` + decls + `>` + a.fill(`<b xmlns:q="urn:q"/>`) + sig + `</a>`,
		"sixty references with PrefixLists":      `<a` + decls + `>` + a.fill(`<b xmlns:q="urn:q"/>`) + a.unsigned(strings.Repeat(reference("", inclusive), 60)) + `</a>`,
		"a prefix declared anew at every depth":  a.nested(`<b xmlns:p="urn:1">`, `</b>`, sig),
		"many attributes in the worst order":     `<a>` + a.fill(`<b`+attributes(120)+`/>`) + sig + `</a>`,
		"many prefixes on every element":         `<a` + decls + `>` + a.fill(`<p0:b p59:a="" p58:a="" p57:a=""/>`) + sig + `</a>`,
		"more attributes than allowed":           `<a>` + a.fill(`<b`+attributes(200)+`/>`) + sig + `</a>`,
		"an id on every element":                 `<a>` + a.fill(`<b id="i"/>`) + a.unsigned(strings.Repeat(reference("#i", ""), 60)) + `</a>`,
		"different ids on every element":         a.ids(),
		"sixty signatures":                       `<a>` + a.fill(`<b/>`) + strings.Repeat(sig, 60) + `</a>`,
		"sixty signatures by id":                 `<a><c Id="c">` + a.fill(`<b/>`) + `</c>` + strings.Repeat(a.unsigned(reference("#c", "")), 60) + `</a>`,
		"more signatures than allowed":           `<a>` + a.fill(a.unsigned("")) + `</a>`,
		"comments":                               `<a>` + a.fill(`<!---->`) + sig + `</a>`,
		"instructions":                           `<a>` + a.fill(`<?x?>`) + sig + `</a>`,
		"CDATA":                                  `<a>` + a.fill(`<![CDATA[]]>`) + sig + `</a>`,
		"character references":                   `<a>` + a.fill(`&#62;`) + sig + `</a>`,
		"a reference of many digits":             `<a>&#` + a.fill("0") + `62;` + sig + `</a>`,
		"quotes to escape":                       `<a b='` + a.fill(`"`) + `'>` + sig + `</a>`,
		"greater-than to escape":                 `<a>` + a.fill(`>`) + sig + `</a>`,
		"deeper than allowed":                    strings.Repeat("<a>", a.size/3) + sig,
		"a signature never closed":               `<a>` + a.fill("<b/>") + strings.TrimSuffix(sig, "</ds:Signature>"),
		"a signature inside many":                strings.Repeat(`<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">`, 100) + sig,
		"base64 that is not":                     `<a>` + strings.Replace(sig, "<ds:SignatureValue>", "<ds:SignatureValue>"+a.fill("A "), 1) + `</a>`,
		"a certificate of zeros":                 `<a>` + strings.Replace(sig, "<ds:X509Certificate>", "<ds:X509Certificate>"+a.fill("AAAA"), 1) + `</a>`,
		"certificates":                           `<a>` + strings.Replace(sig, "<ds:X509Data>", "<ds:X509Data>"+a.fill("<ds:X509Certificate>MAA=</ds:X509Certificate>"), 1) + `</a>`,
		"a DOCTYPE":                              `<!DOCTYPE a [` + a.fill(`<!ENTITY b "c">`) + `]><a>` + sig + `</a>`,
	} {
		a.add("xml: "+name, []byte(doc))
	}
	a.message(sig)
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(`<a ` + long + `>` + a.fill("<p:b/>") + sig + `</a>`)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	a.add("xml: UTF-16", wide)
	a.add("xml: windows-1251 of which each byte becomes three", []byte("<?xml version='1.0' encoding='windows-1251'?><a>"+a.fill("\xb9")+sig+"</a>"))
	a.add("xml: windows-1251 with a byte that is none", []byte("<?xml version='1.0' encoding='windows-1251'?><a>"+a.fill("\xb9")+"\x98"+sig+"</a>"))
	slices.SortFunc(a.out, func(x, y hostile) int { return strings.Compare(x.name, y.name) })
}

// message is a SOAP message of sixty signatures over its Body, and of headers that nobody signed.
func (a *attacker) message(sig string) {
	signed := strings.Repeat(strings.Replace(sig, `URI=""`, `URI="#b"`, 1), 60)
	a.add("xml: a message with a long header and sixty signatures", []byte(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>`+a.fill(`<h/>`)+
		`<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">`+signed+`</w:Security></s:Header><s:Body Id="b">x</s:Body></s:Envelope>`))
}

func (a *attacker) nested(open, end, inside string) string {
	const depth = 60
	one := strings.Repeat(open, depth) + strings.Repeat(end, depth)
	return "<a>" + a.fill(one) + inside + "</a>"
}

func attributes(n int) (s string) {
	for i := range n {
		s += fmt.Sprintf(` a%d=""`, n-i)
	}
	return s
}

func (a *attacker) ids() string {
	var b strings.Builder
	refs := ""
	for i := range a.size / 16 {
		fmt.Fprintf(&b, `<b id="%d"/>`, i)
		if i < 60 {
			refs += reference(fmt.Sprintf("#%d", i), "")
		}
	}
	return "<a>" + b.String() + a.unsigned(refs) + "</a>"
}

// signedXML are documents that the attacker signs, so that their references are digested.
func (a *attacker) signedXML() {
	s := xmldsig.Signer{Method: xmldsig.GOST2004, Certificate: a.key.Certificate, Sign: a.key.Private.Sign, Compact: true,
		NewHash: func(m xmldsig.DigestMethod) hash.Hash { return must(algorithm.FindXMLDigest(m.URI()))(a.tb).New() }}
	a.add("signed xml: the slowest hash", must(s.Enveloped([]byte("<a>"+a.fill("text ")+"</a>")))(a.tb))
	a.add("signed xml: by id", must(s.ByID([]byte(`<a><b Id="b">`+a.fill("<c/>")+"</b></a>"), "b", xmldsig.Exclusive))(a.tb))
	doc := []byte("<a>" + a.fill("text ") + "</a>")
	for range 8 {
		doc = must(s.Enveloped(doc))(a.tb)
	}
	a.add("signed xml: eight signatures that break each other", doc)
}

// cms are messages with much of one thing, with the genuine certificate where one is needed.
func (a *attacker) cms() {
	document := []byte("x")
	attrs := edstest.BasicAttributes(digest(a.tb, oid.Streebog512, document), now)
	forged := must(edstest.SignerTemplate{Key: a.genuine, Attributes: attrs, SignatureValue: bytes.Repeat([]byte{1}, 128)}.Marshal())(a.tb)
	message := func(name string, change func(*edstest.Message)) {
		m := edstest.Message{Digests: []oid.ID{oid.Streebog512}, Content: document, Certificates: [][]byte{a.genuine.Certificate}, Signers: [][]byte{forged}}
		change(&m)
		a.add("cms: "+name, m.Marshal())
	}
	message("a forged signature", func(*edstest.Message) {})
	message("a forged signature over a long document", func(m *edstest.Message) { m.Content = make([]byte, a.size) })
	message("sixty forged signatures", func(m *edstest.Message) { m.Signers = slices.Repeat(m.Signers, 60) })
	message("more signatures than allowed", func(m *edstest.Message) { m.Signers = slices.Repeat(m.Signers, 1+a.size/len(forged)) })
	message("digest algorithms", func(m *edstest.Message) { m.Digests = slices.Repeat(m.Digests, a.size/14) })
	message("certificates", func(m *edstest.Message) {
		m.Certificates = slices.Repeat(m.Certificates, a.size/len(a.genuine.Certificate))
	})
	message("lists", func(m *edstest.Message) {
		list := must(a.root.CRL(edstest.ListTemplate{Number: 1, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}))(a.tb)
		m.CRLs = slices.Repeat([][]byte{list}, a.size/len(list))
	})
	pieces := bytes.Repeat([]byte("\x04\x01x"), a.size/3)
	message("a document in pieces", func(m *edstest.Message) { m.Content = pieces })
	inPieces := a.out[len(a.out)-1].data
	inPieces[bytes.LastIndexByte(inPieces[:bytes.Index(inPieces, pieces[:30])], 0x04)] = 0x24 // the OCTET STRING is constructed
	many := slices.Repeat([][]byte{edstest.SignedAttribute("\x2a\x03", []byte{5, 0})}, a.size/8)
	message("attributes", func(m *edstest.Message) {
		m.Signers = [][]byte{must(edstest.SignerTemplate{Key: a.genuine, Attributes: many, SignatureValue: []byte{1}}.Marshal())(a.tb)}
	})
	message("values of one attribute", func(m *edstest.Message) {
		many := edstest.SignedAttribute("\x2a\x03", slices.Repeat([][]byte{{5, 0}}, a.size/2)...)
		m.Signers = [][]byte{must(edstest.SignerTemplate{Key: a.genuine, Attributes: [][]byte{many}, SignatureValue: []byte{1}}.Marshal())(a.tb)}
	})
	message("a long signer identifier", func(m *edstest.Message) {
		m.Signers = [][]byte{must(edstest.SignerTemplate{Key: a.genuine, Attributes: attrs, SignatureValue: []byte{1}, Version: 3,
			Identifier: slices.Concat([]byte{0x80, 0x83, byte(a.size >> 16), byte(a.size >> 8), byte(a.size)}, make([]byte, a.size))}.Marshal())(a.tb)}
	})
	message("OCSP responses", func(m *edstest.Message) {
		answer := edstest.OCSPRevocationInfo(edstest.OCSPFailure(ocsp.TryLater))
		m.CRLs = slices.Repeat([][]byte{answer}, a.size/len(answer))
	})
	a.add("cms: PEM labels without an end", []byte(a.fill("-----BEGIN CMS-----\n")))
	a.add("cms: PEM labels of many kinds", []byte(a.fill("-----BEGIN A-----\n-----END A-----\n")))
	a.add("cms: indefinite lengths", slices.Concat([]byte("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80"), bytes.Repeat([]byte{0x30, 0x80}, a.size/2)))
	a.add("cms: spaces in base64", []byte("MIIB"+a.fill(" ")+"AAAA"))
	a.add("cms: zeros", append([]byte("\x30\x83\xff\xff\xff\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), make([]byte, a.size)...))

	// What somebody with a genuine key can do: a right signature over a digest that is not the document's.
	long := edstest.Message{Digests: []oid.ID{oid.Streebog512}, Content: make([]byte, min(a.size, 180<<10)), Certificates: [][]byte{a.genuine.Certificate},
		Signers: [][]byte{must(edstest.SignerTemplate{Key: a.genuine, Attributes: attrs}.Marshal())(a.tb)}}
	a.add("cms: genuine signature, another document", long.Marshal())
}

// certificates are messages whose path is a labyrinth.
func (a *attacker) certificates() {
	signed := func(name string, k *edstest.Key, certs [][]byte) {
		si := must(k.SignerInfo(digest(a.tb, k.Private.Algorithm().Digest, []byte("x")), edstest.At(now)))(a.tb)
		a.add("certificates: "+name, edstest.Message{Digests: []oid.ID{k.Private.Algorithm().Digest}, Content: []byte("x"),
			Certificates: append([][]byte{k.Certificate}, certs...), Signers: [][]byte{si}}.Marshal())
	}
	signed("the real authority's name", a.key, [][]byte{a.root.Certificate})
	var same, twins [][]byte
	for i := range min(a.size/1024, 300) {
		ca := must(edstest.NewRoot(a.root.Private, edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "АТТАС"}}, Serial: []byte{1, byte(i >> 8), byte(i)},
			NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), CA: true, PathLen: -1, KeyUsage: certpath.KeyCertSign}))(a.tb)
		same = append(same, ca.Certificate)
		if i == 0 {
			below := a.issue(ca, nil)
			defer func() { signed("authorities of one name that sign each other", below, same) }()
		}
		twin := *a.key
		twin.Certificate = slices.Clone(a.key.Certificate)
		copy(twin.Certificate[len(twin.Certificate)-2:], []byte{byte(i >> 8), byte(i)})
		twins = append(twins, twin.Certificate)
	}
	attrs := edstest.BasicAttributes(digest(a.tb, oid.GOST34311, []byte("x")), now)
	si := must(edstest.SignerTemplate{Key: a.key, Attributes: attrs, SignatureValue: bytes.Repeat([]byte{1}, 64)}.Marshal())(a.tb)
	a.add("certificates: all of them the signer's", edstest.Message{Digests: []oid.ID{oid.GOST34311}, Content: []byte("x"), Certificates: twins, Signers: [][]byte{si}}.Marshal())
	signed("a long one", a.issue(a.root, func(t *edstest.Template) {
		t.Extra = []edstest.Extension{{ID: "\x2a\x03", Value: make([]byte, a.size)}}
	}), nil)
}

// stamps are time stamps by the attacker's own authority.
func (a *attacker) stamps() {
	tsa := a.issue(a.root, func(t *edstest.Template) {
		t.KeyUsage, t.ExtKeyUsage, t.ExtKeyUsageCritical = 0, []oid.ID{oid.TimeStamping}, true
	})
	sum := digest(a.tb, oid.Streebog512, []byte("x"))
	var signers [][]byte
	for range min(60, max(1, a.size/12000)) {
		token := edstest.StampTemplate{Time: now, Chain: true}
		attrs := append(edstest.BasicAttributes(sum, now), edstest.ESSAttribute(a.genuine.Certificate))
		value := must(a.genuine.Private.Sign(edstest.AttributeSet(attrs)))(a.tb)
		var tokens [][]byte
		for range 8 {
			tokens = append(tokens, must(tsa.Stamp(value, token))(a.tb))
		}
		signers = append(signers, must(edstest.SignerTemplate{Key: a.genuine, Attributes: attrs, SignatureValue: value,
			Unsigned: [][]byte{edstest.SignedAttribute(oid.TimeStampTokenAttr, tokens...)}}.Marshal())(a.tb))
	}
	m := edstest.Message{Digests: []oid.ID{oid.Streebog512}, Content: []byte("x"), Certificates: [][]byte{a.genuine.Certificate}, Signers: signers}
	a.add("stamps: eight on each of many signatures", m.Marshal())
	m.Signers = signers[:1]
	a.add("stamps: eight on one signature", m.Marshal())
}

// wideKey is an RSA key with the longest modulus and exponent that are read. Nobody has its private half.
func wideKey(tb testing.TB) []byte {
	n := bytes.Repeat([]byte{0xff}, 1024)
	return must(x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 1<<31 - 1}))(tb)
}

// keys are messages with keys that are slow to use.
func (a *attacker) keys() {
	rsaSigned := func(name string, certs [][]byte, value int) {
		attrs := edstest.BasicAttributes(digest(a.tb, oid.SHA256, []byte("x")), now)
		si := must(edstest.SignerTemplate{Key: &edstest.Key{Private: a.key.Private, Certificate: certs[0]}, Attributes: attrs, Digest: oid.SHA256, Signature: oid.RSAWithSHA256,
			SignatureValue: bytes.Repeat([]byte{1}, value)}.Marshal())(a.tb)
		a.add("keys: "+name, edstest.Message{Digests: []oid.ID{oid.SHA256}, Content: []byte("x"), Certificates: certs, Signers: [][]byte{si}}.Marshal())
	}
	wide := a.issue(a.root, func(t *edstest.Template) { t.SPKI = wideKey(a.tb) })
	rsaSigned("RSA of 8192 bits with a long exponent", [][]byte{wide.Certificate, a.root.Certificate}, 1024)
	var labyrinth, twins [][]byte
	for i := range min(a.size/2048, 250) {
		ca := a.issue(a.root, func(t *edstest.Template) {
			t.Subject, t.CA, t.KeyUsage, t.Serial, t.SPKI = []edstest.Attribute{{Type: oid.CommonName, Value: "АТТАС"}}, true, certpath.KeyCertSign, []byte{1, byte(i >> 8), byte(i)}, wideKey(a.tb)
			t.IssuerName, t.SubjectKeyID, t.IssuerID = edstest.Name(t.Subject...), []byte{1}, []byte{1}
		})
		labyrinth = append(labyrinth, ca.Certificate)
		twins = append(twins, a.issue(a.root, func(t *edstest.Template) { t.SPKI, t.Serial = wideKey(a.tb), []byte{2} }).Certificate)
	}
	below := a.issue(a.root, func(t *edstest.Template) {
		t.SPKI, t.IssuerName, t.IssuerID = wideKey(a.tb), edstest.Name(edstest.Attribute{Type: oid.CommonName, Value: "АТТАС"}), []byte{1}
	})
	rsaSigned("authorities of one name with such keys", append([][]byte{below.Certificate}, labyrinth...), 1024)
	rsaSigned("all of them the signer's", twins, 1024)
	rsaSigned("a signature value that is long", [][]byte{wide.Certificate}, a.size)
	long := slices.Concat([]byte{0x06, 0x83, byte(a.size >> 16), byte(a.size >> 8), byte(a.size)}, bytes.Repeat([]byte{0x2a}, a.size))
	rsaSigned("an algorithm whose identifier is long", [][]byte{a.issue(a.root, func(t *edstest.Template) {
		t.SPKI = sequence(sequence(long), []byte{0x03, 0x02, 0x00, 0x00})
	}).Certificate}, 1024)
}

// sequence is a DER SEQUENCE of elements.
func sequence(elements ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, e := range elements {
			b.AddBytes(e)
		}
	})
	return b.BytesOrPanic()
}

// names are messages with names that are long to read or to compare.
func (a *attacker) names() {
	signed := func(name string, change func(*edstest.Template), more ...[]byte) {
		k := a.issue(a.root, change)
		si := must(k.SignerInfo(digest(a.tb, oid.GOST34311, []byte("x")), edstest.At(now)))(a.tb)
		a.add("names: "+name, edstest.Message{Digests: []oid.ID{oid.GOST34311}, Content: []byte("x"), Certificates: append([][]byte{k.Certificate}, more...), Signers: [][]byte{si}}.Marshal())
	}
	var many []edstest.Attribute
	for range a.size / 16 {
		many = append(many, edstest.Attribute{Type: oid.CommonName, Value: "Ǆ İ"})
	}
	signed("a subject of many parts", func(t *edstest.Template) { t.Subject = many })
	signed("an issuer of many parts", func(t *edstest.Template) { t.IssuerName = edstest.Name(many...) })
	signed("a name that is long", func(t *edstest.Template) {
		t.Subject = []edstest.Attribute{{Type: oid.CommonName, Value: strings.Repeat(" İ\u0301", a.size/5)}}
	})
	signed("an attribute whose identifier is long", func(t *edstest.Template) {
		t.Subject = []edstest.Attribute{{Type: oid.ID(bytes.Repeat([]byte{0x2a}, a.size)), Value: "x"}}
	})
	signed("extensions", func(t *edstest.Template) {
		for i := range a.size / 16 {
			t.Extra = append(t.Extra, edstest.Extension{ID: oid.ID([]byte{0x2a, 0x81 + byte(i>>14)&0x3f, 0x80 + byte(i>>7)&0x7f, byte(i) & 0x7f}), Value: []byte{5, 0}})
		}
	})
	signed("extended key usages", func(t *edstest.Template) {
		t.ExtKeyUsage = slices.Repeat([]oid.ID{"\x2a\x03\x04"}, a.size/5)
	})
	// Authorities whose long names differ at their end alone.
	var issuers [][]byte
	long := strings.Repeat("İ ", 2000)
	for i := range min(a.size/8192, 120) {
		issuers = append(issuers, a.issue(a.root, func(t *edstest.Template) {
			t.CA, t.KeyUsage, t.Subject = true, certpath.KeyCertSign, []edstest.Attribute{{Type: oid.CommonName, Value: fmt.Sprint(long, i)}}
		}).Certificate)
	}
	signed("authorities whose names are long", func(t *edstest.Template) {
		t.IssuerName = edstest.Name(edstest.Attribute{Type: oid.CommonName, Value: long + "x"})
	}, issuers...)
}

// evidence are messages with lists and responses that have much in them.
func (a *attacker) evidence() {
	signed := func(name string, evidence ...[]byte) {
		si := must(a.genuine.SignerInfo(digest(a.tb, oid.Streebog512, []byte("x")), edstest.At(now)))(a.tb)
		a.add("evidence: "+name, edstest.Message{Digests: []oid.ID{oid.Streebog512}, Content: []byte("y"), Certificates: [][]byte{a.genuine.Certificate}, CRLs: evidence, Signers: [][]byte{si}}.Marshal())
	}
	template := edstest.ListTemplate{Number: 1, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour), Revoked: edstest.Revocations(a.size/40, now)}
	signed("a list of many", must(a.root.CRL(template))(a.tb))
	template.Revoked = nil
	for i := range min(a.size/64, 100_000) {
		template.Extra = append(template.Extra, edstest.Extension{ID: oid.ID([]byte{0x2a, 0x81 + byte(i>>14)&0x3f, 0x80 + byte(i>>7)&0x7f, byte(i) & 0x7f}), Value: []byte{5, 0}})
	}
	signed("a list with many extensions", must(a.root.CRL(template))(a.tb))
	answer := edstest.Answer{ID: ocsp.CertID{Hash: oid.SHA1, NameHash: make([]byte, 20), KeyHash: make([]byte, 20), Serial: []byte{1}}, ThisUpdate: now.Add(-time.Minute)}
	answer.Before = slices.Repeat([]edstest.Answer{answer}, a.size/110)
	signed("a response of many answers", edstest.OCSPRevocationInfo(must(a.root.OCSP(answer))(a.tb)))
	answer.Before, answer.Certificates = nil, slices.Repeat([][]byte{a.root.Certificate}, a.size/len(a.root.Certificate))
	signed("a response of many certificates", edstest.OCSPRevocationInfo(must(a.root.OCSP(answer))(a.tb)))
	answer.Certificates = nil
	one := edstest.OCSPRevocationInfo(must(a.root.OCSP(answer))(a.tb))
	signed("many responses", slices.Repeat([][]byte{one}, a.size/len(one))...)
}

// nesting are messages that are deep.
func (a *attacker) nesting() {
	deep := func(tag byte, n int) []byte {
		return slices.Concat(bytes.Repeat([]byte{tag, 0x80}, n), make([]byte, 2*n))
	}
	message := func(name string, change func(*edstest.Message)) {
		m := edstest.Message{Digests: []oid.ID{oid.Streebog512}, Content: []byte("x"), Certificates: [][]byte{a.genuine.Certificate}}
		change(&m)
		a.add("nesting: "+name, m.Marshal())
	}
	signer := func(attribute []byte) [][]byte {
		attrs := append(edstest.BasicAttributes(digest(a.tb, oid.Streebog512, []byte("x")), now), edstest.SignedAttribute("\x2a\x03", attribute))
		return [][]byte{must(edstest.SignerTemplate{Key: a.genuine, Attributes: attrs, SignatureValue: bytes.Repeat([]byte{1}, 128)}.Marshal())(a.tb)}
	}
	message("a signed attribute of sequences", func(m *edstest.Message) { m.Signers = signer(deep(0x30, a.size/4)) })
	message("certificates in certificates", func(m *edstest.Message) { m.Certificates = append(m.Certificates, deep(0x30, a.size/4)) })
	message("lists in lists", func(m *edstest.Message) { m.CRLs = [][]byte{deep(0x30, a.size/4)} })
	message("signers in signers", func(m *edstest.Message) { m.Signers = [][]byte{deep(0x30, a.size/4)} })
	var wrapped []byte // each inside the next, with a length of its own
	for len(wrapped) < min(a.size, 60<<10) {
		wrapped = sequence(wrapped)
	}
	message("sequences with lengths", func(m *edstest.Message) { m.Certificates = append(m.Certificates, wrapped) })
	content := slices.Concat([]byte("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80"),
		bytes.Repeat([]byte{0x24, 0x80}, a.size/4), make([]byte, a.size/2), make([]byte, 4), []byte{0x31, 0, 0, 0, 0, 0, 0, 0})
	a.add("nesting: pieces of pieces", content)
	quoted := `"MIIB`
	for len(quoted) < a.size/2 {
		quoted += `\u0041\n\/`
	}
	a.add("nesting: text in JSON", []byte(quoted+`"`))
	a.add("nesting: text in a data URL", []byte("data:;base64,"+a.fill("%41")))
	a.add("nesting: text in UTF-16", []byte(a.fill("M\x00I\x00")))
}

func digest(tb testing.TB, id oid.ID, data []byte) []byte {
	h := must(algorithm.FindDigest(id))(tb).New()
	h.Write(data)
	return h.Sum(nil)
}

// TestHostileWork counts what the corpus costs: nothing exceeds what the policy grants, whatever the
// machine. BenchmarkHostile measures the time.
func TestHostileWork(t *testing.T) {
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	n := 0
	for _, tt := range []struct {
		policy eds.Policy
		size   int
		most   eds.Work
	}{
		{eds.Filing().Online(), 180 << 10, eds.Work{CanonicalBytes: 512 << 10, DigestBytes: 320 << 10, PathChecks: 4, SignatureChecks: 3}},
		{eds.Archive(), 96 << 10, eds.Work{CanonicalBytes: 2 << 20, DigestBytes: 4 << 20, PathChecks: 144, SignatureChecks: 144}},
	} {
		for _, m := range hostileMessages(t, tt.size) {
			n++
			v := eds.Verifier{Trust: trust, Policy: tt.policy}
			rep, err := v.Verify(eds.Signed{Data: m.data, At: now})
			if err == nil && m.name != "stamps: eight on one signature" { // a genuine signature whose stamps nobody looks at online
				t.Errorf("%s: %s passes", tt.policy.Name, m.name)
			}
			if rep == nil {
				continue
			}
			w := rep.Work
			if w.CanonicalBytes > tt.most.CanonicalBytes || w.DigestBytes > tt.most.DigestBytes || w.PathChecks > tt.most.PathChecks || w.SignatureChecks > tt.most.SignatureChecks {
				t.Errorf("%s: %s costs %+v, at most %+v", tt.policy.Name, m.name, w, tt.most)
			}
		}
	}
	if n < 2*50 {
		t.Errorf("only %d messages", n)
	}
}

// What runs out of work is neither good nor bad, and the report says what ran out.
func TestLimitsAreIndeterminate(t *testing.T) {
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	messages := hostileMessages(t, 16<<10)
	for name := range (eds.Limits{}).All() {
		seen := false
		for _, m := range messages {
			v := eds.Verifier{Trust: trust, Policy: eds.Archive()}
			v.Policy.Limits = eds.Archive().Online().Limits
			v.Policy.Limits.PathChecks, v.Policy.Limits.SignatureChecks, v.Policy.Limits.Signers, v.Policy.Limits.Certificates = 8, 8, 8, 64
			if err := v.Policy.Limits.Set(name, 1); err != nil {
				t.Fatal(err)
			}
			rep, _ := v.Verify(eds.Signed{Data: m.data, At: now})
			if rep == nil {
				continue
			}
			for _, s := range append([]eds.Signer{{Checks: rep.Checks}}, rep.Signers...) {
				for _, c := range s.Checks {
					if c.Code != eds.CodeLimits || c.Status == eds.Passed {
						continue
					}
					if c.Status != eds.Unknown || c.SubIndication != eds.SigConstraintsFailure {
						t.Errorf("%s=1, %s: %+v", name, m.name, c)
					}
					seen = seen || strings.HasPrefix(c.Detail, name+": ")
				}
			}
		}
		// A path too short is one that is not found; growth shows as canonical-bytes; files and unpacked are
		// those of package container.
		if !seen && !slices.Contains([]string{"path", "growth", "files", "unpacked", "inflation"}, name) {
			t.Errorf("limit %s shows nowhere", name)
		}
	}
	if err := new(eds.Limits).Set("signers", 0); err == nil {
		t.Error("a limit of nothing")
	}
}

// BenchmarkHostile compares the worst message of the corpus with an honest one: online it must cost
// less than three of them, and less than half a second, or half a second for each megabyte, where
// somebody checks a file of their own.
func BenchmarkHostile(b *testing.B) {
	trust := loadTrust(b, filepath.Join(pki, "trust"))
	key := testKeys(b)["individual-gost"]
	signer := must(certpath.Parse(key.Certificate))(b)
	cost := func(policy eds.Policy, data []byte) time.Duration {
		v := eds.Verifier{Trust: trust, Policy: policy}
		best := time.Hour
		for range 3 {
			eds.Forget(trust, signer)
			start := cpu()
			_, _ = v.Verify(eds.Signed{Data: data, At: now})
			best = min(best, cpu()-start)
		}
		return best
	}
	worst := func(policy eds.Policy, size int) (name string, most time.Duration, length int) {
		for _, m := range hostileMessages(b, size) {
			if d := cost(policy, m.data); d > most {
				name, most, length = m.name, d, len(m.data)
			}
		}
		return name, most, length
	}
	b.Run("online", func(b *testing.B) {
		honest := cost(eds.Filing().Online(), must(key.SignCMS(make([]byte, 2<<10), edstest.Attached, edstest.At(now)))(b))
		for b.Loop() {
			name, most, _ := worst(eds.Filing().Online(), 180<<10)
			b.ReportMetric(float64(most)/float64(honest), "honest")
			if b.Logf("%s: %v, an honest one %v", name, most, honest); most >= 3*honest {
				b.Errorf("%s costs %.1f honest verifications", name, float64(most)/float64(honest))
			}
		}
	})
	for _, size := range []int{64 << 10, 288 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("file-%dKB", size>>10), func(b *testing.B) {
			for b.Loop() {
				name, most, length := worst(eds.Archive(), size)
				b.ReportMetric(most.Seconds(), "s")
				if b.Logf("%s of %d bytes: %v", name, length, most); most.Seconds() >= 0.5*max(1, float64(length)/(1<<20)) {
					b.Errorf("%s of %d bytes costs %v", name, length, most)
				}
			}
		})
	}
}
