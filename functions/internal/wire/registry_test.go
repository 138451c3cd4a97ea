package wire

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions/internal/registry"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// stored is the office's filings.
func (o *office) stored() *store.Filings { return store.NewFilings(o.db, o.name(schema.Filings)) }

// received has the office verify a filing that was sent: its certificates were good.
func (o *office) received(id string) filing.Envelope {
	o.Helper()
	sealed, err := o.stored().Sealed(o.Context(), id)
	if err != nil {
		o.Fatal(err)
	}
	v := filing.Verification{V: 1, At: o.at.Add(time.Second), Step: "receive"}
	for _, sig := range sealed.Signatures {
		v.Signers = append(v.Signers, filing.Verified{Signature: filing.Sum(sig.CMS), Revocation: "good", Source: "crl", ThisUpdate: o.at, Since: true})
	}
	if err := o.stored().Enter(o.Context(), sealed.Envelope); err != nil {
		o.Fatal(err)
	}
	if done, err := o.stored().Verify(o.Context(), sealed.Envelope, v); err != nil || !done {
		o.Fatal(done, err)
	}
	return sealed.Envelope
}

const (
	clerkToken   = "Y2xlcmstc2Vzc2lvbi10b2tlbi1vZi0zMi1ieXRlcy4"
	colleague    = "Y29sbGVhZ3VlLXNlc3Npb24tdG9rZW4tb2YtMzItYnk"
	elsewhere    = "ZWxzZXdoZXJlLXNlc3Npb24tdG9rZW4tb2YtMzItYnk"
	judgeToken   = "anVkZ2Utc2Vzc2lvbi10b2tlbi1vZi0zMi1ieXRlcy4"
	otherJudge   = "b3RoZXItanVkZ2Utc2Vzc2lvbi10b2tlbi0zMi1ieXQ"
	registryRoot = "/api/registry/filings/{id}"
)

