// Command testsign signs standard input with a key of testdata/pki for the test of the
// WebAssembly module: testsign [-detached] KEY.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

func main() {
	detached := flag.Bool("detached", false, "leave the content out")
	flag.Parse()
	if err := sign(flag.Arg(0), *detached); err != nil {
		fmt.Fprintln(os.Stderr, "testsign:", err)
		os.Exit(1)
	}
}

func sign(name string, detached bool) error {
	keys, err := edstest.LoadKeys("testdata/pki/keys")
	if err != nil {
		return err
	}
	key, ok := keys[name]
	if !ok {
		return fmt.Errorf("no key %q", name)
	}
	content, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	mode := edstest.Attached
	if detached {
		mode = edstest.Detached
	}
	message, err := key.SignCMS(content, mode)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(message)
	return err
}
