package notify_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/sms"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

var now = time.Date(2026, 11, 22, 19, 0, 1, 0, time.UTC)

const accountID = "01993a5e-0000-7000-8000-00000000aaaa"

// accounts knows some accounts by their ids.
type accounts map[string]account.Account

func (a accounts) Account(_ context.Context, id string) (account.Account, error) {
	if found, ok := a[id]; ok {
		return found, nil
	}
	return account.Account{}, account.ErrNotRegistered
}

func (accounts) BySubject(context.Context, string) (account.Account, error) {
	return account.Account{}, account.ErrNotRegistered
}

// people are accounts with one's representatives and history of addresses.
type people struct {
	accounts
	named   []account.Representative
	history []account.Address
	*store.Contacts
}

func (p *people) Addresses(context.Context, string, account.Channel) ([]account.Address, error) {
	return p.history, nil
}

func (p *people) Of(context.Context, string, time.Time) ([]account.Representative, error) {
	return p.named, nil
}

func (p *people) Get(_ context.Context, _, id string, _ time.Time) (account.Representative, error) {
	for _, r := range p.named {
		if r.ID == id {
			return r, nil
		}
	}
	return account.Representative{}, account.ErrNoRepresentative
}

// representative is one who agreed before the filing was sent.
func representative(id, email string, lang locale.Lang) account.Representative {
	return account.Representative{
		ID: "01993a5e-0000-7000-8000-00000000000" + id, AccountID: accountID, Name: "Анна", Email: email, Lang: lang, Scope: account.ScopeAll,
		Status: account.Consented, ConsentedAt: now.Add(-time.Hour), Until: now.AddDate(0, 6, 0),
	}
}

// post is SES and AWS End User Messaging SMS as the local stack plays them, behind the real clients.
func post(t *testing.T) (*mailsink.Sink, *httptest.Server, *mail.Sender, *sms.Sender) {
	t.Helper()
	sink, err := mailsink.Open(t.TempDir(), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sink.Handler())
	t.Cleanup(srv.Close)
	credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
	})
	ses := sesv2.New(sesv2.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(srv.URL + "/_local/ses"), RetryMaxAttempts: 1, Credentials: credentials,
	})
	pinpoint := pinpointsmsvoicev2.New(pinpointsmsvoicev2.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(srv.URL + "/_local/sms"), RetryMaxAttempts: 1, Credentials: credentials,
	})
	return sink, srv, mail.New(ses, "Сот кабинеті <office@court.example>"), sms.New(pinpoint, "COURT", "")
}

func newService(t *testing.T) (*notify.Service, *mailsink.Sink, *httptest.Server) {
	t.Helper()
	db, name := engine.ForTest(t)
	sink, srv, sender, texts := post(t)
	filings := store.NewFilings(db, name(schema.Filings))
	known := &people{accounts{accountID: {
		ID: accountID, Lang: locale.KK, Email: "daniar@example.kz", Subject: account.Subject{Kind: account.Natural, Name: "СЕРІКБАЕВ ДАНИЯР"},
	}}, []account.Representative{representative("1", "anna@example.kz", locale.RU)}, nil, store.NewContacts(db, name(schema.Accounts))}
	return &notify.Service{
		Accounts: known, Representatives: known, Contacts: known,
		Filings: filings, Notices: store.NewAccountNotices(db, name(schema.Accounts)), Mail: sender,
		PortalURL: "https://court.example", IndexKey: []byte("01234567890123456789012345678901"), Now: func() time.Time { return now },
		SMS: texts, FilingTexts: filings,
	}, sink, srv
}

var sent = filing.SentEvent{
	V: 1, Type: filing.EventSent, FilingID: "f-1", AccountID: accountID, TicketNo: "7F3K-92QH-X4TC",
	CourtCode: "almaty-bostandyq", SentAt: "2026-11-22T18:59:59.999Z",
}

func TestEachRecipientOnce(t *testing.T) {
	svc, sink, _ := newService(t)
	for range 3 { // delivery is at least once
		if err := svc.Handle(context.Background(), sent); err != nil {
			t.Fatal(err)
		}
	}
	got := sink.Messages()
	if len(got) != 2 {
		t.Fatalf("%d messages: %+v", len(got), got)
	}
	if got[0].To[0] != "daniar@example.kz" || got[0].Language != "kk" || !strings.Contains(got[0].Subject, sent.TicketNo) ||
		!strings.Contains(got[0].Text, "Серікбаев Данияр") || got[0].Headers["Auto-Submitted"] != "auto-generated" {
		t.Errorf("the account's notice: %+v", got[0])
	}
	if got[0].Headers["List-Unsubscribe"] != "" {
		t.Errorf("the account may unsubscribe from its notices by %s", got[0].Headers["List-Unsubscribe"])
	}
	stop := got[1].Headers["List-Unsubscribe"]
	if got[1].To[0] != "anna@example.kz" || got[1].Language != "ru" || got[1].Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" ||
		!strings.HasPrefix(stop, "<https://court.example/api/representative/unsubscribe/") || !strings.HasSuffix(stop, ">") {
		t.Errorf("the representative's notice: %+v", got[1])
	}
}

