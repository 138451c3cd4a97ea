package eds

// Code names a check. Codes are stable: programs branch on them and texts hang on them.
type Code string

// Codes, in the order in which the checks are made. CHECKS.md describes each.
const (
	// The message.
	CodeFormat     Code = "format"          // the message can be read as its format demands
	CodeTrailing   Code = "trailing-bytes"  // nothing follows the message
	CodeLimits     Code = "limits"          // the message and the work it causes are within the policy
	CodeNoSigners  Code = "no-signers"      // there is at least one signature
	CodeRepeated   Code = "signer-repeated" // no signature is there twice
	CodeAttributes Code = "signed-attributes"

	// What is signed.
	CodeContentType    Code = "content-type"            // contentType attribute and content agree
	CodeContentMissing Code = "content-missing"         // a detached signature needs the document
	CodeContent        Code = "content-digest"          // the document is the one that was signed
	CodeBase64Text     Code = "content-base64"          // the document is not taken for its base64 text
	CodeByteOrderMark  Code = "content-byte-order-mark" // nor with a byte order mark too many or too few
	CodeAlgorithm      Code = "algorithm-mismatch"      // signature, digest and key belong together
	CodeNotAllowed     Code = "algorithm-not-allowed"
	CodeUnsupported    Code = "not-supported"   // algorithm, form and encoding are ones that are verified here
	CodeReference      Code = "xml-reference"   // signed XML covers an element that can be named without doubt
	CodeLaterSignature Code = "later-signature" // no signature was added to XML after this one

	// Files that hold documents and signatures; see package container.
	CodeStructure     Code = "container-structure"   // the PDF or archive can be read in one way only
	CodeEncrypted     Code = "container-encrypted"   // and without a password
	CodeForm          Code = "signature-form"        // a signature of a kind that is supported
	CodeRange         Code = "signed-range"          // it covers a whole revision of the PDF but for its own value
	CodeChanged       Code = "changed-after-signing" // nothing but signatures and evidence came later
	CodeDrawn         Code = "drawn-after-signing"   // and no later signature draws on a page
	CodeUnsignedFile  Code = "unsigned-file"         // every file of the archive is signed
	CodeUnsignedPages Code = "unsigned-pages"        // the pages around attached files that are signed are too

	// The signer's certificate and the signature.
	CodeNoCertificate Code = "certificate-missing"
	CodeESS           Code = "signing-certificate" // the certificate is the one the signer committed to
	CodeKey           Code = "public-key"
	CodeSignature     Code = "signature"
	CodeCountersigned Code = "countersignature" // those on the signature hold; they decide nothing

	// The path.
	CodeUntrusted   Code = "certificate-untrusted"
	CodeIssuer      Code = "issuer-signature"
	CodeAuthority   Code = "issuer-not-authority"
	CodeCritical    Code = "critical-extension"
	CodeCAValidity  Code = "issuer-validity"
	CodeTestAnchor  Code = "test-anchor"
	CodeNotYetValid Code = "certificate-not-yet-valid"
	CodeExpired     Code = "certificate-expired"
	CodeKeyUsage    Code = "certificate-not-for-signing"
	CodeRole        Code = "role-not-allowed"
	CodeIdentity    Code = "identity"
	CodeCheckDigit  Code = "identity-check-digit"

	// Revocation.
	CodeRevocation    Code = "revocation-unknown"
	CodeDeferred      Code = "revocation-deferred"
	CodeStale         Code = "revocation-stale"
	CodeRevoked       Code = "certificate-revoked"
	CodeSuspended     Code = "certificate-suspended"
	CodeNotIssued     Code = "certificate-not-issued"
	CodeResponder     Code = "responder-not-authorised"
	CodeIssuerRevoked Code = "issuer-revoked"
	CodeIssuerStatus  Code = "issuer-revocation-unknown"

	// Time.
	CodeSigningTime     Code = "signing-time" // the claimed time is plausible
	CodeStampFormat     Code = "timestamp-format"
	CodeStampImprint    Code = "timestamp-imprint"
	CodeStampSignature  Code = "timestamp-signature"
	CodeStampUntrusted  Code = "timestamp-untrusted"
	CodeStampUsage      Code = "timestamp-not-authority"
	CodeStampValidity   Code = "timestamp-validity"
	CodeStampRevoked    Code = "timestamp-revoked"
	CodeStampRevocation Code = "timestamp-revocation-unknown"
	CodeStampOrder      Code = "timestamp-order"
)

// rule is what follows when a check does not hold.
type rule struct {
	code   Code
	status Status
	sub    SubIndication
}

