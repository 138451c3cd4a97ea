package eds

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// verifySigner makes the checks of one SignerInfo in the order of ETSI EN 319 102-1, section 5.2:
// format, identification of the certificate, integrity, then the certificate itself. Nothing is
// asked about a certificate whose key did not make the signature.
func (v *Verifier) verifySigner(r *Report, msg *cms.SignedData, si *cms.SignerInfo, carried *carried, sums map[oid.ID][]byte) Signer {
	s := signer{v: v, report: r, trust: v.Trust, carried: carried, out: Signer{Revocation: Revocation{Status: NotChecked}, Checks: []Check{}}}
	if !s.attributes(msg, si) {
		return s.done()
	}
	s.signingTime(si)
	cert := s.findCertificate(si)
	if cert == nil || !s.essCertificate(si, cert) {
		return s.done()
	}
	alg, ok := s.algorithms(si, cert)
	if !ok {
		return s.done()
	}
	s.content(msg, si, sums)
	if !s.integrity(si, cert, alg) {
		return s.done()
	}
	s.out.ReferenceTime, s.out.Clock = r.CheckedAt, ClockCheck
	s.stamps(si)
	s.judge(cert)
	return s.done()
}

// signer is one signature while it is being checked.
type signer struct {
	v       *Verifier
	report  *Report
	trust   *Trust
	carried *carried
	c       checks
	out     Signer
}

// carried is what a message brings along besides signatures, parsed once for all of its signers.
type carried struct {
	certs []*certpath.Certificate
	lists []*crlEntry
	ocsp  [][]byte
}

func readCarried(msg *cms.SignedData) *carried {
	c := &carried{certs: parseCertificates(msg.Certificates), ocsp: msg.OCSP}
	for _, der := range msg.CRLs {
		if l, err := crl.Parse(der); err == nil {
			c.lists = append(c.lists, &crlEntry{list: l})
		}
	}
	return c
}

func (s *signer) done() Signer {
	s.out.Checks = append(s.out.Checks, s.c...)
	return s.out
}

func parseCertificates(list [][]byte) []*certpath.Certificate {
	var certs []*certpath.Certificate
	for _, der := range list {
		if c, err := certpath.Parse(der); err == nil {
			certs = append(certs, c)
		}
	}
	return certs
}

// attributes demands what CAdES does of the signed attributes: they are there, contentType and
// messageDigest once each with one value, nothing twice (RFC 5652, section 11). A signature
// straight over the content is refused, because the attributes of another signature could be
// passed off as its content.
func (s *signer) attributes(msg *cms.SignedData, si *cms.SignerInfo) bool {
	if si.SignedAttrs == nil {
		s.c.fail(CodeAttributes, "no signed attributes")
		return false
	}
	for i, a := range si.SignedAttrs {
		for _, b := range si.SignedAttrs[:i] {
			if a.Type == b.Type {
				s.c.fail(CodeAttributes, "attribute "+a.Type.String()+" occurs twice")
				return false
			}
		}
	}
	for _, need := range []oid.ID{oid.ContentTypeAttr, oid.MessageDigestAttr} {
		if values, n := si.Attr(need); n != 1 || len(values) != 1 {
			s.c.fail(CodeAttributes, "attribute "+need.String()+" must occur once with one value")
			return false
		}
	}
	if si.Version == 1 && si.Issuer == nil || si.Version == 3 && si.SubjectKeyID == nil || si.Version != 1 && si.Version != 3 {
		s.c.fail(CodeAttributes, "version does not fit the signer identifier")
		return false
	}
	s.c.pass(CodeAttributes, "")
	values, _ := si.Attr(oid.ContentTypeAttr)
	in := cryptobyte.String(values[0])
	var id cryptobyte.String
	if !in.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || !in.Empty() || oid.ID(id) != msg.ContentType {
		s.c.fail(CodeContentType, "attribute "+oid.ID(id).String()+", content "+msg.ContentType.String())
		return false
	}
	if msg.ContentType != oid.Data {
		s.c.fail(CodeContentType, "content "+msg.ContentType.String()+" is not a document")
		return false
	}
	s.c.pass(CodeContentType, "")
	return true
}

