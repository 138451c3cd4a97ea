package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// A draft has an item of its own that says when to look whether its holder is to be told that it goes.
// It stands in the index under one of ExpiryShards keys, by that instant. An edit leaves it alone,
// although the draft goes later by it: the look finds that out and moves the item. So an autosave costs
// nothing for it, and a draft is looked at some three times in its life.

const expirySK = "EXPIRY"

// ExpiryShards is over how many index keys drafts are spread by when they are looked at: those of one
// morning would be one hot key half a year later.
const ExpiryShards = 16

func expiryKey(shard uint32) string { return fmt.Sprintf("EXPIRY#%x", shard) }

// expiryRecord is the item of a draft that is to be looked at at the instant next.
func expiryRecord(h filing.Envelope, next time.Time) item {
	hash := fnv.New32a()
	hash.Write([]byte(h.ID))
	it := key(filingPK(h.ID), expirySK)
	it["filing"], it["account"] = str(h.ID), str(h.AccountID)
	it[schema.GSI1PK], it[schema.GSI1SK] = str(expiryKey(hash.Sum32()%ExpiryShards)), str(instant(next)+"#"+h.ID)
	it[schema.TTL] = ttl(h.CreatedAt.Add(filing.DraftMost))
	return it
}

// Look is a draft whose turn it is to be looked at.
type Look struct {
	FilingID, AccountID string
	place               string // in the index
}

// Looks calls f with each draft that is to be looked at by the instant at, the longest due first within
// a shard, until f fails.
func (s *Filings) Looks(ctx context.Context, at time.Time, f func(Look) error) error {
	for shard := range uint32(ExpiryShards) {
		pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
			TableName: &s.name, IndexName: aws.String(schema.Index),
			KeyConditionExpression:    aws.String("GSI1PK = :shard AND GSI1SK < :at"),
			ExpressionAttributeValues: item{":shard": str(expiryKey(shard)), ":at": str(instant(at) + "$")}, // "$" follows "#"
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return fmt.Errorf("list drafts to look at: %w", err)
			}
			for _, it := range page.Items {
				if err := f(Look{text(it, "filing"), text(it, "account"), text(it, schema.GSI1SK)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Looked keeps that the draft e was looked at and is to be looked at again at next, and puts the event
// into the outbox where its holder is to be told (nil: not yet). It does nothing where somebody else has
// looked meanwhile.
func (s *Filings) Looked(ctx context.Context, l Look, e filing.Envelope, tell *filing.ExpiringEvent, next, at time.Time) error {
	moved := types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(filingPK(e.ID), expirySK), UpdateExpression: aws.String("SET GSI1SK = :next"),
		ConditionExpression:       aws.String("GSI1SK = :place"),
		ExpressionAttributeValues: item{":next": str(instant(next) + "#" + e.ID), ":place": str(l.place)},
	}}
	ops := []types.TransactWriteItem{moved}
	if tell != nil {
		event, err := s.outboxItem(filingPK(e.ID), expiringName(*tell), tell.Outbox(), outbox.Until(at))
		if err != nil {
			return err
		}
		ops = append(ops, event)
	}
	if _, err := s.transact(ctx, ops...); err != nil {
		return fmt.Errorf("look at draft %s: %w", e.ID, err)
	}
	return nil
}

// Overlooked drops the item of a filing that is gone or was sent: nobody is to be told any more.
func (s *Filings) Overlooked(ctx context.Context, l Look) error {
	_, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.name, Key: key(filingPK(l.FilingID), expirySK)})
	if err != nil {
		return fmt.Errorf("look at draft %s: %w", l.FilingID, err)
	}
	return nil
}

func expiringName(e filing.ExpiringEvent) string {
	return fmt.Sprintf("%s#%s#%d", filing.EventExpiring, e.Expires, e.Within)
}

// Warned reports whether it is recorded what became of the notice of e.
func (s *Filings) Warned(ctx context.Context, e filing.ExpiringEvent) (bool, error) {
	return s.handedOver(ctx, filingPK(e.FilingID), "NOTICE#"+expiringName(e))
}

// RecordWarning keeps that the notice of e was handed to the mail service under messageID, or that it
// failed for good, where that is "". It goes with the draft's last year, and holds no address.
func (s *Filings) RecordWarning(ctx context.Context, e filing.ExpiringEvent, messageID string, at time.Time) error {
	it, err := deliveryRecord(filingPK(e.FilingID), "NOTICE#"+expiringName(e), messageID, at)
	if err != nil {
		return err
	}
	it[schema.TTL] = ttl(at.Add(filing.DraftMost))
	return s.keepDelivery(ctx, it)
}
