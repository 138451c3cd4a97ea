package notice

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Text is one text message. It says what happened and no more about a person than a ticket: whose
// phone it lies on nobody knows. It goes beside the mail, which says the rest.
//
// By itself it is no proper notice: that takes a report of its delivery (CPC 127(4)(4)).
type Text struct {
	To   string             // number in E.164
	Body string             // at most MaxText, of any characters
	Life time.Duration      // it is worth nothing after that
	Of   delivery.Reference // as Message.Of
}

// MaxText is how long a body may be, in UTF-16 code units: two segments of UCS-2, which Kazakh
// letters take, with their headers (3GPP TS 23.040, section 9.2.3.24.1).
const MaxText = 2 * 67

// textLife is how long news is worth sending.
const textLife = 24 * time.Hour

// TextOf returns the text message of e for the account's holder. ok is false for an account whose
// number is not verified, or an event that is told by mail only.
//
// Errors: a SentAt that is no instant.
func TextOf(e filing.SentEvent, a account.Account) (t Text, ok bool, err error) {
	number, ok := a.Texts()
	if !ok || e.Type != filing.EventSent {
		return Text{}, false, nil
	}
	sentAt, err := time.Parse(time.RFC3339, e.SentAt)
	if err != nil {
		return Text{}, false, err
	}
	return Text{
		To: number, Life: textLife,
		Body: locale.T(a.Lang, "sms."+string(e.Type), "ticket", e.TicketNo, "time", locale.Stamp(a.Lang, sentAt)),
	}, true, nil
}

// TextOfAccount returns the text message of an event in the life of an account. ok is false for
// an event that is told by mail only, or where no verified number is to be told.
//
// Errors: an At that is no instant.
func TextOfAccount(e account.Event, a account.Account) (t Text, ok bool, err error) {
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return Text{}, false, err
	}
	t.Life = textLife
	switch e.Type {
	case account.EventMobileCode:
		t.To, t.Life = e.To, account.CodeLife
	case account.EventMobileReplaced, account.EventMobileRemoved:
		t.To = e.To
	case account.EventWelcome:
		if e.ID != string(account.Mobile) {
			return Text{}, false, nil
		}
		t.To = e.To
	case account.EventContactFailed:
		if t.To, ok = a.Texts(); !ok || e.Channel != account.Email {
			return Text{}, false, nil
		}
	case account.EventNewDevice, account.EventPasswordChanged, account.EventPasskeyAdded, account.EventPasskeyRemoved, account.EventPasskeyCopied, account.EventContactReplaced:
		if t.To, ok = a.Texts(); !ok {
			return Text{}, false, nil
		}
	default:
		return Text{}, false, nil
	}
	t.Body = locale.T(a.Lang, "sms."+string(e.Type), "code", e.Code, "time", locale.Stamp(a.Lang, at))
	return t, true, nil
}
