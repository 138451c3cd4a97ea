// Command deliver-webhooks is the Lambda function of that name; see functions.All for what it does.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/courtoffice/courtoffice/functions/internal/wire"
)

func main() {
	lambda.Start(wire.MustLoad("deliver-webhooks").DeliverWebhooks())
}
