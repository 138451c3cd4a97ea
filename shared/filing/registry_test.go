package filing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
)

// TestClock: boundary days that can be checked by hand. 16 December 2026 is Independence Day, a Wednesday.
func TestClock(t *testing.T) {
	for _, tt := range []struct {
		kind, extension, sent, due, article string
	}{
		{"motion/order_objection", "", "2026-11-30T06:00:00Z", "2026-12-03", "CPC 142(1)"},
		{"motion/restore_term", "", "2026-11-30T06:00:00Z", "2026-12-14", "CPC 126"},
		{"motion/security", "", "2026-11-30T06:00:00Z", "2026-11-30", "CPC 157(1)"}, // the same day
		{"motion/recusal", "", "2026-12-04T06:00:00Z", "2026-12-07", "CPC 41"},      // Friday, then Monday
		{"motion/evidence", "", "2026-11-30T06:00:00Z", "2026-12-07", ""},
		{"appeal", "", "2026-11-30T06:00:00Z", "2026-12-07", "CPC 405"},
		{"claim", "", "2026-11-30T18:59:59.999Z", "2026-12-07", "CPC 150(1)"},            // Monday, 23:59:59: five days from Tuesday
		{"claim", "", "2026-11-30T19:00:00Z", "2026-12-08", "CPC 150(1)"},                // Tuesday
		{"claim", "", "2026-11-28T06:00:00Z", "2026-12-04", "CPC 150(1)"},                // Saturday: the count starts on Monday
		{"claim", "", "2026-12-11T06:00:00Z", "2026-12-21", "CPC 150(1)"},                // Friday, with the holiday between
		{"claim", "conciliation", "2026-11-30T06:00:00Z", "2026-12-14", "CPC 150(1)"},    // ten days
		{"claim", "protocol", "2026-11-30T06:00:00Z", "2026-12-22", "CPC 150(1)"},        // fifteen, with the holiday
		{"court_order_application", "", "2026-11-30T06:00:00Z", "2026-12-03", "CPC 139"}, // three
		{"letter", "", "2026-11-30T06:00:00Z", "2026-12-07", ""},                         // the office's own order
	} {
		sent, err := time.Parse(time.RFC3339, tt.sent)
		if err != nil {
			t.Fatal(err)
		}
		kind, about, _ := strings.Cut(tt.kind, "/")
		c := filing.Envelope{Kind: kind, Head: filing.Head{About: about}, Extension: tt.extension}.Clock()
		if due := c.Due(sent); due.String() != tt.due || c.Article != tt.article {
			t.Errorf("%s %s sent %s is due %s by %q, want %s by %q", tt.kind, tt.extension, tt.sent, due, c.Article, tt.due, tt.article)
		}
	}
}

// TestStepsOfStaff: every act of a court has what is told of it; a ruling is a judge's, has an article and, where
// it must name grounds, some that are its own.
func TestStepsOfStaff(t *testing.T) {
	for _, s := range filing.Steps {
		court := slices.Contains(s.By, filing.ByClerk) || slices.Contains(s.By, filing.ByJudge)
		if court != filing.IsCourtAct(s.Name) || court && s.Court == nil {
			t.Errorf("%s: an act of a court: %t", s.Name, court)
		}
		if s.Court == nil {
			continue
		}
		if s.Court.Event == "" || s.Court.Is == "" || s.Court.Event != filing.EventRejected && !slices.Contains(filing.CourtEvents, s.Court.Event) {
			t.Errorf("%s is told of as %q, %q", s.Name, s.Court.Event, s.Court.Is)
		}
		if s.Court.Ruling && (!slices.Equal(s.By, []filing.By{filing.ByJudge}) || s.Article == "" || s.Court.Of == nil) {
			t.Errorf("the ruling %s is by %v, %q, on %v", s.Name, s.By, s.Article, s.Court.Of)
		}
		if s.Names(filing.NamesGrounds) != (len(filing.GroundsOf(s.Name)) > 0) {
			t.Errorf("%s must name grounds and has %d", s.Name, len(filing.GroundsOf(s.Name)))
		}
		for _, id := range s.Court.Starts {
			if _, ok := calendar.RuleOf(id); !ok {
				t.Errorf("%s starts %q", s.Name, id)
			}
		}
	}
	if filing.MayExtend("motion", "protocol") || filing.MayExtend("claim", "") || !filing.MayExtend("claim", "conciliation") {
		t.Error("whose term may be longer")
	}
}