// newRegistry is an office with the filer's sent filing, received, and a court's staff.
func newRegistry(t *testing.T) *office {
	t.Helper()
	root := filepath.Join("..", "..", "..")
	o := newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust"))
	keys, err := edstest.LoadKeys(filepath.Join(root, "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	o.filer(t, keys)
	o.functions["registry"] = o.described(o.app(t, "registry").Registry())
	for _, file := range []string{"create", "document"} {
		a := o.send(request(t, "filings/"+file+".json"))
		if file == "document" {
			o.upload(t, a)
		}
	}
	for _, file := range []string{"filings/complete-document", "filings/section", "filings/manifest", "file-claim/seal"} {
		if a := o.send(request(t, file+".json")); a.status >= 300 {
			t.Fatalf("%s: %d %s", file, a.status, a.raw)
		}
	}
	o.received(recordedFiling)
	for id, of := range map[string][]string{
		"clerk":     {clerkToken, "clerk.almaty-bostandyq"},
		"colleague": {colleague, "clerk.almaty-bostandyq"},
		"elsewhere": {elsewhere, "clerk.almaty-medeu", "judge.almaty-medeu"},
		"judge":     {judgeToken, "judge.almaty-bostandyq"},
		"other":     {otherJudge, "judge.almaty-bostandyq"},
	} {
		o.holder(id, of[0], session.ByEDS, of[1:]...)
	}
	o.posted("judge", "judge.almaty-bostandyq")
	o.posted("other", "judge.almaty-bostandyq")
	o.at = o.at.Add(time.Minute)
	return o
}

// posted has the office find who has a post, as granting does.
func (o *office) posted(id, right string) {
	o.Helper()
	if _, err := o.db.PutItem(o.Context(), &dynamodb.PutItemInput{TableName: ptr(o.name(schema.Accounts)), Item: map[string]types.AttributeValue{"PK": text("POST#" + right), "SK": text(id)}}); err != nil {
		o.Fatal(err)
	}
}

// grants gives an account a right without anyone's approval.
func (o *office) grants(id, right string) {
	o.Helper()
	if _, err := o.db.UpdateItem(o.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr(o.name(schema.Accounts)), Key: map[string]types.AttributeValue{"PK": text("ACCOUNT#" + id), "SK": text("ACCOUNT")},
		UpdateExpression: ptr("ADD rights :r"), ExpressionAttributeValues: map[string]types.AttributeValue{":r": &types.AttributeValueMemberSS{Value: []string{right}}},
	}); err != nil {
		o.Fatal(err)
	}
}

// asks sends a request about the recorded filing.
func (o *office) asks(route string, body any, token string) answer {
	o.Helper()
	return o.send(at(at(o.event(route, body, token), "{id}", recordedFiling), "{file}", recordedDocument))
}

func acts(n int, step string, more object) object {
	return with(object{"act": fmt.Sprintf("01993a5e-0000-7000-8000-0000000ac%03d", n), "step": step}, flat(more)...)
}

func flat(o object) (out []any) {
	for k, v := range o {
		out = append(out, k, v)
	}
	return out
}

// TestRegistry: a clerk's day. Of two at once one has the filing; what was not answered may be sent again;
// whatever staff reads and does, the filer can see.
func TestRegistry(t *testing.T) {
	o := newRegistry(t)
	queue := decodeAs[registry.Queue](t, o.want(o.call("GET /api/registry/queue", nil, clerkToken), 200, ""))
	if len(queue.Filings) != 1 || queue.Filings[0].ID != recordedFiling || queue.Filings[0].Urgency != "later" || queue.Counts["later"] != 1 ||
		queue.Court != "almaty-bostandyq" || queue.Filings[0].Due.String() != "2026-11-27" || len(queue.Posts) != 1 {
		t.Errorf("queue %+v", queue)
	}
	ticket := queue.Filings[0].TicketNo
	search := func(q, token string) answer {
		ev := o.event("GET /api/registry/search", nil, token)
		ev.RawQueryString = "court=almaty-bostandyq&q=" + q
		return o.send(ev)
	}
	o.want(search(ticket, clerkToken), 200, "")
	o.want(search(ticket, elsewhere), 404, "not-found")
	o.want(search("1", clerkToken), 404, "not-found")
	o.want(search("", clerkToken), 422, "invalid-fields")

	view := decodeAs[registry.View](t, o.want(o.asks("GET "+registryRoot, nil, clerkToken), 200, ""))
	if len(view.Sections) < 5 || len(view.Files) != 1 || len(view.Signatures) != 1 || view.Signatures[0].Revocation != "good" || view.Article != "CPC 150(1)" ||
		!slices.Equal(may(view), []string{"reject", "register"}) || len(view.Judges) != 2 || view.Lease != nil {
		t.Errorf("view %+v", view)
	}
	register := acts(1, "register", object{"number": " 7514-26-00-2/31 ", "judge": "judge", "longer": "conciliation"})
	o.want(o.asks("POST "+registryRoot+"/acts", register, clerkToken), 409, "not-in-hand")
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	if a := o.want(o.asks("POST "+registryRoot+"/lease", object{}, colleague), 409, "leased"); !strings.Contains(a.raw, `"mine":false`) {
		t.Errorf("the colleague learns %s", a.raw)
	}
	o.want(o.asks("POST "+registryRoot+"/acts", register, colleague), 409, "not-in-hand")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(2, "register", object{"number": "<1>", "judge": "elsewhere"}), clerkToken), 422, "invalid-fields")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(2, "register", object{"number": "1", "judge": "judge", "longer": "king"}), clerkToken), 422, "invalid-fields")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(3, "review", nil), clerkToken), 409, "filing-elsewhere")
	o.at = o.at.Add(filing.LeaseLife)
	for id, token := range map[string]string{"clerk": clerkToken, "colleague": colleague, "judge": judgeToken, recordedAccount: recordedToken} {
		o.reopen(id, token, session.ByEDS) // who is idle that long signs in anew
	}
	o.want(o.asks("POST "+registryRoot+"/acts", register, clerkToken), 409, "not-in-hand")
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, colleague), 200, "")
	o.want(o.asks("DELETE "+registryRoot+"/lease", nil, colleague), 204, "")
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	view = decodeAs[registry.View](t, o.want(o.asks("POST "+registryRoot+"/acts", register, clerkToken), 200, ""))
	if view.Status != filing.Registered || view.Number != "7514-26-00-2/31" || view.Judge != "СЕРІКОВ ҰЛАН" || view.Lease == nil {
		t.Errorf("registered %+v", view)
	}
	o.want(o.asks("POST "+registryRoot+"/acts", register, clerkToken), 200, "") // the answer was lost
	o.want(o.asks("POST "+registryRoot+"/acts", acts(1, "register", object{"number": "2", "judge": "judge"}), clerkToken), 409, "filing-elsewhere")
	o.want(search("7514-26-00-2/31", clerkToken), 200, "")
	if queue := decodeAs[registry.Queue](t, o.want(o.call("GET /api/registry/queue", nil, clerkToken), 200, "")); len(queue.Filings) != 1 || queue.Filings[0].Due.String() != "2026-12-04" || view.Due != queue.Filings[0].Due {
		t.Errorf("with conciliation due %s: %+v", view.Due, queue.Filings)
	}

	o.want(o.asks("GET "+registryRoot, nil, judgeToken), 200, "")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(4, "review", nil), clerkToken), 200, "")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(4, "review", nil), clerkToken), 200, "")
	if queue := decodeAs[registry.Queue](t, o.want(o.call("GET /api/registry/queue", nil, clerkToken), 200, "")); len(queue.Filings) != 0 {
		t.Errorf("the queue keeps %+v", queue.Filings)
	}
	if queue := decodeAs[registry.Queue](t, o.want(o.call("GET /api/registry/queue", nil, judgeToken), 200, "")); len(queue.Before) != 1 || queue.Court != "" {
		t.Errorf("before the judge is %+v", queue)
	}
	o.want(o.asks("GET "+registryRoot+"/files/{file}", nil, judgeToken), 303, "")

	own := o.want(o.asks("GET /api/filings/{id}", nil, recordedToken), 200, "")
	for _, part := range []string{`"type":"registered"`, `"number":"7514-26-00-2/31"`, `"type":"under-review"`, `"by":"clerk"`, `"judge":"СЕРІКОВ ҰЛАН"`} {
		if !strings.Contains(own.raw, part) {
			t.Errorf("the filer does not see %s: %s", part, own.raw)
		}
	}
	audit := o.want(o.call("GET /api/account/audit", nil, recordedToken), 200, "")
	if got := strings.Count(audit.raw, "filing.read") + 10*strings.Count(audit.raw, "filing.opened"); got != 12 {
		t.Errorf("the filer sees %d looks: %s", got, audit.raw)
	}
	for _, private := range []string{`"clerk"`, "person of"} {
		if strings.Contains(audit.raw, private) {
			t.Errorf("who looked is named: %s", audit.raw)
		}
	}
}

