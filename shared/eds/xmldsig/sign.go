package xmldsig

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// A Signer makes signatures in the layout of NCALayer and NCANode. It is meant for test keys.
type Signer struct {
	Method      SignatureMethod
	Certificate []byte // DER, put into KeyInfo as it is

	// NewHash returns a new hash for the digest that belongs to Method.
	NewHash func(DigestMethod) hash.Hash

	// Sign returns the signature value over the canonical SignedInfo, in the byte order that the
	// document shall carry.
	Sign func(signedInfo []byte) ([]byte, error)

	// Digest replaces the digest that belongs to Method, if not 0; for negative test documents.
	Digest DigestMethod

	// Compact leaves out line breaks, as the basics module of NCALayer does; otherwise there is
	// one after every tag, and base64 is wrapped at 76 with "&#13;\n", as Java writes it.
	Compact bool
}

// Enveloped signs the whole document and appends the signature as the last child of the document
// element: Reference URI="", enveloped-signature and C14N 1.0 #WithComments, SignedInfo in C14N
// 1.0. Signatures that are in doc already are signed with it, and thereby broken.
func (s *Signer) Enveloped(doc []byte) ([]byte, error) {
	return s.sign(doc, request{
		form: Inclusive, transforms: []string{uriEnveloped, InclusiveWithComments.URI()},
		keyInfo: s.x509Data, place: func(d *Document) (splice, error) { return d.lastChild(d.root), nil },
	})
}

// ByID signs the element whose Id attribute is id and appends the signature as the last child of
// the document element: SignedInfo in exclusive C14N, one transform, form. prefixes is the
// PrefixList of that transform, for the exclusive forms. NCALayer uses InclusiveWithComments.
func (s *Signer) ByID(doc []byte, id string, form Canonicalization, prefixes ...string) ([]byte, error) {
	return s.sign(doc, request{
		form: Exclusive, uri: "#" + id, transforms: []string{form.URI()}, prefixes: prefixes,
		keyInfo: s.x509Data, place: func(d *Document) (splice, error) { return d.lastChild(d.root), nil },
	})
}

// Body signs the Body of a SOAP message, which must carry wsu:Id="id", in a new wsse:Security
// header: exclusive C14N throughout, the certificate in a KeyIdentifier, as SmartBridge expects.
// The message must not have a Header yet.
func (s *Signer) Body(envelope []byte, id string) ([]byte, error) {
	return s.sign(envelope, request{
		form: Exclusive, uri: "#" + id, transforms: []string{Exclusive.URI()},
		keyInfo: s.keyIdentifier, place: (*Document).newHeader,
	})
}

// A splice is where a signature goes: before and after wrap it.
type splice struct {
	from, to      int // source that is replaced
	before, after string
}

// lastChild is the splice at the end of the element at node i.
func (d *Document) lastChild(i int32) splice {
	nd := &d.nodes[i]
	if nd.flags&flagEmpty != 0 {
		slash := int(nd.end) - 2
		return splice{slash, int(nd.end), ">", "</" + string(d.qname(i)) + ">"}
	}
	at := int(d.nodes[nd.match-1].start)
	return splice{from: at, to: at}
}

// newHeader is the splice of a new security header before the Body.
func (d *Document) newHeader() (splice, error) {
	for c := range d.children(d.root) {
		if d.soap(c, "Header") {
			return splice{}, errors.New("xmldsig: the message has a header already")
		}
		if d.soap(c, "Body") {
			header := "Header"
			if p := d.nodes[d.root].prefix; p > 0 {
				header = string(d.qname(d.root)[:p]) + ":Header"
			}
			at := int(d.nodes[c].start)
			return splice{at, at,
				"<" + header + `><wsse:Security xmlns:wsse="` + nsWSSE + `">`, "</wsse:Security></" + header + ">"}, nil
		}
	}
	return splice{}, errors.New("xmldsig: no SOAP body")
}

type request struct {
	form       Canonicalization // of SignedInfo
	uri        string
	transforms []string
	prefixes   []string
	keyInfo    func() string
	place      func(*Document) (splice, error)
}

