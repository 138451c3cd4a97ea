package notice

import (
	"strings"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/support"
)

// ToSupport returns the mail that tells support of a request (agreement, 5.3), in the language it
// was made in. It names nobody; an address given for the answer is in ReplyTo.
func ToSupport(t support.Ticket, supportMail, portalURL string) Message {
	topic := locale.T(t.Lang, "support.topic."+string(t.Topic))
	from := "notice.support.without-account"
	if t.AccountID != "" {
		from = "notice.support.with-account"
	}
	lines := []string{
		locale.T(t.Lang, "notice.support.lead", "ticket", t.Number), "",
		fact(t.Lang, "topic", topic),
		fact(t.Lang, "received", locale.Time(t.Lang, t.ReceivedAt)),
		fact(t.Lang, "answer-by", locale.Date(t.Lang, t.AnswerBy().Start())),
	}
	for _, f := range []struct{ name, value string }{
		{"reference", t.Reference}, {"problem", t.Problem}, {"happened", happened(t)}, {"page", t.Page}, {"filing", t.FilingID},
		{"browser", t.Browser}, {"ncalayer", t.NCALayer}, {"portal", t.Portal}, {"agreement", t.Agreement},
	} {
		if f.value != "" {
			lines = append(lines, fact(t.Lang, f.name, f.value))
		}
	}
	lines = append(lines, "", locale.T(t.Lang, from), locale.T(t.Lang, "notice.support.admin", "link", portalURL+"/"+string(t.Lang)+"/admin/support"))
	return Message{
		To: supportMail, ReplyTo: t.ReplyTo, Lang: t.Lang, Body: strings.Join(lines, "\n"),
		Subject: locale.T(t.Lang, "notice.support.subject", "ticket", t.Number, "topic", topic),
	}
}

func happened(t support.Ticket) string {
	if t.HappenedAt.IsZero() {
		return ""
	}
	return locale.Time(t.Lang, t.HappenedAt)
}

// fact is a line of facts, under the name the page of requests has for it.
func fact(lang locale.Lang, name, value string) string {
	return locale.T(lang, "js.support.fact."+name) + ": " + value
}

// OfTicket returns what the holder of an account is told of a request made within a session: with
// the number, so that it is proof of when help was asked for.
func OfTicket(t support.Ticket, a account.Account, portalURL string) Message {
	return Message{
		To: a.Email, Lang: a.Lang, Subject: locale.T(a.Lang, "notice.support-received.subject", "ticket", t.Number),
		Body: locale.T(a.Lang, "notice.support-received.body", "name", holder(a), "ticket", t.Number,
			"topic", locale.T(a.Lang, "support.topic."+string(t.Topic)), "time", locale.Time(a.Lang, t.ReceivedAt),
			"day", locale.Date(a.Lang, t.AnswerBy().Start()), "link", portalURL+"/"+string(a.Lang)+"/support"),
	}
}

// OfAnswer returns the answer to a request: for the holder a of the account it was made with, or,
// where it was made without one and a is the zero value, for the address given for it. ok is false
// when there is no address to send it to.
func OfAnswer(t support.Ticket, a account.Account, portalURL string) (m Message, ok bool) {
	to, lang, hello := t.ReplyTo, t.Lang, locale.T(t.Lang, "notice.support-answered.hello")
	if t.AccountID != "" {
		to, lang, hello = a.Email, a.Lang, locale.T(a.Lang, "notice.support-answered.dear", "name", holder(a))
	}
	return Message{
		To: to, Lang: lang, Subject: locale.T(lang, "notice.support-answered.subject", "ticket", t.Number),
		Body: hello + "\n\n" + locale.T(lang, "notice.support-answered.body", "ticket", t.Number, "time", locale.Time(lang, t.ReceivedAt),
			"answer", t.Answer, "link", portalURL+"/"+string(lang)+"/support"),
	}, to != ""
}
