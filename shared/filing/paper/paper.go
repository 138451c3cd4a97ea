// Package paper holds what the kinds of filing share: the sections that say which court, which
// case, who acts for whom, what proves it, what is paid, and the rules on them. A kind puts its
// own sections between these.
package paper

import (
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Limits that kinds share; lengths are in characters. They keep every section below the size the
// store takes for one item, whatever letters are used.
const (
	MaxParties = 50
	MaxShort   = 300
	MaxLine    = 1_000
	MaxDemand  = 2_000
	MaxText    = 20_000
	MaxLong    = 60_000
)

// Case is the case a later paper belongs to, named by its number until the office has cases.
type Case struct {
	Lang   locale.Lang `json:"lang,omitempty"` // language of the proceedings (14)
	Region string      `json:"region,omitempty"`
	Court  string      `json:"court,omitempty"` // that hears the case, or whose act is attacked
	Number string      `json:"number,omitempty"`
	Title  string      `json:"title,omitempty"` // by which the parties know it

	CourtName    string `json:"courtName,omitempty"` // of a court that is not listed
	CourtAddress string `json:"courtAddress,omitempty"`
}

// CaseSection returns the section "case" of a later paper; number says whether the number of the case
// must be there, which a paper about a filing that is not accepted yet can't have.
func CaseSection(article string, number form.Need) form.Section {
	return form.Section{Code: "case", Fields: []form.Field{
		lang(),
		region(),
		{Path: "court", Type: form.Code, Codes: court.Codes(), Names: "court", Need: form.Required, Article: article, Key: "case.court"},
		courtName("courtName", "court", article),
		courtAddress("courtAddress", "court", article),
		{Path: "number", Type: form.Text, Max: 50, Need: number, Article: article, Key: "case.number"},
		{Path: "title", Type: form.Text, Max: MaxShort, Key: "case.title"},
	}}
}

func lang() form.Field {
	return form.Field{Path: "lang", Type: form.Code, Codes: []string{"kk", "ru"}, Need: form.Required, Article: "CPC 14", Key: "case.lang"}
}

func region() form.Field {
	return form.Field{Path: "region", Type: form.Code, Codes: court.RegionCodes(), Names: "region", Key: "case.region"}
}

// courtName and courtAddress are the rows that name a court which the one at path says is not listed.
func courtName(path, court, article string) form.Field {
	return form.Field{Path: path, Type: form.Text, Max: MaxShort, Need: form.Required, Article: article, When: unlisted(court), Key: "case.courtName"}
}

func courtAddress(path, court, article string) form.Field {
	return form.Field{Path: path, Type: form.Text, Max: MaxShort, Need: form.Recommended, Article: article, When: unlisted(court), Key: "case.courtAddress"}
}

func unlisted(path string) []form.Cond { return form.When(path, court.Unlisted) }

// Court is where a first paper goes.
type Court struct {
	Lang   locale.Lang `json:"lang,omitempty"`
	Region string      `json:"region,omitempty"`
	Code   string      `json:"code,omitempty"`

	Name    string `json:"name,omitempty"` // of a court that is not listed
	Address string `json:"address,omitempty"`
}

// CourtRows returns the rows of Court for the section "court", to which a kind adds its own.
func CourtRows(article string) []form.Field {
	return []form.Field{
		lang(),
		region(),
		{Path: "code", Type: form.Code, Codes: court.Codes(), Names: "court", Need: form.Required, Article: article, Key: "case.court"},
		courtName("name", "code", article),
		courtAddress("address", "code", article),
	}
}

// Parties is a section of parties in one role.
type Parties struct {
	Parties []party.Party `json:"parties,omitempty"`
}

// PartiesSection returns a section with a list of parties; need is of at least one.
func PartiesSection(code string, role party.Role, need form.Need) form.Section {
	list := form.Field{Path: "parties", Type: form.List, Max: MaxParties, Need: need, Article: role.Article, Key: "parties"}
	return form.Section{Code: code, Fields: append([]form.Field{list}, form.Under("parties[].", party.Rows(role))...)}
}

// PartySection returns a section that is one party.
func PartySection(code string, role party.Role) form.Section {
	return form.Section{Code: code, Fields: party.Rows(role)}
}

// Representatives is the section on who acts for the filer's side.
type Representatives struct {
	Items []party.Representation `json:"items,omitempty"`
	Law   string                 `json:"law,omitempty"` // the rule of law the demand rests on: stated when a representative signs (148(2))
}

// RepresentativesSection returns the section "representatives".
func RepresentativesSection() form.Section {
	rows := []form.Field{{Path: "items", Type: form.List, Max: 20, Article: "CPC 58", Key: "representatives"}}
	rows = append(rows, form.Under("items[].", party.RepresentationRows())...)
	rows = append(rows, form.Field{Path: "law", Type: form.Prose, Max: MaxDemand, Article: "CPC 148(2)", When: form.When("items"), Key: "representatives.law"})
	return form.Section{Code: "representatives", Fields: rows}
}

// Evidence is the section on what proves the facts.
type Evidence struct {
	Items []Proof `json:"items,omitempty"`
}

// Proof ties a fact to what proves it: documents of the filing, or what somebody else holds.
type Proof struct {
	Fact        string   `json:"fact,omitempty"`
	Description string   `json:"description,omitempty"`
	Documents   []string `json:"documents,omitempty"` // ids
	HeldBy      string   `json:"heldBy,omitempty"`    // "opposite" or "third" when the filer can't get it (149(1)6)
	Holder      string   `json:"holder,omitempty"`    // who and where
	Obstacle    string   `json:"obstacle,omitempty"`  // why the filer can't get it (73)
}

// EvidenceSection returns the section "evidence".
func EvidenceSection(need form.Need, article string) form.Section {
	held := form.When("items[].heldBy")
	return form.Section{Code: "evidence", Fields: []form.Field{
		{Path: "items", Type: form.List, Max: 50, Need: need, Article: article, Key: "evidence"},
		{Path: "items[].fact", Type: form.Prose, Max: MaxLine, Need: form.Recommended, Article: article, Key: "evidence.fact"},
		{Path: "items[].description", Type: form.Prose, Max: MaxShort, Need: form.Recommended, Article: article, Key: "evidence.description"},
		{Path: "items[].documents[]", Type: form.Ref, Codes: []string{form.Document}, Max: 20, Need: form.Recommended, Article: article, Instead: []string{"items[].heldBy"}, Key: "evidence.documents"},
		{Path: "items[].heldBy", Type: form.Code, Codes: []string{"opposite", "third"}, Article: "CPC 149(1)6", Key: "evidence.heldBy"},
		{Path: "items[].holder", Type: form.Text, Max: MaxShort, Need: form.Recommended, Article: "CPC 73", When: held, Key: "evidence.holder"},
		{Path: "items[].obstacle", Type: form.Prose, Max: MaxShort, Need: form.Recommended, Article: "CPC 73", When: held, Key: "evidence.obstacle"},
	}}
}

// Statement is a text the filer writes here or refers to in a document of their own.
type Statement struct {
	Text   string `json:"text,omitempty"`
	TextIn string `json:"textIn,omitempty"` // id of the document that has it
}

// StatementRows returns the rows of a Statement at prefix; need is of one of the two.
func StatementRows(prefix string, most int, need form.Need, article string) []form.Field {
	return form.Under(prefix, []form.Field{
		{Path: "text", Type: form.Prose, Max: most, Need: need, Article: article, Instead: []string{"textIn"}},
		{Path: "textIn", Type: form.Ref, Codes: []string{form.Document}, Key: "textIn"},
	})
}

// Filer returns the role of the party that files a later paper: its name and number come from the
// certificate, the rest the court has from the case.
func Filer(article string) party.Role {
	return party.Role{Article: article, FromCert: true, Address: form.Recommended}
}

// Other returns the role of those a later paper is directed at, who are in the case already.
func Other(article string) party.Role { return party.Role{Article: article} }

// Slots returns the attachments of a paper that a representative may sign: those its law names, the
// authority, and what every paper may have.
func Slots(article string, own ...filing.Slot) []filing.Slot {
	return PlainSlots(article, append(own,
		filing.Slot{Role: "power_of_attorney", Need: form.Recommended, Article: "CPC 61", When: []form.Cond{{Path: "representatives.items"}}},
		filing.Slot{Role: "warrant", Article: "CPC 61(3)"},
	)...)
}

// PlainSlots returns the attachments of a paper that has no representatives.
func PlainSlots(article string, own ...filing.Slot) []filing.Slot {
	return append(own,
		filing.Slot{Role: "evidence", Article: article},
		filing.Slot{Role: "evidence_motion", Article: "CPC 149(1)6"},
		filing.Slot{Role: "translation", Article: "CPC 14"},
		filing.Slot{Role: "main_claim", Article: article},
		filing.Slot{Role: "other", Article: article},
	)
}
