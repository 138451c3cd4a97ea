// Command rebuild makes the table of filings of a deployed office, and what of its documents is lost,
// anew from the evidence bucket alone. An operator runs it with AWS credentials that may read the
// evidence and write the table and the documents:
//
//	FILINGS_TABLE=… DOCUMENTS_BUCKET=… EVIDENCE_BUCKET=… go run ./infra/rebuild -receipt-keys KEY[,KEY]
//
// with the names that the data stack puts out, or EVIDENCE_BUCKET and -evidence-region of the copy in
// the archive's account, and every public key that ever signed receipts, base64 as GET /api/receipt-key
// gives it. What is there already is left as it is; the command may be repeated until it ends with 0
// filings that could not be made. Filings whose verification was not finished are verified again. The
// office on this machine has `build/local rebuild`.
package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

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
	given := flags.String("receipt-keys", "", "public keys that signed receipts, base64, separated by commas")
	region := flags.String("evidence-region", "", "region of the evidence bucket, where it is another than that of the credentials")
	test := flags.Bool("test", false, "lock documents in a mode that an administrator may lift, as stages of test do")
	if err := flags.Parse(args); err != nil {
		return err
	}
	keys, err := publicKeys(*given)
	if err != nil {
		return err
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
		Verify:     func(data []byte) (receipt.Receipt, error) { return verify(keys, data) },
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

func publicKeys(given string) (keys []ed25519.PublicKey, err error) {
	for _, text := range strings.Split(given, ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("-receipt-keys: %q is not the base64 of %d bytes", text, ed25519.PublicKeySize)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// verify opens a receipt with whichever key signed it.
func verify(keys []ed25519.PublicKey, data []byte) (r receipt.Receipt, err error) {
	for _, key := range keys {
		if r, err = receipt.Verify(key, data); !errors.Is(err, receipt.ErrSignature) {
			return r, err
		}
	}
	return r, err
}
