package inspect

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"regexp"
	"strconv"
)

// crossReference reads the sections from the newest to the oldest (7.5.4 to 7.5.8).
func (p *pdfFile) crossReference() error {
	p.offsets, p.packed, p.trailer, p.root = map[ref]int64{}, map[ref]ref{}, dict{}, -1
	tailAt := max(0, p.size-2048)
	tail, err := p.bytes(tailAt, 2048)
	if err != nil {
		return err
	}
	at := bytes.LastIndex(tail, []byte("startxref"))
	if at < 0 {
		return errBroken // cut short
	}
	l := &lexer{b: tail, at: at + len("startxref")}
	v, _ := l.value(0)
	next, ok := v.(int)
	if !ok {
		return errBroken
	}
	queue, seen := []int64{int64(next)}, map[int64]bool{}
	for len(queue) > 0 {
		off := queue[0] + p.shift
		queue = queue[1:]
		if seen[off] {
			continue
		}
		if seen[off] = true; len(seen) > 1000 {
			return errLimit
		}
		trailer, err := p.section(off)
		if err != nil {
			return err
		}
		for key, v := range trailer {
			if !has(p.trailer, key) {
				p.trailer[key] = v
			}
		}
		for _, key := range []name{"XRefStm", "Prev"} {
			if at, ok := trailer[key].(int); ok {
				queue = append(queue, int64(at))
			}
		}
	}
	if p.root, ok = p.trailer["Root"].(ref); !ok || p.offsets[p.root] == 0 && p.packed[p.root] == 0 {
		return errBroken
	}
	return nil
}

// add keeps where an object is, unless a newer section said so, and within the limit.
func (p *pdfFile) add(number ref, offset int64, stream ref) error {
	if len(p.offsets)+len(p.packed) >= maxObjects {
		return errLimit
	}
	_, here := p.offsets[number]
	_, packed := p.packed[number]
	switch {
	case here || packed:
	case stream > 0:
		p.packed[number] = stream
	default:
		p.offsets[number] = offset
	}
	return nil
}

// section reads one section, a table or a stream, and returns its trailer.
func (p *pdfFile) section(off int64) (dict, error) {
	b, err := p.part(off, 64)
	if err != nil {
		return nil, err
	}
	l := &lexer{b: b}
	l.skip()
	if l.take("xref") {
		return p.table(off + int64(l.at))
	}
	_, v, stream, err := p.object(off)
	d, ok := v.(dict)
	if err != nil || !ok || stream == 0 {
		return nil, errors.Join(err, errBroken)
	}
	return d, p.referenceStream(d, stream)
}

// table reads the subsections of a table and the trailer behind it. Entries are 20 bytes.
func (p *pdfFile) table(at int64) (dict, error) {
	for range maxObjects {
		b, err := p.part(at, 128)
		if err != nil {
			return nil, err
		}
		l := &lexer{b: b}
		l.skip()
		if l.take("trailer") {
			return p.tableTrailer(at + int64(l.at))
		}
		first, err1 := strconv.Atoi(l.word())
		l.skip()
		count, err2 := strconv.Atoi(l.word())
		l.skip()
		if err1 != nil || err2 != nil || count < 0 || first < 0 {
			return nil, errBroken
		}
		at += int64(l.at)
		for i := range count {
			e, err := p.part(at, 20)
			if err != nil || len(e) < 18 {
				return nil, errors.Join(err, errBroken)
			}
			offset, err := strconv.ParseInt(string(e[:10]), 10, 64)
			if err != nil {
				return nil, errBroken
			}
			if e[17] == 'n' && offset > 0 {
				if err := p.add(ref(first+i), offset+p.shift, 0); err != nil {
					return nil, err
				}
			}
			at += 20
		}
	}
	return nil, errLimit
}

func (p *pdfFile) tableTrailer(at int64) (dict, error) {
	b, err := p.part(at, 64<<10)
	if err != nil {
		return nil, err
	}
	v, err := (&lexer{b: b}).value(0)
	d, ok := v.(dict)
	if err != nil || !ok {
		return nil, errors.Join(err, errBroken)
	}
	return d, nil
}

