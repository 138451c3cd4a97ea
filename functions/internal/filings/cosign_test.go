package filings_test

import (
	"encoding/asn1"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/filings"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
)

// enveloped is a CMS message without signers that carries content: enough for who reads it back.
func enveloped(content []byte) []byte {
	signedData, data := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	type set struct{}
	der, err := asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content struct {
			Version int
			Digests set `asn1:"set"`
			Encap   struct {
				Type    asn1.ObjectIdentifier
				Content []byte `asn1:"explicit,tag:0"`
			}
			Signers set `asn1:"set"`
		} `asn1:"explicit,tag:0"`
	}{Type: signedData, Content: struct {
		Version int
		Digests set `asn1:"set"`
		Encap   struct {
			Type    asn1.ObjectIdentifier
			Content []byte `asn1:"explicit,tag:0"`
		}
		Signers set `asn1:"set"`
	}{Version: 1, Encap: struct {
		Type    asn1.ObjectIdentifier
		Content []byte `asn1:"explicit,tag:0"`
	}{data, content}}})
	if err != nil {
		panic(err)
	}
	return der
}

// TestCoclaimant: who is named as a co-claimant finds what waits for their signature, sees the frozen
// filing and nothing before it is frozen.
func TestCoclaimant(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.complete(filingID)
	second := json.RawMessage(`{"parties":[{"id":"c2","type":"natural","surname":"Ахметова","givenName":"Айгүл","iin":"` + people["acc-2"] + `","address":{"text":"Алматы"}}]}`)
	if _, err := o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: "coclaimants", Value: second}); err != nil {
		t.Fatal(explain(err))
	}
	id := filings.GetRequest{ID: filingID}
	asSecond := func(check func()) {
		*o.gate = gate{id: "acc-2", accepted: true}
		check()
		*o.gate = gate{id: "acc-1", accepted: true}
	}
	asSecond(func() {
		if _, err := o.ToSign(ctx, id); !errors.Is(err, filing.ErrNotFound) {
			t.Errorf("before it is frozen: %v", err)
		}
	})
	m := o.manifest(filingID)
	if m.Seats != 2 || m.Token == "" {
		t.Fatalf("manifest %+v", m)
	}
	other := account.NumberKeys(indexKey, people["acc-2"])[0]
	if asked, err := o.table.Asked(ctx, filingID, m.SHA256); err != nil || !slices.Equal(asked, []string{other}) {
		t.Errorf("asked: %q, %v, want the other alone", asked, err)
	}
	asSecond(func() {
		waiting, err := o.Waiting(ctx, struct{}{})
		if err != nil || len(waiting.Filings) != 1 || waiting.Filings[0].ID != filingID {
			t.Errorf("what waits: %+v, %v", waiting, err)
		}
		mine, err := o.ToSign(ctx, id)
		if err != nil || string(mine.Document) != string(m.Document) || mine.Token == m.Token {
			t.Fatalf("to sign: %+v, %v", mine, err)
		}
		if _, err := o.File(ctx, filings.FileRequest{ID: filingID, File: "form"}); err != nil {
			t.Errorf("the frozen form: %v", err)
		}
		if _, err := o.Get(ctx, id); !errors.Is(err, filing.ErrNotFound) {
			t.Errorf("the draft: %v", err)
		}
		who, _ := o.gate.Holder(ctx)
		out, _, err := o.table.Sign(ctx, filingID, "acc-1", m.SHA256, filing.Signature{
			Place: filing.Place{Person: who.Key, Seats: []byte{0, 1}}, JudgedAt: time.Now(), Entry: []byte(`"2"`),
		})
		if err != nil || out.Missing != 1 {
			t.Errorf("signing: %+v, %v", out, err)
		}
	})
	mine, err := o.ToSign(ctx, id)
	if err != nil || len(mine.Signed) != 1 || mine.Signed[0] != 1 {
		t.Errorf("the filer sees %+v, %v", mine.Signed, err)
	}
	// An edit voids the signature and says so.
	saved, err := o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: "pretrial", Version: 1, Value: json.RawMessage(`{}`)})
	if err != nil || !saved.Voided || saved.Signed != 1 {
		t.Errorf("edit: %+v, %v", saved, err)
	}
	asSecond(func() {
		if waiting, err := o.Waiting(ctx, struct{}{}); err != nil || len(waiting.Filings) != 0 {
			t.Errorf("what waits after the edit: %+v, %v", waiting, err)
		}
	})
}
