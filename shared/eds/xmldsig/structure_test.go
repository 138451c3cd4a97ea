package xmldsig_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// signedPart is a document with one part, signed by id; sig is its signature.
func signedPart(t *testing.T) (doc, sig string) {
	t.Helper()
	out, err := rsaSigner().ByID([]byte(`<root><a Id="part"><pay>1</pay></a></root>`), "part", xmldsig.InclusiveWithComments)
	if err != nil {
		t.Fatal(err)
	}
	doc = string(out)
	return doc, doc[strings.Index(doc, "<ds:Signature ") : len(doc)-len("</root>")]
}

// TestWrapping moves the signed element to where nobody looks and puts another in its place, in
// the eight ways of "On Breaking SAML" (Somorovsky and others, 2012) and a few more. The digest
// stays right in every one of them.
func TestWrapping(t *testing.T) {
	_, sig := signedPart(t)
	const good, evil = `<a Id="part"><pay>1</pay></a>`, `<pay>999999</pay>`
	object := func(s, content string) string {
		return strings.Replace(s, "</ds:Signature>", "<ds:Object>"+content+"</ds:Object></ds:Signature>", 1)
	}
	inKeyInfo := strings.Replace(sig, "<ds:KeyInfo>", "<ds:KeyInfo><x>"+good+"</x>", 1)
	inKeyName := strings.Replace(sig, "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>"+good+"</ds:KeyName>", 1)
	tests := []struct {
		name, doc string
		want      xmldsig.Reason
	}{
		{"1: original in the signature's Object", `<root><a Id="part">` + evil + `</a>` + object(sig, good) + `</root>`, xmldsig.ReasonObject},
		{"2: original before its signature, evil root child", `<root><a Id="evil">` + evil + `</a>` + good + sig + `</root>`, xmldsig.ReasonLookAlike},
		{"3: evil sibling after", `<root>` + good + sig + `<a>` + evil + `</a></root>`, xmldsig.ReasonLookAlike},
		{"4: original inside evil", `<root><a Id="evil">` + evil + good + `</a>` + sig + `</root>`, xmldsig.ReasonPlacement},
		{"4: with its signature", `<root><a Id="evil">` + evil + good + sig + `</a></root>`, xmldsig.ReasonLookAlike},
		{"5: same id, signature in evil", `<root><a Id="part">` + evil + sig + `</a>` + good + `</root>`, xmldsig.ReasonDuplicateID},
		{"6: original inside a signature inside evil", `<root><a Id="evil">` + evil + inKeyName + `</a></root>`, xmldsig.ReasonMalformed},
		{"7: original in an extension", `<root><ext>` + good + `</ext><a Id="other">` + evil + `</a>` + sig + `</root>`, xmldsig.ReasonPlacement},
		{"8: original in another signature's Object", `<root><a>` + evil + `</a><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>` + good + `</ds:Object></ds:Signature>` + sig + `</root>`, xmldsig.ReasonObject},
		{"unknown KeyInfo", `<root><a>` + evil + `</a>` + inKeyInfo + `</root>`, xmldsig.ReasonMalformed},
		{"evil under another name", `<root><b><sum>999999</sum></b>` + good + sig + `</root>`, xmldsig.ReasonUncovered},
		{"evil under another name after", `<root>` + good + `<b><sum>999999</sum></b>` + sig + `</root>`, xmldsig.ReasonUncovered},
		{"the name of a child of the signed one", `<root>` + good + `<pay/>` + sig + `</root>`, xmldsig.ReasonLookAlike},
		{"the name of a child on an ancestor", `<pay>` + good + sig + `</pay>`, xmldsig.ReasonLookAlike},
		{"the first place", `<root><b/>` + good + sig + `</root>`, xmldsig.ReasonUncovered},
		{"a style sheet", `<?xml-stylesheet href="evil.xsl"?><root>` + good + sig + `</root>`, xmldsig.ReasonUncovered},
		{"an instruction", `<root>` + good + sig + `<?pay 999999?></root>`, xmldsig.ReasonUncovered},
		{"nil", `<root xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true">` + good + sig + `</root>`, xmldsig.ReasonUncovered},
		{"evil in an attribute", `<root pay="999999">` + good + sig + `</root>`, xmldsig.ReasonUncovered},
		{"evil in text", `<root>pay 999999` + good + sig + `</root>`, xmldsig.ReasonUncovered},
		{"evil in text after the signature", `<root>` + good + sig + `&#57;</root>`, xmldsig.ReasonUncovered},
		{"evil in CDATA", `<root>` + good + `<![CDATA[9]]>` + sig + `</root>`, xmldsig.ReasonUncovered},
		{"same name, another namespace", `<root><a xmlns="urn:evil"/>` + good + sig + `</root>`, xmldsig.ReasonLookAlike},
	}
	for _, spelling := range []string{`Id="part"`, `ID="part"`, `id="part"`, `iD=" part "`, `Id="p&#97;rt"`, `xml:id="part"`,
		`xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" w:Id="part"`, `xmlns:w="urn:w" w:Id="part"`} {
		tests = append(tests, struct {
			name, doc string
			want      xmldsig.Reason
		}{"duplicate " + spelling, `<root>` + good + `<b ` + spelling + `/>` + sig + `</root>`, xmldsig.ReasonDuplicateID})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := verify([]byte(tt.doc)); reason(err) != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	// What the rules leave alone: an empty neighbour, ids, white space, comments.
	harmless := `<root Id="r"><!-- c -->` + good + "\n <b/>" + sig + `<c Id="c"/></root>`
	if _, err := verify([]byte(harmless)); err != nil {
		t.Errorf("harmless: %v", err)
	}
}

// TestPartial: a caller that takes responsibility for the path gets the part.
func TestPartial(t *testing.T) {
	out, err := rsaSigner().ByID([]byte(`<root><head>x</head><b><part Id="p">1</part></b></root>`), "p", xmldsig.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verify(out); reason(err) != xmldsig.ReasonPlacement {
		t.Errorf("by default: %v", err)
	}
	d, err := xmldsig.Parse(out, xmldsig.Limits{Partial: true})
	if err != nil {
		t.Fatal(err)
	}
	sigs, err := d.Signatures()
	if err != nil {
		t.Fatal(err)
	}
	if err := sigs[0].Check(newHash); err != nil {
		t.Error(err)
	}
	if got := sigs[0].References[0].Element.Path(); got != "/root[1]/b[1]/part[1]" {
		t.Errorf("path %s", got)
	}
}

// TestStructure changes one thing in a good signature.
func TestStructure(t *testing.T) {
	raw, err := rsaSigner().Enveloped([]byte("<root>x</root>"))
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	cert := regexp.MustCompile(`(?s)<ds:X509Certificate>.*</ds:X509Certificate>`).FindString(good)
	keyInfo := regexp.MustCompile(`(?s)<ds:KeyInfo>.*</ds:KeyInfo>`).FindString(good)
	reference := regexp.MustCompile(`(?s)<ds:Reference .*</ds:Reference>`).FindString(good)
	transforms := regexp.MustCompile(`(?s)<ds:Transforms>.*</ds:Transforms>`).FindString(good)
	const (
		enveloped = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`
		c14n      = `<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"/>`
		method    = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
		digest    = "http://www.w3.org/2001/04/xmlenc#sha256"
		canon     = `Method Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"`
	)
	tests := []struct {
		name, from, to string
		want           xmldsig.Reason
	}{
		{"no signature", "xmldsig#\"", "xmldsig-not#\"", xmldsig.ReasonNoSignature},
		{"empty signature", good[strings.Index(good, "<ds:SignedInfo>"):strings.Index(good, "</ds:Signature>")], "", xmldsig.ReasonMalformed},
		{"text in the signature", "<ds:KeyInfo>", "x<ds:KeyInfo>", xmldsig.ReasonMalformed},
		{"text in SignedInfo", "<ds:Reference ", "x<ds:Reference ", xmldsig.ReasonMalformed},
		{"two KeyInfo", keyInfo, keyInfo + keyInfo, xmldsig.ReasonMalformed},
		{"no KeyInfo", keyInfo, "", xmldsig.ReasonNoCertificate},
		{"no certificate", cert, "", xmldsig.ReasonNoCertificate},
		{"certificate by reference", "<ds:KeyInfo>", `<ds:KeyInfo><ds:RetrievalMethod URI="http://127.0.0.1/"/>`, xmldsig.ReasonMalformed},
		{"certificate is not base64", cert, "<ds:X509Certificate>A</ds:X509Certificate>", xmldsig.ReasonBase64},
		{"certificate is empty", cert, "<ds:X509Certificate/>", xmldsig.ReasonBase64},
		{"certificate with trailing bytes", cert, "<ds:X509Certificate>MAMCAQEA</ds:X509Certificate>", xmldsig.ReasonCertificate},
		{"element in the certificate", "<ds:X509Certificate>", "<ds:X509Certificate><x/>", xmldsig.ReasonMalformed},
		{"no reference", reference, "", xmldsig.ReasonNoReference},
		{"reference without URI", `<ds:Reference URI="">`, "<ds:Reference>", xmldsig.ReasonURI},
		{"http", `URI=""`, `URI="http://127.0.0.1:9/"`, xmldsig.ReasonURI},
		{"file", `URI=""`, `URI="file:///etc/passwd"`, xmldsig.ReasonURI},
		{"relative", `URI=""`, `URI="other.xml"`, xmldsig.ReasonURI},
		{"xpointer", `URI=""`, `URI="#xpointer(/)"`, xmldsig.ReasonURI},
		{"bare #", `URI=""`, `URI="#"`, xmldsig.ReasonURI},
		{"no such id", `URI=""`, `URI="#nowhere"`, xmldsig.ReasonMissingID},
		{"manifest", `URI=""`, `URI="" Type="http://www.w3.org/2000/09/xmldsig#Manifest"`, xmldsig.ReasonManifest},
		{"xpath", enveloped, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>1</ds:XPath></ds:Transform>`, xmldsig.ReasonXPath},
		{"xpath filter", enveloped, enveloped + `<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"/>`, xmldsig.ReasonXPath},
		{"xslt", c14n, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>`, xmldsig.ReasonXSLT},
		{"base64 transform", c14n, `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>`, xmldsig.ReasonUnknownTransform},
		{"c14n 1.1", c14n, `<ds:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/>`, xmldsig.ReasonUnknownTransform},
		{"no enveloped-signature", enveloped, "", xmldsig.ReasonTransform},
		{"no transforms", transforms, "", xmldsig.ReasonTransform},
		{"empty transforms", enveloped + "\n" + c14n, "", xmldsig.ReasonMalformed},
		{"enveloped-signature twice", enveloped, enveloped + enveloped, xmldsig.ReasonTransform},
		{"enveloped-signature last", enveloped + "\n" + c14n, c14n + enveloped, xmldsig.ReasonTransform},
		{"two canonicalizations", c14n, c14n + c14n, xmldsig.ReasonTransform},
		{"hmac", method, "http://www.w3.org/2000/09/xmldsig#hmac-sha1", xmldsig.ReasonHMAC},
		{"hmac more", method, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", xmldsig.ReasonHMAC},
		{"256-bit", method, "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-256", xmldsig.ReasonGOST256},
		{"ecdsa", method, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", xmldsig.ReasonSignatureMethod},
		{"no method", method, "", xmldsig.ReasonSignatureMethod},
		{"method with parameters", `#rsa-sha256"/>`, `#rsa-sha256"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>`, xmldsig.ReasonMalformed},
		{"sha-1 digest", digest, "http://www.w3.org/2000/09/xmldsig#sha1", xmldsig.ReasonSHA1},
		{"md5 digest", digest, "http://www.w3.org/2001/04/xmldsig-more#md5", xmldsig.ReasonUnknownDigest},
		{"digest of another family", digest, "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34112015-512", xmldsig.ReasonDigestMethod},
		{"256-bit digest", digest, "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34112015-256", xmldsig.ReasonGOST256},
		{"canonicalization 1.1", canon, `Method Algorithm="http://www.w3.org/2006/12/xml-c14n11"`, xmldsig.ReasonCanonicalization},
		{"canonicalization with parameters", canon + "/>", canon + `><x/></ds:CanonicalizationMethod>`, xmldsig.ReasonMalformed},
		{"digest not base64", "<ds:DigestValue>", "<ds:DigestValue>=", xmldsig.ReasonBase64},
		{"second child in DigestValue", "</ds:DigestValue>", "<x/></ds:DigestValue>", xmldsig.ReasonMalformed},
		{"signature in a signature", "<ds:KeyInfo>", `<ds:KeyInfo><ds:KeyName><ds:Signature/></ds:KeyName>`, xmldsig.ReasonMalformed},
		{"content changed", "<root>x", "<root>y", xmldsig.ReasonDigest},
		{"attribute added", "<root>x", "<root Id='z'>x", xmldsig.ReasonDigest},
		{"white space added", "<root>x", "<root>x ", xmldsig.ReasonDigest},
		{"SignedInfo changed", "<ds:SignedInfo>\n", "<ds:SignedInfo>", "crypto/rsa: verification error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := strings.Replace(good, tt.from, tt.to, 1)
			if doc == good {
				t.Fatalf("%q is not in %s", tt.from, good)
			}
			if _, err := verify([]byte(doc)); reason(err) != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	// Hints beside the certificate change nothing.
	hints := strings.Replace(good, "</ds:KeyInfo>", "<ds:KeyName>x</ds:KeyName><ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue></ds:KeyInfo>", 1)
	if _, err := verify([]byte(hints)); err != nil {
		t.Errorf("hints: %v", err)
	}
	if _, err := verify([]byte("<ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'/>")); reason(err) != xmldsig.ReasonPlacement {
		t.Errorf("signature alone: %v", err)
	}
}

// TestMessage changes one thing in a signed SOAP message.
func TestMessage(t *testing.T) {
	raw, err := rsaSigner().Body([]byte(envelope), "b1")
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	body := good[strings.Index(good, "<s:Body") : strings.Index(good, "</s:Body>")+len("</s:Body>")]
	evil := `<s:Body>evil</s:Body>`
	str := regexp.MustCompile(`(?s)<wsse:SecurityTokenReference>.*</wsse:SecurityTokenReference>`).FindString(good)
	key := regexp.MustCompile(`[A-Za-z0-9+/=]{500,}`).FindString(str)
	attributes := str[strings.Index(str, "EncodingType"):strings.Index(str, ">"+key)]
	token := `<wsse:BinarySecurityToken ` + attributes + ` Id="token">` + key + `</wsse:BinarySecurityToken>`
	byToken := strings.Replace(good, str, `<wsse:SecurityTokenReference><wsse:Reference URI="#token"/></wsse:SecurityTokenReference>`, 1)
	accepted := map[string]string{
		"as signed":            good,
		"with a token":         strings.Replace(byToken, "<ds:Signature ", token+"<ds:Signature ", 1),
		"with another header":  strings.Replace(good, "<s:Header>", `<s:Header><to xmlns="urn:a" x="y">court</to>`, 1),
		"attribute of SOAP":    strings.Replace(good, "<s:Envelope ", `<s:Envelope s:encodingStyle="" `, 1),
		"X509Data in a header": strings.Replace(good, str, "<ds:X509Data><ds:X509Certificate>"+key+"</ds:X509Certificate></ds:X509Data>", 1),
	}
	for name, doc := range accepted {
		if sigs, err := verify([]byte(doc)); err != nil || sigs[0].Form != xmldsig.WSSecurity {
			t.Errorf("%s: %v", name, err)
		}
	}
	tests := []struct {
		name, doc string
		want      xmldsig.Reason
	}{
		{"body changed", strings.Replace(good, "Өтініш", "Шағым", 1), xmldsig.ReasonDigest},
		{"second body", strings.Replace(good, body, body+evil, 1), xmldsig.ReasonLookAlike},
		{"evil body first", strings.Replace(good, body, evil+body, 1), xmldsig.ReasonPlacement},
		{"body moved into the header", strings.Replace(strings.Replace(good, body, evil, 1), "<s:Header>", "<s:Header><x>"+body+"</x>", 1), xmldsig.ReasonBody},
		{"body moved beside the signature", strings.Replace(strings.Replace(good, body, evil, 1), "<ds:Signature ", body+"<ds:Signature ", 1), xmldsig.ReasonBody},
		{"body moved into a wrapper", strings.Replace(good, body, "<x>"+body+"</x>"+evil, 1), xmldsig.ReasonPlacement},
		{"text beside the body", strings.Replace(good, body, "evil"+body, 1), xmldsig.ReasonUncovered},
		{"element with text beside the body", strings.Replace(good, body, body+"<x>evil</x>", 1), xmldsig.ReasonUncovered},
		{"token missing", byToken, xmldsig.ReasonMissingID},
		{"token twice", strings.Replace(byToken, "<ds:Signature ", token+token+"<ds:Signature ", 1), xmldsig.ReasonDuplicateID},
		{"token elsewhere", strings.Replace(byToken, "<s:Header>", "<s:Header>"+strings.Replace(token, " ", ` xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" `, 1), 1), xmldsig.ReasonPlacement},
		{"token outside", strings.Replace(byToken, `URI="#token"`, `URI="http://127.0.0.1/"`, 1), xmldsig.ReasonURI},
		{"two tokens", strings.Replace(good, str, str+str, 1), xmldsig.ReasonManyCertificates},
		{"issuer and serial only", strings.Replace(good, str, "<wsse:SecurityTokenReference><ds:X509Data/></wsse:SecurityTokenReference>", 1), xmldsig.ReasonNoCertificate},
		{"key identifier of another type", strings.Replace(good, "#X509v3", "#X509SubjectKeyIdentifier", 1), xmldsig.ReasonNoCertificate},
		{"hex", strings.Replace(good, "#Base64Binary", "#HexBinary", 1), xmldsig.ReasonBase64},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.doc == good {
				t.Fatal("nothing changed")
			}
			if _, err := verify([]byte(tt.doc)); reason(err) != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestSignatureLimits(t *testing.T) {
	doc := []byte("<root>x</root>")
	for range 3 {
		var err error
		if doc, err = rsaSigner().Enveloped(doc); err != nil {
			t.Fatal(err)
		}
	}
	d, err := xmldsig.Parse(doc, xmldsig.Limits{MaxSignatures: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Signatures(); reason(err) != xmldsig.ReasonLimit {
		t.Errorf("signatures: %v", err)
	}
	one := string(doc)
	reference := regexp.MustCompile(`(?s)<ds:Reference .*?</ds:Reference>`).FindString(one)
	if d, err = xmldsig.Parse([]byte(strings.Replace(one, reference, reference+reference+reference, 1)), xmldsig.Limits{MaxReferences: 2}); err != nil {
		t.Fatal(err)
	}
	sigs, err := d.Signatures()
	if reason(err) != xmldsig.ReasonLimit || len(sigs) != 3 || sigs[0].Err == nil || sigs[1].Err != nil {
		t.Errorf("references: %v", err)
	}
}