// referenceStream reads the entries of a cross-reference stream (7.5.8).
func (p *pdfFile) referenceStream(d dict, at int64) error {
	b, err := p.stream(d, at)
	if err != nil {
		return err
	}
	var w [3]int
	widths, _ := d["W"].([]any)
	for i := range w {
		if i >= len(widths) {
			return errBroken
		}
		n, ok := widths[i].(int)
		if !ok || n < 0 || n > 8 {
			return errBroken
		}
		w[i] = n
	}
	row := w[0] + w[1] + w[2]
	index, ok := d["Index"].([]any)
	if !ok {
		index = []any{0, d["Size"]}
	}
	for ; len(index) >= 2; index = index[2:] {
		first, ok1 := index[0].(int)
		count, ok2 := index[1].(int)
		if !ok1 || !ok2 || first < 0 || row == 0 {
			return errBroken
		}
		for i := 0; i < count && len(b) >= row; i++ {
			kind := 1
			if w[0] > 0 {
				kind = field(b[:w[0]])
			}
			second := field(b[w[0] : w[0]+w[1]])
			b = b[row:]
			var err error
			switch {
			case kind == 1 && second > 0:
				err = p.add(ref(first+i), int64(second)+p.shift, 0)
			case kind == 2 && second > 0:
				err = p.add(ref(first+i), 0, ref(second))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// field is a big-endian number; one that no file can hold becomes -1.
func field(b []byte) int {
	n := 0
	for _, c := range b {
		if n > 1<<40 {
			return -1
		}
		n = n<<8 | int(c)
	}
	return n
}

// stream unpacks the stream of d that begins at at: as it is or by FlateDecode, which every
// program uses for the structure of a file. Where the packed bytes end, they say themselves.
func (p *pdfFile) stream(d dict, at int64) ([]byte, error) {
	filter := d["Filter"]
	if a, ok := filter.([]any); ok && len(a) == 1 {
		filter = a[0]
	}
	if a, ok := filter.([]any); ok && len(a) == 0 {
		filter = nil
	}
	switch filter {
	case nil:
		n, ok := d["Length"].(int)
		if !ok || n < 0 || n > 32<<20 {
			return nil, errBroken
		}
		return p.bytes(at, int64(n))
	case name("FlateDecode"), name("Fl"):
	default:
		return nil, errBroken
	}
	z, err := zlib.NewReader(io.NewSectionReader(p, at, p.size-at))
	if err != nil {
		return nil, errors.Join(err, errBroken)
	}
	b, err := p.unpack(z, 32<<20)
	if err != nil && !errors.Is(err, errLimit) && len(b) == 0 {
		return nil, err
	}
	if errors.Is(err, errLimit) {
		return nil, err
	}
	parms := d["DecodeParms"]
	if a, ok := parms.([]any); ok && len(a) == 1 {
		parms = a[0]
	}
	if parms, ok := parms.(dict); ok {
		return unpredict(b, parms)
	}
	return b, nil
}

// unpredict undoes the PNG filters (7.4.4.4) on rows of bytes.
func unpredict(b []byte, parms dict) ([]byte, error) {
	predictor, _ := parms["Predictor"].(int)
	if predictor < 10 {
		return b, nil
	}
	columns, ok := parms["Columns"].(int)
	if !ok {
		columns = 1
	}
	if columns < 1 || columns > 1<<16 {
		return nil, errBroken
	}
	var out []byte
	above := make([]byte, columns)
	for ; len(b) > columns; b = b[columns+1:] {
		row := bytes.Clone(b[1 : columns+1])
		for i := range row {
			var before, corner byte
			if i > 0 {
				before, corner = row[i-1], above[i-1]
			}
			switch b[0] {
			case 1:
				row[i] += before
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(before) + int(above[i])) / 2)
			case 4:
				row[i] += paeth(before, above[i], corner)
			}
		}
		out, above = append(out, row...), row
	}
	return out, nil
}

// paeth is the predictor of that name (PNG, 9.4).
func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int { return max(n, -n) }

var objectHead = regexp.MustCompile(`(?:^|[\s>])(\d{1,9})\s+\d{1,5}\s+obj\b`)

// rebuild finds objects and trailers by looking through the file, as readers do with a broken one.
func (p *pdfFile) rebuild() error {
	p.offsets, p.packed, p.trailer, p.root, p.rebuilt = map[ref]int64{}, map[ref]ref{}, dict{}, -1, true
	const block, overlap = 1 << 20, 64
	for off := int64(0); off < p.size; off += block {
		b, err := p.bytes(off, block+overlap)
		if err != nil {
			return err
		}
		for _, m := range objectHead.FindAllSubmatchIndex(b, -1) {
			number, _ := strconv.Atoi(string(b[m[2]:m[3]]))
			if len(p.offsets) >= maxObjects {
				return errLimit
			}
			p.offsets[ref(number)] = off + int64(m[2]) // the last one counts
		}
		for rest, at := b, off; ; {
			i := bytes.Index(rest, []byte("trailer"))
			if i < 0 {
				break
			}
			rest, at = rest[i+7:], at+int64(i)+7
			d, err := p.tableTrailer(at)
			if err != nil {
				continue
			}
			for key, v := range d {
				p.trailer[key] = v
			}
		}
	}
	if root, ok := p.trailer["Root"].(ref); ok {
		p.root = root
	}
	return nil
}
