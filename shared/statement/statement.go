// Package statement renders a filing's form as the PDF that is signed with it: the same document
// gives the same bytes on every machine and for ever, because the manifest names those bytes by
// their SHA-256 and anyone may render them again to compare.
//
// Read Example first. The caller turns a form into a Document, a neutral model of headings,
// paragraphs, label and value lists and tables; Render lays it out on A4 pages like a paper for a
// court. Before that, Undrawable tells for each text which of its characters the fonts lack, so
// that the person hears of it at the field: nothing is ever drawn as an empty box.
//
// # The same bytes
//
// A library for PDF and a compressor change with their releases, floating point with the
// processor. So the package writes PDF itself, measures in whole units, compresses nothing, and
// keeps its fonts and its few words inside. What Version says is fixed: a change that moves one
// byte of any document is a new version, and the old one stays beside it.
//
// # The format
//
// PDF/A-2u (ISO 19005-2): fonts embedded as subsets, every glyph mapped to its character, colours
// independent of a device, no action, no attachment, no date. The page is not tagged (levels a
// and PDF/UA are not claimed): the office's own pages show the same form to a screen reader.
//
// # Fonts
//
// Tinos 1.340 (SIL Open Font License 1.1, font/OFL.txt; no reserved name), which has the measures
// of Times New Roman, with Latin, Cyrillic with every Kazakh letter, punctuation, currencies and
// common signs. The two files are subsets without hinting, made by font/subset.sh.
package statement

import (
	"fmt"
	"strings"
)

// Version is the renderer that new statements are made with. A manifest names it.
const Version = "1"

// MaxPages is what one statement may have. Forms within the published limits stay far below it.
const MaxPages = 1000

// Document is what a statement says, in reading order.
type Document struct {
	ID       string  // the filing's id, in the foot of each page
	Language string  // of the proceedings, "kk" or "ru"; other papers also "en"
	Title    string  // what the paper is: "Талап қою арызы"
	Subtitle string  // under the title; may be empty
	Head     []Entry // court and parties, at the right of the first page
	Body     []Block
	Carried  []byte // for programs: in comments behind the last object, see ReadCarried; may be nil
}

// Entry is one name in the head of a paper: a label such as "Истец:" over its lines.
type Entry struct {
	Label string
	Lines []string
}

// Block is a part of the body: Heading, Paragraph, Facts, List, Table or Matrix.
type Block interface {
	draw(*layout)
	texts(func(string))
}

// Heading begins a section. It stays on the page of what follows it.
type Heading struct{ Text string }

// Paragraph is running text. A line break in it begins a new paragraph.
type Paragraph struct{ Text string }

// Facts are labels with their values, in two columns.
type Facts []Fact

// Fact is one label with its value; a line break in the value is kept.
type Fact struct{ Label, Value string }

// List is numbered from 1, as demands are.
type List []string

// Table has a head that is repeated on each page it reaches.
type Table struct {
	Columns []Column
	Rows    [][]string // one text per column
	Foot    []string   // a bold last row, such as a sum; nil for none
}

// Column is one column of a table.
type Column struct {
	Head  string
	Share int  // of the table's width, in relation to the other columns
	Right bool // amounts are set at the right
}

// GlyphError tells that the statement cannot be drawn because the fonts lack characters of it.
type GlyphError struct{ Runes []rune }

// Error lists the characters.
func (e *GlyphError) Error() string {
	return fmt.Sprintf("statement: no glyph for %q", string(e.Runes))
}

// LongError tells that a statement has more than MaxPages pages.
type LongError struct{}

// Error names the limit.
func (*LongError) Error() string { return fmt.Sprintf("statement: more than %d pages", MaxPages) }

// VersionError names a renderer that this package does not have.
type VersionError struct{ Version string }

// Error names the version.
func (e *VersionError) Error() string { return "statement: no renderer version " + e.Version }

// LanguageError names a language that no statement is made in.
type LanguageError struct{ Language string }

// Error names the language.
func (e *LanguageError) Error() string { return "statement: no words in language " + e.Language }

// TableError tells that a table has no width or a row another number of texts than columns.
type TableError struct{ Row, Texts, Columns int }

// Error names the row, counted from 0; -1 is the head, -2 the foot.
func (e *TableError) Error() string {
	return fmt.Sprintf("statement: row %d has %d texts for %d columns", e.Row, e.Texts, e.Columns)
}

// Render returns the PDF of d as the renderer of that version draws it. Texts are UTF-8; they are
// drawn in normal form C, since two ways to write й look the same and are the same.
//
// Errors: *VersionError, *LanguageError, *TableError, *GlyphError, *LongError.
func Render(version string, d Document) ([]byte, error) {
	r, ok := renderers[version]
	if !ok {
		return nil, &VersionError{version}
	}
	if _, ok := r.words[d.Language]; !ok {
		return nil, &LanguageError{d.Language}
	}
	if err := d.check(r); err != nil {
		return nil, err
	}
	l := newLayout(r, d)
	l.head(d)
	for _, b := range d.Body {
		if l.full() {
			return nil, &LongError{}
		}
		b.draw(l)
	}
	if l.full() {
		return nil, &LongError{}
	}
	l.feet(d)
	return l.pdf(d), nil
}

// Undrawable returns the characters of text that the renderer Version has no glyph for, each
// once, in the order of the text; nil if it can be drawn. Line breaks and spaces of all kinds can.
func Undrawable(text string) []rune {
	return renderers[Version].undrawable(nil, text)
}

func (d Document) check(r *renderer) error {
	var missing []rune
	see := func(text string) { missing = r.undrawable(missing, text) }
	see(d.ID + d.Title + d.Subtitle)
	for _, e := range d.Head {
		see(e.Label + strings.Join(e.Lines, " "))
	}
	for _, b := range d.Body {
		if t, ok := b.(Table); ok {
			if err := t.check(); err != nil {
				return err
			}
		}
		b.texts(see)
	}
	if missing != nil {
		return &GlyphError{missing}
	}
	return nil
}

func (t Table) check() error {
	for _, c := range t.Columns {
		if c.Share < 1 {
			return &TableError{-1, c.Share, len(t.Columns)}
		}
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return &TableError{i, len(row), len(t.Columns)}
		}
	}
	if t.Foot != nil && len(t.Foot) != len(t.Columns) {
		return &TableError{-2, len(t.Foot), len(t.Columns)}
	}
	return nil
}

func (h Heading) texts(see func(string))   { see(h.Text) }
func (p Paragraph) texts(see func(string)) { see(p.Text) }
func (f Facts) texts(see func(string)) {
	for _, fact := range f {
		see(fact.Label)
		see(fact.Value)
	}
}
func (l List) texts(see func(string)) {
	for _, text := range l {
		see(text)
	}
}
func (t Table) texts(see func(string)) {
	for _, c := range t.Columns {
		see(c.Head)
	}
	for _, row := range t.Rows {
		for _, text := range row {
			see(text)
		}
	}
	for _, text := range t.Foot {
		see(text)
	}
}
