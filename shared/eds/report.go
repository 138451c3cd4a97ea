package eds

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// Indication is the verdict of ETSI EN 319 102-1, section 5.1.3.
type Indication string

// Verdicts.
const (
	TotalPassed   Indication = "TOTAL-PASSED"
	TotalFailed   Indication = "TOTAL-FAILED"
	Indeterminate Indication = "INDETERMINATE"
)

// SubIndication is the reason of a verdict in the words of ETSI EN 319 102-1, section 5.1.3.
type SubIndication string

// Reasons.
const (
	FormatFailure            SubIndication = "FORMAT_FAILURE"
	HashFailure              SubIndication = "HASH_FAILURE"
	SigCryptoFailure         SubIndication = "SIG_CRYPTO_FAILURE"
	Revoked                  SubIndication = "REVOKED"
	Expired                  SubIndication = "EXPIRED"
	NotYetValid              SubIndication = "NOT_YET_VALID"
	SigConstraintsFailure    SubIndication = "SIG_CONSTRAINTS_FAILURE"
	ChainConstraintsFailure  SubIndication = "CHAIN_CONSTRAINTS_FAILURE"
	ChainGeneralFailure      SubIndication = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
	CryptoConstraintsFailure SubIndication = "CRYPTO_CONSTRAINTS_FAILURE"
	TimestampOrderFailure    SubIndication = "TIMESTAMP_ORDER_FAILURE"
	NoSigningCertificate     SubIndication = "NO_SIGNING_CERTIFICATE_FOUND"
	NoCertificateChain       SubIndication = "NO_CERTIFICATE_CHAIN_FOUND"
	RevokedNoPOE             SubIndication = "REVOKED_NO_POE"
	RevokedCANoPOE           SubIndication = "REVOKED_CA_NO_POE"
	OutOfBoundsNoPOE         SubIndication = "OUT_OF_BOUNDS_NO_POE"
	TryLater                 SubIndication = "TRY_LATER"
	SignedDataNotFound       SubIndication = "SIGNED_DATA_NOT_FOUND"
)

// Status is the outcome of one check.
type Status string

// Outcomes. A warning does not change the verdict.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Unknown Status = "indeterminate"
	Warning Status = "warning"
)

// Check is one thing that was checked. The code names the problem that was looked for: "passed" means
// that it is not there.
type Check struct {
	Code          Code          `json:"code"`
	Status        Status        `json:"status"`
	SubIndication SubIndication `json:"subIndication,omitempty"`
	// Detail is for a specialist, in English: identifiers, times, numbers. It may be empty.
	Detail string `json:"detail,omitempty"`
}

// Report is the outcome of Verify. It encodes as JSON after the schema in report.schema.json.
type Report struct {
	Format        Format        `json:"format"`
	Indication    Indication    `json:"indication"`
	SubIndication SubIndication `json:"subIndication,omitempty"`
	Policy        string        `json:"policy"`
	// CheckedAt is the time of the check, in UTC; Clock says where it came from.
	CheckedAt time.Time `json:"checkedAt"`
	Clock     Clock     `json:"clock"`
	// Attached tells that the message carries its content, ContentSize how much in bytes.
	Attached    bool  `json:"attached"`
	ContentSize int64 `json:"contentSize"`
	// Checks are those of the message as a whole; each signer has its own.
	Checks  []Check  `json:"checks"`
	Signers []Signer `json:"signers"`
	// Work is what the verification has cost. It is not part of the JSON.
	Work Work `json:"-"`

	content    []byte
	evidenceAt time.Time // as Signed.EvidenceAt, never before CheckedAt
}

// Format is a kind of signed message.
type Format string

// Formats.
const (
	CMS     Format = "cms"
	XMLDSig Format = "xmldsig"
	WSSE    Format = "ws-security"
)

// Clock says whose time was used.
type Clock string

// Clocks: for the check the caller's or this machine's; for a signer the time of the check or that
// of a time stamp.
const (
	ClockGiven  Clock = "given"
	ClockSystem Clock = "system"
	ClockCheck  Clock = "time-of-check"
	ClockStamp  Clock = "time-stamp"
)

