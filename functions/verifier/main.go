// Command verifier is the Lambda function of that name; see functions.All for what it does. Its package
// has no room for what wire links beside the WebAssembly program.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/functions/internal/verifier"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
)

func main() {
	cfg, log := environment.MustLoad("verifier")
	h, err := verifier.Handler(log, cfg.OriginKeys, environment.MustAuthorities(cfg, log).Certificates())
	if err != nil {
		environment.End(log, err)
	}
	lambda.Start(lambdahttp.Handler(h))
}
