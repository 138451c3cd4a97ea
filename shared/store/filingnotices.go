package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Delivered reports whether a recipient of an event has its notice already: "" is the account's
// holder, others go by their ids, so that it does not matter who else is told.
func (s *Filings) Delivered(ctx context.Context, e filing.SentEvent, recipient string) (bool, error) {
	return s.handedOver(ctx, filingPK(e.FilingID), noticeSK(e, recipient))
}

// RecordDelivery keeps that the recipient's notice was handed to the mail service under
// messageID, or that it failed for good, where that is "". It holds no address.
func (s *Filings) RecordDelivery(ctx context.Context, e filing.SentEvent, recipient, messageID string, at time.Time) error {
	it, err := deliveryRecord(filingPK(e.FilingID), noticeSK(e, recipient), messageID, at)
	if err != nil {
		return err
	}
	told := filing.ToldHolder
	former := strings.HasPrefix(recipient, filing.FormerRecipient)
	switch {
	case former && messageID == "":
		told = filing.NotToldFormer
	case former:
		told = filing.ToldFormer
	case messageID == "" && recipient != "":
		told = filing.NotToldRepresentative
	case messageID == "":
		told = filing.NotToldHolder
	case recipient != "":
		told = filing.ToldRepresentative
	}
	return s.told(ctx, e, it, told, at)
}

// told keeps a delivery and the event by which the filer sees it, in one transaction. One that is
// kept already stays as it is.
func (s *Filings) told(ctx context.Context, e filing.SentEvent, delivery item, how string, at time.Time) error {
	kept := s.once(delivery)
	kept.Put.ConditionExpression = aws.String("attribute_not_exists(PK) OR refused = :yes OR again = :yes") // by a number that takes texts since; or it bounced
	kept.Put.ExpressionAttributeValues = item{":yes": &types.AttributeValueMemberBOOL{Value: true}}
	if _, err := s.transact(ctx, kept, s.event(e.FilingID, how, text(delivery, schema.SK), at)); err != nil {
		return fmt.Errorf("record notice of %s: %w", e.FilingID, err)
	}
	return nil
}

func noticeSK(e filing.SentEvent, recipient string) string {
	return "NOTICE#" + e.Name() + "#" + cmp.Or(recipient, "holder")
}
