package eds_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// A signature that has been extended proves itself when its certificate has ended; without the extension, or with one that is about something else, it does not.
func TestExtend(t *testing.T) {
	nca, responder, tsa := authority(t, "nca-gost"), authority(t, "ocsp-gost"), authority(t, "tsa-gost")
	issuer, err := certpath.Parse(nca.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	signed := now.Add(-48 * time.Hour)
	key := must(nca.Issue(testKeys(t)["individual-gost"].Private, edstest.Template{
		Subject:   []edstest.Attribute{{Type: oid.CommonName, Value: "СЕРІКОВ ҰЛАН"}, {Type: oid.SerialNumber, Value: "IIN900101300126"}},
		NotBefore: signed.Add(-time.Hour), NotAfter: signed.Add(time.Hour), PathLen: -1, Serial: []byte{77},
		KeyUsage: certpath.DigitalSignature | certpath.NonRepudiation, ExtKeyUsage: []oid.ID{oid.EmailProtection},
	}))(t)
	answer := func(of *edstest.Key) []byte {
		id, err := ocsp.NewCertID(oid.SHA256, issuer, of.Serial())
		if err != nil {
			t.Fatal(err)
		}
		der, err := responder.OCSP(edstest.Answer{ID: id, ThisUpdate: signed.Add(time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	stamp := func(data []byte) []byte {
		der, err := tsa.Stamp(data, edstest.StampTemplate{Time: signed.Add(time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	der, err := key.SignCMS([]byte("a document"), edstest.Attached, edstest.At(signed))
	if err != nil {
		t.Fatal(err)
	}
	msg, err := cms.Parse(der, cms.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	value := msg.Signers[0].Signature
	for _, tt := range []struct {
		name              string
		tokens, responses [][]byte
		want              eds.Code
		source            string // of the word on revocation
	}{
		{"as it was", nil, nil, eds.CodeExpired, "crl"},
		{"only stamped", [][]byte{stamp(value)}, nil, "", "crl"},
		{"only answered", nil, [][]byte{answer(key)}, eds.CodeExpired, "crl"},
		{"stamped and answered", [][]byte{stamp(value)}, [][]byte{answer(key)}, "", "ocsp"},
		{"the same twice", [][]byte{stamp(value), stamp(value)}, [][]byte{answer(key), answer(key)}, "", "ocsp"},
		{"a stamp over something else", [][]byte{stamp([]byte("something"))}, [][]byte{answer(key)}, eds.CodeStampImprint, "crl"},
		{"an answer about another", [][]byte{stamp(value)}, [][]byte{answer(testKeys(t)["individual-gost-2"])}, "", "crl"},
	} {
		out, err := cms.Extend(der, tt.tokens, tt.responses)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		again, err := cms.Extend(out, tt.tokens, tt.responses)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: adding it again changes it: %v", tt.name, err)
		}
		v := eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing()}
		rep, err := v.Verify(eds.Signed{Data: out, At: now})
		var codes []eds.Code
		for _, c := range rep.Signers[0].Checks {
			if c.Status == eds.Failed || c.Status == eds.Unknown {
				codes = append(codes, c.Code)
			}
		}
		if got := rep.Signers[0].Revocation.Source; got != tt.source {
			t.Errorf("%s: revocation by %q, want %q", tt.name, got, tt.source)
		}
		if tt.want == "" && err != nil || tt.want != "" && !slices.Contains(codes, tt.want) {
			t.Errorf("%s: %v, %v, want %q", tt.name, err, codes, tt.want)
		}
	}
}
