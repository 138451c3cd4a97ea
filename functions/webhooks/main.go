// Command webhooks is the Lambda function of that name; see functions.All for what it does.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/courtoffice/courtoffice/functions/internal/wire"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
)

func main() {
	lambda.Start(lambdahttp.Handler(wire.MustLoad("webhooks").Webhooks()))
}
