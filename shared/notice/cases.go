package notice

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// MaxSummons is how long the text message of a summons may be, in UTF-16 code units: six segments of
// UCS-2, which hold the six items of CPC 128(2).
const MaxSummons = 6 * 67

// OfCase returns the notice to a party of a case, for the holder of its account: that the copy of the claim
// or of the court order is there, the summons with the ten items of CPC 128(1), or what became of a paper of another party. ok is false for an account without an address.
//
// Errors: a notice of nothing that happened in the case, a summons that lacks an item.
func OfCase(c docket.Case, n docket.NoticeEvent, a account.Account, portalURL string) (m Message, ok bool, err error) {
	args, err := ofCase(c, n, a.Lang)
	if err != nil || a.Email == "" {
		return Message{}, false, err
	}
	args = append(args, "link", portalURL+"/"+string(a.Lang)+"/cases/"+c.ID)
	subject, body := "notice.case-served.subject", "notice.case-served.body"
	switch n.What {
	case "serve":
		if c.Kind == "court_order_application" {
			subject, body = "notice.case-order.subject", "notice.case-order.body"
		}
	case "summon":
		subject, body = "notice.case-summons.subject", "notice.case-summons.body"
	case docket.RemindContacts:
		subject, body = "notice.case-contacts.subject", "notice.case-contacts.body"
		args = append(args, "account", portalURL+"/"+string(a.Lang)+"/account", "email", a.Email)
	case docket.RemindAuthority:
		subject, body = "notice.case-authority.subject", "notice.case-authority.body"
	case docket.EventInformed:
		subject, body = "notice.case-paper.subject", "notice.case-paper.body"
		if slices.ContainsFunc(c.Events, func(e docket.Event) bool { return e.ID == n.Notice && e.Paper == "" }) { // of somebody who is nobody in the case
			body = "notice.case-followed.body"
		}
	case docket.EventRetold:
		subject, body = "notice.case-corrected.subject", "notice.case-corrected.body"
	}
	return Message{To: a.Email, Lang: a.Lang, Subject: locale.T(a.Lang, subject, args...), Body: locale.T(a.Lang, body, args...)}, true, nil
}

// CopyOfCase returns the copy of a notice for a trusted representative of the party's account (agreement
// 5.2), who reads no case: it says that the party was told, of which case.
//
// Errors: as OfCase; ids that no link can be made of.
func CopyOfCase(c docket.Case, n docket.NoticeEvent, r account.Representative, portalURL string, key []byte) (Message, error) {
	args, err := ofCase(c, n, r.Lang)
	if err != nil {
		return Message{}, err
	}
	page, stop, err := links(r, portalURL, key)
	if err != nil {
		return Message{}, err
	}
	args = append(args, "link", page, "agreed", locale.Date(r.Lang, r.ConsentedAt))
	return Message{
		To: r.Email, Recipient: r.ID, Lang: r.Lang, Unsubscribe: stop,
		Subject: locale.T(r.Lang, "notice.case-copy.subject", args...), Body: locale.T(r.Lang, "notice.case-copy.body", args...),
	}, nil
}

// TextOfCase returns the text message beside it. ok is false for an account without a verified number;
// fits is false where the items do not go into MaxSummons, so that it is not to be sent.
//
// Errors: as OfCase.
func TextOfCase(c docket.Case, n docket.NoticeEvent, a account.Account) (t Text, ok, fits bool, err error) {
	args, err := ofCase(c, n, a.Lang)
	if err != nil {
		return Text{}, false, false, err
	}
	t.To, ok = a.Texts()
	key := "sms.case-served"
	if n.What == "summon" {
		key = "sms.case-summons"
	}
	t.Life, t.Body = 72*time.Hour, locale.T(a.Lang, key, args...)
	return t, ok, len(utf16.Encode([]rune(t.Body))) <= MaxSummons, nil
}

// ofCase are the parameters of the texts.
func ofCase(c docket.Case, n docket.NoticeEvent, lang locale.Lang) ([]any, error) {
	p, known := c.Party(n.Party)
	var of docket.Event
	for _, e := range c.Events {
		if e.ID == n.Notice && e.Type == n.What {
			of = e
		}
	}
	if !known || of.ID == "" {
		return nil, fmt.Errorf("notice %s of case %s is of nothing", n.Notice, c.ID)
	}
	s := c.Summons(p, of)
	s.Court, s.As = court.Name(c.Court, lang), locale.T(lang, "case.role."+string(p.Role))
	if missing := s.Missing(); n.What == "summon" && len(missing) > 0 {
		return nil, fmt.Errorf("summons %s of case %s lacks %v", n.Notice, c.ID, missing)
	}
	representative := ""
	for _, r := range c.Representatives {
		if r.ID == of.Representative {
			representative = locale.Name(r.Name)
		}
	}
	paper, filer, happened := "", "", ""
	if of, ok := c.Paper(of.Paper); ok {
		by, _ := c.Party(of.Party)
		paper, filer = locale.T(lang, "kind."+of.Kind), by.Name
	}
	switch {
	case of.Step != "":
		happened = locale.T(lang, "event."+filing.CourtAct{Step: of.Step}.Timeline())
	case of.Paper == c.ID:
		happened = locale.T(lang, "case.event."+docket.EventEntered)
	case of.Paper != "":
		happened = locale.T(lang, "case.event."+docket.EventScanned)
	}
	now, reason := "", ""
	if i := slices.IndexFunc(c.Events, func(e docket.Event) bool { return e.ID == of.Corrects && e.Type == docket.EventCorrected }); i >= 0 && of.Type == docket.EventRetold {
		e := c.Events[i]
		happened, reason, now = locale.T(lang, "case.event."+e.Was), e.Reason, e.Value
		switch {
		case !e.Hearing.At.IsZero() && e.Was != "hold":
			now = locale.Time(lang, e.Hearing.At) + ", " + e.Hearing.Place
		case e.On.Year != 0:
			now = locale.Date(lang, e.On.Start())
		case e.Was == "hold":
			var names []string
			for _, id := range e.Present {
				p, _ := c.Party(id)
				names = append(names, p.Name)
			}
			now = strings.Join(names, ", ")
		}
	}
	return []any{
		"representative", representative, "day", locale.Date(lang, of.On.Start()), "now", now, "reason", reason, "paper", paper, "filer", filer, "happened", happened, "to", s.To, "court", s.Court, "address", s.Address, "time", locale.Time(lang, s.At), "place", s.Place, "case", s.Case,
		"number", c.Number, "as", s.As, "from", locale.Name(s.From),
	}, nil
}
