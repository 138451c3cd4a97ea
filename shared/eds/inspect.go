package eds

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/tsp"
)

// CertificateReport is the outcome of VerifyCertificate.
type CertificateReport struct {
	Indication    Indication    `json:"indication"`
	SubIndication SubIndication `json:"subIndication,omitempty"`
	Policy        string        `json:"policy"`
	CheckedAt     time.Time     `json:"checkedAt"`
	Certificate   *Certificate  `json:"certificate"`
	Subject       Subject       `json:"subject"`
	Anchor        *Certificate  `json:"anchor,omitempty"`
	Path          []Certificate `json:"path,omitempty"`
	Revocation    Revocation    `json:"revocation"`
	Checks        []Check       `json:"checks"`
}

// VerifyCertificate reports on one certificate, DER or PEM, at the instant at: its path, validity and
// revocation, whatever it may be used for. The certificate of an authority is judged as well; an
// anchor is good by definition. Of several in PEM it is about the first; the others are candidates for
// the path.
//
// The error is nil exactly when the verdict is TotalPassed. It is certpath.ErrSyntax, with an empty
// report, for data that is not a certificate.
func (v *Verifier) VerifyCertificate(data []byte, at time.Time) (CertificateReport, error) {
	all, err := certpath.DecodeAll(data)
	if err != nil {
		return CertificateReport{}, err
	}
	cert := all[0]
	at = at.UTC()
	s := v.start().newSigner(&Report{CheckedAt: at, evidenceAt: at}, &carried{certs: all[1:]})
	s.out.ReferenceTime, s.out.Clock = at, ClockCheck
	rep := CertificateReport{Policy: v.Policy.Name, CheckedAt: at, Certificate: describe(cert)}
	if rep.Subject, err = readSubject(cert); err != nil && !cert.IsCA && v.Policy.Identity {
		s.c.fail(CodeIdentity, "")
	}
	s.keyAllowed(cert)
	switch path := s.path(cert); {
	case path == nil:
	case len(path) == 1:
		s.anchor(path)
		s.validity(cert)
	default:
		s.anchor(path)
		s.validity(cert)
		s.revocation(path)
	}
	rep.Anchor, rep.Path, rep.Revocation, rep.Checks = s.out.Anchor, s.out.Path, s.out.Revocation, s.c
	rep.Indication, rep.SubIndication = verdict(rep.Checks)
	return rep, inspectionError(rep.Indication, rep.SubIndication, rep.Checks)
}

// keyAllowed asks whether the policy allows any signature with the certificate's own key.
func (s *signer) keyAllowed(cert *certpath.Certificate) {
	if cert.Key == nil {
		s.unusableKey(cert)
		return
	}
	p := &s.v.Policy
	if !slices.ContainsFunc(p.Signatures, func(id oid.ID) bool {
		alg, err := algorithm.FindSignature(id)
		return err == nil && alg.Family == cert.Key.Family && p.allows(p.Signatures, alg, cert.Key)
	}) {
		s.c.fail(CodeNotAllowed, fmt.Sprintf("%s key of %d bits", cert.Key.Family, cert.Key.Bits))
		return
	}
	s.c.pass(CodeNotAllowed, "")
}

// CRLReport is the outcome of VerifyCRL.
type CRLReport struct {
	Indication    Indication    `json:"indication"`
	SubIndication SubIndication `json:"subIndication,omitempty"`
	CheckedAt     time.Time     `json:"checkedAt"`
	Issuer        string        `json:"issuer"`
	Number        string        `json:"number,omitempty"` // decimal
	Base          string        `json:"base,omitempty"`   // of a delta list, decimal
	ThisUpdate    time.Time     `json:"thisUpdate"`
	NextUpdate    time.Time     `json:"nextUpdate,omitzero"`
	Entries       int           `json:"entries"`
	Signer        *Certificate  `json:"signer,omitempty"`
	Anchor        *Certificate  `json:"anchor,omitempty"`
	Checks        []Check       `json:"checks"`
}

// VerifyCRL reports on one revocation list, DER or PEM: that a trusted authority signed it, and that
// it is in force at the instant at.
//
// The error is nil exactly when the verdict is TotalPassed. It is crl.ErrSyntax, with an empty
// report, for data that is not a list.
func (v *Verifier) VerifyCRL(data []byte, at time.Time) (CRLReport, error) {
	l, err := crl.Decode(data)
	if err != nil {
		return CRLReport{}, err
	}
	at = at.UTC()
	rep := CRLReport{CheckedAt: at, Issuer: certpath.NameString(l.RawIssuer), ThisUpdate: l.ThisUpdate, NextUpdate: l.NextUpdate, Entries: l.Entries.Len()}
	if l.Number != nil {
		rep.Number = l.Number.String()
	}
	if l.Base != nil {
		rep.Base = l.Base.String()
	}
	c := (*checks)(&rep.Checks)
	if l.Unusable != "" {
		c.fail(CodeCritical, l.Unusable.String())
	}
	v.start().listSigner(l, at, &rep)
	if l.Covers(at) {
		c.pass(CodeRevocation, "")
	} else {
		c.fail(CodeRevocation, "in force from "+stamp(l.ThisUpdate)+" to "+stamp(l.NextUpdate))
	}
	rep.Indication, rep.SubIndication = verdict(rep.Checks)
	return rep, inspectionError(rep.Indication, rep.SubIndication, rep.Checks)
}

