package pades

import (
	"fmt"
	"slices"
)

// comparison tells what was changed between a signed revision and the last one.
type comparison struct {
	old, new *revision
	later    []Addition
	// may holds the numbers of the objects that may change, and how.
	may         map[int64]func(before, after any) error
	document    map[int64]bool // what the signed document is made of
	information []int64
	// signatures are the numbers of fields that were added with a signature.
	signatures map[int64]bool
}

// compare returns what was added to old to make new, or says what else was changed: *Error with Changed.
// An object may differ only where a signature, validation data or information about the document is
// added, and an object that is new must not be awaited by an old one.
func compare(old, new *revision) ([]Addition, error) {
	c := &comparison{old: old, new: new, may: map[int64]func(any, any) error{}, signatures: map[int64]bool{}}
	if err := c.chain(); err != nil {
		return nil, err
	}
	if err := c.catalogue(); err != nil {
		return nil, err
	}
	if err := c.objects(); err != nil {
		return nil, err
	}
	if old.f.visits < 0 { // what was not looked at may have changed
		return nil, fail(Limit, "nodes")
	}
	slices.Sort(c.later)
	return slices.Compact(c.later), nil
}

func changed(format string, args ...any) error {
	return fail(Changed, fmt.Sprintf(format, args...))
}

func (c *comparison) added(a Addition) { c.later = append(c.later, a) }

// chain demands that the new revision is made of updates behind the old one, which it leads back to.
func (c *comparison) chain() error {
	n := len(c.new.sections) - len(c.old.sections)
	if n <= 0 || !slices.Equal(c.new.sections[n:], c.old.sections) {
		return changed("the last revision does not lead back to the signed one")
	}
	for _, at := range c.new.sections[:n] {
		if at < int64(c.old.end) {
			return changed("an update refers into the signed revision")
		}
	}
	if !equal(c.old.trailer["Root"], c.new.trailer["Root"]) {
		return changed("another catalogue")
	}
	return nil
}

// catalogue looks at the places where something may be added.
func (c *comparison) catalogue() error {
	before, num, err := c.old.root()
	if err != nil {
		return err
	}
	after, _, err := c.new.root()
	if err != nil {
		return err
	}
	if !equalBut(before, after, "AcroForm", "DSS", "Extensions", "Metadata") {
		return changed("the catalogue")
	}
	c.may[num] = func(any, any) error { return nil } // compared just now
	if !equal(before["DSS"], after["DSS"]) {
		c.added(AddedEvidence)
	}
	if err := c.reach(before); err != nil {
		return err
	}
	return c.form(before, after)
}

// reach finds the objects that the signed document is made of: all that the catalogue leads to but for
// validation data and metadata. Others may change as they like.
func (c *comparison) reach(root dict) error {
	c.document = map[int64]bool{}
	var todo []int64
	note := func(r ref) {
		if !c.document[r.num] {
			c.document[r.num] = true
			todo = append(todo, r.num)
		}
	}
	for k, v := range root {
		if k != "DSS" && k != "Metadata" {
			refs(v, &c.old.f.visits, note)
		}
	}
	for len(todo) > 0 {
		num := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		v, err := c.old.get(num)
		if err != nil {
			return err
		}
		refs(v, &c.old.f.visits, note)
	}
	for _, at := range []any{c.old.trailer["Info"], root["Metadata"]} {
		if at, ok := at.(ref); ok {
			c.information = append(c.information, at.num)
		}
	}
	return nil
}

// form compares the interactive form: fields may be added that are signatures, and a signature field
// without a value may get one.
func (c *comparison) form(before, after dict) error {
	was, err := c.old.dictAt(before, "AcroForm")
	if err != nil {
		return err
	}
	is, err := c.new.dictAt(after, "AcroForm")
	if err != nil {
		return err
	}
	if was == nil && is == nil {
		return nil
	}
	had, err := c.old.arrayAt(was, "Fields")
	if err != nil {
		return err
	}
	has, err := c.new.arrayAt(is, "Fields")
	if err != nil {
		return err
	}
	but := []name{"Fields", "SigFlags"}
	if len(had) == 0 { // no field yet that resources could draw otherwise
		but = append(but, "DR", "DA")
	}
	if !equalBut(was, is, but...) {
		return changed("the form")
	}
	if len(has) < len(had) || !equal(had, has[:len(had)]) {
		return changed("the fields of the form")
	}
	for _, r := range []struct {
		in  dict
		key name
	}{{before, "AcroForm"}, {was, "Fields"}} {
		if at, ok := r.in[r.key].(ref); ok {
			c.may[at.num] = func(any, any) error { return nil } // compared just now
		}
	}
	for _, f := range has[len(had):] {
		if err := c.newField(f); err != nil {
			return err
		}
	}
	return c.emptyFields(had)
}

// fieldKeys are what a signature field may have: nothing that acts.
var fieldKeys = []name{"Type", "Subtype", "FT", "T", "V", "F", "Rect", "P", "AP", "Ff", "TU", "TM", "Lock", "SV", "M", "NM", "MK", "DA", "Border", "BS"}

