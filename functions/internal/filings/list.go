package filings

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Pages of lists: filings on one unless asked otherwise, and at most.
const (
	PageSize = 50
	MaxPage  = 200
)

// Summary is a filing in a list.
type Summary struct {
	ID         string        `json:"id"`
	Kind       string        `json:"kind"`
	Status     filing.Status `json:"status"`
	CourtCode  string        `json:"courtCode"`
	Lang       locale.Lang   `json:"lang"` // of the proceedings
	CaseNo     string        `json:"caseNo"`
	Opposite   string        `json:"opposite"` // name of the first opposite party
	AmountTiyn int64         `json:"amountTiyn"`
	Documents  int           `json:"documentCount"`
	Signed     int           `json:"signed"`   // how many have signed, before the last of several
	Replaces   string        `json:"replaces"` // id of the filing this is a corrected copy of, or ""
	CreatedAt  time.Time     `json:"createdAt"`
	UpdatedAt  time.Time     `json:"updatedAt"`
	ExpiresAt  *time.Time    `json:"expiresAt"` // of a draft that stays untouched
	SealBy     *time.Time    `json:"sealBy"`    // until when a manifest that is out may be signed
	SentAt     *time.Time    `json:"sentAt"`
	TicketNo   string        `json:"ticketNo"`
	Number     string        `json:"number"` // that the court registered it under, or ""
	Judge      string        `json:"judge"`  // name, or ""
}

func summary(e filing.Envelope) Summary {
	out := Summary{
		ID: e.ID, Kind: e.Kind, Status: e.Status, CourtCode: e.Court, Lang: e.Lang, CaseNo: e.Case, Opposite: e.Opposite, AmountTiyn: e.Tiyn,
		Documents: e.Attachments, Signed: e.Signed, Replaces: e.Replaces, CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt, TicketNo: e.TicketNo, Number: e.Number, Judge: e.JudgeName,
		SealBy: moment(e.SealBy), SentAt: moment(e.SentAt),
	}
	if e.Status.May("expire") {
		out.ExpiresAt = moment(filing.ExpiresAt(e.CreatedAt, e.UpdatedAt))
	}
	return out
}

// moment is null for an instant that never was.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ListRequest asks for a page of the account's filings. Words are looked for in what the list shows:
// the opposite party, the case's and the ticket's number; all must be there.
type ListRequest struct {
	Status string `json:"-" query:"status"` // one of filing.Statuses, or several with commas; "" for all
	Kind   string `json:"-" query:"kind"`
	Words  string `json:"-" query:"q"`
	Cursor string `json:"-" query:"cursor"` // Listing.Next of the page before
	Limit  int    `json:"-" query:"limit"`  // PageSize unless given, at most MaxPage
}

// Listing is a page of the account's filings, the one begun last first.
type Listing struct {
	Filings []Summary `json:"filings"`
	Next    string    `json:"next"` // cursor of the next page, "" on the last; a page may be short, or empty, and not be the last
}

// List returns a page of the account's filings. However they change meanwhile, going from page to
// page shows each once.
func (s *Service) List(ctx context.Context, req ListRequest) (Listing, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return Listing{}, err
	}
	if req.Limit == 0 {
		req.Limit = PageSize
	}
	if req.Limit < 0 || req.Limit > MaxPage {
		return Listing{}, defect.List{{Pointer: "/limit", Code: "format"}}
	}
	found, next, err := s.Filings.ByAccount(ctx, holder.ID, req.Cursor, req.Limit, req.wanted(), httpapi.ReceivedAt(ctx))
	if err != nil {
		return Listing{}, err
	}
	out := Listing{Filings: []Summary{}, Next: next}
	for _, e := range found {
		out.Filings = append(out.Filings, summary(e))
	}
	return out, nil
}

func (req ListRequest) wanted() func(filing.Envelope) bool {
	statuses := strings.FieldsFunc(req.Status, func(r rune) bool { return r == ',' })
	words := strings.Fields(fold(req.Words))
	return func(e filing.Envelope) bool {
		if req.Kind != "" && e.Kind != req.Kind || len(statuses) > 0 && !slices.Contains(statuses, string(e.Status)) {
			return false
		}
		shown := fold(e.Opposite + "\n" + e.Case + "\n" + e.TicketNo)
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(shown, w) })
	}
}

// fold makes texts comparable whatever the case of their letters.
func fold(s string) string {
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, s)
}
