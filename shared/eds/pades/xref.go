package pades

import (
	"bytes"
	"fmt"
	"maps"
)

// file is a PDF that is being read. Objects are kept by where they stand, so that what revisions share is
// read once.
type file struct {
	data     []byte
	work     int64 // values that may still be read
	visits   int64 // values that may still be looked at again, to compare revisions
	unpacked int64 // bytes that may still be inflated
	objects  map[place]any
	streams  map[int64][]any // the objects of an object stream by the place of the stream
	numbers  map[int64][]int64
}

// place is where an object stands: at an offset, or in an object stream at an offset.
type place struct {
	offset int64
	index  int64 // -1 outside object streams
}

// entry is a row of a cross-reference table or stream (sections 7.5.4 and 7.5.8).
type entry struct {
	kind   int64 // 0 free, 1 at an offset, 2 in an object stream
	offset int64 // or the number of the stream
	gen    int64 // or the index in the stream
}

// revision is the document as it was after one of its updates: the bytes up to end.
type revision struct {
	f        *file
	end      int
	start    int64   // where its newest cross-reference section is
	sections []int64 // all of them, the newest first
	xref     map[int64]entry
	trailer  dict
}

// at reads the revision that ends at end: there are startxref, an offset and %%EOF, then white space at
// most.
func (f *file) at(end int) (*revision, error) {
	tail := bytes.TrimRight(f.data[:end], "\x00\t\n\f\r ")
	if !bytes.HasSuffix(tail, []byte("%%EOF")) {
		return nil, fail(Structure, "no %%EOF at the end")
	}
	from := max(0, len(tail)-64)
	i := bytes.LastIndex(tail[from:], []byte("startxref"))
	if i < 0 {
		return nil, fail(Structure, "no startxref at the end")
	}
	l := lexer{data: tail[:len(tail)-len("%%EOF")], pos: from + i + len("startxref"), work: &f.work}
	start, ok := l.integer()
	if l.skip(); !ok || l.pos != len(l.data) || start >= int64(end) {
		return nil, fail(Structure, "startxref")
	}
	r := &revision{f: f, end: end, start: start, xref: map[int64]entry{}}
	return r, r.readSections()
}

func (r *revision) readSections() error {
	for at := r.start; ; {
		for _, seen := range r.sections {
			if seen == at {
				return fail(Structure, "cross-reference sections in a circle")
			}
		}
		if len(r.sections) == 1024 {
			return fail(Limit, "nodes")
		}
		r.sections = append(r.sections, at)
		trailer, entries, err := r.section(at)
		if err != nil {
			return err
		}
		if r.trailer == nil {
			r.trailer = trailer
		}
		for num, e := range entries {
			if _, newer := r.xref[num]; !newer {
				r.xref[num] = e
			}
		}
		prev, ok := trailer["Prev"].(int64)
		if !ok {
			if _, odd := trailer["Prev"]; odd {
				return fail(Structure, "Prev")
			}
			break
		}
		at = prev
	}
	if _, ok := r.trailer["Encrypt"]; ok {
		return fail(Encrypted, "")
	}
	return nil
}

// section reads one cross-reference section. Hybrid files, whose table and stream may differ, are refused.
func (r *revision) section(at int64) (dict, map[int64]entry, error) {
	if at < 0 || at >= int64(r.end) {
		return nil, nil, fail(Structure, "a cross-reference section outside the file")
	}
	l := lexer{data: r.f.data[:r.end], pos: int(at), work: &r.f.work}
	if !l.keyword("xref") {
		return r.xrefStream(at)
	}
	entries := map[int64]entry{}
	for !l.keyword("trailer") {
		first, ok := l.integer()
		count, ok2 := l.integer()
		if !ok || !ok2 || first+count > 1<<31 {
			return nil, nil, fail(Structure, "cross-reference table")
		}
		for i := range count {
			if r.f.work--; r.f.work < 0 {
				return nil, nil, fail(Limit, "nodes")
			}
			offset, ok := l.integer()
			gen, ok2 := l.integer()
			kind := l.word()
			if _, twice := entries[first+i]; !ok || !ok2 || twice || kind != "n" && kind != "f" {
				return nil, nil, fail(Structure, "cross-reference table")
			}
			e := entry{0, offset, gen}
			if kind == "n" {
				e.kind = 1
			}
			entries[first+i] = e
		}
	}
	v, ok := l.object(0)
	trailer, isDict := v.(dict)
	if !ok || !isDict {
		return nil, nil, fail(Structure, "trailer")
	}
	if _, hybrid := trailer["XRefStm"]; hybrid {
		return nil, nil, fail(Structure, "two kinds of cross-reference in one file")
	}
	return trailer, entries, nil
}

