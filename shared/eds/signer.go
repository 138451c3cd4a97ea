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
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// verifySigner makes the checks of one SignerInfo in the order of ETSI EN 319 102-1, section 5.2:
// format, identification of the certificate, integrity, then the certificate itself. Nothing is
// asked about a certificate whose key did not make the signature, unless the policy puts what is
// cheap first; the document is hashed only when there is a signature over its digest.
func (v *verification) verifySigner(r *Report, msg *cms.SignedData, si *cms.SignerInfo, carried *carried, doc *content) Signer {
	s := v.newSigner(r, carried)
	if !s.attributes(msg, si) {
		return s.done()
	}
	s.signingTime(si)
	cert := s.findCertificate(si)
	if cert == nil || !s.content(si, doc) {
		return s.done()
	}
	s.out.ReferenceTime, s.out.Clock = r.CheckedAt, ClockCheck
	s.stamps(si)
	s.judge(cert)
	s.countersignatures(si)
	return s.done()
}

// newSigner starts the report of a signature.
func (v *verification) newSigner(r *Report, carried *carried) *signer {
	return &signer{v: v, report: r, trust: v.Trust, carried: carried, out: Signer{Revocation: Revocation{Status: NotChecked}, Checks: []Check{}}}
}

// signer is one signature while it is being checked.
type signer struct {
	v       *verification
	report  *Report
	trust   *Trust
	carried *carried
	c       checks
	out     Signer
}

// carried is what a message brings along besides signatures. It is read when it is needed, once for all
// signers.
type carried struct {
	msg   *cms.SignedData // nil for XML
	certs []*certpath.Certificate
	lists []*crlEntry
	ocsp  []*ocsp.Response

	certsRead, evidenceRead bool
}

// certificates are those of the message that can be read.
func (c *carried) certificates() []*certpath.Certificate {
	if !c.certsRead && c.msg != nil {
		c.certs, c.certsRead = parseCertificates(c.msg.Certificates), true
	}
	return c.certs
}

// evidence are the lists and OCSP responses of the message that can be read.
func (c *carried) evidence() ([]*crlEntry, []*ocsp.Response) {
	if c.evidenceRead || c.msg == nil {
		return c.lists, c.ocsp
	}
	c.evidenceRead = true
	for _, der := range c.msg.CRLs {
		if l, err := crl.Parse(der); err == nil {
			c.lists = append(c.lists, &crlEntry{list: l})
		}
	}
	c.ocsp = parseResponses(c.msg.OCSP)
	return c.lists, c.ocsp
}

