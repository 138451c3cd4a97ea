package wire

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// The filings that testdata/stored.json holds as the version that wrote it left them.
const (
	storedDraft  = "01993a5e-0000-7000-8000-00000000000a"
	storedOut    = "01993a5e-0000-7000-8000-00000000000b"
	storedSealed = "01993a5e-0000-7000-8000-00000000000c"
)

// storedFile is what a version of the functions left, and what it had handed out.
type storedFile struct {
	Items   []map[string]map[string]any // as DynamoDB writes them: {"PK": {"S": "…"}}
	ToSign  json.RawMessage             // the answer with the manifest of storedOut
	Receipt string                      // of storedSealed
}

const storedPath = "testdata/stored.json"

// TestStoredByAnotherVersion: drafts, manifests that are out and receipts which another version of the
// functions wrote are listed, read, changed and sealed, whether it was the version before or, after a
// rollback, the one to come, which adds what this one does not know. With -update the file is written
// anew: the one before stays what tests read until then.
func TestStoredByAnotherVersion(t *testing.T) {
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
		o.filer(t, keys)
		o.keepStored(t, keys)
	}
	raw, err := os.ReadFile(storedPath)
	if err != nil {
		t.Fatal(err)
	}
	for name, later := range map[string]bool{"the version before": false, "a later version": true} {
		t.Run(name, func(t *testing.T) {
			var stored storedFile
			if err := json.Unmarshal(raw, &stored); err != nil {
				t.Fatal(err)
			}
			o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
			o.filer(t, keys)
			for _, it := range stored.Items {
				if later {
					it["addedLater"] = map[string]any{"S": "x"}
				}
				if _, err := o.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: ptr(o.name(schema.Filings)), Item: attributesOf(t, it)}); err != nil {
					t.Fatal(err)
				}
			}
			o.readStored(t, keys, stored)
		})
	}
}

// about is a request on a filing in the filer's session.
func (o *office) about(id, route string, body any) answer {
	o.Helper()
	return o.send(at(at(o.event(route, body, recordedToken), "{id}", id), "{section}", "circumstances"))
}

func (o *office) readStored(t *testing.T, keys map[string]*edstest.Key, stored storedFile) {
	t.Helper()
	list := o.want(o.call("GET /api/filings", nil, recordedToken), 200, "")
	for _, id := range []string{storedDraft, storedOut, storedSealed} {
		if !strings.Contains(list.raw, id) {
			t.Errorf("%s is not listed: %s", id, list.raw)
		}
	}
	draft := o.want(o.about(storedDraft, "GET /api/filings/{id}", nil), 200, "")
	if n := len(draft.body["sections"].(object)); n != len(claimOf(t)) {
		t.Errorf("the draft has %d sections", n)
	}
	saved := o.want(o.about(storedDraft, "PUT /api/filings/{id}/sections/{section}", object{
		"version": 1, "value": object{"breach": object{"text": "бұзды"}, "facts": object{"text": "болды"}},
	}), 200, "")
	check := o.want(o.about(storedDraft, "GET /api/filings/{id}/check", nil), 200, "")
	if saved.body["version"] != 2.0 || check.body["complete"] != true {
		t.Errorf("saved %s, then %s", saved.raw, check.raw)
	}
	o.want(o.about(storedDraft, "POST /api/filings/{id}/manifest", object{"revision": check.body["revision"]}), 200, "")

	var handedOut object
	if err := json.Unmarshal(stored.ToSign, &handedOut); err != nil {
		t.Fatal(err)
	}
	again := o.want(o.about(storedOut, "GET /api/filings/{id}/manifest", nil), 200, "")
	if again.body["document"] != handedOut["document"] || again.body["token"] != handedOut["token"] {
		t.Errorf("what was put out is %s, handed out was %s", again.raw, stored.ToSign)
	}
	content, err := base64.StdEncoding.DecodeString(handedOut["document"].(string))
	if err != nil {
		t.Fatal(err)
	}
	seal := object{"token": handedOut["token"], "signature": o.signs(t, keys, content)}
	sealed := o.want(o.about(storedOut, "POST /api/filings/{id}/seal", seal), 201, "")
	if got := o.want(o.about(storedOut, "GET /api/filings/{id}/receipt", nil), 200, ""); got.raw != sealed.raw {
		t.Errorf("the receipt is %s, was %s", got.raw, sealed.raw)
	}
	if got := o.want(o.about(storedSealed, "GET /api/filings/{id}/receipt", nil), 200, ""); got.raw != stored.Receipt {
		t.Errorf("the receipt of before is %s, was %s", got.raw, stored.Receipt)
	}
}

