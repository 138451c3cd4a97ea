// Package oid names the object identifiers that occur in signatures of Kazakhstan's NCA.
//
// An ID is the DER content octets of an OBJECT IDENTIFIER held in a string, so parsers compare it
// without decoding and programs use it as a map key or in a switch.
package oid

import (
	"strconv"
	"strings"
)

// ID is the content of a DER OBJECT IDENTIFIER (X.690, section 8.19), without tag and length.
type ID string

// Of returns the identifier with these content octets. It does not allocate for those that every
// message holds.
func Of(content []byte) ID {
	for _, id := range frequent {
		if string(content) == string(id) {
			return id
		}
	}
	return ID(content)
}

var frequent = [...]ID{Data, Streebog512, GOST2015Signature512, SHA256, RSAWithSHA256, ContentTypeAttr, SigningTimeAttr,
	MessageDigestAttr, SigningCertificateV2Attr, TimeStampTokenAttr, TSTInfo, SigningCertificateAttr}

// String returns the dotted form, or "" if id is not a well-formed identifier.
func (id ID) String() string {
	var b strings.Builder
	arc, first, length := uint64(0), true, 0
	for i := range len(id) {
		c := id[i]
		if length == 0 && c == 0x80 || arc > 1<<56 {
			return ""
		}
		arc, length = arc<<7|uint64(c&0x7f), length+1
		if c&0x80 != 0 {
			continue
		}
		if first {
			top := min(arc/40, 2)
			b.WriteString(strconv.FormatUint(top, 10))
			arc -= top * 40
			first = false
		}
		b.WriteByte('.')
		b.WriteString(strconv.FormatUint(arc, 10))
		arc, length = 0, 0
	}
	if length != 0 {
		return ""
	}
	return b.String()
}

// MarshalText gives the dotted form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// Under reports whether id equals arc or lies below it.
func (id ID) Under(arc ID) bool { return strings.HasPrefix(string(id), string(arc)) }

// Keys, signatures and digests of the Kazakh standards (arc 1.2.398.3.10.1 of the root CA).
const (
	GOST2015Key512       = ID("\x2a\x83\x0e\x03\x0a\x01\x01\x02\x02")     // 1.2.398.3.10.1.1.2.2 GOST R 34.10-2015, 512 bit, public key
	GOST2015Params512    = ID("\x2a\x83\x0e\x03\x0a\x01\x01\x02\x02\x01") // 1.2.398.3.10.1.1.2.2.1 its only parameter set, tc26 512-A
	GOST2015Signature512 = ID("\x2a\x83\x0e\x03\x0a\x01\x01\x02\x03\x02") // 1.2.398.3.10.1.1.2.3.2 with Streebog-512
	GOST2015Key256       = ID("\x2a\x83\x0e\x03\x0a\x01\x01\x02\x01")     // 1.2.398.3.10.1.1.2.1 256 bit, never seen from the NCA: refused by name
	GOST2015Signature256 = ID("\x2a\x83\x0e\x03\x0a\x01\x01\x02\x03\x01") // 1.2.398.3.10.1.1.2.3.1 refused by name
	Streebog512          = ID("\x2a\x83\x0e\x03\x0a\x01\x03\x03")         // 1.2.398.3.10.1.3.3 GOST R 34.11-2015, 512 bit
	Streebog256          = ID("\x2a\x83\x0e\x03\x0a\x01\x03\x02")         // 1.2.398.3.10.1.3.2 refused by name
	GOST2004Key          = ID("\x2a\x83\x0e\x03\x0a\x01\x01\x01\x01")     // 1.2.398.3.10.1.1.1.1 GOST 34.310-2004 public key
	GOST2004Params       = ID("\x2a\x83\x0e\x03\x0a\x01\x01\x01\x01\x01") // 1.2.398.3.10.1.1.1.1.1 its parameter set
	GOST2004DigestParams = ID("\x2a\x83\x0e\x03\x0a\x01\x03\x01\x01\x00") // 1.2.398.3.10.1.3.1.1.0 the S-box named beside it
	GOST2004Signature    = ID("\x2a\x83\x0e\x03\x0a\x01\x01\x01\x02")     // 1.2.398.3.10.1.1.1.2 with GOST 34.311-95
	GOST34311            = ID("\x2a\x83\x0e\x03\x0a\x01\x03\x01")         // 1.2.398.3.10.1.3.1 GOST 34.311-95
)