func parseResponses(list [][]byte) []*ocsp.Response {
	var all []*ocsp.Response
	for _, der := range list {
		if r, err := ocsp.Decode(der); err == nil {
			all = append(all, r)
		}
	}
	return all
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
	if !s.uniqueAttributes(si, oid.ContentTypeAttr, oid.MessageDigestAttr) {
		return false
	}
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

// uniqueAttributes demands that no signed attribute occurs twice, that those needed are there with one
// value each, and that the version fits the signer identifier.
func (s *signer) uniqueAttributes(si *cms.SignerInfo, needed ...oid.ID) bool {
	for i, a := range si.SignedAttrs {
		for _, b := range si.SignedAttrs[:i] {
			if a.Type == b.Type {
				s.c.fail(CodeAttributes, "attribute "+a.Type.String()+" occurs twice")
				return false
			}
		}
	}
	for _, need := range needed {
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

// findCertificate picks the certificate whose key made the signature: among those that the signer
// identifier names, by whole issuer name and serial number or by key identifier, the one whose hash the
// signer signed (RFC 5035, section 3; RFC 2634, section 5.4), and where no hash was signed the first one
// that the signature verifies with. There is no falling back to the only one present, and none to
// certificates at hand elsewhere: a message without its certificate is not complete. If none fits the
// report is about the first.
func (s *signer) findCertificate(si *cms.SignerInfo) *certpath.Certificate {
	return s.first(s.candidates(si), func(try *signer, c *certpath.Certificate) bool { return try.made(si, c) })
}

// first returns the first candidate that holds, with what was recorded about it. If none does, what is
// recorded is about the first of all.
func (s *signer) first(candidates []*certpath.Certificate, holds func(*signer, *certpath.Certificate) bool) *certpath.Certificate {
	var report *signer
	for _, c := range candidates {
		try := *s
		try.c = slices.Clone(s.c)
		if holds(&try, c) {
			*s = try
			return c
		}
		if report == nil {
			report = &try
		}
	}
	if report != nil {
		*s = *report
	}
	return nil
}

// made reports whether the key of cert made the signature.
func (s *signer) made(si *cms.SignerInfo, cert *certpath.Certificate) bool {
	s.found(cert)
	if _, present, _ := matchESS(si, cert); present {
		s.c.pass(CodeESS, "") // else it were no candidate
	}
	alg, ok := s.algorithms(si, cert)
	return ok && s.vouched(cert) && s.integrity(si, cert, alg)
}

// candidates are the different certificates that may be the signer's; none is recorded.
func (s *signer) candidates(si *cms.SignerInfo) []*certpath.Certificate {
	var list []*certpath.Certificate
	named, detail := false, ""
	for _, c := range s.carried.certificates() {
		if !names(si, c) || slices.ContainsFunc(list, c.Equal) {
			continue
		}
		named = true
		if !s.v.work.digest(int64(len(c.Raw))) {
			s.c.spent(s.v.work)
			return nil
		}
		ok, present, why := matchESS(si, c)
		switch {
		case present && ok:
			return []*certpath.Certificate{c}
		case present:
			detail = why
		default:
			list = append(list, c)
		}
	}
	switch {
	case !named:
		s.c.fail(CodeNoCertificate, "")
	case len(list) == 0:
		s.c.pass(CodeNoCertificate, "")
		s.c.fail(CodeESS, detail)
	}
	return list
}

// names reports whether the signer identifier is that of c.
func names(si *cms.SignerInfo, c *certpath.Certificate) bool {
	return si.Issuer != nil && certpath.SameName(si.Issuer, c.RawIssuer) && bytes.Equal(si.Serial, c.Serial) ||
		si.SubjectKeyID != nil && bytes.Equal(si.SubjectKeyID, c.SubjectKeyID)
}

func (s *signer) found(c *certpath.Certificate) {
	s.c.pass(CodeNoCertificate, "")
	s.out.Certificate = describe(c)
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
	if !names.ReadASN1(&dir, asn1.Tag(4).Constructed().ContextSpecific()) || !certpath.SameName(dir, cert.RawIssuer) || !bytes.Equal(serial, cert.Serial) {
		return "issuer and serial number are of another certificate"
	}
	return ""
}

// algorithms demands that signature, digest and key belong together and that the policy allows
// them.
func (s *signer) algorithms(si *cms.SignerInfo, cert *certpath.Certificate) (algorithm.Signature, bool) {
	if cert.Key == nil {
		s.unusableKey(cert)
		return algorithm.Signature{}, false
	}
	alg, err := algorithm.ForKey(cert.Key, si.SignatureAlgorithm.Algorithm, si.DigestAlgorithm.Algorithm)
	if err != nil {
		s.c.fail(CodeUnsupported, err.Error())
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

// unusableKey says why a certificate has no key that can be used.
func (s *signer) unusableKey(cert *certpath.Certificate) {
	code := CodeKey
	if errors.Is(cert.KeyError, algorithm.ErrUnknown) {
		code = CodeUnsupported
	}
	s.c.fail(code, cert.KeyError.Error())
}

// allowed records whether the policy allows the algorithm. The checks go on after a refusal that is
// only a matter of policy, so that the report says whether the rest holds.
func (s *signer) allowed(alg algorithm.Signature, key *algorithm.Key) bool {
	if s.v.Policy.allows(s.v.Policy.Signatures, alg, key) {
		s.c.pass(CodeNotAllowed, "")
		return true
	}
	s.c.fail(CodeNotAllowed, fmt.Sprintf("%s with a key of %d bits", alg.Name, key.Bits))
	return s.v.Policy.Effort == FullReport
}

// vouched asks, where the policy puts what is cheap first, whether there is a path from cert at all,
// before its key is used for the first time. judge says the same in detail; a path found is known then.
func (s *signer) vouched(cert *certpath.Certificate) bool {
	if s.v.Policy.Effort == FullReport {
		return true
	}
	_, err := s.build(cert, s.report.CheckedAt)
	if err == nil || err.Reason == certpath.OutsideValidity { // a time stamp may move the time it is judged at
		return true
	}
	s.noPath(cert, err)
	return false
}

// content compares the digest of the content with the signed one. It goes on after a difference.
func (s *signer) content(si *cms.SignerInfo, doc *content) bool {
	d, err := algorithm.FindDigest(si.DigestAlgorithm.Algorithm)
	if err != nil {
		s.c.fail(CodeUnsupported, err.Error())
		return false
	}
	sum, ok := doc.sum(d)
	if !ok {
		s.c.spent(s.v.work)
		return false
	}
	if sum == nil {
		s.c.fail(CodeContentMissing, "")
		return true
	}
	values, _ := si.Attr(oid.MessageDigestAttr)
	in := cryptobyte.String(values[0])
	var want cryptobyte.String
	if !in.ReadASN1(&want, asn1.OCTET_STRING) || !in.Empty() || !bytes.Equal(want, sum) {
		s.c.fail(CodeContent, "signed "+hex.EncodeToString(want)+", found "+hex.EncodeToString(sum))
		return s.v.Policy.Effort == FullReport
	}
	s.c.pass(CodeContent, "")
	return true
}

// integrity checks the signature over the signed attributes.
func (s *signer) integrity(si *cms.SignerInfo, cert *certpath.Certificate, alg algorithm.Signature) bool {
	if !s.signature(cert.Key, alg, si.SignedBytes(), si.Signature) {
		return false
	}
	detail := ""
	if si.Unsorted {
		detail = "signed attributes were not stored in DER"
	}
	s.c.pass(CodeSignature, detail)
	return true
}

// signature checks a signature over data, and records it only if it does not hold.
func (s *signer) signature(key *algorithm.Key, alg algorithm.Signature, data, sig []byte) bool {
	d, err := algorithm.FindDigest(alg.Digest)
	if err != nil {
		s.c.fail(CodeUnsupported, err.Error())
		return false
	}
	if !s.v.work.digest(int64(len(data))) || !s.v.work.signature() {
		s.c.spent(s.v.work)
		return false
	}
	h := d.New()
	h.Write(data)
	if !key.Verify(alg, h.Sum(nil), sig) {
		s.c.fail(CodeSignature, "")
		return false
	}
	return true
}

// judge makes the checks of the certificate at the reference time: path, validity, usage, role,
// identity, revocation.
func (s *signer) judge(cert *certpath.Certificate) {
	subject, err := readSubject(cert)
	s.out.Subject = subject
	path := s.path(cert)
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

func (s *signer) build(cert *certpath.Certificate, at time.Time) ([]*certpath.Certificate, *certpath.PathError) {
	return s.v.buildPath(s.trust, cert, s.carried.certificates(), at, s.v.Policy.Signatures)
}

// path builds the way to an anchor and says why there is none.
func (s *signer) path(cert *certpath.Certificate) []*certpath.Certificate {
	path, err := s.build(cert, s.out.ReferenceTime)
	if err != nil {
		s.noPath(cert, err)
		return nil
	}
	s.c.pass(CodeUntrusted, fmt.Sprintf("%d certificates", len(path)))
	return path
}

func (s *signer) noPath(cert *certpath.Certificate, err *certpath.PathError) {
	switch err.Reason {
	case certpath.Exhausted:
		s.c.spent(s.v.work)
	case certpath.BadSignature:
		s.c.fail(CodeIssuer, err.Error())
	case certpath.AlgorithmRefused:
		code := CodeNotAllowed
		if _, unknown := algorithm.FindSignature(err.At.Algorithm.Algorithm); unknown != nil {
			code = CodeUnsupported
		}
		s.c.fail(code, err.Error())
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
}

func (v *verification) buildPath(trust *Trust, cert *certpath.Certificate, extra []*certpath.Certificate, at time.Time, allowed []oid.ID) ([]*certpath.Certificate, *certpath.PathError) {
	path, err := trust.pool.Build(cert, certpath.Options{
		At: at, Extra: extra, MaxDepth: int(v.work.limits.Path), Spend: v.work.path,
		Allowed: func(a algorithm.Signature, k *algorithm.Key) bool { return v.Policy.allows(allowed, a, k) },
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
		detail := "neither IIN nor BIN"
		if err != nil {
			detail = err.Error()
		}
		s.c.fail(CodeIdentity, detail)
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
	q := s.inquiry(path)
	rev := s.asked(q, q.status(0))
	if s.v.work.out != "" && (rev.Status == Good || rev.Status == StatusUnknown) {
		s.c.spent(s.v.work) // what was not looked at may say otherwise
		return
	}
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
		switch ca := q.status(i); ca.Status {
		case IsRevoked, Suspended, NotIssued:
			s.c.fail(CodeIssuerRevoked, certpath.NameString(path[i].RawSubject))
		case Good, Stale:
		default:
			s.c.fail(CodeIssuerStatus, certpath.NameString(path[i].RawSubject))
		}
	}
}

// inquiry asks about the certificates of the signer's path.
func (s *signer) inquiry(path []*certpath.Certificate) *inquiry {
	return &inquiry{v: s.v, trust: s.trust, carried: s.carried, path: path, at: s.out.ReferenceTime, now: s.report.evidenceAt, allowed: s.v.Policy.Signatures}
}
