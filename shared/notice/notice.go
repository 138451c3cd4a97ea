// Package notice holds what people are told: who receives a notice of an event, and the message
// each gets. It sends nothing.
package notice

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Message is one mail.
type Message struct {
	To          string // address
	ReplyTo     string // address that an answer goes to, or "" for none: the letter needs none
	Recipient   string // id of the representative it goes to; "" for the account's holder
	Subject     string
	Body        string // plain text
	Lang        locale.Lang
	Of          delivery.Reference // what it is about, for the reports of its delivery
	Unsubscribe string             // address that ends such mail by one POST without a session (RFC 8058), or ""
}

// ErrRefused is wrapped by the error of a mail or SMS service that refuses this message: it would
// refuse it again. Any other error of such a service says nothing about the message.
var ErrRefused = errors.New("notice: the service refuses the message")

// ErrRejected is wrapped by the error of a mail service that rejects a message for what may be the
// message's own fault or the office's: a sender it has not verified. It may take it later.
var ErrRejected = errors.New("notice: the service rejects the message")

// ofFilings has the texts of each event of a filing that people are told of.
var ofFilings = map[string]struct{ subject, body, representative string }{
	filing.EventSent:       {"notice.filing-sent.subject", "notice.filing-sent.body", "notice.filing-sent.representative.body"},
	filing.EventReceived:   {"notice.filing-received.subject", "notice.filing-received.body", "notice.filing-received.representative.body"},
	filing.EventRegistered: {"notice.filing-registered.subject", "notice.filing-registered.body", "notice.filing-registered.representative.body"},
	filing.EventAccepted:   {"notice.filing-accepted.subject", "notice.filing-accepted.body", "notice.filing-accepted.representative.body"},
	filing.EventReturned:   {"notice.filing-returned.subject", "notice.filing-returned.body", "notice.filing-returned.representative.body"},
	filing.EventRefused:    {"notice.filing-refused.subject", "notice.filing-refused.body", "notice.filing-refused.representative.body"},
	filing.EventWithdrawn:  {"notice.filing-withdrawn.subject", "notice.filing-withdrawn.body", "notice.filing-withdrawn.representative.body"},
	filing.EventAnswered:   {"notice.filing-answered.subject", "notice.filing-answered.body", "notice.filing-answered.representative.body"},
	filing.EventReview:     {"notice.filing-under-review.subject", "notice.filing-under-review.body", "notice.filing-under-review.representative.body"},
	filing.EventRejected:   {"notice.filing-rejected.subject", "notice.filing-rejected.body", "notice.filing-rejected.representative.body"},
}

// sentPaper has the texts of filing.EventSent for what is no claim.
var sentPaper = struct{ subject, body, representative string }{
	"notice.filing-sent-paper.subject", "notice.filing-sent-paper.body", "notice.filing-sent-paper.representative.body",
}

// Messages returns the notices of e: the account's own in its language, then a copy for each
// representative that receives it in theirs (agreement 5.2). A closed account has no address and
// gets none. rejected is why, where the filing was rejected, and acted what its court did. portalURL is where the filing can be read,
// without trailing slash; key, the index key, makes the links of representatives.
//
// Errors: a SentAt that is no instant, ids that no link can be made of. A type without texts makes no
// message.
func Messages(e filing.SentEvent, rejected []filing.Rejection, acted filing.Acted, a account.Account, representatives []account.Representative, portalURL string, key []byte) ([]Message, error) {
	texts, ok := ofFilings[e.Type]
	if !ok {
		return nil, nil
	}
	kind := cmp.Or(e.Kind, filing.KindClaim)
	if e.Type == filing.EventSent && kind != filing.KindClaim {
		texts = sentPaper
	}
	sentAt, err := time.Parse(time.RFC3339, e.SentAt)
	if err != nil {
		return nil, err
	}
	message := func(to, body string, lang locale.Lang, more ...any) Message {
		args := append([]any{
			"ticket", e.TicketNo, "time", locale.Time(lang, sentAt), "court", court.Name(e.CourtCode, lang), "name", holder(a), "reasons", reasons(rejected, lang),
			"number", acted.Number, "judge", locale.Name(acted.Judge), "kind", locale.T(lang, "kind."+kind),
		}, append(answered(e, acted, lang), more...)...)
		return Message{To: to, Lang: lang, Subject: locale.T(lang, texts.subject, args...), Body: locale.T(lang, body, args...)}
	}
	var out []Message
	if a.Email != "" {
		out = append(out, message(a.Email, texts.body, a.Lang, "link", portalURL+"/"+string(a.Lang)+"/filings/"+e.FilingID))
	}
	for _, r := range representatives {
		if !r.Receives(e.FilingID, kind, sentAt) {
			continue
		}
		page, stop, err := links(r, portalURL, key)
		if err != nil {
			return nil, err
		}
		m := message(r.Email, texts.representative, r.Lang, "link", page, "agreed", locale.Date(r.Lang, r.ConsentedAt))
		m.Recipient, m.Unsubscribe = r.ID, stop
		out = append(out, m)
	}
	return out, nil
}

