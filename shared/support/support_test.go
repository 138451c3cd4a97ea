package support_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/support"
)

const (
	id     = "019a8f2c-1b00-7c44-8d2e-5f60718293a4"
	number = "7F3K-92QH-X4TC"
)

var (
	noon     = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	problems = []string{"throttled", "sign-not-running"}
)

func ago(seconds int) *int { return &seconds }

func full() support.Request {
	return support.Request{
		ID: id, Topic: "signature", Reference: "JKJaXmPLvHcESHA=", Problem: "sign-not-running", Ago: ago(90),
		Page: "/kk/filings/" + id + "/edit", Filing: id, Portal: "aB3_-x9Zq1Rt", NCALayer: "1.4", Email: "aigul@example.kz",
	}
}

func codes(err error) string {
	l, ok := errors.AsType[defect.List](err)
	if !ok && err != nil {
		return err.Error()
	}
	var out []string
	for _, d := range l {
		out = append(out, d.Pointer+" "+d.Code)
	}
	return strings.Join(out, ", ")
}

func TestOpen(t *testing.T) {
	c := support.Context{
		Ticket: number, Agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
		Agreement: "v1", Lang: locale.RU, At: noon.Add(999_999),
	}
	got, err := full().Open(c, problems)
	want := support.Ticket{
		Number: number, RequestID: id, ReplyTo: "aigul@example.kz", Lang: locale.RU, Topic: "signature",
		Reference: "JKJaXmPLvHcESHA=", Problem: "sign-not-running", Page: "/kk/filings/" + id + "/edit", FilingID: id,
		Portal: "aB3_-x9Zq1Rt", NCALayer: "1.4", Browser: "Firefox 132.0, Windows NT 10.0", Agreement: "v1",
		State: support.Received, HappenedAt: noon.Add(-90 * time.Second), ReceivedAt: noon,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Open: %v\n%s", err, diff)
	}
	got, err = support.Request{ID: id, Topic: "other"}.Open(support.Context{Ticket: number, AccountID: "a1", Lang: locale.KK, At: noon}, problems)
	if err != nil || !got.HappenedAt.IsZero() || got.AccountID != "a1" {
		t.Errorf("the shortest request: %+v, %v", got, err)
	}
}

