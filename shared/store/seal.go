package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const sealSK = "SEAL"

type sealItem struct {
	Manifest  string `dynamodbav:"manifest"`
	Person    string `dynamodbav:"person"` // who signed last
	Seats     []byte `dynamodbav:"seats"`
	Signature []byte `dynamodbav:"signature"`
	At        string `dynamodbav:"at"`
	Receipt   []byte `dynamodbav:"receipt"`
}

// signatureSK is how the keys of a manifest's signatures begin, before the seat in two digits.
func signatureSK(manifest string) string { return "SIGNATURE#" + manifest + "#" }

// Signed is what became of a signature.
type Signed struct {
	Receipt []byte   // of the filing, once it is sealed
	First   bool     // by this call: a repeat changes nothing
	Last    bool     // not kept: it is the last that is missing, so it belongs into Seal
	Earlier []string // with Last: filing.Signature.Entry of the others, each once, by their seats
	Missing int      // how many seats have no signature yet
}

// Seal makes a filing sent: state, signature, event, receipt and the notice to be sent, in one
// transaction in the filing's own partitions, under every condition that matters: the manifest is
// out for signature, this person has a place in it, and no other seat is empty. Nothing is read before
// it.
//
// It returns the receipt the filing has from now on; one that was sealed with this manifest before
// has its first receipt.
//
// Errors: filing.ErrNotFound, filing.ErrManifestVoid, filing.ErrSealed.
func (s *Filings) Seal(ctx context.Context, seal filing.Seal) (Signed, error) {
	id, sig := seal.FilingID, seal.Signature
	sealed, err := record(sealPK(id), sealSK, sealItem{seal.Manifest, sig.Person, sig.Seats, sig.CMS, instant(sig.JudgedAt), seal.Receipt})
	if err != nil {
		return Signed{}, err
	}
	event := seal.Event()
	told, err := s.outboxItem(filingPK(id), event.Type, event.Outbox(), time.Time{})
	if err != nil {
		return Signed{}, err
	}
	told.Put.ConditionExpression = aws.String("attribute_not_exists(PK)")
	cond, values := may("seal")
	values[":sent"], values[":at"], values[":ticket"], values[":one"] = str(string(filing.StepOf("seal").To)), str(instant(seal.SentAt)), str(seal.TicketNo), num(1)
	values[":account"], values[":manifest"] = str(seal.Account), str(seal.Manifest)
	ops := []types.TransactWriteItem{
		s.once(sealed),
		{Update: &types.Update{
			TableName: &s.name, Key: key(filingPK(id), filingSK),
			UpdateExpression:                    aws.String("SET #status = :sent, sent = :at, updated = :at, ticket = :ticket REMOVE #ttl ADD revision :one"),
			ConditionExpression:                 aws.String("account = :account AND manifest = :manifest AND " + cond),
			ExpressionAttributeNames:            map[string]string{"#status": "status", "#ttl": schema.TTL},
			ExpressionAttributeValues:           values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
		s.signs(id, seal.Manifest, sig),
		s.event(id, filing.EventSealed, "", seal.SentAt),
		told,
	}
	if len(sig.Seats) > 1 {
		ops = append(ops, s.fills(id, seal.Manifest, sig, seal.Seats, "="))
	}
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return Signed{}, fmt.Errorf("seal filing %s: %w", id, err)
	case reasons == nil:
		return Signed{Receipt: seal.Receipt, First: true}, nil
	case failed(reasons, 0):
		return before(reasons[0].Item, id, seal.Manifest)
	case failed(reasons, 1):
		return Signed{}, notOut(reasons[1].Item)
	}
	return Signed{}, filing.ErrManifestVoid
}

// before is what a filing that has a seal answers to a signature of a manifest.
//
// Errors: filing.ErrSealed, when it was sealed with another one.
func before(raw item, id, manifest string) (Signed, error) {
	var it sealItem
	if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
		return Signed{}, fmt.Errorf("decode seal of %s: %w", id, err)
	}
	if it.Manifest != manifest {
		return Signed{}, filing.ErrSealed
	}
	return Signed{Receipt: it.Receipt}, nil
}

// notOut says why a manifest may not be signed, by the envelope as it was.
func notOut(envelope item) error {
	if len(envelope) == 0 {
		return filing.ErrNotFound
	}
	return filing.ErrManifestVoid
}

