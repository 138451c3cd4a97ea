package notice

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// OfRepresentative returns the notice of an event about a trusted representative (agreement 5.2):
// an invitation and an end for the representative, an answer for the account's holder. r is the
// representative as the record has it by now. ok is false where there is nobody left to tell: an
// invitation that is no longer open, a holder whose account is closed.
// What goes to a representative holds no word the holder wrote: the office's mail is nobody's to
// send messages with.
//
// portalURL has no trailing slash; key, the index key, makes the links.
//
// Errors: an At that is no instant, ids that no link can be made of, another type of event.
func OfRepresentative(e account.Event, a account.Account, r account.Representative, portalURL string, key []byte) (m Message, ok bool, err error) {
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return Message{}, false, err
	}
	switch e.Type {
	case account.EventRepresentativeInvited:
		m = Message{To: r.Email, Recipient: r.ID, Lang: r.Lang}
		ok = r.Status == account.Invited
	case account.EventRepresentativeEnded:
		m = Message{To: e.To, Recipient: r.ID, Lang: e.Lang}
		ok = true
	case account.EventRepresentativeConsented, account.EventRepresentativeDeclined, account.EventRepresentativeWithdrawn:
		m = Message{To: a.Email, Lang: a.Lang}
		ok = a.Email != "" && r.Name != ""
	default:
		return Message{}, false, fmt.Errorf("%s is not about a representative", e.Type)
	}
	if !ok {
		return Message{}, false, nil
	}
	args := []any{
		"name", holder(a), "representative", r.Name, "time", locale.Time(m.Lang, at),
		"account", portalURL + "/" + string(m.Lang) + "/account", "scope", Scope(r, m.Lang), "months", locale.T(m.Lang, "representatives.months."+strconv.Itoa(r.Months)),
		"answer", locale.Time(m.Lang, r.AnswerBy()), "until", "",
	}
	if !r.Until.IsZero() {
		args[len(args)-1] = locale.Date(m.Lang, r.LastDay().Start())
	}
	if e.Type == account.EventRepresentativeInvited {
		page, stop, err := links(r, portalURL, key)
		if err != nil {
			return Message{}, false, err
		}
		m.Unsubscribe, args = stop, append(args, "link", page)
	}
	text := "notice." + string(e.Type)
	m.Subject, m.Body = locale.T(m.Lang, text+".subject", args...), locale.T(m.Lang, text+".body", args...)
	return m, true, nil
}

// Scope says in words about which filings a representative has copies. It names none of them.
func Scope(r account.Representative, lang locale.Lang) string {
	if r.Scope != account.ScopeKinds {
		return locale.T(lang, "representative.scope."+string(r.Scope))
	}
	kinds := make([]string, len(r.Kinds))
	for i, k := range r.Kinds {
		kinds[i] = locale.T(lang, "kind."+k)
	}
	return locale.T(lang, "representative.scope.kinds", "kinds", strings.Join(kinds, ", "))
}

// links are the address of the representative's page, whose token is in the fragment that
// browsers keep to themselves, and the one that ends the mail.
func links(r account.Representative, portalURL string, key []byte) (page, stop string, err error) {
	see, err := r.Link(key, account.LinkPage)
	if err != nil {
		return "", "", err
	}
	end, err := r.Link(key, account.LinkUnsubscribe)
	if err != nil {
		return "", "", err
	}
	return portalURL + "/" + string(r.Lang) + "/representative#" + see, portalURL + "/api/representative/unsubscribe/" + end, nil
}
