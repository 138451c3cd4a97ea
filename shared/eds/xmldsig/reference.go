package xmldsig

import (
	"bytes"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
)

// A Reference is one ds:Reference: what was digested, how, and the digest that was signed.
type Reference struct {
	URI              string // "" or "#id"
	Canonicalization Canonicalization
	DigestMethod     DigestMethod
	DigestValue      []byte

	// Element is what was digested, without the signature itself. It is all that a caller may show
	// or use as signed, and only after Check of the signature and verification of its value.
	Element *Element

	sig      *Signature
	prefixes prefixes
}

// WriteTo writes the canonical bytes that the digest is made over, as a stream, and returns their
// number. Comments are never among them (XMLDSig, section 4.3.3.3).
func (r *Reference) WriteTo(w io.Writer) (int64, error) { return r.write(w, r.Element.skip) }

func (r *Reference) write(w io.Writer, skip []int32) (int64, error) {
	e := r.Element
	c := canon{d: e.d, w: w, form: r.Canonicalization &^ 1, prefixes: r.prefixes, skip: skip}
	if r.URI == "" {
		return c.document()
	}
	return c.element(e.i)
}

// Check digests the referenced element and compares. See Signature.Check.
func (r *Reference) Check(newHash func(DigestMethod) hash.Hash) error {
	at := int(r.Element.d.nodes[r.sig.node].start)
	h := newHash(r.DigestMethod)
	if h == nil {
		reason := ReasonDigestMethod
		if r.DigestMethod == SHA1 {
			reason = ReasonSHA1
		}
		return refuse(reason, at, r.DigestMethod.String()+" is not accepted")
	}
	ok, err := r.matches(h, r.Element.skip)
	if err != nil {
		return err
	}
	if ok {
		return nil
	}
	if skip, n := r.laterSignatures(); n > 0 {
		h.Reset()
		if ok, err = r.matches(h, skip); err != nil {
			return err
		}
		if ok {
			return refuse(ReasonLaterSignature, at, "signature "+strconv.Itoa(r.sig.Index+1)+" holds only without the "+
				strconv.Itoa(n)+" added after it")
		}
	}
	return refuse(ReasonDigest, at, "content of "+quote([]byte(r.Element.Path()))+" is not what was signed")
}

func (r *Reference) matches(h hash.Hash, skip []int32) (bool, error) {
	key := fmt.Sprint(r.URI == "", r.Element.i, r.Canonicalization&^1, r.DigestMethod, skip, r.prefixes)
	d := r.Element.d
	d.mu.Lock()
	defer d.mu.Unlock()
	sum, ok := d.sums[key]
	if !ok {
		if _, err := r.write(h, skip); err != nil {
			return false, err
		}
		sum = h.Sum(nil)
		if d.sums == nil {
			d.sums = make(map[string][]byte)
		}
		d.sums[key] = sum
	}
	return bytes.Equal(sum, r.DigestValue), nil
}

// laterSignatures returns what to leave out to see the element as it was before later signatures
// were added to it, and the number of those.
func (r *Reference) laterSignatures() (skip []int32, n int) {
	d := r.Element.d
	if len(r.Element.skip) == 0 {
		return nil, 0
	}
	skip = slices.Clone(r.Element.skip)
	for _, s := range d.sigs[r.sig.Index+1:] {
		if d.within(s, r.Element.i) && !d.within(s, r.sig.node) {
			skip = append(skip, s)
			n++
		}
	}
	return skip, n
}

func (d *Document) reference(s *Signature, i int32) (*Reference, *Error) {
	r := &Reference{sig: s}
	uri, ok := d.attribute(i, "", "URI")
	if !ok || uri != "" && (uri[0] != '#' || len(uri) == 1 || bytes.ContainsAny([]byte(uri), "()")) {
		return nil, refuse(ReasonURI, -1, "only \"\" and \"#id\" are followed, not "+quote([]byte(uri)))
	}
	r.URI = uri
	if t, _ := d.attribute(i, "", "Type"); t == nsDSig+"Manifest" || t == nsDSig+"Object" {
		return nil, refuse(ReasonManifest, -1, quote([]byte(t)))
	}
	parts, err := d.parts(i)
	if err != nil {
		return nil, err
	}
	enveloped := false
	if len(parts) > 0 && d.is(parts[0], nsDSig, "Transforms") {
		if enveloped, err = d.transforms(r, parts[0]); err != nil {
			return nil, err
		}
		parts = parts[1:]
	}
	if len(parts) != 2 || !d.is(parts[0], nsDSig, "DigestMethod") || !d.is(parts[1], nsDSig, "DigestValue") {
		return nil, refuse(ReasonMalformed, -1, "not Transforms, DigestMethod, DigestValue")
	}
	alg, _ := d.attribute(parts[0], "", "Algorithm")
	if r.DigestMethod, err = digestMethod(alg, s.Method); err != nil {
		return nil, err
	}
	if r.DigestValue, err = d.base64(parts[1]); err != nil {
		return nil, err
	}
	target := d.root
	if uri != "" {
		if target, err = d.byID(uri[1:]); err != nil {
			return nil, err
		}
	}
	r.Element = &Element{d: d, i: target}
	if d.within(s.node, target) {
		if !enveloped {
			return nil, refuse(ReasonTransform, -1, "the reference includes its own signature")
		}
		r.Element.skip = []int32{s.node}
	}
	return r, nil
}

// transforms reads ds:Transforms: an enveloped-signature transform or none, then a
// canonicalization or none, which means inclusive.
func (d *Document) transforms(r *Reference, i int32) (enveloped bool, err *Error) {
	parts, err := d.parts(i)
	if err != nil {
		return false, err
	}
	if len(parts) == 0 {
		return false, refuse(ReasonMalformed, -1, "empty Transforms")
	}
	canonical := false
	for _, p := range parts {
		at := int(d.nodes[p].start)
		if !d.is(p, nsDSig, "Transform") {
			return false, refuse(ReasonMalformed, at, "unexpected "+quote(d.qname(p)))
		}
		uri, _ := d.attribute(p, "", "Algorithm")
		form, isCanon := canonicalization(uri)
		switch {
		case uri == uriEnveloped && !enveloped && !canonical:
			enveloped = true
			for range d.children(p) {
				return false, refuse(ReasonMalformed, at, "parameters of a transform")
			}
		case isCanon && !canonical:
			canonical = true
			r.Canonicalization = form
			if r.prefixes, err = d.inclusiveNamespaces(p, form); err != nil {
				return false, err
			}
		case uri == "http://www.w3.org/TR/1999/REC-xpath-19991116", uri == "http://www.w3.org/2002/06/xmldsig-filter2":
			return false, refuse(ReasonXPath, at, quote([]byte(uri)))
		case uri == "http://www.w3.org/TR/1999/REC-xslt-19991116":
			return false, refuse(ReasonXSLT, at, quote([]byte(uri)))
		case isCanon, uri == uriEnveloped:
			return false, refuse(ReasonTransform, at, quote([]byte(uri)))
		default:
			return false, refuse(ReasonUnknownTransform, at, quote([]byte(uri)))
		}
	}
	return enveloped, nil
}