// listSigner finds the authority whose name and key fit the list, and its path.
func (v *verification) listSigner(l *crl.List, at time.Time, rep *CRLReport) {
	c := (*checks)(&rep.Checks)
	named := v.Trust.pool.Named(l.RawIssuer)
	q := inquiry{v: v, allowed: v.Policy.Signatures}
	for _, ca := range named {
		if !ca.HasKeyUsage || ca.KeyUsage&certpath.CRLSign == 0 || l.CheckSignature(ca.Key, true) != nil {
			continue
		}
		rep.Signer = describe(ca)
		c.pass(CodeSignature, "")
		if !q.allows(l.Algorithm.Algorithm, ca.Key) {
			c.fail(CodeNotAllowed, l.Algorithm.Algorithm.String())
		}
		path, err := v.buildPath(v.Trust, ca, nil, at, v.Policy.Signatures)
		if err != nil {
			c.fail(CodeUntrusted, err.Error())
			return
		}
		rep.Anchor = describe(path[len(path)-1])
		c.pass(CodeUntrusted, "")
		return
	}
	if len(named) > 0 {
		c.fail(CodeSignature, "")
	} else {
		c.fail(CodeUntrusted, "no authority of that name is known")
	}
}

// OCSPReport is the outcome of VerifyOCSP.
type OCSPReport struct {
	Indication    Indication    `json:"indication"`
	SubIndication SubIndication `json:"subIndication,omitempty"`
	CheckedAt     time.Time     `json:"checkedAt"`
	// ResponseStatus is "successful", "tryLater" and so on (RFC 6960, section 4.2.1).
	ResponseStatus string       `json:"responseStatus"`
	ProducedAt     time.Time    `json:"producedAt,omitzero"`
	Responder      *Certificate `json:"responder,omitempty"`
	Anchor         *Certificate `json:"anchor,omitempty"`
	Revocation     Revocation   `json:"revocation"`
	Checks         []Check      `json:"checks"`
}

// VerifyOCSP reports on one OCSP response, DER, PEM or base64: that a responder authorised by issuer signed it, that
// it is about cert and fresh at the instant at, and what it says. nonce is what was sent in the
// request, nil to leave it out of account. The verdict is TotalPassed only for a fresh "good".
//
// The error is nil exactly when the verdict is TotalPassed. It is ocsp.ErrSyntax or
// certpath.ErrSyntax, with an empty report, for data that cannot be read.
func (v *Verifier) VerifyOCSP(data, cert, issuer []byte, nonce []byte, at time.Time) (OCSPReport, error) {
	r, err := ocsp.Decode(data)
	if err != nil {
		return OCSPReport{}, err
	}
	subject, err := certpath.Decode(cert)
	if err != nil {
		return OCSPReport{}, err
	}
	ca, err := certpath.Decode(issuer)
	if err != nil {
		return OCSPReport{}, err
	}
	at = at.UTC()
	rep := OCSPReport{CheckedAt: at, ResponseStatus: r.Status.String(), ProducedAt: r.ProducedAt, Revocation: Revocation{Status: StatusUnknown}}
	c := (*checks)(&rep.Checks)
	if v.start().responseSigner(r, subject, ca, at, &rep) {
		v.responseAnswer(r, subject, ca, nonce, at, &rep)
	} else if len(*c) == 0 {
		c.fail(CodeRevocation, r.Status.String())
	}
	rep.Indication, rep.SubIndication = verdict(rep.Checks)
	return rep, inspectionError(rep.Indication, rep.SubIndication, rep.Checks)
}

func (v *verification) responseSigner(r *ocsp.Response, subject, ca *certpath.Certificate, at time.Time, rep *OCSPReport) bool {
	c := (*checks)(&rep.Checks)
	if r.Status != ocsp.Successful {
		return false
	}
	if subject.CheckSignature(ca.Key, false) != nil {
		c.fail(CodeIssuer, "the certificate is not by that issuer")
		return false
	}
	q := inquiry{v: v, trust: v.Trust, now: at, allowed: v.Policy.Signatures}
	responder, err := q.responder(r, ca, subject)
	switch {
	case errors.Is(err, errWeakEvidence):
		c.fail(CodeNotAllowed, r.Algorithm.Algorithm.String())
		return false
	case errors.Is(err, ocsp.ErrSignature):
		c.fail(CodeSignature, "")
		return false
	case err != nil:
		c.fail(CodeResponder, "")
		return false
	}
	rep.Responder = describe(responder)
	c.pass(CodeResponder, "")
	c.pass(CodeSignature, "")
	path, pathErr := v.buildPath(v.Trust, ca, nil, at, v.Policy.Signatures)
	if pathErr != nil {
		c.fail(CodeUntrusted, pathErr.Error())
		return false
	}
	rep.Anchor = describe(path[len(path)-1])
	c.pass(CodeUntrusted, "")
	return true
}

