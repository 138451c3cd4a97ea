package form

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/email"
	"github.com/courtoffice/courtoffice/shared/kzid"
)

// Mode says what a value is checked for.
type Mode int

const (
	// Draft finds what can't be kept at all: unknown members, other JSON types than the rows say,
	// values outside a code list, too many items. What is too long is a warning, what is missing or
	// half typed is nothing.
	Draft Mode = iota
	// Complete finds everything that the rows know of.
	Complete
)

// Check returns what is wrong with v by the rows of f, in the order of the form; nil when nothing
// is. Pointers are from the form's root. documents are the ids that a Ref to a document may name.
//
// A section that v does not have is empty, so in mode Draft v may be a single section.
func Check(f Form, v Value, mode Mode, documents ...string) defect.List {
	c := checker{mode: mode, root: v, ids: map[string][]string{Document: documents}}
	root := f.tree()
	if mode == Complete {
		c.collect(root, map[string]any(v))
	}
	c.object(root, map[string]any(v), place{})
	return c.list
}

// place is where the walk stands: the JSON pointer, the path with its "[]", the indices these have.
type place struct {
	pointer, path string
	at            []int
}

func (p place) member(name string) place {
	if p.path != "" {
		p.path += "."
	}
	return place{p.pointer + "/" + escapes.Replace(name), p.path + name, p.at}
}

// escapes are those of a JSON pointer (RFC 6901, 3).
var escapes = strings.NewReplacer("~", "~0", "/", "~1")

func (p place) item(i int) place {
	return place{p.pointer + "/" + strconv.Itoa(i), p.path + "[]", append(slices.Clone(p.at), i)}
}

type checker struct {
	mode Mode
	root Value
	ids  map[string][]string // what a Ref may name, by what an ID row says
	list defect.List
}

// collect gathers the ids of the filing; one that stands twice is a fault of the second.
func (c *checker) collect(n *node, x any) {
	switch x := x.(type) {
	case map[string]any:
		for _, child := range n.children {
			c.collect(child, x[child.name])
		}
	case []any:
		for _, item := range x {
			c.collect(n, item)
		}
	case string:
		if n.row != nil && n.row.Type == ID {
			c.ids[n.row.Codes[0]] = append(c.ids[n.row.Codes[0]], x)
		}
	}
}

func (c *checker) object(n *node, object map[string]any, p place) {
	for _, child := range n.children {
		c.member(child, object[child.name], p.member(child.name))
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if n.find(name) == nil {
			c.list.Add(p.member(name).pointer, "unknown-member", "")
		}
	}
}

func (c *checker) member(n *node, x any, p place) {
	asked := n.row == nil || c.all(n, p)
	if x == nil {
		if n.row == nil && !n.list {
			c.object(n, nil, p) // what it must hold is missing
		} else if asked {
			c.missing(n, p)
		}
		return
	}
	if !asked && c.mode == Complete {
		c.list.Add(p.pointer, "not-allowed", n.row.Article)
		return // what is in it does not matter then
	}
	switch {
	case n.list:
		c.items(n, x, p)
	case n.row == nil:
		object, ok := x.(map[string]any)
		if !ok {
			c.list.Add(p.pointer, "wrong-type", "")
			return
		}
		c.object(n, object, p)
	default:
		c.scalar(n, x, p)
	}
}

func (c *checker) items(n *node, x any, p place) {
	items, ok := x.([]any)
	if !ok {
		c.list.Add(p.pointer, "wrong-type", "")
		return
	}
	if over := len(items) - n.row.Max; over > 0 {
		c.list.Add(p.pointer, "too-many-items", n.row.Article, "max", n.row.Max, "over", over)
	}
	for i, item := range items {
		at := p.item(i)
		if n.row.Type != List {
			c.scalar(n, item, at)
		} else if object, ok := item.(map[string]any); ok {
			c.object(n, object, at)
		} else {
			c.list.Add(at.pointer, "wrong-type", "")
		}
	}
}

// missing reports a field that must be there; p.path of a list is that of its member.
func (c *checker) missing(n *node, p place) {
	if n.row == nil || n.row.Need == Optional || c.mode != Complete {
		return
	}
	for _, path := range n.row.Instead {
		if c.holds(n, Cond{Path: path}, p) {
			return
		}
	}
	if n.row.Need == Required {
		c.list.Add(p.pointer, "required", n.row.Article)
	} else {
		c.list.Warn(p.pointer, "recommended", n.row.Article)
	}
}

// all reports whether the field is asked for.
func (c *checker) all(n *node, p place) bool {
	for _, cond := range n.row.When {
		if !c.holds(n, cond, p) {
			return false
		}
	}
	return true
}

// holds looks a condition up from where the walk stands. The path is bound to the walk's items as
// far as both go through the same lists.
func (c *checker) holds(n *node, cond Cond, p place) bool {
	path, absolute := strings.CutPrefix(cond.Path, "/")
	if !absolute {
		path = n.section + "." + path
	}
	var x any = map[string]any(c.root)
	own := strings.Split(p.path, ".")
	bound := 0
	names := strings.Split(path, ".")
	for k, name := range names {
		if k >= len(own) || own[k] != name {
			rest := Value{"x": x}.At("x." + strings.Join(names[k:], "."))
			return slices.ContainsFunc(rest, cond.fits)
		}
		name, list := strings.CutSuffix(name, "[]")
		object, _ := x.(map[string]any)
		x = object[name]
		if list {
			items, _ := x.([]any)
			if p.at[bound] >= len(items) {
				return false
			}
			x = items[p.at[bound]]
			bound++
		}
	}
	return cond.fits(x)
}