// signingTime records the claimed time. A claim outside the validity of the certificate is a
// warning later; a malformed one is a format failure.
func (s *signer) signingTime(si *cms.SignerInfo) {
	values, n := si.Attr(oid.SigningTimeAttr)
	if n == 0 {
		return
	}
	if len(values) == 1 {
		in := cryptobyte.String(values[0])
		var t time.Time
		if in.PeekASN1Tag(asn1.UTCTime) && in.ReadASN1UTCTime(&t) && in.Empty() ||
			in.PeekASN1Tag(asn1.GeneralizedTime) && in.ReadASN1GeneralizedTime(&t) && in.Empty() {
			s.out.SigningTime = t.UTC()
			return
		}
	}
	s.c.fail(CodeAttributes, "malformed signingTime")
}

// findCertificate picks the certificate that the signer identifier names, by whole issuer name and
// serial number or by key identifier. There is no falling back to the only one present, and none to
// certificates at hand elsewhere: a message without its certificate is not complete.
func (s *signer) findCertificate(si *cms.SignerInfo) *certpath.Certificate {
	for _, c := range s.carried.certs {
		if si.Issuer != nil && bytes.Equal(si.Issuer, c.RawIssuer) && bytes.Equal(si.Serial, c.Serial) ||
			si.SubjectKeyID != nil && bytes.Equal(si.SubjectKeyID, c.SubjectKeyID) {
			s.found(c)
			return c
		}
	}
	s.c.fail(CodeNoCertificate, "")
	return nil
}

func (s *signer) found(c *certpath.Certificate) {
	s.c.pass(CodeNoCertificate, "")
	s.out.Certificate = describe(c)
}

// essCertificate compares the certificate with the hash that the signer signed of it (RFC 5035,
// section 3; RFC 2634, section 5.4). The attribute is optional; a wrong one is not.
func (s *signer) essCertificate(si *cms.SignerInfo, cert *certpath.Certificate) bool {
	ok, present, detail := matchESS(si, cert)
	switch {
	case !present:
		return true
	case !ok:
		s.c.fail(CodeESS, detail)
		return false
	}
	s.c.pass(CodeESS, "")
	return true
}

// matchESS looks for signingCertificateV2 and signingCertificate; each that is present must match.
func matchESS(si *cms.SignerInfo, cert *certpath.Certificate) (ok, present bool, detail string) {
	for _, attr := range []oid.ID{oid.SigningCertificateV2Attr, oid.SigningCertificateAttr} {
		values, n := si.Attr(attr)
		if n == 0 {
			continue
		}
		present = true
		if len(values) != 1 {
			return false, true, "attribute without exactly one value"
		}
		if detail := matchESSCertID(values[0], attr == oid.SigningCertificateV2Attr, cert); detail != "" {
			return false, true, detail
		}
	}
	return true, present, ""
}

// matchESSCertID checks the first ESSCertID of the attribute, which names the signer's certificate.
func matchESSCertID(value []byte, v2 bool, cert *certpath.Certificate) string {
	in := cryptobyte.String(value)
	var attr, certs, first, sum cryptobyte.String
	if !in.ReadASN1(&attr, asn1.SEQUENCE) || !in.Empty() || !attr.ReadASN1(&certs, asn1.SEQUENCE) || !certs.ReadASN1(&first, asn1.SEQUENCE) {
		return "malformed attribute"
	}
	digest := oid.SHA1
	if v2 {
		digest = oid.SHA256
		if first.PeekASN1Tag(asn1.SEQUENCE) {
			var alg cryptobyte.String
			if !first.ReadASN1Element(&alg, asn1.SEQUENCE) {
				return "malformed attribute"
			}
			a, err := cms.ParseAlgorithm(alg)
			if err != nil {
				return "malformed attribute"
			}
			digest = a.Algorithm
		}
	}
	d, err := algorithm.FindDigest(digest)
	if err != nil || v2 && digest == oid.SHA1 {
		return "digest " + digest.String() + " is not known"
	}
	if !first.ReadASN1(&sum, asn1.OCTET_STRING) {
		return "malformed attribute"
	}
	h := d.New()
	h.Write(cert.Raw)
	if !bytes.Equal(h.Sum(nil), sum) {
		return "hash is of another certificate"
	}
	if first.Empty() {
		return ""
	}
	return matchIssuerSerial(first, cert)
}