// RSA and SHA (RFC 8017, RFC 5754).
const (
	RSA           = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01") // 1.2.840.113549.1.1.1 rsaEncryption
	RSAWithSHA1   = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05") // 1.2.840.113549.1.1.5 sha1WithRSAEncryption
	RSAWithSHA256 = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b") // 1.2.840.113549.1.1.11 sha256WithRSAEncryption
	RSAWithSHA384 = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c") // 1.2.840.113549.1.1.12 sha384WithRSAEncryption
	RSAWithSHA512 = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d") // 1.2.840.113549.1.1.13 sha512WithRSAEncryption
	SHA1          = ID("\x2b\x0e\x03\x02\x1a")                 // 1.3.14.3.2.26 id-sha1
	SHA256        = ID("\x60\x86\x48\x01\x65\x03\x04\x02\x01") // 2.16.840.1.101.3.4.2.1 id-sha256
	SHA384        = ID("\x60\x86\x48\x01\x65\x03\x04\x02\x02") // 2.16.840.1.101.3.4.2.2 id-sha384
	SHA512        = ID("\x60\x86\x48\x01\x65\x03\x04\x02\x03") // 2.16.840.1.101.3.4.2.3 id-sha512
)

// CMS content types and attributes (RFC 5652, RFC 5035, RFC 3161).
const (
	Data                     = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")         // 1.2.840.113549.1.7.1 id-data
	SignedData               = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")         // 1.2.840.113549.1.7.2 id-signedData
	EncryptedData            = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06")         // 1.2.840.113549.1.7.6 id-encryptedData
	ContentTypeAttr          = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03")         // 1.2.840.113549.1.9.3 id-contentType
	MessageDigestAttr        = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04")         // 1.2.840.113549.1.9.4 id-messageDigest
	SigningTimeAttr          = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05")         // 1.2.840.113549.1.9.5 id-signingTime
	SigningCertificateAttr   = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c") // 1.2.840.113549.1.9.16.2.12 id-aa-signingCertificate
	SigningCertificateV2Attr = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f") // 1.2.840.113549.1.9.16.2.47 id-aa-signingCertificateV2
	TimeStampTokenAttr       = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e") // 1.2.840.113549.1.9.16.2.14 id-aa-timeStampToken
	CountersignatureAttr     = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x06")         // 1.2.840.113549.1.9.6 id-countersignature
	ArchiveTimeStampV3Attr   = ID("\x04\x00\x8d\x45\x02\x04")                     // 0.4.0.1733.2.4 id-aa-ets-archiveTimestampV3
	TSTInfo                  = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04") // 1.2.840.113549.1.9.16.1.4 id-ct-TSTInfo
	OCSPResponseFormat       = ID("\x2b\x06\x01\x05\x05\x07\x10\x02")             // 1.3.6.1.5.5.7.16.2 id-ri-ocsp-response, RFC 5940
)

// Certificate and CRL extensions (RFC 5280, RFC 6960).
const (
	SubjectKeyID             = ID("\x55\x1d\x0e")                         // 2.5.29.14 id-ce-subjectKeyIdentifier
	KeyUsage                 = ID("\x55\x1d\x0f")                         // 2.5.29.15 id-ce-keyUsage
	CRLNumber                = ID("\x55\x1d\x14")                         // 2.5.29.20 id-ce-cRLNumber
	ReasonCode               = ID("\x55\x1d\x15")                         // 2.5.29.21 id-ce-cRLReasons
	InvalidityDate           = ID("\x55\x1d\x18")                         // 2.5.29.24 id-ce-invalidityDate
	DeltaCRLIndicator        = ID("\x55\x1d\x1b")                         // 2.5.29.27 id-ce-deltaCRLIndicator
	IssuingDistributionPoint = ID("\x55\x1d\x1c")                         // 2.5.29.28 id-ce-issuingDistributionPoint
	CertificateIssuer        = ID("\x55\x1d\x1d")                         // 2.5.29.29 id-ce-certificateIssuer
	BasicConstraints         = ID("\x55\x1d\x13")                         // 2.5.29.19 id-ce-basicConstraints
	CRLDistributionPoints    = ID("\x55\x1d\x1f")                         // 2.5.29.31 id-ce-cRLDistributionPoints
	NameConstraints          = ID("\x55\x1d\x1e")                         // 2.5.29.30 id-ce-nameConstraints
	CertificatePolicies      = ID("\x55\x1d\x20")                         // 2.5.29.32 id-ce-certificatePolicies
	PolicyConstraints        = ID("\x55\x1d\x24")                         // 2.5.29.36 id-ce-policyConstraints
	AuthorityKeyID           = ID("\x55\x1d\x23")                         // 2.5.29.35 id-ce-authorityKeyIdentifier
	ExtKeyUsage              = ID("\x55\x1d\x25")                         // 2.5.29.37 id-ce-extKeyUsage
	FreshestCRL              = ID("\x55\x1d\x2e")                         // 2.5.29.46 id-ce-freshestCRL
	AuthorityInfoAccess      = ID("\x2b\x06\x01\x05\x05\x07\x01\x01")     // 1.3.6.1.5.5.7.1.1 id-pe-authorityInfoAccess
	OCSPAccess               = ID("\x2b\x06\x01\x05\x05\x07\x30\x01")     // 1.3.6.1.5.5.7.48.1 id-ad-ocsp
	OCSPBasic                = ID("\x2b\x06\x01\x05\x05\x07\x30\x01\x01") // 1.3.6.1.5.5.7.48.1.1 id-pkix-ocsp-basic
	OCSPNonce                = ID("\x2b\x06\x01\x05\x05\x07\x30\x01\x02") // 1.3.6.1.5.5.7.48.1.2 id-pkix-ocsp-nonce
	OCSPNoCheck              = ID("\x2b\x06\x01\x05\x05\x07\x30\x01\x05") // 1.3.6.1.5.5.7.48.1.5 id-pkix-ocsp-nocheck
	OCSPExtendedRevoke       = ID("\x2b\x06\x01\x05\x05\x07\x30\x01\x09") // 1.3.6.1.5.5.7.48.1.9 id-pkix-ocsp-extended-revoke
)

