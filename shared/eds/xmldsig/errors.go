package xmldsig

import "strconv"

// A Reason is the stable name of why a document or a signature is refused.
type Reason string

// Reasons that concern the document as XML.
const (
	ReasonLimit              Reason = "limit"               // larger, deeper or wider than Limits allow
	ReasonEncoding           Reason = "encoding"            // one that is not read, or not the one that is declared
	ReasonDeclaration        Reason = "declaration"         // XML declaration malformed
	ReasonVersion            Reason = "version"             // XML 1.1
	ReasonDoctype            Reason = "doctype"             // a document type declaration, before any of it is read
	ReasonEntity             Reason = "entity"              // an entity other than amp, lt, gt, quot and apos
	ReasonSyntax             Reason = "syntax"              // not well-formed (XML 1.0)
	ReasonNamespace          Reason = "namespace"           // unbound, reserved or relative (Namespaces in XML 1.0; C14N 1.0, section 1.3)
	ReasonDuplicateAttribute Reason = "duplicate-attribute" // twice by name or by expanded name
)

// Reasons that concern the structure of a signature.
const (
	ReasonNoSignature      Reason = "no-signature"      // no ds:Signature in the document
	ReasonMalformed        Reason = "malformed"         // ds:Signature has missing, unexpected or misplaced parts
	ReasonBase64           Reason = "base64"            // a value is not exactly one base64 text
	ReasonObject           Reason = "object"            // ds:Object, where wrapped originals and XAdES live
	ReasonManifest         Reason = "manifest"          // ds:Manifest or ds:Object as the type of a reference
	ReasonCanonicalization Reason = "canonicalization"  // not one of the four canonicalizations
	ReasonSignatureMethod  Reason = "signature-method"  // not an algorithm of the NCA
	ReasonHMAC             Reason = "hmac"              // a message authentication code, made with a shared secret
	ReasonGOST256          Reason = "gost2015-256"      // the 256-bit variant, of which no sample was ever issued
	ReasonDigestMethod     Reason = "digest-method"     // not of the signature method's family
	ReasonUnknownDigest    Reason = "unknown-digest"    // no digest known here
	ReasonSHA1             Reason = "sha1"              // SHA-1 where the signature method or the caller does not allow it
	ReasonTransform        Reason = "transform"         // repeated, missing or misplaced transform
	ReasonUnknownTransform Reason = "unknown-transform" // no transform known here
	ReasonXPath            Reason = "xpath"             // XPath or XPath Filter 2.0 transform
	ReasonXSLT             Reason = "xslt"              // XSLT transform
	ReasonNoReference      Reason = "no-reference"      // SignedInfo refers to nothing
	ReasonURI              Reason = "uri"               // not "" and not "#id"
	ReasonMissingID        Reason = "missing-id"        // no element with that id
	ReasonDuplicateID      Reason = "duplicate-id"      // several elements with that id, in whatever spelling
	ReasonPlacement        Reason = "placement"         // the signed element is not where the signature may point
	ReasonLookAlike        Reason = "look-alike"        // an unsigned element has the name of the signed one
	ReasonUncovered        Reason = "uncovered"         // content that the signature does not cover
	ReasonBody             Reason = "body"              // a SOAP message whose Body is not signed
	ReasonNoCertificate    Reason = "no-certificate"    // KeyInfo without an inline certificate
	ReasonManyCertificates Reason = "many-certificates" // KeyInfo with more than one where one is wanted
	ReasonCertificate      Reason = "certificate"       // not exactly one DER SEQUENCE
)

// Reasons that concern the digests.
const (
	ReasonDigest         Reason = "digest"          // the referenced content is not what was signed
	ReasonLaterSignature Reason = "later-signature" // it is, but only without the signatures added after this one
)

// Error is the only error type of this package, except for errors of the caller's own writers and
// signing functions. Branch on Reason; Detail is for people and may change.
type Error struct {
	Reason Reason
	Offset int    // byte offset in the document, -1 if none applies
	Detail string // lower case, no content of the document except names and URIs
}

func (e *Error) Error() string {
	s := "xmldsig: " + string(e.Reason)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Offset >= 0 {
		s += " (at byte " + strconv.Itoa(e.Offset) + ")"
	}
	return s
}

func refuse(r Reason, offset int, detail string) *Error {
	return &Error{Reason: r, Offset: offset, Detail: detail}
}

// quote shortens and quotes a name or URI of the document for an error's Detail.
func quote(b []byte) string {
	if len(b) > 80 {
		b = b[:80]
	}
	return strconv.QuoteToASCII(string(b))
}
