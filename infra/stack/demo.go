package main

import (
	"context"
	"os"
)

// demo runs the demo against the office at address and looks for its notices in inbox.
func demo(ctx context.Context, d *deployment, address, inbox string) error {
	return command{
		name: "go", args: []string{"run", "./infra/local", "demo", "-url", address, "-inbox", inbox},
		env: environment(d.endpoint), out: os.Stdout,
	}.run(ctx)
}
