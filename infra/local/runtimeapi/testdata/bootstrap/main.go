// Command bootstrap is a function that does what its event says, for the tests of runtimeapi and
// of the host: {"do": "echo"}, and so on as handle lists them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do   string          `json:"do"`
	For  time.Duration   `json:"for"`  // of sleep, nanoseconds
	Size int             `json:"size"` // of big, bytes
	Name string          `json:"name"` // of env
	Rest json.RawMessage `json:"rest"`
}

var served int

func handle(ctx context.Context, e event) (any, error) {
	served++
	switch e.Do {
	case "echo":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{
			"rest": e.Rest, "pid": os.Getpid(), "served": served, "requestId": lc.AwsRequestID,
			"arn": lc.InvokedFunctionArn, "left": time.Until(deadline).Seconds(),
		}, nil
	case "env":
		value, set := os.LookupEnv(e.Name)
		return map[string]any{"value": value, "set": set}, nil
	case "sleep":
		time.Sleep(e.For)
		return map[string]int{"pid": os.Getpid()}, nil
	case "big":
		return strings.Repeat("x", e.Size), nil
	case "error":
		return nil, errors.New("refused on purpose")
	case "panic":
		panic("on purpose")
	case "exit":
		os.Exit(3)
	}
	return nil, fmt.Errorf("no such deed: %q", e.Do)
}

func main() {
	if os.Getenv("FAIL_INIT") != "" {
		fmt.Fprintln(os.Stderr, "cannot start on purpose")
		os.Exit(7)
	}
	lambda.Start(handle)
}