func matchIssuerSerial(in cryptobyte.String, cert *certpath.Certificate) string {
	var seq, names, dir, serial cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&names, asn1.SEQUENCE) || !seq.ReadASN1(&serial, asn1.INTEGER) {
		return "malformed attribute"
	}
	if !names.ReadASN1(&dir, asn1.Tag(4).Constructed().ContextSpecific()) || !bytes.Equal(dir, cert.RawIssuer) || !bytes.Equal(serial, cert.Serial) {
		return "issuer and serial number are of another certificate"
	}
	return ""
}

// algorithms demands that signature, digest and key belong together and that the policy allows
// them.
func (s *signer) algorithms(si *cms.SignerInfo, cert *certpath.Certificate) (algorithm.Signature, bool) {
	if cert.Key == nil {
		code := CodeKey
		if errors.Is(cert.KeyError, algorithm.ErrUnknown) {
			code = CodeNotAllowed
		}
		s.c.fail(code, cert.KeyError.Error())
		return algorithm.Signature{}, false
	}
	alg, err := algorithm.ForKey(cert.Key, si.SignatureAlgorithm.Algorithm, si.DigestAlgorithm.Algorithm)
	if err != nil {
		s.c.fail(CodeNotAllowed, err.Error())
		return alg, false
	}
	s.out.Algorithm = alg.Name
	if alg.Family != cert.Key.Family || alg.Digest != si.DigestAlgorithm.Algorithm ||
		!algorithm.PlainParameters(si.DigestAlgorithm.Parameters) || !algorithm.PlainParameters(si.SignatureAlgorithm.Parameters) {
		s.c.fail(CodeAlgorithm, fmt.Sprintf("signature %s, digest %s, key %s", alg.Name, si.DigestAlgorithm.Algorithm, cert.Key.Family))
		return alg, false
	}
	s.c.pass(CodeAlgorithm, alg.Name)
	return alg, s.allowed(alg, cert.Key)
}

// allowed records whether the policy allows the algorithm. The checks go on after a refusal that is
// only a matter of policy, so that the report says whether the rest holds.
func (s *signer) allowed(alg algorithm.Signature, key *algorithm.Key) bool {
	if !s.v.Policy.allows(s.v.Policy.Signatures, alg, key) {
		s.c.fail(CodeNotAllowed, fmt.Sprintf("%s with a key of %d bits", alg.Name, key.Bits))
	} else {
		s.c.pass(CodeNotAllowed, "")
	}
	return true
}

// content compares the digest of the content with the signed one.
func (s *signer) content(msg *cms.SignedData, si *cms.SignerInfo, sums map[oid.ID][]byte) {
	sum, ok := sums[si.DigestAlgorithm.Algorithm]
	if !ok {
		s.c.fail(CodeContentMissing, "")
		return
	}
	values, _ := si.Attr(oid.MessageDigestAttr)
	in := cryptobyte.String(values[0])
	var want cryptobyte.String
	if !in.ReadASN1(&want, asn1.OCTET_STRING) || !in.Empty() || !bytes.Equal(want, sum) {
		s.c.fail(CodeContent, "signed "+hex.EncodeToString(want)+", found "+hex.EncodeToString(sum))
		return
	}
	s.c.pass(CodeContent, "")
}

// integrity checks the signature over the signed attributes.
func (s *signer) integrity(si *cms.SignerInfo, cert *certpath.Certificate, alg algorithm.Signature) bool {
	d, err := algorithm.FindDigest(alg.Digest)
	if err != nil {
		s.c.fail(CodeNotAllowed, err.Error())
		return false
	}
	h := d.New()
	h.Write(si.SignedBytes())
	if !cert.Key.Verify(alg, h.Sum(nil), si.Signature) {
		s.c.fail(CodeSignature, "")
		return false
	}
	detail := ""
	if si.Unsorted {
		detail = "signed attributes were not stored in DER"
	}
	s.c.pass(CodeSignature, detail)
	return true
}

