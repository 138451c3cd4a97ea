package xmldsig

import "slices"

// coverage holds what a signature refers to against the whole document, so that the element which
// was digested is the one that a reader of the document takes for the signed one. It sets s.Form.
//
// Signature wrapping moves the signed element to where nobody looks and puts another in its place.
// The rules, in this order:
//   - nothing inside a ds:Signature may be a target;
//   - in a SOAP message the Body has to be signed, and it has to be the only one and the child of
//     the Envelope;
//   - otherwise the target is the document element, contains the signature, or is its sibling;
//   - outside the targets there are only their ancestors, signatures (which follow a strict grammar),
//     in a SOAP message its Header, and after the last target elements that are empty: no text, no
//     attributes that say anything, no processing instructions, nothing that takes the place of a
//     target among its siblings;
//   - no element outside the targets has the local name or the id of an element in them.
func (d *Document) coverage(s *Signature) *Error {
	header := d.securityHeader(s.node)
	soap := header >= 0
	covered := make([]int32, 0, len(s.References))
	whole := false // the document element with all around it
	for _, r := range s.References {
		t := r.Element.i
		at := int(d.nodes[t].start)
		for up := t; up >= 0; up = d.nodes[up].up {
			if d.nodes[up].flags&flagSig != 0 {
				return refuse(ReasonPlacement, at, "the signed element is inside a signature")
			}
		}
		covered = append(covered, t)
		whole = whole || r.URI == ""
		if soap || d.lim.Partial || d.within(s.node, t) || d.parent(t) == d.parent(s.node) {
			continue
		}
		return refuse(ReasonPlacement, at, "the signed element is not beside its signature")
	}
	slices.Sort(covered)
	if err := d.foreignIDs(s.node, covered); err != nil {
		return err
	}
	switch {
	case soap:
		s.Form = WSSecurity
		return d.message(header, covered, whole)
	case whole, covered[0] == d.root:
		s.Form = Enveloped
		return d.around(whole)
	}
	s.Form = ByID
	if d.lim.Partial {
		return d.lookAlike(covered)
	}
	return d.uncovered(covered, -1)
}

// securityHeader returns the Header of the SOAP message if the signature stands in
// Envelope/Header/Security, -1 otherwise.
func (d *Document) securityHeader(sig int32) int32 {
	path := d.ancestors(sig)
	if len(path) == 3 && d.soap(path[0], "Envelope") && d.soap(path[1], "Header") && d.is(path[2], nsWSSE, "Security") {
		return path[1]
	}
	return -1
}

func (d *Document) soap(i int32, local string) bool {
	return d.is(i, nsSOAP11, local) || d.is(i, nsSOAP12, local)
}

// message checks a signed SOAP message: headers may stay unsigned, but the Body is signed, is the
// only one and lies where a reader expects it.
func (d *Document) message(header int32, covered []int32, whole bool) *Error {
	body := int32(-1)
	for c := range d.children(d.root) {
		if d.soap(c, "Body") {
			body = c
			break
		}
	}
	signed := whole
	for _, t := range covered {
		switch {
		case t == body:
			signed = true
		case t == d.root, d.within(t, header):
		default:
			return refuse(ReasonPlacement, int(d.nodes[t].start), "neither the Body nor a header is signed")
		}
	}
	switch {
	case !signed:
		return refuse(ReasonBody, int(d.nodes[d.root].start), "the Body is not signed")
	case covered[0] == d.root:
		return d.around(whole)
	}
	return d.uncovered(covered, header)
}

// around refuses instructions outside the document element that are not signed: whole tells that
// the reference is to the document and not to its element by id.
func (d *Document) around(whole bool) *Error {
	if whole {
		return nil
	}
	for i := 0; i < len(d.nodes); i++ {
		switch nd := &d.nodes[i]; {
		case int32(i) == d.root:
			i = int(nd.match) - 1
		case nd.kind == kindPI:
			return refuse(ReasonUncovered, int(nd.start), "processing instruction outside the signed element")
		}
	}
	return nil
}

