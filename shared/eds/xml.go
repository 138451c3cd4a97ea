package eds

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"slices"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// xmlSignatureNamespace marks a document that means to be signed, well-formed or not.
const xmlSignatureNamespace = "http://www.w3.org/2000/09/xmldsig#"

func (v *verification) verifyXML(r *Report, in Signed) error {
	if in.Content != nil {
		return errors.New("eds: a signed XML document carries what it signs; no content may be given apart")
	}
	r.Format, r.Attached, r.ContentSize = XMLDSig, true, int64(len(in.Data))
	c := (*checks)(&r.Checks)
	if n := int64(len(in.Data)); n > v.work.limits.Size {
		c.limit("size", fmt.Sprintf("document of %d bytes", n))
		return nil
	}
	doc, err := xmldsig.Parse(in.Data, v.work.xml(len(in.Data)))
	if err != nil {
		if !meansToBeSigned(in.Data) {
			return fmt.Errorf("%w: %w", ErrNotASignature, err)
		}
		c.refused(documentCode(err), err)
		return nil
	}
	sigs, err := doc.Signatures()
	if e, ok := errors.AsType[*xmldsig.Error](err); ok {
		switch {
		case e.Reason == xmldsig.ReasonNoSignature:
			return fmt.Errorf("%w: %w", ErrNotASignature, err)
		case len(sigs) == 0:
			c.refused(documentCode(err), err)
			return nil
		}
	}
	c.pass(CodeFormat, "")
	c.pass(CodeLimits, "")
	for i, sig := range sigs {
		if slices.ContainsFunc(sigs[:i], func(s *xmldsig.Signature) bool { return repeats(s, sig) }) {
			c.fail(CodeRepeated, sig.Path)
			continue
		}
		if sig.Form == xmldsig.WSSecurity {
			r.Format = WSSE
		}
		r.Signers = append(r.Signers, v.verifyXMLSignature(r, sig))
	}
	return nil
}

// repeats reports whether b is the same signature as a over the same.
func repeats(a, b *xmldsig.Signature) bool {
	return a.Err == nil && b.Err == nil && bytes.Equal(a.Value, b.Value) && bytes.Equal(a.SignedInfo, b.SignedInfo)
}

// verifyXMLSignature makes the checks of one ds:Signature: its structure, the certificate, the
// signature over SignedInfo, then the digests of what it refers to and the certificate itself as for
// CMS. Nothing is digested for a SignedInfo that nobody signed.
func (v *verification) verifyXMLSignature(r *Report, sig *xmldsig.Signature) Signer {
	s := v.newSigner(r, &carried{certs: parseCertificates(sig.Certificates)})
	if sig.Err != nil {
		s.c.refused(structureCode(sig.Err), sig.Err)
		return s.done()
	}
	for _, ref := range sig.References {
		s.out.Signed = append(s.out.Signed, SignedElement{
			Path: ref.Element.Path(), WholeDocument: ref.Element.IsDocumentElement(), Element: ref.Element,
		})
	}
	s.c.pass(CodeReference, "")
	if len(s.carried.certs) == 0 {
		s.c.fail(CodeNoCertificate, certpath.ErrSyntax.Error())
		return s.done()
	}
	cert := s.first(s.carried.certs, func(try *signer, c *certpath.Certificate) bool { return try.madeXML(sig, c) })
	if cert != nil && s.xmlContent(sig) {
		s.out.ReferenceTime, s.out.Clock = r.CheckedAt, ClockCheck
		s.judge(cert)
	}
	return s.done()
}

// madeXML reports whether the key of cert made the signature over SignedInfo. A chain in KeyInfo is in
// no order that one could rely on.
func (s *signer) madeXML(sig *xmldsig.Signature, cert *certpath.Certificate) bool {
	s.found(cert)
	alg, ok := s.xmlAlgorithm(sig, cert)
	if !ok || !s.vouched(cert) || !s.signature(cert.Key, alg, sig.SignedInfo, sig.Value) {
		return false
	}
	s.c.pass(CodeSignature, "")
	return true
}

