package xmldsig

import (
	"bytes"
	"iter"
	"slices"
)

// coverage holds what a signature refers to against the whole document, so that the element which
// was digested is the one that a reader of the document takes for the signed one. It sets s.Form.
//
// Signature wrapping moves the signed element to where nobody looks and puts another in its place.
// The rules, in this order:
//   - nothing inside a ds:Signature may be a target;
//   - in a SOAP message the Body has to be signed, and it has to be the child of the Envelope;
//   - otherwise the target is the document element, contains the signature, or is its sibling;
//   - outside the targets no element has the local name of a target;
//   - outside the targets there is no content at all: no text, no attributes.
func (d *Document) coverage(s *Signature) *Error {
	header := d.securityHeader(s.node)
	soap := header >= 0
	covered := make([]int32, 0, len(s.References))
	whole := false
	for _, r := range s.References {
		t := r.Element.i
		at := int(d.nodes[t].start)
		for _, other := range d.sigs {
			if d.within(t, other) {
				return refuse(ReasonPlacement, at, "the signed element is inside a signature")
			}
		}
		covered = append(covered, t)
		whole = whole || t == d.root
		if soap || d.lim.Partial || d.within(s.node, t) || d.parent(t) == d.parent(s.node) {
			continue
		}
		return refuse(ReasonPlacement, at, "the signed element is not beside its signature")
	}
	switch {
	case soap:
		s.Form = WSSecurity
		return d.message(header, covered, whole)
	case whole:
		s.Form = Enveloped
		return nil
	}
	s.Form = ByID
	if err := d.lookAlike(covered); err != nil {
		return err
	}
	if d.lim.Partial {
		return nil
	}
	return d.uncovered(covered)
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
	case whole:
		return nil
	}
	if err := d.lookAlike([]int32{body}); err != nil {
		return err
	}
	return d.uncovered([]int32{header, body})
}

// outside yields the nodes that lie neither in an element of covered nor in a signature, with
// true. For an element that it passes over it yields the last node, with false, because the text
// after it is outside again.
func (d *Document) outside(covered []int32) iter.Seq2[int32, bool] {
	return func(yield func(int32, bool) bool) {
		for i := d.root; i < d.nodes[d.root].match; i++ {
			over := slices.Contains(covered, i) || slices.Contains(d.sigs, i)
			if over {
				i = d.nodes[i].match - 1
			}
			if !yield(i, !over) {
				return
			}
		}
	}
}

// lookAlike refuses an element outside covered with the local name of one in it.
func (d *Document) lookAlike(covered []int32) *Error {
	for i, node := range d.outside(covered) {
		if !node || d.nodes[i].kind != kindStart {
			continue
		}
		for _, c := range covered {
			if bytes.Equal(d.local(i), d.local(c)) {
				return refuse(ReasonLookAlike, int(d.nodes[i].start), "an unsigned "+quote(d.local(i))+" beside the signed one")
			}
		}
	}
	return nil
}

// uncovered refuses content outside covered.
func (d *Document) uncovered(covered []int32) *Error {
	last := d.nodes[d.root].match - 1
	for i, node := range d.outside(covered) {
		nd := &d.nodes[i]
		if node && nd.kind == kindCDATA {
			return refuse(ReasonUncovered, int(nd.start), "text outside the signed elements")
		}
		if node && nd.kind == kindStart {
			attrs := d.attributes(i)
			for j := range attrs {
				if !d.harmless(&attrs[j]) {
					return refuse(ReasonUncovered, int(attrs[j].nameAt), "attribute outside the signed elements")
				}
			}
		}
		if i == last {
			break
		}
		if text := d.src[nd.end:d.nodes[i+1].start]; skipSpace(text, 0) < len(text) {
			return refuse(ReasonUncovered, int(nd.end), "text outside the signed elements")
		}
	}
	return nil
}

// harmless reports whether a says nothing about the content: ids, xml:*, xsi:* and SOAP's own.
func (d *Document) harmless(a *attr) bool {
	switch string(d.uri(a.ns)) {
	case nsXML, nsXSI, nsSOAP11, nsSOAP12:
		return true
	}
	return d.isID(a)
}