// Extended key usages. The arc 1.2.398.3.3.4 is the NCA's own.
const (
	ClientAuth           = ID("\x2b\x06\x01\x05\x05\x07\x03\x02")     // 1.3.6.1.5.5.7.3.2 id-kp-clientAuth
	EmailProtection      = ID("\x2b\x06\x01\x05\x05\x07\x03\x04")     // 1.3.6.1.5.5.7.3.4 id-kp-emailProtection
	TimeStamping         = ID("\x2b\x06\x01\x05\x05\x07\x03\x08")     // 1.3.6.1.5.5.7.3.8 id-kp-timeStamping
	OCSPSigning          = ID("\x2b\x06\x01\x05\x05\x07\x03\x09")     // 1.3.6.1.5.5.7.3.9 id-kp-OCSPSigning
	RoleIndividual       = ID("\x2a\x83\x0e\x03\x03\x04\x01\x01")     // 1.2.398.3.3.4.1.1 natural person
	RoleIndividualSystem = ID("\x2a\x83\x0e\x03\x03\x04\x01\x01\x01") // 1.2.398.3.3.4.1.1.1 information system of a natural person
	RoleLegal            = ID("\x2a\x83\x0e\x03\x03\x04\x01\x02")     // 1.2.398.3.3.4.1.2 legal entity, any
	RoleHead             = ID("\x2a\x83\x0e\x03\x03\x04\x01\x02\x01") // 1.2.398.3.3.4.1.2.1 head, full right to sign
	RoleSignRight        = ID("\x2a\x83\x0e\x03\x03\x04\x01\x02\x02") // 1.2.398.3.3.4.1.2.2 employee with the right to sign
	RoleFinanceRight     = ID("\x2a\x83\x0e\x03\x03\x04\x01\x02\x03") // 1.2.398.3.3.4.1.2.3 employee who signs financial documents
	RoleHR               = ID("\x2a\x83\x0e\x03\x03\x04\x01\x02\x04") // 1.2.398.3.3.4.1.2.4 employee of the personnel office
	RoleEmployee         = ID("\x2a\x83\x0e\x03\x03\x04\x01\x02\x05") // 1.2.398.3.3.4.1.2.5 employee
	RoleSystem           = ID("\x2a\x83\x0e\x03\x03\x04\x01\x02\x06") // 1.2.398.3.3.4.1.2.6 information system of a legal entity
	RoleTreasury         = ID("\x2a\x83\x0e\x05\x13\x01\x02\x02\x01") // 1.2.398.5.19.1.2.2.1 client of the treasury
	PolicyNCA            = ID("\x2a\x83\x0e\x03\x03\x02")             // 1.2.398.3.3.2 certificate policy of the NCA since 2022
)

// Name attributes (RFC 4519, RFC 2985, RFC 4524).
const (
	CommonName         = ID("\x55\x04\x03")                             // 2.5.4.3 cn
	Surname            = ID("\x55\x04\x04")                             // 2.5.4.4 sn
	SerialNumber       = ID("\x55\x04\x05")                             // 2.5.4.5 serialNumber
	Country            = ID("\x55\x04\x06")                             // 2.5.4.6 c
	Locality           = ID("\x55\x04\x07")                             // 2.5.4.7 l
	Province           = ID("\x55\x04\x08")                             // 2.5.4.8 st
	Organization       = ID("\x55\x04\x0a")                             // 2.5.4.10 o
	OrganizationalUnit = ID("\x55\x04\x0b")                             // 2.5.4.11 ou
	BusinessCategory   = ID("\x55\x04\x0f")                             // 2.5.4.15 businessCategory
	GivenName          = ID("\x55\x04\x2a")                             // 2.5.4.42 givenName: the NCA puts the patronymic here
	UserID             = ID("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01") // 0.9.2342.19200300.100.1.1 uid
	DomainComponent    = ID("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19") // 0.9.2342.19200300.100.1.25 dc
	EmailAddress       = ID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")     // 1.2.840.113549.1.9.1 emailAddress
)
