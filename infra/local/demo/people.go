package demo

import (
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/kzid"
)

// newcomer has authority issue a certificate to a person nobody has met yet, so that a run finds
// no trace of earlier ones.
func newcomer(authority *edstest.Key) (*edstest.Key, error) {
	return issue(authority, "КӨРСЕТІЛІМОВ ҮЛГІ", oid.RoleIndividual)
}

// employee has authority issue a certificate to a newcomer who acts for an organisation in a role.
func employee(authority *edstest.Key, name, organisation, bin string, role oid.ID) (*edstest.Key, error) {
	return issue(authority, name, role, edstest.Attribute{Type: oid.Organization, Value: organisation},
		edstest.Attribute{Type: oid.OrganizationalUnit, Value: "BIN" + bin})
}

func issue(authority *edstest.Key, name string, role oid.ID, organisation ...edstest.Attribute) (*edstest.Key, error) {
	private, err := edstest.GenerateGOST()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	surname, _, _ := strings.Cut(name, " ")
	roles := []oid.ID{oid.EmailProtection, role}
	if len(organisation) > 0 {
		roles = []oid.ID{oid.EmailProtection, oid.RoleLegal, role}
	}
	k, err := authority.Issue(private, edstest.Template{
		Subject: append([]edstest.Attribute{
			{Type: oid.CommonName, Value: name}, {Type: oid.Surname, Value: surname},
			{Type: oid.SerialNumber, Value: "IIN" + freshIIN()}, {Type: oid.Country, Value: "KZ"},
		}, organisation...),
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage:    certpath.DigitalSignature | certpath.NonRepudiation | certpath.KeyAgreement,
		ExtKeyUsage: roles,
	})
	if err != nil {
		return nil, err
	}
	k.Name = "a newcomer"
	return k, nil
}

// freshIIN makes a number that is right in form, date and check digit, one of two hundred
// million.
func freshIIN() string {
	for {
		born := time.Date(1940+rand.IntN(60), 1, 1+rand.IntN(365), 0, 0, 0, 0, time.UTC)
		digits := fmt.Sprintf("%s%d%05d", born.Format("060102"), 3+rand.IntN(2), rand.IntN(100_000))
		if _, err := kzid.ParseIIN(digits); err == nil {
			return digits
		}
	}
}

// freshBIN makes a number that is right in form and check digit.
func freshBIN() string {
	for {
		digits := fmt.Sprintf("%02d%02d4%07d", rand.IntN(26), 1+rand.IntN(12), rand.IntN(10_000_000))
		if _, err := kzid.ParseBIN(digits); err == nil {
			return digits
		}
	}
}

// holder is the natural person of a certificate as a registration form names them.
func holder(k *edstest.Key) (subject, error) {
	cert, err := x509.ParseCertificate(k.Certificate)
	if err != nil {
		return subject{}, fmt.Errorf("certificate of %s: %w", k.Name, err)
	}
	return subject{Kind: "natural", IIN: strings.TrimPrefix(cert.Subject.SerialNumber, "IIN"), Name: cert.Subject.CommonName}, nil
}