// sign writes the signature element twice: with an empty digest to find the canonical bytes of the
// reference in their final surroundings, then with the digest to find those of SignedInfo.
func (s *Signer) sign(doc []byte, q request) ([]byte, error) {
	d, err := Parse(doc, Limits{})
	if err != nil {
		return nil, err
	}
	at, err := q.place(d)
	if err != nil {
		return nil, err
	}
	build := func(digest, value []byte) ([]byte, int32, *Document, error) {
		var out bytes.Buffer
		out.Write(doc[:at.from])
		out.WriteString(at.before)
		start := uint32(out.Len())
		out.WriteString(s.element(q, digest, value))
		out.WriteString(at.after)
		out.Write(doc[at.to:])
		d, err := Parse(out.Bytes(), Limits{})
		if err != nil {
			return nil, 0, nil, err
		}
		for _, n := range d.sigs {
			if d.nodes[n].start == start {
				return out.Bytes(), n, d, nil
			}
		}
		return nil, 0, nil, errors.New("xmldsig: the new signature cannot be found")
	}
	_, node, d, err := build(nil, nil)
	if err != nil {
		return nil, err
	}
	digest, err := s.digestOf(d, node, q)
	if err != nil {
		return nil, err
	}
	_, node, d, err = build(digest, nil)
	if err != nil {
		return nil, err
	}
	var info bytes.Buffer
	for c := range d.children(node) {
		if d.is(c, nsDSig, "SignedInfo") {
			c14n := canon{d: d, w: &info, form: q.form}
			if _, err := c14n.element(c); err != nil {
				return nil, err
			}
		}
	}
	value, err := s.Sign(info.Bytes())
	if err != nil {
		return nil, fmt.Errorf("xmldsig: sign: %w", err)
	}
	out, _, _, err := build(digest, value)
	return out, err
}

func (s *Signer) digestMethod() DigestMethod {
	if s.Digest != 0 {
		return s.Digest
	}
	return s.Method.digest()
}

func (s *Signer) digestOf(d *Document, node int32, q request) ([]byte, error) {
	form, _ := canonicalization(q.transforms[len(q.transforms)-1])
	r := Reference{
		URI: q.uri, Canonicalization: form, prefixes: prefixList(q.prefixes),
		Element: &Element{d: d, i: d.root},
	}
	if q.uri != "" {
		target, err := d.byID(q.uri[1:])
		if err != nil {
			return nil, err
		}
		r.Element.i = target
	} else {
		r.Element.skip = []int32{node}
	}
	h := s.NewHash(s.digestMethod())
	if h == nil {
		return nil, refuse(ReasonDigestMethod, -1, s.digestMethod().String())
	}
	_, err := r.WriteTo(h)
	return h.Sum(nil), err
}

// element writes the ds:Signature element.
func (s *Signer) element(q request, digest, value []byte) string {
	var b strings.Builder
	line := func(format string, args ...any) {
		fmt.Fprintf(&b, format, args...)
		if !s.Compact {
			b.WriteByte('\n')
		}
	}
	line(`<ds:Signature xmlns:ds="%s">`, nsDSig)
	line(`<ds:SignedInfo>`)
	line(`<ds:CanonicalizationMethod Algorithm="%s"/>`, q.form.URI())
	line(`<ds:SignatureMethod Algorithm="%s"/>`, s.Method.URI())
	line(`<ds:Reference URI="%s">`, q.uri)
	line(`<ds:Transforms>`)
	for _, t := range q.transforms {
		if len(q.prefixes) > 0 {
			line(`<ds:Transform Algorithm="%s"><ec:InclusiveNamespaces xmlns:ec="%s" PrefixList="%s"/></ds:Transform>`,
				t, nsExc, strings.Join(q.prefixes, " "))
		} else {
			line(`<ds:Transform Algorithm="%s"/>`, t)
		}
	}
	line(`</ds:Transforms>`)
	line(`<ds:DigestMethod Algorithm="%s"/>`, s.digestMethod().URI())
	line(`<ds:DigestValue>%s</ds:DigestValue>`, s.base64(digest))
	line(`</ds:Reference>`)
	line(`</ds:SignedInfo>`)
	line(`<ds:SignatureValue>%s</ds:SignatureValue>`, s.padded(value))
	line(`<ds:KeyInfo>`)
	line(`%s`, q.keyInfo())
	line(`</ds:KeyInfo>`)
	b.WriteString(`</ds:Signature>`)
	return b.String()
}

func (s *Signer) x509Data() string {
	nl := "\n"
	if s.Compact {
		nl = ""
	}
	return "<ds:X509Data>" + nl + "<ds:X509Certificate>" + s.padded(s.Certificate) + "</ds:X509Certificate>" + nl + "</ds:X509Data>"
}

func (s *Signer) keyIdentifier() string {
	return `<wsse:SecurityTokenReference><wsse:KeyIdentifier EncodingType="` + uriBase64 + `" ValueType="` + uriX509v3 + `">` +
		base64.StdEncoding.EncodeToString(s.Certificate) + `</wsse:KeyIdentifier></wsse:SecurityTokenReference>`
}

// base64 encodes b in the layout of the signature.
func (s *Signer) base64(b []byte) string {
	text := base64.StdEncoding.EncodeToString(b)
	if s.Compact {
		return text
	}
	var lines []string
	for len(text) > 76 {
		lines, text = append(lines, text[:76]), text[76:]
	}
	return strings.Join(append(lines, text), "&#13;\n")
}

// padded is base64 between line breaks.
func (s *Signer) padded(b []byte) string {
	if s.Compact {
		return s.base64(b)
	}
	return "\n" + s.base64(b) + "\n"
}
