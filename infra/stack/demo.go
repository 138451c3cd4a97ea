package main

import (
	"context"
	"os"
)

// local is the local host's program, and the demo's. make builds it first.
const local = "build/local"

// demo runs the demo against the office at address and looks for its notices in inbox.
func demo(ctx context.Context, d *deployment, address, inbox string) error {
	return command{
		name: local, args: []string{"demo", "-url", address, "-inbox", inbox},
		env: environment(d.endpoint), out: os.Stdout,
	}.run(ctx)
}
