package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// What a clerk signed of papers that came on paper lies beside seals, under the papers' own id, and is only ever put:
//
//	SEAL#<id>            SCANNED              what was signed, with the signature and the bucket's versions
//	NUMBER#<court>#<no>  FILING               that the number of such a case is taken; it leads to no filing
const scannedSK = "SCANNED"

type scannedItem struct {
	Scanned   []byte            `dynamodbav:"scanned"` // JSON
	Signature []byte            `dynamodbav:"signature"`
	At        string            `dynamodbav:"at"`
	Pins      map[string]string `dynamodbav:"pins"`
}

func scannedRecord(in filing.SignedScan) (item, error) {
	raw, err := json.Marshal(in.Scanned)
	if err != nil {
		return nil, fmt.Errorf("encode papers %s: %w", in.ID, err)
	}
	return record(sealPK(in.ID), scannedSK, scannedItem{raw, in.CMS, instant(in.At), in.Pins})
}

// scanned returns what a clerk signed of the papers of that id.
//
// Errors: filing.ErrNotFound.
func (t table) scanned(ctx context.Context, id string) (out filing.SignedScan, err error) {
	var it scannedItem
	ok, err := t.get(ctx, sealPK(id), scannedSK, time.Time{}, &it)
	if err == nil && !ok {
		return out, filing.ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(it.Scanned, &out.Scanned)
	}
	if err == nil {
		out.At, err = parseInstant(it.At)
	}
	if err != nil {
		return filing.SignedScan{}, fmt.Errorf("read papers %s: %w", id, err)
	}
	out.CMS, out.Pins = it.Signature, maps.Clone(it.Pins)
	return out, nil
}

// Scanned returns what a clerk signed of the papers of that id. The caller has checked who may see them.
//
// Errors: filing.ErrNotFound.
func (s *Cases) Scanned(ctx context.Context, id string) (filing.SignedScan, error) {
	return s.scanned(ctx, id)
}

// Scanned: see Cases.Scanned.
func (s *Filings) Scanned(ctx context.Context, id string) (filing.SignedScan, error) {
	return s.scanned(ctx, id)
}

// Entering is what a clerk signed of papers, and who they are.
type Entering struct {
	Signed    filing.SignedScan
	Actor     string // account id
	Challenge challenge.Challenge
	Act       Once
	Entry     audit.Entry // in the office's audit
}

// entering are the operations that keep what was signed, use its challenge up, and tell of it.
func (s *Cases) entering(in Entering, log *Audit) ([]types.TransactWriteItem, error) {
	it, err := scannedRecord(in.Signed)
	if err != nil {
		return nil, err
	}
	told, err := s.outboxItem(filingPK(in.Signed.ID), filing.EventScanned, in.Signed.Event().Outbox(), time.Time{})
	if err != nil {
		return nil, err
	}
	kept, err := log.operations(in.Entry)
	return append([]types.TransactWriteItem{s.once(it), s.use(in.Challenge, in.Actor), told}, kept...), err
}

// taken is the entry that keeps a number from being given to a filing of the court: its case could not be opened.
func taken(c docket.Case) item {
	it := key(numberPK(c.Court, c.Number), filingSK)
	it["case"] = str(c.ID)
	return it
}

// Enter keeps a case that came on paper, with what its clerk signed, in one transaction. A repeat of the act
// changes nothing.
//
// Errors: docket.ErrNumber, docket.ErrChanged where another act has its id, challenge.ErrUsed.
func (s *Cases) Enter(ctx context.Context, c docket.Case, in Entering, log *Audit) error {
	begun, err := s.begun(c)
	if err != nil {
		return err
	}
	parts, err := partItems(c)
	if err != nil {
		return err
	}
	done := item{schema.PK: str(casePK(c.ID)), schema.SK: str(caseAct + in.Act.ID), "digest": str(in.Act.Digest)}
	signed, err := s.entering(in, log)
	if err != nil {
		return err
	}
	ops := append([]types.TransactWriteItem{s.once(done), begun[0], begun[1], s.once(taken(c))}, signed...)
	for _, it := range parts {
		ops = append(ops, s.once(it))
	}
	ops = append(ops, begun[2:]...)
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("enter case %s: %w", c.ID, err)
	case reasons == nil, failed(reasons, 0) && text(reasons[0].Item, "digest") == in.Act.Digest:
		return nil
	case failed(reasons, 0), failed(reasons, 1):
		return docket.ErrChanged
	case failed(reasons, 2), failed(reasons, 3):
		return docket.ErrNumber
	case failed(reasons, 5):
		return challenge.ErrUsed
	}
	return fmt.Errorf("enter case %s: %w", c.ID, errors.New("a part of it is there"))
}

// Add keeps a paper that a clerk scanned in its case, with what the clerk signed, in one transaction. A repeat of the
// act changes nothing.
//
// Errors: docket.ErrChanged where the case is not what the paper was added to, or another act has its id,
// challenge.ErrUsed.
func (s *Cases) Add(ctx context.Context, before, after docket.Case, in Entering, log *Audit) error {
	signed, err := s.entering(in, log)
	if err != nil {
		return err
	}
	ops, err := s.changes(before, after, in.Act)
	if err != nil {
		return err
	}
	first := len(ops)
	reasons, err := s.transact(ctx, append(ops, signed...)...)
	switch {
	case err != nil:
		return fmt.Errorf("add to case %s: %w", after.ID, err)
	case reasons == nil, failed(reasons, 0) && text(reasons[0].Item, "digest") == in.Act.Digest:
		return nil
	case failed(reasons, first+1) && !failed(reasons, 0) && !failed(reasons, 1):
		return challenge.ErrUsed
	}
	return docket.ErrChanged
}
