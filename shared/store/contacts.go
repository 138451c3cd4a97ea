package store

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Contacts keeps the addresses and numbers that accounts are told at, with the codes that verify them and
// the history of which took notices when. Which stand is in the account itself.
type Contacts struct{ accountsTable }

// NewContacts returns the contacts kept in the table of that name, which is the accounts table.
func NewContacts(db *dynamodb.Client, name string) *Contacts { return &Contacts{ofAccounts(db, name)} }

// codeSK is of the code that is out for a channel: one at a time.
func codeSK(c account.Channel) string {
	if c == account.Mobile {
		return "CODE#MOBILE"
	}
	return "CODE"
}

// addressSK is of the address of a channel that took notices from an instant on; before all of
// them for the zero instant.
func addressSK(c account.Channel, from time.Time) string {
	prefix := "EMAIL#"
	if c == account.Mobile {
		prefix = "MOBILE#"
	}
	if from.IsZero() {
		return prefix
	}
	return prefix + instant(from)
}

// addressItem and codeItem have one of Email and Mobile.
type addressItem struct {
	Email     string `dynamodbav:"email,omitempty"`
	Mobile    string `dynamodbav:"mobile,omitempty"`
	From      string `dynamodbav:"from"`
	Until     string `dynamodbav:"until,omitempty"`
	Verified  string `dynamodbav:"verified,omitempty"`
	Address   string `dynamodbav:"address,omitempty"` // source IP of the code that was typed
	UserAgent string `dynamodbav:"userAgent,omitempty"`
}

type codeItem struct {
	ID      string `dynamodbav:"id"`
	Email   string `dynamodbav:"email,omitempty"`
	Mobile  string `dynamodbav:"mobile,omitempty"`
	MAC     string `dynamodbav:"mac"`
	Expires string `dynamodbav:"expires"`
	Tries   int    `dynamodbav:"tries"`
}

// either returns to twice, for the fields Email and Mobile of an item of the channel.
func either(c account.Channel, to string) (email, mobile string) {
	if c == account.Mobile {
		return "", to
	}
	return to, ""
}

// code are the operations that let a code be typed and send it. An earlier one is void.
func (s *Contacts) code(c account.Code) ([]types.TransactWriteItem, error) {
	expires := c.At.Add(account.CodeLife)
	email, mobile := either(c.Channel, c.To)
	it, err := record(accountPK(c.AccountID), codeSK(c.Channel), codeItem{
		ID: c.ID, Email: email, Mobile: mobile, MAC: c.MAC, Expires: instant(expires),
	})
	if err != nil {
		return nil, err
	}
	it[schema.TTL] = ttl(expires)
	send, err := s.outbox(c.Event(), expires)
	return []types.TransactWriteItem{{Put: &types.Put{TableName: &s.name, Item: it}}, send}, err
}

// AskCode lets the code be typed, and no earlier one, and sends it to its address.
func (s *Contacts) AskCode(ctx context.Context, c account.Code) error {
	ops, err := s.code(c)
	if err == nil {
		_, err = s.transact(ctx, ops...)
	}
	if err != nil {
		return fmt.Errorf("ask for a code of %s: %w", c.AccountID, err)
	}
	return nil
}

// TryCode counts one try at the code that is out for a channel of the account and returns the
// code if what was typed is right: mac makes the MAC of it for the address the code went to. See
// Verify.
//
// Errors: account.ErrCodeWrong, account.ErrCodeGone.
func (s *Contacts) TryCode(ctx context.Context, accountID string, channel account.Channel, mac func(to string) string, at time.Time) (account.Code, error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(accountPK(accountID), codeSK(channel)),
		UpdateExpression:          aws.String("ADD tries :one"),
		ConditionExpression:       aws.String("tries < :most AND expires > :at"),
		ExpressionAttributeValues: item{":one": num(1), ":most": num(account.CodeTries), ":at": str(instant(at))},
		ReturnValues:              types.ReturnValueAllNew,
	})
	if _, gone := errors.AsType[*types.ConditionalCheckFailedException](err); gone {
		return account.Code{}, account.ErrCodeGone
	}
	var it codeItem
	if err == nil {
		err = attributevalue.UnmarshalMap(out.Attributes, &it)
	}
	if err != nil {
		return account.Code{}, fmt.Errorf("try the code of %s: %w", accountID, err)
	}
	to := it.Email + it.Mobile // it has one of them
	if subtle.ConstantTimeCompare([]byte(mac(to)), []byte(it.MAC)) != 1 {
		return account.Code{}, account.ErrCodeWrong
	}
	return account.Code{Channel: channel, AccountID: accountID, ID: it.ID, To: to, MAC: it.MAC, At: at}, nil
}

