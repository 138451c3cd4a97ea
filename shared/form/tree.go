package form

import "strings"

// node is the rows of a form by their place, in the order of the form.
type node struct {
	name     string
	row      *Field // nil for an object between
	section  string // code of the section it is in
	list     bool   // its value is a list: of objects that have the children, or of row's values
	children []*node
}

// tree arranges the rows. It is made for each use: a few hundred rows take some tens of
// microseconds, and nothing has to be kept in step.
func (f Form) tree() *node {
	root := &node{}
	for _, s := range f.Sections {
		section := root.child(s.Code)
		for i := range s.Fields {
			at := section
			for name := range strings.SplitSeq(s.Fields[i].Path, ".") {
				name, list := strings.CutSuffix(name, "[]")
				at = at.child(name)
				at.list = at.list || list
			}
			at.row, at.section = &s.Fields[i], s.Code
			at.list = at.list || at.row.Type == List
		}
	}
	return root
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	c := &node{name: name}
	n.children = append(n.children, c)
	return c
}

func (n *node) find(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// normalise brings the members of object that n has rows for to the form's notation, in place, and
// drops empty ones.
func (n *node) normalise(object map[string]any) {
	for name, x := range object {
		if c := n.find(name); c != nil {
			x = c.normal(x)
		}
		if empty(x) {
			delete(object, name)
		} else {
			object[name] = x
		}
	}
}

func (n *node) normal(x any) any {
	switch x := x.(type) {
	case map[string]any:
		n.normalise(x)
	case []any:
		for i := range x {
			switch item := x[i].(type) {
			case map[string]any:
				n.normalise(item) // stays, even empty: pointers count items
			case string:
				x[i] = n.text(item)
			}
		}
	case string:
		return n.text(x)
	}
	return x
}

func (n *node) text(s string) string {
	if n.row == nil {
		return s
	}
	switch n.row.Type {
	case Text:
		return line(s)
	case Prose:
		return prose(s)
	case IIN, BIN:
		return compact(s)
	case IBAN, BIC:
		return strings.ToUpper(compact(s))
	case Phone:
		return phone(s)
	case Email, Date:
		return strings.Trim(line(s), " ")
	}
	return s
}

func empty(x any) bool {
	switch x := x.(type) {
	case nil:
		return true
	case string:
		return x == ""
	case bool:
		return !x
	case []any:
		return len(x) == 0
	case map[string]any:
		return len(x) == 0
	}
	return false
}
