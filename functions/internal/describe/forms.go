package describe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/openapi"
)

// forms describes the form of every kind as it is sent to the court: "form.claim" and a schema for each
// of its sections, "form.claim.court". What the rows ask for only while something else holds, and what
// several fields must say together, is in words.
func (m *maker) forms() (out openapi.Map[*openapi.Schema]) {
	for _, k := range kinds.All {
		whole := &openapi.Schema{
			Title: locale.T(locale.EN, "kind."+k.Code), Type: openapi.Types{"object"}, Additional: false,
			Description: fmt.Sprintf("The form of the kind `%s`, version %d (%s), as it is sent. A draft may lack what is needed, have texts that are too long and numbers that are half typed: GET /api/filings/{id}/check says what is wrong.", k.Code, k.Form.Version, k.Article),
		}
		for _, s := range k.Form.Sections {
			name := "form." + k.Code + "." + s.Code
			whole.Properties = append(whole.Properties, openapi.Member[*openapi.Schema]{Name: s.Code, Value: ref(name)})
			section := object(k, s)
			section.Title = locale.T(locale.EN, "section."+s.Code)
			if len(section.Required) > 0 {
				whole.Required = append(whole.Required, s.Code)
			}
			out = append(out, openapi.Member[*openapi.Schema]{Name: name, Value: section})
		}
		out = append(out, openapi.Member[*openapi.Schema]{Name: "form." + k.Code, Value: whole})
	}
	return out
}

// object arranges a section's rows by their paths.
func object(k filing.Kind, s form.Section) *openapi.Schema {
	root := &openapi.Schema{Type: openapi.Types{"object"}, Additional: false}
	for _, row := range s.Fields {
		at := root
		parts := strings.Split(row.Path, ".")
		for _, part := range parts[:len(parts)-1] {
			at = child(at, part)
		}
		name, list := strings.CutSuffix(parts[len(parts)-1], "[]")
		value := field(k, s, row)
		switch {
		case row.Type == form.List:
			value.Type, value.MaxItems, value.Items = openapi.Types{"array"}, row.Max, &openapi.Schema{Type: openapi.Types{"object"}, Additional: false}
		case list:
			title, description := value.Title, value.Description
			value.Title, value.Description = "", ""
			value = &openapi.Schema{Title: title, Description: description, Type: openapi.Types{"array"}, MaxItems: row.Max, Items: value}
		}
		at.Properties = append(at.Properties, openapi.Member[*openapi.Schema]{Name: name, Value: value})
		// Below an object that may be absent nothing is needed by itself.
		if row.Need == form.Required && len(row.When) == 0 && len(row.Instead) == 0 && !row.FromCert && (at == root || strings.HasSuffix(parts[0], "[]") && len(parts) == 2) {
			at.Required = append(at.Required, name)
		}
	}
	return root
}

// child is the object of that name within at; "parties[]" is that of a list's items.
func child(at *openapi.Schema, part string) *openapi.Schema {
	name, list := strings.CutSuffix(part, "[]")
	next, ok := at.Properties.Get(name)
	if !ok {
		next = &openapi.Schema{Type: openapi.Types{"object"}, Additional: false}
		at.Properties = append(at.Properties, openapi.Member[*openapi.Schema]{Name: name, Value: next})
	}
	if list {
		return next.Items
	}
	return next
}

// field describes one row.
func field(k filing.Kind, s form.Section, row form.Field) *openapi.Schema {
	v := &openapi.Schema{Type: openapi.Types{"string"}}
	switch row.Type {
	case form.Text, form.Prose:
		v.MaxLength = row.Max
	case form.Code:
		v.Enum = anyOf(row.Codes)
	case form.Codes:
		v.Type, v.Items = openapi.Types{"array"}, &openapi.Schema{Type: openapi.Types{"string"}, Enum: anyOf(row.Codes)}
	case form.Flag:
		v.Type = openapi.Types{"boolean"}
	case form.Amount:
		v.Type, v.Minimum, v.Maximum = openapi.Types{"integer"}, number(0), number(form.MaxAmount)
	case form.Number:
		v.Type, v.Minimum, v.Maximum = openapi.Types{"integer"}, number(0), number(int64(row.Max))
	default:
		v.Format, v.Pattern = formats[row.Type].format, formats[row.Type].pattern
	}
	if label := row.Label(k.Code, s.Code); locale.Has(label) {
		v.Title = locale.T(locale.EN, label)
	}
	v.Description = says(row)
	return v
}

// formats of what is text with a notation. Control digits are checked beyond the pattern.
var formats = map[form.Type]struct{ format, pattern string }{
	form.ID:    {"", `^[a-z0-9-]{1,36}$`},
	form.Ref:   {"", `^[a-z0-9-]{1,36}$`},
	form.Date:  {"date", `^(18|19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$`},
	form.IIN:   {"iin", `^[0-9]{12}$`},
	form.BIN:   {"bin", `^[0-9]{12}$`},
	form.IBAN:  {"iban", `^KZ[0-9]{5}[0-9A-Z]{13}$`},
	form.BIC:   {"bic", `^[0-9A-Z]{4}[A-Z]{2}[0-9A-Z]{2}([0-9A-Z]{3})?$`},
	form.Email: {"idn-email", ""},
	form.Phone: {"e164", `^\+[1-9][0-9]{7,14}$`},
}

// says is what a row asks for, in words.
func says(row form.Field) string {
	var out []string
	if need := map[form.Need]string{form.Required: "Needed", form.Recommended: "Asked for: without it the court may return the paper"}[row.Need]; need != "" {
		for i, c := range row.When {
			word := " and "
			if i == 0 {
				word = " while "
			}
			need += word + condition(c)
		}
		if len(row.Instead) > 0 {
			need += ", unless there is `" + strings.Join(row.Instead, "` or `") + "`"
		}
		out = append(out, need+".")
	} else if len(row.When) > 0 {
		var conditions []string
		for _, c := range row.When {
			conditions = append(conditions, condition(c))
		}
		out = append(out, "Only while "+strings.Join(conditions, " and ")+".")
	}
	switch {
	case row.FromCert:
		out = append(out, "The office fills it in from the filer's certificate.")
	case row.Type == form.Ref:
		out = append(out, "Names a "+strings.Join(row.Codes, " or ")+" of the filing by its id.")
	case row.Type == form.ID:
		out = append(out, "Chosen by the client, of its own within the filing.")
	case row.Type == form.Amount:
		out = append(out, "In tiyn, a hundredth of a tenge.")
	case row.Names != "":
		out = append(out, "Code of a "+row.Names+".")
	}
	if row.Article != "" {
		out = append(out, row.Article+".")
	}
	return strings.Join(out, " ")
}

func condition(c form.Cond) string {
	if len(c.In) == 0 {
		return "`" + c.Path + "` is there"
	}
	return "`" + c.Path + "` is " + strings.Join(c.In, ", ")
}

func anyOf(codes []string) (out []any) {
	for _, c := range codes {
		if !slices.Contains(out, any(c)) {
			out = append(out, c)
		}
	}
	return out
}

func number(n int64) *int64 { return &n }
