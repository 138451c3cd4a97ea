package notice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/notice"
)

const accountID = "01993a5e-0000-7000-8000-00000000aaaa"

var key = []byte("01234567890123456789012345678901")

var holder = account.Account{
	ID: accountID, Lang: locale.KK, Email: "daniar@example.kz", Subject: account.Subject{Kind: account.Natural, Name: "Серікбаев Данияр"},
}

// agreed is a representative who consented an hour before the filing was sent.
func agreed(t *testing.T, id, name, email string, lang locale.Lang) account.Representative {
	t.Helper()
	at := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	r := account.NewRepresentative(account.Representative{
		ID: "01993a5e-0000-7000-8000-00000000000" + id, AccountID: accountID, Name: name, Email: email, Lang: lang, Scope: account.ScopeAll, Months: 6,
	}, at.Add(-time.Hour), account.Evidence{})
	r, err := r.Agree(at, account.Evidence{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var sent = filing.SentEvent{
	V: 1, Type: filing.EventSent, FilingID: "f-1", AccountID: accountID, TicketNo: "7F3K-92QH-X4TC",
	CourtCode: "almaty-bostandyq", SentAt: "2026-11-22T18:59:59.999Z",
}

func TestMessages(t *testing.T) {
	anna, ann := agreed(t, "1", "Анна", "anna@example.kz", locale.RU), agreed(t, "2", "Ann", "ann@example.com", locale.EN)
	invited := anna
	invited.Status = account.Invited
	elsewhere := ann
	elsewhere.Scope, elsewhere.Filing = account.ScopeFiling, "f-2"
	got, err := notice.Messages(sent, nil, filing.Acted{}, holder, []account.Representative{invited, anna, elsewhere, ann}, "https://court.example", key)
	if err != nil || len(got) != 3 {
		t.Fatalf("Messages = %v, %v", got, err)
	}
	for i, want := range []struct {
		to, recipient, link string
		contains            []string
	}{
		{"daniar@example.kz", "", "https://court.example/kk/filings/f-1", []string{"Серікбаев Данияр", "Бостандық", "23:59"}},
		{"anna@example.kz", anna.ID, "https://court.example/ru/representative#", []string{"Серікбаев Данияр", "Бостандыкский", "23:59", "22 ноября"}},
		{"ann@example.com", ann.ID, "https://court.example/en/representative#", []string{"Серікбаев Данияр", "Bostandyk", "23:59", "22 November"}},
	} {
		m := got[i]
		if m.Recipient != want.recipient || (m.Unsubscribe != "") != (want.recipient != "") {
			t.Errorf("message %d is for %q, unsubscribed at %q", i, m.Recipient, m.Unsubscribe)
		}
		if want.recipient != "" {
			token, ok := strings.CutPrefix(m.Unsubscribe, "https://court.example/api/representative/unsubscribe/")
			if _, id, err := account.ParseLink(key, token, account.LinkUnsubscribe); !ok || err != nil || id != want.recipient {
				t.Errorf("message %d: unsubscribe %s: %s, %v", i, m.Unsubscribe, id, err)
			}
			if strings.Contains(m.Body, "/filings/") || strings.Contains(m.Body, token) {
				t.Errorf("message %d leads to a filing, or unsubscribes by a look:\n%s", i, m.Body)
			}
		}
		if m.To != want.to || !strings.Contains(m.Subject, sent.TicketNo) {
			t.Errorf("message %d to %s: %q", i, m.To, m.Subject)
		}
		for _, part := range append(want.contains, sent.TicketNo, want.link) {
			if !strings.Contains(m.Body, part) {
				t.Errorf("message %d does not say %q:\n%s", i, part, m.Body)
			}
		}
		if strings.ContainsAny(m.Subject+m.Body, "{}") {
			t.Errorf("message %d has a hole:\n%s", i, m.Body)
		}
	}
	left := holder
	left.Email = ""
	if got, err := notice.Messages(sent, nil, filing.Acted{}, left, nil, "https://court.example", key); err != nil || len(got) != 0 {
		t.Errorf("a closed account: %v, %v", got, err)
	}
}

// TestVerified: a filing that was received, or rejected for technical reasons, with the instant it was sent
// at, and why, in each reader's language.
// TestPaperIsNoClaim: what is sent beside a claim is told of by what it is, and promises nothing that the code
// says of claims alone.
func TestPaperIsNoClaim(t *testing.T) {
	for kind, want := range map[string]struct{ said, unsaid string }{
		"":       {"Талап қою жіберілді", "{"},
		"claim":  {"150-бабы", "{"},
		"motion": {"жіберілді: өтінішхат.", "150-бабы"},
		"appeal": {"жіберілді: апелляциялық шағым.", "алап қою"},
	} {
		e := sent
		e.Kind = kind
		got, err := notice.Messages(e, nil, filing.Acted{}, holder, nil, "https://court.example", key)
		if err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
		if text := got[0].Subject + got[0].Body; !strings.Contains(text, want.said) || strings.Contains(text, want.unsaid) {
			t.Errorf("%q: %s", kind, text)
		}
	}
}

func TestVerified(t *testing.T) {
	anna := agreed(t, "1", "Анна", "anna@example.kz", locale.RU)
	rejected := []filing.Rejection{
		{Pointer: "/documents/1", Code: "file-mislabelled", Found: "executable"}, {Pointer: "/documents/2", Code: "file-infected"}, {Pointer: "/documents/3", Code: "file-infected"},
	}
	for typ, want := range map[string][2][]string{
		filing.EventReceived:   {{"қабылдап алынды", "123-бабы"}, {"проверены и получены", "Серікбаев Данияр"}},
		filing.EventRegistered: {{"тіркеді", "7514-26-00-2/31", "Ахметова Дана"}, {"зарегистрировал", "7514-26-00-2/31"}},
		filing.EventAccepted:   {{"қабылдады", "7514-26-00-2/31"}, {"принял документы"}},
		filing.EventReturned:   {{"қайтарды", "429-бабы"}, {"возвратил документы"}},
		filing.EventRefused:    {{"бас тартты", "151-бабы"}, {"отказал в принятии"}},
		filing.EventWithdrawn:  {{"Сұрауыңыз бойынша"}, {"возвращены по его просьбе"}},
		filing.EventReview:     {{"судьяның қарауына", "Ахметова Дана"}, {"переданы судье"}},
		filing.EventAnswered:   {{"өтінішхатты ішінара қанағаттандырды", "қай бөлігі", "7514-26-00-2/31"}, {"удовлетворил ходатайство частично", "7514-26-00-2/31"}},
		filing.EventRejected:   {{"қабылданбады", "– ", "қолхат", "126-баптары"}, {"отклонены по техническим причинам", "– "}},
	} {
		e := sent
		e.Type = typ
		got, err := notice.Messages(e, rejected, filing.Acted{Step: "grant-part", Number: "7514-26-00-2/31", Judge: "АХМЕТОВА ДАНА"}, holder, []account.Representative{anna}, "https://court.example", key)
		if err != nil || len(got) != 2 {
			t.Fatalf("%s: %v, %v", typ, got, err)
		}
		for i, m := range got {
			for _, part := range append(want[i], sent.TicketNo, "23:59") {
				if !strings.Contains(m.Body, part) {
					t.Errorf("%s, message %d does not say %q:\n%s", typ, i, part, m.Body)
				}
			}
			if lines := strings.Count(m.Body, "\n– "); typ == filing.EventRejected && lines != 2 {
				t.Errorf("%d reasons, want each of two once:\n%s", lines, m.Body)
			}
			if strings.ContainsAny(m.Subject+m.Body, "{}") {
				t.Errorf("%s, message %d has a hole:\n%s", typ, i, m.Body)
			}
		}
	}
}

// TestOfRepresentative: each event has its letter, to the right side and in their language.
func TestOfRepresentative(t *testing.T) {
	r := agreed(t, "1", "Анна", "anna@example.kz", locale.RU)
	invited := r
	invited.Status, invited.ConsentedAt, invited.Until = account.Invited, time.Time{}, time.Time{}
	later := r.ConsentedAt.Add(time.Hour)
	for _, tt := range []struct {
		r        account.Representative
		to       string
		contains []string
	}{
		{invited, "anna@example.kz", []string{"Серікбаев Данияр", "обо всех документах", "https://court.example/ru/representative#", "22 декабря 2026", "согласия: 6 месяцев"}},
		{r, "daniar@example.kz", []string{"Серікбаев Данияр", "Анна", "2027 жылғы 22 мамыр", "https://court.example/kk/account"}},
		{invited.Refuse(later, account.Evidence{}), "daniar@example.kz", []string{"Серікбаев Данияр", "Анна", "https://court.example/kk/account"}},
		{r.Refuse(later, account.Evidence{}), "daniar@example.kz", []string{"Серікбаев Данияр", "Анна", "https://court.example/kk/account"}},
		{r.End(account.ByHolder, later, account.Evidence{}), "anna@example.kz", []string{"Серікбаев Данияр", "23 ноября 2026 г., 00:00:00"}},
	} {
		e, ok := tt.r.Event()
		if !ok {
			t.Fatalf("%s has no event", tt.r)
		}
		if tt.r.Status == account.Ended {
			tt.r.Name, tt.r.Email = "", "" // as when the account was closed
		}
		m, ok, err := notice.OfRepresentative(e, holder, tt.r, "https://court.example", key)
		if err != nil || !ok || m.To != tt.to || (m.Recipient == "") != (tt.to == holder.Email) || (m.Unsubscribe != "") != (tt.r.Status == account.Invited) {
			t.Errorf("%s: %+v, %t, %v", e.Type, m, ok, err)
		}
		for _, part := range tt.contains {
			if !strings.Contains(m.Body, part) {
				t.Errorf("%s does not say %q:\n%s", e.Type, part, m.Body)
			}
		}
		if m.To != holder.Email && strings.Contains(m.Subject+m.Body, "Анна") {
			t.Errorf("%s: the office sends a stranger what a user wrote:\n%s", e.Type, m.Body)
		}
		if strings.ContainsAny(m.Subject+m.Body, "{}") || strings.Contains(m.Subject, "notice.") {
			t.Errorf("%s has a hole: %s\n%s", e.Type, m.Subject, m.Body)
		}
	}

	e, _ := invited.Event()
	if _, ok, err := notice.OfRepresentative(e, holder, r, "", key); err != nil || ok {
		t.Errorf("an invitation that was answered: %t, %v", ok, err)
	}
	e, _ = r.Event()
	left := holder
	left.Email = ""
	if _, ok, err := notice.OfRepresentative(e, left, r, "", key); err != nil || ok {
		t.Errorf("an answer to a closed account: %t, %v", ok, err)
	}
	e.Type = account.EventLeft
	if _, _, err := notice.OfRepresentative(e, holder, r, "", key); err == nil {
		t.Error("an event of something else has a letter")
	}
}

func TestScope(t *testing.T) {
	for _, tt := range []struct {
		r    account.Representative
		want string
	}{
		{account.Representative{Scope: account.ScopeAll}, "all filings"},
		{account.Representative{Scope: account.ScopeFiling, Filing: "f-1"}, "one filing"},
		{account.Representative{Scope: account.ScopeKinds, Kinds: []string{filing.KindClaim}}, "filings of these kinds: claim"},
	} {
		if got := notice.Scope(tt.r, locale.EN); got != tt.want {
			t.Errorf("scope %s is %q, want %q", tt.r.Scope, got, tt.want)
		}
	}
}

func TestOrganisationIsNamedNotItsSigner(t *testing.T) {
	a := holder
	a.Subject = account.Subject{Kind: account.Legal, Name: "АХМЕТОВА ӘСЕМ", Organisation: "«Мысал» ЖШС"}
	got, err := notice.Messages(sent, nil, filing.Acted{}, a, nil, "", key)
	if err != nil || !strings.Contains(got[0].Body, "«Мысал» ЖШС") || strings.Contains(got[0].Body, "АХМЕТОВА") {
		t.Errorf("%v, %v", got, err)
	}
}

func TestOtherEvents(t *testing.T) {
	e := sent
	e.Type = "filing.unheard-of"
	if got, err := notice.Messages(e, nil, filing.Acted{}, holder, nil, "", key); err != nil || got != nil {
		t.Errorf("unknown event: %v, %v", got, err)
	}
	e = sent
	e.SentAt = time.Time{}.String()
	if _, err := notice.Messages(e, nil, filing.Acted{}, holder, nil, "", key); err == nil {
		t.Error("an instant that is none was told")
	}
}
