package xmldsig_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// TestSmuggle hides elements, attributes, text and instructions in what no signature is over: the
// ds:Signature but for SignedInfo. Digest and signature value stay right in every case, in signatures
// over the document, over a part and over a SOAP body alike.
func TestSmuggle(t *testing.T) {
	enveloped, err := rsaSigner().Enveloped([]byte(`<root Id="r"><pay Id="p">1</pay></root>`))
	if err != nil {
		t.Fatal(err)
	}
	byID, err := rsaSigner().ByID([]byte(`<root><a Id="part"><pay Id="p">1</pay></a></root>`), "part", xmldsig.InclusiveWithComments)
	if err != nil {
		t.Fatal(err)
	}
	body, err := rsaSigner().Body([]byte(envelope), "b1")
	if err != nil {
		t.Fatal(err)
	}
	cert := regexp.MustCompile(`(?s)<ds:X509Certificate>.*</ds:X509Certificate>`).FindString(string(enveloped))
	const evil = `<pay>999999</pay>`
	tests := []struct{ name, from, to string }{
		{"element in KeyInfo", "<ds:KeyInfo>", "<ds:KeyInfo>" + evil},
		{"element in KeyName", "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>" + evil + "</ds:KeyName>"},
		{"element in KeyValue", "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyValue>" + evil + "</ds:KeyValue>"},
		{"element in RSAKeyValue", "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue>" + evil + "</ds:RSAKeyValue></ds:KeyValue>"},
		{"element in Modulus", "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>" + evil + "</ds:Modulus></ds:RSAKeyValue></ds:KeyValue>"},
		{"text in KeyValue", "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyValue>999999</ds:KeyValue>"},
		{"CDATA in KeyInfo", "<ds:KeyInfo>", "<ds:KeyInfo><![CDATA[999999]]>"},
		{"instruction in KeyInfo", "<ds:KeyInfo>", "<ds:KeyInfo><?pay 999999?>"},
		{"PGPData", "<ds:KeyInfo>", "<ds:KeyInfo><ds:PGPData/>"},
		{"SPKIData", "<ds:KeyInfo>", "<ds:KeyInfo><ds:SPKIData/>"},
		{"MgmtData", "<ds:KeyInfo>", "<ds:KeyInfo><ds:MgmtData>999999</ds:MgmtData>"},
		{"a name twice", "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>a</ds:KeyName><ds:KeyName>999999</ds:KeyName>"},
		{"X509Data with an element", "<ds:KeyInfo>", "<ds:KeyInfo><ds:X509Data>" + evil + "</ds:X509Data>"},
		{"X509SubjectName with an element", "<ds:KeyInfo>", "<ds:KeyInfo><ds:X509Data><ds:X509SubjectName>" + evil + "</ds:X509SubjectName></ds:X509Data>"},
		{"attribute of KeyInfo", "<ds:KeyInfo>", `<ds:KeyInfo pay="999999">`},
		{"attribute of Signature", "<ds:Signature ", `<ds:Signature pay="999999" `},
		{"attribute of Signature in a namespace", "<ds:Signature ", `<ds:Signature xmlns:e="urn:e" e:pay="999999" `},
		{"xml:lang on Signature", "<ds:Signature ", `<ds:Signature xml:lang="kk" `},
		{"attribute of SignatureValue", "<ds:SignatureValue>", `<ds:SignatureValue pay="999999">`},
		{"instruction in SignatureValue", "<ds:SignatureValue>", `<ds:SignatureValue><?pay 999999?>`},
		{"element after KeyInfo", "</ds:KeyInfo>", "</ds:KeyInfo>" + evil},
		{"SOAP Body in KeyInfo", "<ds:KeyInfo>", `<ds:KeyInfo><Body xmlns="http://schemas.xmlsoap.org/soap/envelope/">999999</Body>`},
		{"SOAP Body in KeyValue", "<ds:KeyInfo>", `<ds:KeyInfo><ds:KeyValue><Body xmlns="http://www.w3.org/2003/05/soap-envelope"/></ds:KeyValue>`},
	}
	for name, doc := range map[string]string{"enveloped": string(enveloped), "by id": string(byID), "body": string(body)} {
		if _, err := verify([]byte(doc)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, tt := range tests {
			changed := strings.Replace(doc, tt.from, tt.to, 1)
			if changed == doc {
				t.Errorf("%s, %s: nothing changed", name, tt.name)
			}
			if _, err := verify([]byte(changed)); reason(err) != xmldsig.ReasonMalformed {
				t.Errorf("%s, %s: %v, want %s", name, tt.name, err, xmldsig.ReasonMalformed)
			}
		}
	}
	// An id in the signature that a signed element has, in whatever spelling.
	for _, doc := range []string{string(enveloped), string(byID)} {
		for from, to := range map[string]string{
			"<ds:Signature ": `<ds:Signature Id="p" `, "<ds:KeyInfo>": `<ds:KeyInfo Id="p">`, "<ds:SignatureValue>": `<ds:SignatureValue Id=" p ">`,
		} {
			if _, err := verify([]byte(strings.Replace(doc, from, to, 1))); reason(err) != xmldsig.ReasonDuplicateID {
				t.Errorf("%s: %v, want %s", to, err, xmldsig.ReasonDuplicateID)
			}
		}
	}
	if _, err := verify([]byte(strings.Replace(string(byID), "<root>", `<root id="p">`, 1))); reason(err) != xmldsig.ReasonDuplicateID {
		t.Errorf("id of a signed element on an ancestor: %v", err)
	}
	// What the grammar has is welcome: ids of one's own, names, keys, a chain.
	for _, doc := range []string{string(enveloped), string(byID)} {
		good := strings.NewReplacer("<ds:Signature ", `<ds:Signature Id="s" `, "<ds:SignatureValue>", `<ds:SignatureValue Id="v">`,
			"<ds:KeyInfo>", `<ds:KeyInfo Id="k"><!-- c --><ds:KeyName>x</ds:KeyName><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`,
			cert, cert+"</ds:X509Data><ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName><ds:X509IssuerSerial><ds:X509IssuerName>CN=y</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial>"+cert).Replace(doc)
		sigs, err := verify([]byte(good))
		if err != nil || len(sigs[0].Certificates) != 2 {
			t.Errorf("grammar: %v", err)
		}
	}
}

// TestSecondBody puts unsigned elements into every place of a signed SOAP message that is not signed.
func TestSecondBody(t *testing.T) {
	raw, err := rsaSigner().Body([]byte(envelope), "b1")
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	for name, tt := range map[string]struct {
		from, to string
		want     xmldsig.Reason
	}{
		"in the header":             {"<s:Header>", "<s:Header><s:Body/>", xmldsig.ReasonLookAlike},
		"of SOAP 1.2":               {"<s:Header>", `<s:Header><Body xmlns="http://www.w3.org/2003/05/soap-envelope"/>`, xmldsig.ReasonLookAlike},
		"beside the signature":      {"<ds:Signature ", "<s:Body/><ds:Signature ", xmldsig.ReasonLookAlike},
		"after the signed one":      {"</s:Body>", "</s:Body><s:Body/>", xmldsig.ReasonLookAlike},
		"another child of Envelope": {"<s:Header>", "<x/><s:Header>", xmldsig.ReasonUncovered},
		"an id of the body":         {"<s:Header>", `<s:Header id="b1">`, xmldsig.ReasonDuplicateID},
		"an instruction":            {"<s:Header>", `<?x y?><s:Header>`, xmldsig.ReasonUncovered},
	} {
		changed := strings.Replace(good, tt.from, tt.to, 1)
		if changed == good {
			t.Errorf("%s: nothing changed", name)
		}
		if _, err := verify([]byte(changed)); reason(err) != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}
