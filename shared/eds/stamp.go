package eds

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/tsp"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// stamps checks the time stamps of a signature, of which there may be several, each in an attribute of
// its own (EN 319 122-1, section 5.3) or several in one, and moves the reference time to the earliest one that
// holds in every respect. A token that is provably false, because it is over something else, does
// not verify or was not made by an authority, fails the signature: somebody tampered. One that
// merely cannot be trusted here is not believed; the policy says what else follows.
func (s *signer) stamps(si *cms.SignerInfo) {
	if s.v.Policy.DoubtfulStamps == StampSkipped {
		return
	}
	values := si.UnsignedValues(oid.TimeStampTokenAttr)
	switch most := s.v.work.limits.Stamps; {
	case slices.ContainsFunc(si.UnsignedAttrs, func(a cms.Attribute) bool { return a.Type == oid.TimeStampTokenAttr && len(a.Values) == 0 }):
		s.c.fail(CodeStampFormat, "an attribute without a token")
		return
	case int64(len(values)) > most:
		s.c.limit("stamps", fmt.Sprintf("%d time stamps on one signature", len(values)))
		return
	}
	for _, der := range values {
		st := stampCheck{v: s.v, at: s.report.CheckedAt, evidenceAt: s.report.evidenceAt, c: &s.c}
		token, ok := st.verify(der, si.Signature)
		if !ok {
			continue
		}
		s.out.TimeStamps = append(s.out.TimeStamps, token)
		if token.Trusted && (s.out.Clock == ClockCheck || token.Time.Before(s.out.ReferenceTime)) {
			s.out.ReferenceTime, s.out.Clock = token.Time, ClockStamp
		}
	}
}

// stampCheck checks one token.
type stampCheck struct {
	v  *verification
	at time.Time // of the check
	// evidenceAt is when evidence about revocation was at hand.
	evidenceAt time.Time
	c          *checks
	// alone tells that the token is the matter itself and cannot be ignored.
	alone bool
}

// doubt records why a token is not believed.
func (s *stampCheck) doubt(code Code, detail string) {
	s.c.fail(code, detail)
	if s.v.Policy.DoubtfulStamps == StampIgnored && !s.alone {
		last := &(*s.c)[len(*s.c)-1]
		last.Status, last.SubIndication = Warning, ""
	}
}

func (v *Verifier) stampTrust() *Trust {
	if v.StampTrust != nil {
		return v.StampTrust
	}
	return v.Trust
}

// verify makes the checks of a token over data, the bytes of a signature. ok is false if the token
// cannot be read.
func (s *stampCheck) verify(der, data []byte) (out TimeStamp, ok bool) {
	token, err := tsp.ParseWithin(der, s.v.work.limits.cms())
	if e, ok := errors.AsType[*cms.LimitError](err); ok {
		s.c.limit(e.Limit, "in a time stamp: "+err.Error())
		return out, false
	}
	if err != nil || len(token.Signed.Signers) != 1 {
		s.c.fail(CodeStampFormat, "not a token with one signer")
		return out, false
	}
	s.c.pass(CodeStampFormat, "")
	out = describeStamp(token.Info)
	if same, err := s.imprint(token.Info, bytes.NewReader(data)); err == nil && same {
		s.signer(token, &out)
	}
	return out, true
}

func describeStamp(info tsp.Info) TimeStamp {
	return TimeStamp{Time: info.Time, Serial: hex.EncodeToString(info.Serial), Policy: info.Policy.String()}
}

// signer makes the checks of whoever made the token, and believes the token if all hold.
func (s *stampCheck) signer(token *tsp.Token, out *TimeStamp) {
	certs := parseCertificates(token.Signed.Certificates)
	cert := s.signature(token, &token.Signed.Signers[0], certs)
	if cert == nil {
		return
	}
	out.Signer = describe(cert)
	if !s.usage(cert) {
		return
	}
	path := s.path(cert, certs, token.Info.Time)
	if path == nil {
		return
	}
	s.v.stampTrust().services.Put(cert.RawSPKI, cert.Key)
	out.Anchor = describe(path[len(path)-1])
	out.Trusted = s.times(cert, token.Info.Time) && s.revocation(path, token.Info.Time)
}

// imprint compares the token's digest with that of data.
func (s *stampCheck) imprint(info tsp.Info, data io.Reader) (bool, error) {
	d, err := algorithm.FindDigest(info.ImprintAlgorithm.Algorithm)
	if err != nil || !algorithm.PlainParameters(info.ImprintAlgorithm.Parameters) {
		s.doubt(CodeUnsupported, "time stamp with imprint "+info.ImprintAlgorithm.Algorithm.String())
		return false, nil
	}
	if !slices.Contains(s.v.Policy.Imprints, d.OID) {
		s.doubt(CodeNotAllowed, "time stamp with imprint "+d.Name)
		return false, nil
	}
	h := d.New()
	_, err = io.Copy(h, s.v.work.paid(data, d))
	if errors.Is(err, errUnpaid) {
		s.c.spent(s.v.work)
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("eds: read stamped data: %w", err)
	}
	if !bytes.Equal(h.Sum(nil), info.Imprint) {
		s.c.fail(CodeStampImprint, "the token is over something else")
		return false, nil
	}
	s.c.pass(CodeStampImprint, d.Name)
	return true, nil
}

