package xmldsig

import (
	"bytes"
	"slices"
)

const canonBuffer = 2048

// openTag writes the tag of node i up to its attributes, with the declarations in c.want.
func (c *canon) openTag(i int32) {
	c.flushRun()
	c.byte('<')
	c.name(i)
	if len(c.want) > 1 {
		slices.SortFunc(c.want, func(a, b rendered) int { return bytes.Compare(a.prefix, b.prefix) })
	}
	for _, r := range c.want {
		if c.string(" xmlns"); len(r.prefix) > 0 {
			c.byte(':')
			c.write(r.prefix)
		}
		c.string(`="`)
		c.escapeValue(r.uri)
		c.byte('"')
	}
}

func (c *canon) closeTag(i int32) {
	c.byte('>')
	if c.d.nodes[i].flags&flagEmpty != 0 {
		c.string("</")
		c.name(i)
		c.byte('>')
	}
}

func (c *canon) name(i int32) {
	nd := &c.d.nodes[i]
	c.write(c.d.src[nd.start+1 : nd.start+1+uint32(nd.name)])
}

func (c *canon) attribute(a *attr) {
	src := c.d.src
	c.byte(' ')
	c.write(src[a.nameAt : a.nameAt+uint32(a.name)])
	c.string(`="`)
	if a.clean {
		c.write(src[a.valueAt:a.valueEnd])
	} else {
		c.value = appendValue(c.value[:0], src[a.valueAt:a.valueEnd])
		c.escapeValue(c.value)
	}
	c.byte('"')
}

// escapeValue writes a normalized attribute value (C14N 1.0, section 2.3, attribute nodes).
func (c *canon) escapeValue(b []byte) {
	from := 0
	for i, ch := range b {
		var esc string
		switch ch {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '"':
			esc = "&quot;"
		case '\t':
			esc = "&#x9;"
		case '\n':
			esc = "&#xA;"
		case '\r':
			esc = "&#xD;"
		default:
			continue
		}
		c.write(b[from:i])
		c.string(esc)
		from = i + 1
	}
	c.write(b[from:])
}

// text writes character data whose source is b (C14N 1.0, section 2.3, text nodes).
func (c *canon) text(b []byte, cdata bool) {
	from := 0
	for p := 0; p < len(b); {
		ch := b[p]
		if class[ch]&textStop == 0 || ch == 0xEF {
			p++
			continue
		}
		c.write(b[from:p])
		switch ch {
		case '\r':
			c.byte('\n')
			if p++; p < len(b) && b[p] == '\n' {
				p++
			}
		case '&':
			if !cdata {
				var r rune
				r, p, _ = scanReference(b, p)
				c.rune(r)
				break
			}
			fallthrough
		default:
			c.rune(rune(ch))
			p++
		}
		from = p
	}
	c.write(b[from:])
}

// rune writes one character of text, escaped.
func (c *canon) rune(r rune) {
	switch r {
	case '&':
		c.string("&amp;")
	case '<':
		c.string("&lt;")
	case '>':
		c.string("&gt;")
	case '\r':
		c.string("&#xD;")
	default:
		c.string(string(r))
	}
}

// source adds canonical source to the pending run.
func (c *canon) source(from, to uint32) {
	if from != c.end {
		c.flushRun()
		c.run = from
	}
	c.end = to
}

func (c *canon) flushRun() {
	if c.run < c.end {
		c.write(c.d.src[c.run:c.end])
	}
	c.run = c.end
}

func (c *canon) byte(b byte) {
	if len(c.buf) == cap(c.buf) {
		c.drain()
	}
	c.buf = append(c.buf, b)
}

func (c *canon) string(s string) {
	if len(c.buf)+len(s) > cap(c.buf) {
		c.drain()
	}
	c.buf = append(c.buf, s...)
}

func (c *canon) write(b []byte) {
	if len(c.buf)+len(b) > cap(c.buf) {
		c.drain()
		if len(b) >= canonBuffer/2 {
			c.emit(b)
			return
		}
	}
	c.buf = append(c.buf, b...)
}

func (c *canon) drain() {
	c.emit(c.buf)
	c.buf = c.buf[:0]
}

func (c *canon) flush() {
	c.flushRun()
	c.drain()
}

func (c *canon) emit(b []byte) {
	if c.err != nil || len(b) == 0 {
		return
	}
	if lim := &c.d.lim; c.n+int64(len(b)) > lim.canonical(len(c.d.src)) {
		c.err = refuse(ReasonLimit, -1, "canonical-bytes: the canonical form grows out of proportion")
		return
	} else if lim.Spend != nil && !lim.Spend(int64(len(b))) {
		c.err = refuse(ReasonLimit, -1, "canonical-bytes: no more than was allowed")
		return
	}
	var n int
	n, c.err = c.w.Write(b)
	c.n += int64(n)
}
