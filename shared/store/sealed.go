package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Sealed is what the table holds of a filing that was sent.
type Sealed struct {
	Envelope   filing.Envelope
	Signatures []filing.Signature // as they were judged, the one that sealed last
	Receipt    []byte
	Pins       filing.Pins
	Events     []filing.Event

	Verifications []filing.Verification // oldest first
	Rulings       []filing.Signature    // of the rulings on it, oldest first: CMS and JudgedAt
}

// Sealed returns a filing that was sent, whoever's it is: for functions that act on what is filed, not
// for people.
//
// Errors: filing.ErrNotFound, also before it is sent.
func (s *Filings) Sealed(ctx context.Context, id string) (Sealed, error) {
	var it envelopeItem
	ok, err := s.get(ctx, filingPK(id), filingSK, time.Time{}, &it)
	if err != nil {
		return Sealed{}, fmt.Errorf("read filing %s: %w", id, err)
	}
	if !ok || it.Sent == "" {
		return Sealed{}, filing.ErrNotFound
	}
	var out Sealed
	if out.Envelope, err = it.envelope(); err != nil {
		return Sealed{}, err
	}
	found, err := s.under(ctx, sealPK(id), "")
	if err != nil {
		return Sealed{}, fmt.Errorf("read seal of %s: %w", id, err)
	}
	if err := out.gather(found); err != nil {
		return Sealed{}, fmt.Errorf("decode seal of %s: %w", id, err)
	}
	if out.Receipt == nil || out.Pins == nil {
		return Sealed{}, filing.ErrNotFound
	}
	out.Events, err = s.Events(ctx, out.Envelope)
	return out, err
}

// gather reads the items of the seal's partition.
func (s *Sealed) gather(found []item) error {
	var sealed filing.Signature
	for _, raw := range found {
		var err error
		switch sk := text(raw, schema.SK); {
		case sk == pinsSK(s.Envelope.Manifest):
			var it pinsItem
			err = attributevalue.UnmarshalMap(raw, &it)
			s.Pins = it.Pins
		case sk == sealSK:
			var it sealItem
			if err = attributevalue.UnmarshalMap(raw, &it); err == nil {
				s.Receipt = it.Receipt
				sealed, err = it.judged()
			}
		case strings.HasPrefix(sk, signatureSK(s.Envelope.Manifest)):
			var it sealItem
			if err = attributevalue.UnmarshalMap(raw, &it); err == nil {
				var sig filing.Signature
				sig, err = it.judged()
				s.Signatures = append(s.Signatures, sig)
			}
		case strings.HasPrefix(sk, verificationPrefix):
			var v filing.Verification
			v, err = verification(raw)
			s.Verifications = append(s.Verifications, v)
		case strings.HasPrefix(sk, rulingPrefix):
			var it rulingItem
			if err = attributevalue.UnmarshalMap(raw, &it); err == nil {
				sig := filing.Signature{CMS: it.CMS}
				sig.JudgedAt, err = parseInstant(it.At)
				s.Rulings = append(s.Rulings, sig)
			}
		}
		if err != nil {
			return err
		}
	}
	s.Signatures = inOrder(s.Signatures, sealed)
	return nil
}

// RecordKept keeps that the filing is kept a second time since at. A repeat with that instant changes
// nothing.
func (s *Filings) RecordKept(ctx context.Context, id string, at time.Time) error {
	return s.add(ctx, s.event(id, filing.EventKept, "", at))
}

// Restore puts a filing that was sent into a table that has lost it. What is there stays as it is, so it
// may be repeated; the envelope is put last, so a filing that has one has everything. Drafts, notices and
// what people who have to sign see of it are not restored. One that was not verified to the end is verified
// again.
func (s *Filings) Restore(ctx context.Context, sealed Sealed) error {
	ops, err := s.restored(sealed)
	if err != nil {
		return err
	}
	for _, op := range ops {
		if err := s.add(ctx, op); err != nil {
			return fmt.Errorf("restore filing %s: %w", sealed.Envelope.ID, err)
		}
	}
	return s.requeue(ctx, sealed.Envelope)
}

