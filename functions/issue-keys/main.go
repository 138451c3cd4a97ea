// Command issue-keys is the Lambda function of that name; functions.All says what it does.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/courtoffice/courtoffice/functions/internal/wire"
)

func main() {
	lambda.Start(wire.MustLoad("issue-keys").IssueKeys())
}
