package statement

import (
	"strconv"
	"strings"
)

// head sets court and parties at the right and the title below.
func (l *layout) head(d Document) {
	const x, width = marginLeft + textWidth*42/100, textWidth * 58 / 100
	s := rowStyle{lead: bodyLead}
	for _, e := range d.Head {
		l.need(3 * bodyLead)
		if e.Label != "" {
			l.row(s, l.cell(l.bold, bodySize, x, width, e.Label))
		}
		for _, text := range e.Lines {
			l.row(s, l.cell(l.regular, bodySize, x, width, text))
		}
		l.space(bodyLead / 3)
	}
	if len(d.Head) > 0 {
		l.space(bodyLead)
	}
	l.need(titleLead + 4*bodyLead)
	title := l.cell(l.bold, titleSize, marginLeft, textWidth, d.Title)
	title.align = centre
	l.row(rowStyle{lead: titleLead}, title)
	if d.Subtitle != "" {
		sub := l.cell(l.regular, bodySize, marginLeft, textWidth, d.Subtitle)
		sub.align = centre
		l.row(s, sub)
	}
	l.space(bodyLead * 2 / 3)
}

func (h Heading) draw(l *layout) {
	l.space(bodyLead * 2 / 3)
	c := l.cell(l.bold, bodySize, marginLeft, textWidth, h.Text)
	l.need(len(c.lines)*bodyLead + 3*bodyLead)
	l.headings = append(l.headings, heading{h.Text, len(l.pages) - 1, l.y})
	l.row(rowStyle{lead: bodyLead}, c)
	l.space(bodyLead / 3)
}

func (p Paragraph) draw(l *layout) {
	for part := range strings.SplitSeq(clean(p.Text), "\n") {
		part = strings.Trim(part, " ")
		if part == "" {
			continue
		}
		c := cell{font: l.regular, size: bodySize, x: marginLeft, width: textWidth}
		c.lines = wrap(l.regular.face, bodySize, textWidth, textIndent, part)
		l.row(rowStyle{lead: bodyLead, whole: 3}, c)
		l.space(bodyLead / 5)
	}
}

func (f Facts) draw(l *layout) {
	const gap = 12_000
	const label = textWidth*34/100 - gap
	for _, fact := range f {
		l.row(rowStyle{lead: bodyLead, pad: 1_500, whole: 6},
			l.cell(l.regular, bodySize, marginLeft, label, fact.Label),
			l.cell(l.regular, bodySize, marginLeft+label+gap, textWidth-label-gap, fact.Value))
	}
}

func (items List) draw(l *layout) {
	const number = textIndent
	for i, text := range items {
		l.row(rowStyle{lead: bodyLead, pad: 1_500, whole: 3},
			l.cell(l.regular, bodySize, marginLeft, number, strconv.Itoa(i+1)+"."),
			l.cell(l.regular, bodySize, marginLeft+number, textWidth-number, text))
	}
}

func (t Table) draw(l *layout) {
	const pad, side = 3_000, 4_000
	rules := t.rules()
	cells := func(font *subset, texts []string) []cell {
		var out []cell
		for i, text := range texts {
			c := l.cell(font, tableSize, rules[i]+side, rules[i+1]-rules[i]-2*side, text)
			if t.Columns[i].Right {
				c.align = right
			}
			out = append(out, c)
		}
		return out
	}
	var heads []string
	for _, c := range t.Columns {
		heads = append(heads, c.Head)
	}
	s := rowStyle{lead: tableLead, pad: pad, rules: rules, whole: 12}
	headStyle := s
	head := func() { l.row(headStyle, cells(l.bold, heads)...) }
	l.space(3_000)
	l.need(6 * tableLead)
	before, page := l.y, len(l.pages)
	head()
	// A head that takes a third of the page is not said twice.
	if page == len(l.pages) && l.y-before < (bodyEnd-marginTop)/3 {
		s.again = head
	}
	for _, row := range t.Rows {
		l.row(s, cells(l.regular, row)...)
	}
	if t.Foot != nil {
		l.row(s, cells(l.bold, t.Foot)...)
	}
	l.space(bodyLead / 2)
}

// rules returns the x of the rules left of each column and right of the last.
func (t Table) rules() []int {
	total, sum := 0, 0
	for _, c := range t.Columns {
		total += c.Share
	}
	out := []int{marginLeft}
	for _, c := range t.Columns {
		sum += c.Share
		out = append(out, marginLeft+textWidth*sum/total)
	}
	return out
}

// feet writes the foot of every page, when their number is known.
func (l *layout) feet(d Document) {
	pages := l.pages
	for i := range pages {
		l.pages = pages[:i+1]
		l.rule(marginLeft, footAt-13_000, marginLeft+textWidth, footAt-13_000)
		id, page := l.words[d.Language].foot(d.ID, l.version, i+1, len(pages))
		for _, text := range []struct {
			align align
			text  string
		}{{left, id}, {right, page}} {
			c := l.cell(l.regular, footSize, marginLeft, textWidth, text.text)
			c.align = text.align
			l.line(c, c.lines[0], footAt)
		}
	}
}
