// Package render turns a filing's form into the statement that is signed with it: every filled-in
// field, in the order of the form's rows, in the words of the catalogue and the language of the
// proceedings (CPC 14). Package statement draws it.
//
// Read Statement. Nothing here knows one kind from another.
package render

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// Version names the words and the order of what is drawn, beside the drawing's own: a manifest has
// "1/1" of both. The words are the catalogues', so a label that changes there is a new version too:
// TestBytesOfVersion holds the bytes of every kind's sample in both languages.
const Version = statement.Version + "/1"

// Lang is the language of the statement: that of the proceedings, Kazakh where none is chosen.
func Lang(head filing.Head) locale.Lang {
	if head.Lang == locale.RU {
		return locale.RU
	}
	return locale.KK
}

// Statement is the paper of a filing of kind k with the form v and its documents. id is the filing's.
func Statement(k filing.Kind, v form.Value, documents []filing.Document, id string) statement.Document {
	head := k.Head(v)
	r := renderer{kind: k, value: v, documents: documents, lang: Lang(head)}
	out := statement.Document{ID: id, Language: string(r.lang), Title: capital(r.t("kind." + k.Code))}
	if head.Court != "" {
		out.Head = []statement.Entry{{Label: r.t("field.case.court"), Lines: r.court(head.Court)}}
	}
	for _, section := range k.Form.Sections {
		object, ok := v[section.Code].(map[string]any)
		if !ok || len(object) == 0 {
			continue
		}
		r.put(statement.Heading{Text: r.t("section." + section.Code)})
		r.section = section
		r.fields("", object)
		r.flush()
	}
	if len(documents) > 0 {
		r.put(statement.Heading{Text: r.t("statement.documents")})
		var list statement.List
		for _, d := range documents {
			list = append(list, fmt.Sprintf("%s – %s, SHA-256 %s", d.Name, r.t("role."+d.Role), d.SHA256))
		}
		r.put(list)
	}
	out.Body = r.body
	return out
}

type renderer struct {
	kind      filing.Kind
	value     form.Value
	documents []filing.Document
	lang      locale.Lang
	section   form.Section
	facts     statement.Facts // not in body yet
	body      []statement.Block
}

func (r *renderer) t(key string) string { return locale.T(r.lang, key) }

func (r *renderer) put(b statement.Block) {
	r.flush()
	r.body = append(r.body, b)
}

func (r *renderer) flush() {
	if len(r.facts) > 0 {
		r.body = append(r.body, r.facts)
		r.facts = nil
	}
}

// fields draws the rows that stand directly below prefix, whose object is given.
func (r *renderer) fields(prefix string, object map[string]any) {
	for _, row := range r.section.Fields {
		rest, ok := strings.CutPrefix(row.Path, prefix)
		name, several := strings.CutSuffix(rest, "[]")
		if !ok || strings.Contains(name, "[]") || row.Type == form.ID {
			continue
		}
		value := member(object, name)
		if value == nil {
			continue
		}
		label := r.t(row.Label(r.kind.Code, r.section.Code))
		switch {
		case row.Type == form.List:
			r.items(row, label, value)
		case row.Type == form.Prose:
			r.put(statement.Heading{Text: label})
			r.put(statement.Paragraph{Text: fmt.Sprint(value)})
		case several || row.Type == form.Codes:
			var all []string
			list, _ := value.([]any)
			for _, x := range list {
				all = append(all, r.text(row, x))
			}
			r.facts = append(r.facts, statement.Fact{Label: label, Value: strings.Join(all, "\n")})
		default:
			r.facts = append(r.facts, statement.Fact{Label: label, Value: r.text(row, value)})
		}
	}
}

// items draws the objects of a list one after another, numbered where there are several.
func (r *renderer) items(row form.Field, label string, value any) {
	list, _ := value.([]any)
	for i, x := range list {
		object, _ := x.(map[string]any)
		if len(list) > 1 {
			r.put(statement.Heading{Text: fmt.Sprintf("%s, %d", label, i+1)})
		}
		r.fields(row.Path+"[].", object)
		r.flush()
	}
}

// member is what stands at a path of names with dots.
func member(object map[string]any, path string) any {
	name, rest, more := strings.Cut(path, ".")
	if !more {
		return object[name]
	}
	inner, _ := object[name].(map[string]any)
	return member(inner, rest)
}

// text is one value in words.
func (r *renderer) text(row form.Field, x any) string {
	plain := fmt.Sprint(x)
	switch row.Type {
	case form.Code, form.Codes:
		return r.code(row, plain)
	case form.Flag:
		return r.t("statement.yes")
	case form.Amount:
		if n, ok := x.(int64); ok {
			return locale.Money(r.lang, n)
		}
	case form.Date:
		var d calendar.Date
		if d.UnmarshalText([]byte(plain)) == nil {
			return locale.Date(r.lang, d.Start().Add(12*time.Hour))
		}
	case form.Ref:
		return r.named(plain)
	}
	return plain
}

// court is how the paper is addressed: the court's name, with the address of one that is not listed.
func (r *renderer) court(code string) []string {
	lines := []string{court.Name(code, r.lang)}
	if code != court.Unlisted {
		return lines
	}
	for _, path := range [][2]string{{"court", "name"}, {"court", "address"}, {"case", "courtName"}, {"case", "courtAddress"}} {
		section, _ := r.value[path[0]].(map[string]any)
		if line, _ := section[path[1]].(string); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) > 1 {
		lines = lines[1:]
	}
	return lines
}

func (r *renderer) code(row form.Field, value string) string {
	switch row.Names {
	case "court":
		return court.Name(value, r.lang)
	case "region":
		for _, region := range court.Regions() {
			if region.Code == value {
				return region.Name[r.lang]
			}
		}
	}
	if row.Path == "basis" {
		return locale.Article(r.lang, "CPC "+value)
	}
	return r.t(row.CodeText(value))
}

// named is the name of what has an id in the filing: a document, or a party.
func (r *renderer) named(id string) string {
	for _, d := range r.documents {
		if d.ID == id {
			return d.Name
		}
	}
	for _, section := range r.kind.Form.Sections {
		if name, ok := nameOf(r.value[section.Code], id); ok {
			return name
		}
	}
	return id
}

// nameOf looks for the object with that id below x.
func nameOf(x any, id string) (string, bool) {
	switch x := x.(type) {
	case []any:
		for _, inner := range x {
			if name, ok := nameOf(inner, id); ok {
				return name, true
			}
		}
	case map[string]any:
		if x["id"] == id {
			var parts []string
			for _, key := range []string{"name", "surname", "givenName", "patronymic"} {
				if s, ok := x[key].(string); ok {
					parts = append(parts, s)
				}
			}
			return strings.Join(parts, " "), len(parts) > 0
		}
		return nameOf(x["parties"], id)
	}
	return "", false
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
