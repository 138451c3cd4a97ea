package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	manifestSK   = "MANIFEST"
	signaturesSK = "SIGNATURES"
)

func pinsSK(manifest string) string { return "PINS#" + manifest }

type pinsItem struct {
	Pins filing.Pins `dynamodbav:"pins"`
}

type manifestItem struct {
	SHA256   string `dynamodbav:"sha256"`
	Document []byte `dynamodbav:"document"`
	Seats    int    `dynamodbav:"seats"`
}

type signerItem struct {
	Filing   string `dynamodbav:"filing"`
	Manifest string `dynamodbav:"manifest"`
	Seats    []byte `dynamodbav:"seats"` // filing.Place.Seats
}

// signaturesItem is kept where there are several seats: what the receipt will say of each signature.
type signaturesItem struct {
	Manifest string            `dynamodbav:"manifest"`
	Signed   map[string]string `dynamodbav:"signed"` // by the seat
}

// Freeze puts a manifest out for signature with all that its seal depends on, in one transaction.
// Only this manifest can be sealed from now on, and only by its signers.
//
// Errors: filing.ErrNotFound; filing.ErrVersion: something in the filing was changed since
// f.Filing.Revision, or it was sent.
func (s *Filings) Freeze(ctx context.Context, f filing.Frozen, at time.Time) error {
	id, sum := f.Filing.ID, f.SHA256()
	pk, goes := filingPK(id), ttl(f.Filing.CreatedAt.Add(filing.DraftMost))
	manifest, err := record(pk, manifestSK, manifestItem{sum, f.Document, f.Seats})
	if err != nil {
		return err
	}
	pins, err := record(sealPK(id), pinsSK(sum), pinsItem{f.Pins})
	if err != nil {
		return err
	}
	pins[schema.TTL] = ttl(f.SealBy.AddDate(0, 0, schema.UnsealedDays)) // until what was sent is verified: see lasting
	items := []item{manifest}
	for _, p := range f.Places {
		it, err := record(pk, signerPrefix+p.Person, signerItem{id, sum, p.Seats})
		if err != nil {
			return err
		}
		it[schema.GSI1PK], it[schema.GSI1SK] = str(signerPrefix+p.Person), str(instant(at)+"#"+id)
		items = append(items, it)
	}
	if f.Seats > 1 {
		it, err := record(pk, signaturesSK, signaturesItem{sum, map[string]string{}})
		if err != nil {
			return err
		}
		items = append(items, it)
	}
	for _, it := range items {
		it[schema.TTL] = goes
	}
	asked, err := s.asks(f, at)
	if err != nil {
		return err
	}
	set := ", manifest = :manifest, sealBy = :sealBy"
	if asked != nil {
		set += ", asked = :manifest"
	}
	pinned := s.once(pins)
	pinned.Put.ConditionExpression = aws.String("attribute_not_exists(PK) OR pins = :pins") // the same manifest put out again
	pinned.Put.ExpressionAttributeValues = item{":pins": pins["pins"]}
	reasons, err := s.change(ctx, f.Filing, change{
		step: "freeze", manifest: sum, set: set, condition: " AND revision = :revision",
		values: item{":manifest": str(sum), ":sealBy": str(instant(f.SealBy)), ":revision": num(int64(f.Filing.Revision))},
	}, at, slices.Concat(s.puts(items), []types.TransactWriteItem{pinned}, asked)...)
	if err != nil {
		return fmt.Errorf("freeze filing %s: %w", id, err)
	}
	if failed(reasons, 0) {
		return refused(reasons[0], f.Filing.AccountID)
	}
	if reasons != nil {
		return fmt.Errorf("freeze filing %s: %w", id, errRace)
	}
	return nil
}

// ToSign is a frozen filing as one of its signers sees it.
type ToSign struct {
	Envelope filing.Envelope
	Document []byte       // the document to sign
	Place    filing.Place // the reader's
	Signed   []int        // seats that have a signature, where there are several
}

// ToSign returns the document that waits for the signature of who has one of the look-up keys.
//
// Errors: filing.ErrNotFound, also for who need not sign; filing.ErrManifestVoid when it was taken
// back.
func (s *Filings) ToSign(ctx context.Context, id string, persons []string, at time.Time) (ToSign, error) {
	keys := []item{key(filingPK(id), filingSK), key(filingPK(id), manifestSK), key(filingPK(id), signaturesSK)}
	for _, p := range persons {
		keys = append(keys, key(filingPK(id), signerPrefix+p))
	}
	found, err := s.batch(ctx, keys...)
	if err != nil {
		return ToSign{}, fmt.Errorf("read manifest of %s: %w", id, err)
	}
	var envelope envelopeItem
	var manifest manifestItem
	var signed signaturesItem
	places := map[string]signerItem{}
	for _, raw := range found {
		if expired(raw, at) {
			continue
		}
		var err error
		switch sk := text(raw, schema.SK); sk {
		case filingSK:
			err = attributevalue.UnmarshalMap(raw, &envelope)
		case manifestSK:
			err = attributevalue.UnmarshalMap(raw, &manifest)
		case signaturesSK:
			err = attributevalue.UnmarshalMap(raw, &signed)
		default:
			var it signerItem
			err = attributevalue.UnmarshalMap(raw, &it)
			places[strings.TrimPrefix(sk, signerPrefix)] = it
		}
		if err != nil {
			return ToSign{}, fmt.Errorf("decode manifest of %s: %w", id, err)
		}
	}
	if envelope.ID == "" || len(places) == 0 {
		return ToSign{}, filing.ErrNotFound
	}
	e, err := envelope.envelope()
	if err != nil {
		return ToSign{}, err
	}
	for _, p := range persons {
		if it, ok := places[p]; ok && it.Manifest == e.Manifest && it.Manifest == manifest.SHA256 {
			return ToSign{e, manifest.Document, filing.Place{Person: p, Seats: it.Seats}, signed.seats(e.Manifest)}, nil
		}
	}
	return ToSign{}, filing.ErrManifestVoid
}

