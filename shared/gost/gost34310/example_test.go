package gost34310_test

import (
	"fmt"
	"log"

	"github.com/courtoffice/courtoffice/shared/gost/gost341194"
	"github.com/courtoffice/courtoffice/shared/gost/gost34310"
)

func Example() {
	key, err := gost34310.GenerateKey(nil)
	if err != nil {
		log.Fatal(err)
	}
	digest := gost341194.Sum([]byte("an old document"))
	sig, err := key.Sign(digest[:])
	if err != nil {
		log.Fatal(err)
	}
	public, err := gost34310.NewPublicKey(key.Public().Bytes())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(public.Verify(digest[:], sig))
	// Output: true
}
