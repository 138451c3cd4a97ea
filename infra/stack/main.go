// Command stack packages the functions and tries the deployed office on emulators of AWS.
//
//	stack zip [-arch arm64|amd64] [-trust DIR] [-out DIR]   one package per function, for cdk
//	stack localstack                                        stack "data" on LocalStack, functions in the local host
//	stack integration                                       stacks "data" and "office" deployed whole, on MiniStack
//
// The last two use the endpoint AWS_ENDPOINT_URL where it is given, and start the emulator
// where it is not; they run the demo, destroy what they deployed and stop what they started.
// What they install goes to build/stack. Run it from the repository's root, after make build
// has made the binaries of the functions and of the local host.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "stack:", err)
		stop()
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: stack zip|localstack|integration, see go doc ./infra/stack")

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	trust := flags.String("trust", "testdata/pki/trust", "folder of trust anchors, CA certificates and CRLs")
	arch := flags.String("arch", "arm64", "architecture of the packages: arm64 or amd64")
	out := flags.String("out", "build/zip", "folder for the packages")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "zip":
		return pack(ctx, *arch, *trust, *out)
	case "localstack":
		return onLocalStack(ctx, runtime.GOARCH, *trust)
	case "integration":
		return onMiniStack(ctx, runtime.GOARCH, *trust)
	}
	return errUsage
}