// TestRepresentativesChangeBetweenRetries: an event that comes again goes to those who have it not
// yet, whoever else has come or gone meanwhile.
func TestRepresentativesChangeBetweenRetries(t *testing.T) {
	svc, sink, _ := newService(t)
	all := svc.Accounts.(*people)
	anna := all.named[0]
	erlan := representative("0", "erlan@example.kz", locale.KK) // before anna in every order
	mending := &rejecting{svc.Mail, "erlan@example.kz"}
	svc.Mail = mending
	all.named = []account.Representative{erlan, anna}
	if err := svc.Handle(context.Background(), sent); err == nil {
		t.Fatal("a notice that was refused counts as sent")
	}
	mending.address = ""
	withdrawn := anna
	withdrawn.Status = account.Withdrawn
	ann := representative("2", "ann@example.com", locale.EN)
	all.named = []account.Representative{withdrawn, ann, erlan}
	for range 2 {
		if err := svc.Handle(context.Background(), sent); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]int{}
	for _, m := range sink.Messages() {
		got[m.To[0]]++
	}
	if len(got) != 4 || got["daniar@example.kz"] != 1 || got["anna@example.kz"] != 1 || got["erlan@example.kz"] != 1 || got["ann@example.com"] != 1 {
		t.Errorf("mail %v", got)
	}
}

// TestTellsBothSides: the holder hears what the representative answered, the representative of the
// end, each once.
func TestTellsBothSides(t *testing.T) {
	svc, sink, _ := newService(t)
	all := svc.Accounts.(*people)
	r := all.named[0]
	for _, step := range []account.Representative{r, r.End(account.ByHolder, now, account.Evidence{})} {
		e, ok := step.Event()
		if !ok {
			t.Fatalf("%s is told to nobody", step)
		}
		all.named = []account.Representative{step}
		for range 2 {
			if err := svc.Account(context.Background(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := sink.Messages()
	if len(got) != 2 || got[0].To[0] != "daniar@example.kz" || got[0].Language != "kk" || got[1].To[0] != "anna@example.kz" || got[1].Language != "ru" {
		t.Errorf("mail %+v", got)
	}
}

// rejecting refuses mail to one address and passes the rest on.
type rejecting struct {
	notify.Mail
	address string
}

func (r *rejecting) Send(ctx context.Context, m notice.Message) (string, error) {
	if m.To == r.address {
		return "", errors.New("rejected")
	}
	return r.Mail.Send(ctx, m)
}

func TestOneFailureKeepsNobodyElseWaiting(t *testing.T) {
	svc, sink, _ := newService(t)
	mending := &rejecting{svc.Mail, "daniar@example.kz"}
	svc.Mail = mending
	if err := svc.Handle(context.Background(), sent); err == nil || strings.Contains(err.Error(), "daniar") {
		t.Fatalf("Handle = %v, want an error without the address", err)
	}
	if got := sink.Messages(); len(got) != 1 || got[0].To[0] != "anna@example.kz" {
		t.Fatalf("messages: %+v", got)
	}
	mending.address = ""
	if err := svc.Handle(context.Background(), sent); err != nil {
		t.Fatal(err)
	}
	if got := sink.Messages(); len(got) != 2 || got[1].To[0] != "daniar@example.kz" {
		t.Errorf("after the mend: %+v", got)
	}
}

func TestThrottledMailComesAgain(t *testing.T) {
	svc, sink, srv := newService(t)
	res, err := srv.Client().Post(srv.URL+"/_local/mail/fault", "application/json", strings.NewReader(`{"error":"TooManyRequestsException","times":2}`))
	if err != nil || res.StatusCode != 204 {
		t.Fatalf("fault: %v, %v", res, err)
	}
	if err := svc.Handle(context.Background(), sent); err == nil {
		t.Error("throttled mail counts as sent")
	}
	if err := svc.Handle(context.Background(), sent); err != nil || len(sink.Messages()) != 2 {
		t.Errorf("second time: %v, %d messages", err, len(sink.Messages()))
	}
}

func TestUnknownAccount(t *testing.T) {
	svc, _, _ := newService(t)
	e := sent
	e.AccountID = "acc-9"
	if err := svc.Handle(context.Background(), e); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("Handle = %v", err)
	}
}
