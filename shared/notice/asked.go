package notice

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// ofAsked has the texts of each AskedEvent.
var ofAsked = map[string]struct{ subject, body string }{
	filing.EventAwaits:     {"notice.asked.subject", "notice.asked.body"},
	filing.EventUnasked:    {"notice.unasked.subject", "notice.unasked.body"},
	filing.NoticeAllSigned: {"notice.all-signed.subject", "notice.all-signed.body"},
}

// OfAsked returns the notice of e to who has an account and was asked to sign. It names neither the document nor
// whose it is: whoever is asked sees that where they sign. ok is false for an account without an address.
//
// Errors: instants that are none.
func OfAsked(e filing.AskedEvent, a account.Account, portalURL string) (m Message, ok bool, err error) {
	at, until, err := instants(e)
	if err != nil || a.Email == "" {
		return Message{}, false, err
	}
	texts := ofAsked[e.Type]
	args := []any{
		"name", holder(a), "time", locale.Time(a.Lang, at), "until", locale.Time(a.Lang, until), "link", portalURL + "/" + string(a.Lang) + "/filings",
	}
	return Message{To: a.Email, Lang: a.Lang, Subject: locale.T(a.Lang, texts.subject, args...), Body: locale.T(a.Lang, texts.body, args...)}, true, nil
}

// TextOfAsked is OfAsked as a text message: that a signature is waited for. The rest is told by mail only.
func TextOfAsked(e filing.AskedEvent, a account.Account) (t Text, ok bool, err error) {
	number, ok := a.Texts()
	if !ok || e.Type != filing.EventAwaits {
		return Text{}, false, nil
	}
	_, until, err := instants(e)
	if err != nil {
		return Text{}, false, err
	}
	return Text{To: number, Life: textLife, Body: locale.T(a.Lang, "sms.asked", "until", locale.Stamp(a.Lang, until))}, true, nil
}

func instants(e filing.AskedEvent) (at, until time.Time, err error) {
	if at, err = time.Parse(time.RFC3339, e.At); err == nil && e.SealBy != "" {
		until, err = time.Parse(time.RFC3339, e.SealBy)
	}
	return at, until, err
}
