package store

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const askedPrefix = "ASKED#"

// askedItem is kept beside a manifest that others than the filing's account have to sign.
type askedItem struct {
	Keys []string `dynamodbav:"keys,stringset"` // filing.Frozen.Asked
}

// asks are the operations that keep whom f asks and have them told, none where it asks nobody.
func (s *Filings) asks(f filing.Frozen, at time.Time) ([]types.TransactWriteItem, error) {
	if len(f.Asked) == 0 {
		return nil, nil
	}
	it, err := record(filingPK(f.Filing.ID), askedPrefix+f.SHA256(), askedItem{f.Asked})
	if err != nil {
		return nil, err
	}
	it[schema.TTL] = ttl(f.Filing.CreatedAt.Add(filing.DraftMost))
	told, err := s.tellAsked(f.Awaits(at), at)
	return append(s.puts([]item{it}), told), err
}

func (s *Filings) tellAsked(e filing.AskedEvent, at time.Time) (types.TransactWriteItem, error) {
	return s.outboxItem(filingPK(e.FilingID), e.Type+"#"+e.Manifest, e.Outbox(), outbox.Until(at))
}

// Asked returns the look-up keys of the accounts of those whom a manifest asks to sign, beside the
// filing's own. Nobody may have an account under one.
func (s *Filings) Asked(ctx context.Context, id, manifest string) ([]string, error) {
	var it askedItem
	if _, err := s.get(ctx, filingPK(id), askedPrefix+manifest, time.Time{}, &it); err != nil {
		return nil, fmt.Errorf("read whom filing %s asks: %w", id, err)
	}
	return it.Keys, nil
}

// Out reports whether a manifest is out for signature.
func (s *Filings) Out(ctx context.Context, id, manifest string, at time.Time) (bool, error) {
	var it envelopeItem
	ok, err := s.get(ctx, filingPK(id), filingSK, at, &it)
	if err != nil {
		return false, fmt.Errorf("read filing %s: %w", id, err)
	}
	return ok && it.Status == string(filing.AwaitingSignatures) && it.Manifest == manifest, nil
}

// askedNoticeSK does not tell the filer anything: no event goes with it.
func askedNoticeSK(e filing.AskedEvent, who string) string {
	return "NOTICE#" + e.Type + "#" + e.Manifest + "#" + who
}

// AskedTold reports whether it is recorded what became of a notice of e to who: a look-up key of
// Asked, with "#text" behind it for a text message.
func (s *Filings) AskedTold(ctx context.Context, e filing.AskedEvent, who string) (bool, error) {
	var it struct{}
	ok, err := s.get(ctx, filingPK(e.FilingID), askedNoticeSK(e, who), time.Time{}, &it)
	if err != nil {
		return false, fmt.Errorf("read notice of %s: %w", e.FilingID, err)
	}
	return ok, nil
}

// RecordAsked keeps what became of a notice, as AskedTold asks. It holds no address, and the filer does not
// see it: who has an account is nobody else's to know.
func (s *Filings) RecordAsked(ctx context.Context, e filing.AskedEvent, who, messageID string, at time.Time) error {
	it, err := deliveryRecord(filingPK(e.FilingID), askedNoticeSK(e, who), messageID, at)
	if err != nil {
		return err
	}
	it[schema.TTL] = ttl(at.Add(filing.DraftMost))
	return s.keepDelivery(ctx, it)
}