// judge makes the checks of the certificate at the reference time: path, validity, usage, role,
// identity, revocation.
func (s *signer) judge(cert *certpath.Certificate) {
	subject, err := readSubject(cert)
	s.out.Subject = subject
	path := s.path(cert, s.trust, s.v.Policy.Signatures)
	if path == nil {
		return
	}
	s.anchor(path)
	s.validity(cert)
	s.usage(cert)
	s.identity(subject, err)
	s.revocation(path)
}

// anchor records the path and warns of an anchor that is not one of the NCA's production roots.
func (s *signer) anchor(path []*certpath.Certificate) {
	s.out.Anchor = describe(path[len(path)-1])
	for _, c := range path {
		s.out.Path = append(s.out.Path, *describe(c))
	}
	if !s.out.Anchor.Production {
		s.c.fail(CodeTestAnchor, s.out.Anchor.Subject)
	}
}

// path builds the way to an anchor and says why there is none.
func (s *signer) path(cert *certpath.Certificate, trust *Trust, allowed []oid.ID) []*certpath.Certificate {
	path, err := buildPath(trust, cert, s.carried.certs, s.out.ReferenceTime, &s.v.Policy, allowed)
	if err == nil {
		s.c.pass(CodeUntrusted, fmt.Sprintf("%d certificates", len(path)))
		return path
	}
	switch err.Reason {
	case certpath.BadSignature:
		s.c.fail(CodeIssuer, err.Error())
	case certpath.AlgorithmRefused:
		s.c.fail(CodeNotAllowed, err.Error())
	case certpath.NotAuthority:
		s.c.fail(CodeAuthority, err.Error())
	case certpath.UnknownExtension:
		s.c.fail(CodeCritical, err.Error())
	case certpath.OutsideValidity:
		s.validity(cert) // the certificate's own end says more to its holder
		s.c.fail(CodeCAValidity, err.Error())
	default:
		s.c.fail(CodeUntrusted, err.Error())
	}
	return nil
}

func buildPath(trust *Trust, cert *certpath.Certificate, extra []*certpath.Certificate, at time.Time, p *Policy, allowed []oid.ID) ([]*certpath.Certificate, *certpath.PathError) {
	path, err := trust.pool.Build(cert, certpath.Options{
		At: at, Extra: extra, MaxDepth: p.Limits.withDefaults().Path,
		Allowed: func(a algorithm.Signature, k *algorithm.Key) bool { return p.allows(allowed, a, k) },
	})
	if err != nil {
		reason, _ := errors.AsType[*certpath.PathError](err)
		return nil, reason
	}
	return path, nil
}

