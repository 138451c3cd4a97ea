package store

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

// Verdicts keeps what was found in uploaded documents, one item for each content of a filing:
// PK "VERDICT#<sha256>", SK "FILING#<id>". They are beside the filings, not in them: a verdict that
// comes changes no version and voids no manifest. The filing is in the key because what is stored
// under a hash in one filing need not be what it is in another: S3 proves content sent in parts
// part by part only.
type Verdicts struct{ table }

// NewVerdicts returns the verdicts kept in the table of that name.
func NewVerdicts(db *dynamodb.Client, name string) *Verdicts { return &Verdicts{table{db, name}} }

// VerdictLife is how long a verdict is kept: longer than a draft and the uploads of one live.
const VerdictLife = 400 * 24 * time.Hour

type verdictItem struct {
	SHA256   string   `dynamodbav:"sha256"` // hex
	Version  int      `dynamodbav:"v"`
	Found    string   `dynamodbav:"found"`
	Findings []string `dynamodbav:"findings"`
	Pages    int      `dynamodbav:"pages"`
	At       string   `dynamodbav:"at"`
}

func verdictKey(filingID, sha256 string) item { return key("VERDICT#"+sha256, "FILING#"+filingID) }

// Put keeps what was found in the content sha256 (hex) of a filing at the instant at. A later
// verdict takes the place of an earlier one.
func (s *Verdicts) Put(ctx context.Context, filingID, sha256 string, v verdict.Verdict, at time.Time) error {
	in := verdictItem{SHA256: sha256, Version: v.Version, Found: string(v.Found), Findings: []string{}, Pages: v.Pages, At: instant(at)}
	for _, c := range v.Findings {
		in.Findings = append(in.Findings, string(c))
	}
	it, err := record("VERDICT#"+sha256, "FILING#"+filingID, in)
	if err != nil {
		return err
	}
	it[schema.TTL] = ttl(at.Add(VerdictLife))
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: it}); err != nil {
		return fmt.Errorf("keep verdict on %s of %s: %w", sha256, filingID, err)
	}
	return nil
}

// Of returns the verdicts on the documents of a filing, in their order, each for the media type the
// document is declared to have. A verdict that is not there at the instant at is verdict.Missing.
// docs may be up to 100. It reads once.
func (s *Verdicts) Of(ctx context.Context, filingID string, docs []filing.Document, at time.Time) ([]verdict.Verdict, error) {
	var keys []item
	asked := map[string]bool{}
	for _, d := range docs {
		if !asked[d.SHA256] {
			asked[d.SHA256] = true
			keys = append(keys, verdictKey(filingID, d.SHA256))
		}
	}
	out := make([]verdict.Verdict, len(docs))
	if len(docs) == 0 {
		return out, nil
	}
	items, err := s.batch(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("read verdicts of %s: %w", filingID, err)
	}
	found := map[string]verdict.Verdict{}
	for _, it := range items {
		var v verdictItem
		if err := attributevalue.UnmarshalMap(it, &v); err != nil {
			return nil, fmt.Errorf("decode verdict of %s: %w", filingID, err)
		}
		if !expired(it, at) {
			found[v.SHA256] = v.verdict()
		}
	}
	for i, d := range docs {
		if v, ok := found[d.SHA256]; ok {
			out[i] = v.Of(d.MediaType)
		} else {
			out[i] = verdict.Missing
		}
	}
	return out, nil
}

func (it verdictItem) verdict() verdict.Verdict {
	v := verdict.Verdict{Version: it.Version, Found: verdict.Kind(it.Found), Pages: it.Pages}
	for _, c := range it.Findings {
		v.Findings = append(v.Findings, verdict.Code(c))
	}
	return v
}
