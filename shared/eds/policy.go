package eds

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// Policy says what counts. Start from Filing, SignIn or Archive and change what differs; the zero
// Policy accepts nothing.
type Policy struct {
	Name string

	// Revocation says what follows when nothing fresh shows whether a signer's certificate was
	// revoked. Evidence that it was is heeded in every case.
	Revocation RevocationRule
	// ListGrace is how long after its nextUpdate a list still counts when nothing newer is at hand:
	// the signature passes with a warning and Revocation.Status "stale". Zero means not at all.
	ListGrace time.Duration
	// OCSPMaxAge is how old a response may be that does not say until when it holds.
	OCSPMaxAge time.Duration
	// Retroactive are the reasons for which a revocation dated after the reference time still
	// counts: the key may have been in other hands before.
	Retroactive []crl.Reason

	// Signatures are the allowed signature algorithms of documents and certificates, by their
	// identifiers; Stamps those of time stamps and their certificates. Imprints are the digests a
	// time stamp may be over.
	Signatures, Stamps, Imprints []oid.ID
	// DoubtfulStamps says what follows from a time stamp that cannot be trusted here.
	DoubtfulStamps StampRule
	// MinRSABits is the least size of an RSA modulus.
	MinRSABits int

	// KeyUsage are the bits the signer's certificate must have, all of them.
	KeyUsage certpath.KeyUsage
	// Login accepts, in place of KeyUsage, a certificate for authentication: clientAuth with
	// digitalSignature, as the AUTH_RSA keys until 2023 have.
	Login bool
	// Roles are those a signer may have; nil means any, also none.
	Roles []Role
	// Identity demands an IIN or a BIN that can be read without doubt.
	Identity bool

	// Time says what is known about the time of signing when no time stamp proves it.
	Time TimeRule
	// Skew is how far other clocks may be ahead of ours.
	Skew time.Duration

	// Effort says how far the checks go when one has not held.
	Effort Effort
	// Limits bound what a message may hold and the work it may cause.
	Limits Limits
}

// RevocationRule is what to do without fresh evidence about revocation.
type RevocationRule uint8

const (
	// RevocationRequired makes the verdict INDETERMINATE.
	RevocationRequired RevocationRule = iota
	// RevocationDeferred lets the signature pass with a warning and Revocation.Status "deferred":
	// the caller must ask again later.
	RevocationDeferred
)

// StampRule is what to do with a time stamp whose authority is not known, not valid or revoked. A stamp
// that is provably false fails the signature wherever stamps are read.
type StampRule uint8

const (
	// StampTrusted makes the verdict INDETERMINATE: whoever sends a stamp means it to count.
	StampTrusted StampRule = iota
	// StampIgnored goes on as if there were no stamp, with a warning.
	StampIgnored
	// StampSkipped does not look at stamps at all: the time of the check is what counts, and a
	// stamp cannot help a certificate that was revoked since.
	StampSkipped
)

// TimeRule is what stands for the time of signing without a time stamp. The signing time that the
// signer claims never does.
type TimeRule uint8

const (
	// TimeOfCheck takes Signed.At: the document is judged as if signed on arrival. An expired or
	// revoked certificate is a failure.
	TimeOfCheck TimeRule = iota
	// TimeUnknown is for documents that were signed some time ago: an expired or revoked
	// certificate leaves open whether it was good then, so the verdict is INDETERMINATE.
	TimeUnknown
)

// Effort says how far the checks go when one has not held.
type Effort uint8

const (
	// FullReport goes on as long as the rest can be judged, so that a person learns all at once.
	FullReport Effort = iota
	// CheapFirst asks first what costs least and ends there when it does not hold: an algorithm
	// that is not allowed, a certificate without a path to an anchor. A key that no authority
	// vouches for is never used.
	CheapFirst
)

// Filing is the policy for documents that are filed: a certificate for signing (nonRepudiation),
// current algorithms, revocation evidence that is fresh at the reference time.
func Filing() Policy {
	return Policy{
		Name:       "filing",
		Revocation: RevocationRequired,
		OCSPMaxAge: time.Hour,
		Retroactive: []crl.Reason{crl.Unspecified, crl.NoReason, crl.KeyCompromise, crl.CACompromise,
			crl.AACompromise, crl.CertificateHold},
		Signatures: []oid.ID{oid.GOST2015Signature512, oid.RSAWithSHA256, oid.RSAWithSHA384, oid.RSAWithSHA512},
		// Time-stamping authorities changed later than signers, and independently of them.
		Stamps:     []oid.ID{oid.GOST2015Signature512, oid.RSAWithSHA256, oid.RSAWithSHA384, oid.RSAWithSHA512, oid.GOST2004Signature},
		Imprints:   []oid.ID{oid.Streebog512, oid.SHA256, oid.SHA384, oid.SHA512, oid.GOST34311},
		MinRSABits: 2048,
		KeyUsage:   certpath.DigitalSignature | certpath.NonRepudiation,
		Identity:   true,
		Time:       TimeOfCheck,
		Skew:       5 * time.Minute,
	}
}

// SignIn is the policy for proving who is there: as Filing, and certificates for authentication are
// good too.
func SignIn() Policy {
	p := Filing()
	p.Name = "sign-in"
	p.Login = true
	return p
}

// Archive is the policy for old documents: GOST 34.310-2004 and RSA with SHA-1 are allowed, and
// without a time stamp the time of signing is unknown.
func Archive() Policy {
	p := Filing()
	p.Name = "archive"
	old := []oid.ID{oid.GOST2004Signature, oid.RSAWithSHA1}
	p.Signatures = append(p.Signatures, old...)
	p.Stamps = append(p.Stamps, oid.RSAWithSHA1)
	p.Imprints = append(p.Imprints, oid.SHA1)
	p.MinRSABits = 1024
	p.Time = TimeUnknown
	return p
}

// Online returns p for a service that answers strangers: cheap checks first, tight limits, no look at
// time stamps. The instant that counts is when the message arrived, which is Signed.At.
func (p Policy) Online() Policy {
	p.Name += "-online"
	p.Effort, p.DoubtfulStamps, p.Limits = CheapFirst, StampSkipped, onlineLimits()
	return p
}

// allows reports whether a signature algorithm with that key is on a list of the policy.
func (p *Policy) allows(list []oid.ID, s algorithm.Signature, k *algorithm.Key) bool {
	return slices.Contains(list, s.OID) && (k == nil || k.Family != algorithm.RSA || k.Bits >= p.MinRSABits)
}

func (p *Policy) retroactive(r crl.Reason) bool { return slices.Contains(p.Retroactive, r) }
