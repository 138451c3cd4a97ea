package wire

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// letters is a text of exactly n Kazakh letters, another one for each seed, that deflates badly.
func letters(n int, seed uint64) string {
	alphabet := []rune("аәбвгғдежзийкқлмнңоөпрстуұүфхһцчшщыіэюя   ")
	out := make([]rune, n)
	for i := range out {
		seed = seed*6364136223846793005 + 1442695040888963407
		out[i] = alphabet[seed>>33%uint64(len(alphabet))]
	}
	out[0], out[n-1] = 'ә', 'ә' // spaces around a text are taken away
	return string(out)
}

// largest is the size of the table's largest item as DynamoDB counts it, and its key.
func (o *office) largest(t *testing.T) (bytes int, key string) {
	t.Helper()
	for page := (*dynamodb.ScanOutput)(nil); page == nil || page.LastEvaluatedKey != nil; {
		in := &dynamodb.ScanInput{TableName: ptr(o.name(schema.Filings))}
		if page != nil {
			in.ExclusiveStartKey = page.LastEvaluatedKey
		}
		var err error
		if page, err = o.db.Scan(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		for _, it := range page.Items {
			size := 0
			for name, value := range it {
				size += len(name) + sizeOf(value)
			}
			if size > bytes {
				bytes, key = size, it["PK"].(*types.AttributeValueMemberS).Value+" "+it["SK"].(*types.AttributeValueMemberS).Value
			}
		}
	}
	return bytes, key
}

func sizeOf(v types.AttributeValue) (n int) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return len(v.Value)
	case *types.AttributeValueMemberSS:
		return len(strings.Join(v.Value, ""))
	case *types.AttributeValueMemberM:
		for name, inner := range v.Value {
			n += len(name) + sizeOf(inner) + 1
		}
		return n + 3
	case *types.AttributeValueMemberL:
		for _, inner := range v.Value {
			n += sizeOf(inner) + 1
		}
		return n + 3
	}
	return 1
}

// TestClaimAtEveryLimit: a claim with 60,000 letters of facts, 50 defendants, 50 demands of 2,000
// letters, 50 pieces of evidence and 100 documents is saved, listed, drawn, signed and sealed. No item
// comes near the 400 KB of DynamoDB, nor what is signed to its 96 KB.
func TestClaimAtEveryLimit(t *testing.T) {
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.filer(t, keys)
	sections := claimOf(t)
	delete(sections, "interim")
	delete(sections, "price")
	defendants, demands, proofs, against := []object{}, []object{}, []object{}, []string{}
	for i := range paper.MaxParties {
		id := fmt.Sprintf("d%d", i+1)
		against = append(against, id)
		defendants = append(defendants, object{
			"id": id, "type": "legal", "name": letters(300, uint64(i)), "address": object{"text": letters(300, uint64(i)+50)}, "email": "kense@mysal.example",
		})
		proofs = append(proofs, object{"fact": letters(paper.MaxLine, uint64(i)+100), "description": letters(paper.MaxShort, uint64(i)+150), "documents": []string{document(i)}})
	}
	for i := range claim.MaxDemands {
		demands = append(demands, object{"text": letters(paper.MaxDemand, uint64(i)+200), "nature": "property", "amountTiyn": 100_000, "against": against})
	}
	values := map[string]object{
		"defendants": {"parties": defendants}, "demands": {"items": demands}, "evidence": {"items": proofs},
		"circumstances": {"breach": object{"text": letters(paper.MaxText, 300)}, "facts": object{"text": letters(paper.MaxLong, 301)}},
	}
	send := func(route string, body any, parameters ...string) answer {
		t.Helper()
		ev := at(o.event(route, body, recordedToken), "{id}", recordedFiling)
		for i := 0; i < len(parameters); i += 2 {
			ev = at(ev, parameters[i], parameters[i+1])
		}
		a := o.send(ev)
		if a.status >= 300 {
			t.Fatalf("%s: %d %.500s", route, a.status, a.raw)
		}
		return a
	}
	send("PUT /api/filings/{id}", object{"kind": "claim", "sections": sections})
	for code, value := range values {
		version := 1
		if code == "evidence" {
			version = 0
		}
		send("PUT /api/filings/{id}/sections/{section}", object{"version": version, "value": value}, "{section}", code)
	}
	for i := range filing.MaxDocuments {
		content := fmt.Sprintf("%s %d", recordedContent, i)
		role := "evidence"
		if i == 0 {
			role = "main_claim"
		}
		o.uploadContent(t, send("PUT /api/filings/{id}/documents/{document}", object{
			"version": 0, "role": role, "name": letters(filing.MaxDocumentName-4, uint64(i)) + ".pdf", "size": len(content), "mediaType": "application/pdf", "sha256": filing.Sum([]byte(content)),
		}, "{document}", document(i)), content)
	}
	o.meter.take()
	if list := send("GET /api/filings", nil); !strings.Contains(list.raw, recordedFiling) || len(list.raw) > 4<<10 {
		t.Errorf("a list of it takes %d bytes", len(list.raw))
	}
	if u := o.meter.take(); u.Reads > 4 {
		t.Errorf("a list of it takes %v read units", u.Reads)
	}
	if whole := send("GET /api/filings/{id}", nil); len(whole.raw) > 6<<20 {
		t.Errorf("it is %d bytes to read: an answer of a function has at most 6 MB", len(whole.raw))
	}
	check := send("GET /api/filings/{id}/check", nil)
	if check.body["complete"] != true {
		t.Fatalf("%.3000s", check.raw)
	}
	begun := time.Now()
	m := send("POST /api/filings/{id}/manifest", object{"revision": check.body["revision"]})
	t.Logf("the manifest, with the statement drawn, in %s", time.Since(begun).Round(time.Millisecond))
	content, err := base64.StdEncoding.DecodeString(m.body["document"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if len(content) > filing.MaxManifest {
		t.Errorf("the document to sign takes %d bytes", len(content))
	}
	o.meter.take()
	seal := o.send(at(o.event("POST /api/filings/{id}/seal", object{"token": m.body["token"], "signature": o.signs(t, keys, content)}, ""), "{id}", recordedFiling))
	o.want(seal, 201, "")
	u := o.meter.take()
	if u.Writes > 140 { // it keeps what is signed, which names the documents
		t.Errorf("the seal takes %v write units", u.Writes)
	}
	bytes, key := o.largest(t)
	if bytes > 200<<10 {
		t.Errorf("%s takes %d bytes", key, bytes)
	}
	t.Logf("to sign %d bytes, the largest item %d (%s), the seal %v write units", len(content), bytes, key, u.Writes)
}

func document(n int) string { return fmt.Sprintf("01993a5e-0000-7000-8000-%012d", n) }