// TestRegistryRejects: a technical rejection names what is at fault, in the clerk's words, and a corrected
// copy keeps the proof of the first sending.
func TestRegistryRejects(t *testing.T) {
	o := newRegistry(t)
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	for _, wrong := range []object{
		{"code": "king", "words": "а"}, {"code": "clerk-other", "words": " "}, {"code": "clerk-other", "words": strings.Repeat("а", 501)},
		{"code": "clerk-other", "words": "а", "pointer": "/documents/nobody"}, {"code": "clerk-other", "words": "а", "pointer": "/king/x"}, {"code": "clerk-other", "words": "а", "pointer": "court"},
	} {
		o.want(o.asks("POST "+registryRoot+"/acts", acts(1, "reject", wrong), clerkToken), 422, "invalid-fields")
	}
	o.want(o.asks("POST "+registryRoot+"/acts", acts(1, "king", nil), clerkToken), 422, "invalid-fields")
	reject := acts(1, "reject", object{"code": "clerk-unreadable", "pointer": "/documents/" + recordedDocument, "words": "файл ашылмайды"})
	view := decodeAs[registry.View](t, o.want(o.asks("POST "+registryRoot+"/acts", reject, clerkToken), 200, ""))
	if view.Status != filing.TechnicalRejected || len(view.May) != 0 || len(view.Rejected) != 1 {
		t.Errorf("rejected %+v", view)
	}
	own := o.want(o.asks("GET /api/filings/{id}", nil, recordedToken), 200, "")
	if !strings.Contains(own.raw, "файл ашылмайды") || !strings.Contains(own.raw, recordedDocument) {
		t.Errorf("the filer sees %s", own.raw)
	}
	copied := o.want(o.asks("POST /api/filings/{id}/copy", object{"as": recordedCopy, "corrects": true}, recordedToken), 201, "")
	if copied.body["replaces"] != recordedFiling {
		t.Errorf("the copy replaces %v", copied.body["replaces"])
	}
	o.want(o.asks("GET /api/filings/{id}/receipt", nil, recordedToken), 200, "")
}

// TestRegistryAuthorisation: a filing that is none of somebody's business does not exist for them.
func TestRegistryAuthorisation(t *testing.T) {
	o := newRegistry(t)
	routes := []string{"GET " + registryRoot, "GET " + registryRoot + "/files/{file}", "POST " + registryRoot + "/lease", "DELETE " + registryRoot + "/lease", "POST " + registryRoot + "/acts"}
	try := func(who, token string, want int, slug string, id string) {
		t.Helper()
		for _, route := range routes {
			var body any
			if strings.HasPrefix(route, "POST") {
				body = object{}
				if strings.HasSuffix(route, "acts") {
					body = acts(9, "review", nil)
				}
			}
			a := o.send(at(at(o.event(route, body, token), "{id}", id), "{file}", recordedDocument))
			if a.status != want || !strings.Contains(a.raw, slug) {
				t.Errorf("%s as %s: %d %s", route, who, a.status, a.raw)
			}
		}
	}
	const nobody = "01993a5e-0000-7000-8000-00000000dead"
	for _, id := range []string{recordedFiling, nobody} { // both are alike
		try("the filer", recordedToken, 403, "forbidden", id)
		try("a clerk of another court", elsewhere, 404, "not-found", id)
		try("a judge it was not given to", otherJudge, 404, "not-found", id)
		try("the judge before it is registered", judgeToken, 404, "not-found", id)
	}
	if a := o.call("GET /api/registry/queue", nil, elsewhere); a.status != 200 || strings.Contains(a.raw, recordedFiling) {
		t.Errorf("elsewhere's queue: %d %s", a.status, a.raw)
	}
	ev := o.event("GET /api/registry/queue", nil, elsewhere)
	ev.RawQueryString = "court=almaty-bostandyq"
	o.want(o.send(ev), 404, "not-found")

	// Staff are parties too: not of their own filings.
	own := o.event("GET "+registryRoot, nil, recordedToken)
	o.grants(recordedAccount, "clerk.almaty-bostandyq")
	o.want(o.send(at(own, "{id}", recordedFiling)), 404, "not-found")

	o.reopen("clerk", clerkToken, session.ByPassword)
	o.want(o.call("GET /api/registry/queue", nil, clerkToken), 403, "forbidden")
}

