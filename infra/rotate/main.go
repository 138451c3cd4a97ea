// Command rotate raises the number of the root that certifies signing keys, in the context of cdk.json. The
// deployment that follows makes that root; `make rotate-root` does both.
package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
)

const file = "cdk.json"

func main() {
	raw, err := os.ReadFile(file)
	if err == nil {
		raw, err = next(raw)
	}
	if err == nil {
		err = os.WriteFile(file, raw, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rotate:", err)
		os.Exit(1)
	}
}

var number = regexp.MustCompile(`("signingRoot": ")([0-9]+)(")`)

// next returns the text of cdk.json with the next number.
func next(raw []byte) ([]byte, error) {
	m := number.FindSubmatchIndex(raw)
	if m == nil {
		return nil, errors.New(file + ` has no "signingRoot"`)
	}
	n, err := strconv.Atoi(string(raw[m[4]:m[5]]))
	if err != nil {
		return nil, err
	}
	return append(append(append([]byte{}, raw[:m[4]]...), strconv.Itoa(n+1)...), raw[m[5]:]...), nil
}