// answered are the parameters that say what the court did, and what comes next.
func answered(e filing.SentEvent, acted filing.Acted, lang locale.Lang) []any {
	if e.Type != filing.EventAnswered {
		return nil
	}
	happened := locale.T(lang, "event."+filing.CourtAct{Step: acted.Step}.Timeline())
	next := "js.filing.next.corrected"
	if acted.Step == filing.CorrectRuling {
		next = "js.filing.next.ruling-corrected"
	}
	if to := filing.StepOf(acted.Step).To; to != "" {
		next = "js.filing.next." + string(to)
	}
	return []any{"happened", happened, "next", locale.T(lang, next)}
}

// reasons lists why a filing was rejected, each reason once.
func reasons(rejected []filing.Rejection, lang locale.Lang) string {
	var lines []string
	for _, r := range rejected {
		if line := "– " + r.Defect().Text(lang); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// OfDraft returns the notice that a draft goes soon, for its holder. ok is false for a closed account,
// which has no address.
//
// Errors: an Expires that is no instant.
func OfDraft(e filing.ExpiringEvent, a account.Account, portalURL string) (m Message, ok bool, err error) {
	expires, err := time.Parse(time.RFC3339, e.Expires)
	if err != nil || a.Email == "" {
		return Message{}, false, err
	}
	args := []any{
		"name", holder(a), "kind", locale.T(a.Lang, "kind."+e.Kind), "time", locale.Time(a.Lang, expires),
		"link", portalURL + "/" + string(a.Lang) + "/filings/" + e.FilingID + "/edit",
	}
	body := "notice.filing-expiring.body"
	if e.Last {
		body = "notice.filing-expiring.last.body"
	}
	return Message{
		To: a.Email, Lang: a.Lang, Subject: locale.T(a.Lang, "notice.filing-expiring.subject", args...), Body: locale.T(a.Lang, body, args...),
	}, true, nil
}

// holder is how the account is called in a notice: the organisation, or the person.
func holder(a account.Account) string {
	if a.Subject.Kind == account.Legal {
		return locale.Name(a.Subject.Organisation)
	}
	return locale.Name(a.Subject.Name)
}

// OfAccount returns the notice of an event in the life of an account, for its holder. ok is
// false for an event nobody is told of by mail.
//
// Errors: an At that is no instant.
func OfAccount(e account.Event, a account.Account, portalURL string) (m Message, ok bool, err error) {
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return Message{}, false, err
	}
	page := portalURL + "/" + string(a.Lang)
	args := []any{"name", holder(a), "time", locale.Time(a.Lang, at), "account", page + "/account", "reset", page + "/password", "support", page + "/support"}
	m = Message{To: cmp.Or(e.To, a.Email), Lang: a.Lang}
	switch e.Type {
	case account.EventContactCode:
		m.Subject = locale.T(a.Lang, "notice.contact-code.subject")
		m.Body = locale.T(a.Lang, "notice.contact-code.body", append(args, "code", e.Code)...)
	case account.EventResetCode:
		m.Subject = locale.T(a.Lang, "notice.reset-code.subject")
		m.Body = locale.T(a.Lang, "notice.reset-code.body", append(args, "code", e.Code)...)
	case account.EventWelcome:
		if e.ID != string(account.Email) {
			return Message{}, false, nil
		}
		m.Subject = locale.T(a.Lang, "notice.welcome.subject")
		m.Body = locale.T(a.Lang, "notice.welcome.body", append(args, "file", page+"/filings/new", "help", page+"/help")...)
	case account.EventMobileVerified:
		m.To, m.Subject = a.Email, locale.T(a.Lang, "notice.mobile-verified.subject")
		m.Body = locale.T(a.Lang, "notice.mobile-verified.body", append(args, "end", end(e.To))...)
	case account.EventContactFailed:
		if e.Channel != account.Mobile { // of the address itself a text message tells
			return Message{}, false, nil
		}
		m.Subject = locale.T(a.Lang, "notice.mobile-failed.subject")
		m.Body = locale.T(a.Lang, "notice.mobile-failed.body", append(args, "end", end(a.Mobile))...)
	case account.EventMobileRemoved:
		m.To, m.Subject = a.Email, locale.T(a.Lang, "notice.mobile-removed.subject")
		m.Body = locale.T(a.Lang, "notice.mobile-removed.body", append(args, "end", end(e.To))...)
	case account.EventContactVerified:
		m.Subject = locale.T(a.Lang, "notice.contact-verified.subject")
		m.Body = locale.T(a.Lang, "notice.contact-verified.body", args...)
	case account.EventLeft:
		m.Subject = locale.T(a.Lang, "notice.left.subject")
		m.Body = locale.T(a.Lang, "notice.left.body", args...)
	case account.EventAudit:
		m.Subject = locale.T(a.Lang, "notice.audit.subject")
		m.Body = locale.T(a.Lang, "notice.audit.body", append(args, "act", locale.T(a.Lang, "audit.act."+e.Act), "reason", reason(a.Lang, e.Reason))...)
	case account.EventInvited:
		if a.Status != account.Prepared { // registered by now, or dropped
			return Message{}, false, nil
		}
		m.Subject = locale.T(a.Lang, "notice.invited.subject")
		m.Body = locale.T(a.Lang, "notice.invited.body", "number", a.Subject.Masked(), "register", page+"/register", "agreement", page+"/agreement")
	case account.EventNewDevice:
		m.Subject = locale.T(a.Lang, "notice.new-device.subject")
		m.Body = locale.T(a.Lang, "notice.new-device.body", args...)
	case account.EventWebhookAdded:
		m.Subject = locale.T(a.Lang, "notice.webhook-added.subject")
		m.Body = locale.T(a.Lang, "notice.webhook-added.body", append(args, "host", e.Webhook, "page", page+"/account/webhooks")...)
	case account.EventWebhookPaused:
		m.Subject = locale.T(a.Lang, "notice.webhook-paused.subject", "host", e.Webhook)
		m.Body = locale.T(a.Lang, "notice.webhook-paused.body", append(args, "host", e.Webhook, "page", page+"/account/webhooks")...)
	case account.EventPasswordChanged:
		m.Subject = locale.T(a.Lang, "notice.password-changed.subject")
		m.Body = locale.T(a.Lang, "notice.password-changed.body", args...)
	default:
		return Message{}, false, nil
	}
	return m, m.To != "", nil // an account that was closed meanwhile has no address
}

// end is by how many digits of a number its holder knows it.
func end(number string) string { return number[max(0, len(number)-4):] }

// OfAgreement returns the notice that a version of the agreement was published (clause 1.4), for
// the holder of an account. inForce is the version it will take the place of.
func OfAgreement(v agreement.Version, inForce string, a account.Account, portalURL string) Message {
	page := portalURL + "/" + string(a.Lang)
	return Message{
		To: a.Email, Lang: a.Lang, Subject: locale.T(a.Lang, "notice.agreement.subject", "id", v.ID),
		Body: locale.T(a.Lang, "notice.agreement.body", "name", holder(a), "id", v.ID,
			"published", locale.Time(a.Lang, v.PublishedAt), "effective", locale.Time(a.Lang, v.EffectiveAt),
			"diff", page+"/agreement/diff?from="+inForce+"&to="+v.ID, "agreement", page+"/agreement"),
	}
}

// reason is a reason in its author's words; one that a command gave is a code with a text.
func reason(lang locale.Lang, given string) string {
	if key := "audit.reason." + given; locale.Has(key) {
		return locale.T(lang, key)
	}
	return given
}
