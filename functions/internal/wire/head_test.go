package wire

import (
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/registry"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/session"
)

const headToken = "aGVhZC1vZi1jb3VydC1zZXNzaW9uLW9mLTMyLWJ5dGVz"

func handed(n int, post account.Post, from, to, why string) object {
	return object{"act": actID(n), "post": post, "from": from, "to": to, "reason": why}
}

// TestHeadOfCourt: the head of a court sees its queue and who has what, gives a filing from one clerk to another
// and from one judge to another, each once; reads no filing, takes and rules on none, and has no say elsewhere.
func TestHeadOfCourt(t *testing.T) {
	o := newRegistry(t)
	for _, id := range []string{"clerk", "colleague"} {
		o.posted(id, "clerk.almaty-bostandyq")
	}
	o.holder("head", headToken, session.ByEDS, "head.almaty-bostandyq")
	over := func() registry.Overview {
		t.Helper()
		return decodeAs[registry.Overview](t, o.want(o.call("GET /api/registry/overview", nil, headToken), 200, ""))
	}
	hand := func(token string, body object) answer {
		t.Helper()
		return o.send(at(o.event("POST "+registryRoot+"/handover", body, token), "{id}", recordedFiling))
	}
	v := over()
	if v.Court != "almaty-bostandyq" || len(v.Filings) != 1 || v.Nobody != 1 || v.Filings[0].Clerk != "" || len(v.Clerks) != 2 || len(v.Judges) != 2 || v.Ages["fresh"] != 1 {
		t.Fatalf("overview %+v", v)
	}
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	if v = over(); v.Nobody != 0 || v.Filings[0].Clerk != "clerk" || v.Filings[0].Lease == nil || v.Filings[0].Lease.Mine {
		t.Errorf("in the clerk's hands: %+v", v)
	}
	for _, token := range []string{clerkToken, judgeToken, elsewhere} {
		o.want(hand(token, handed(1, account.Clerk, "clerk", "colleague", "ауырып қалды")), 404, "not-found")
		o.want(o.call("GET /api/registry/overview", nil, token), 404, "not-found")
	}
	for _, route := range []string{"GET " + registryRoot, "POST " + registryRoot + "/lease"} { // what was filed is none of the head's business
		o.want(o.asks(route, object{}, headToken), 404, "not-found")
	}
	o.want(o.asks("POST "+registryRoot+"/acts", acts(2, "reject", object{"code": "clerk-unreadable", "words": "ашылмайды"}), headToken), 404, "not-found")
	for _, wrong := range []object{
		handed(1, account.Clerk, "clerk", "colleague", " "), handed(1, account.Clerk, "clerk", "judge", "x"), handed(1, account.Clerk, "clerk", "clerk", "x"),
		handed(1, "head", "clerk", "head", "x"), handed(1, account.Judge, "", "judge", "x"), handed(1, account.Clerk, "clerk", "elsewhere", "x"),
	} {
		o.want(hand(headToken, wrong), 422, "invalid-fields")
	}
	o.want(hand(headToken, handed(1, account.Clerk, "", "colleague", "жүктеме")), 409, "filing-elsewhere") // somebody has it
	for range 2 {
		o.want(hand(headToken, handed(1, account.Clerk, "clerk", "colleague", "ауырып қалды")), 204, "")
	}
	if v = over(); v.Filings[0].Clerk != "colleague" || v.Filings[0].Handed != "ауырып қалды" || !v.Filings[0].Lease.Until.After(o.at.Add(20*time.Hour)) {
		t.Errorf("handed over: %+v", v.Filings[0])
	}
	o.want(o.asks("POST "+registryRoot+"/acts", acts(3, "register", object{"number": "7514-26-00-2/31", "judge": "judge"}), clerkToken), 409, "not-in-hand")
	long := decodeAs[registry.Entry](t, o.want(o.asks("POST "+registryRoot+"/lease", object{}, colleague), 200, ""))
	if !long.Lease.Mine || !long.Lease.Until.After(o.at.Add(20*time.Hour)) || long.Handed == "" {
		t.Errorf("the colleague has %+v", long)
	}
	o.want(o.asks("POST "+registryRoot+"/acts", acts(4, "register", object{"number": "7514-26-00-2/31", "judge": "judge"}), colleague), 200, "")
	o.want(o.asks("POST "+registryRoot+"/acts", acts(5, "review", nil), colleague), 200, "")
	if v = over(); v.Filings[0].JudgeID != "judge" || v.Filings[0].Handed != "" || v.Judges[0].Count+v.Judges[1].Count != 1 {
		t.Errorf("before the judge: %+v", v)
	}
	o.want(hand(headToken, handed(6, account.Judge, "other", "judge", "x")), 409, "filing-elsewhere")
	o.at = o.at.Add(time.Second)
	o.want(hand(headToken, handed(7, account.Judge, "judge", "other", "судья демалыста")), 204, "")
	o.want(o.asks("GET "+registryRoot, nil, judgeToken), 404, "not-found")
	got := decodeAs[registry.View](t, o.want(o.asks("GET "+registryRoot, nil, otherJudge), 200, ""))
	if got.Handed != "судья демалыста" || len(got.May) == 0 {
		t.Errorf("the other judge sees %+v", got.Entry)
	}
	told := map[string]string{}
	for _, e := range got.Events {
		if e.Acted != nil {
			told[e.Type] = e.Acted.Judge + e.Acted.Reason
		}
	}
	if text, ok := told["handed-clerk"]; !ok || text != "" || !strings.Contains(told["handed-judge"], "судья демалыста") {
		t.Errorf("the timeline says %+v", told)
	}
}