// Signer is what was found about one signature.
type Signer struct {
	Indication    Indication    `json:"indication"`
	SubIndication SubIndication `json:"subIndication,omitempty"`
	// Algorithm names signature and digest, such as "gost2015-512" or "rsa-sha256".
	Algorithm string `json:"algorithm,omitempty"`
	// Subject is who the certificate speaks of. Unless Indication is TotalPassed it is a claim.
	Subject Subject `json:"subject"`
	// Certificate is the signer's, nil if it was not found; Anchor where its path ends, nil if
	// there is no path; Path the certificates from the first to the anchor, both included.
	Certificate *Certificate  `json:"certificate,omitempty"`
	Anchor      *Certificate  `json:"anchor,omitempty"`
	Path        []Certificate `json:"path,omitempty"`
	// SigningTime is what the signer claims, zero if nothing. Nothing is decided by it.
	SigningTime time.Time `json:"signingTime,omitzero"`
	// ReferenceTime is the time at which the certificate was judged, and Clock whose it is.
	ReferenceTime time.Time   `json:"referenceTime,omitzero"`
	Clock         Clock       `json:"clock,omitempty"`
	Revocation    Revocation  `json:"revocation"`
	TimeStamps    []TimeStamp `json:"timeStamps,omitempty"`
	// Countersignatures are signatures over this one, in unsigned attributes. Anyone can add and take
	// away such, so the verdict does not depend on them.
	Countersignatures []Signer `json:"countersignatures,omitempty"`
	// Signed tells which elements of an XML document are signed.
	Signed []SignedElement `json:"signed,omitempty"`
	Checks []Check         `json:"checks"`
}

// Certificate is what a reader of the report wants to know of a certificate.
type Certificate struct {
	Subject     string    `json:"subject"` // as certpath.NameString
	Issuer      string    `json:"issuer"`
	Serial      string    `json:"serial"` // lower-case hexadecimal without a leading zero octet
	NotBefore   time.Time `json:"notBefore"`
	NotAfter    time.Time `json:"notAfter"`
	Algorithm   string    `json:"algorithm"` // family of the key
	SHA256      string    `json:"sha256"`    // of the DER, lower-case hexadecimal
	KeyUsage    []string  `json:"keyUsage,omitempty"`
	ExtKeyUsage []string  `json:"extKeyUsage,omitempty"` // dotted identifiers
	// Production tells that this is an anchor of the NCA's production authorities.
	Production bool `json:"production,omitempty"`
	// DER is the certificate itself. It is not part of the JSON.
	DER []byte `json:"-"`
}

func describe(c *certpath.Certificate) *Certificate {
	sum := c.SHA256()
	serial := c.Serial
	for len(serial) > 1 && serial[0] == 0 {
		serial = serial[1:]
	}
	d := &Certificate{
		Subject: certpath.NameString(c.RawSubject), Issuer: certpath.NameString(c.RawIssuer),
		Serial: hex.EncodeToString(serial), NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		SHA256: hex.EncodeToString(sum[:]), KeyUsage: c.KeyUsage.Names(),
		Production: isProductionAnchor(sum), DER: c.Raw,
	}
	if c.Key != nil {
		d.Algorithm = string(c.Key.Family)
	}
	for _, id := range c.ExtKeyUsage {
		d.ExtKeyUsage = append(d.ExtKeyUsage, id.String())
	}
	return d
}

// RevocationStatus is what is known about the revocation of a certificate.
type RevocationStatus string

// Revocation statuses.
const (
	Good          RevocationStatus = "good"
	IsRevoked     RevocationStatus = "revoked"
	Stale         RevocationStatus = "stale"     // not on the newest list, which has ended, within the policy's grace
	Suspended     RevocationStatus = "suspended" // on hold: it may come back
	NotIssued     RevocationStatus = "not-issued"
	StatusUnknown RevocationStatus = "unknown"
	Deferred      RevocationStatus = "deferred" // to be looked up later by policy
	NotChecked    RevocationStatus = "not-checked"
)

