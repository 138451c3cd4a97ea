package gost3410_test

import (
	"encoding/hex"
	"fmt"
	"log"
	"slices"

	"github.com/courtoffice/courtoffice/shared/gost/gost3410"
	"github.com/courtoffice/courtoffice/shared/gost/gost3411"
)

func ExamplePublicKey_Verify() {
	// The content of the OCTET STRING in subjectPublicKey of a certificate.
	encoded, _ := hex.DecodeString("44ba6fa81de41cb3016479a29888cb7d9974219e3996e6abdc0a904e1fa43b9bc5d58562d4d9ec18bc829c6e19001ee0556c5f7f99154687d8aed9f612cd1cafe052026f48d3e1e74255eae903446073217e7eb301db758f13a8c4d4e2fcc9a3b573daffc6f4d29b20cdf1c461a7eff9ac57c122afb00c51e836352f67f26765")
	key, err := gost3410.NewPublicKey(encoded)
	if err != nil {
		log.Fatal(err)
	}
	digest := gost3411.Sum512([]byte("Court Office"))

	// This signature comes from OpenSSL, which has the bytes in the order of
	// RFC 9215. Signatures of the NCA are not reversed.
	sig, _ := hex.DecodeString("d7683112dc488f322e4c4c64b27601db444db9502d20861fede8361e35055cc98ad24c3684cac613855f8911e887801b253bd0b68336a4bb76d1a44033404c3ffb44d55c9252c35070140128537c2467cdb60ed1e38cbaa7234ae419eea742369c459c9cf7015305a32307fd5d8bf221037c96e60dcfad203b5dd015478b7ac1")
	slices.Reverse(sig)
	fmt.Println(key.Verify(digest[:], sig))
	// Output: true
}

func ExamplePrivateKey_Sign() {
	key, err := gost3410.GenerateKey(nil)
	if err != nil {
		log.Fatal(err)
	}
	digest := gost3411.Sum512([]byte("Court Office"))
	sig, err := key.Sign(digest[:])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(sig), key.Public().Verify(digest[:], sig))
	// Output: 128 true
}

// A key that is met again and again is worth a table.
func ExampleHotKey() {
	key, err := gost3410.GenerateKey(nil)
	if err != nil {
		log.Fatal(err)
	}
	authority := gost3410.NewHotKey(key.Public())
	for _, certificate := range []string{"first", "second"} {
		digest := gost3411.Sum512([]byte(certificate))
		sig, err := key.Sign(digest[:])
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(certificate, authority.Verify(digest[:], sig))
	}
	// Output:
	// first true
	// second true
}
