// Package form declares forms as rows and checks values against them.
//
// A form is sections, a section is fields, a field is a row: where it stands, what it may hold,
// whether it must be there and by which article. The editor's pages, the check, the rendered
// statement and the clerk's view read the same rows, so a new field is a row. Rules that look at
// several fields are not rows: the kind of the filing holds them.
//
// Read the example of Check first. Values are plain JSON: an object of sections, each an object
// of its own, so that each can be kept and saved alone. Form.Read takes what a client sent,
// Check finds what is wrong with it, Value.Canonical gives the bytes that are hashed and signed.
package form

import "strings"

// Type is what a field may hold. In JSON a flag is true or absent, an amount and a number are
// integers, codes is a list of strings, a list is a list of objects; all others are strings.
type Type string

const (
	List   Type = "list"   // objects whose fields have the list's path + "[]." before their own; Max counts them
	ID     Type = "id"     // name of an object within its filing, chosen by the client: 1-36 of a-z, 0-9, "-"; Codes[0] says of what
	Ref    Type = "ref"    // ID of something in the same filing; Codes say of what: a document, or what an ID row says
	Text   Type = "text"   // one line
	Prose  Type = "prose"  // several lines
	Code   Type = "code"   // one of Codes
	Codes  Type = "codes"  // some of Codes
	Flag   Type = "flag"   // true, or absent
	Date   Type = "date"   // a legal day, "2026-11-22"
	Amount Type = "amount" // a sum in tiyn (1/100 tenge), 0 to MaxAmount
	Number Type = "number" // an integer, 0 to Max
	IIN    Type = "iin"    // number of a person, package kzid
	BIN    Type = "bin"    // number of an organisation, package kzid
	IBAN   Type = "iban"   // account in a bank of Kazakhstan: KZ, 20 characters, ISO 13616
	BIC    Type = "bic"    // bank's identifier, ISO 9362
	Email  Type = "email"  // RFC 5321 address; RFC 6531 letters, as under .қаз
	Phone  Type = "phone"  // E.164
)

// Document is what a Ref row says in Codes when it names a document of the filing.
const Document = "document"

// MaxAmount is the largest sum a form takes, in tiyn: ten trillion tenge.
const MaxAmount = 1_000_000_000_000_000

// MaxSection is the most bytes the canonical JSON of a section may take: the store keeps each as an
// item of at most 400 KB. Every kind's test holds its limits below it.
const MaxSection = 350_000

// Need says what a missing field does.
type Need uint8

const (
	Optional    Need = iota
	Recommended      // its absence is a warning: the court can let it be cured, or may return the paper
	Required         // its absence blocks: without it there is nothing to file
)

// Field is one row of a form.
type Field struct {
	Path     string   // below the section: "price", "parties[].residence.street", "items[].against[]"
	Type     Type     //
	Max      int      // characters of a Text or Prose, items of a List or of a path that ends in "[]", largest Number
	Codes    []string // values of Code and Codes, targets of Ref, name of ID
	Need     Need     // while When holds
	Article  string   // the rule that asks for it: "CPC 148(2)3"
	When     []Cond   // the field is asked for only if all hold; filled in otherwise it is an error
	Instead  []string // paths as in Path, or from the root with a slash: when one of them is filled in, this field need not be
	FromCert bool     // filled in by the office from the certificate; shown, not typed
	Key      string   // of its texts, where several forms share them; see Label
	Names    string   // "court" or "region": the values of a Code are the directory's, package court
}

// Label returns the key of a field's label in the catalogue: "field." and its Key, or else the
// kind, the section and the path without "[]". With "hint." for "field." it is the key of the hint,
// which a field need not have.
func (f Field) Label(kind, section string) string {
	key := f.Key
	if key == "" {
		key = kind + "." + section + "." + f.Path
	}
	return "field." + strings.ReplaceAll(key, "[]", "")
}

// CodeText returns the key of the text of one value of a Code or Codes: "code.", the last part of
// the field's path, the value. So a value says the same wherever it is offered.
func (f Field) CodeText(value string) string {
	name := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
	return "code." + strings.TrimSuffix(name, "[]") + "." + value
}

// Cond is a condition on another field: of the same section by its path as in Field.Path, of
// another one by "/" + section + "." + path. Inside a list that both paths have in common the same
// item is looked at, elsewhere any item will do.
type Cond struct {
	Path string
	In   []string // the values that fit; "true" for a flag. None: any value
}

// Section is a page of a form and what is saved at once: one JSON object.
type Section struct {
	Code   string
	Fields []Field
}

// Form is a declared form. A published version never changes: older ones stay to read what was
// filed by them.
type Form struct {
	Version  int
	Sections []Section
}

// Section returns the section of that code.
func (f Form) Section(code string) (Section, bool) {
	for _, s := range f.Sections {
		if s.Code == code {
			return s, true
		}
	}
	return Section{}, false
}

// Field returns the row of a path that begins with its section: "price.items[].amountTiyn".
func (f Form) Field(path string) (Field, bool) {
	code, rest, _ := strings.Cut(path, ".")
	s, _ := f.Section(code)
	for _, field := range s.Fields {
		if field.Path == rest {
			return field, true
		}
	}
	return Field{}, false
}

// Keyed gives each row that has none the Key it would be labelled by in that kind, so that other
// kinds can use the sections with their texts.
func Keyed(kind string, sections []Section) []Section {
	for _, s := range sections {
		for i, f := range s.Fields {
			if f.Key == "" {
				s.Fields[i].Key = kind + "." + s.Code + "." + f.Path
			}
		}
	}
	return sections
}

// When returns the condition that the field at path has one of the values, for Field.When.
func When(path string, in ...string) []Cond { return []Cond{{path, in}} }

// Under returns rows that stand below prefix ("parties[].") with their conditions: how one shape,
// such as an address, serves in many places. when is added to each row's conditions and is not
// prefixed.
func Under(prefix string, rows []Field, when ...Cond) []Field {
	out := make([]Field, len(rows))
	for i, r := range rows {
		r.Path = prefix + r.Path
		conds := make([]Cond, 0, len(r.When)+len(when))
		for _, c := range r.When {
			if !strings.HasPrefix(c.Path, "/") {
				c.Path = prefix + c.Path
			}
			conds = append(conds, c)
		}
		r.When = append(conds, when...)
		instead := make([]string, len(r.Instead))
		for k, p := range r.Instead {
			if instead[k] = p; !strings.HasPrefix(p, "/") {
				instead[k] = prefix + p
			}
		}
		r.Instead = instead
		out[i] = r
	}
	return out
}
