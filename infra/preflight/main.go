// Command preflight says what an account lacks for a deployment, before one is tried: `make preflight`
// with the ARGS of `make deploy`. It changes nothing.
//
// Each row of checks.go asks one thing of AWS and says what to do where the answer is not enough.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "preflight:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	values, err := values("cdk.json", args)
	if err != nil {
		return err
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(values["region"]))
	if err != nil {
		return err
	}
	a := &account{values: values, credentials: cfg.Credentials, endpoint: os.Getenv("AWS_ENDPOINT_URL")}
	if missing := a.look(ctx, out); missing > 0 {
		return fmt.Errorf("%d things are missing", missing)
	}
	return nil
}

// values are the context of file with what args change: "-c name=value", as cdk takes them.
func values(file string, args []string) (map[string]string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var app struct{ Context map[string]string }
	if err := json.Unmarshal(b, &app); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	for i := 0; i < len(args); i++ {
		name, value, ok := "", "", false
		if args[i] == "-c" && i+1 < len(args) {
			i++
			name, value, ok = strings.Cut(args[i], "=")
		}
		if !ok {
			return nil, errors.New("want -c name=value …, as make deploy")
		}
		app.Context[name] = value
	}
	return app.Context, nil
}
