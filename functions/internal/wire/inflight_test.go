package wire

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// iins are numbers of people that are right in date and check digit.
func iins(n int) (out []string) {
	for serial := 0; len(out) < n; serial++ {
		if number := fmt.Sprintf("8503104%05d", serial); number != "850310400315" {
			if _, err := kzid.ParseIIN(number); err == nil {
				out = append(out, number)
			}
		}
	}
	return out
}

// member is someone who has an account.
type member struct{ key, token string }

// joins registers the natural person of a key.
func (o *office) joins(key, iin, name string) member {
	o.Helper()
	o.ip = fmt.Sprintf("203.0.113.%d", 10+len(o.signers)%200)
	o.want(o.accept(key, "v1"), 201, "")
	f := form()
	f["subject"] = object{"kind": "natural", "iin": iin, "bin": "", "name": name, "organisation": ""}
	f["email"] = key + "@example.kz"
	a := o.want(o.register(key, o.registration(f), password), 201, "")
	o.signers[a.cookie] = key
	o.private = append(o.private, iin, name)
	return member{key, a.cookie}
}

// ask sends a request about recordedFiling in m's session.
func (o *office) ask(m member, route string, body any) answer {
	o.Helper()
	return o.send(at(at(o.event(route, body, m.token), "{id}", recordedFiling), "{document}", recordedDocument))
}

// out has m put a claim out for signature, with these sections beside the sample's, and returns what
// m is to sign.
func (o *office) out(m member, sections object) answer {
	o.Helper()
	claim := claimOf(o.T)
	for code, value := range sections {
		claim[code] = value
	}
	o.want(o.ask(m, "PUT /api/filings/{id}", object{"kind": "claim", "sections": claim}), 201, "")
	o.upload(o.T, o.want(o.ask(m, "PUT /api/filings/{id}/documents/{document}", object{
		"version": 0, "role": "main_claim", "name": "talap.pdf", "size": len(recordedContent), "mediaType": "application/pdf",
		"sha256": filing.Sum([]byte(recordedContent)),
	}), 200, ""))
	return o.want(o.ask(m, "POST /api/filings/{id}/manifest", object{"revision": 2}), 200, "")
}

// sealing is the request that answers toSign with the signature of a key. It needs no session.
func (o *office) sealing(key string, toSign answer) object {
	o.Helper()
	content, err := base64.StdEncoding.DecodeString(toSign.body["document"].(string))
	if err != nil {
		o.Fatal(err)
	}
	return object{"token": toSign.body["token"], "signature": o.signed(key, content)["signature"]}
}

func (o *office) seal(body object) answer {
	o.Helper()
	return o.ask(member{}, "POST /api/filings/{id}/seal", body)
}

