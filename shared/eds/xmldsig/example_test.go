package xmldsig_test

import (
	"fmt"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// A portal sent <login><nonce>…</nonce></login> to be signed and gets it back. It must read the
// nonce from what was signed, and only after the digests agree.
func Example() {
	answer, _ := hashSigner.Enveloped([]byte("<login><nonce>7f3a</nonce></login>"))

	doc, err := xmldsig.Parse(answer, xmldsig.Limits{MaxBytes: 64 << 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	sigs, err := doc.Signatures()
	if err != nil {
		fmt.Println(err)
		return
	}
	sig := sigs[0]
	if err := sig.Check(newHash); err != nil {
		fmt.Println(err)
		return
	}
	// Here the caller verifies sig.Value over sig.SignedInfo with the key in sig.Certificates[0],
	// by sig.Method, and the path of that certificate.
	signed := sig.References[0].Element
	nonce, _ := signed.Text("nonce")
	fmt.Println(sig.Method, signed.Path(), signed.IsDocumentElement(), nonce)
	// Output: rsa-sha256 /login[1] true 7f3a
}
