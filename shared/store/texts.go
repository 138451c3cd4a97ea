package store

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// Text messages have delivery records of their own beside those of mail, so that neither is sent
// twice for the other's sake.

func filingTextSK(e filing.SentEvent) string { return "NOTICE#" + e.Type + "#MOBILE" }

// Texted reports whether it is recorded what became of the text message of an event.
func (s *Filings) Texted(ctx context.Context, e filing.SentEvent) (bool, error) {
	return s.handedOver(ctx, filingPK(e.FilingID), filingTextSK(e))
}

// RecordText keeps that the text message of an event was handed to the service under messageID, or
// that its number refuses for good, where that is "". It holds no number.
func (s *Filings) RecordText(ctx context.Context, e filing.SentEvent, messageID string, at time.Time) error {
	it, err := deliveryRecord(filingPK(e.FilingID), filingTextSK(e), messageID, at)
	if err != nil {
		return err
	}
	if messageID == "" {
		return s.keepDelivery(ctx, it)
	}
	return s.told(ctx, e, it, filing.ToldHolderByText, at)
}

type deliveryItem struct {
	At        string `dynamodbav:"at"`
	MessageID string `dynamodbav:"messageId,omitempty"`
	Refused   bool   `dynamodbav:"refused,omitempty"`
	Again     bool   `dynamodbav:"again,omitempty"` // it bounced and is to be sent again
}

// handedOver reports whether the message whose record of delivery is at pk, sk needs no sending: it was
// sent and did not bounce, or failed for good.
func (t table) handedOver(ctx context.Context, pk, sk string) (bool, error) {
	var it deliveryItem
	ok, err := t.get(ctx, pk, sk, time.Time{}, &it)
	if err != nil {
		return false, fmt.Errorf("read notice of %s: %w", pk, err)
	}
	return ok && !it.Again, nil
}

// deliveryRecord is the record of one recipient's message: that it was handed over under messageID, or,
// where that is "", that it failed for good.
func deliveryRecord(pk, sk, messageID string, at time.Time) (item, error) {
	return record(pk, sk, deliveryItem{At: instant(at), MessageID: messageID, Refused: messageID == ""})
}

func (t table) keepDelivery(ctx context.Context, it item) error {
	if _, err := t.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name, Item: it}); err != nil {
		return fmt.Errorf("record delivery: %w", err)
	}
	return nil
}