// fills is the operation that gives seats a signature, while they have none and how many of the others
// have one compares as asked ("=", "<") with all others.
func (s *Filings) fills(id, manifest string, sig filing.Signature, seats []int, compares string) types.TransactWriteItem {
	values := item{":entry": str(string(sig.Entry)), ":manifest": str(manifest), ":others": num(int64(len(sig.Seats) - len(seats)))}
	cond, names := "manifest = :manifest AND size(signed) "+compares+" :others", map[string]string{}
	var set []string
	for _, seat := range seats {
		name := fmt.Sprintf("#s%d", seat)
		names[name] = strconv.Itoa(seat)
		set = append(set, "signed."+name+" = :entry")
		cond += " AND attribute_not_exists(signed." + name + ")"
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(filingPK(id), signaturesSK), UpdateExpression: aws.String("SET " + strings.Join(set, ", ")),
		ConditionExpression: &cond, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// Sign keeps a signature of a manifest with several seats that leaves some of them empty. The one that
// leaves none it gives back, with the seats it is for and what the receipt says of the others: all of
// it out of the answer that refused it.
//
// Errors: filing.ErrNotFound, filing.ErrManifestVoid, filing.ErrSealed.
func (s *Filings) Sign(ctx context.Context, id, accountID, manifest string, sig filing.Signature) (out Signed, seats []int, err error) {
	for seats = sig.Filled(); len(seats) > 0; {
		reasons, err := s.sign(ctx, id, accountID, manifest, sig, seats)
		switch {
		case err != nil:
			return Signed{}, nil, err
		case reasons == nil:
			out, err := s.Outcome(ctx, id, manifest)
			out.First = true
			return out, seats, err
		case failed(reasons, 1) && (len(reasons[1].Item) == 0 || text(reasons[1].Item, "status") == string(filing.Draft)):
			return Signed{}, nil, notOut(reasons[1].Item)
		case failed(reasons, 1):
			out, err := s.sealed(ctx, id, manifest)
			return out, nil, err
		case !failed(reasons, 0):
			return Signed{}, nil, filing.ErrManifestVoid
		}
		var it signaturesItem
		if err := attributevalue.UnmarshalMap(reasons[0].Item, &it); err != nil {
			return Signed{}, nil, fmt.Errorf("decode signatures of %s: %w", id, err)
		}
		filled := it.seats(manifest)
		before := len(seats)
		seats = slices.DeleteFunc(seats, func(seat int) bool { return slices.Contains(filled, seat) })
		switch {
		case it.Manifest != manifest:
			return Signed{}, nil, filing.ErrManifestVoid
		case len(seats) == 0:
			return Signed{Missing: len(sig.Seats) - len(filled)}, nil, nil
		case len(filled)+len(seats) == len(sig.Seats):
			return Signed{Last: true, Earlier: it.entries(filled)}, seats, nil
		case len(seats) == before:
			return Signed{}, nil, errRace
		}
	}
	return Signed{}, nil, filing.ErrManifestVoid
}

// entries are what the receipt says of the signatures of those seats, each signature once.
func (it signaturesItem) entries(seats []int) (entries []string) {
	for _, seat := range seats {
		if e := it.Signed[strconv.Itoa(seat)]; !slices.Contains(entries, e) {
			entries = append(entries, e)
		}
	}
	return entries
}

func (s *Filings) sign(ctx context.Context, id, accountID, manifest string, sig filing.Signature, seats []int) ([]types.CancellationReason, error) {
	kept, err := record(sealPK(id), fmt.Sprintf("%s%02d", signatureSK(manifest), seats[0]), sealItem{
		Manifest: manifest, Person: sig.Person, Seats: sig.Seats, Signature: sig.CMS, At: instant(sig.JudgedAt),
	})
	if err != nil {
		return nil, err
	}
	cond, values := may("sign")
	values[":account"], values[":manifest"], values[":one"] = str(accountID), str(manifest), num(1)
	reasons, err := s.transact(ctx,
		s.fills(id, manifest, sig, seats, "<"),
		types.TransactWriteItem{Update: &types.Update{
			TableName: &s.name, Key: key(filingPK(id), filingSK), UpdateExpression: aws.String("ADD signed :one, revision :one"),
			ConditionExpression:      aws.String("account = :account AND manifest = :manifest AND " + cond),
			ExpressionAttributeNames: map[string]string{"#status": "status"}, ExpressionAttributeValues: values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
		s.signs(id, manifest, sig),
		s.once(kept),
		s.event(id, filing.EventSigned, fmt.Sprintf("%.8s-%d", manifest, seats[0]), sig.JudgedAt))
	if err != nil {
		return nil, fmt.Errorf("sign filing %s: %w", id, err)
	}
	return reasons, nil
}

func (s *Filings) sealed(ctx context.Context, id, manifest string) (Signed, error) {
	it, err := s.sealOf(ctx, id)
	switch {
	case errors.Is(err, filing.ErrNotFound):
		return Signed{}, filing.ErrManifestVoid
	case err != nil:
		return Signed{}, err
	case it.Manifest != manifest:
		return Signed{}, filing.ErrSealed
	}
	return Signed{Receipt: it.Receipt}, nil
}

// Outcome tells what became of a manifest: the receipt where it was sealed, else how many
// seats have no signature yet.
//
// Errors: filing.ErrNotFound, filing.ErrManifestVoid, filing.ErrSealed.
func (s *Filings) Outcome(ctx context.Context, id, manifest string) (Signed, error) {
	found, err := s.batch(ctx, key(sealPK(id), sealSK), key(filingPK(id), filingSK), key(filingPK(id), manifestSK), key(filingPK(id), signaturesSK))
	if err != nil {
		return Signed{}, fmt.Errorf("read filing %s: %w", id, err)
	}
	var head envelopeItem
	var frozen manifestItem
	var signed signaturesItem
	for _, raw := range found {
		switch text(raw, schema.SK) {
		case sealSK:
			return before(raw, id, manifest)
		case filingSK:
			err = attributevalue.UnmarshalMap(raw, &head)
		case manifestSK:
			err = attributevalue.UnmarshalMap(raw, &frozen)
		case signaturesSK:
			err = attributevalue.UnmarshalMap(raw, &signed)
		}
		if err != nil {
			return Signed{}, fmt.Errorf("decode filing %s: %w", id, err)
		}
	}
	switch {
	case head.ID == "":
		return Signed{}, filing.ErrNotFound
	case head.Manifest != manifest || frozen.SHA256 != manifest:
		return Signed{}, filing.ErrManifestVoid
	}
	return Signed{Missing: frozen.Seats - len(signed.seats(manifest))}, nil
}

// Receipt returns the receipt of a filing whose reader's right the caller has checked.
//
// Errors: filing.ErrNotFound before it is sent.
func (s *Filings) Receipt(ctx context.Context, id string) ([]byte, error) {
	it, err := s.sealOf(ctx, id)
	return it.Receipt, err
}

// Signatures returns the signatures of a sealed filing, the last one last. The caller has checked
// whose it is.
//
// Errors: filing.ErrNotFound before it is sent.
func (s *Filings) Signatures(ctx context.Context, id string) ([]filing.Signature, error) {
	last, err := s.sealOf(ctx, id)
	if err != nil {
		return nil, err
	}
	found, err := s.under(ctx, sealPK(id), signatureSK(last.Manifest))
	if err != nil {
		return nil, fmt.Errorf("read signatures of %s: %w", id, err)
	}
	var list []filing.Signature
	for _, raw := range found {
		var it sealItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode signature of %s: %w", id, err)
		}
		sig, err := it.judged()
		if err != nil {
			return nil, fmt.Errorf("decode signature of %s: %w", id, err)
		}
		list = append(list, sig)
	}
	sealed, err := last.judged()
	if err != nil {
		return nil, fmt.Errorf("decode signature of %s: %w", id, err)
	}
	return inOrder(list, sealed), nil
}

// judged is the signature of an item as it was judged.
func (it sealItem) judged() (filing.Signature, error) {
	at, err := parseInstant(it.At)
	return filing.Signature{Place: filing.Place{Person: it.Person, Seats: it.Seats}, CMS: it.Signature, JudgedAt: at}, err
}

// inOrder are signatures as they were judged, the one that sealed last.
func inOrder(list []filing.Signature, sealed filing.Signature) []filing.Signature {
	slices.SortStableFunc(list, func(a, b filing.Signature) int { return a.JudgedAt.Compare(b.JudgedAt) })
	return append(list, sealed)
}

func (s *Filings) sealOf(ctx context.Context, id string) (sealItem, error) {
	var it sealItem
	ok, err := s.get(ctx, sealPK(id), sealSK, time.Time{}, &it)
	if err != nil {
		return sealItem{}, fmt.Errorf("read seal of %s: %w", id, err)
	}
	if !ok {
		return sealItem{}, filing.ErrNotFound
	}
	return it, nil
}