// actsFor has the office know that whom holder made acts for the organisation of the BIN.
func (o *office) actsFor(bin string) {
	o.Helper()
	index := bytes.Repeat([]byte{1}, 32)
	iin, err := kzid.ParseIIN(staffIIN)
	if err != nil {
		o.Fatal(err)
	}
	person := account.Subject{Kind: account.Legal, IIN: iin}.PersonID(index, "company")
	for _, it := range []attributes{
		{"PK": text("SUBJECT#" + account.NumberKeys(index, bin)[1]), "SK": text("SUBJECT"), "account": text("company")},
		{"PK": text("ACCOUNT#company"), "SK": text("ACTING#" + person), "role": text(string(account.RoleHead))},
	} {
		if _, err := o.db.PutItem(o.Context(), &dynamodb.PutItemInput{TableName: ptr(o.name(schema.Accounts)), Item: it}); err != nil {
			o.Fatal(err)
		}
	}
}

// TestOwnCase: no one of the court's staff has anything to do with a filing of which they are a party, or an
// organisation that they act for; whoever filed it reads that it was tried. No judge is given it either.
func TestOwnCase(t *testing.T) {
	o := newRegistry(t)
	set := func(id, member, value string) {
		t.Helper()
		if _, err := o.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: ptr(o.name(schema.Accounts)), Key: attributes{"PK": text("ACCOUNT#" + id), "SK": text("ACCOUNT")},
			UpdateExpression: ptr("SET #m = :v"), ExpressionAttributeNames: map[string]string{"#m": member}, ExpressionAttributeValues: attributes{":v": text(value)},
		}); err != nil {
			t.Fatal(err)
		}
	}
	set("colleague", "iin", "781124400222") // somebody else
	set("other", "iin", "781124400222")
	o.want(o.asks("GET "+registryRoot, nil, clerkToken), 200, "") // of organisations that nobody acts for here
	o.actsFor(signertest.BIN)                                     // the defendant
	routes := []string{"GET " + registryRoot, "GET " + registryRoot + "/files/{file}", "POST " + registryRoot + "/lease", "DELETE " + registryRoot + "/lease", "POST " + registryRoot + "/acts"}
	refused := func(token string) {
		t.Helper()
		for _, route := range routes {
			var body any
			if strings.HasPrefix(route, "POST") {
				body = object{}
				if strings.HasSuffix(route, "acts") {
					body = acts(9, "review", nil)
				}
			}
			o.want(o.asks(route, body, token), 403, "own-case")
		}
	}
	refused(clerkToken)
	if found := o.want(o.call("POST /api/registry/parties", object{"court": "almaty-bostandyq", "party": "Мысал"}, clerkToken), 200, ""); strings.Contains(found.raw, recordedFiling) {
		t.Errorf("found is %s", found.raw)
	}
	audit := o.want(o.call("GET /api/account/audit", nil, recordedToken), 200, "")
	if got := strings.Count(audit.raw, "filing.recused"); got != len(routes) {
		t.Errorf("the filer sees %d attempts: %s", got, audit.raw)
	}
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, colleague), 200, "")
	given := o.asks("POST "+registryRoot+"/acts", acts(1, "register", object{"number": "7514-26-00-2/31", "judge": "judge"}), colleague)
	if o.want(given, 422, "invalid-fields"); !strings.Contains(given.raw, "judge-party") {
		t.Errorf("given to a judge who acts for the defendant: %s", given.raw)
	}
	o.want(o.asks("POST "+registryRoot+"/acts", acts(2, "register", object{"number": "7514-26-00-2/31", "judge": "other"}), colleague), 200, "")
	set("colleague", "subject", account.NumberKeys(bytes.Repeat([]byte{1}, 32), "900101300126")[0]) // whom the claim names as the claimant
	refused(colleague)
}

// underReview has the clerk register the filing and hand it to the judge.
func (o *office) underReview() {
	o.Helper()
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(1, "register", object{"number": "7514-26-00-2/31", "judge": "judge"}), clerkToken), 200, "")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(2, "review", nil), clerkToken), 200, "")
}

// ruled has the judge sign what there is to sign.
func (o *office) ruled(t *testing.T, body object, key string) object {
	t.Helper()
	a := o.want(o.asks("POST "+registryRoot+"/acts", body, judgeToken), 200, "")
	doc, err := base64.StdEncoding.DecodeString(a.body["document"].(string))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"7514-26-00-2/31", a.body["sha256"].(string), `"act":"rule"`} {
		if !strings.Contains(string(doc), part) {
			t.Errorf("what is signed does not say %s: %s", part, doc)
		}
	}
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	der, err := keys[key].SignCMS(doc, edstest.Attached, edstest.At(o.at))
	if err != nil {
		t.Fatal(err)
	}
	return with(body, "signature", string(edstest.PEM(der)))
}

