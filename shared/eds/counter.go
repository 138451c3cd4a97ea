package eds

import (
	"bytes"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// countersignatures reports on the signatures over the value of this one (RFC 5652, section 11.4). They
// are unsigned attributes, so the most that follows from them is a warning. Countersignatures on
// countersignatures are not looked at.
func (s *signer) countersignatures(si *cms.SignerInfo) {
	values := si.UnsignedValues(oid.CountersignatureAttr)
	if limit := s.v.Policy.Limits.withDefaults().Signers; len(values) > limit {
		s.c.fail(CodeLimits, fmt.Sprintf("%d countersignatures", len(values)))
		return
	}
	good := true
	for _, der := range values {
		c := signer{v: s.v, report: s.report, trust: s.trust, carried: s.carried,
			out: Signer{Revocation: Revocation{Status: NotChecked}, Checks: []Check{}}}
		if counter, err := cms.ParseSignerInfo(der, cms.Limits{}); err != nil {
			c.c.fail(CodeFormat, err.Error())
		} else {
			c.countersignature(&counter, si.Signature)
		}
		out := c.done()
		out.Indication, out.SubIndication = verdict(out.Checks)
		good = good && out.Indication == TotalPassed
		s.out.Countersignatures = append(s.out.Countersignatures, out)
	}
	switch {
	case !good:
		s.c.fail(CodeCountersigned, "")
	case len(values) > 0:
		s.c.pass(CodeCountersigned, fmt.Sprintf("%d", len(values)))
	}
}

// countersignature makes the checks of a SignerInfo over the value of another signature. It must have
// messageDigest and must not have contentType.
func (s *signer) countersignature(si *cms.SignerInfo, signature []byte) {
	if _, n := si.Attr(oid.ContentTypeAttr); n > 0 || si.SignedAttrs == nil {
		s.c.fail(CodeAttributes, "a countersignature has signed attributes, without contentType")
		return
	}
	if !s.uniqueAttributes(si, oid.MessageDigestAttr) {
		return
	}
	s.signingTime(si)
	cert := s.findCertificate(si)
	if cert == nil || !s.essCertificate(si, cert) {
		return
	}
	alg, ok := s.algorithms(si, cert)
	if !ok {
		return
	}
	d, err := algorithm.FindDigest(alg.Digest)
	if err != nil {
		s.c.fail(CodeNotAllowed, err.Error())
		return
	}
	h := d.New()
	h.Write(signature)
	values, _ := si.Attr(oid.MessageDigestAttr)
	in := cryptobyte.String(values[0])
	var want cryptobyte.String
	if !in.ReadASN1(&want, asn1.OCTET_STRING) || !in.Empty() || !bytes.Equal(want, h.Sum(nil)) {
		s.c.fail(CodeContent, "the digest is of another signature")
	} else {
		s.c.pass(CodeContent, "")
	}
	if !s.integrity(si, cert, alg) {
		return
	}
	s.out.ReferenceTime, s.out.Clock = s.report.CheckedAt, ClockCheck
	s.stamps(si)
	s.judge(cert)
}
