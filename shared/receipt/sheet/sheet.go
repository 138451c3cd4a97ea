// Package sheet lays a receipt out on paper: one page with what the receipt certifies, the parties and
// the price of the filing, and the address, as words and as a QR code, where whoever holds the page has
// the office confirm it. The same receipt gives the same bytes (package statement).
//
// What the office signed is the receipt's JSON; the page is its face. It states the hashes and the check
// code by which the office's word is asked for, and the file carries the JSON itself: Open gets it back and
// tells whether the page is the one that is drawn of it. Parties, price and the kind's name are not signed.
package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// MaxNames is how many parties and how many signers are named; of more the page tells the number.
// MaxName is how many characters of a name it has. So it stays one page.
const (
	MaxNames = 3
	MaxName  = 90
)

// Sheet is what the page says.
type Sheet struct {
	Signed  json.RawMessage `json:"signed"`            // the receipt with the office's signature, as receipt.Issue made it
	Kind    string          `json:"kind"`              // code of the filing's kind
	Parties []Party         `json:"parties,omitempty"` // in the order of the form
	Tiyn    int64           `json:"tiyn,omitempty"`    // price of the claim, 0 for none
	Office  string          `json:"office"`            // scheme and host of the office, no trailing slash
	Test    bool            `json:"test,omitempty"`    // test keys are accepted where it was filed: the page says so
	Lang    locale.Lang     `json:"lang"`
}

// ErrNoReceipt: the file is no page of this package, or of a time when pages carried no receipt.
var ErrNoReceipt = errors.New("sheet: the file carries no receipt")

// Open reads the file that PDF made. same tells that PDF makes these very bytes of what the file carries:
// then the page says what the receipt says. It is false for a page that was changed, and for one that was
// drawn with other words or another layout, in an earlier or a later version.
//
// Errors: ErrNoReceipt.
func Open(pdf []byte) (s Sheet, same bool, err error) {
	data, ok := statement.ReadCarried(pdf)
	if !ok || json.Unmarshal(data, &s) != nil || s.Signed == nil {
		return Sheet{}, false, ErrNoReceipt
	}
	if _, known := locale.Parse(string(s.Lang)); !known {
		return s, false, nil
	}
	again, err := PDF(s)
	return s, err == nil && bytes.Equal(again, pdf), nil
}

// page is what is drawn, with the receipt's content at hand.
type page struct {
	Sheet
	Receipt receipt.Receipt
}

// Party is one of the filing's people.
type Party struct {
	Role string `json:"role"` // in words of the page's language
	Name string `json:"name"`
}

// Address is where the page of a ticket number is checked, at an office of that scheme and host. It holds
// the number alone: the check code, which opens the facts, is typed and posted, so that no log has it.
func Address(office string, lang locale.Lang, ticketNo string) string {
	return office + "/" + string(lang) + "/facts?ticket=" + url.QueryEscape(ticketNo)
}

// PDF draws the page.
//
// Errors: those of statement.Render, and one for a receipt that can't be read.
func PDF(of Sheet) ([]byte, error) {
	if n := len(of.Parties); n > MaxNames { // the page tells the number alone, and so does what it carries
		of.Parties = append(slices.Clone(of.Parties[:MaxNames]), make([]Party, n-MaxNames)...)
	}
	r, err := receipt.Read(of.Signed)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	s := page{of, r}
	carried, err := json.Marshal(of)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	sent, err := time.Parse(time.RFC3339, s.Receipt.SentAt)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	address := Address(s.Office, s.Lang, s.Receipt.TicketNo)
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	d := statement.Document{ID: s.Receipt.FilingID, Language: string(s.Lang), Title: s.t("sheet.title"), Subtitle: s.Receipt.TicketNo, Carried: carried}
	if s.Test {
		d.Body = append(d.Body, statement.Heading{Text: s.t("sheet.test")})
	}
	kind := s.t("kind." + s.Kind)
	facts := statement.Facts{
		{Label: s.t("receipt.sent"), Value: locale.Instant(s.Lang, sent)},
		{Label: s.t("facts.court"), Value: court.Name(s.Receipt.CourtCode, s.Lang)},
		{Label: s.t("facts.kind"), Value: kind},
	}
	for i, p := range s.Parties {
		if i == MaxNames {
			facts = append(facts, s.more(len(s.Parties)))
			break
		}
		facts = append(facts, statement.Fact{Label: p.Role, Value: called(p.Name)})
	}
	if s.Tiyn > 0 {
		facts = append(facts, statement.Fact{Label: s.t("sheet.price"), Value: locale.Money(s.Lang, s.Tiyn)})
	}
	d.Body = append(d.Body, append(facts, s.signers()...))
	proof := statement.Facts{
		{Label: s.t("js.receipt.code"), Value: s.Receipt.CheckCode},
		{Label: s.t("facts.manifest"), Value: split(s.Receipt.ManifestSHA256)},
		{Label: s.t("facts.form"), Value: split(s.Receipt.FormSHA256)},
		{Label: s.t("facts.statement"), Value: split(s.Receipt.StatementSHA256)},
	}
	kept := proof[:0]
	for _, f := range proof {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	d.Body = append(d.Body, statement.Heading{Text: s.t("sheet.verify")}, kept,
		statement.Paragraph{Text: s.t("sheet.verify.text") + " " + address},
		statement.Matrix{Side: code.Size, Dark: code.Black})
	return statement.Render(statement.Version, d)
}

// signers names who signed, and for an organisation the one who acted for it.
func (s page) signers() (out statement.Facts) {
	all := s.Receipt.Signers
	if s.Receipt.Signer != nil {
		all = []receipt.Signer{*s.Receipt.Signer}
	}
	for i, one := range all {
		if i == MaxNames {
			return append(out, s.more(len(all)))
		}
		who := called(one.Name) + ", " + one.Number
		if one.Organisation != "" {
			who = called(one.Organisation) + ", " + one.Number + "\n" + s.t("sheet.by", "name", called(one.Name))
		}
		out = append(out, statement.Fact{Label: s.t("receipt.signer"), Value: who})
	}
	return out
}

// called is a name as people write it, cut short where it is too long.
func called(name string) string {
	if letters := []rune(locale.Name(name)); len(letters) > MaxName {
		return string(letters[:MaxName-1]) + "…"
	}
	return locale.Name(name)
}

func (s page) more(n int) statement.Fact {
	return statement.Fact{Label: "", Value: s.t("sheet.all", "n", fmt.Sprint(n))}
}

func (s page) t(key string, args ...any) string { return locale.T(s.Lang, key, args...) }

// split breaks a hash in two lines that can be compared by eye.
func split(hash string) string {
	if len(hash) <= 32 {
		return hash
	}
	return hash[:32] + "\n" + strings.TrimSpace(hash[32:])
}
