package notice

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// askedKey begins the names of the texts of an AskedEvent.
var askedKey = map[string]string{
	filing.EventAwaits: "notice.asked", filing.EventUnasked: "notice.unasked", filing.NoticeAllSigned: "notice.all-signed",
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
	name := askedKey[e.Type]
	args := []any{
		"name", holder(a), "time", locale.Time(a.Lang, at), "until", locale.Time(a.Lang, until), "link", portalURL + "/" + string(a.Lang) + "/filings",
	}
	return Message{To: a.Email, Lang: a.Lang, Subject: locale.T(a.Lang, name+".subject", args...), Body: locale.T(a.Lang, name+".body", args...)}, true, nil
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