// TestActsOfKinds: what a court may do with a paper of each kind once it is before the judge, and nothing else:
// leaving without movement is for what goes up (CPC 406) alone.
func TestPending(t *testing.T) {
	for status, want := range map[filing.Status]bool{
		filing.Draft: false, filing.Received: true, filing.Doubtful: true, filing.Registered: true, filing.UnderReview: true,
		filing.WithoutMovement: true, filing.AwaitingResponses: true, filing.Accepted: false, filing.Granted: false, filing.Joined: false,
		filing.OrderIssued: false, filing.OrderSetAside: false, filing.SentUp: false, filing.TechnicalRejected: false,
	} {
		if got := status.Pending(); got != want {
			t.Errorf("%s: %t, want %t", status, got, want)
		}
	}
}

func TestActsOfKinds(t *testing.T) {
	petition := "return refuse withdraw"
	for _, tt := range []struct{ kind, about, acts string }{
		{"claim", "", "accept " + petition},
		{"counterclaim", "", "accept " + petition},
		{"special_proceeding", "", "accept " + petition},
		{"court_order_application", "", petition + " issue-order return-order"},
		{"motion", "", "grant grant-part deny"},
		{"motion", "security", "grant grant-part deny"},
		{"motion", "restore_term", "restore not-restore"},
		{"motion", "order_objection", "set-aside keep-order return-objection"},
		{"appeal", "", "leave return-appeal copies"},
		{"private_complaint", "", "leave return-appeal copies"},
		{"protest", "", "leave return-appeal copies"},
		{"response", "", "join"},
		{"letter", "", "join"},
		{"waiver", "", "join"},
		{"return_request", "", "join"},
	} {
		var acts []string
		for _, s := range filing.Steps {
			if filing.IsCourtAct(s.Name) && !s.Court.Stays && s.TakenOn(filing.Matter(tt.kind, tt.about)) && filing.UnderReview.May(s.Name) {
				acts = append(acts, s.Name)
			}
		}
		if got := strings.Join(acts, " "); got != tt.acts {
			t.Errorf("%s about %q: %s, want %s", tt.kind, tt.about, got, tt.acts)
		}
	}
	for kind := range testKinds {
		if !filing.UnderReview.Waits(filing.Matter(kind, "")) {
			t.Errorf("nothing answers a %s", kind)
		}
	}
}

var testKinds = func() map[string]bool {
	out := map[string]bool{}
	for _, k := range kinds.All {
		out[k.Code] = true
	}
	return out
}()

// TestArticles: an act is by the article of its matter, and who may complain by what the motion is about.
func TestArticles(t *testing.T) {
	for _, tt := range []struct {
		step, kind, about, article string
		complain                   bool
	}{
		{"accept", "claim", "", "CPC 150(2)", false},
		{"accept", "counterclaim", "", "CPC 153", false},
		{"accept", "special_proceeding", "", "CPC 304(1)", false},
		{"return", "claim", "", "CPC 152(1)", true},
		{"return-order", "court_order_application", "", "CPC 138", true},
		{"set-aside", "motion", "order_objection", "CPC 142(1)", false},
		{"keep-order", "motion", "order_objection", "CPC 142(2)", true},
		{"restore", "motion", "restore_term", "CPC 126", false},
		{"not-restore", "motion", "restore_term", "CPC 126(6)", true},
		{"grant", "motion", "evidence", "CPC 73", false},
		{"deny", "motion", "evidence", "CPC 73", false},
		{"grant", "motion", "security", "CPC 157", true},
		{"grant", "motion", "correction", "CPC 235", true}, // corrected only
		{"deny", "motion", "correction", "CPC 235", false},
		{"grant", "motion", "additional_judgment", "CPC 236", false},
		{"deny", "motion", "additional_judgment", "CPC 236", true}, // refused only
		{"grant", "motion", "other_motion", "CPC 268", false},
		{"copies", "appeal", "", "CPC 405", false},
		{"copies", "private_complaint", "", "CPC 429(4)", false},
		{"leave", "protest", "", "CPC 406", false},
		{"return-appeal", "appeal", "", "CPC 407", true},
	} {
		if got := filing.StepOf(tt.step).ArticleOn(tt.kind, tt.about); got != tt.article {
			t.Errorf("%s of a %s about %q is by %s, want %s", tt.step, tt.kind, tt.about, got, tt.article)
		}
		if got := filing.MayComplain(tt.step, tt.kind, tt.about); got != tt.complain {
			t.Errorf("%s of a %s about %q may be attacked: %t", tt.step, tt.kind, tt.about, got)
		}
	}
}