// Verify uses a code up that TryCode returned: its address is the holder's, and takes the notices
// of its channel from c.At on. Another one that took them till then stays in the history, and
// hears of it. The first of a channel is made welcome (agreement 3.5). All in one transaction with
// the evidence.
//
// Errors: account.ErrCodeGone when the code was used or replaced meanwhile,
// account.ErrNotRegistered.
func (s *Contacts) Verify(ctx context.Context, c account.Code, evidence account.Evidence) error {
	for round := range raceTries {
		a, err := s.account(ctx, c.AccountID)
		if err != nil {
			return err
		}
		if a.Status != account.Active {
			return account.ErrNotRegistered
		}
		ops, err := s.verification(a, c, evidence, round)
		if err != nil {
			return err
		}
		reasons, err := s.transact(ctx, ops...)
		switch {
		case err != nil:
			return fmt.Errorf("verify an address of %s: %w", c.AccountID, err)
		case reasons == nil:
			return nil
		case failed(reasons, 0):
			return account.ErrCodeGone
		}
	}
	return fmt.Errorf("verify an address of %s: %w", c.AccountID, errRace)
}

// verification are the operations of Verify for the account as it was read. The history has one
// address of a channel an instant, whatever the clocks say: where that one stood there before, the
// next round tries the next instant.
func (s *Contacts) verification(a account.Account, c account.Code, evidence account.Evidence, round int) ([]types.TransactWriteItem, error) {
	stood, since := a.Email, a.EmailFrom
	if c.Channel == account.Mobile {
		stood, since = a.Mobile, a.MobileFrom
	}
	another, from := stood != c.To || since.IsZero(), since
	if another {
		from = c.At.Add(time.Duration(round) * time.Millisecond)
		if next := since.Add(time.Millisecond); from.Before(next) {
			from = next
		}
	}
	email, mobile := either(c.Channel, c.To)
	now, err := record(accountPK(a.ID), addressSK(c.Channel, from), addressItem{
		Email: email, Mobile: mobile, From: instant(from), Verified: instant(c.At), Address: evidence.Address, UserAgent: evidence.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	keep := &types.Put{TableName: &s.name, Item: now}
	if another {
		keep.ConditionExpression = aws.String("attribute_not_exists(PK)")
	}
	ops := []types.TransactWriteItem{
		{Delete: &types.Delete{
			TableName: &s.name, Key: key(accountPK(a.ID), codeSK(c.Channel)),
			ConditionExpression:       aws.String("id = :id"),
			ExpressionAttributeValues: item{":id": str(c.ID)},
		}},
		{Update: s.stands(a, c, from)},
		{Put: keep},
	}
	if another && !since.IsZero() {
		ops = append(ops, s.ended(a.ID, c.Channel, since, from))
	}
	for _, e := range verified(a, c, another) {
		op, err := s.outbox(e, outbox.Until(c.At))
		if err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// stands lets the address of a code be the one of its channel from an instant on.
func (s *Contacts) stands(a account.Account, c account.Code, from time.Time) *types.Update {
	update := &types.Update{
		TableName: &s.name, Key: key(accountPK(a.ID), accountSK),
		UpdateExpression:         aws.String("SET email = :to, emailFrom = :from, verified = :at REMOVE emailFailed"),
		ConditionExpression:      aws.String("email = :before AND #status = :active"),
		ExpressionAttributeNames: map[string]string{"#status": "status"},
		ExpressionAttributeValues: item{
			":to": str(c.To), ":from": str(instant(from)), ":at": str(instant(c.At)), ":before": str(a.Email),
			":active": str(string(account.Active)),
		},
	}
	if c.Channel == account.Mobile {
		condition, values := sameMobile(a)
		values[":to"], values[":from"], values[":active"] = str(c.To), str(instant(from)), str(string(account.Active))
		update.UpdateExpression = aws.String("SET mobile = :to, mobileFrom = :from REMOVE mobileFailed")
		update.ConditionExpression, update.ExpressionAttributeValues = aws.String(condition+" AND #status = :active"), values
	}
	return update
}

// sameMobile is the condition that an account's number, and since when it stands, are a's.
func sameMobile(a account.Account) (string, item) {
	switch {
	case a.Mobile == "":
		return "attribute_not_exists(mobile)", item{}
	case a.MobileFrom.IsZero():
		return "mobile = :before AND attribute_not_exists(mobileFrom)", item{":before": str(a.Mobile)}
	}
	return "mobile = :before AND mobileFrom = :since", item{":before": str(a.Mobile), ":since": str(instant(a.MobileFrom))}
}

// ended writes into the history that an address of a channel took notices until then.
func (s *Contacts) ended(accountID string, c account.Channel, from, until time.Time) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(accountID), addressSK(c, from)),
		UpdateExpression:          aws.String("SET #until = :until"),
		ExpressionAttributeNames:  map[string]string{"#until": "until"},
		ExpressionAttributeValues: item{":until": str(instant(until))},
	}}
}

