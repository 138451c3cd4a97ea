package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Site keeps what concerns everyone. Agreement versions share PK "AGREEMENT":
//
//	VERSION#<id>       dates and the hash of each text
//	TEXT#<id>#<lang>   one text
//
// Texts are items of their own because a version in three languages is 50 KB, and most readers
// need only the dates. Both are written once and never changed.
type Site struct {
	table
	mu       sync.Mutex
	versions []agreement.Version
	readAt   time.Time
	texts    map[string]agreement.Text // by SK
}

// NewSite returns what is kept in the table of that name. Keep one for the life of the process:
// it remembers what it read.
func NewSite(db *dynamodb.Client, name string) *Site {
	return &Site{table: table{db, name}, texts: map[string]agreement.Text{}}
}

const agreementPK = "AGREEMENT"

func versionSK(id string) string                { return "VERSION#" + id }
func textSK(id string, lang locale.Lang) string { return "TEXT#" + id + "#" + string(lang) }

type versionItem struct {
	ID        string            `dynamodbav:"id"`
	SHA256    map[string]string `dynamodbav:"sha256"` // by language
	Published string            `dynamodbav:"published"`
	Effective string            `dynamodbav:"effective"`
}

type textItem struct {
	Markdown string `dynamodbav:"markdown"`
	SHA256   string `dynamodbav:"sha256"`
}

// agreementsAge is how old a remembered list of versions may be. A published version is never in
// force before agreement.Notice, 72 hours, so what binds can't be missed by a list of this age;
// only the announcement of a coming version may be this late. The first version of all binds at
// once, so an empty list is never remembered.
const agreementsAge = 5 * time.Minute

// Agreements returns every version published, with the hashes of its texts but not the texts,
// in no order, as read at most five minutes before the instant at. The caller must not change it.
func (s *Site) Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The instant is the gateway's and may go back between requests.
	if age := at.Sub(s.readAt); len(s.versions) > 0 && age < agreementsAge && age > -agreementsAge {
		return s.versions, nil
	}
	return s.read(ctx, at)
}

// FreshAgreements is Agreements read now: for a version that someone names and a remembered list
// has not.
func (s *Site) FreshAgreements(ctx context.Context, at time.Time) ([]agreement.Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read(ctx, at)
}

// read needs s.mu.
func (s *Site) read(ctx context.Context, at time.Time) ([]agreement.Version, error) {
	versions, err := s.readAgreements(ctx)
	if err != nil {
		return nil, err
	}
	s.versions, s.readAt = versions, at
	return versions, nil
}

func (s *Site) readAgreements(ctx context.Context) ([]agreement.Version, error) {
	var out []agreement.Version
	found, err := s.under(ctx, agreementPK, versionSK(""))
	if err != nil {
		return nil, fmt.Errorf("read agreement versions: %w", err)
	}
	for _, raw := range found {
		v, err := decodeVersion(raw)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func decodeVersion(raw item) (agreement.Version, error) {
	var it versionItem
	err := attributevalue.UnmarshalMap(raw, &it)
	v := agreement.Version{ID: it.ID, Texts: map[locale.Lang]agreement.Text{}}
	if err == nil {
		v.PublishedAt, err = parseInstant(it.Published)
	}
	if err == nil {
		v.EffectiveAt, err = parseInstant(it.Effective)
	}
	if err != nil {
		return agreement.Version{}, fmt.Errorf("decode agreement version %s: %w", it.ID, err)
	}
	for lang, sum := range it.SHA256 {
		v.Texts[locale.Lang(lang)] = agreement.Text{SHA256: sum}
	}
	return v, nil
}

// AgreementText returns the text of a version in a language. It is remembered: it never changes.
//
// Errors: agreement.ErrNotInForce for a version that was never published.
func (s *Site) AgreementText(ctx context.Context, id string, lang locale.Lang) (agreement.Text, error) {
	sk := textSK(id, lang)
	s.mu.Lock()
	text, ok := s.texts[sk]
	s.mu.Unlock()
	if ok {
		return text, nil
	}
	var it textItem
	ok, err := s.get(ctx, agreementPK, sk, time.Time{}, &it)
	if err != nil {
		return agreement.Text{}, fmt.Errorf("read agreement %s in %s: %w", id, lang, err)
	}
	if !ok {
		return agreement.Text{}, agreement.ErrNotInForce
	}
	text = agreement.Text{Markdown: it.Markdown, SHA256: it.SHA256}
	s.mu.Lock()
	s.texts[sk] = text
	s.mu.Unlock()
	return text, nil
}

// PublishAgreement keeps a version (agreement.New) with its texts, in one transaction. A repeat
// of the same version changes nothing.
//
// Errors: agreement.ErrPublished when the id was published with other texts or dates.
func (s *Site) PublishAgreement(ctx context.Context, v agreement.Version) error {
	ops, err := s.publish(v)
	if err != nil {
		return err
	}
	reasons, err := s.transact(ctx, ops...)
	if err != nil {
		return fmt.Errorf("publish agreement %s: %w", v.ID, err)
	}
	if reasons == nil {
		return nil
	}
	before, err := decodeVersion(reasons[0].Item)
	if err != nil {
		return err
	}
	same := before.PublishedAt.Equal(v.PublishedAt) && before.EffectiveAt.Equal(v.EffectiveAt) && len(before.Texts) == len(v.Texts)
	for lang, text := range v.Texts {
		same = same && before.Texts[lang].SHA256 == text.SHA256
	}
	if !same {
		return agreement.ErrPublished
	}
	return nil
}

// publish puts a version, which must not exist, its texts and the event of it; the version comes first.
func (s *Site) publish(v agreement.Version) ([]types.TransactWriteItem, error) {
	it := versionItem{ID: v.ID, SHA256: map[string]string{}, Published: instant(v.PublishedAt), Effective: instant(v.EffectiveAt)}
	for lang, text := range v.Texts {
		it.SHA256[string(lang)] = text.SHA256
	}
	version, err := record(agreementPK, versionSK(v.ID), it)
	if err != nil {
		return nil, err
	}
	put := func(it item) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}}
	}
	ops := []types.TransactWriteItem{put(version)}
	for lang, text := range v.Texts {
		it, err := record(agreementPK, textSK(v.ID, lang), textItem{text.Markdown, text.SHA256})
		if err != nil {
			return nil, err
		}
		ops = append(ops, put(it))
	}
	told, err := s.outboxItem(agreementPK, agreement.EventPublished+"#"+v.ID, v.Published(), outbox.Until(v.PublishedAt))
	return append(ops, told), err
}
