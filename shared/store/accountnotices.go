package store

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/delivery"
)

// AccountNotices keeps what became of the notices of accounts: of mail at NOTICE#<type>#<id>, of a text
// message beside it, so that neither is sent twice for the other's sake.
type AccountNotices struct{ accountsTable }

// NewAccountNotices returns the notices kept in the table of that name, which is the accounts table.
func NewAccountNotices(db *dynamodb.Client, name string) *AccountNotices {
	return &AccountNotices{ofAccounts(db, name)}
}

func accountNoticeSK(e account.Event) string { return "NOTICE#" + string(e.Type) + "#" + e.ID }
func accountTextSK(e account.Event) string   { return accountNoticeSK(e) + "#MOBILE" }

// Delivered reports whether the holder has the notice of an event already.
func (s *AccountNotices) Delivered(ctx context.Context, e account.Event) (bool, error) {
	return s.handedOver(ctx, accountPK(e.AccountID), accountNoticeSK(e))
}

// RecordDelivery keeps that the notice of an event was handed to the mail service under
// messageID, or that it failed for good, where that is "".
func (s *AccountNotices) RecordDelivery(ctx context.Context, e account.Event, messageID string, at time.Time) error {
	it, err := deliveryRecord(accountPK(e.AccountID), accountNoticeSK(e), messageID, at)
	if err != nil {
		return err
	}
	return s.keepDelivery(ctx, it)
}

// Texted reports whether it is recorded what became of the text message of an event.
func (s *AccountNotices) Texted(ctx context.Context, e account.Event) (bool, error) {
	return s.handedOver(ctx, accountPK(e.AccountID), accountTextSK(e))
}

// RecordText keeps that the text message of an event was handed to the service under messageID, or
// that its number refuses for good, where that is "". It holds no number.
func (s *AccountNotices) RecordText(ctx context.Context, e account.Event, messageID string, at time.Time) error {
	it, err := deliveryRecord(accountPK(e.AccountID), accountTextSK(e), messageID, at)
	if err != nil {
		return err
	}
	return s.keepDelivery(ctx, it)
}

// Reported keeps what became of an account's notice by r.Channel: see table.reported.
func (s *AccountNotices) Reported(ctx context.Context, e account.Event, r delivery.Report, to string) (known bool, err error) {
	sk := accountNoticeSK(e)
	if r.Channel == delivery.Text {
		sk = accountTextSK(e)
	}
	_, known, err = s.reported(ctx, accountPK(e.AccountID), sk, r, to)
	return known, err
}