func (v *Verifier) responseAnswer(r *ocsp.Response, subject, ca *certpath.Certificate, nonce []byte, at time.Time, rep *OCSPReport) {
	c := (*checks)(&rep.Checks)
	if nonce != nil && !bytes.Equal(r.Nonce, ocsp.NonceValue(nonce)) {
		c.fail(CodeRevocation, "nonce is not the one sent")
		return
	}
	single, ok := r.Find(ca, subject.Serial)
	if !ok || single.Status == ocsp.Unknown {
		c.fail(CodeRevocation, "no answer about this certificate")
		return
	}
	rep.Revocation = Revocation{Source: "ocsp", ThisUpdate: single.ThisUpdate, NextUpdate: single.NextUpdate, Status: Good}
	if single.Status == ocsp.Revoked {
		rep.Revocation.Status, rep.Revocation.RevokedAt, rep.Revocation.Reason = IsRevoked, single.RevokedAt, single.Reason.String()
	}
	until := single.NextUpdate
	if until.IsZero() {
		until = single.ThisUpdate.Add(v.Policy.OCSPMaxAge)
	}
	fresh := !at.Add(v.Policy.Skew).Before(single.ThisUpdate) && !at.After(until)
	switch {
	case single.NotIssued():
		rep.Revocation.Status = NotIssued
		c.fail(CodeNotIssued, "")
	case single.Status == ocsp.Revoked && single.Reason == crl.CertificateHold:
		rep.Revocation.Status = Suspended
		c.fail(CodeSuspended, stamp(single.RevokedAt))
	case single.Status == ocsp.Revoked:
		c.fail(CodeRevoked, stamp(single.RevokedAt)+" "+single.Reason.String())
	case !fresh:
		c.fail(CodeRevocation, "answer of "+stamp(single.ThisUpdate)+" is not fresh")
	default:
		c.pass(CodeRevocation, stamp(single.ThisUpdate))
	}
}

// StampReport is the outcome of VerifyStamp.
type StampReport struct {
	Indication    Indication    `json:"indication"`
	SubIndication SubIndication `json:"subIndication,omitempty"`
	CheckedAt     time.Time     `json:"checkedAt"`
	TimeStamp     TimeStamp     `json:"timeStamp"`
	// ImprintChecked tells that the data was given and compared.
	ImprintChecked bool    `json:"imprintChecked"`
	Checks         []Check `json:"checks"`
}

// VerifyStamp reports on one time-stamp token or response (RFC 3161), DER, PEM or base64. data is what it should be
// over; nil leaves the imprint out, and the report says so. at is the time of the check.
//
// The error is nil exactly when the verdict is TotalPassed. It is ErrNotASignature, with an empty
// report, for data that is neither a token nor a response with one.
func (v *Verifier) VerifyStamp(token []byte, data io.Reader, at time.Time) (StampReport, error) {
	if der, err := cms.Decode(token); err == nil {
		token = der
	}
	if r, err := tsp.ParseResponse(token); err == nil {
		if !r.Granted() {
			return StampReport{}, fmt.Errorf("%w: time stamp refused with status %d", ErrNotASignature, r.Status)
		}
		token = r.Token
	}
	rep := StampReport{CheckedAt: at.UTC(), ImprintChecked: data != nil}
	parsed, err := tsp.Parse(token)
	if err != nil {
		return StampReport{}, fmt.Errorf("%w: %w", ErrNotASignature, err)
	}
	st := stampCheck{v: v.start(), at: rep.CheckedAt, evidenceAt: rep.CheckedAt, c: (*checks)(&rep.Checks), alone: true}
	rep.TimeStamp = describeStamp(parsed.Info)
	ok := len(parsed.Signed.Signers) == 1
	if !ok {
		st.c.fail(CodeStampFormat, "not a token with one signer")
	}
	if ok && data != nil {
		ok, err = st.imprint(parsed.Info, data)
		if err != nil {
			return StampReport{}, err
		}
	}
	if ok {
		st.signer(parsed, &rep.TimeStamp)
	}
	rep.Indication, rep.SubIndication = verdict(rep.Checks)
	return rep, inspectionError(rep.Indication, rep.SubIndication, rep.Checks)
}

// inspectionError is a VerificationError for the reports that are not of messages.
func inspectionError(i Indication, sub SubIndication, c []Check) error {
	if i == TotalPassed {
		return nil
	}
	return &VerificationError{&Report{Indication: i, SubIndication: sub, Checks: c}}
}