// TestRulings: a judge rules on what a clerk handed over, by a text made from rows and signed with the
// judge's own EDS; whoever filed has the text and the signature, and what cures a return.
func TestRulings(t *testing.T) {
	for _, tt := range []struct {
		step    string
		more    object
		to      filing.Status
		grounds []string
	}{
		{"accept", nil, filing.Accepted, nil},
		{"return", object{"grounds": []string{"return-3", "return-2", "return-2"}, "reasons": "Іс Медеу аудандық сотына жатады."}, filing.Returned, []string{"return-2", "return-3"}},
		{"refuse", object{"grounds": []string{"refuse-2"}, "reasons": "Заңды күшіне енген шешім бар."}, filing.Refused, []string{"refuse-2"}},
		{"withdraw", object{"reasons": "Талап қоюшы сұрады."}, filing.Withdrawn, []string{"return-9"}},
	} {
		t.Run(tt.step, func(t *testing.T) {
			o := newRegistry(t)
			o.underReview()
			for _, wrong := range []object{
				{"step": "return"}, {"step": "return", "grounds": []string{"return-2"}}, {"step": "return", "grounds": []string{"refuse-1"}, "reasons": "а"},
				{"step": "refuse", "grounds": []string{"return-1"}, "reasons": "а"}, {"step": "withdraw"}, {"step": "accept", "reasons": "😀"},
			} {
				o.want(o.asks("POST "+registryRoot+"/acts", with(wrong, "act", recordedCopy), judgeToken), 422, "invalid-fields")
			}
			body := acts(5, tt.step, tt.more)
			o.want(o.asks("POST "+registryRoot+"/acts", body, clerkToken), 404, "not-found")
			o.want(o.asks("POST "+registryRoot+"/acts", body, otherJudge), 404, "not-found")
			o.want(o.asks("POST "+registryRoot+"/acts", o.ruled(t, body, "individual-gost"), judgeToken), 403, "wrong-signer")
			signed := o.ruled(t, body, "individual-gost-2")
			if tt.step != "accept" {
				o.want(o.asks("POST "+registryRoot+"/acts", with(signed, "reasons", "Басқа сөз."), judgeToken), 422, "challenge-invalid")
			}
			view := decodeAs[registry.View](t, o.want(o.asks("POST "+registryRoot+"/acts", signed, judgeToken), 200, ""))
			if view.Status != tt.to || view.Ruling == nil || !slices.Equal(view.Ruling.Grounds, tt.grounds) || !slices.Equal(may(view), []string{"correct-ruling"}) {
				t.Errorf("ruled %+v", view)
			}
			o.want(o.asks("POST "+registryRoot+"/acts", signed, judgeToken), 200, "") // the answer was lost
			o.want(o.asks("POST "+registryRoot+"/acts", with(signed, "act", recordedCopy), judgeToken), 409, "filing-elsewhere")
			o.want(o.send(at(at(o.event("GET "+registryRoot+"/files/{file}", nil, judgeToken), "{id}", recordedFiling), "{file}", "ruling")), 303, "")
			own := o.want(o.asks("GET /api/filings/{id}", nil, recordedToken), 200, "")
			if ruling, _ := own.body["ruling"].(object); own.body["status"] != string(tt.to) || ruling["step"] != tt.step || ruling["sha256"] != view.Ruling.SHA256 {
				t.Errorf("the filer sees %v, %v", own.body["status"], own.body["ruling"])
			}
			for file, first := range map[string]string{"ruling": "%PDF-", "ruling-signature": "0"} {
				a := o.want(o.send(at(at(o.event("GET /api/filings/{id}/files/{file}", nil, recordedToken), "{id}", recordedFiling), "{file}", file)), 303, "")
				res, err := http.Get(a.header["location"])
				if err != nil {
					t.Fatal(err)
				}
				content, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil || res.StatusCode != 200 || !strings.HasPrefix(string(content), first) {
					t.Errorf("%s: %s, %v", file, res.Status, err)
				}
				if file == "ruling" && filing.Sum(content) != view.Ruling.SHA256 {
					t.Errorf("another ruling than the one that was signed")
				}
			}
			pins, err := o.stored().Pins(t.Context(), recordedFiling)
			if err != nil || pins[view.Ruling.SHA256] == "" { // which lock-documents locks
				t.Errorf("pins %v, %v", pins, err)
			}
		})
	}
}

// may lists the steps that a view offers.
func may(v registry.View) (steps []string) {
	for _, a := range v.May {
		steps = append(steps, a.Step)
	}
	return steps
}

// becomes makes the recorded filing one of another kind, before anything was done with it.
func (o *office) becomes(kind, about string) {
	o.Helper()
	if _, err := o.db.UpdateItem(o.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr(o.name(schema.Filings)), Key: map[string]types.AttributeValue{"PK": text("FILING#" + recordedFiling), "SK": text("FILING")},
		UpdateExpression: ptr("SET kind = :kind, about = :about"), ExpressionAttributeValues: map[string]types.AttributeValue{":kind": text(kind), ":about": text(about)},
	}); err != nil {
		o.Fatal(err)
	}
}

