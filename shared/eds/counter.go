package eds

import (
	"fmt"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// countersignatures reports on the signatures over the value of this one (RFC 5652, section 11.4). They
// are unsigned attributes, so the most that follows from them is a warning. Countersignatures on
// countersignatures are not looked at.
func (s *signer) countersignatures(si *cms.SignerInfo) {
	values := si.UnsignedValues(oid.CountersignatureAttr)
	if len(values) == 0 || s.v.Policy.Effort != FullReport {
		return
	}
	if n := int64(len(values)); n > s.v.work.limits.Signers {
		s.c.limit("signers", fmt.Sprintf("%d countersignatures", n))
		return
	}
	good := true
	for _, der := range values {
		c := s.v.newSigner(s.report, s.carried)
		if counter, err := cms.ParseSignerInfo(der, s.v.work.limits.cms()); err != nil {
			c.c.fail(CodeFormat, err.Error())
		} else {
			c.countersignature(&counter, si.Signature)
		}
		out := c.done()
		out.Indication, out.SubIndication = verdict(out.Checks)
		good = good && out.Indication == TotalPassed
		s.out.Countersignatures = append(s.out.Countersignatures, out)
	}
	if good {
		s.c.pass(CodeCountersigned, fmt.Sprint(len(values)))
	} else {
		s.c.fail(CodeCountersigned, "")
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
	if cert == nil {
		return
	}
	d, err := algorithm.FindDigest(si.DigestAlgorithm.Algorithm)
	if err != nil {
		s.c.fail(CodeNotAllowed, err.Error())
		return
	}
	h := d.New()
	h.Write(signature)
	if signedDigest(si, h.Sum(nil)) {
		s.c.pass(CodeContent, "")
	} else {
		s.c.fail(CodeContent, "the digest is of another signature")
	}
	s.out.ReferenceTime, s.out.Clock = s.report.CheckedAt, ClockCheck
	s.stamps(si)
	s.judge(cert)
}
