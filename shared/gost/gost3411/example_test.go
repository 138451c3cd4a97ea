package gost3411_test

import (
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/courtoffice/courtoffice/shared/gost/gost3411"
)

func ExampleNew512() {
	h := gost3411.New512()
	if _, err := io.Copy(h, strings.NewReader("abc")); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%x\n", h.Sum(nil))
	// Output: 28156e28317da7c98f4fe2bed6b542d0dab85bb224445fcedaf75d46e26d7eb8d5997f3e0915dd6b7f0aab08d9c8beb0d8c64bae2ab8b3c8c6bc53b3bf0db728
}