// TestAnswers: what a court does with a paper of each kind, from when it is before the judge: what the judge
// is offered, what is refused, where the filing stands after each act and what its filer has to do until when.
func TestAnswers(t *testing.T) {
	type done struct {
		step  string
		more  object
		days  int // before the act
		to    filing.Status
		terms string // of the filer, rule and last day
	}
	const decision, reasons = "Құжаттар алдырылсын.", "Себебі бар."
	for _, tt := range []struct {
		kind, about, offers string
		wrong               []object
		acts                []done
	}{
		{"motion", "evidence", "grant grant-part deny", []object{{"step": "grant"}, {"step": "deny"}, {"step": "grant-part", "decision": decision}, {"step": "restore", "reasons": reasons}, {"step": "accept"}},
			[]done{
				{"grant", object{"decision": decision}, 0, filing.Granted, ""},
				{"correct-ruling", object{"decision": "«2025» дегеннің орнына «2026» деп оқылсын."}, 2, filing.Granted, "private-complaint 2026-12-08"},
			}},
		{"motion", "security", "grant grant-part deny", nil, []done{
			{"deny", object{"reasons": reasons}, 0, filing.Denied, "private-complaint 2026-12-04"},
			{"correct-ruling", object{"decision": decision}, 2, filing.Denied, "private-complaint 2026-12-04, private-complaint 2026-12-08"}, // the first did not move
			{"correct-ruling", object{"decision": decision}, 0, filing.Denied, "private-complaint 2026-12-04, private-complaint 2026-12-08, private-complaint 2026-12-08"},
		}},
		{"motion", "restore_term", "restore not-restore", []object{{"step": "grant", "decision": decision}}, []done{{"restore", object{"reasons": reasons}, 0, filing.Restored, ""}}},
		{"motion", "order_objection", "set-aside keep-order return-objection", []object{{"step": "return-objection", "grounds": []string{"order-1"}, "reasons": reasons}},
			[]done{{"return-objection", object{"grounds": []string{"objection-1"}, "reasons": reasons}, 0, filing.Returned, ""}}},
		{"court_order_application", "", "return refuse withdraw issue-order return-order", []object{{"step": "issue-order"}, {"step": "accept"}},
			[]done{{"issue-order", object{"decision": "1 000 000 теңге өндіріп алынсын."}, 0, filing.OrderIssued, ""}}},
		{"appeal", "", "leave return-appeal copies", []object{
			{"step": "leave", "reasons": reasons}, {"step": "leave", "reasons": reasons, "on": "2026-11-20"}, {"step": "leave", "reasons": reasons, "on": "2026-11-28"}, // today, a Saturday
			{"step": "copies"}, {"step": "return-appeal", "grounds": []string{"appeal-1"}, "reasons": reasons}, // nothing was to be cured
		}, []done{
			{"leave", object{"reasons": reasons, "on": "2026-11-27"}, 0, filing.WithoutMovement, "appeal.cure 2026-11-27"},
			{"correct-ruling", object{"decision": decision}, 0, filing.WithoutMovement, "appeal.cure 2026-11-27, private-complaint 2026-12-04"},
			{"cure", nil, 2, filing.UnderReview, ""},
			{"copies", object{"on": "2026-11-27"}, 0, filing.AwaitingResponses, ""},
			{"correct-day", object{"on": "2026-12-01", "words": "Күн қате жазылды."}, 0, filing.AwaitingResponses, ""},
			{"send-up", nil, 10, filing.SentUp, ""},
		}},
		{"private_complaint", "", "leave return-appeal copies", nil, []done{
			{"leave", object{"reasons": reasons, "on": "2026-11-27"}, 0, filing.WithoutMovement, "appeal.cure 2026-11-27"},
			{"return-appeal", object{"grounds": []string{"appeal-1"}, "reasons": reasons}, 8, filing.Returned, "private-complaint 2026-12-14"},
		}},
		{"response", "", "join", []object{{"step": "accept"}}, []done{{"join", nil, 0, filing.Joined, ""}}},
	} {
		t.Run(tt.kind+" "+tt.about, func(t *testing.T) {
			o := newRegistry(t)
			o.becomes(tt.kind, tt.about)
			o.underReview()
			view := decodeAs[registry.View](t, o.want(o.asks("GET "+registryRoot, nil, judgeToken), 200, ""))
			if got := strings.Join(may(view), " "); got != tt.offers {
				t.Fatalf("the judge is offered %s, want %s", got, tt.offers)
			}
			for _, wrong := range tt.wrong {
				o.want(o.asks("POST "+registryRoot+"/acts", with(wrong, "act", recordedCopy), judgeToken), 422, "invalid-fields")
			}
			for n, act := range tt.acts {
				body := acts(5+n, act.step, act.more)
				if act.step == "send-up" {
					o.want(o.asks("POST "+registryRoot+"/acts", body, judgeToken), 422, "invalid-fields") // the others still have time
				}
				o.at = o.at.AddDate(0, 0, act.days).Add(time.Minute)
				for id, token := range map[string]string{"clerk": clerkToken, "judge": judgeToken, recordedAccount: recordedToken} {
					o.reopen(id, token, session.ByEDS)
				}
				if act.step != "join" { // the clerks may, who have it in hand
					o.want(o.asks("POST "+registryRoot+"/acts", body, clerkToken), 404, "not-found")
				}
				if filing.IsRuling(act.step) {
					body = o.ruled(t, body, "individual-gost-2")
				}
				view := decodeAs[registry.View](t, o.want(o.asks("POST "+registryRoot+"/acts", body, judgeToken), 200, ""))
				if view.Status != act.to || filing.IsRuling(act.step) && (view.Ruling == nil || act.step != "correct-ruling" && view.Ruling.Step != act.step) {
					t.Fatalf("after %s: %+v", act.step, view)
				}
				o.want(o.asks("POST "+registryRoot+"/acts", body, judgeToken), 200, "") // the answer was lost
				own := o.want(o.asks("GET /api/filings/{id}", nil, recordedToken), 200, "")
				var terms []string
				for _, one := range own.body["terms"].([]any) {
					terms = append(terms, one.(object)["rule"].(string)+" "+one.(object)["due"].(string))
				}
				if got := strings.Join(terms, ", "); own.body["status"] != string(act.to) || got != act.terms {
					t.Errorf("after %s the filer sees %v and has %q, want %q", act.step, own.body["status"], got, act.terms)
				}
			}
		})
	}
}

