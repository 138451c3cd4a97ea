// Package eds verifies electronic digital signatures made with certificates of Kazakhstan's National
// Certification Authority (NCA): CMS as NCALayer and Kalkan make it, signed XML, and the WS-Security
// bodies of SmartBridge; with GOST R 34.10-2015, RSA and, for archives, GOST 34.310-2004 keys.
//
//	trust, err := eds.LoadTrust("anchors")         // roots, authorities below them, revocation lists
//	v := &eds.Verifier{Trust: trust, Policy: eds.Filing()}
//	report, err := v.Verify(eds.Signed{Data: upload})
//	if err != nil {
//		return err                                 // says why; the report says it in detail
//	}
//	who := report.Signers[0].Subject               // IIN, BIN, names, role
//	document := report.Content()                   // what was signed, nothing else
//
// The short call is the safe one: the error is nil only if every signature of the message holds in
// every respect, and what cannot be found out is never taken for good. The verdict is in the words of
// ETSI EN 319 102-1; each check has a stable Code, and Text says in Kazakh, Russian and English what
// a failure means and what to do. CHECKS.md lists the checks in order, and what is not checked.
//
// The roots are not part of this package: whom to trust is the caller's to say. Those of the NCA, for
// production and for tests, are at pki.gov.kz and root.gov.kz; put them, with the certificates of the
// authorities below them, as .cer files into the folder for LoadTrust. The person's number is
// report.Signers[i].Subject.IIN, a kzid.IIN that logs nothing of itself: IIN.Reveal() gives its twelve
// digits, IsZero tells that there is none, as for foreigners with a passport and for systems, and
// Valid that the check digit fits. Subject.BIN is that of the organisation.
//
// Nothing here opens a connection. Revocation lists are files in the trust folder or come with
// Trust.AddCRL, OCSP responses with Verifier.OCSP; package online fetches both from hosts on a list.
// Package edstest makes keys, certificates, lists and signatures for tests.
//
// A service that strangers can send to uses Policy.Online; Limits bounds what a message may cost.
// A production service calls Trust.RequireProduction, so that it does not start with test roots.
package eds
