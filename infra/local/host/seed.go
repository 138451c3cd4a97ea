package host

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Seed publishes agreement v1 with the texts of testdata, in force at once, unless a version is
// published already: nobody can register at an office without an agreement.
func Seed(ctx context.Context, db *dynamodb.Client, table, root string, now time.Time) error {
	site := store.NewSite(db, table)
	versions, err := site.Agreements(ctx, now)
	if err != nil || len(versions) > 0 {
		return err
	}
	texts := map[locale.Lang]string{}
	for _, lang := range locale.Langs {
		b, err := os.ReadFile(filepath.Join(root, "testdata", "agreement", "v1", string(lang)+".md"))
		if err != nil {
			return fmt.Errorf("text of agreement v1: %w", err)
		}
		texts[lang] = string(b)
	}
	v1, err := agreement.New("v1", texts, now.Truncate(time.Second), true) // the first run by the clock names this second
	if err != nil {
		return err
	}
	return site.PublishAgreement(ctx, v1)
}
