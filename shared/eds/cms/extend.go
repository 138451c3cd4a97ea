package cms

import (
	"bytes"

	"github.com/courtoffice/courtoffice/shared/eds/internal/ber"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// Extend returns a message of one signer with time-stamp tokens over its signature and OCSP responses
// about its certificates, both DER, added: with them the signature proves itself after its certificate
// has ended (CAdES B-T and B-LT: ETSI EN 319 122-1, sections 5.3 and 6.3; RFC 5940 for the responses). What
// is there already stays, and everything that is signed keeps its bytes. A token or response that the
// message has is not added again. Whether they are over this signature is for package eds to say.
//
// Errors: those of Parse; *LimitError for a message of several signers.
func Extend(der []byte, tokens, responses [][]byte) ([]byte, error) {
	parsed, err := Parse(der, Limits{})
	if err != nil {
		return nil, err
	}
	if len(parsed.Signers) != 1 {
		return nil, &LimitError{"signers", 1}
	}
	tokens = without(tokens, parsed.Signers[0].UnsignedValues(oid.TimeStampTokenAttr))
	responses = without(responses, parsed.OCSP)
	if len(tokens) == 0 && len(responses) == 0 {
		return der, nil
	}
	body, _, err := signedDataBody(der)
	if err != nil {
		return nil, err
	}
	return extend(body, tokens, responses)
}

// without leaves out of list what is in others, or comes again.
func without(list, others [][]byte) (out [][]byte) {
	for _, v := range list {
		there := false
		for _, o := range append(others, out...) {
			there = there || bytes.Equal(o, v)
		}
		if !there {
			out = append(out, v)
		}
	}
	return out
}

// extend rebuilds a SignedData, whose fields are body, in definite lengths around what it had.
func extend(body []byte, tokens, responses [][]byte) ([]byte, error) {
	version, err := ber.Read(&body, ber.Integer)
	if err != nil {
		return nil, &SyntaxError{"SignedData.version"}
	}
	fields := bytes.Clone(version.Raw)
	if len(responses) > 0 {
		fields = []byte{ber.Integer, 1, 5} // RFC 5652, section 5.1: it has revocation information in another format
	}
	for _, tag := range []byte{ber.Set, ber.Sequence, ber.Context0} { // digestAlgorithms, encapContentInfo, certificates
		e, _, err := ber.Optional(&body, tag)
		if err != nil {
			return nil, &SyntaxError{"SignedData"}
		}
		fields = append(fields, e.Raw...)
	}
	crls, _, err := ber.Optional(&body, ber.Context1)
	if err != nil {
		return nil, &SyntaxError{"SignedData.crls"}
	}
	revocation := bytes.Clone(crls.Body)
	for _, r := range responses {
		revocation = element(revocation, ber.Context1, element(nil, ber.ObjectID, []byte(oid.OCSPResponseFormat)), r)
	}
	if len(revocation) > 0 {
		fields = element(fields, ber.Context1, revocation)
	}
	signers, err := ber.Read(&body, ber.Set)
	if err != nil {
		return nil, &SyntaxError{"SignedData.signerInfos"}
	}
	signer, err := ber.Only(signers.Body, ber.Sequence)
	if err != nil {
		return nil, &SyntaxError{"SignerInfo"}
	}
	info, err := extendSigner(signer.Body, tokens)
	if err != nil {
		return nil, err
	}
	fields = element(fields, ber.Set, info)
	content := element(nil, ber.Context0, element(nil, ber.Sequence, fields))
	return element(nil, ber.Sequence, element(nil, ber.ObjectID, []byte(oid.SignedData)), content), nil
}

// extendSigner rebuilds a SignerInfo. unsignedAttrs, if there, are its last field.
func extendSigner(body []byte, tokens [][]byte) ([]byte, error) {
	var fields, unsigned []byte
	for len(body) > 0 {
		e, rest, err := ber.Next(body)
		if err != nil {
			return nil, &SyntaxError{"SignerInfo"}
		}
		if e.Tag == ber.Context1 {
			unsigned = bytes.Clone(e.Body)
		} else {
			fields = append(fields, e.Raw...)
		}
		body = rest
	}
	for _, t := range tokens {
		unsigned = element(unsigned, ber.Sequence, element(nil, ber.ObjectID, []byte(oid.TimeStampTokenAttr)), element(nil, ber.Set, t))
	}
	if len(unsigned) > 0 {
		fields = element(fields, ber.Context1, unsigned)
	}
	return element(nil, ber.Sequence, fields), nil
}

// element appends an element with those contents.
func element(out []byte, tag byte, contents ...[]byte) []byte {
	n := 0
	for _, c := range contents {
		n += len(c)
	}
	out = ber.AppendHead(out, tag, n)
	for _, c := range contents {
		out = append(out, c...)
	}
	return out
}
