// Package edstest makes what package eds verifies, for tests and local runs: an authority shaped like
// Kazakhstan's NCA, with certificates, revocation lists, OCSP responses and time stamps, and
// signers. It reads the NCA's published test keys (PKCS #12) too.
//
//	keys, err := edstest.LoadKeys("testdata/pki/keys")
//	msg, err := keys["individual-gost"].SignCMS(document, edstest.Attached)
//
// Nothing here is for protecting anything: keys lie in the open, and output can be made
// deterministic. Programs that verify signatures do not use this package. The function probe signs in
// with it: its key opens an account of its own and nothing else.
package edstest
