package eds

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
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
// anchor is good by definition.
//
// The error is nil exactly when the verdict is TotalPassed. It is certpath.ErrSyntax, with an empty
// report, for data that is not a certificate.
func (v *Verifier) VerifyCertificate(data []byte, at time.Time) (CertificateReport, error) {
	cert, err := certpath.Decode(data)
	if err != nil {
		return CertificateReport{}, err
	}
	at = at.UTC()
	s := signer{v: v, report: &Report{CheckedAt: at}, trust: v.Trust, out: Signer{ReferenceTime: at, Clock: ClockCheck, Revocation: Revocation{Status: NotChecked}}}
	rep := CertificateReport{Policy: v.Policy.Name, CheckedAt: at, Certificate: describe(cert)}
	if rep.Subject, err = readSubject(cert); err != nil && !cert.IsCA && v.Policy.Identity {
		s.c.fail(CodeIdentity, "")
	}
	switch path := s.path(cert, v.Trust, v.Policy.Signatures); {
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
	v.listSigner(l, at, &rep)
	switch {
	case at.Add(v.Policy.Skew).Before(l.ThisUpdate):
		c.fail(CodeNotYetValid, "thisUpdate "+stamp(l.ThisUpdate))
	case !l.Covers(at):
		c.fail(CodeExpired, "nextUpdate "+stamp(l.NextUpdate))
	default:
		c.pass(CodeExpired, "")
	}
	rep.Indication, rep.SubIndication = verdict(rep.Checks)
	return rep, inspectionError(rep.Indication, rep.SubIndication, rep.Checks)
}

// listSigner finds the authority whose name and key fit the list, and its path.
func (v *Verifier) listSigner(l *crl.List, at time.Time, rep *CRLReport) {
	c := (*checks)(&rep.Checks)
	named := false
	for _, ca := range append(v.Trust.pool.Anchors(), v.Trust.pool.Intermediates()...) {
		if string(ca.RawSubject) != string(l.RawIssuer) {
			continue
		}
		named = true
		if !ca.HasKeyUsage || ca.KeyUsage&certpath.CRLSign == 0 || l.CheckSignature(ca.Key, true) != nil {
			continue
		}
		rep.Signer = describe(ca)
		c.pass(CodeSignature, "")
		path, err := buildPath(v.Trust, ca, nil, at, &v.Policy, v.Policy.Signatures)
		if err != nil {
			c.fail(CodeUntrusted, err.Error())
			return
		}
		rep.Anchor = describe(path[len(path)-1])
		c.pass(CodeUntrusted, "")
		return
	}
	if named {
		c.fail(CodeSignature, "")
	} else {
		c.fail(CodeUntrusted, "no authority of that name is known")
	}
}

// inspectionError is a VerificationError for the reports that are not of messages.
func inspectionError(i Indication, sub SubIndication, c []Check) error {
	if i == TotalPassed {
		return nil
	}
	return &VerificationError{&Report{Indication: i, SubIndication: sub, Checks: c}}
}
