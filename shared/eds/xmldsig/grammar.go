package xmldsig

import "slices"

// A shape is what an element of a ds:Signature may have and be: attributes, by local name in no
// namespace, child elements, or text. Namespace declarations, white space between child
// elements and comments go without saying; processing instructions do not occur.
//
// What a signature is not over is nobody's word. Reading it by a strict grammar leaves no room in
// it for elements that a careless reader of the document takes for signed ones.
type shape struct {
	space, local string
	attrs        []string
	parts        []shape
	text         bool
	wsuID        bool // wsu:Id may stand on it
	count        int  // how often at most among its siblings; 0 is once
}

const many = 1 << 10

func ds(local string, attrs []string, parts ...shape) shape {
	return shape{space: nsDSig, local: local, attrs: attrs, parts: parts}
}

// leaf is an element with text.
func leaf(local string, attrs ...string) shape {
	return shape{space: nsDSig, local: local, attrs: attrs, text: true}
}

func (s shape) upTo(n int) shape {
	s.count = n
	return s
}

// signatureShape is ds:Signature (XMLDSig, section 4) without what this package refuses: Object,
// RetrievalMethod, PGPData, SPKIData, MgmtData, keys other than RSA. Order and number of the parts
// of SignedInfo are for its reader.
func signatureShape() shape {
	algorithm, id := []string{"Algorithm"}, []string{"Id"}
	prefixList := shape{space: nsExc, local: "InclusiveNamespaces", attrs: []string{"PrefixList"}}
	transform := ds("Transform", algorithm, prefixList).upTo(many)
	return ds("Signature", id,
		ds("SignedInfo", id,
			ds("CanonicalizationMethod", algorithm, prefixList),
			ds("SignatureMethod", algorithm),
			ds("Reference", []string{"Id", "URI", "Type"},
				ds("Transforms", nil, transform), ds("DigestMethod", algorithm), leaf("DigestValue")).upTo(many)),
		leaf("SignatureValue", id...),
		ds("KeyInfo", id,
			leaf("KeyName"),
			ds("KeyValue", nil, ds("RSAKeyValue", nil, leaf("Modulus"), leaf("Exponent"))),
			ds("X509Data", nil,
				leaf("X509Certificate").upTo(many), leaf("X509SubjectName"), leaf("X509SKI"),
				ds("X509IssuerSerial", nil, leaf("X509IssuerName"), leaf("X509SerialNumber")),
				leaf("X509CRL").upTo(many)).upTo(many),
			shape{space: nsWSSE, local: "SecurityTokenReference", wsuID: true, parts: []shape{
				{space: nsWSSE, local: "KeyIdentifier", attrs: []string{"ValueType", "EncodingType"}, wsuID: true, text: true},
				{space: nsWSSE, local: "Reference", attrs: []string{"URI", "ValueType"}},
			}}))
}

// follows refuses anything in the element at node i that shape does not have.
func (d *Document) follows(i int32, s shape) *Error {
	if err := d.plainAttributes(i, s); err != nil {
		return err
	}
	if d.nodes[i].flags&flagEmpty != 0 {
		return nil
	}
	seen := make([]int, len(s.parts))
	for j, stop := i, d.nodes[i].match-1; j < stop; j++ {
		switch nd := &d.nodes[j]; {
		case j == i, nd.kind == kindComment, nd.kind == kindCDATA && s.text:
		case nd.kind == kindStart:
			k := slices.IndexFunc(s.parts, func(p shape) bool { return d.is(j, p.space, p.local) })
			if k < 0 || seen[k] == max(s.parts[k].count, 1) {
				return refuse(ReasonMalformed, int(nd.start), "unexpected "+quote(d.qname(j)))
			}
			seen[k]++
			if err := d.follows(j, s.parts[k]); err != nil {
				return err
			}
			j = nd.match - 1
		default:
			return refuse(ReasonMalformed, int(nd.start), "unexpected markup in "+quote(d.qname(i)))
		}
		if gap := d.src[d.nodes[j].end:d.nodes[j+1].start]; !s.text && skipSpace(gap, 0) < len(gap) {
			return refuse(ReasonMalformed, int(d.nodes[j].end), "text in "+quote(d.qname(i)))
		}
	}
	return nil
}

func (d *Document) plainAttributes(i int32, s shape) *Error {
	attrs := d.attributes(i)
	for j := range attrs {
		a := &attrs[j]
		local := string(d.attrLocal(a))
		if a.ns == noNamespace && slices.Contains(s.attrs, local) || s.wsuID && local == "Id" && string(d.uri(a.ns)) == nsWSU {
			continue
		}
		return refuse(ReasonMalformed, int(a.nameAt), "unexpected attribute of "+quote(d.qname(i)))
	}
	return nil
}
