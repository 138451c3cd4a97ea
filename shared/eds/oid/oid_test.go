package oid_test

import (
	"encoding/asn1"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

func TestNames(t *testing.T) {
	for want, id := range map[string]oid.ID{
		"1.2.398.3.10.1.1.2.2":       oid.GOST2015Key512,
		"1.2.398.3.10.1.1.2.2.1":     oid.GOST2015Params512,
		"1.2.398.3.10.1.1.2.3.2":     oid.GOST2015Signature512,
		"1.2.398.3.10.1.1.2.1":       oid.GOST2015Key256,
		"1.2.398.3.10.1.1.2.3.1":     oid.GOST2015Signature256,
		"1.2.398.3.10.1.3.3":         oid.Streebog512,
		"1.2.398.3.10.1.3.2":         oid.Streebog256,
		"1.2.398.3.10.1.1.1.1":       oid.GOST2004Key,
		"1.2.398.3.10.1.1.1.1.1":     oid.GOST2004Params,
		"1.2.398.3.10.1.3.1.1.0":     oid.GOST2004DigestParams,
		"1.2.398.3.10.1.1.1.2":       oid.GOST2004Signature,
		"1.2.398.3.10.1.3.1":         oid.GOST34311,
		"1.2.840.113549.1.1.1":       oid.RSA,
		"1.2.840.113549.1.1.5":       oid.RSAWithSHA1,
		"1.2.840.113549.1.1.11":      oid.RSAWithSHA256,
		"1.3.14.3.2.26":              oid.SHA1,
		"2.16.840.1.101.3.4.2.1":     oid.SHA256,
		"1.2.840.113549.1.7.1":       oid.Data,
		"1.2.840.113549.1.7.2":       oid.SignedData,
		"1.2.840.113549.1.7.6":       oid.EncryptedData,
		"1.2.840.113549.1.9.3":       oid.ContentTypeAttr,
		"1.2.840.113549.1.9.4":       oid.MessageDigestAttr,
		"1.2.840.113549.1.9.5":       oid.SigningTimeAttr,
		"1.2.840.113549.1.9.16.2.12": oid.SigningCertificateAttr,
		"1.2.840.113549.1.9.16.2.47": oid.SigningCertificateV2Attr,
		"1.2.840.113549.1.9.16.2.14": oid.TimeStampTokenAttr,
		"0.4.0.1733.2.4":             oid.ArchiveTimeStampV3Attr,
		"1.2.840.113549.1.9.16.1.4":  oid.TSTInfo,
		"1.3.6.1.5.5.7.16.2":         oid.OCSPResponseFormat,
		"2.5.29.14":                  oid.SubjectKeyID,
		"2.5.29.15":                  oid.KeyUsage,
		"2.5.29.20":                  oid.CRLNumber,
		"2.5.29.21":                  oid.ReasonCode,
		"2.5.29.24":                  oid.InvalidityDate,
		"2.5.29.27":                  oid.DeltaCRLIndicator,
		"2.5.29.28":                  oid.IssuingDistributionPoint,
		"2.5.29.29":                  oid.CertificateIssuer,
		"2.5.29.19":                  oid.BasicConstraints,
		"2.5.29.31":                  oid.CRLDistributionPoints,
		"2.5.29.32":                  oid.CertificatePolicies,
		"2.5.29.35":                  oid.AuthorityKeyID,
		"2.5.29.37":                  oid.ExtKeyUsage,
		"2.5.29.46":                  oid.FreshestCRL,
		"1.3.6.1.5.5.7.1.1":          oid.AuthorityInfoAccess,
		"1.3.6.1.5.5.7.48.1":         oid.OCSPAccess,
		"1.3.6.1.5.5.7.48.1.1":       oid.OCSPBasic,
		"1.3.6.1.5.5.7.48.1.2":       oid.OCSPNonce,
		"1.3.6.1.5.5.7.48.1.5":       oid.OCSPNoCheck,
		"1.3.6.1.5.5.7.48.1.9":       oid.OCSPExtendedRevoke,
		"1.3.6.1.5.5.7.3.2":          oid.ClientAuth,
		"1.3.6.1.5.5.7.3.4":          oid.EmailProtection,
		"1.3.6.1.5.5.7.3.8":          oid.TimeStamping,
		"1.3.6.1.5.5.7.3.9":          oid.OCSPSigning,
		"1.2.398.3.3.4.1.1":          oid.RoleIndividual,
		"1.2.398.3.3.4.1.1.1":        oid.RoleIndividualSystem,
		"1.2.398.3.3.4.1.2":          oid.RoleLegal,
		"1.2.398.3.3.4.1.2.1":        oid.RoleHead,
		"1.2.398.3.3.4.1.2.2":        oid.RoleSignRight,
		"1.2.398.3.3.4.1.2.3":        oid.RoleFinanceRight,
		"1.2.398.3.3.4.1.2.4":        oid.RoleHR,
		"1.2.398.3.3.4.1.2.5":        oid.RoleEmployee,
		"1.2.398.3.3.4.1.2.6":        oid.RoleSystem,
		"1.2.398.5.19.1.2.2.1":       oid.RoleTreasury,
		"1.2.398.3.3.2":              oid.PolicyNCA,
		"2.5.4.3":                    oid.CommonName,
		"2.5.4.4":                    oid.Surname,
		"2.5.4.5":                    oid.SerialNumber,
		"2.5.4.6":                    oid.Country,
		"2.5.4.7":                    oid.Locality,
		"2.5.4.8":                    oid.Province,
		"2.5.4.10":                   oid.Organization,
		"2.5.4.11":                   oid.OrganizationalUnit,
		"2.5.4.15":                   oid.BusinessCategory,
		"2.5.4.42":                   oid.GivenName,
		"0.9.2342.19200300.100.1.1":  oid.UserID,
		"0.9.2342.19200300.100.1.25": oid.DomainComponent,
		"1.2.840.113549.1.9.1":       oid.EmailAddress,
	} {
		if id.String() != want {
			t.Errorf("% x is %s, want %s", string(id), id, want)
		}
		var std asn1.ObjectIdentifier
		if _, err := asn1.Unmarshal(append([]byte{6, byte(len(id))}, id...), &std); err != nil || std.String() != want {
			t.Errorf("encoding/asn1 reads % x as %v, %v", string(id), std, err)
		}
	}
}

func TestStringRefusesMalformed(t *testing.T) {
	for _, id := range []oid.ID{"\x80\x01", "\x2a\x86", "\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", ""} {
		if s := id.String(); s != "" {
			t.Errorf("% x gives %q, want nothing", string(id), s)
		}
	}
}

func TestOf(t *testing.T) {
	for _, id := range []oid.ID{oid.Data, oid.TSTInfo, oid.RoleHead, ""} {
		if got := oid.Of([]byte(id)); got != id {
			t.Errorf("Of(% x) = % x", string(id), string(got))
		}
	}
	content := []byte(oid.MessageDigestAttr)
	if n := testing.AllocsPerRun(10, func() { oid.Of(content) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