// TestClerkCorrects: a wrong number and judge are corrected by a new act that says what was wrong: the timeline
// keeps both, the right judge has the filing, the wrong number is free, and who filed it is told.
func TestClerkCorrects(t *testing.T) {
	o := newRegistry(t)
	o.underReview()
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	right := object{"number": "7514-26-00-2/13", "judge": "other-judge", "words": "цифрлар ауысып кетті"}
	judges := decodeAs[registry.View](t, o.want(o.asks("GET "+registryRoot, nil, clerkToken), 200, "")).Judges
	for _, j := range judges {
		if j.ID != "judge" {
			right["judge"] = j.ID
		}
	}
	o.want(o.asks("POST "+registryRoot+"/acts", acts(4, "correct", with(right, "words", " ")), clerkToken), 422, "invalid-fields")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(4, "correct", object{"number": "7514-26-00-2/31", "judge": "judge", "words": "а"}), clerkToken), 422, "invalid-fields")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(4, "correct", right), judgeToken), 404, "not-found")
	for range 2 { // the answer was lost
		view := decodeAs[registry.View](t, o.want(o.asks("POST "+registryRoot+"/acts", acts(4, "correct", right), clerkToken), 200, ""))
		if view.Status != filing.UnderReview || view.Number != "7514-26-00-2/13" {
			t.Errorf("corrected %+v", view)
		}
	}
	o.want(o.asks("GET "+registryRoot, nil, judgeToken), 404, "not-found")
	o.want(o.asks("GET "+registryRoot, nil, otherJudge), 200, "")
	if queue := decodeAs[registry.Queue](t, o.want(o.call("GET /api/registry/queue", nil, otherJudge), 200, "")); len(queue.Before) != 1 {
		t.Errorf("before the right judge is %+v", queue)
	}
	for number, want := range map[string]error{"7514-26-00-2/13": nil, "7514-26-00-2/31": filing.ErrNotFound} {
		if _, err := o.stored().ByNumber(t.Context(), "almaty-bostandyq", number); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", number, err, want)
		}
	}
	own := o.want(o.asks("GET /api/filings/{id}", nil, recordedToken), 200, "")
	for _, part := range []string{"7514-26-00-2/31", "7514-26-00-2/13", `"corrects":"register"`, "цифрлар"} {
		if !strings.Contains(own.raw, part) {
			t.Errorf("the filer does not see %s", part)
		}
	}
}

// TestClerkJoins: a response needs no judge's ruling: the clerk who has it in hand puts it with the case.
func TestClerkJoins(t *testing.T) {
	o := newRegistry(t)
	o.becomes("response", "")
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(1, "register", object{"number": "7514-26-00-2/31", "judge": "judge"}), clerkToken), 200, "")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(2, "join", nil), colleague), 409, "not-in-hand")
	view := decodeAs[registry.View](t, o.want(o.asks("POST "+registryRoot+"/acts", acts(3, "join", nil), clerkToken), 200, ""))
	if view.Status != filing.Joined || len(view.May) != 0 {
		t.Errorf("joined %+v", view)
	}
}

// TestAcceptedEvent: what a case begins with.
func TestAcceptedEvent(t *testing.T) {
	o := newRegistry(t)
	o.underReview()
	o.want(o.asks("POST "+registryRoot+"/acts", o.ruled(t, acts(5, "accept", nil), "individual-gost-2"), judgeToken), 200, "")
	told := o.entry(t, filing.EventAccepted, recordedFiling)
	e, err := filing.ActedEventOf(told.Event)
	if err != nil || e.FilingID != recordedFiling || e.CourtCode != "almaty-bostandyq" || e.Kind != "claim" || e.Number != "7514-26-00-2/31" || e.Judge != "judge" ||
		e.JudgeName != "СЕРІКОВ ҰЛАН" || e.At != o.at.UTC().Format(time.RFC3339Nano) {
		t.Errorf("event %+v, %v", e, err)
	}
}

