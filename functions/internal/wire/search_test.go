package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/registry"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestSearchByParty: a clerk finds the filing and its case by the number and by words of the names of either
// side, at their own court alone; the filer sees that it was found; no number and no name stands in a key.
func TestSearchByParty(t *testing.T) {
	m := newMatrix(t)
	clerk := m.court()[caseClerk]
	m.Setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
	received := outbox.Entry{Event: outbox.New(1, filing.EventReceived, matrixSent, m.at.Format(time.RFC3339), struct{}{}), PK: "FILING#" + matrixSent, SK: "OUTBOX#" + filing.EventReceived}
	raw, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{message(t, schema.Openings, received)}})
	if err != nil {
		t.Fatal(err)
	}
	handle := m.app(t, "cases").Cases()
	for range 2 {
		if res, err := handle(t.Context(), raw); err != nil || len(res.(events.SQSEventResponse).BatchItemFailures) != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	find := func(court, party string) registry.Results {
		t.Helper()
		return decodeAs[registry.Results](t, m.want(m.call("POST /api/registry/parties", object{"court": court, "party": party}, clerk), 200, ""))
	}
	claimant, defendant := "", ""
	v := m.view(matrixSent, clerk)
	claimant, defendant = v.Parties[0].Name, v.Parties[1].Name
	words := strings.Fields(claimant)
	for _, party := range []string{
		signertest.AigulIIN, "9001 0130 0126", strings.ToUpper(words[0]), strings.ToLower(words[0])[:6], words[1] + " " + words[0], signertest.BIN, defendant,
	} {
		got := find("almaty-bostandyq", party)
		if len(got.Found) != 1 || got.Found[0].Filing == nil || got.Found[0].Filing.ID != matrixSent || got.Found[0].Case == nil || got.Found[0].Case.Number != "7514-26-00-2/1" || got.Next != "" {
			t.Errorf("%q: %+v", party, got)
		}
	}
	for _, party := range []string{signertest.ErlanIIN, "Жоқбаев", words[0] + "ххх"} {
		if got := find("almaty-bostandyq", party); len(got.Found) != 0 || got.Next != "" {
			t.Errorf("%q: %+v", party, got)
		}
	}
	m.want(m.call("POST /api/registry/parties", object{"court": "almaty-medeu", "party": words[0]}, clerk), 404, "not-found")
	for _, party := range []string{"", "а", "123456789", strings.Repeat("а", 301)} {
		m.want(m.call("POST /api/registry/parties", object{"court": "almaty-bostandyq", "party": party}, clerk), 422, "invalid-fields")
	}
	audit := m.want(m.call("GET /api/account/audit", nil, m.tokens["owner"]), 200, "").raw
	if strings.Count(audit, `"filing.found"`) < 7 {
		t.Errorf("the filer sees %s", audit)
	}
	if looks := m.view(matrixSent, clerk).Looks; looks[0].Type != "opened" && looks[0].Type != "found" {
		t.Errorf("the case keeps %+v", looks)
	}
	traces := 0
	for key := range m.scan(m.name(schema.Filings)) {
		if !strings.HasPrefix(key, "TRACE#") {
			continue
		}
		traces++
		for _, secret := range []string{signertest.AigulIIN, signertest.BIN, strings.ToLower(words[0])} {
			if strings.Contains(strings.ToLower(key), secret) {
				t.Errorf("%s holds %s", key, secret)
			}
		}
	}
	if traces == 0 {
		t.Error("no traces")
	}
	// A party the clerk found to be called otherwise is found by that name too.
	m.want(m.act(matrixSent, clerk, object{"step": "confirm", "party": v.Parties[1].ID, "number": signertest.BIN, "name": "«Өрлеу» ЖШС"}), 200, "")
	if got := find("almaty-bostandyq", "орлеу"); len(got.Found) != 1 {
		t.Errorf("by the confirmed name: %+v", got)
	}
	for i := range registry.SearchesAnHour {
		if a := m.call("POST /api/registry/parties", object{"court": "almaty-bostandyq", "party": fmt.Sprintf("жоқ%d", i)}, clerk); a.status == 429 {
			m.want(a, 429, "quota")
			return
		}
	}
	t.Error("searches have no end")
}
