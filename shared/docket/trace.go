package docket

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Trace is by what the staff of a court finds a filing or a case: one party of it.
type Trace struct {
	Of     string    // id of the filing, or of a case that none opened
	At     time.Time // when it was sent, or opened: what is found is in this order
	Place  string    // tells the traces of one filing apart: id of the party, or what it is
	Tokens []string  // look-up keys under which it stands: of the number, of the beginnings of the words
	Words  []string  // of party.Words
}

// bucket is how many letters of a word its token is made of: what is found under it is then compared word by
// word. No number and no name stands in a key.
const bucket = 3

func wordToken(word string, key []byte) string {
	return indexkey.Key(key, indexkey.Words, string([]rune(word)[:min(bucket, utf8.RuneCountInString(word))]))
}

// trace is that of a party of that name, found by the look-up keys of its number too.
func trace(of string, at time.Time, place, name string, keys []string, key []byte) Trace {
	t := Trace{Of: of, At: at, Place: place, Tokens: slices.Clone(keys), Words: party.Words(name)}
	for _, w := range t.Words {
		if token := wordToken(w, key); !slices.Contains(t.Tokens, token) {
			t.Tokens = append(t.Tokens, token)
		}
	}
	return t
}

// TracesOfForm are those of everyone whom the sections of a form name as a party, whatever its kind.
func TracesOfForm(of string, at time.Time, v form.Value, key []byte) (out []Trace) {
	for _, p := range partiesOf(v) {
		var keys []string
		if digits := p.Number(); masked(digits) != "" {
			keys = append(keys, numberKeyOf(p.Type, digits, key))
		}
		out = append(out, trace(of, at, p.ID, p.FullName(), keys, key))
	}
	return out
}

// partiesOf are those whom the sections of a form name as parties. One without an id has that of its section.
func partiesOf(v form.Value) (out []party.Party) {
	for code, value := range v {
		var one struct{ party.Party }
		var many struct{ Parties []party.Party }
		if bind(value, &one) != nil || bind(value, &many) != nil { // of another shape: no parties
			continue
		}
		for _, p := range append(many.Parties, one.Party) {
			if !slices.Contains(party.Types, p.Type) || p.FullName() == "" {
				continue
			}
			p.ID = cmp.Or(p.ID, code)
			out = append(out, p)
		}
	}
	return out
}

// NumbersOfForm are the look-up keys of the numbers that a form has of its parties: of natural persons, and of others.
func NumbersOfForm(v form.Value, key []byte) (persons, organisations []string) {
	for _, p := range partiesOf(v) {
		switch digits := p.Number(); {
		case masked(digits) == "":
		case p.IsPerson():
			persons = append(persons, numberKeyOf(p.Type, digits, key))
		default:
			organisations = append(organisations, numberKeyOf(p.Type, digits, key))
		}
	}
	return persons, organisations
}

func numberKeyOf(typ, digits string, key []byte) string {
	keys := account.NumberKeys(key, digits)
	if (party.Party{Type: typ}).IsPerson() {
		return keys[0]
	}
	return keys[1]
}

// FiledBy is the trace of the account that sent a filing.
func FiledBy(of string, at time.Time, a account.Account, key []byte) Trace {
	name := a.Subject.Name
	if a.Subject.Kind == account.Legal {
		name = a.Subject.Organisation
	}
	return trace(of, at, "filer", name, []string{a.Key}, key)
}

// Traces are those of the parties of the case as the court knows them.
func (c Case) Traces(key []byte) (out []Trace) {
	at := c.OpenedAt
	if len(c.Papers) > 0 && c.Papers[0].Filing == c.ID {
		at = c.Papers[0].At
	}
	for _, p := range c.Parties {
		var keys []string
		if p.Key != "" {
			keys = append(keys, p.Key)
		}
		out = append(out, trace(c.ID, at, p.ID, p.Name, keys, key))
	}
	return out
}

// Sought is what somebody looks for.
type Sought struct {
	Tokens []string // under any of which it stands
	Words  []string // each of which begins a word of the name; none where a number is looked for
}

// Seek reads what was typed: an IIN or BIN, or beginnings of words of a name of at least two letters. ok is
// false for what is neither.
func Seek(typed string, key []byte) (s Sought, ok bool) {
	digits := strings.Join(strings.Fields(typed), "")
	if _, err := kzid.ParseIINForm(digits); err == nil {
		keys := account.NumberKeys(key, digits)
		return Sought{Tokens: keys[:]}, true
	}
	if len(digits) > 4 && strings.Trim(digits, "0123456789") == "" { // a number that lacks some digits; a year is a word
		return Sought{}, false
	}
	s.Words = party.Words(typed)
	longest := ""
	for _, w := range s.Words {
		if utf8.RuneCountInString(w) > utf8.RuneCountInString(longest) {
			longest = w
		}
	}
	if utf8.RuneCountInString(longest) < 2 {
		return Sought{}, false
	}
	s.Tokens = []string{wordToken(longest, key)}
	return s, true
}

// Finds reports whether a trace is what is looked for.
func (s Sought) Finds(t Trace) bool { return len(s.Words) == 0 || party.MatchWords(t.Words, s.Words) }
