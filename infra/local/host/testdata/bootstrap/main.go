// Command bootstrap stands in for functions in the host's tests: "web" puts an outbox item
// for each request, "mailer" turns outbox items from the stream into mail, as notify does, "looker" mails which object was
// uploaded, as inspect is told.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	ses "github.com/aws/aws-sdk-go-v2/service/sesv2/types"
)

func config() aws.Config {
	return aws.Config{
		Region: os.Getenv("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY")}, nil
		}),
	}
}

func web(ctx context.Context, ev events.APIGatewayV2HTTPRequest) (any, error) {
	if ev.RouteKey != "PUT /api/items/{sk}" {
		names := map[string]string{}
		for _, name := range []string{"STAGE", "TRUST_DIR", "INDEX_KEY", "PORTAL_URL", "NCALAYER_URL", "MAIL_FROM"} {
			names[name] = os.Getenv(name)
		}
		return map[string]any{
			"path": ev.RawPath, "timeEpoch": ev.RequestContext.TimeEpoch, "env": names,
			"headers": ev.Headers, "query": ev.RawQueryString, "cookies": ev.Cookies,
		}, nil
	}
	sk := ev.PathParameters["sk"]
	client := s3.NewFromConfig(config(), func(o *s3.Options) { o.BaseEndpoint = aws.String(os.Getenv("AWS_ENDPOINT_URL_S3")) })
	if _, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String(os.Getenv("DOCUMENTS_BUCKET"))}); err != nil {
		return nil, fmt.Errorf("bucket: %w", err)
	}
	db := dynamodb.NewFromConfig(config(), func(o *dynamodb.Options) { o.BaseEndpoint = aws.String(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")) })
	_, err := db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(os.Getenv("FILINGS_TABLE")), Item: map[string]types.AttributeValue{
		"PK": &types.AttributeValueMemberS{Value: "FILING#1"}, "SK": &types.AttributeValueMemberS{Value: "OUTBOX#" + sk},
	}})
	return map[string]any{"statusCode": 201, "cookies": []string{"seen=" + sk}}, err
}

// clock mails what a schedule gives it.
func clock(ctx context.Context, raw json.RawMessage) (any, error) {
	return nil, send(ctx, string(raw))
}

func send(ctx context.Context, subject string) error {
	client := sesv2.NewFromConfig(config(), func(o *sesv2.Options) { o.BaseEndpoint = aws.String(os.Getenv("AWS_ENDPOINT_URL_SESV2")) })
	_, err := client.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: aws.String(os.Getenv("MAIL_FROM")), Destination: &ses.Destination{ToAddresses: []string{"a@mail.example"}},
		Content: &ses.EmailContent{Simple: &ses.Message{
			Subject: &ses.Content{Data: &subject}, Body: &ses.Body{Text: &ses.Content{Data: aws.String(os.Getenv("PORTAL_URL"))}},
		}},
	})
	return err
}

func mailer(ctx context.Context, ev events.DynamoDBEvent) (any, error) {
	for _, r := range ev.Records {
		sk := r.Change.NewImage["SK"].String()
		if sk == "OUTBOX#bad" {
			return nil, fmt.Errorf("cannot deliver on purpose")
		}
		if err := send(ctx, sk); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func looker(ctx context.Context, ev events.SQSEvent) (res events.SQSEventResponse, _ error) {
	for _, m := range ev.Records {
		var told struct {
			Records []struct {
				S3 struct{ Object struct{ Key string } }
			}
		}
		if err := json.Unmarshal([]byte(m.Body), &told); err != nil {
			return res, err
		}
		key := told.Records[0].S3.Object.Key
		if key == "filings/bad" {
			res.BatchItemFailures = append(res.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			continue
		}
		if err := send(ctx, key); err != nil {
			return res, err
		}
	}
	return res, nil
}

func main() {
	switch os.Getenv("AWS_LAMBDA_FUNCTION_NAME") {
	case "mailer":
		lambda.Start(mailer)
	case "looker":
		lambda.Start(looker)
	case "clock":
		lambda.Start(clock)
	}
	lambda.Start(func(ctx context.Context, raw json.RawMessage) (any, error) {
		var ev events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(raw, &ev); err != nil {
			return nil, err
		}
		return web(ctx, ev)
	})
}
