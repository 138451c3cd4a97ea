package trial

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/streams"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// tables opens the engine on a file of tables, with the index the office gives it.
func tables(ctx context.Context, file string) (db *dynamodb.Client, stop func(), err error) {
	p, err := engine.StartDynamo(ctx, file)
	if err != nil {
		return nil, nil, err
	}
	records, err := streams.OpenRecords(ctx, file)
	if err != nil {
		p.Stop()
		return nil, nil, err
	}
	return client(p.URL), func() { records.Close(); p.Stop() }, nil
}

// client is one of the engine at url.
func client(url string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: engine.Region, BaseEndpoint: &url,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: engine.AccessKey, SecretAccessKey: engine.SecretKey}, nil
		}),
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = clients }),
	})
}

// copyTables copies the file of an office that is stopped.
func copyTables(from, to string) error {
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(from + suffix)
		if os.IsNotExist(err) && suffix != "" {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(to+suffix, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// clients is how many callers the engine alone is given: it has one thread, and more do not hurry it.
const clients = 8

// alone has the engine do the seals' own transactions, one after the other for each of some clients,
// with nothing else on the tables, and returns how many a second.
func alone(ctx context.Context, db *dynamodb.Client, table string, filings []demo.Prepared) (perSecond float64, err error) {
	seals := make([]filing.Seal, len(filings))
	for i, p := range filings {
		if seals[i], err = sealOf(ctx, db, table, p); err != nil {
			return 0, err
		}
	}
	sealing := store.NewFilings(db, table)
	var next atomic.Int64
	errs := make([]error, clients)
	var wg sync.WaitGroup
	begin := time.Now()
	for c := range clients {
		wg.Go(func() {
			for errs[c] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(seals) {
					return
				}
				var out store.Signed
				if out, errs[c] = sealing.Seal(ctx, seals[i]); errs[c] == nil && !out.First {
					errs[c] = fmt.Errorf("filing %s was sealed before", seals[i].FilingID)
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(begin)
	for _, err := range errs {
		if err != nil {
			return 0, fmt.Errorf("the engine alone: %w", err)
		}
	}
	return float64(len(seals)) / took.Seconds(), nil
}

// receiptSize is that of a receipt with one signer.
const receiptSize = 1800

// sealOf makes the transaction of a prepared filing's seal out of what the table holds for it.
func sealOf(ctx context.Context, db *dynamodb.Client, table string, p demo.Prepared) (filing.Seal, error) {
	out, err := db.Query(ctx, &dynamodb.QueryInput{
		TableName: &table, KeyConditionExpression: aws.String("PK = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: "FILING#" + p.ID}},
	})
	if err != nil {
		return filing.Seal{}, fmt.Errorf("read filing %s: %w", p.ID, err)
	}
	der, err := cms.Decode([]byte(p.CMS))
	if err != nil {
		return filing.Seal{}, err
	}
	at := time.Now().UTC().Truncate(time.Millisecond)
	receipt := base64.StdEncoding.EncodeToString(make([]byte, receiptSize*3/4))
	seal := filing.Seal{
		FilingID: p.ID, Account: p.Account, CourtCode: "almaty-bostandyq", Kind: "claim", SentAt: at, TicketNo: filing.Ticket([7]byte{}),
		Receipt: []byte(`"` + receipt + `"`), Signature: filing.Signature{CMS: der, JudgedAt: at},
	}
	for _, it := range out.Items {
		sk := text(it, schema.SK)
		switch {
		case sk == "FILING":
			seal.Manifest = text(it, "manifest")
		case strings.HasPrefix(sk, "SIGNER#"):
			seal.Signature.Person = strings.TrimPrefix(sk, "SIGNER#")
			if b, _ := it["seats"].(*types.AttributeValueMemberB); b != nil {
				seal.Signature.Seats = b.Value
			}
		}
	}
	return seal, nil
}

// evidenceOf lists the records among the evidence of an office that is stopped, by filing.
func evidenceOf(ctx context.Context, state string) (map[string][]string, error) {
	p, err := engine.StartS3(ctx, filepath.Join(state, "data", "s3"), "")
	if err != nil {
		return nil, err
	}
	defer p.Stop()
	client := s3.New(s3.Options{
		Region: engine.Region, BaseEndpoint: &p.URL, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: engine.AccessKey, SecretAccessKey: engine.SecretKey}, nil
		}),
	})
	return kept(ctx, documents.NewEvidence(client, "courtoffice-"+schema.Evidence.Name))
}

// tablesFile is where an office keeps its tables.
func tablesFile(state string) string { return filepath.Join(state, "data", "tables.db") }
