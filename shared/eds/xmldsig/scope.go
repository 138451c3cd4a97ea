package xmldsig

import (
	"slices"
	"sort"
)

// A rendered namespace declaration is in force in the output until its element ends.
type rendered struct {
	prefix, uri []byte
	owner       int32 // node of the element it was written on
}

// passDecls skips the declarations of nodes before i that are not ancestors.
func (c *canon) passDecls(i int32) {
	decls := c.d.decls
	c.next += sort.Search(len(decls)-c.next, func(k int) bool { return decls[c.next+k].owner >= i })
}

// enter brings the declarations of node i into scope.
func (c *canon) enter(i int32) {
	for ; c.next < len(c.d.decls) && c.d.decls[c.next].owner == i; c.next++ {
		c.scope = append(c.scope, int32(c.next))
	}
}

// leave forgets what the element at node i declared and what was written on it.
func (c *canon) leave(i int32) {
	if n := len(c.done); n > 0 && c.done[n-1].owner == i {
		for n > 0 && c.done[n-1].owner == i {
			n--
		}
		c.done, c.known = c.done[:n], 0
	}
	if c.d.nodes[i].flags&flagDecl != 0 {
		n := len(c.scope)
		for n > 0 && c.d.decls[c.scope[n-1]].owner == i {
			n--
		}
		c.scope, c.known = c.scope[:n], 0
	}
}

// bound returns the namespace name that prefix is bound to, nil if there is none.
func (c *canon) bound(prefix []byte) []byte {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if d := &c.d.decls[c.scope[i]]; string(c.d.prefixOf(d)) == string(prefix) {
			return c.d.uriOf(d)
		}
	}
	return nil
}

// utilized renders the prefixes that the tag at node i uses visibly (Exclusive C14N, section 1.1).
func (c *canon) utilized(i int32) {
	d, nd := c.d, &c.d.nodes[i]
	c.use(nd.ns, d.src[nd.start+1:nd.start+1+uint32(nd.prefix)], i)
	if nd.flags&flagPrefixed == 0 {
		return
	}
	attrs := d.attributes(i)
	for j := range attrs {
		if a := &attrs[j]; a.prefix > 0 {
			c.use(a.ns, d.src[a.nameAt:a.nameAt+uint32(a.prefix)], i)
		}
	}
}

func (c *canon) isKnown(ns int32) bool { return c.known>>uint32(ns+1)&1 == 1 }

func (c *canon) use(ns int32, prefix []byte, owner int32) {
	if ns == xmlNamespace || c.isKnown(ns) {
		return
	}
	c.render(prefix, c.d.uri(ns), owner)
	if ns < 63 {
		c.known |= 1 << uint32(ns+1)
	}
}

// inclusive renders the prefix of a declaration that came into scope, if the form is inclusive or
// its PrefixList has it. The binding of a prefix changes nowhere but at a declaration of it, and
// what is visibly used has the binding in scope: so it is enough to look at the declarations of
// each element and, at the topmost one, at those of its ancestors.
func (c *canon) inclusive(dc *decl, owner int32) {
	prefix := c.d.prefixOf(dc)
	if !c.form.exclusive() || c.prefixes[string(prefix)] {
		c.render(prefix, c.bound(prefix), owner)
	}
}

// render puts a declaration into c.want unless the same one is in force in the output already.
func (c *canon) render(prefix, uri []byte, owner int32) {
	if string(prefix) == "xml" {
		return
	}
	var now []byte
	for i := len(c.done) - 1; i >= 0; i-- {
		if string(c.done[i].prefix) == string(prefix) {
			now = c.done[i].uri
			break
		}
	}
	if string(now) == string(uri) {
		return
	}
	if len(uri) == 0 && len(prefix) > 0 {
		return // in a PrefixList but not bound
	}
	r := rendered{prefix, uri, owner}
	c.want = append(c.want, r)
	c.done = append(c.done, r)
	c.known = 0
}

// wantsOwn reports whether the declarations to write are exactly those of the tag.
func (c *canon) wantsOwn(own []decl) bool {
	if len(c.want) != len(own) {
		return false
	}
	for i := range own {
		if !slices.ContainsFunc(c.want, func(r rendered) bool { return string(r.prefix) == string(c.d.prefixOf(&own[i])) }) {
			return false
		}
	}
	return true
}
