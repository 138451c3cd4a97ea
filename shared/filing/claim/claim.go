// Package claim is the statement of claim (CPC 148-149): its form, attachments and rules.
package claim

import (
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Claim is the form's content. Its JSON members are the rows of Kind.Form.
type Claim struct {
	Court         Court         `json:"court,omitzero"`
	Defendants    Defendants    `json:"defendants,omitzero"`
	Demands       Demands       `json:"demands,omitzero"`
	Circumstances Circumstances `json:"circumstances,omitzero"`
	Price         Price         `json:"price,omitzero"`
}

// Court is where the claim goes (148(2)1) and why there (29-32).
type Court struct {
	Lang  locale.Lang `json:"lang,omitempty"` // language of the proceedings (14)
	Code  string      `json:"code,omitempty"` // of a court of the directory
	Basis string      `json:"basis,omitempty"`
}

// Defendants are the parties the claim is against (148(2)3).
type Defendants struct {
	Parties []Defendant `json:"parties,omitempty"`
}

// Defendant is one of them. Numbers are given if known: to require them would be stricter than the law.
type Defendant struct {
	ID                 string `json:"id,omitempty"`
	Type               string `json:"type,omitempty"`
	Name               string `json:"name,omitempty"`
	IIN                string `json:"iin,omitempty"`
	BIN                string `json:"bin,omitempty"`
	Address            string `json:"address,omitempty"`
	WhereaboutsUnknown bool   `json:"whereaboutsUnknown,omitempty"` // article 133
	Email              string `json:"email,omitempty"`
	Mobile             string `json:"mobile,omitempty"`
}

// Demands is what the court is asked for (148(2)4).
type Demands struct {
	Items []Demand `json:"items,omitempty"`
}

// Demand is one of them.
type Demand struct {
	Text       string `json:"text,omitempty"`
	Nature     string `json:"nature,omitempty"`
	AmountTiyn int64  `json:"amountTiyn,omitempty"`
}

// Circumstances hold the breach (148(2)4) and the facts the demands rest on (148(2)5).
type Circumstances struct {
	Breach string `json:"breach,omitempty"`
	Text   string `json:"text,omitempty"`
}

// Price of the claim (148(2)7, 104).
type Price struct {
	TotalTiyn int64 `json:"totalTiyn,omitempty"`
}

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:      "claim",
	Article:   "CPC 148",
	Form:      form.Form{Version: 1, Sections: sections},
	Zero:      Claim{},
	Documents: documents,
	Rules:     filing.Rules(rules),
	Head:      head,
	Seats:     func(form.Value) []filing.Seat { return nil },
}

var sections = []form.Section{
	{Code: "court", Fields: []form.Field{
		{Path: "lang", Type: form.Code, Codes: []string{"kk", "ru"}, Need: form.Required, Article: "CPC 14"},
		{Path: "code", Type: form.Code, Codes: courts(), Need: form.Required, Article: "CPC 148(2)1"},
		{Path: "basis", Type: form.Code, Codes: filing.Bases, Need: form.Required, Article: "CPC 29-32"},
	}},
	{Code: "defendants", Fields: []form.Field{
		{Path: "parties", Type: form.List, Max: filing.MaxDefendants, Need: form.Required, Article: "CPC 148(2)3"},
		{Path: "parties[].id", Type: form.ID, Codes: []string{"party"}},
		{Path: "parties[].type", Type: form.Code, Codes: []string{"natural", "legal"}, Need: form.Required, Article: "CPC 148(2)3"},
		{Path: "parties[].name", Type: form.Text, Max: filing.MaxName, Need: form.Required, Article: "CPC 148(2)3"},
		{Path: "parties[].iin", Type: form.IIN, Article: "CPC 148(2)3", When: form.When("parties[].type", "natural")},
		{Path: "parties[].bin", Type: form.BIN, Article: "CPC 148(2)3", When: form.When("parties[].type", "legal")},
		{Path: "parties[].whereaboutsUnknown", Type: form.Flag, Article: "CPC 133"},
		{Path: "parties[].address", Type: form.Text, Max: filing.MaxAddress, Need: form.Required, Article: "CPC 148(2)3", Instead: []string{"parties[].whereaboutsUnknown"}},
		{Path: "parties[].email", Type: form.Email},
		{Path: "parties[].mobile", Type: form.Phone},
	}},
	{Code: "demands", Fields: []form.Field{
		{Path: "items", Type: form.List, Max: filing.MaxDemands, Need: form.Required, Article: "CPC 148(2)4"},
		{Path: "items[].text", Type: form.Prose, Max: filing.MaxDemand, Need: form.Required, Article: "CPC 148(2)4"},
		{Path: "items[].nature", Type: form.Code, Codes: filing.Natures, Need: form.Required, Article: "CPC 148(2)4"},
		{Path: "items[].amountTiyn", Type: form.Amount, Need: form.Required, Article: "CPC 148(2)7", When: form.When("items[].nature", "property", "moral")},
	}},
	{Code: "circumstances", Fields: []form.Field{
		{Path: "breach", Type: form.Prose, Max: filing.MaxBreach, Need: form.Required, Article: "CPC 148(2)4"},
		{Path: "text", Type: form.Prose, Max: filing.MaxCircumstances, Need: form.Required, Article: "CPC 148(2)5"},
	}},
	{Code: "price", Fields: []form.Field{
		{Path: "totalTiyn", Type: form.Amount, Article: "CPC 148(2)7"},
	}},
}

func courts() (codes []string) {
	for _, c := range filing.Courts {
		codes = append(codes, c.Code)
	}
	return codes
}

var documents = func() (slots []filing.Slot) {
	for _, role := range filing.Roles {
		slots = append(slots, filing.Slot{Role: role, Article: "CPC 149"})
	}
	return slots
}()

func head(v form.Value) filing.Head {
	c, err := form.Bind[Claim](v)
	if err != nil {
		return filing.Head{}
	}
	h := filing.Head{Court: c.Court.Code, Lang: c.Court.Lang, Tiyn: c.Price.TotalTiyn}
	if len(c.Defendants.Parties) > 0 {
		h.Opposite = c.Defendants.Parties[0].Name
	}
	return h
}
