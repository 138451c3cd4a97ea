package notice

import (
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// ToFormer returns the holder's notice m as it also goes to an address that took their notices before
// (account.Former), with how to object to the change. portalURL has no trailing slash; key, the index
// key, makes the link.
//
// Errors: an account whose id no link can be made of.
func ToFormer(m Message, before account.Address, a account.Account, portalURL string, key []byte) (Message, error) {
	link, err := objection(a, before.From, portalURL, key)
	if err != nil {
		return Message{}, err
	}
	m.To, m.Recipient = before.To, filing.FormerRecipient+strconv.FormatInt(before.From.UnixMilli(), 36)
	m.Body = locale.T(m.Lang, "notice.former.body", "changed", locale.Time(m.Lang, before.Until),
		"until", locale.Time(m.Lang, before.Until.Add(account.BothFor)), "link", link, "body", m.Body)
	return m, nil
}

// OfReplaced returns the notice to an address that another took the place of: until when court notices
// come to it too, and how to object.
//
// Errors: an event whose instants are none, an account whose id no link can be made of.
func OfReplaced(e account.Event, a account.Account, portalURL string, key []byte) (Message, error) {
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return Message{}, err
	}
	page := portalURL + "/" + string(a.Lang)
	args := []any{"name", holder(a), "time", locale.Time(a.Lang, at), "account", page + "/account", "reset", page + "/password"}
	m := Message{To: e.To, Lang: a.Lang, Subject: locale.T(a.Lang, "notice.contact-replaced.subject")}
	if e.Since == "" { // it was never shown to be the holder's
		m.Body = locale.T(a.Lang, "notice.contact-replaced.body", args...)
		return m, nil
	}
	since, err := time.Parse(time.RFC3339, e.Since)
	if err != nil {
		return Message{}, err
	}
	link, err := objection(a, since, portalURL, key)
	if err != nil {
		return Message{}, err
	}
	both, until := at.Add(account.BothFor), at.Add(account.ObjectFor)
	m.Body = locale.T(a.Lang, "notice.contact-replaced.object.body",
		append(args, "link", link, "both", locale.Time(a.Lang, both), "until", locale.Time(a.Lang, until))...)
	return m, nil
}

// objection is the address of the page on which the holder of an address objects. The token is in the
// fragment, which browsers keep to themselves.
func objection(a account.Account, since time.Time, portalURL string, key []byte) (string, error) {
	token, err := account.Objection(key, a.ID, since)
	return portalURL + "/" + string(a.Lang) + "/objection#" + token, err
}

// OfObjection tells support that a breach case was opened by an objection. It names nobody.
//
// Errors: an At that is no instant.
func OfObjection(e account.Event, supportMail, portalURL string) (Message, error) {
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return Message{}, err
	}
	const lang = locale.KK // of the office
	return Message{
		To: supportMail, Lang: lang, Subject: locale.T(lang, "notice.contact-objected.subject", "case", e.Case),
		Body: locale.T(lang, "notice.contact-objected.body", "case", e.Case, "time", locale.Time(lang, at), "link", portalURL+"/"+string(lang)+"/admin/breaches"),
	}, nil
}
