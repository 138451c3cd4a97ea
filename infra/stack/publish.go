package main

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// publish puts the first version of the agreement in force: without one nobody can register.
func (d *deployment) publish(ctx context.Context) error {
	db := dynamodb.New(dynamodb.Options{
		Region: region, BaseEndpoint: &d.endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	table, err := d.output(schema.Site.Env)
	if err != nil {
		return err
	}
	return host.Seed(ctx, db, table, ".", time.Now())
}
