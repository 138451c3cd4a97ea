package edstest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// ServeHTTP serves, by the last part of the path:
//
//	GET nca-gost.crl, nca-gost-delta.crl …   a list, DER, with ETag and Last-Modified
//	POST ocsp                                OCSP (RFC 6960, appendix A)
//	POST tsp                                 time stamps (RFC 3161, section 3.4)
//
// OCSP answers "good" for every certificate that was not revoked, also for one that it never saw: tests
// and demos issue certificates behind its back.
func (n *NCA) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name := path.Base(r.URL.Path)
	list, isList := strings.CutSuffix(name, ".crl")
	switch {
	case n.down:
		http.Error(w, "the authority is down", http.StatusServiceUnavailable)
	case isList && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		n.list(w, r, list)
	case name == "ocsp" && r.Method == http.MethodPost:
		n.answer(w, r, "application/ocsp-response", n.ocsp)
	case name == "tsp" && r.Method == http.MethodPost:
		n.answer(w, r, "application/timestamp-reply", n.stamp)
	default:
		http.NotFound(w, r)
	}
}

func (n *NCA) list(w http.ResponseWriter, r *http.Request, name string) {
	base, isDelta := strings.CutSuffix(name, "-delta")
	for _, i := range n.issuers {
		if i.key.Name != base {
			continue
		}
		if err := i.publish(n.now()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		data, at := i.full, i.state.FullAt
		if isDelta {
			data, at = i.delta, i.state.DeltaAt
		}
		sum := sha256.Sum256(data)
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
		w.Header().Set("Content-Type", "application/pkix-crl")
		http.ServeContent(w, r, "", at, bytes.NewReader(data))
		return
	}
	http.NotFound(w, r)
}

func (n *NCA) answer(w http.ResponseWriter, r *http.Request, contentType string, f func(request []byte) ([]byte, error)) {
	request, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	der, err := f(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Write(der)
}

// ocsp answers an OCSPRequest about one certificate.
func (n *NCA) ocsp(request []byte) ([]byte, error) {
	id, nonce, ok := parseOCSPRequest(request)
	if !ok {
		return OCSPFailure(ocsp.MalformedRequest), nil
	}
	for _, i := range n.issuers {
		responder, ok := n.services["ocsp-"+strings.TrimPrefix(i.key.Name, "nca-")]
		if !ok || !id.Names(i.cert, id.Serial) {
			continue
		}
		a := Answer{ID: id, ThisUpdate: n.now(), Nonce: nonce}
		for _, e := range i.state.Revoked {
			if bytes.Equal(e.Serial, id.Serial) && e.Reason != crl.RemoveFromCRL {
				a.Status, a.RevokedAt, a.Reason = ocsp.Revoked, e.At, e.Reason
			}
		}
		return responder.OCSP(a)
	}
	return OCSPFailure(ocsp.Unauthorized), nil
}

// parseOCSPRequest reads what ocsp.NewRequest writes: one certificate, perhaps a nonce.
func parseOCSPRequest(der []byte) (id ocsp.CertID, nonce []byte, ok bool) {
	in := cryptobyte.String(der)
	var req, tbs, list, one, cert, alg, name, key, serial cryptobyte.String
	if !in.ReadASN1(&req, asn1.SEQUENCE) || !in.Empty() || !req.ReadASN1(&tbs, asn1.SEQUENCE) ||
		!tbs.ReadASN1(&list, asn1.SEQUENCE) || !list.ReadASN1(&one, asn1.SEQUENCE) || !list.Empty() ||
		!one.ReadASN1(&cert, asn1.SEQUENCE) || !cert.ReadASN1Element(&alg, asn1.SEQUENCE) || !cert.ReadASN1(&name, asn1.OCTET_STRING) ||
		!cert.ReadASN1(&key, asn1.OCTET_STRING) || !cert.ReadASN1(&serial, asn1.INTEGER) {
		return id, nil, false
	}
	hash, err := cms.ParseAlgorithm(alg)
	if err != nil {
		return id, nil, false
	}
	id = ocsp.CertID{Hash: hash.Algorithm, NameHash: name, KeyHash: key, Serial: serial}
	var wrapped, exts, ext, extID, value, octets cryptobyte.String
	has := false
	if !tbs.ReadOptionalASN1(&wrapped, &has, context(2)) || !has {
		return id, nil, tbs.Empty()
	}
	if !wrapped.ReadASN1(&exts, asn1.SEQUENCE) {
		return id, nil, false
	}
	for !exts.Empty() {
		if !exts.ReadASN1(&ext, asn1.SEQUENCE) || !ext.ReadASN1(&extID, asn1.OBJECT_IDENTIFIER) || !ext.SkipOptionalASN1(asn1.BOOLEAN) ||
			!ext.ReadASN1(&value, asn1.OCTET_STRING) {
			return id, nil, false
		}
		if oid.ID(extID) == oid.OCSPNonce && value.ReadASN1(&octets, asn1.OCTET_STRING) {
			nonce = octets
		}
	}
	return id, nonce, true
}

// stamp answers a TimeStampReq. An imprint of SHA-256 is stamped with the RSA key, any other with GOST.
func (n *NCA) stamp(request []byte) ([]byte, error) {
	in := cryptobyte.String(request)
	var req, imprint, alg, value, nonce cryptobyte.String
	version, t := int64(0), StampTemplate{Time: n.now().UTC()}
	if !in.ReadASN1(&req, asn1.SEQUENCE) || !in.Empty() || !req.ReadASN1Integer(&version) ||
		!req.ReadASN1(&imprint, asn1.SEQUENCE) || !imprint.ReadASN1Element(&alg, asn1.SEQUENCE) || !imprint.ReadASN1(&value, asn1.OCTET_STRING) ||
		!req.SkipOptionalASN1(asn1.OBJECT_IDENTIFIER) {
		return stampRefusal(), nil
	}
	hash, err := cms.ParseAlgorithm(alg)
	if err != nil {
		return stampRefusal(), nil
	}
	if req.PeekASN1Tag(asn1.INTEGER) && req.ReadASN1(&nonce, asn1.INTEGER) {
		t.Nonce = nonce
	}
	t.Imprint, t.ImprintValue, t.Serial = hash.Algorithm, value, make([]byte, 8)
	rand.Read(t.Serial)
	t.Serial[0] = t.Serial[0]&0x3f | 0x40
	key := n.services["tsa-gost"]
	if t.Imprint == oid.SHA256 {
		key = n.services["tsa-rsa"]
	}
	token, err := key.Stamp(nil, t)
	if err != nil {
		return nil, err
	}
	return StampResponse(token), nil
}

// stampRefusal is a TimeStampResp with status rejection.
func stampRefusal() []byte {
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
		})
	})
}
