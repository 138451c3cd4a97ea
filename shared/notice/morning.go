package notice

import (
	"strconv"
	"strings"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// OfMorning returns what somebody who works for a court is told in the morning: how much is overdue, ends
// today and in the next days, and what it is, by tickets and numbers of cases. It names no party. ok is false
// for a closed account, which has no address.
func OfMorning(e docket.MorningEvent, a account.Account, portalURL string) (m Message, ok bool) {
	page := portalURL + "/" + string(a.Lang)
	var counts, list []string
	for _, c := range []struct {
		key string
		n   int
	}{{"notice.court-due.late", e.Late}, {"notice.court-due.today", e.Today}, {"notice.court-due.soon", e.Soon}} {
		if c.n > 0 {
			counts = append(counts, locale.T(a.Lang, c.key, "n", strconv.Itoa(c.n), "day", locale.Date(a.Lang, docket.Horizon(e.Day).Start())))
		}
	}
	for _, it := range e.Items {
		key, rule := "notice.court-due.item.term", ""
		switch it.What {
		case docket.MorningFiling:
			key = "notice.court-due.item.answer"
		case docket.TaskHearing:
			key = "notice.court-due.item.hearing"
		default:
			rule = locale.T(a.Lang, "term.rule."+it.What)
		}
		list = append(list, "– "+locale.T(a.Lang, key, "day", locale.Date(a.Lang, it.On.Start()), "number", it.Number, "rule", rule))
	}
	if more := e.Late + e.Today + e.Soon - len(e.Items); more > 0 {
		list = append(list, locale.T(a.Lang, "notice.court-due.more", "n", strconv.Itoa(more)))
	}
	args := []any{
		"name", locale.Name(a.Subject.Name), "court", court.Name(e.Court, a.Lang), "late", strconv.Itoa(e.Late), "today", strconv.Itoa(e.Today),
		"soon", strconv.Itoa(e.Soon), "day", locale.Date(a.Lang, e.Day.Start()), "counts", strings.Join(counts, "\n"), "list", strings.Join(list, "\n"),
		"queue", page + "/registry", "cases", page + "/cases",
	}
	return Message{
		To: a.Email, Lang: a.Lang, Subject: locale.T(a.Lang, "notice.court-due.subject", args...), Body: locale.T(a.Lang, "notice.court-due.body", args...),
	}, a.Email != ""
}