// validity asks whether the certificate was valid at the reference time.
func (s *signer) validity(cert *certpath.Certificate) {
	t, p := s.out.ReferenceTime, &s.v.Policy
	switch {
	case t.Before(cert.NotBefore):
		s.c.fail(CodeNotYetValid, "valid from "+stamp(cert.NotBefore))
	case t.After(cert.NotAfter) && s.out.Clock == ClockCheck && p.Time == TimeUnknown:
		s.c.doubt(CodeExpired, OutOfBoundsNoPOE, "valid until "+stamp(cert.NotAfter))
	case t.After(cert.NotAfter):
		s.c.fail(CodeExpired, "valid until "+stamp(cert.NotAfter))
	default:
		s.c.pass(CodeExpired, "")
	}
	if st := s.out.SigningTime; !st.IsZero() && (!cert.ValidAt(st) || st.After(s.report.CheckedAt.Add(p.Skew))) {
		s.c.fail(CodeSigningTime, "the signer claims "+stamp(st))
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// usage asks whether the certificate is for signing documents: a legal signature needs
// nonRepudiation, which every signing certificate of the NCA has and no AUTH_RSA one.
func (s *signer) usage(cert *certpath.Certificate) {
	p := &s.v.Policy
	signs := cert.HasKeyUsage && p.KeyUsage != 0 && cert.KeyUsage&p.KeyUsage == p.KeyUsage
	login := p.Login && cert.HasKeyUsage && cert.KeyUsage&certpath.DigitalSignature != 0 && cert.HasExtKeyUsage(oid.ClientAuth)
	if service := cert.HasExtKeyUsage(oid.TimeStamping) || cert.HasExtKeyUsage(oid.OCSPSigning); !signs && !login || cert.IsCA || service {
		s.c.fail(CodeKeyUsage, fmt.Sprintf("key usage %v", cert.KeyUsage.Names()))
	} else {
		s.c.pass(CodeKeyUsage, "")
	}
	role := readRole(cert)
	if p.Roles != nil && !slices.Contains(p.Roles, role) {
		s.c.fail(CodeRole, string(role))
	} else {
		s.c.pass(CodeRole, string(role))
	}
}

// identity asks whether the numbers in the subject can be read. Test certificates have numbers with
// wrong check digits, so that is a warning.
func (s *signer) identity(subject Subject, err error) {
	if s.v.Policy.Identity && (err != nil || subject.IIN.IsZero() && subject.BIN.IsZero()) {
		s.c.fail(CodeIdentity, "")
		return
	}
	s.c.pass(CodeIdentity, "")
	if !subject.IIN.IsZero() && !subject.IIN.Valid() || !subject.BIN.IsZero() && !subject.BIN.Valid() {
		s.c.fail(CodeCheckDigit, "")
	}
}

// revocation asks about every certificate of the path but the anchor.
func (s *signer) revocation(path []*certpath.Certificate) {
	p := &s.v.Policy
	if len(path) == 1 {
		s.c.fail(CodeRevocation, "the certificate is its own anchor")
		return
	}
	rev := s.asked(s.status(path[0], path[1]), path)
	noPOE := s.out.Clock == ClockCheck && p.Time == TimeUnknown
	detail := rev.Source + " " + rev.Number + ", revoked " + stamp(rev.RevokedAt) + " " + rev.Reason
	switch rev.Status {
	case Good:
		s.c.pass(CodeRevocation, rev.Source+" "+rev.Number+" of "+stamp(rev.ThisUpdate))
	case IsRevoked, Suspended:
		code := CodeRevoked
		if rev.Status == Suspended {
			code = CodeSuspended
		}
		if noPOE {
			s.c.doubt(code, RevokedNoPOE, detail)
		} else {
			s.c.fail(code, detail)
		}
	case NotIssued:
		s.c.fail(CodeNotIssued, rev.Source)
	case Stale:
		s.c.fail(CodeStale, rev.Source+" "+rev.Number+" until "+stamp(rev.NextUpdate))
	default:
		if p.Revocation == RevocationDeferred {
			rev.Status = Deferred
			s.c.fail(CodeDeferred, "")
		} else {
			s.c.fail(CodeRevocation, "")
		}
	}
	s.out.Revocation = rev
	for i := 1; i < len(path)-1; i++ {
		switch ca := s.status(path[i], path[i+1]); ca.Status {
		case IsRevoked, Suspended, NotIssued:
			s.c.fail(CodeIssuerRevoked, certpath.NameString(path[i].RawSubject))
		case Good, Stale:
		default:
			s.c.fail(CodeIssuerStatus, certpath.NameString(path[i].RawSubject))
		}
	}
}

// status asks the lists and the OCSP responses at hand about one certificate.
func (s *signer) status(cert, issuer *certpath.Certificate) Revocation {
	lists := s.trust.crls[string(issuer.RawSubject)]
	for _, e := range s.carried.lists {
		if bytes.Equal(e.list.RawIssuer, issuer.RawSubject) {
			lists = append(lists[:len(lists):len(lists)], e)
		}
	}
	rev := s.v.askLists(lists, cert, issuer, s.out.ReferenceTime)
	for _, der := range slices.Concat(s.v.OCSP, s.carried.ocsp) {
		if answer, ok := s.v.askResponse(der, cert, issuer, s.out.ReferenceTime); ok {
			rev = weightier(rev, answer)
		}
	}
	return rev
}
