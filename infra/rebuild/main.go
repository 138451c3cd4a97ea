// Command rebuild makes the table of filings of a deployed office, and what of its documents is lost,
// anew from the evidence bucket alone. An operator runs it with AWS credentials that may read the
// evidence and write the table and the documents:
//
//	FILINGS_TABLE=… DOCUMENTS_BUCKET=… EVIDENCE_BUCKET=… go run ./infra/rebuild -keys keys.json
//
// with the names that the data stack puts out, or EVIDENCE_BUCKET and -evidence-region of the copy in
// the archive's account, and the keys that the office publishes, a file as /keys.json of the office, or of
// whoever else keeps it, gives it. What is there already is left as it is; the command may be repeated until it ends with 0
// filings that could not be made. Filings whose verification was not finished are verified again. The
// office on this machine has `build/local rebuild`.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence/rebuild"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "rebuild:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string) error {
	flags := flag.NewFlagSet("rebuild", flag.ContinueOnError)
	published := flags.String("keys", "", "file of what the office published at /keys.json")
	region := flags.String("evidence-region", "", "region of the evidence bucket, where it is another than that of the credentials")
	test := flags.Bool("test", false, "lock documents in a mode that an administrator may lift, as stages of test do")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *published == "" {
		return errors.New("-keys must name the file of the office's published keys")
	}
	file, err := os.ReadFile(*published)
	if err != nil {
		return err
	}
	keys, err := receipt.ParsePublished(file)
	if err != nil {
		return fmt.Errorf("-keys %s: %w", *published, err)
	}
	for _, name := range []string{schema.Filings.Env, schema.Documents.Env, schema.Evidence.Env} {
		if getenv(name) == "" {
			return fmt.Errorf("%s must name what is deployed", name)
		}
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	path := func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil } // an endpoint of one host has no bucket subdomains
	r := rebuild.Rebuild{
		Evidence: documents.NewEvidence(s3.NewFromConfig(cfg, path, func(o *s3.Options) {
			if *region != "" {
				o.Region = *region
			}
		}), getenv(schema.Evidence.Env)),
		Filings:    store.NewFilings(dynamodb.NewFromConfig(cfg), getenv(schema.Filings.Env)),
		Documents:  documents.New(s3.NewFromConfig(cfg, path), getenv(schema.Documents.Env)),
		Verify:     func(data []byte) (receipt.Receipt, error) { return receipt.Verify(keys, data) },
		Compliance: !*test,
		Report: func(id string, err error) {
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", id, err)
			}
		},
	}
	done, failed, err := r.All(ctx)
	fmt.Printf("%d filings are there, %d could not be made\n", done, failed)
	if err == nil && failed > 0 {
		err = errors.New("look into what is reported above and run it again")
	}
	return err
}