// TestNextAnswer: when the court's next answer is due after an act, by days a person can check. 16 December
// 2026 is Independence Day, a Wednesday; the judge names the last day of a term.
func TestNextAnswer(t *testing.T) {
	on := func(s string) (d calendar.Date) {
		if err := d.UnmarshalText([]byte(s)); err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tt := range []struct{ step, at, on, due, article string }{
		{"leave", "2026-11-30", "2026-12-09", "2026-12-17", "CPC 407"}, // five from Thursday the 10th, past the holiday
		{"cure", "2026-12-09", "", "2026-12-17", "CPC 405"},
		{"copies", "2026-11-30", "2026-12-11", "2026-12-14", ""}, // Friday, then Monday: the office's own order
		{"send-up", "2026-12-14", "", "", ""},
		{"grant", "2026-12-14", "", "", ""},
	} {
		a := filing.CourtAct{Step: tt.step, At: on(tt.at).Start().Add(8 * time.Hour)}
		if tt.on != "" {
			a.On = on(tt.on)
		}
		due, article, ok := a.Due()
		if ok != (tt.due != "") || ok && due.String() != tt.due || article != tt.article {
			t.Errorf("after %s of %s it is due %s by %q, want %s by %q", tt.step, tt.at, due, article, tt.due, tt.article)
		}
	}
}

// TestFilerTerms: a private complaint has ten working days from the day the ruling was signed, a fault until
// the day the judge set.
func TestFilerTerms(t *testing.T) {
	at := func(s string) time.Time {
		out, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, tt := range []struct{ step, kind, about, at, rule, due string }{
		{"return", "claim", "", "2026-11-30T18:59:59.999Z", "private-complaint", "2026-12-14"}, // Monday 23:59:59: ten from Tuesday
		{"return", "claim", "", "2026-11-30T19:00:00Z", "private-complaint", "2026-12-15"},     // Tuesday
		{"deny", "motion", "security", "2026-12-04T06:00:00Z", "private-complaint", "2026-12-21"},
		{"deny", "motion", "evidence", "2026-12-04T06:00:00Z", "", ""},
		{"leave", "appeal", "", "2026-11-30T06:00:00Z", "appeal.cure", "2026-12-09"},
		{"cure", "appeal", "", "2026-11-30T06:00:00Z", "", ""},
	} {
		acted := filing.Acted{Step: tt.step}
		if tt.step == "leave" {
			acted.On = calendar.Date{Year: 2026, Month: 12, Day: 9}
		}
		got := filing.FilerTerms(filing.Envelope{Kind: tt.kind, Head: filing.Head{About: tt.about}}, []filing.Event{{At: at(tt.at), Acted: &acted}, {At: at(tt.at), Type: filing.ToldHolder}})
		switch {
		case tt.rule == "" && len(got) == 0:
		case len(got) != 1 || got[0].Rule != tt.rule || got[0].Due.String() != tt.due || got[0].Article == "":
			t.Errorf("%s of a %s about %q at %s starts %+v, want %s until %s", tt.step, tt.kind, tt.about, tt.at, got, tt.rule, tt.due)
		}
	}
}
