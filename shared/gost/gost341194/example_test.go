package gost341194_test

import (
	"fmt"

	"github.com/courtoffice/courtoffice/shared/gost/gost341194"
)

func ExampleSum() {
	fmt.Printf("%x\n", gost341194.Sum([]byte("abc")))
	// Output: f3134348c44fb1b2a277729e2285ebb5cb5e0f29c975bc753b70497c06a4d51d
}
