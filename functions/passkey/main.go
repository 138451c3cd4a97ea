// Command passkey is the Lambda function of that name; functions.All says what it does.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/courtoffice/courtoffice/functions/internal/wire"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
	"github.com/courtoffice/courtoffice/shared/passkey/webauthn"
)

func main() {
	app := wire.MustLoad("passkey")
	lambda.Start(lambdahttp.Handler(app.Passkey(webauthn.Checker{})))
}