// Document returns the document of a manifest that is out for signature. The caller has checked who
// asks.
//
// Errors: filing.ErrManifestVoid.
func (s *Filings) Document(ctx context.Context, id, manifest string) ([]byte, error) {
	var it manifestItem
	ok, err := s.get(ctx, filingPK(id), manifestSK, time.Time{}, &it)
	if err != nil {
		return nil, fmt.Errorf("read manifest of %s: %w", id, err)
	}
	if !ok || it.SHA256 != manifest {
		return nil, filing.ErrManifestVoid
	}
	return it.Document, nil
}

// seats are those with a signature of that manifest, in order.
func (it signaturesItem) seats(manifest string) (seats []int) {
	if it.Manifest != manifest {
		return nil
	}
	for seat := range it.Signed {
		if n, err := strconv.Atoi(seat); err == nil {
			seats = append(seats, n)
		}
	}
	slices.Sort(seats)
	return seats
}

// AwaitingSignature lists the filings that wait for the signature of who has that look-up key, at most
// 100. The index may be a moment behind.
func (s *Filings) AwaitingSignature(ctx context.Context, person string, at time.Time) ([]filing.Envelope, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(100),
		KeyConditionExpression: aws.String("GSI1PK = :who"), ExpressionAttributeValues: item{":who": str(signerPrefix + person)},
	})
	if err != nil {
		return nil, fmt.Errorf("list what waits for a signature: %w", err)
	}
	var keys []item
	asked := map[string]string{}
	for _, raw := range out.Items {
		if id := text(raw, "filing"); id != "" && !expired(raw, at) {
			keys = append(keys, key(filingPK(id), filingSK))
			asked[id] = text(raw, "manifest")
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	found, err := s.batch(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("list what waits for a signature: %w", err)
	}
	var list []filing.Envelope
	for _, raw := range found {
		var it envelopeItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode filing: %w", err)
		}
		h, err := it.envelope()
		if err != nil {
			return nil, err
		}
		if h.Status == filing.AwaitingSignatures && h.Manifest == asked[h.ID] && !expired(raw, at) {
			list = append(list, h)
		}
	}
	return list, nil
}

// Pins returns the bucket's versions of what a sealed filing's manifest names, and of the rulings on it; of papers
// that a clerk scanned, of the scans and the clerk's signature.
//
// Errors: filing.ErrNotFound before the seal.
func (s *Filings) Pins(ctx context.Context, id string) (filing.Pins, error) {
	var sealed sealItem
	ok, err := s.get(ctx, sealPK(id), sealSK, time.Time{}, &sealed)
	if err != nil {
		return nil, fmt.Errorf("read seal of %s: %w", id, err)
	}
	if !ok {
		papers, err := s.scanned(ctx, id)
		return papers.Pins, err
	}
	pins, err := s.PinsOf(ctx, id, sealed.Manifest)
	if err != nil {
		return nil, err
	}
	rulings, err := s.Rulings(ctx, id)
	for _, r := range rulings {
		maps.Copy(pins, r.Pins)
	}
	return pins, err
}

// PinsOf returns the bucket's versions of what a manifest names.
//
// Errors: filing.ErrNotFound.
func (s *Filings) PinsOf(ctx context.Context, id, manifest string) (filing.Pins, error) {
	var it pinsItem
	ok, err := s.get(ctx, sealPK(id), pinsSK(manifest), time.Time{}, &it)
	if err != nil {
		return nil, fmt.Errorf("read pins of %s: %w", id, err)
	}
	if !ok {
		return nil, filing.ErrNotFound
	}
	return it.Pins, nil
}

// lasting is the operation by which the pins of a filing that was sent stay for ever, nil where they do. They are put out
// with an end, as most manifests are never sealed: with that of the objects that they name, long after what seals them
// must have been verified. A seal itself has them neither read nor written: nothing stands between it and its receipt.
func (s *Filings) lasting(ctx context.Context, e filing.Envelope) ([]types.TransactWriteItem, error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.name, Key: key(sealPK(e.ID), pinsSK(e.Manifest)), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, fmt.Errorf("read pins of %s: %w", e.ID, err)
	}
	if _, ends := out.Item[schema.TTL]; !ends {
		return nil, nil
	}
	delete(out.Item, schema.TTL)
	return []types.TransactWriteItem{{Put: &types.Put{
		TableName: &s.name, Item: out.Item, ConditionExpression: aws.String("pins = :pins"), ExpressionAttributeValues: item{":pins": out.Item["pins"]},
	}}}, nil
}

// signs is the operation by which a person is no longer waited for. It holds for a place in that
// manifest alone.
func (s *Filings) signs(id, manifest string, sig filing.Signature) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(filingPK(id), signerPrefix+sig.Person),
		UpdateExpression:    aws.String("SET signedAt = :at REMOVE GSI1PK, GSI1SK"),
		ConditionExpression: aws.String("manifest = :manifest AND seats = :seats"),
		ExpressionAttributeValues: item{
			":at": str(instant(sig.JudgedAt)), ":manifest": str(manifest), ":seats": &types.AttributeValueMemberB{Value: sig.Seats},
		},
	}}
}