// TestSixteenCosign: sixteen co-claimants with accounts of their own find the filing, see what is
// frozen, and all sign in the same instant as the filer: one of the seventeen seals, and the receipt
// that everyone then gets names all.
func TestSixteenCosign(t *testing.T) {
	o := newOffice(t)
	o.withFilings(t)
	numbers := iins(16)
	var parties []object
	for i, iin := range numbers {
		surname := "ҚОСЫЛҒАН" + string(rune('А'+i))
		o.pki.Person(t, fmt.Sprintf("person%d", i), iin, surname, "АДАМ")
		parties = append(parties, object{
			"id": fmt.Sprintf("c%d", i+2), "type": "natural", "surname": surname, "givenName": "АДАМ", "iin": iin, "address": object{"text": "Алматы"},
		})
	}
	people := []member{o.joins("aigul", signertest.AigulIIN, "СЕЙІТОВА АЙГҮЛ")}
	for i, iin := range numbers {
		people = append(people, o.joins(fmt.Sprintf("person%d", i), iin, "ҚОСЫЛҒАН"+string(rune('А'+i))+" АДАМ"))
	}
	first := o.out(people[0], object{"coclaimants": object{"parties": parties}})
	if first.body["seats"] != 17.0 {
		t.Fatalf("seats %v", first.body["seats"])
	}
	requests := make([]object, len(people))
	for i, m := range people {
		if waiting := o.want(o.call("GET /api/signatures", nil, m.token), 200, ""); !strings.Contains(waiting.raw, recordedFiling) {
			t.Errorf("signer %d does not find what waits: %s", i, waiting.raw)
		}
		mine := o.want(o.ask(m, "GET /api/filings/{id}/manifest", nil), 200, "")
		if mine.body["document"] != first.body["document"] {
			t.Errorf("signer %d is shown something else", i)
		}
		if i > 0 {
			o.want(o.ask(m, "GET /api/filings/{id}", nil), 404, "not-found")
		}
		requests[i] = o.sealing(m.key, mine)
	}
	answers := make([]answer, len(people))
	var wg sync.WaitGroup
	for i, body := range requests {
		wg.Go(func() { answers[i] = o.seal(body) })
	}
	wg.Wait()
	sealed := map[string]bool{}
	for i, a := range answers {
		switch {
		case a.body["receipt"] != nil: // also who was told of the seal right after their own signature was kept
			sealed[a.raw] = true
		case a.status != http.StatusAccepted || a.body["outcome"] != "pending":
			t.Errorf("signer %d: %d %s", i, a.status, a.raw)
		}
	}
	if len(sealed) != 1 {
		t.Fatalf("%d receipts", len(sealed))
	}
	for raw := range sealed {
		r, err := receipt.Verify(o.publishedKeys(), []byte(raw))
		if err != nil || len(r.Signers) != len(people) {
			t.Fatalf("%v: %.300s", err, raw)
		}
		parties := map[string]bool{}
		for _, who := range r.Signers {
			for _, seat := range who.For {
				parties[seat.Party] = true
			}
		}
		if len(parties) != len(people) {
			t.Errorf("signed for %v", parties)
		}
		for i, body := range requests {
			if again := o.seal(body); again.status != http.StatusOK || again.raw != raw {
				t.Errorf("signer %d again: %d %.200s", i, again.status, again.raw)
			}
		}
	}
}

// TestWhatIsOutIsSealed: what changes after a manifest was put out costs nobody the deadline, except
// that the filer left the office, which said so first.
func TestWhatIsOutIsSealed(t *testing.T) {
	status := func(o *office, status string) {
		accounts := o.name(schema.Accounts)
		id := ""
		for _, it := range o.everything() {
			if it["SK"].(*types.AttributeValueMemberS).Value == "ACCOUNT" {
				id = strings.TrimPrefix(it["PK"].(*types.AttributeValueMemberS).Value, "ACCOUNT#")
			}
		}
		if _, err := o.db.UpdateItem(o.Context(), &dynamodb.UpdateItemInput{
			TableName: &accounts, Key: attributes{"PK": text("ACCOUNT#" + id), "SK": text("ACCOUNT")},
			UpdateExpression: ptr("SET #s = :s"), ExpressionAttributeNames: map[string]string{"#s": "status"}, ExpressionAttributeValues: attributes{":s": text(status)},
		}); err != nil {
			o.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name   string
		before func(o *office, m member)
		status int
		slug   string
	}{
		{"the account is disabled", func(o *office, m member) { status(o, "disabled") }, 201, ""},
		{"the version it was made under lapsed an hour ago", func(o *office, m member) {
			o.at = o.publish("v2", o.at, false).EffectiveAt.Add(time.Hour)
		}, 201, ""},
		{"the session ended", func(o *office, m member) {
			o.want(o.call("DELETE /api/session", nil, m.token), 204, "")
		}, 201, ""},
		{"the filer left", func(o *office, m member) {
			document := o.document("POST /api/account/leaving/document", object{"lang": "kk"})
			left := o.want(o.call("POST /api/account/leaving", o.signed("aigul", document)), 200, "")
			if left.body["voided"] != 1.0 {
				t.Errorf("left: %s", left.raw)
			}
		}, 409, "manifest-void"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			o.withFilings(t)
			m := o.joins("aigul", signertest.AigulIIN, "СЕЙІТОВА АЙГҮЛ")
			sealing := o.sealing("aigul", o.out(m, nil))
			tt.before(o, m)
			o.signing()
			o.want(o.seal(sealing), tt.status, tt.slug)
		})
	}
}
