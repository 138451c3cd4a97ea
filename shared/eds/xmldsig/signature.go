package xmldsig

import (
	"bytes"
	"encoding/base64"
	"errors"
	"hash"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Form tells where a signature stands and what it covers.
type Form uint8

// The forms NCA tools make.
const (
	Enveloped  Form = iota + 1 // covers the document element and stands in it
	ByID                       // covers one element of the document
	WSSecurity                 // stands in the security header of a SOAP message and covers its body
)

// A Signature is one ds:Signature element whose structure was accepted, unless Err says otherwise.
type Signature struct {
	Index            int // position among the signatures of the document, from 0
	Form             Form
	Method           SignatureMethod
	Canonicalization Canonicalization // of SignedInfo
	SignedInfo       []byte           // canonical bytes, over which Value is made
	Value            []byte           // decoded SignatureValue, in the byte order of the document
	Certificates     [][]byte         // DER of those in KeyInfo, the signer's among them; nothing is checked but their outermost length
	References       []*Reference
	Path             string // where the ds:Signature element is, in the form of Element.Path

	// Err is the *Error for which this signature is refused. The other fields are then whatever
	// could be read before, for a report only.
	Err error

	node int32
}

// Signatures reads every ds:Signature of the document, in document order. The error is that of
// the first signature which is refused, or one with ReasonNoSignature; the signatures are returned
// beside it so that a report can show them all, each with its own Err.
func (d *Document) Signatures() ([]*Signature, error) {
	if len(d.sigs) == 0 {
		return nil, refuse(ReasonNoSignature, -1, "no ds:Signature in the document")
	}
	if len(d.sigs) > d.lim.MaxSignatures {
		return nil, refuse(ReasonLimit, -1, "signers: too many signatures")
	}
	var all []*Signature
	var first error
	references := d.lim.MaxReferences // that are left
	for i, n := range d.sigs {
		s := &Signature{Index: i, node: n, Path: d.path(n)}
		if err := d.signature(s, references); err != nil {
			if err.Offset < 0 {
				err.Offset = int(d.nodes[n].start)
			}
			s.Err = err
			if first == nil {
				first = err
			}
		}
		references -= len(s.References)
		all = append(all, s)
	}
	return all, first
}

// Check digests everything that the signature refers to. newHash returns a new hash for a method,
// or nil if the caller does not accept it: so SHA-1 is refused by whoever does not offer it.
//
// Check says nothing about Value: the caller must also verify it over SignedInfo with the key of one
// of Certificates. The error is Err, or the *Error of the first reference that fails. It has
// ReasonLaterSignature only if all references hold but for signatures added later: a policy that
// accepts sequential signing may then go on.
func (s *Signature) Check(newHash func(DigestMethod) hash.Hash) error {
	if s.Err != nil {
		return s.Err
	}
	var later error
	for _, r := range s.References {
		err := r.Check(newHash)
		if e, ok := errors.AsType[*Error](err); ok && e.Reason == ReasonLaterSignature {
			later = err
		} else if err != nil {
			return err
		}
	}
	return later
}

// parts returns the child elements of node i, which must have no text of its own.
func (d *Document) parts(i int32) ([]int32, *Error) {
	var parts []int32
	for c := range d.children(i) {
		parts = append(parts, c)
	}
	if b, _ := d.text(i, parts); len(bytes.TrimSpace(b)) > 0 {
		return nil, refuse(ReasonMalformed, int(d.nodes[i].start), "text in "+quote(d.qname(i)))
	}
	return parts, nil
}

func (d *Document) signature(s *Signature, references int) *Error {
	if s.node == d.root {
		return refuse(ReasonPlacement, -1, "the document is nothing but a signature")
	}
	for _, other := range d.sigs {
		if other != s.node && d.within(s.node, other) {
			return refuse(ReasonMalformed, -1, "signature inside a signature")
		}
	}
	parts, err := d.parts(s.node)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if d.is(p, nsDSig, "Object") {
			return refuse(ReasonObject, int(d.nodes[p].start), "ds:Object in a signature")
		}
	}
	if len(parts) < 2 || !d.is(parts[0], nsDSig, "SignedInfo") || !d.is(parts[1], nsDSig, "SignatureValue") ||
		len(parts) > 3 || len(parts) == 3 && !d.is(parts[2], nsDSig, "KeyInfo") {
		return refuse(ReasonMalformed, -1, "not SignedInfo, SignatureValue, KeyInfo")
	}
	if err := d.signedInfo(s, parts[0], references); err != nil {
		return err
	}
	if s.Value, err = d.base64(parts[1]); err != nil {
		return err
	}
	if len(parts) < 3 {
		return refuse(ReasonNoCertificate, -1, "no KeyInfo")
	}
	if s.Certificates, err = d.keyInfo(parts[2], s.node); err != nil {
		return err
	}
	if err := d.follows(s.node, signatureShape()); err != nil {
		return err
	}
	return d.coverage(s)
}