// keepStored writes what this version leaves.
func (o *office) keepStored(t *testing.T, keys map[string]*edstest.Key) {
	t.Helper()
	var stored storedFile
	for _, id := range []string{storedDraft, storedOut, storedSealed} {
		o.want(o.about(id, "PUT /api/filings/{id}", object{"kind": filing.KindClaim, "sections": claimOf(t)}), 201, "")
		if id == storedDraft {
			continue
		}
		toSign := o.want(o.about(id, "POST /api/filings/{id}/manifest", object{"revision": 1}), 200, "")
		if id == storedOut {
			stored.ToSign = json.RawMessage(toSign.raw)
			continue
		}
		content, err := base64.StdEncoding.DecodeString(toSign.body["document"].(string))
		if err != nil {
			t.Fatal(err)
		}
		seal := object{"token": toSign.body["token"], "signature": o.signs(t, keys, content)}
		stored.Receipt = o.want(o.about(id, "POST /api/filings/{id}/seal", seal), 201, "").raw
	}
	out, err := o.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: ptr(o.name(schema.Filings))})
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range out.Items {
		if pk := it["PK"].(*types.AttributeValueMemberS).Value; !strings.Contains(pk, "ATTEMPTS") {
			stored.Items = append(stored.Items, encoded(t, it))
		}
	}
	raw, err := json.MarshalIndent(stored, "", " ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(storedPath), 0o755)
	}
	if err == nil {
		err = os.WriteFile(storedPath, append(raw, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// encoded are attributes as DynamoDB writes them.
func encoded(t *testing.T, it attributes) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for name, value := range it {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			out[name] = map[string]any{"S": v.Value}
		case *types.AttributeValueMemberN:
			out[name] = map[string]any{"N": v.Value}
		case *types.AttributeValueMemberB:
			out[name] = map[string]any{"B": base64.StdEncoding.EncodeToString(v.Value)}
		case *types.AttributeValueMemberSS:
			out[name] = map[string]any{"SS": v.Value}
		case *types.AttributeValueMemberM:
			inner := map[string]any{}
			for name, value := range encoded(t, v.Value) {
				inner[name] = value
			}
			out[name] = map[string]any{"M": inner}
		default:
			t.Fatalf("%s is a %T", name, value)
		}
	}
	return out
}

// attributesOf reads what encoded wrote.
func attributesOf(t *testing.T, it map[string]map[string]any) attributes {
	t.Helper()
	out := attributes{}
	for name, one := range it {
		for typ, value := range one {
			switch typ {
			case "S":
				out[name] = text(value.(string))
			case "N":
				out[name] = &types.AttributeValueMemberN{Value: value.(string)}
			case "B":
				raw, err := base64.StdEncoding.DecodeString(value.(string))
				if err != nil {
					t.Fatal(err)
				}
				out[name] = &types.AttributeValueMemberB{Value: raw}
			case "SS":
				set := &types.AttributeValueMemberSS{}
				for _, one := range value.([]any) {
					set.Value = append(set.Value, one.(string))
				}
				out[name] = set
			case "M":
				inner := map[string]map[string]any{}
				for name, value := range value.(map[string]any) {
					inner[name] = value.(map[string]any)
				}
				out[name] = &types.AttributeValueMemberM{Value: attributesOf(t, inner)}
			default:
				t.Fatalf("%s is a %s", name, typ)
			}
		}
	}
	return out
}