// signature checks the token's own signature: the attributes, the certificate the authority
// committed to, the digest of the TSTInfo (RFC 3161, section 2.4.2; RFC 5652).
func (s *stampCheck) signature(token *tsp.Token, si *cms.SignerInfo, certs []*certpath.Certificate) *certpath.Certificate {
	bad := func(detail string) *certpath.Certificate {
		s.c.fail(CodeStampSignature, detail)
		return nil
	}
	types, _ := si.Attr(oid.ContentTypeAttr)
	sums, _ := si.Attr(oid.MessageDigestAttr)
	if len(types) != 1 || len(sums) != 1 || !isOID(types[0], oid.TSTInfo) {
		return bad("signed attributes are not those of a token")
	}
	var cert *certpath.Certificate
	detail := ""
	for _, c := range certs {
		if !names(si, c) {
			continue
		}
		ok, present, why := matchESS(si, c)
		if present && ok {
			cert = c
			break
		}
		detail = "signing certificate: " + why
	}
	switch {
	case cert == nil && detail != "":
		return bad(detail)
	case cert == nil:
		s.doubt(CodeStampUntrusted, "no certificate of the authority in the token")
		return nil
	case cert.Key == nil:
		s.doubt(CodeUnsupported, "time stamp: "+cert.KeyError.Error())
		return nil
	}
	alg, err := algorithm.ForKey(cert.Key, si.SignatureAlgorithm.Algorithm, si.DigestAlgorithm.Algorithm)
	if err != nil {
		s.doubt(CodeUnsupported, "time stamp: "+err.Error())
		return nil
	}
	if alg.Digest != si.DigestAlgorithm.Algorithm || alg.Family != cert.Key.Family {
		return bad("algorithms do not belong together")
	}
	d, err := algorithm.FindDigest(alg.Digest)
	if err != nil {
		return bad(err.Error())
	}
	if !s.v.work.digest(token.Signed.ContentSize()+int64(len(si.SignedBytes()))) || !s.v.work.signature() {
		s.c.spent(s.v.work)
		return nil
	}
	h := d.New()
	h.Write(token.Signed.Content())
	in := cryptobyte.String(sums[0])
	var want cryptobyte.String
	if !in.ReadASN1(&want, asn1.OCTET_STRING) || !in.Empty() || !bytes.Equal(want, h.Sum(nil)) {
		return bad("messageDigest")
	}
	h = d.New()
	h.Write(si.SignedBytes())
	verify := cert.Key.Verify
	if kept := s.v.stampTrust().services.Get(cert.RawSPKI); kept != nil {
		verify = kept.VerifyTrusted
	}
	if !verify(alg, h.Sum(nil), si.Signature) {
		return bad("")
	}
	s.c.pass(CodeStampSignature, alg.Name)
	if !s.v.Policy.allows(s.v.Policy.Stamps, alg, cert.Key) {
		s.doubt(CodeNotAllowed, "time stamp with "+alg.Name)
		return nil
	}
	return cert
}

func isOID(der []byte, want oid.ID) bool {
	in := cryptobyte.String(der)
	var id cryptobyte.String
	return in.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) && in.Empty() && oid.ID(id) == want
}

// usage demands timeStamping as the only extended key usage, critical (RFC 3161, section 2.3), and a
// key usage for signatures where there is one: the NCA's authorities had none up to 2023.
func (s *stampCheck) usage(c *certpath.Certificate) bool {
	if len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != oid.TimeStamping || !c.ExtKeyUsageCritical || c.IsCA ||
		c.HasKeyUsage && c.KeyUsage&(certpath.DigitalSignature|certpath.NonRepudiation) == 0 {
		s.c.fail(CodeStampUsage, certpath.NameString(c.RawSubject))
		return false
	}
	s.c.pass(CodeStampUsage, "")
	return true
}

func (s *stampCheck) path(cert *certpath.Certificate, extra []*certpath.Certificate, at time.Time) []*certpath.Certificate {
	path, err := s.v.buildPath(s.v.stampTrust(), cert, extra, at, s.v.Policy.Stamps)
	if err != nil && err.Reason == certpath.Exhausted {
		s.c.spent(s.v.work)
		return nil
	}
	if err != nil {
		s.doubt(CodeStampUntrusted, err.Error())
		return nil
	}
	s.c.pass(CodeStampUntrusted, certpath.NameString(path[len(path)-1].RawSubject))
	return path
}

func (s *stampCheck) times(cert *certpath.Certificate, at time.Time) bool {
	if at.After(s.at.Add(s.v.Policy.Skew)) {
		s.c.fail(CodeStampOrder, "stamped "+stamp(at)+", later than the check")
		return false
	}
	if !cert.ValidAt(at) {
		s.doubt(CodeStampValidity, fmt.Sprintf("stamped %s, authority valid %s to %s", stamp(at), stamp(cert.NotBefore), stamp(cert.NotAfter)))
		return false
	}
	s.c.pass(CodeStampValidity, stamp(at))
	return true
}

// revocation heeds what lists say about the authority. Without lists it goes on with a warning: the
// authority's list is rarely at hand, and a revoked authority makes the news.
func (s *stampCheck) revocation(path []*certpath.Certificate, at time.Time) bool {
	q := &inquiry{v: s.v, trust: s.v.stampTrust(), path: path, at: at, now: s.evidenceAt, allowed: s.v.Policy.Stamps}
	for i := range len(path) - 1 {
		switch r := q.status(i); r.Status {
		case IsRevoked, Suspended, NotIssued:
			s.doubt(CodeStampRevoked, certpath.NameString(path[i].RawSubject))
			return false
		case Good:
		default:
			s.c.fail(CodeStampRevocation, certpath.NameString(path[i].RawSubject))
		}
	}
	return true
}