func (d *Document) signedInfo(s *Signature, i int32, references int) *Error {
	parts, err := d.parts(i)
	if err != nil {
		return err
	}
	if len(parts) < 2 || !d.is(parts[0], nsDSig, "CanonicalizationMethod") || !d.is(parts[1], nsDSig, "SignatureMethod") {
		return refuse(ReasonMalformed, int(d.nodes[i].start), "not CanonicalizationMethod, SignatureMethod, Reference")
	}
	uri, _ := d.attribute(parts[0], "", "Algorithm")
	form, ok := canonicalization(uri)
	if !ok {
		return refuse(ReasonCanonicalization, int(d.nodes[parts[0]].start), quote([]byte(uri)))
	}
	s.Canonicalization = form
	prefixes, err := d.inclusiveNamespaces(parts[0], form)
	if err != nil {
		return err
	}
	uri, _ = d.attribute(parts[1], "", "Algorithm")
	if s.Method, err = signatureMethod(uri); err != nil {
		err.Offset = int(d.nodes[parts[1]].start)
		return err
	}
	for range d.children(parts[1]) {
		return refuse(ReasonMalformed, int(d.nodes[parts[1]].start), "parameters of SignatureMethod")
	}
	var out bytes.Buffer
	out.Grow(int(d.end(i)-d.nodes[i].start) + 256)
	c := canon{d: d, w: &out, form: form, prefixes: prefixes}
	if _, err := c.element(i); err != nil {
		return refuse(ReasonLimit, int(d.nodes[i].start), "canonical-bytes: canonical SignedInfo too large")
	}
	s.SignedInfo = out.Bytes()
	if len(parts) == 2 {
		return refuse(ReasonNoReference, int(d.nodes[i].start), "SignedInfo refers to nothing")
	}
	if len(parts)-2 > references {
		return refuse(ReasonLimit, int(d.nodes[i].start), "references: too many references")
	}
	for _, p := range parts[2:] {
		if !d.is(p, nsDSig, "Reference") {
			return refuse(ReasonMalformed, int(d.nodes[p].start), "unexpected "+quote(d.qname(p)))
		}
		r, err := d.reference(s, p)
		if err != nil {
			if err.Offset < 0 {
				err.Offset = int(d.nodes[p].start)
			}
			return err
		}
		s.References = append(s.References, r)
	}
	return nil
}

// inclusiveNamespaces reads the PrefixList of a CanonicalizationMethod or Transform, which has no
// other child.
func (d *Document) inclusiveNamespaces(i int32, form Canonicalization) (prefixes, *Error) {
	parts, err := d.parts(i)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	if len(parts) > 1 || !form.exclusive() || !d.is(parts[0], nsExc, "InclusiveNamespaces") {
		return nil, refuse(ReasonMalformed, int(d.nodes[i].start), "parameters of a canonicalization")
	}
	list, _ := d.attribute(parts[0], "", "PrefixList")
	names := strings.Fields(list)
	if len(names) > d.lim.MaxNamespaces {
		return nil, refuse(ReasonLimit, int(d.nodes[i].start), "namespaces: too many prefixes in a PrefixList")
	}
	return prefixList(names), nil
}

