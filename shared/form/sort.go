package form

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/courtoffice/courtoffice/shared/defect"
)

// Sort puts defects in the order of the form's rows and of the items in its lists, so that those
// found by rules stand among those found by rows. Those at places the form does not have come last;
// the order of equals stays.
func Sort(f Form, list defect.List) {
	root := f.tree()
	slices.SortStableFunc(list, func(a, b defect.Defect) int {
		return slices.CompareFunc(root.rank(a.Pointer), root.rank(b.Pointer), cmp.Compare[int])
	})
}

const last = 1 << 30

// rank turns a pointer into numbers that compare as places do.
func (n *node) rank(pointer string) (out []int) {
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if i, err := strconv.Atoi(name); err == nil && n != nil && n.list {
			out = append(out, i)
			continue
		}
		at := -1
		if n != nil {
			at = slices.IndexFunc(n.children, func(c *node) bool { return c.name == name })
		}
		if at < 0 {
			return append(out, last)
		}
		out, n = append(out, at), n.children[at]
	}
	return out
}