func (r *revision) xrefStream(at int64) (dict, map[int64]entry, error) {
	v, err := r.indirect(at, nil)
	s, ok := v.(stream)
	if err != nil || !ok || s.dict["Type"] != name("XRef") {
		return nil, nil, fail(Structure, "neither a cross-reference table nor a stream")
	}
	data, err := r.f.decode(s)
	if err != nil {
		return nil, nil, err
	}
	w, _ := s.dict["W"].(array)
	size, _ := s.dict["Size"].(int64)
	index, _ := s.dict["Index"].(array)
	if index == nil {
		index = array{int64(0), size}
	}
	var width [3]int
	for i := range width {
		n, ok := int64(0), len(w) == 3
		if ok {
			n, ok = w[i].(int64)
		}
		if !ok || n < 0 || n > 8 {
			return nil, nil, fail(Structure, "widths of a cross-reference stream")
		}
		width[i] = int(n)
	}
	row := width[0] + width[1] + width[2]
	entries := map[int64]entry{}
	for ; len(index) >= 2; index = index[2:] {
		first, ok := index[0].(int64)
		count, ok2 := index[1].(int64)
		if !ok || !ok2 || first < 0 || count < 0 || row == 0 || count > int64(len(data)/row) || first > 1<<31 {
			return nil, nil, fail(Structure, "index of a cross-reference stream")
		}
		for i := range count {
			if r.f.work--; r.f.work < 0 {
				return nil, nil, fail(Limit, "nodes")
			}
			var field [3]int64
			pos := 0
			for k, n := range width {
				for range n {
					field[k] = field[k]<<8 | int64(data[pos])
					pos++
				}
			}
			if width[0] == 0 {
				field[0] = 1
			}
			data = data[row:]
			if _, twice := entries[first+i]; twice || field[0] > 2 {
				return nil, nil, fail(Structure, "cross-reference stream")
			}
			entries[first+i] = entry{field[0], field[1], field[2]}
		}
	}
	if len(index) != 0 || len(data) != 0 {
		return nil, nil, fail(Structure, "cross-reference stream of another length")
	}
	return s.dict, entries, nil
}

// indirect reads "N G obj … endobj" at an offset. want, if not nil, is what N and G must be.
func (r *revision) indirect(at int64, want *ref) (any, error) {
	f := r.f
	key := place{at, -1}
	if v, ok := f.objects[key]; ok && want == nil {
		return v, nil
	}
	if at < 0 || at >= int64(r.end) {
		return nil, fail(Structure, "an object outside the file")
	}
	l := lexer{data: f.data[:r.end], pos: int(at), work: &f.work}
	num, ok := l.integer()
	gen, ok2 := l.integer()
	if !ok || !ok2 || !l.keyword("obj") || want != nil && *want != (ref{num, gen}) {
		return nil, fail(Structure, fmt.Sprintf("no object at offset %d, or another one", at))
	}
	if v, ok := f.objects[key]; ok {
		return v, nil
	}
	v, ok := l.object(0)
	if !ok {
		if f.work < 0 {
			return nil, fail(Limit, "nodes")
		}
		return nil, fail(Structure, fmt.Sprintf("object %d", num))
	}
	d, isDict := v.(dict)
	if isDict && l.keyword("stream") {
		raw, err := r.streamBytes(&l, d)
		if err != nil {
			return nil, err
		}
		v = stream{d, raw}
	}
	if !l.keyword("endobj") {
		return nil, fail(Structure, fmt.Sprintf("object %d does not end", num))
	}
	f.objects[key] = v
	return v, nil
}

// streamBytes reads the bytes of a stream, whose length is its dictionary's and nothing else.
func (r *revision) streamBytes(l *lexer, d dict) ([]byte, error) {
	if l.pos < len(l.data) && l.data[l.pos] == '\r' {
		l.pos++
	}
	if l.pos >= len(l.data) || l.data[l.pos] != '\n' {
		return nil, fail(Structure, "a stream without its line end")
	}
	l.pos++
	v := d["Length"]
	if at, ok := v.(ref); ok {
		e := r.xref[at.num]
		if e.kind != 1 || e.gen != at.gen {
			return nil, fail(Structure, "length of a stream")
		}
		var err error
		if v, err = r.indirect(e.offset, &at); err != nil {
			return nil, err
		}
	}
	n, ok := v.(int64)
	if !ok || n < 0 || n > int64(len(l.data)-l.pos) {
		return nil, fail(Structure, "length of a stream")
	}
	raw := l.data[l.pos : l.pos+int(n)]
	l.pos += int(n)
	rest := l.data[l.pos:min(len(l.data), l.pos+2)]
	if !l.keyword("endstream") || len(bytes.TrimLeft(rest, "\r\n")) == 2 && !bytes.HasPrefix(rest, []byte("en")) {
		return nil, fail(Structure, "a stream of another length than it says")
	}
	return raw, nil
}