// verified are the events of a code that was typed right. another says that its address did not
// stand before.
func verified(a account.Account, c account.Code, another bool) []account.Event {
	event := func(t account.EventType, id, to string) account.Event {
		e := account.NewEvent(t, a.ID, id, c.At)
		e.To = to
		return e
	}
	welcome := event(account.EventWelcome, string(c.Channel), c.To)
	var list []account.Event
	if c.Channel == account.Mobile {
		list = append(list, event(account.EventMobileVerified, c.ID, c.To))
		if number, ok := a.Texts(); !ok {
			list = append(list, welcome)
		} else if another {
			list = append(list, event(account.EventMobileReplaced, c.ID, number))
		}
		return list
	}
	if a.Verified.IsZero() {
		list = append(list, welcome)
	} else {
		list = append(list, event(account.EventContactVerified, c.ID, c.To))
	}
	if another {
		replaced := event(account.EventContactReplaced, c.ID, a.Email)
		if !a.Verified.IsZero() { // a stranger's, mistyped, is not asked to object
			replaced.Since = instant(a.EmailFrom)
		}
		list = append(list, replaced)
	}
	return list
}

// RemoveMobile takes the account's number away and voids a code that is out for one. The history
// says until when it took text messages; it and the holder hear of it, with events of that id.
// Without a number nothing is written.
//
// Errors: account.ErrNotRegistered.
func (s *Contacts) RemoveMobile(ctx context.Context, accountID, id string, at time.Time) error {
	for range raceTries {
		a, err := s.account(ctx, accountID)
		if err != nil {
			return err
		}
		if a.Status != account.Active {
			return account.ErrNotRegistered
		}
		if a.Mobile == "" {
			return nil
		}
		condition, values := sameMobile(a)
		values[":active"] = str(string(account.Active))
		ops := []types.TransactWriteItem{
			{Update: &types.Update{
				TableName: &s.name, Key: key(accountPK(a.ID), accountSK),
				UpdateExpression:          aws.String("REMOVE mobile, mobileFrom, mobileFailed"),
				ConditionExpression:       aws.String(condition + " AND #status = :active"),
				ExpressionAttributeNames:  map[string]string{"#status": "status"},
				ExpressionAttributeValues: values,
			}},
			{Delete: &types.Delete{TableName: &s.name, Key: key(accountPK(a.ID), codeSK(account.Mobile))}},
		}
		if !a.MobileFrom.IsZero() {
			e := account.NewEvent(account.EventMobileRemoved, a.ID, id, at)
			e.To = a.Mobile
			told, err := s.outbox(e, outbox.Until(at))
			if err != nil {
				return err
			}
			ops = append(ops, s.ended(a.ID, account.Mobile, a.MobileFrom, at), told)
		}
		reasons, err := s.transact(ctx, ops...)
		if err != nil {
			return fmt.Errorf("remove the number of %s: %w", accountID, err)
		}
		if reasons == nil {
			return nil
		}
	}
	return fmt.Errorf("remove the number of %s: %w", accountID, errRace)
}