// TestRecordedRegistryEvents replays the payloads of events/registry. See TestRecordedEvents for -update.
func TestRecordedRegistryEvents(t *testing.T) {
	o := newRegistry(t)
	for _, tt := range []struct {
		file, route, query string
		body               any
		status             int
	}{
		{"queue", "GET /api/registry/queue", "", nil, 200},
		{"search", "GET /api/registry/search", "court=almaty-bostandyq&q=10H2-GQVQ-DNQN", nil, 404},
		{"parties", "POST /api/registry/parties", "", object{"court": "almaty-bostandyq", "party": "серік"}, 200},
		{"filing", "GET " + registryRoot, "", nil, 200},
		{"file", "GET " + registryRoot + "/files/{file}", "", nil, 303},
		{"take", "POST " + registryRoot + "/lease", "", object{}, 200},
		{"register", "POST " + registryRoot + "/acts", "", acts(1, "register", object{"number": "7514-26-00-2/31", "judge": "judge"}), 200},
		{"ruling", "POST " + registryRoot + "/ruling", "", object{"sha256": strings.Repeat("a", 64), "size": 1000}, 404}, // its judge alone may: see TestOwnRulingFile
		{"desk", "GET /api/registry/papers", "court=" + paperCourt, nil, 200},
		{"scan", "POST /api/registry/papers/scans", "", scanAsked(paperCourt), 200},
		{"enter", "POST /api/registry/papers", "", paperAsked(paperCourt, ""), 422}, // no scan: see TestCaseOnPaper
		{"put-back", "DELETE " + registryRoot + "/lease", "", nil, 204},
		{"overview", "GET /api/registry/overview", "court=almaty-bostandyq", nil, 404}, // no head of a court asks: see TestHeadOfCourt
		{"handover", "POST " + registryRoot + "/handover", "", handed(9, account.Clerk, "clerk", "colleague", "демалыс"), 404},
	} {
		file := "registry/" + tt.file + ".json"
		if *update {
			ev := at(at(o.event(tt.route, tt.body, clerkToken), "{id}", recordedFiling), "{file}", recordedDocument)
			ev.RawQueryString = tt.query
			record(t, filepath.Join("..", "..", "..", "events", filepath.FromSlash(file)), ev)
		}
		ev := request(t, file)
		if ev.RouteKey != tt.route || o.function(ev.RouteKey) != "registry" {
			t.Errorf("%s is for %s", file, ev.RouteKey)
		}
		if a := o.send(ev); a.status != tt.status {
			t.Fatalf("%s: answer %d, want %d: %s", file, a.status, tt.status, a.raw)
		}
	}
}

// TestActsOfOtherKinds: each act of the court on a paper of each kind that it isn't for is refused, and says why.
func TestActsOfOtherKinds(t *testing.T) {
	o := newRegistry(t)
	o.underReview()
	matters := kinds.Codes()
	for _, about := range []string{"restore_term", "order_objection"} {
		matters = append(matters, "motion/"+about)
	}
	tried := 0
	for _, matter := range matters {
		kind, about, _ := strings.Cut(matter, "/")
		o.becomes(kind, about)
		for _, step := range filing.Steps {
			if !filing.IsCourtAct(step.Name) || step.TakenOn(filing.Matter(kind, about)) {
				continue
			}
			a := o.want(o.asks("POST "+registryRoot+"/acts", acts(5, step.Name, object{"reasons": "Себебі.", "decision": "Шешім.", "on": "2026-12-01"}), judgeToken), 422, "invalid-fields")
			if tried++; !strings.Contains(a.raw, `"pointer":"/step","code":"act-other-kind"`) {
				t.Errorf("%s on %s: %s", step.Name, matter, a.raw)
			}
		}
	}
	if tried < 150 {
		t.Errorf("%d acts were tried", tried)
	}
}

// TestActsInOtherCases: an order is set aside in the case of an order alone, whatever the paper calls its case; of a
// case that the office doesn't have the judge knows more.
func TestActsInOtherCases(t *testing.T) {
	o := newRegistry(t)
	o.becomes("motion", "order_objection")
	o.underReview()
	cases := store.NewCases(o.db, o.name(schema.Filings))
	for i, kind := range []string{"claim", "court_order_application"} {
		c := docket.Open(docket.Head{ID: fmt.Sprintf("01993a5e-0000-7000-8000-0000000ca%03d", i), Number: kind, Court: "almaty-bostandyq", Kind: kind}, nil, nil, docket.Filer{}, o.at)
		if err := cases.Open(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		number string
		offers string
	}{{"claim", "return-objection"}, {"court_order_application", "set-aside keep-order return-objection"}, {"2-1/2025", "set-aside keep-order return-objection"}} {
		if _, err := o.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: ptr(o.name(schema.Filings)), Key: map[string]types.AttributeValue{"PK": text("FILING#" + recordedFiling), "SK": text("FILING")},
			UpdateExpression: ptr("SET #case = :n"), ExpressionAttributeNames: map[string]string{"#case": "case"}, ExpressionAttributeValues: map[string]types.AttributeValue{":n": text(tt.number)},
		}); err != nil {
			t.Fatal(err)
		}
		view := decodeAs[registry.View](t, o.want(o.asks("GET "+registryRoot, nil, judgeToken), 200, ""))
		if got := strings.Join(may(view), " "); got != tt.offers {
			t.Errorf("in a case %s the judge is offered %s, want %s", tt.number, got, tt.offers)
		}
		a := o.asks("POST "+registryRoot+"/acts", acts(5, "set-aside", nil), judgeToken)
		if refused := strings.Contains(a.raw, `"code":"act-other-case"`) && strings.Contains(a.raw, "CPC 141, 142"); refused == strings.Contains(tt.offers, "set-aside") {
			t.Errorf("in a case %s: %d %s", tt.number, a.status, a.raw)
		}
	}
}
