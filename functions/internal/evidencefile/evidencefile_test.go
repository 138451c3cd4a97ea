package evidencefile_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/evidencefile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/container"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/evidence/asice"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
)

type holder string

func (h holder) Holder(context.Context) (account.Account, error) {
	if h == "" {
		return account.Account{}, session.ErrNone
	}
	return account.Account{ID: string(h)}, nil
}

func authority(t *testing.T, name string) *edstest.Key {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(evidencetest.PKI(), "authority", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := edstest.ParsePEM(data)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func service(t *testing.T, o *evidencetest.Office, who holder) *evidencefile.Service {
	tsa := authority(t, "tsa-gost")
	return &evidencefile.Service{
		Gate: who, Filings: o.Filings, Attempts: store.NewAttempts(o.DB, o.Table), Documents: o.Documents,
		Stamp: func(_ context.Context, data []byte) ([]byte, time.Time, error) {
			at := evidencetest.SentAt.Add(time.Hour).Truncate(time.Second)
			token, err := tsa.Stamp(data, edstest.StampTemplate{Time: at})
			return token, at, err
		},
	}
}

func at(t *testing.T) context.Context {
	return httpapi.WithEdge(t.Context(), httpapi.Edge{ReceivedAt: evidencetest.SentAt.Add(time.Hour)})
}

// archive puts together what was handed out, as a page does.
func archive(t *testing.T, r evidencefile.Reply) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range r.Files {
		data := f.Data
		if f.Address != "" {
			res, err := http.Get(f.Address)
			if err != nil {
				t.Fatal(err)
			}
			data, err = io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK {
				t.Fatal(res.Status, err)
			}
		}
		if filing.Sum(data) != f.SHA256 || int64(len(data)) != f.Size {
			t.Errorf("%s is not as the list says", f.Name)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store, Modified: r.StampedAt})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The file of a filing that two signed proves itself: signatures, time stamp, receipt, and that the documents
// in it are those that were signed.
func TestFile(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost", "individual-gost-2")
	known(t, o, e)
	r, err := service(t, o, evidencetest.Account).File(at(t), evidencefile.Request{ID: e.ID})
	if err != nil {
		t.Fatal(err)
	}
	if r.Name != e.TicketNo+".asice" {
		t.Errorf("named %s", r.Name)
	}
	data := archive(t, r)
	trust, err := eds.LoadTrust(filepath.Join(evidencetest.PKI(), "trust"))
	if err != nil {
		t.Fatal(err)
	}
	verify := func(data []byte) (*container.Report, error) {
		return container.Verify(&eds.Verifier{Trust: trust, Policy: eds.Filing()}, data, evidencetest.SentAt.Add(2*time.Hour))
	}
	rep, err := verify(data)
	if err != nil || rep.Format != container.ASiC || len(rep.Signatures) != 3 {
		t.Fatalf("%v: %+v", err, rep)
	}
	if s := rep.Signatures[1].Report.Signers[0]; len(s.TimeStamps) != 1 || s.Revocation.Source != "ocsp" {
		t.Errorf("the first signature carries %d stamps, and word of its certificate by %q", len(s.TimeStamps), s.Revocation.Source)
	}
	names, contents := unpacked(t, data)
	content := func(name string) ([]byte, error) {
		if contents[name] == nil {
			return nil, os.ErrNotExist
		}
		return contents[name], nil
	}
	m, err := asice.Check(names, content)
	if err != nil || m.ID != e.ID || len(m.Documents) != 3 || names[0] != "mimetype" {
		t.Errorf("%v, %+v, %q", err, m, names)
	}
	if got, err := receipt.Verify(o.Receipts, contents["receipt.json"]); err != nil || got.FilingID != e.ID {
		t.Errorf("receipt %+v, %v", got, err)
	}

	second := names[slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, "documents/02 ") })]
	for what, change := range map[string]func(){
		"another document":    func() { contents[second] = []byte("%PDF-1.7 another") },
		"no document":         func() { names = slices.DeleteFunc(names, func(n string) bool { return n == second }) },
		"one more":            func() { names = append(names, "documents/04 more.pdf") },
		"another form":        func() { contents["form.json"] = []byte("{}") },
		"another's signature": func() { contents["signatures/2.p7s"] = other(t, o) },
	} {
		names, contents = unpacked(t, data)
		change()
		if _, err := asice.Check(names, content); !errors.Is(err, asice.ErrContradiction) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func other(t *testing.T, o *evidencetest.Office) []byte {
	t.Helper()
	der, err := o.Keys["individual-gost"].SignCMS([]byte("{}"), edstest.Attached, edstest.At(evidencetest.SentAt))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// known keeps of the first signature what verify-filing finds out: a time stamp, and an answer about its
// certificate.
func known(t *testing.T, o *evidencetest.Office, e filing.Envelope) {
	t.Helper()
	sealed, err := o.Filings.Sealed(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	v := filing.Verification{V: 1, At: evidencetest.SentAt.Add(time.Minute), Step: "receive"}
	for i, s := range sealed.Signatures {
		verified := filing.Verified{Signature: filing.Sum(s.CMS), Revocation: "good", Source: "ocsp"}
		if i == 0 {
			msg, err := cms.Parse(s.CMS, cms.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			stamped := evidencetest.SentAt.Add(10 * time.Second).Truncate(time.Second)
			if verified.Stamp, err = authority(t, "tsa-gost").Stamp(msg.Signers[0].Signature, edstest.StampTemplate{Time: stamped}); err != nil {
				t.Fatal(err)
			}
			issuer, err := certpath.Parse(authority(t, "nca-gost").Certificate)
			if err != nil {
				t.Fatal(err)
			}
			id, err := ocsp.NewCertID(oid.SHA256, issuer, o.Keys["individual-gost"].Serial())
			if err != nil {
				t.Fatal(err)
			}
			if verified.OCSP, err = authority(t, "ocsp-gost").OCSP(edstest.Answer{ID: id, ThisUpdate: evidencetest.SentAt.Add(20 * time.Second)}); err != nil {
				t.Fatal(err)
			}
		}
		v.Signers = append(v.Signers, verified)
	}
	if ok, err := o.Filings.Verify(t.Context(), e, v); err != nil || !ok {
		t.Fatal(ok, err)
	}
}

func TestRefused(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	for _, tt := range []struct {
		name string
		who  holder
		id   string
		want error
	}{
		{"nobody", "", e.ID, session.ErrNone},
		{"another", "0193f0c0-0000-7000-8000-00000000acc2", e.ID, filing.ErrNotFound},
		{"none there", evidencetest.Account, evidencetest.ID(2), filing.ErrNotFound},
	} {
		if _, err := service(t, o, tt.who).File(at(t), evidencefile.Request{ID: tt.id}); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	problem := func(s *evidencefile.Service) string {
		_, err := s.File(at(t), evidencefile.Request{ID: e.ID})
		p, ok := errors.AsType[*httpapi.Problem](err)
		if !ok {
			return ""
		}
		return p.Slug
	}
	silent := service(t, o, evidencetest.Account)
	silent.Stamp = func(context.Context, []byte) ([]byte, time.Time, error) { return nil, time.Time{}, io.ErrUnexpectedEOF }
	if got := problem(silent); got != "no-time-stamp" {
		t.Errorf("while nobody stamps: %q", got)
	}
	s := service(t, o, evidencetest.Account)
	for range evidencefile.FilesAnHour - 1 {
		if got := problem(s); got != "" {
			t.Fatal(got)
		}
	}
	if got := problem(s); got != "quota" {
		t.Errorf("one too many: %q", got)
	}
}