// Addresses lists the addresses an account had in a channel at all times, the earliest first.
func (s *Contacts) Addresses(ctx context.Context, accountID string, channel account.Channel) ([]account.Address, error) {
	found, err := s.under(ctx, accountPK(accountID), addressSK(channel, time.Time{}))
	if err != nil {
		return nil, fmt.Errorf("list addresses of %s: %w", accountID, err)
	}
	var list []account.Address
	for _, raw := range found {
		var it addressItem
		err := attributevalue.UnmarshalMap(raw, &it)
		one := account.Address{To: it.Email + it.Mobile}
		for _, moment := range []struct {
			text string
			into *time.Time
		}{{it.From, &one.From}, {it.Until, &one.Until}, {it.Verified, &one.VerifiedAt}} {
			if err == nil && moment.text != "" {
				*moment.into, err = parseInstant(moment.text)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("decode address of %s: %w", accountID, err)
		}
		list = append(list, one)
	}
	return list, nil
}

// ContactFailed keeps that the address or number which r is about takes nothing any more, where it is the one
// of its channel that stands in the account r is of, and was not verified after r. The holder is told by the
// other channel, with the event of the transaction. A repeat changes nothing.
func (s *Contacts) ContactFailed(ctx context.Context, r delivery.Report, at time.Time) error {
	a, err := s.account(ctx, r.Of.Account)
	if errors.Is(err, account.ErrNotRegistered) {
		return nil
	}
	if err != nil {
		return err
	}
	channel, stands, good, failed := account.Email, a.Email, a.Verified, a.EmailFailed
	update := types.Update{
		UpdateExpression:         aws.String("SET emailFailed = :at"),
		ConditionExpression:      aws.String("email = :to AND #status = :active AND attribute_not_exists(emailFailed) AND (attribute_not_exists(verified) OR verified < :at)"),
		ExpressionAttributeNames: map[string]string{"#status": "status"},
	}
	if r.Channel == delivery.Text {
		channel, stands, good, failed = account.Mobile, a.Mobile, a.MobileFrom, a.MobileFailed
		update.UpdateExpression = aws.String("SET mobileFailed = :at")
		update.ConditionExpression = aws.String("mobile = :to AND #status = :active AND attribute_not_exists(mobileFailed) AND mobileFrom < :at")
	}
	if !strings.EqualFold(stands, r.To) || a.Status != account.Active || !failed.IsZero() || !good.Before(r.At) {
		return nil
	}
	update.TableName, update.Key = &s.name, key(accountPK(a.ID), accountSK)
	update.ExpressionAttributeValues = item{":at": str(instant(r.At)), ":to": str(stands), ":active": str(string(account.Active))}
	e := account.NewEvent(account.EventContactFailed, a.ID, string(channel)+"-"+instant(r.At), r.At)
	e.Channel = channel
	told, err := s.outbox(e, outbox.Until(at))
	if err != nil {
		return err
	}
	if _, err := s.transact(ctx, types.TransactWriteItem{Update: &update}, told); err != nil {
		return fmt.Errorf("contact of %s: %w", a.ID, err)
	}
	return nil
}
