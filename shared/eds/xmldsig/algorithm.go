package xmldsig

import "strings"

// Namespaces of the formats read here.
const (
	nsDSig   = "http://www.w3.org/2000/09/xmldsig#"
	nsExc    = "http://www.w3.org/2001/10/xml-exc-c14n#"
	nsWSSE   = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	nsWSU    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
	nsSOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
	nsSOAP12 = "http://www.w3.org/2003/05/soap-envelope"
	nsXSI    = "http://www.w3.org/2001/XMLSchema-instance"

	uriPKIGov = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:"
	uriMore   = "http://www.w3.org/2001/04/xmldsig-more#"
	uriX509v3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
	uriBase64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"

	uriEnveloped = nsDSig + "enveloped-signature"
	uriC14N      = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
)

// SignatureMethod is the algorithm of a signature value.
type SignatureMethod uint8

// The methods of NCA keys. RSASHA1 is here so that a policy can name it and refuse it.
const (
	GOST2015  SignatureMethod = iota + 1 // GOST R 34.10-2015, 512 bit, with Streebog-512
	GOST2004                             // GOST 34.310-2004, 256 bit, with GOST 34.311-95
	RSASHA256                            // RSASSA-PKCS1-v1_5 with SHA-256
	RSASHA1                              // RSASSA-PKCS1-v1_5 with SHA-1
	RSASHA384                            // RSASSA-PKCS1-v1_5 with SHA-384
	RSASHA512                            // RSASSA-PKCS1-v1_5 with SHA-512
)

// DigestMethod is the algorithm of a reference's digest.
type DigestMethod uint8

// The digests that go with the signature methods.
const (
	Streebog512 DigestMethod = iota + 1 // GOST R 34.11-2012
	GOST34311                           // GOST 34.311-95 with the test parameter S-box
	SHA256
	SHA1
	SHA384
	SHA512
)

type algorithm struct {
	name string
	uri  string // the one we write
	also string // another URI in use
}

var methods = [...]algorithm{
	GOST2015:  {name: "gost2015-512", uri: uriPKIGov + "gostr34102015-gostr34112015-512"},
	GOST2004:  {name: "gost2004", uri: uriMore + "gost34310-gost34311"},
	RSASHA256: {name: "rsa-sha256", uri: uriMore + "rsa-sha256"},
	RSASHA1:   {name: "rsa-sha1", uri: uriMore + "rsa-sha1", also: nsDSig + "rsa-sha1"},
	RSASHA384: {name: "rsa-sha384", uri: uriMore + "rsa-sha384"},
	RSASHA512: {name: "rsa-sha512", uri: uriMore + "rsa-sha512"},
}

var digests = [...]algorithm{
	Streebog512: {name: "streebog-512", uri: uriPKIGov + "gostr34112015-512"},
	GOST34311:   {name: "gost34311", uri: uriMore + "gost34311"},
	SHA256:      {name: "sha-256", uri: "http://www.w3.org/2001/04/xmlenc#sha256"},
	SHA1:        {name: "sha-1", uri: nsDSig + "sha1", also: uriMore + "sha1"},
	SHA384:      {name: "sha-384", uri: uriMore + "sha384"},
	SHA512:      {name: "sha-512", uri: "http://www.w3.org/2001/04/xmlenc#sha512"},
}

var canonicalizations = [...]algorithm{
	Inclusive:             {name: "c14n", uri: uriC14N},
	InclusiveWithComments: {name: "c14n#WithComments", uri: uriC14N + "#WithComments"},
	Exclusive:             {name: "exc-c14n", uri: nsExc},
	ExclusiveWithComments: {name: "exc-c14n#WithComments", uri: nsExc + "WithComments"},
}

// String returns a short stable name such as "gost2015-512".
func (m SignatureMethod) String() string { return methods[m].name }

// URI returns the identifier that NCA tools write.
func (m SignatureMethod) URI() string { return methods[m].uri }

// String returns a short stable name such as "streebog-512".
func (m DigestMethod) String() string { return digests[m].name }

// URI returns the identifier that NCA tools write.
func (m DigestMethod) URI() string { return digests[m].uri }

// String returns a short stable name such as "exc-c14n".
func (c Canonicalization) String() string { return canonicalizations[c].name }

// URI returns the identifier of the form.
func (c Canonicalization) URI() string { return canonicalizations[c].uri }

func lookup(table []algorithm, uri string) (int, bool) {
	for i, a := range table {
		if uri != "" && (uri == a.uri || uri == a.also) {
			return i, true
		}
	}
	return 0, false
}

func signatureMethod(uri string) (SignatureMethod, *Error) {
	if i, ok := lookup(methods[:], uri); ok {
		return SignatureMethod(i), nil
	}
	switch {
	case strings.Contains(uri, "#hmac-"):
		return 0, refuse(ReasonHMAC, -1, quote([]byte(uri)))
	case uri == uriPKIGov+"gostr34102015-gostr34112015-256":
		return 0, refuse(ReasonGOST256, -1, quote([]byte(uri)))
	}
	return 0, refuse(ReasonSignatureMethod, -1, quote([]byte(uri)))
}

// digest returns the digest that NCA tools use with the method.
func (m SignatureMethod) digest() DigestMethod {
	switch m {
	case GOST2015:
		return Streebog512
	case GOST2004:
		return GOST34311
	case RSASHA256:
		return SHA256
	case RSASHA384:
		return SHA384
	case RSASHA512:
		return SHA512
	}
	return SHA1
}

// digestMethod looks uri up and holds it against the signature method: a signature of one family
// never vouches for digests of another. Within SHA-2 it may differ, and be stronger than SHA-1.
func digestMethod(uri string, m SignatureMethod) (DigestMethod, *Error) {
	i, ok := lookup(digests[:], uri)
	d := DigestMethod(i)
	switch {
	case uri == uriPKIGov+"gostr34112015-256":
		return 0, refuse(ReasonGOST256, -1, quote([]byte(uri)))
	case !ok:
		return 0, refuse(ReasonUnknownDigest, -1, quote([]byte(uri)))
	case d == m.digest(), d.sha2() && m >= RSASHA256:
		return d, nil
	case d == SHA1:
		return 0, refuse(ReasonSHA1, -1, "sha-1 digest under "+m.String())
	}
	return 0, refuse(ReasonDigestMethod, -1, d.String()+" digest under "+m.String())
}

func (m DigestMethod) sha2() bool { return m == SHA256 || m == SHA384 || m == SHA512 }

func canonicalization(uri string) (Canonicalization, bool) {
	i, ok := lookup(canonicalizations[:], uri)
	return Canonicalization(i), ok
}
