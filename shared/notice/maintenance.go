package notice

import (
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
)

// OfMaintenance returns the notice of a window of maintenance for an account that asked for it
// (agreement, section 7).
//
// Errors: instants that are none, a kind that nobody is told of.
func OfMaintenance(e maintenance.Event, a account.Account, portalURL string) (Message, error) {
	from, errFrom := time.Parse(time.RFC3339, e.From)
	to, errTo := time.Parse(time.RFC3339, e.To)
	if err := errors.Join(errFrom, errTo); err != nil {
		return Message{}, err
	}
	subject := "notice.maintenance." + string(e.Kind) + ".subject"
	if !locale.Has(subject) {
		return Message{}, fmt.Errorf("no notice of maintenance %q", e.Kind)
	}
	args := []any{
		"name", holder(a), "from", locale.Time(a.Lang, from), "to", locale.Time(a.Lang, to), "text", e.Texts[string(a.Lang)],
		"link", portalURL + "/" + string(a.Lang) + "/maintenance",
	}
	body := locale.T(a.Lang, "notice.maintenance."+string(e.Kind)+".lead", args...) + "\n\n" + locale.T(a.Lang, "notice.maintenance.body", args...)
	if e.Emergency {
		body = locale.T(a.Lang, "maintenance.emergency") + "\n\n" + body
	}
	return Message{To: a.Email, Lang: a.Lang, Subject: locale.T(a.Lang, subject, args...), Body: body}, nil
}
