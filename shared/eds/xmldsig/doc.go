// Package xmldsig reads XML signatures as Kazakhstan's NCA tools make them: XMLDSig enveloped and
// by element id (NCALayer, Kalkan, NCANode) and the WS-Security body signature of the state's
// SmartBridge bus. It decides what was signed; it does not decide who signed.
//
//	doc, err := xmldsig.Parse(data, xmldsig.Limits{})
//	sigs, err := doc.Signatures()       // structure: refuses wrapping, unknown transforms, HMAC …
//	err = sigs[0].Check(newHash)        // digests of everything that the signature refers to
//	…                                   // the caller checks sigs[0].Value over sigs[0].SignedInfo
//	nonce, err := sigs[0].References[0].Element.Text("key")
//
// The package is pure: no network, no certificates, no public key operation, no clock. The caller
// (package eds) checks Signature.Value over Signature.SignedInfo with the key in
// one of Signature.Certificates, and the path of that certificate.
//
// The scanner accepts XML 1.0 (fifth edition) with Namespaces in XML 1.0, without a document type
// declaration, in UTF-8, UTF-16, windows-1251, KZ-1048 and a few more eight-bit encodings. Canonicalization follows Canonical XML 1.0 (W3C, 15 March 2001) and
// Exclusive XML Canonicalization 1.0 (W3C, 18 July 2002; RFC 3741), signatures follow XMLDSig
// (W3C, 12 February 2002; RFC 3275). It does not do: DTDs, XPath, XSLT, external references,
// ds:Object and ds:Manifest, XAdES, C14N 1.1.
//
// Comments. XMLDSig section 4.3.3.3 says that URI="" and URI="#id" select node-sets without
// comments, so a comment can be added to a signed document without breaking the signature,
// whatever the "#WithComments" transform seems to promise. Element.Text therefore joins the text
// on both sides of a comment, and nothing here ever returns the content of one.
//
// Coverage. A signature by id has to cover all content of the document by default, and no unsigned
// element may have the name, the id or the place of a signed one; in a SOAP message the Body has to
// be signed and to be the only one. ds:Signature is read by a strict grammar, attributes included,
// because nothing in it is signed but SignedInfo. So the document that a reader sees is the one that
// was signed. Limits.Partial gives that up for callers that read nothing but Reference.Element.
//
// Two enveloped signatures. Each signature over URI="" covers everything but itself, so also the
// signatures that were there before it, and the later one breaks the earlier one. Check reports
// the earlier one as an error with ReasonLaterSignature, the last one verifies.
package xmldsig