// Revocation is the evidence about the signer's certificate that was used.
type Revocation struct {
	Status RevocationStatus `json:"status"`
	Source string           `json:"source,omitempty"` // "crl" or "ocsp"
	// Number is the decimal number of the CRL, Delta that of the delta CRL used with it.
	Number     string    `json:"number,omitempty"`
	Delta      string    `json:"delta,omitempty"`
	ThisUpdate time.Time `json:"thisUpdate,omitzero"`
	NextUpdate time.Time `json:"nextUpdate,omitzero"`
	RevokedAt  time.Time `json:"revokedAt,omitzero"`
	Reason     string    `json:"reason,omitempty"` // as crl.Reason.String
}

// TimeStamp is an RFC 3161 token on a signature.
type TimeStamp struct {
	Time   time.Time `json:"time"`
	Serial string    `json:"serial"` // lower-case hexadecimal
	Policy string    `json:"policy"` // dotted identifier
	// Trusted tells that the token holds in every respect, so that Time was believed.
	Trusted bool         `json:"trusted"`
	Signer  *Certificate `json:"signer,omitempty"`
	Anchor  *Certificate `json:"anchor,omitempty"`
}

// SignedElement tells what a signature in XML is over.
type SignedElement struct {
	// Path is the way from the root to the element, such as "/soap:Envelope[1]/soap:Body[1]".
	Path string `json:"path"`
	// WholeDocument tells that it is the root, with nothing but the signature left out.
	WholeDocument bool `json:"wholeDocument"`
	// Element is the element itself, nil unless the verdict on the message is TotalPassed. Read what
	// was signed from it and from nowhere else. It is not part of the JSON.
	Element *xmldsig.Element `json:"-"`
}

// Content returns the embedded content of a message that is TOTAL-PASSED, and nil otherwise. The
// slice may share memory with Signed.Data.
func (r *Report) Content() []byte {
	if r.Indication != TotalPassed {
		return nil
	}
	return r.content
}

// Problem returns the code that decides the verdict: the first failed check, of the message before
// the signers, else the first one that left doubt. It is "" for TOTAL-PASSED.
func (r *Report) Problem() Code {
	for _, want := range [...]Status{Failed, Unknown} {
		for _, c := range r.Checks {
			if c.Status == want {
				return c.Code
			}
		}
		for _, s := range r.Signers {
			for _, c := range s.Checks {
				if c.Status == want {
					return c.Code
				}
			}
		}
	}
	return ""
}

// verdict derives an indication from checks: any failure, else any doubt, else good. No check at all
// is a doubt.
func verdict(checks []Check) (Indication, SubIndication) {
	if len(checks) == 0 {
		return Indeterminate, SignedDataNotFound
	}
	for _, c := range checks {
		if c.Status == Failed {
			return TotalFailed, c.SubIndication
		}
	}
	for _, c := range checks {
		if c.Status != Passed && c.Status != Warning {
			return Indeterminate, c.SubIndication
		}
	}
	return TotalPassed, ""
}

func (r *Report) conclude() {
	all := r.Checks
	for i := range r.Signers {
		s := &r.Signers[i]
		s.Indication, s.SubIndication = verdict(s.Checks)
		all = append(all[:len(all):len(all)], s.Checks...)
	}
	r.Indication, r.SubIndication = verdict(all)
	if r.Indication != TotalPassed {
		for i := range r.Signers {
			for j := range r.Signers[i].Signed {
				r.Signers[i].Signed[j].Element = nil
			}
		}
	}
}

// LogValue keeps people out of the log: verdict, policy and the deciding code only.
func (r *Report) LogValue() slog.Value {
	return slog.GroupValue(slog.String("indication", string(r.Indication)),
		slog.String("subIndication", string(r.SubIndication)), slog.String("problem", string(r.Problem())),
		slog.String("policy", r.Policy), slog.Int("signers", len(r.Signers)))
}

// String is the verdict with the deciding code, without personal data.
func (r *Report) String() string {
	if r.Indication == TotalPassed {
		return string(TotalPassed)
	}
	return fmt.Sprintf("%s %s (%s)", r.Indication, r.SubIndication, r.Problem())
}

// VerificationError is returned by Verify unless the verdict is TotalPassed.
type VerificationError struct{ Report *Report }

func (e *VerificationError) Error() string { return "eds: " + e.Report.String() }

// ErrNotASignature means that the data is neither a CMS message with signed data nor signed XML.
var ErrNotASignature = errors.New("eds: not a signature")

var _ json.Marshaler = Subject{}
