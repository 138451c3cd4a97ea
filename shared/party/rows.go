package party

import (
	"strings"

	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/form"
)

// Role says what is asked of a party.
type Role struct {
	Article   string    // that asks for its data: "CPC 148(2)2"
	FromCert  bool      // name and number come from the filer's certificate
	Numbers   form.Need // of IIN or BIN
	BirthDate form.Need
	Address   form.Need
	Bank      form.Need // of an organisation's bank details
}

// Roles of the parties of a claim. Of the other side the law asks for name and address; numbers and
// bank details "if known", so they are never needed. What is missing of one's own data is a
// warning: the court can let it be cured at preparation (152(1)3).
var (
	Claimant = Role{
		Article: "CPC 148(2)2", Numbers: form.Recommended, BirthDate: form.Recommended, Address: form.Recommended, Bank: form.Recommended,
	}
	Opposite = Role{Article: "CPC 148(2)3", Address: form.Recommended}
	Third    = Role{Article: "CPC 51", Address: form.Recommended}
)

// Rows returns the rows of a party in a role, to stand Under a prefix.
func Rows(r Role) []form.Field {
	person, organisation := form.When("type", people...), form.When("type", organisations...)
	rows := []form.Field{
		{Path: "id", Type: form.ID, Codes: []string{"party"}},
		{Path: "type", Type: form.Code, Codes: Types, Need: form.Required, Article: r.Article, FromCert: r.FromCert},
		{Path: "surname", Type: form.Text, Max: 100, Need: form.Required, Article: r.Article, When: person, FromCert: r.FromCert},
		{Path: "givenName", Type: form.Text, Max: 100, Need: form.Recommended, Article: r.Article, When: person, FromCert: r.FromCert},
		{Path: "patronymic", Type: form.Text, Max: 100, Article: r.Article, When: person},
		{Path: "birthDate", Type: form.Date, Need: r.BirthDate, Article: r.Article, When: person},
		{Path: "iin", Type: form.IIN, Need: r.Numbers, Article: r.Article, When: form.When("type", Natural, SoleProprietor), FromCert: r.FromCert},
		{Path: "name", Type: form.Text, Max: 500, Need: form.Required, Article: r.Article, When: organisation, FromCert: r.FromCert},
		{Path: "bin", Type: form.BIN, Need: r.Numbers, Article: r.Article, When: form.When("type", Legal, StateBody), FromCert: r.FromCert},
	}
	rows = append(rows, form.Under("address.", AddressRows(r.Address, r.Article))...)
	for i := range rows {
		if rows[i].Path == "address.locality" {
			rows[i].Instead = append(rows[i].Instead, "whereaboutsUnknown")
		}
		if rows[i].Path == "address.country" {
			rows[i].When = form.When("type", ForeignNatural, ForeignLegal)
		}
	}
	rows = append(rows,
		form.Field{Path: "whereaboutsUnknown", Type: form.Flag, Article: "CPC 133"},
		form.Field{Path: "mobile", Type: form.Phone, Article: r.Article},
		form.Field{Path: "phone", Type: form.Phone, Article: r.Article},
		form.Field{Path: "email", Type: form.Email, Article: r.Article},
	)
	rows = append(rows, form.Under("bank.", bankRows(r), form.Cond{Path: "type", In: organisations})...)
	return keyed(rows)
}

// keyed gives the rows the texts that parties and representatives share, wherever they stand.
func keyed(rows []form.Field) []form.Field {
	for i, r := range rows {
		if rows[i].Key = "party." + r.Path; strings.Contains(r.Path, ".") {
			rows[i].Key = r.Path // "address.street", "bank.iban"
		}
	}
	return rows
}

// AddressRows returns the rows of an address, to stand Under its path.
func AddressRows(need form.Need, article string) []form.Field {
	return []form.Field{
		{Path: "country", Type: form.Text, Max: 100, Article: article},
		{Path: "region", Type: form.Code, Codes: court.RegionCodes(), Names: "region", Article: article},
		{Path: "district", Type: form.Text, Max: 100, Article: article},
		{Path: "locality", Type: form.Text, Max: 100, Need: need, Article: article, Instead: []string{"text"}},
		{Path: "street", Type: form.Text, Max: 150, Article: article},
		{Path: "house", Type: form.Text, Max: 20, Article: article},
		{Path: "flat", Type: form.Text, Max: 20, Article: article},
		{Path: "postal", Type: form.Text, Max: 20, Article: article},
		{Path: "text", Type: form.Text, Max: 500, Article: article},
	}
}

func bankRows(r Role) []form.Field {
	return []form.Field{
		{Path: "iban", Type: form.IBAN, Need: r.Bank, Article: r.Article, Instead: []string{"account"}},
		{Path: "account", Type: form.Text, Max: 50, Article: r.Article},
		{Path: "bic", Type: form.BIC, Need: r.Bank, Article: r.Article},
		{Path: "bank", Type: form.Text, Max: 200, Article: r.Article},
	}
}
