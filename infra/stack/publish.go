package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// publish puts the first version of the agreement in force: without one nobody can register.
func (d *deployment) publish(ctx context.Context) error {
	texts := map[locale.Lang]string{}
	for _, lang := range locale.Langs {
		text, err := os.ReadFile(filepath.Join("testdata/agreement/v1", string(lang)+".md"))
		if err != nil {
			return err
		}
		texts[lang] = string(text)
	}
	version, err := agreement.New("v1", texts, time.Now(), true)
	if err != nil {
		return fmt.Errorf("agreement: %w", err)
	}
	db := dynamodb.New(dynamodb.Options{
		Region: region, BaseEndpoint: &d.endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	table, err := d.output(schema.Site.Env)
	if err != nil {
		return err
	}
	return store.NewSite(db, table).PublishAgreement(ctx, version)
}