// get returns the object of that number, nil if there is none (section 7.3.10).
func (r *revision) get(num int64) (any, error) {
	switch e := r.xref[num]; e.kind {
	case 1:
		return r.indirect(e.offset, &ref{num, e.gen})
	case 2:
		return r.inStream(num, e)
	}
	return nil, nil
}

func (r *revision) inStream(num int64, e entry) (any, error) {
	host := r.xref[e.offset]
	if host.kind != 1 {
		return nil, fail(Structure, "an object stream that is not there")
	}
	f := r.f
	if _, ok := f.streams[host.offset]; !ok {
		if err := r.readObjectStream(e.offset, host); err != nil {
			return nil, err
		}
	}
	list, numbers := f.streams[host.offset], f.numbers[host.offset]
	if e.gen >= int64(len(list)) || numbers[e.gen] != num {
		return nil, fail(Structure, fmt.Sprintf("object %d is not in its stream", num))
	}
	return list[e.gen], nil
}

func (r *revision) readObjectStream(num int64, host entry) error {
	v, err := r.indirect(host.offset, &ref{num, host.gen})
	if err != nil {
		return err
	}
	s, ok := v.(stream)
	n, ok2 := s.dict["N"].(int64)
	first, ok3 := s.dict["First"].(int64)
	if !ok || !ok2 || !ok3 || s.dict["Type"] != name("ObjStm") || n < 0 {
		return fail(Structure, "object stream")
	}
	data, err := r.f.decode(s)
	if err != nil {
		return err
	}
	if first > int64(len(data)) || n > int64(len(data)) {
		return fail(Structure, "object stream")
	}
	head := lexer{data: data[:first], work: &r.f.work}
	var list []any
	var numbers []int64
	for range n {
		number, ok := head.integer()
		offset, ok2 := head.integer()
		if !ok || !ok2 || first+offset > int64(len(data)) {
			return fail(Structure, "head of an object stream")
		}
		l := lexer{data: data, pos: int(first + offset), work: &r.f.work}
		v, ok := l.object(0)
		if !ok {
			return fail(Structure, fmt.Sprintf("object %d", number))
		}
		list, numbers = append(list, forget(v)), append(numbers, number)
	}
	r.f.streams[host.offset], r.f.numbers[host.offset] = list, numbers
	return nil
}

// forget takes the places of strings away, which are not those of the file.
func forget(v any) any {
	switch v := v.(type) {
	case str:
		v.from, v.to = -1, -1
		return v
	case array:
		for i := range v {
			v[i] = forget(v[i])
		}
	case dict:
		for k := range v {
			v[k] = forget(v[k])
		}
	}
	return v
}

// resolve follows references.
func (r *revision) resolve(v any) (any, error) {
	for range 32 {
		at, ok := v.(ref)
		if !ok {
			if v == (null{}) {
				v = nil
			}
			return v, nil
		}
		if e, used := r.xref[at.num]; !used || e.kind == 0 || e.kind == 1 && e.gen != at.gen || e.kind == 2 && at.gen != 0 {
			return nil, nil
		}
		var err error
		if v, err = r.get(at.num); err != nil {
			return nil, err
		}
	}
	return nil, fail(Structure, "references in a circle")
}

// dictAt returns the dictionary under a key, nil if there is none.
func (r *revision) dictAt(d dict, key name) (dict, error) {
	v, err := r.resolve(d[key])
	if err != nil || v == nil {
		return nil, err
	}
	if s, ok := v.(stream); ok {
		return s.dict, nil
	}
	out, ok := v.(dict)
	if !ok {
		return nil, fail(Structure, string(key))
	}
	return out, nil
}

// arrayAt returns the array under a key, nil if there is none.
func (r *revision) arrayAt(d dict, key name) (array, error) {
	v, err := r.resolve(d[key])
	if err != nil || v == nil {
		return nil, err
	}
	out, ok := v.(array)
	if !ok {
		return nil, fail(Structure, string(key))
	}
	return out, nil
}

// root returns the catalogue and its number.
func (r *revision) root() (dict, int64, error) {
	at, ok := r.trailer["Root"].(ref)
	if !ok {
		return nil, 0, fail(Structure, "Root")
	}
	d, err := r.dictAt(r.trailer, "Root")
	if err == nil && d == nil {
		err = fail(Structure, "Root")
	}
	return d, at.num, err
}

// inUse are the numbers of the objects of the revision.
func (r *revision) inUse() []int64 {
	var list []int64
	for num := range maps.Keys(r.xref) {
		if r.xref[num].kind != 0 {
			list = append(list, num)
		}
	}
	return list
}