// requeue puts a filing that the court has not answered yet into its queue again.
func (s *Filings) requeue(ctx context.Context, e filing.Envelope) error {
	if !e.Status.May("register") {
		return nil
	}
	ops, err := s.queued(ctx, filing.QueuedOf(e, e.Status), e.UpdatedAt)
	if err == nil {
		_, err = s.transact(ctx, ops...)
	}
	if err != nil {
		return fmt.Errorf("restore the place of %s: %w", e.ID, err)
	}
	return nil
}

func (s *Filings) restored(in Sealed) (ops []types.TransactWriteItem, err error) {
	e := in.Envelope
	put := func(pk, sk string, v any) item {
		it, encodeErr := record(pk, sk, v)
		if encodeErr != nil {
			err = encodeErr
		}
		ops = append(ops, s.once(it))
		return it
	}
	put(sealPK(e.ID), pinsSK(e.Manifest), pinsItem{in.Pins})
	put(ticketPK(e.TicketNo), filingSK, pointerItem{e.ID, e.Court})
	last := len(in.Signatures) - 1
	for i, sig := range in.Signatures {
		it := sealItem{Manifest: e.Manifest, Person: sig.Person, Seats: sig.Seats, Signature: sig.CMS, At: instant(sig.JudgedAt)}
		if i == last {
			it.Receipt = in.Receipt
			put(sealPK(e.ID), sealSK, it)
		} else {
			put(sealPK(e.ID), fmt.Sprintf("%s%02d", signatureSK(e.Manifest), i), it)
		}
	}
	settled := false
	for _, v := range in.Verifications {
		it, encodeErr := verificationRecord(e.ID, v)
		if encodeErr != nil {
			return nil, encodeErr
		}
		ops = append(ops, s.once(it))
		settled = settled || v.Step == "reject" || v.Settled(true)
	}
	if !settled {
		op, awaitErr := s.verifiedAgain(e)
		if awaitErr != nil {
			return nil, awaitErr
		}
		ops = append(ops, op)
	}
	for i, event := range in.Events {
		if event.Type != filing.EventCreated {
			ops = append(ops, s.event(e.ID, event.Type, fmt.Sprintf("restored-%d", i), event.At))
		}
	}
	var rejected []byte
	if len(e.Rejected) > 0 {
		if rejected, err = json.Marshal(e.Rejected); err != nil {
			return nil, err
		}
	}
	it := put(filingPK(e.ID), filingSK, envelopeItem{
		ID: e.ID, Account: e.AccountID, Kind: e.Kind, Form: e.Form, Status: string(e.Status), Revision: e.Revision, Attached: e.Attachments, Signed: e.Signed,
		Court: e.Court, Lang: string(e.Lang), About: e.About, Case: e.Case, Opposite: e.Opposite, Tiyn: e.Tiyn, Manifest: e.Manifest, SealBy: instant(e.SealBy),
		Replaces: e.Replaces, Created: instant(e.CreatedAt), Updated: instant(e.UpdatedAt), Sent: instant(e.SentAt), Ticket: e.TicketNo, Rejected: rejected,
	})
	it[schema.GSI1PK], it[schema.GSI1SK] = str(ownerKey(e.AccountID)), str(instant(e.CreatedAt)+"#"+e.ID)
	return ops, err
}

// verifiedAgain is the operation by which the outbox sends a filing to be verified, and to nobody else:
// who was to be told of its sending was told.
func (s *Filings) verifiedAgain(e filing.Envelope) (types.TransactWriteItem, error) {
	event := filing.Seal{FilingID: e.ID, Account: e.AccountID, CourtCode: e.Court, Kind: e.Kind, SentAt: e.SentAt, TicketNo: e.TicketNo}.Event()
	op, err := s.outboxItem(filingPK(e.ID), event.Type, event.Outbox(), time.Time{})
	if err != nil {
		return op, err
	}
	op.Put.Item["awaits"] = &types.AttributeValueMemberSS{Value: []string{schema.Verifications.Name}}
	op.Put.ConditionExpression = aws.String("attribute_not_exists(PK)")
	return op, nil
}