func (s *signer) xmlAlgorithm(sig *xmldsig.Signature, cert *certpath.Certificate) (algorithm.Signature, bool) {
	if cert.Key == nil {
		s.unusableKey(cert)
		return algorithm.Signature{}, false
	}
	alg, err := algorithm.FindXMLSignature(sig.Method.URI())
	if err != nil {
		s.c.fail(CodeUnsupported, err.Error())
		return alg, false
	}
	s.out.Algorithm = alg.Name
	if alg.Family != cert.Key.Family {
		s.c.fail(CodeAlgorithm, fmt.Sprintf("signature %s, key %s", alg.Name, cert.Key.Family))
		return alg, false
	}
	s.c.pass(CodeAlgorithm, alg.Name)
	return alg, s.allowed(alg, cert.Key)
}

// xmlContent digests what the signature refers to. It goes on after a difference.
func (s *signer) xmlContent(sig *xmldsig.Signature) bool {
	before := s.v.work.spent.CanonicalBytes
	err := sig.Check(s.newXMLHash)
	s.v.work.spent.DigestBytes += s.v.work.spent.CanonicalBytes - before
	switch e, ok := errors.AsType[*xmldsig.Error](err); {
	case err == nil:
		s.c.pass(CodeContent, "")
		return true
	case ok && e.Reason == xmldsig.ReasonLimit:
		s.c.refused(CodeLimits, err)
		return false
	case ok && e.Reason == xmldsig.ReasonLaterSignature:
		s.c.fail(CodeLaterSignature, err.Error())
	case ok && e.Reason == xmldsig.ReasonSHA1:
		s.c.fail(CodeNotAllowed, err.Error())
	default:
		s.c.fail(CodeContent, err.Error())
	}
	return s.v.Policy.Effort == FullReport
}

// newXMLHash returns the hash for a digest method, nil for SHA-1 unless the policy allows signatures
// with it.
func (s *signer) newXMLHash(m xmldsig.DigestMethod) hash.Hash {
	d, err := algorithm.FindXMLDigest(m.URI())
	if err != nil || d.OID == oid.SHA1 && !slices.Contains(s.v.Policy.Signatures, oid.RSAWithSHA1) {
		return nil
	}
	return d.New()
}

// refused records why package xmldsig refuses something; the detail of a limit begins with its name.
func (c *checks) refused(code Code, err error) {
	if e, ok := errors.AsType[*xmldsig.Error](err); ok && code == CodeLimits {
		c.fail(code, e.Detail)
		return
	}
	c.fail(code, err.Error())
}

// meansToBeSigned looks for the namespace of signatures in a document that cannot be read, in UTF-16 too.
func meansToBeSigned(data []byte) bool {
	return bytes.Contains(bytes.ReplaceAll(data, []byte{0}, nil), []byte(xmlSignatureNamespace))
}

// documentCode sorts the reasons for which a document is refused as a whole.
func documentCode(err error) Code {
	e, ok := errors.AsType[*xmldsig.Error](err)
	switch {
	case ok && e.Reason == xmldsig.ReasonLimit:
		return CodeLimits
	case ok && (e.Reason == xmldsig.ReasonEncoding || e.Reason == xmldsig.ReasonVersion):
		return CodeUnsupported
	}
	return CodeFormat
}

// structureCode sorts the reasons for which a ds:Signature is refused before anything is computed.
func structureCode(err error) Code {
	e, ok := errors.AsType[*xmldsig.Error](err)
	if !ok {
		return CodeFormat
	}
	switch e.Reason {
	case xmldsig.ReasonNoCertificate, xmldsig.ReasonManyCertificates, xmldsig.ReasonCertificate:
		return CodeNoCertificate
	case xmldsig.ReasonSignatureMethod, xmldsig.ReasonGOST256, xmldsig.ReasonUnknownDigest, xmldsig.ReasonCanonicalization,
		xmldsig.ReasonUnknownTransform, xmldsig.ReasonXPath, xmldsig.ReasonXSLT, xmldsig.ReasonObject, xmldsig.ReasonManifest:
		return CodeUnsupported
	case xmldsig.ReasonHMAC, xmldsig.ReasonSHA1:
		return CodeNotAllowed
	case xmldsig.ReasonDigestMethod:
		return CodeAlgorithm
	case xmldsig.ReasonLimit:
		return CodeLimits
	case xmldsig.ReasonMalformed, xmldsig.ReasonBase64:
		return CodeFormat
	}
	return CodeReference
}
