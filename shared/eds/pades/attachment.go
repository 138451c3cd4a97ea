package pades

import (
	"unicode/utf16"
)

// Attachment is a file embedded in a PDF (section 7.11.4).
type Attachment struct {
	Name string
	Data []byte
}

// Attachments returns the files of the document's EmbeddedFiles tree, in its order. Error: *Error with
// Structure or Limit.
func (d *Document) Attachments() ([]Attachment, error) {
	list, err := d.attachments()
	return list, d.f.reason(err)
}

func (d *Document) attachments() ([]Attachment, error) {
	root, _, err := d.last.root()
	if err != nil {
		return nil, err
	}
	names, err := d.last.dictAt(root, "Names")
	if err != nil || names == nil {
		return nil, err
	}
	t := tree{d: d, seen: map[int64]bool{}}
	if names["EmbeddedFiles"] == nil {
		return nil, nil
	}
	err = t.node(names["EmbeddedFiles"], 0)
	return t.out, err
}

// tree walks a name tree (section 7.9.6).
type tree struct {
	d    *Document
	seen map[int64]bool
	out  []Attachment
}

func (t *tree) node(v any, depth int) error {
	if at, ok := v.(ref); ok {
		if t.seen[at.num] {
			return fail(Structure, "a name tree in a circle")
		}
		t.seen[at.num] = true
	}
	r := t.d.last
	v, err := r.resolve(v)
	if err != nil {
		return err
	}
	node, ok := v.(dict)
	if !ok || depth > maxDepth {
		return fail(Structure, "a name tree")
	}
	list, err := r.arrayAt(node, "Names")
	if err != nil {
		return err
	}
	for ; len(list) >= 2; list = list[2:] {
		if int64(len(t.out)) == t.d.limits.Files {
			return fail(Limit, "files")
		}
		if err := t.file(list[1]); err != nil {
			return err
		}
	}
	kids, err := r.arrayAt(node, "Kids")
	if err != nil {
		return err
	}
	for _, k := range kids {
		if err := t.node(k, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// file reads a file specification.
func (t *tree) file(v any) error {
	r := t.d.last
	v, err := r.resolve(v)
	if err != nil {
		return err
	}
	spec, ok := v.(dict)
	if !ok {
		return fail(Structure, "a file specification")
	}
	files, err := r.dictAt(spec, "EF")
	if err != nil || files == nil {
		return err
	}
	a := Attachment{}
	for _, key := range []name{"F", "UF"} {
		if s, err := r.resolve(spec[key]); err != nil {
			return err
		} else if s, ok := s.(str); ok {
			a.Name = text(s.text)
		}
	}
	at := files["F"]
	if other, ok := files["UF"]; ok && at != nil && !equal(at, other) {
		return fail(Structure, "an attachment with two contents")
	} else if at == nil {
		at = other
	}
	if v, err = r.resolve(at); err != nil {
		return err
	}
	s, ok := v.(stream)
	if !ok {
		return fail(Structure, "an attachment without a content")
	}
	if a.Data, err = t.d.f.decode(s); err != nil {
		return err
	}
	t.out = append(t.out, a)
	return nil
}

// text decodes a text string (section 7.9.2.2): UTF-16 or UTF-8 with their marks, else one byte a
// character.
func text(s string) string {
	switch {
	case len(s) >= 2 && s[:2] == "\xfe\xff":
		units := make([]uint16, 0, len(s)/2)
		for i := 2; i+1 < len(s); i += 2 {
			units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
		}
		return string(utf16.Decode(units))
	case len(s) >= 3 && s[:3] == "\xef\xbb\xbf":
		return s[3:]
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