func (c *checker) scalar(n *node, x any, p place) {
	row := *n.row
	code, ok := "", false
	switch row.Type {
	case Flag:
		_, ok = x.(bool)
	case Amount, Number:
		ok, code = c.number(row, x)
	case Codes:
		ok = c.codes(row, x, p)
	default:
		s, isText := x.(string)
		if ok = isText; ok && blank(s) {
			c.missing(n, p)
			return
		}
		if ok {
			c.text(row, s, p)
		}
	}
	if !ok {
		c.list.Add(p.pointer, "wrong-type", "")
	} else if code != "" {
		c.list.Add(p.pointer, code, row.Article)
	}
}

func (c *checker) number(row Field, x any) (ok bool, code string) {
	n, ok := x.(int64)
	if _, other := x.(json.Number); other || row.Type == Amount && ok && (n < 0 || n > MaxAmount) {
		return true, Faults[row.Type]
	}
	if row.Type == Number && ok && (n < 0 || n > int64(row.Max)) {
		return true, Faults[row.Type]
	}
	return ok, ""
}

func (c *checker) codes(row Field, x any, p place) bool {
	items, ok := x.([]any)
	if !ok {
		return false
	}
	var seen []string
	for i, item := range items {
		s, _ := item.(string)
		if !slices.Contains(row.Codes, s) {
			c.list.Add(p.item(i).pointer, "unknown-value", row.Article)
		} else if slices.Contains(seen, s) {
			c.list.Add(p.item(i).pointer, "duplicate", row.Article)
		}
		seen = append(seen, s)
	}
	return true
}

// text checks what is kept as a string and is not blank.
func (c *checker) text(row Field, s string, p place) {
	switch row.Type {
	case Text, Prose:
		c.long(row, s, p)
	case Code:
		if !slices.Contains(row.Codes, s) {
			c.list.Add(p.pointer, "unknown-value", row.Article)
		}
	case ID:
		if !validID(s) {
			c.list.Add(p.pointer, "format", "")
		} else if c.mode == Complete && count(c.ids[row.Codes[0]], s) > 1 {
			c.list.Add(p.pointer, "duplicate", "")
		}
	default:
		if len(s) > maxShort {
			c.list.Add(p.pointer, "format", "")
		} else if c.mode == Complete && !valid(row, s, c.ids) {
			c.list.Add(p.pointer, fault(row.Type, s), row.Article)
		}
	}
}

// maxShort is the length in bytes above which a number, a date or an address of mail is not even
// kept.
const maxShort = 512

func (c *checker) long(row Field, s string, p place) {
	if over := utf8.RuneCountInString(s) - row.Max; over > 0 {
		c.list = append(c.list, defect.Defect{
			Pointer: p.pointer, Code: "over-length", Article: row.Article, Args: []any{"max", row.Max, "over", over},
			Severity: map[Mode]defect.Severity{Draft: defect.Warning, Complete: defect.Error}[c.mode],
		})
	}
	if c.mode == Complete && strings.ContainsFunc(s, misleading) {
		c.list.Add(p.pointer, "characters", "")
	}
}

// Faults gives the code of the defect of a value that is not what its type asks for.
var Faults = map[Type]string{
	IIN: "number-invalid", BIN: "number-invalid", IBAN: "iban-invalid", BIC: "bic-invalid", Email: "email-invalid",
	Phone: "mobile-invalid", Date: "date-invalid", Ref: "reference-missing", Amount: "amount-invalid", Number: "number-range",
}

// fault is that code, or one that says which number was typed into the field of the other.
func fault(t Type, s string) string {
	switch {
	case t == BIN && validIIN(s, false):
		return "iin-as-bin"
	case t == IIN && validBIN(s, false):
		return "bin-as-iin"
	}
	return Faults[t]
}

func valid(row Field, s string, ids map[string][]string) bool {
	switch row.Type {
	case IIN:
		return validIIN(s, row.FromCert)
	case BIN:
		return validBIN(s, row.FromCert)
	case IBAN:
		return ValidIBAN(s)
	case BIC:
		return ValidBIC(s)
	case Email:
		return email.Valid(s)
	case Phone:
		return ValidPhone(s)
	case Date:
		var d calendar.Date
		return d.UnmarshalText([]byte(s)) == nil && d.Year >= 1800 && d.Year < 2200
	case Ref:
		return slices.ContainsFunc(row.Codes, func(target string) bool { return slices.Contains(ids[target], s) })
	}
	return false
}

// validIIN takes the certificate authority's word for a number it vouches for, but for its form.
func validIIN(s string, fromCert bool) bool {
	parse := kzid.ParseIIN
	if fromCert {
		parse = kzid.ParseIINForm
	}
	_, err := parse(s)
	return err == nil
}

func validBIN(s string, fromCert bool) bool {
	parse := kzid.ParseBIN
	if fromCert {
		parse = kzid.ParseBINForm
	}
	_, err := parse(s)
	return err == nil
}

// validID reports whether s may name an object of a filing.
func validID(s string) bool {
	return len(s) <= 36 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

func count(list []string, s string) (n int) {
	for _, x := range list {
		if x == s {
			n++
		}
	}
	return n
}