// uncovered walks through what is not in an element of covered, which is in document order. header is
// the Header of a SOAP message or -1.
func (d *Document) uncovered(covered []int32, header int32) *Error {
	if err := d.lookAlike(covered); err != nil {
		return err
	}
	if err := d.around(false); err != nil {
		return err
	}
	last := d.nodes[d.root].match - 1
	for i := d.root; i <= last; i++ {
		nd := &d.nodes[i]
		switch {
		case nd.kind == kindStart && (nd.flags&flagSig != 0 || i == header || slices.Contains(covered, i)):
			i = nd.match - 1
		case nd.kind == kindPI, nd.kind == kindCDATA:
			return refuse(ReasonUncovered, int(nd.start), "text or instruction outside the signed elements")
		case nd.kind == kindStart && i < covered[len(covered)-1] && !slices.ContainsFunc(covered, func(t int32) bool { return d.within(t, i) }):
			return refuse(ReasonUncovered, int(nd.start), "an unsigned "+quote(d.qname(i))+" before the signed element")
		case nd.kind == kindStart:
			if a := d.telling(i); a != nil {
				return refuse(ReasonUncovered, int(a.nameAt), "attribute outside the signed elements")
			}
		}
		if i == last {
			break
		}
		from, to := d.nodes[i].end, d.nodes[i+1].start
		if text := d.src[from:to]; skipSpace(text, 0) < len(text) {
			return refuse(ReasonUncovered, int(from), "text outside the signed elements")
		}
	}
	return nil
}

// lookAlike refuses an element outside covered with the local name of one in it. Signatures are left
// out: their names are those of the grammar. Envelope, Header and Security of a SOAP message are
// known by their expanded names, which a payload that has such words of its own does not share.
func (d *Document) lookAlike(covered []int32) *Error {
	name := d.localNames()
	signed := make([]bool, len(d.nodes)) // by number of the name
	for _, t := range covered {
		for i := t; i < d.nodes[t].match; i++ {
			if d.nodes[i].kind == kindStart {
				signed[name[i]] = true
			}
		}
	}
	for i := d.root; i < d.nodes[d.root].match; i++ {
		nd := &d.nodes[i]
		switch {
		case nd.kind != kindStart:
		case nd.flags&flagSig != 0 || slices.Contains(covered, i):
			i = nd.match - 1
		case signed[name[i]] && !(d.envelope(i) && !d.signs(covered, i)):
			return refuse(ReasonLookAlike, int(nd.start), "an unsigned "+quote(d.local(i))+" beside the signed one")
		}
	}
	return nil
}

// localNames numbers the local names of the document's elements.
func (d *Document) localNames() []int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.name == nil {
		d.name = make([]int32, len(d.nodes))
		number := make(map[string]int32)
		for i := range d.nodes {
			if d.nodes[i].kind != kindStart {
				continue
			}
			local := d.local(int32(i))
			n, ok := number[string(local)]
			if !ok {
				n = int32(len(number))
				number[string(local)] = n
			}
			d.name[i] = n
		}
	}
	return d.name
}

// envelope reports whether the element at node i is a part of a SOAP message around the Body.
func (d *Document) envelope(i int32) bool {
	return d.soap(i, "Envelope") || d.soap(i, "Header") || d.is(i, nsWSSE, "Security")
}

// signs reports whether an element in covered has the expanded name of that at node i.
func (d *Document) signs(covered []int32, i int32) bool {
	space, local := d.uri(d.nodes[i].ns), d.local(i)
	for _, t := range covered {
		for j := t; j < d.nodes[t].match; j++ {
			if d.nodes[j].kind == kindStart && d.is(j, string(space), string(local)) {
				return true
			}
		}
	}
	return false
}

// foreignIDs refuses an id outside covered, in the signature itself too, that another element has.
func (d *Document) foreignIDs(sig int32, covered []int32) *Error {
	for _, i := range d.shared() {
		if d.within(i, sig) || !slices.ContainsFunc(covered, func(t int32) bool { return d.within(i, t) }) {
			return refuse(ReasonDuplicateID, int(d.nodes[i].start), "an unsigned element has the id of another")
		}
	}
	return nil
}

// telling returns an attribute of the element at node i that says something about the content:
// anything but ids, xml:*, the place of a schema and SOAP's own on SOAP's elements.
func (d *Document) telling(i int32) *attr {
	attrs := d.attributes(i)
	for j := range attrs {
		a := &attrs[j]
		local := string(d.attrLocal(a))
		switch string(d.uri(a.ns)) {
		case nsXML:
			continue
		case nsXSI:
			if local == "schemaLocation" || local == "noNamespaceSchemaLocation" {
				continue
			}
		case nsSOAP11, nsSOAP12:
			if d.soap(i, "Envelope") {
				continue
			}
		}
		if !d.isID(a) {
			return a
		}
	}
	return nil
}