// base64 decodes the text of the element at node i. White space is removed after references are
// expanded, because Java writes the CR of its line ends as &#13;.
func (d *Document) base64(i int32) ([]byte, *Error) {
	at := int(d.nodes[i].start)
	text, ok := d.text(i, nil)
	if !ok {
		return nil, refuse(ReasonMalformed, at, "elements in "+quote(d.qname(i)))
	}
	n := 0
	for _, c := range text {
		if !isSpace(c) {
			text[n] = c
			n++
		}
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(n))
	m, err := base64.StdEncoding.Strict().Decode(out, text[:n])
	if err != nil || m == 0 {
		return nil, refuse(ReasonBase64, at, quote(d.qname(i)))
	}
	return out[:m], nil
}

// keyInfo finds the certificates in the ds:KeyInfo at node i: one or a chain in X509Data, or one in
// a WS-Security token reference. Names, bare keys and issuer names beside them are hints that
// nobody reads.
func (d *Document) keyInfo(i, sig int32) ([][]byte, *Error) {
	parts, err := d.parts(i)
	if err != nil {
		return nil, err
	}
	var holders []int32 // elements whose text is a certificate
	tokens := 0
	for _, p := range parts {
		switch {
		case d.is(p, nsDSig, "X509Data"):
			for c := range d.children(p) {
				if d.is(c, nsDSig, "X509Certificate") {
					holders = append(holders, c)
				}
			}
		case d.is(p, nsWSSE, "SecurityTokenReference"):
			h, err := d.tokenReference(p, sig)
			if err != nil {
				return nil, err
			}
			holders, tokens = append(holders, h), tokens+1
		}
	}
	at := int(d.nodes[i].start)
	switch {
	case len(holders) == 0:
		return nil, refuse(ReasonNoCertificate, at, "no certificate in KeyInfo")
	case tokens > 0 && len(holders) > 1:
		return nil, refuse(ReasonManyCertificates, at, "certificates in more than one place of KeyInfo")
	case len(holders) > d.lim.MaxCertificates:
		return nil, refuse(ReasonLimit, at, "certificates: too many in KeyInfo")
	}
	var certs [][]byte
	for _, h := range holders {
		der, err := d.base64(h)
		if err != nil {
			return nil, err
		}
		in, body := cryptobyte.String(der), cryptobyte.String(nil)
		if !in.ReadASN1(&body, asn1.SEQUENCE) || !in.Empty() {
			return nil, refuse(ReasonCertificate, int(d.nodes[h].start), "not one DER sequence")
		}
		certs = append(certs, der)
	}
	return certs, nil
}

// tokenReference finds the element that holds the certificate of a wsse:SecurityTokenReference:
// its KeyIdentifier, or the BinarySecurityToken in the same security header that it names (Web
// Services Security X.509 Certificate Token Profile, section 3).
func (d *Document) tokenReference(i, sig int32) (int32, *Error) {
	at := int(d.nodes[i].start)
	parts, err := d.parts(i)
	if err != nil {
		return 0, err
	}
	if len(parts) != 1 {
		return 0, refuse(ReasonMalformed, at, "not one token in SecurityTokenReference")
	}
	token := parts[0]
	switch {
	case d.is(token, nsWSSE, "KeyIdentifier"):
	case d.is(token, nsWSSE, "Reference"):
		uri, _ := d.attribute(token, "", "URI")
		if len(uri) < 2 || uri[0] != '#' {
			return 0, refuse(ReasonURI, at, quote([]byte(uri)))
		}
		if token, err = d.byID(uri[1:]); err != nil {
			return 0, err
		}
		if !d.is(token, nsWSSE, "BinarySecurityToken") || d.parent(token) != d.parent(sig) {
			return 0, refuse(ReasonPlacement, at, "the token is not a BinarySecurityToken beside the signature")
		}
	default:
		return 0, refuse(ReasonNoCertificate, at, "no inline certificate in SecurityTokenReference")
	}
	if v, _ := d.attribute(token, "", "ValueType"); v != uriX509v3 {
		return 0, refuse(ReasonNoCertificate, at, "the token is not an X.509 certificate")
	}
	if e, ok := d.attribute(token, "", "EncodingType"); ok && e != uriBase64 {
		return 0, refuse(ReasonBase64, at, "the token is not in base64")
	}
	return token, nil
}