// rules has a row for every code, and so has texts. They are plain data: nothing is built when a
// program starts.
var rules = [...]rule{
	{CodeFormat, Failed, FormatFailure},
	{CodeTrailing, Failed, FormatFailure},
	{CodeLimits, Unknown, SigConstraintsFailure},
	{CodeNoSigners, Failed, FormatFailure},
	{CodeRepeated, Warning, ""},
	{CodeAttributes, Failed, FormatFailure},
	{CodeContentType, Failed, FormatFailure},
	{CodeContentMissing, Unknown, SignedDataNotFound},
	{CodeContent, Failed, HashFailure},
	{CodeBase64Text, Warning, ""},
	{CodeByteOrderMark, Warning, ""},
	{CodeAlgorithm, Failed, SigCryptoFailure},
	{CodeNotAllowed, Unknown, CryptoConstraintsFailure},
	{CodeUnsupported, Unknown, SigConstraintsFailure},
	{CodeReference, Failed, FormatFailure},
	{CodeLaterSignature, Failed, HashFailure},
	{CodeStructure, Failed, FormatFailure},
	{CodeEncrypted, Unknown, SigConstraintsFailure},
	{CodeForm, Unknown, SigConstraintsFailure},
	{CodeRange, Failed, FormatFailure},
	{CodeChanged, Failed, HashFailure},
	{CodeDrawn, Unknown, SigConstraintsFailure},
	{CodeUnsignedFile, Unknown, SignedDataNotFound},
	{CodeUnsignedPages, Warning, ""},
	{CodeNoCertificate, Unknown, NoSigningCertificate},
	{CodeESS, Unknown, NoSigningCertificate},
	{CodeKey, Failed, SigCryptoFailure},
	{CodeSignature, Failed, SigCryptoFailure},
	{CodeCountersigned, Warning, ""},
	{CodeUntrusted, Unknown, NoCertificateChain},
	{CodeIssuer, Unknown, NoCertificateChain},
	{CodeAuthority, Unknown, ChainConstraintsFailure},
	{CodeCritical, Unknown, ChainConstraintsFailure},
	{CodeCAValidity, Unknown, OutOfBoundsNoPOE},
	{CodeTestAnchor, Warning, ""},
	{CodeNotYetValid, Failed, NotYetValid},
	{CodeExpired, Failed, Expired},
	{CodeKeyUsage, Unknown, ChainConstraintsFailure},
	{CodeRole, Unknown, SigConstraintsFailure},
	{CodeIdentity, Unknown, SigConstraintsFailure},
	{CodeCheckDigit, Warning, ""},
	{CodeRevocation, Unknown, TryLater},
	{CodeDeferred, Warning, ""},
	{CodeStale, Warning, ""},
	{CodeRevoked, Failed, Revoked},
	{CodeSuspended, Failed, Revoked},
	{CodeNotIssued, Unknown, ChainGeneralFailure},
	{CodeResponder, Unknown, ChainConstraintsFailure},
	{CodeIssuerRevoked, Unknown, RevokedCANoPOE},
	{CodeIssuerStatus, Warning, ""},
	{CodeSigningTime, Warning, ""},
	{CodeStampFormat, Failed, FormatFailure},
	{CodeStampImprint, Failed, HashFailure},
	{CodeStampSignature, Failed, SigCryptoFailure},
	{CodeStampUntrusted, Unknown, NoCertificateChain},
	{CodeStampUsage, Unknown, ChainConstraintsFailure},
	{CodeStampValidity, Unknown, OutOfBoundsNoPOE},
	{CodeStampRevoked, Unknown, RevokedNoPOE},
	{CodeStampRevocation, Warning, ""},
	{CodeStampOrder, Unknown, TimestampOrderFailure},
}

func findRule(code Code) (rule, bool) {
	for _, r := range rules {
		if r.code == code {
			return r, true
		}
	}
	return rule{}, false
}

// NewCheck returns the outcome of a check that did not hold, with what the table says follows from it. It
// is for packages that look at what is around a signature. code must be one of this package.
func NewCheck(code Code, detail string) Check {
	var c checks
	c.fail(code, detail)
	return c[0]
}

// Conclude derives a verdict from checks: any failure, else any doubt, else good. No check at all is a
// doubt.
func Conclude(list []Check) (Indication, SubIndication) { return verdict(list) }

// checks collects outcomes.
type checks []Check

func (c *checks) pass(code Code, detail string) {
	*c = append(*c, Check{Code: code, Status: Passed, Detail: detail})
}

// fail records that a check did not hold, with what the table says follows from it.
func (c *checks) fail(code Code, detail string) {
	r, ok := findRule(code)
	if !ok {
		panic("eds: no rule for " + string(code)) // the test of the table makes sure of it
	}
	*c = append(*c, Check{code, r.status, r.sub, detail})
}

// limit records that a limit was reached, by its name.
func (c *checks) limit(name, detail string) {
	c.fail(CodeLimits, name+": "+detail)
}

// spent records that the work allowed is used up.
func (c *checks) spent(b *budget) { c.limit(b.out, "no more work than the policy allows") }

// doubt is fail for a rule of the policy that leaves the question open where the table decides it.
func (c *checks) doubt(code Code, sub SubIndication, detail string) {
	*c = append(*c, Check{code, Unknown, sub, detail})
}
