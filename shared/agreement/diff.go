package agreement

import (
	"strings"
	"unicode"
)

// Op says where a piece of text is.
type Op string

const (
	Same    Op = "same"    // in both versions
	Added   Op = "added"   // in the newer one only
	Removed Op = "removed" // in the older one only
)

// Piece is some words of a clause.
type Piece struct {
	Op   Op     `json:"op"`
	Text string `json:"text"` // with the spaces that belong to it
}

// Clause is one line of the Markdown, which in the agreement is a heading, a clause or an item of
// a list. Joined, its pieces other than Added are the line of the older version, those other than
// Removed that of the newer.
type Clause struct {
	Op     Op      `json:"op"` // Same, Added or Removed as a whole, or Changed
	Pieces []Piece `json:"pieces"`
}

// Changed is the Op of a clause that is in both versions with other words.
const Changed Op = "changed"

// maxCells bounds the work of one comparison. Two texts that differ so much have nothing in common
// that is worth showing: the one is removed, the other added.
const maxCells = 4 << 20

// maxPairs bounds how many changed clauses are held against each other.
const maxPairs = 10_000

// Diff compares two versions' texts clause by clause and, where a clause was changed, word by
// word. Empty lines are left out. The result is the shortest by number of clauses, then by words.
func Diff(older, newer string) []Clause {
	a, b := lines(older), lines(newer)
	var out []Clause
	var gone, come []string
	flush := func() {
		out = append(out, pair(gone, come)...)
		gone, come = nil, nil
	}
	for _, p := range compare(a, b) {
		switch p.op {
		case Removed:
			gone = append(gone, p.text)
		case Added:
			come = append(come, p.text)
		default:
			flush()
			out = append(out, Clause{Same, []Piece{{Same, p.text}}})
		}
	}
	flush()
	return out
}

// pair shows what took the place of what within one stretch of changed lines: a clause and the one
// that begins with the same number or is most alike are one changed clause.
func pair(gone, come []string) []Clause {
	var out []Clause
	next := 0
	for _, g := range gone {
		match := -1
		for i := next; i < len(come) && len(gone)*len(come) <= maxPairs; i++ {
			if alike(g, come[i]) {
				match = i
				break
			}
		}
		if match < 0 {
			out = append(out, Clause{Removed, []Piece{{Removed, g}}})
			continue
		}
		for ; next < match; next++ {
			out = append(out, Clause{Added, []Piece{{Added, come[next]}}})
		}
		out = append(out, Clause{Changed, words(g, come[match])})
		next = match + 1
	}
	for ; next < len(come); next++ {
		out = append(out, Clause{Added, []Piece{{Added, come[next]}}})
	}
	return out
}

// alike reports whether at least a third of the longer line's words are the other's too.
func alike(a, b string) bool {
	x, y := split(a), split(b)
	same := 0
	for _, p := range compare(x, y) {
		if p.op == Same && strings.TrimSpace(p.text) != "" {
			same++
		}
	}
	return 3*same >= max(count(x), count(y))
}

func count(tokens []string) (n int) {
	for _, t := range tokens {
		if strings.TrimSpace(t) != "" {
			n++
		}
	}
	return n
}

// words compares two lines. What is removed comes before what is added in its place, and a space
// between two changed words is changed with them.
func words(older, newer string) []Piece {
	var out []Piece
	put := func(op Op, text string) {
		if n := len(out); n > 0 && out[n-1].Op == op {
			out[n-1].Text += text
		} else if text != "" {
			out = append(out, Piece{op, text})
		}
	}
	gone, come, space := "", "", ""
	for _, p := range compare(split(older), split(newer)) {
		if p.op == Same && strings.TrimSpace(p.text) == "" && gone+come != "" && space == "" {
			space = p.text
			continue
		}
		if p.op == Same {
			put(Removed, gone)
			put(Added, come)
			put(Same, space+p.text)
			gone, come, space = "", "", ""
			continue
		}
		gone, come, space = gone+space, come+space, ""
		if p.op == Removed {
			gone += p.text
		} else {
			come += p.text
		}
	}
	put(Removed, gone)
	put(Added, come)
	put(Same, space)
	return out
}

func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// split cuts a line into words, runs of spaces and single marks of punctuation; joined they are
// the line again.
func split(line string) []string {
	var out []string
	kind := func(r rune) int {
		switch {
		case unicode.IsSpace(r):
			return 0
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			return 1
		}
		return 2
	}
	start, last := 0, -1
	for i, r := range line {
		k := kind(r)
		if i > 0 && (k != last || k == 2) {
			out = append(out, line[start:i])
			start = i
		}
		last = k
	}
	if start < len(line) {
		out = append(out, line[start:])
	}
	return out
}

type edit struct {
	op   Op
	text string
}

// compare is the longest common subsequence of a and b as edits; what is removed comes before what
// is added in its place.
func compare(a, b []string) []edit {
	head, tail := 0, 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []edit
	for _, t := range a[:head] {
		out = append(out, edit{Same, t})
	}
	out = append(out, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, t := range a[len(a)-tail:] {
		out = append(out, edit{Same, t})
	}
	return out
}

func middle(a, b []string) []edit {
	var out []edit
	i, j := 0, 0
	if len(a)*len(b) <= maxCells {
		// best[i*w+j] is the length of the longest common subsequence of a[i:] and b[j:].
		w := len(b) + 1
		best := make([]int32, (len(a)+1)*w)
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if a[i] == b[j] {
					best[i*w+j] = best[(i+1)*w+j+1] + 1
				} else {
					best[i*w+j] = max(best[(i+1)*w+j], best[i*w+j+1])
				}
			}
		}
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				out = append(out, edit{Same, a[i]})
				i++
				j++
			case best[(i+1)*w+j] >= best[i*w+j+1]:
				out = append(out, edit{Removed, a[i]})
				i++
			default:
				out = append(out, edit{Added, b[j]})
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		out = append(out, edit{Removed, a[i]})
	}
	for ; j < len(b); j++ {
		out = append(out, edit{Added, b[j]})
	}
	return out
}
