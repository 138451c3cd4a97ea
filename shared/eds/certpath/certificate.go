// Package certpath reads X.509 certificates of Kazakhstan's authorities and builds and checks the
// path from one of them to a trust anchor (RFC 5280).
//
// crypto/x509 knows none of the GOST algorithms, so certificates are parsed here, in place. Paths
// follow the whole DER name of the issuer, the key identifier and the signature, never a common
// name: two roots of the NCA share theirs. A certificate that came with a message is a hint for the
// path and never an anchor.
package certpath

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/internal/armor"
	"github.com/courtoffice/courtoffice/shared/eds/internal/transport"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// ErrSyntax means that bytes are not exactly one DER certificate.
var ErrSyntax = errors.New("certpath: malformed certificate")

// KeyUsage is the bit string of RFC 5280, section 4.2.1.3; bit 0 is the lowest here.
type KeyUsage uint16

// The bits of KeyUsage.
const (
	DigitalSignature KeyUsage = 1 << iota
	NonRepudiation
	KeyEncipherment
	DataEncipherment
	KeyAgreement
	KeyCertSign
	CRLSign
)

var usageNames = []string{"digitalSignature", "nonRepudiation", "keyEncipherment",
	"dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}

// Names returns the names of the bits as RFC 5280 spells them.
func (u KeyUsage) Names() []string {
	var names []string
	for i, n := range usageNames {
		if u&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// Certificate is a parsed certificate. Its slices lie in the DER that was parsed.
type Certificate struct {
	Raw, RawTBS, RawIssuer, RawSubject, RawSPKI []byte
	Serial                                      []byte // content octets of the INTEGER
	Algorithm                                   cms.AlgorithmIdentifier
	Signature                                   []byte
	NotBefore, NotAfter                         time.Time

	// Key is nil when the key could not be read; KeyError says why.
	Key      *algorithm.Key
	KeyError error
	// KeyBits is the content of the BIT STRING, which OCSP identifies an issuer by.
	KeyBits []byte

	HasBasicConstraints, IsCA    bool
	PathLen                      int // -1 when there is no limit
	HasKeyUsage                  bool
	KeyUsage                     KeyUsage
	ExtKeyUsage                  []oid.ID
	ExtKeyUsageCritical          bool
	Policies                     []oid.ID
	SubjectKeyID, AuthorityKeyID []byte
	OCSPNoCheck                  bool
	OCSPServers                  []string
	CRLPoints, FreshestCRLPoints []string
	// Restrictions are the extensions that this package cannot honour, so that no path may hold
	// the certificate: critical ones that are not known, and nameConstraints and policyConstraints
	// whether critical or not, because passing over them would widen what an authority may do.
	Restrictions []oid.ID
}

// Decode takes PEM (CERTIFICATE) or base64 wrapping off a certificate and parses it. Text around a PEM
// block is left alone. Error: ErrSyntax, also for several certificates.
func Decode(data []byte) (*Certificate, error) {
	all, err := DecodeAll(data)
	if err != nil || len(all) != 1 {
		return nil, ErrSyntax
	}
	return all[0], nil
}

// DecodeAll is Decode for one certificate or, in PEM, several, in their order; there is at least one.
// Error: ErrSyntax if one of them cannot be read.
func DecodeAll(data []byte) ([]*Certificate, error) {
	ders := [][]byte{data}
	if len(data) == 0 || data[0] != 0x30 {
		data = transport.Unwrap(data)
		labels := []string{"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
		blocks, isPEM := armor.Blocks(data, labels...)
		if !isPEM {
			der, ok := armor.Decode(data)
			if !ok {
				return nil, ErrSyntax
			}
			blocks = [][]byte{der}
		}
		ders = blocks
	}
	var all []*Certificate
	for _, der := range ders {
		c, err := Parse(der)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, ErrSyntax
	}
	return all, nil
}

// Parse reads exactly one DER certificate, versions 1 to 3. An algorithm that is not known, or a key
// that cannot be read, is not an error: Key is nil then. der must not change afterwards.
//
// Inner and outer signature algorithm must agree, save that one may have NULL and the other no
// parameters: newer NCA software does that. Error: ErrSyntax.
func Parse(der []byte) (*Certificate, error) {
	c := &Certificate{PathLen: -1}
	in := cryptobyte.String(der)
	var raw, cert, tbs, alg cryptobyte.String
	if !in.ReadASN1Element(&raw, asn1.SEQUENCE) || !in.Empty() {
		return nil, ErrSyntax
	}
	c.Raw = raw
	if !raw.ReadASN1(&cert, asn1.SEQUENCE) || !cert.ReadASN1Element(&tbs, asn1.SEQUENCE) ||
		!cert.ReadASN1Element(&alg, asn1.SEQUENCE) || !cert.ReadASN1BitStringAsBytes(&c.Signature) || !cert.Empty() {
		return nil, ErrSyntax
	}
	c.RawTBS = tbs
	var err error
	if c.Algorithm, err = cms.ParseAlgorithm(alg); err != nil {
		return nil, ErrSyntax
	}
	if !c.parseTBS(tbs) {
		return nil, ErrSyntax
	}
	c.Key, c.KeyError = algorithm.ParseKey(c.RawSPKI)
	return c, nil
}

func (c *Certificate) parseTBS(in cryptobyte.String) bool {
	var tbs, alg, serial, issuer, subject, validity, spki, exts cryptobyte.String
	version := int64(0)
	if !in.ReadASN1(&tbs, asn1.SEQUENCE) ||
		!readVersion(&tbs, &version) ||
		!tbs.ReadASN1(&serial, asn1.INTEGER) || len(serial) == 0 || len(serial) > 32 ||
		!tbs.ReadASN1Element(&alg, asn1.SEQUENCE) ||
		!tbs.ReadASN1Element(&issuer, asn1.SEQUENCE) ||
		!tbs.ReadASN1(&validity, asn1.SEQUENCE) ||
		!readTime(&validity, &c.NotBefore) || !readTime(&validity, &c.NotAfter) || !validity.Empty() ||
		!tbs.ReadASN1Element(&subject, asn1.SEQUENCE) ||
		!tbs.ReadASN1Element(&spki, asn1.SEQUENCE) ||
		!tbs.SkipOptionalASN1(asn1.Tag(1).ContextSpecific()) ||
		!tbs.SkipOptionalASN1(asn1.Tag(2).ContextSpecific()) {
		return false
	}
	c.Serial, c.RawIssuer, c.RawSubject, c.RawSPKI = serial, issuer, subject, spki
	if inner, err := cms.ParseAlgorithm(alg); err != nil || !SameAlgorithm(inner, c.Algorithm) {
		return false
	}
	var info, keyAlg cryptobyte.String
	if !spki.ReadASN1(&info, asn1.SEQUENCE) || !info.ReadASN1(&keyAlg, asn1.SEQUENCE) ||
		!info.ReadASN1BitStringAsBytes(&c.KeyBits) || !info.Empty() {
		return false
	}
	has := false
	if !tbs.ReadOptionalASN1(&exts, &has, asn1.Tag(3).Constructed().ContextSpecific()) || !tbs.Empty() {
		return false
	}
	if !has {
		return true
	}
	return version == 2 && c.parseExtensions(exts)
}

func readVersion(in *cryptobyte.String, version *int64) bool {
	var v cryptobyte.String
	has := false
	if !in.ReadOptionalASN1(&v, &has, asn1.Tag(0).Constructed().ContextSpecific()) {
		return false
	}
	return !has || v.ReadASN1Integer(version) && v.Empty() && *version >= 0 && *version <= 2
}

// readTime reads UTCTime or GeneralizedTime, both in UTC to the second (RFC 5280, section 4.1.2.5).
func readTime(in *cryptobyte.String, t *time.Time) bool {
	if in.PeekASN1Tag(asn1.UTCTime) {
		return in.ReadASN1UTCTime(t)
	}
	return in.ReadASN1GeneralizedTime(t)
}

// SameAlgorithm reports whether two identifiers name the same algorithm, taking NULL and absent
// parameters as the same thing and no other difference.
func SameAlgorithm(a, b cms.AlgorithmIdentifier) bool {
	if a.Algorithm != b.Algorithm {
		return false
	}
	return bytes.Equal(a.Parameters, b.Parameters) ||
		algorithm.PlainParameters(a.Parameters) && algorithm.PlainParameters(b.Parameters)
}

func (c *Certificate) parseExtensions(in cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	seen := map[oid.ID]bool{}
	for !list.Empty() {
		id, critical, value, ok := ReadExtension(&list)
		if !ok || seen[id] { // one of each, RFC 5280 section 4.2
			return false
		}
		seen[id] = true
		known, ok := c.parseExtension(id, critical, value)
		if !ok {
			return false
		}
		if !known && (critical || id == oid.NameConstraints || id == oid.PolicyConstraints) {
			c.Restrictions = append(c.Restrictions, id)
		}
	}
	return true
}

// ReadExtension reads one Extension (RFC 5280, section 4.1): identifier, critical flag and the
// content of its OCTET STRING. ok is false if it is malformed.
func ReadExtension(in *cryptobyte.String) (id oid.ID, critical bool, value []byte, ok bool) {
	var ext, name, val cryptobyte.String
	if !in.ReadASN1(&ext, asn1.SEQUENCE) || !ext.ReadASN1(&name, asn1.OBJECT_IDENTIFIER) {
		return "", false, nil, false
	}
	if ext.PeekASN1Tag(asn1.BOOLEAN) && !ext.ReadASN1Boolean(&critical) {
		return "", false, nil, false
	}
	if !ext.ReadASN1(&val, asn1.OCTET_STRING) || !ext.Empty() {
		return "", false, nil, false
	}
	return oid.ID(name), critical, val, true
}

func (c *Certificate) parseExtension(id oid.ID, critical bool, value cryptobyte.String) (known, ok bool) {
	switch id {
	case oid.BasicConstraints:
		return true, c.parseBasicConstraints(value)
	case oid.KeyUsage:
		return true, c.parseKeyUsage(value)
	case oid.ExtKeyUsage:
		c.ExtKeyUsageCritical = critical
		return true, readOIDs(value, &c.ExtKeyUsage)
	case oid.SubjectKeyID:
		var id cryptobyte.String
		ok := value.ReadASN1(&id, asn1.OCTET_STRING) && value.Empty()
		c.SubjectKeyID = id
		return true, ok
	case oid.AuthorityKeyID:
		key, ok := ParseAuthorityKeyID(value)
		c.AuthorityKeyID = key
		return true, ok
	case oid.CertificatePolicies:
		return true, c.parsePolicies(value)
	case oid.CRLDistributionPoints:
		return true, readPoints(value, &c.CRLPoints)
	case oid.FreshestCRL:
		return true, readPoints(value, &c.FreshestCRLPoints)
	case oid.AuthorityInfoAccess:
		return true, c.parseAccess(value)
	case oid.OCSPNoCheck: // the value is NULL, in old certificates empty
		c.OCSPNoCheck = true
		return true, true
	}
	return false, true
}

func (c *Certificate) parseBasicConstraints(in cryptobyte.String) bool {
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	c.HasBasicConstraints = true
	if seq.PeekASN1Tag(asn1.BOOLEAN) && !seq.ReadASN1Boolean(&c.IsCA) {
		return false
	}
	if seq.PeekASN1Tag(asn1.INTEGER) && (!seq.ReadASN1Integer(&c.PathLen) || c.PathLen < 0) {
		return false
	}
	return seq.Empty()
}

func (c *Certificate) parseKeyUsage(in cryptobyte.String) bool {
	var bits cryptobyte.String
	if !in.ReadASN1(&bits, asn1.BIT_STRING) || !in.Empty() || len(bits) < 1 || len(bits) > 3 || bits[0] > 7 {
		return false
	}
	c.HasKeyUsage = true
	for i, b := range bits[1:] {
		for j := range 8 {
			if b&(0x80>>j) != 0 {
				c.KeyUsage |= 1 << (8*i + j)
			}
		}
	}
	return true
}

func readOIDs(in cryptobyte.String, ids *[]oid.ID) bool {
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() || seq.Empty() {
		return false
	}
	for !seq.Empty() {
		var id cryptobyte.String
		if !seq.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) {
			return false
		}
		*ids = append(*ids, oid.ID(id))
	}
	return true
}

// ParseAuthorityKeyID reads the value of the authorityKeyIdentifier extension and returns the key
// identifier, nil when only issuer and serial are given. ok is false if it is malformed.
func ParseAuthorityKeyID(value []byte) (key []byte, ok bool) {
	in := cryptobyte.String(value)
	var seq, id cryptobyte.String
	has := false
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() || !seq.ReadOptionalASN1(&id, &has, asn1.Tag(0).ContextSpecific()) {
		return nil, false
	}
	if !has {
		return nil, true
	}
	return id, true
}

func (c *Certificate) parsePolicies(in cryptobyte.String) bool {
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	for !seq.Empty() {
		var info, id cryptobyte.String
		if !seq.ReadASN1(&info, asn1.SEQUENCE) || !info.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) {
			return false
		}
		c.Policies = append(c.Policies, oid.ID(id))
	}
	return true
}

// readPoints collects the URIs of CRLDistributionPoints (RFC 5280, section 4.2.1.13).
func readPoints(in cryptobyte.String, uris *[]string) bool {
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	for !seq.Empty() {
		var point, name, full cryptobyte.String
		hasName, hasFull := false, false
		if !seq.ReadASN1(&point, asn1.SEQUENCE) ||
			!point.ReadOptionalASN1(&name, &hasName, asn1.Tag(0).Constructed().ContextSpecific()) ||
			!name.ReadOptionalASN1(&full, &hasFull, asn1.Tag(0).Constructed().ContextSpecific()) {
			return false
		}
		for !full.Empty() {
			var general cryptobyte.String
			var tag asn1.Tag
			if !full.ReadAnyASN1(&general, &tag) {
				return false
			}
			if tag == asn1.Tag(6).ContextSpecific() {
				*uris = append(*uris, string(general))
			}
		}
	}
	return true
}

func (c *Certificate) parseAccess(in cryptobyte.String) bool {
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	for !seq.Empty() {
		var desc, method, location cryptobyte.String
		var tag asn1.Tag
		if !seq.ReadASN1(&desc, asn1.SEQUENCE) || !desc.ReadASN1(&method, asn1.OBJECT_IDENTIFIER) ||
			!desc.ReadAnyASN1(&location, &tag) {
			return false
		}
		if oid.ID(method) == oid.OCSPAccess && tag == asn1.Tag(6).ContextSpecific() {
			c.OCSPServers = append(c.OCSPServers, string(location))
		}
	}
	return true
}

// HasExtKeyUsage reports whether id is among the extended key usages.
func (c *Certificate) HasExtKeyUsage(id oid.ID) bool { return slices.Contains(c.ExtKeyUsage, id) }

// SHA256 is the fingerprint of the whole certificate.
func (c *Certificate) SHA256() [32]byte { return sha256.Sum256(c.Raw) }

// Equal reports whether both are the same certificate, byte for byte.
func (c *Certificate) Equal(o *Certificate) bool { return bytes.Equal(c.Raw, o.Raw) }

// ValidAt reports whether t lies within notBefore and notAfter, both included.
func (c *Certificate) ValidAt(t time.Time) bool {
	return !t.Before(c.NotBefore) && !t.After(c.NotAfter)
}

// SelfIssued reports whether subject and issuer are the same name.
func (c *Certificate) SelfIssued() bool { return SameName(c.RawSubject, c.RawIssuer) }

// CheckSignature reports whether issuer's key signed c, with the algorithm of the certificate. It
// looks at nothing else. Errors: ErrAlgorithm, ErrSignature.
func (c *Certificate) CheckSignature(issuer *algorithm.Key, trusted bool) error {
	return CheckSignature(issuer, trusted, c.Algorithm, c.RawTBS, c.Signature)
}

// Errors of CheckSignature.
var (
	ErrAlgorithm = errors.New("certpath: signature algorithm is not known or does not fit the key")
	ErrSignature = errors.New("certpath: signature does not verify")
)

// CheckSignature checks a signature over DER bytes as certificates and CRLs carry it. trusted tells
// that the key belongs to a trusted authority; see algorithm.Key.VerifyTrusted.
// Errors: ErrAlgorithm, ErrSignature.
func CheckSignature(key *algorithm.Key, trusted bool, alg cms.AlgorithmIdentifier, tbs, sig []byte) error {
	s, err := algorithm.FindSignature(alg.Algorithm)
	if err != nil || key == nil || s.Family != key.Family || !algorithm.PlainParameters(alg.Parameters) {
		return ErrAlgorithm
	}
	d, err := algorithm.FindDigest(s.Digest)
	if err != nil {
		return ErrAlgorithm
	}
	h := d.New()
	h.Write(tbs)
	verify := key.Verify
	if trusted {
		verify = key.VerifyTrusted
	}
	if !verify(s, h.Sum(nil), sig) {
		return ErrSignature
	}
	return nil
}
