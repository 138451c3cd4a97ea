package wire

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/registry"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/session"
)

// TestCorrectedRuling: slips in a signed ruling are corrected by another signed one that names it; both are shown and
// given to everyone, the filing stands where it stood, and its place in a queue with its day too.
func TestCorrectedRuling(t *testing.T) {
	o := newRegistry(t)
	o.becomes("appeal", "")
	o.underReview()
	rule := func(n int, step string, more object) registry.View {
		t.Helper()
		o.at = o.at.Add(time.Minute)
		return decodeAs[registry.View](t, o.want(o.asks("POST "+registryRoot+"/acts", o.ruled(t, acts(n, step, more), "individual-gost-2"), judgeToken), 200, ""))
	}
	const words = "«5 000» дегеннің орнына «50 000» деп оқылсын."
	o.want(o.asks("POST "+registryRoot+"/acts", acts(4, "correct-ruling", object{"decision": words}), judgeToken), 409, "filing-elsewhere") // there is none
	first := rule(5, "leave", object{"reasons": "Мекенжайы көрсетілмеген.", "on": "2026-11-27"})
	for _, wrong := range []object{{}, {"decision": " "}} {
		o.want(o.asks("POST "+registryRoot+"/acts", acts(6, "correct-ruling", wrong), judgeToken), 422, "invalid-fields")
	}
	o.want(o.asks("POST "+registryRoot+"/acts", acts(6, "correct-ruling", object{"decision": words}), otherJudge), 404, "not-found")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(6, "correct-ruling", object{"decision": words}), clerkToken), 404, "not-found")
	before, err := o.stored().Place(t.Context(), recordedFiling)
	if err != nil {
		t.Fatal(err)
	}
	view := rule(6, "correct-ruling", object{"decision": words})
	if view.Status != filing.WithoutMovement || view.Ruling.SHA256 != first.Ruling.SHA256 || len(view.Corrected) != 1 || view.Corrected[0].Decision != words || view.Article != first.Article {
		t.Errorf("corrected: %+v, %+v", view.Ruling, view.Corrected)
	}
	if after, err := o.stored().Place(t.Context(), recordedFiling); err != nil || after != before {
		t.Errorf("the place was %+v, is %+v, %v", before, after, err)
	}
	if queue := decodeAs[registry.Queue](t, o.want(o.call("GET /api/registry/queue", nil, judgeToken), 200, "")); len(queue.Before) != 1 {
		t.Errorf("before the judge are %d", len(queue.Before))
	}
	rulings, err := o.stored().Rulings(t.Context(), recordedFiling)
	if err != nil || len(rulings) != 2 {
		t.Fatal(rulings, err)
	}
	if of := rulings[1].Corrects; of.SHA256 != first.Ruling.SHA256 || of.Step != "leave" || of.Date != rulings[0].Date || rulings[0].Corrects != (filing.Corrected{}) {
		t.Errorf("it corrects %+v", of)
	}
	var signed struct{ Ruling filing.Ruling }
	raw := o.want(o.asks("POST "+registryRoot+"/acts", acts(7, "correct-ruling", object{"decision": words}), judgeToken), 200, "")
	doc, err := base64.StdEncoding.DecodeString(raw.body["document"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc, &signed); err != nil || signed.Ruling.Corrects.SHA256 != first.Ruling.SHA256 {
		t.Errorf("what is signed names %+v, %v", signed.Ruling.Corrects, err)
	}
	own := o.want(o.asks("GET /api/filings/{id}", nil, recordedToken), 200, "")
	corrected, _ := own.body["corrected"].([]any)
	if ruling, _ := own.body["ruling"].(object); len(corrected) != 1 || ruling["sha256"] != first.Ruling.SHA256 || corrected[0].(object)["sha256"] != view.Corrected[0].SHA256 {
		t.Errorf("the filer sees %v, %v", own.body["ruling"], corrected)
	}
	if !strings.Contains(own.raw, `"type":"correct-ruling"`) || !strings.Contains(own.raw, `"corrects":"leave"`) {
		t.Errorf("the filer's timeline does not say it: %s", own.raw)
	}
	for route, token := range map[string]string{"GET /api/filings/{id}/files/{file}": recordedToken, "GET " + registryRoot + "/files/{file}": judgeToken} {
		for file, sum := range map[string]string{"ruling": first.Ruling.SHA256, "correction-1": view.Corrected[0].SHA256, "correction-1-signature": rulings[1].Signature.SHA256} {
			a := o.want(o.send(at(at(o.event(route, nil, token), "{id}", recordedFiling), "{file}", file)), 303, "")
			res, err := http.Get(a.header["location"])
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || filing.Sum(content) != sum {
				t.Errorf("%s is another file: %v", file, err)
			}
		}
		o.want(o.send(at(at(o.event(route, nil, token), "{id}", recordedFiling), "{file}", "correction-2")), 404, "not-found")
	}
	// The ruling after that is one of its own: what corrected the first is not beside it.
	o.at = o.at.AddDate(0, 0, 8)
	for id, token := range map[string]string{"judge": judgeToken} {
		o.reopen(id, token, session.ByEDS)
	}
	if view = rule(8, "return-appeal", object{"grounds": []string{"appeal-1"}, "reasons": "Жойылмады."}); len(view.Corrected) != 0 || view.Ruling.Step != "return-appeal" {
		t.Errorf("after the next: %+v", view.Corrected)
	}
}

// TestCorrectedDay: the day for responses is corrected by a new event, which says what was wrong.
func TestCorrectedDay(t *testing.T) {
	o := newRegistry(t)
	o.becomes("appeal", "")
	o.underReview()
	do := func(n int, step string, more object) answer {
		return o.asks("POST "+registryRoot+"/acts", acts(n, step, more), judgeToken)
	}
	o.want(do(4, "correct-day", object{"on": "2026-12-02", "words": "Қате."}), 409, "filing-elsewhere")
	o.want(do(5, "copies", object{"on": "2026-11-27"}), 200, "")
	o.at = o.at.Add(time.Minute)
	for _, wrong := range []object{
		{"words": "Қате."}, {"on": "2026-12-02"}, {"on": "2026-11-27", "words": "Қате."}, {"on": "2026-11-28", "words": "Қате."}, {"on": "2026-11-20", "words": "Қате."}, {"on": "2026-12-02", "words": strings.Repeat("а", filing.MaxWords+1)},
	} {
		o.want(do(6, "correct-day", wrong), 422, "invalid-fields")
	}
	o.want(o.asks("POST "+registryRoot+"/acts", acts(6, "correct-day", object{"on": "2026-12-02", "words": "Қате."}), clerkToken), 404, "not-found")
	for range 2 { // the answer was lost
		view := decodeAs[registry.View](t, o.want(do(6, "correct-day", object{"on": "2026-12-02", "words": "Күн қате."}), 200, ""))
		last := view.Events[len(view.Events)-1].Acted
		if view.Status != filing.AwaitingResponses || view.Due.String() != "2026-12-03" || last.Wrong != "Күн қате." || last.Corrects != "copies" || last.On.String() != "2026-12-02" {
			t.Errorf("corrected: %s due %s, %+v", view.Status, view.Due, last)
		}
	}
}