// newField demands that a field added later is a signature that nothing is drawn for: a picture could
// cover the page that was signed.
func (c *comparison) newField(v any) error {
	at, ok := v.(ref)
	if !ok || c.old.xref[at.num].kind != 0 {
		return changed("a field that is no new object")
	}
	v, err := c.new.resolve(at)
	if err != nil {
		return err
	}
	d, ok := v.(dict)
	if !ok || d["FT"] != name("Sig") {
		return changed("a field was added that is no signature")
	}
	for k := range d {
		if !slices.Contains(fieldKeys, k) {
			return changed("a signature field with %s", k)
		}
	}
	visible, err := c.visible(d)
	if err != nil {
		return err
	}
	if visible {
		return fail(Drawn, "a signature was added that is drawn on a page where there was no place for it")
	}
	c.signatures[at.num] = true
	c.added(AddedSignature)
	return nil
}

// visible reports whether a field has a place on the page and is not hidden (section 12.5.3).
func (c *comparison) visible(d dict) (bool, error) {
	flags, _ := d["F"].(int64)
	if flags&(1<<1|1<<5) != 0 { // Hidden, NoView
		return false, nil
	}
	rect, err := c.new.arrayAt(d, "Rect")
	if err != nil || rect == nil {
		return false, err
	}
	var n [4]float64
	for i, v := range rect {
		switch v := v.(type) {
		case int64:
			n[i%4] = float64(v)
		case float64:
			n[i%4] = v
		default:
			return true, nil
		}
	}
	return len(rect) != 4 || n[0] != n[2] && n[1] != n[3], nil
}

// emptyFields lets a signature field that waited for its value get one, and be drawn in its place, which
// the signer saw.
func (c *comparison) emptyFields(had array) error {
	for _, v := range had {
		at, ok := v.(ref)
		if !ok {
			continue
		}
		was, err := c.old.resolve(at)
		if err != nil {
			return err
		}
		d, ok := was.(dict)
		if _, signed := d["V"]; !ok || signed || d["FT"] != name("Sig") || d["Kids"] != nil {
			continue
		}
		c.may[at.num] = func(_, after any) error {
			is, ok := after.(dict)
			if _, signed := is["V"].(ref); !ok || !signed || !equalBut(d, is, "V", "AP", "M") {
				return changed("a signature field")
			}
			c.added(AddedSignature)
			return nil
		}
	}
	return nil
}

// objects compares every object of the signed revision, and demands that no new one fills a reference
// that led nowhere when it was signed.
func (c *comparison) objects() error {
	if err := c.pages(); err != nil {
		return err
	}
	for _, num := range c.old.inUse() {
		v, err := c.old.get(num)
		if err != nil {
			return err
		}
		dangling := false
		refs(v, &c.old.f.visits, func(r ref) {
			if c.old.xref[r.num].kind == 0 && c.new.xref[r.num].kind != 0 {
				dangling = true
			}
		})
		if dangling {
			return changed("an object that object %d was waiting for", num)
		}
		if c.old.xref[num] == c.new.xref[num] && (c.old.xref[num].kind != 2 || c.sameHost(num)) {
			continue
		}
		if err := c.object(num, v); err != nil {
			return err
		}
	}
	return nil
}

// sameHost reports whether the object stream of an object is the same one.
func (c *comparison) sameHost(num int64) bool {
	host := c.old.xref[num].offset
	return c.old.xref[host] == c.new.xref[host]
}

func (c *comparison) object(num int64, before any) error {
	if s, ok := before.(stream); ok && (s.dict["Type"] == name("XRef") || s.dict["Type"] == name("ObjStm")) {
		return nil // how the file is read, and not what is in it
	}
	after, err := c.new.get(num)
	if err != nil {
		return err
	}
	if equal(before, after) {
		return nil
	}
	allowed, ok := c.may[num]
	switch {
	case ok:
		return allowed(before, after)
	case c.document[num]:
		return changed("object %d", num)
	case slices.Contains(c.information, num):
		c.added(AddedInformation)
	default:
		c.added(AddedEvidence)
	}
	return nil
}

// pages lets the list of annotations of a page grow by the signature fields added.
func (c *comparison) pages() error {
	for _, num := range c.old.inUse() {
		v, err := c.old.get(num)
		if err != nil {
			return err
		}
		page, ok := v.(dict)
		if !ok || page["Type"] != name("Page") {
			continue
		}
		if at, ok := page["Annots"].(ref); ok {
			c.may[at.num] = c.annotations
		}
		c.may[num] = func(_, after any) error { return c.page(num, page, after) }
	}
	return nil
}

func (c *comparison) page(num int64, before dict, after any) error {
	is, ok := after.(dict)
	if !ok || !equalBut(before, is, "Annots") {
		return changed("a page (object %d)", num)
	}
	was, err := c.old.arrayAt(before, "Annots")
	if err != nil {
		return err
	}
	now, err := c.new.arrayAt(is, "Annots")
	if err != nil {
		return err
	}
	return c.annotations(was, now)
}

func (c *comparison) annotations(before, after any) error {
	was, ok := before.(array)
	now, ok2 := after.(array)
	if !ok || !ok2 || len(now) < len(was) || !equal(was, now[:len(was)]) {
		return changed("the annotations of a page")
	}
	for _, v := range now[len(was):] {
		if at, ok := v.(ref); !ok || !c.signatures[at.num] {
			return changed("an annotation was added")
		}
	}
	return nil
}