func TestFormsOfARequest(t *testing.T) {
	set := func(change func(*support.Request)) support.Request {
		r := full()
		change(&r)
		return r
	}
	for _, tt := range []struct {
		name    string
		request support.Request
		account string
		want    string
	}{
		{"everything", full(), "", ""},
		{"a word for an id", set(func(r *support.Request) { r.ID = "one" }), "", "/id format"},
		{"no topic", set(func(r *support.Request) { r.Topic = "" }), "", "/topic topic-required"},
		{"a topic of one's own", set(func(r *support.Request) { r.Topic = "Айгүл" }), "", "/topic unknown-value"},
		{"a UUID for a reference", set(func(r *support.Request) { r.Reference = id }), "", ""},
		{"longest reference", set(func(r *support.Request) { r.Reference = strings.Repeat("x", 64) }), "", ""},
		{"too long a reference", set(func(r *support.Request) { r.Reference = strings.Repeat("x", 65) }), "", "/reference reference-format"},
		{"a sentence for a reference", set(func(r *support.Request) { r.Reference = "it broke" }), "", "/reference reference-format"},
		{"an IIN for a reference", set(func(r *support.Request) { r.Reference = "900101300126" }), "", "/reference reference-format"},
		{"an IIN with hyphens", set(func(r *support.Request) { r.Reference = "900101-300126" }), "", "/reference reference-format"},
		{"a problem nobody has", set(func(r *support.Request) { r.Problem = "no-money" }), "", "/problem unknown-value"},
		{"now", set(func(r *support.Request) { r.Ago = ago(0) }), "", ""},
		{"a week ago", set(func(r *support.Request) { r.Ago = ago(604800) }), "", ""},
		{"longer ago", set(func(r *support.Request) { r.Ago = ago(604801) }), "", "/ago unknown-value"},
		{"to come", set(func(r *support.Request) { r.Ago = ago(-1) }), "", "/ago unknown-value"},
		{"home", set(func(r *support.Request) { r.Page = "/ru/" }), "", ""},
		{"a version of the agreement", set(func(r *support.Request) { r.Page = "/en/agreement/v12" }), "", ""},
		{"a query", set(func(r *support.Request) { r.Page = "/kk/agreement/diff?from=v1" }), "", "/page format"},
		{"a fragment", set(func(r *support.Request) { r.Page = "/kk/help#key" }), "", "/page format"},
		{"an IIN in the path", set(func(r *support.Request) { r.Page = "/kk/900101300126" }), "", "/page format"},
		{"another site", set(func(r *support.Request) { r.Page = "https://example.kz/kk/" }), "", "/page format"},
		{"a long path", set(func(r *support.Request) { r.Page = "/kk" + strings.Repeat("/a", 80) }), "", "/page format"},
		{"a name for a filing", set(func(r *support.Request) { r.Filing = "иск" }), "", "/filing format"},
		{"a sentence for a version", set(func(r *support.Request) { r.NCALayer = "the newest" }), "", "/ncalayer ncalayer-version"},
		{"an IIN for a version", set(func(r *support.Request) { r.NCALayer = "900101300126" }), "", "/ncalayer ncalayer-version"},
		{"a number for the portal", set(func(r *support.Request) { r.Portal = "1.0" }), "", "/portal format"},
		{"an address that is none", set(func(r *support.Request) { r.Email = "aigul" }), "", "/email email-invalid"},
		{"two addresses", set(func(r *support.Request) { r.Email = "a@example.kz,b@example.kz" }), "", "/email email-invalid"},
		{"a line break in the address", set(func(r *support.Request) { r.Email = "a@example.kz\r\nBcc: b@example.kz" }), "", "/email email-invalid"},
		{"an address in a session", full(), "a1", "/email not-allowed"},
	} {
		_, err := tt.request.Open(support.Context{Ticket: number, AccountID: tt.account, At: noon}, problems)
		if got := codes(err); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestAnswerBy holds the promise against a calendar on the wall. Times are Kazakhstan's.
func TestAnswerBy(t *testing.T) {
	for _, tt := range []struct{ name, at, want string }{
		{"Monday", "2026-11-23 09:00:00.000", "2026-11-25"},
		{"Monday, the last millisecond", "2026-11-23 23:59:59.999", "2026-11-25"},
		{"Tuesday from 24:00 of Monday on", "2026-11-24 00:00:00.000", "2026-11-26"},
		{"Thursday", "2026-11-26 12:00:00.000", "2026-11-30"},
		{"Friday", "2026-11-27 23:59:59.999", "2026-12-01"},
		{"Saturday", "2026-11-28 00:00:00.000", "2026-12-01"},
		{"Sunday", "2026-11-29 23:59:59.999", "2026-12-01"},
		{"before Independence Day, 16 December", "2026-12-15 12:00:00.000", "2026-12-18"},
		{"on that day", "2026-12-16 12:00:00.000", "2026-12-18"},
		{"before the New Year, whose Saturday moves to Monday", "2026-12-31 12:00:00.000", "2027-01-06"},
		{"before Nauryz", "2026-03-20 12:00:00.000", "2026-03-27"},
		{"over 29 February", "2028-02-28 12:00:00.000", "2028-03-01"},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04:05.000", tt.at, locale.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := support.AnswerBy(at.UTC()).String(); got != tt.want {
			t.Errorf("%s: AnswerBy(%s) = %s, want %s", tt.name, tt.at, got, tt.want)
		}
	}
}

// TestStates tries every state after every other.
func TestStates(t *testing.T) {
	all := []support.State{support.Received, support.InProgress, support.Answered, support.Closed}
	may := map[string]bool{
		"received in-progress": true, "received answered": true, "in-progress answered": true, "answered closed": true,
	}
	for _, from := range all {
		for _, to := range all {
			want := may[string(from)+" "+string(to)]
			if got := support.MayBecome(from, to); got != want {
				t.Errorf("MayBecome(%s, %s) = %t", from, to, got)
			}
			answer := map[support.State]string{support.Answered: "Restart NCALayer."}[to]
			_, err := support.Ticket{Number: number, State: from}.Become(to, answer, noon)
			if (err == nil) != want {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
	if _, err := (support.Ticket{State: support.Closed}).Become(support.Answered, "again", noon); !errors.Is(err, support.ErrState) {
		t.Errorf("a closed ticket answered again: %v", err)
	}
	if support.MayBecome("", support.Received) || support.MayBecome(support.Closed, "") {
		t.Error("a state that is none")
	}
}

func TestBecome(t *testing.T) {
	ticket := support.Ticket{Number: number, State: support.Received, ReceivedAt: noon}
	for i, to := range []support.State{support.InProgress, support.Answered, support.Closed} {
		var err error
		answer := map[support.State]string{support.Answered: " Update NCALayer.\r\nThen try again. "}[to]
		if ticket, err = ticket.Become(to, answer, noon.Add(time.Duration(i+1)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	want := support.Ticket{
		Number: number, State: support.Closed, ReceivedAt: noon, StartedAt: noon.Add(time.Hour), AnsweredAt: noon.Add(2 * time.Hour),
		ClosedAt: noon.Add(3 * time.Hour), Answer: "Update NCALayer.\nThen try again.",
	}
	if diff := cmp.Diff(want, ticket); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		name   string
		to     support.State
		answer string
		want   string
	}{
		{"an answer that says nothing", support.Answered, " \n", "/answer required"},
		{"the longest", support.Answered, strings.Repeat("ә", support.MaxAnswer), ""},
		{"a longer one", support.Answered, strings.Repeat("ә", support.MaxAnswer+1), "/answer too-long"},
		{"an IIN in it", support.Answered, "your number 900101 300126 is right", "/answer answer-personal"},
		{"a control character", support.Answered, "a\x00b", "/answer format"},
		{"broken text", support.Answered, "a\xffb", "/answer format"},
		{"an answer while it is looked into", support.InProgress, "soon", "/answer not-allowed"},
		{"no state", "", "", "/state unknown-value"},
		{"a state of one's own", "lost", "", "/state unknown-value"},
		{"back to the beginning", support.Received, "", "/state unknown-value"},
	} {
		_, err := support.Ticket{State: support.Received}.Become(tt.to, tt.answer, noon)
		if got := codes(err); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAnswerTo(t *testing.T) {
	for want, ticket := range map[support.Recipient]support.Ticket{
		support.ToAccount: {AccountID: "a1"}, support.ToAddress: {ReplyTo: "aigul@example.kz"}, support.ToNobody: {},
	} {
		if got := ticket.AnswerTo(); got != want {
			t.Errorf("the answer of %+v reaches %s, want %s", ticket, got, want)
		}
	}
}

func TestIs(t *testing.T) {
	answered := support.Ticket{State: support.Answered, Answer: "Restart NCALayer."}
	if !answered.Is(support.Answered, " Restart NCALayer.\r\n") || answered.Is(support.Answered, "Restart it.") || answered.Is(support.Closed, "") {
		t.Error("Is is wrong of an answered ticket")
	}
	answered.State = support.Closed
	if !answered.Is(support.Closed, "") || answered.Is(support.Answered, answered.Answer) {
		t.Error("Is is wrong of a closed ticket")
	}
}

// TestOverdue: the promise of a Sunday ends with Tuesday, 24:00 in Kazakhstan.
func TestOverdue(t *testing.T) {
	ticket := support.Ticket{ReceivedAt: noon}
	end := time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]bool{noon: false, end.Add(-time.Millisecond): false, end: true} {
		if got := ticket.Overdue(at); got != want {
			t.Errorf("overdue at %s: %t", at, got)
		}
	}
	if ticket.AnsweredAt = end; ticket.Overdue(end.AddDate(0, 1, 0)) {
		t.Error("an answered ticket is overdue")
	}
}

func TestUntil(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-22T07:00:00Z": "2027-11-22T07:00:00Z", "2028-02-29T07:00:00Z": "2029-03-01T07:00:00Z",
	} {
		received, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := (support.Ticket{ReceivedAt: received}).Until().Format(time.RFC3339); got != want {
			t.Errorf("a ticket of %s is kept until %s, want %s", at, got, want)
		}
	}
}

func TestBrowser(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0":                                                        "Firefox 132.0, Windows NT 10.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.70":       "Edge 131.0.2903.70, Windows NT 10.0",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 YaBrowser/24.12.0.0 Safari/537.36":               "Yandex Browser 24.12.0.0, Linux",
		"Mozilla/5.0 (Linux; Android 14; Aigul's phone) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36":             "Chrome 131.0.0.0, Android 14",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1": "Safari 17.1, iOS 17.1",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0":     "Opera 116.0.0.0, macOS 10.15.7",
		"Сейітова Айгүл 900101300126": "",
		"Firefox/900101300126":        "",
		"":                            "",
	} {
		if got := support.Browser(agent); got != want {
			t.Errorf("Browser(%q) = %q, want %q", agent, got, want)
		}
	}
}

// TestTicketsAreNotLogged: what is printed or logged of a ticket is its number.
func TestTicketsAreNotLogged(t *testing.T) {
	ticket := support.Ticket{Number: number, ReplyTo: "aigul@example.kz", Answer: "Айгүл"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "ticket", ticket)
	if got := log.String() + fmt.Sprint(ticket) + fmt.Sprintf("%+v", ticket); strings.Contains(got, "aigul") || strings.Contains(got, "Айгүл") || !strings.Contains(got, number) {
		t.Errorf("logged: %s", got)
	}
}
