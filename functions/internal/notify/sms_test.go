package notify_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// reachable gives the account a verified number and no representative.
func reachable(svc *notify.Service) {
	known := svc.Accounts.(*people)
	a := known.accounts[accountID]
	a.Mobile, a.MobileFrom = "+77011234567", now.Add(-time.Hour)
	known.accounts[accountID], known.named = a, nil
}

func fault(t *testing.T, url, name string, times string) {
	t.Helper()
	res, err := http.Post(url, "application/json", strings.NewReader(`{"error":"`+name+`","times":`+times+`}`))
	if err != nil || res.StatusCode != http.StatusNoContent {
		t.Fatalf("fault: %v, %v", res, err)
	}
	res.Body.Close()
}

func TestTextBesideMail(t *testing.T) {
	svc, sink, _ := newService(t)
	device := account.NewEvent(account.EventNewDevice, accountID, "s1", now)
	both := func() {
		t.Helper()
		if err := errors.Join(svc.Handle(context.Background(), sent), svc.Account(context.Background(), device)); err != nil {
			t.Fatal(err)
		}
	}
	both() // no number: mail only
	if got := sink.Texts(); len(got) != 0 {
		t.Fatalf("text messages to nobody: %+v", got)
	}
	reachable(svc)
	both()
	both() // delivery is at least once
	got := sink.Texts()
	if len(got) != 2 || got[0].To != "+77011234567" || got[0].From != "COURT" || got[0].Segments > 2 ||
		!strings.Contains(got[0].Text, sent.TicketNo) || !strings.Contains(got[1].Text, "жаңа құрылғыдан") {
		t.Errorf("text messages: %+v", got)
	}
	if n := len(sink.Messages()); n != 3 { // the representative's was sent before it went
		t.Errorf("%d mails", n)
	}
}

// TestChannelsFailApart: each channel is tried whatever becomes of the other, and what was sent
// is not sent again for the other's sake.
func TestChannelsFailApart(t *testing.T) {
	for _, tt := range []struct {
		name, path, fault string
		mails, texts      int // that get through while it fails
	}{
		{"mail", "/_local/mail/fault", "TooManyRequestsException", 0, 2},
		{"text messages", "/_local/sms/fault", "ThrottlingException", 2, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc, sink, srv := newService(t)
			reachable(svc)
			changed := account.NewEvent(account.EventPasswordChanged, accountID, "p1", now)
			fault(t, srv.URL+tt.path, tt.fault, "2")
			for what, err := range map[string]error{
				"filing": svc.Handle(context.Background(), sent), "account": svc.Account(context.Background(), changed),
			} {
				if err == nil || strings.Contains(err.Error(), "701") || strings.Contains(err.Error(), "daniar") {
					t.Errorf("%s: %v, want an error without an address", what, err)
				}
			}
			if m, x := len(sink.Messages()), len(sink.Texts()); m != tt.mails || x != tt.texts {
				t.Errorf("while it fails: %d mails and %d text messages, want %d and %d", m, x, tt.mails, tt.texts)
			}
			if err := errors.Join(svc.Handle(context.Background(), sent), svc.Account(context.Background(), changed)); err != nil {
				t.Fatal(err)
			}
			if m, x := len(sink.Messages()), len(sink.Texts()); m != 2 || x != 2 {
				t.Errorf("in the end: %d mails and %d text messages", m, x)
			}
		})
	}
}

// TestRefusedNumber: a number whose holder wants no messages is not tried again.
func TestRefusedNumber(t *testing.T) {
	svc, sink, srv := newService(t)
	reachable(svc)
	fault(t, srv.URL+"/_local/sms/fault", "ConflictException", "1")
	for range 2 {
		if err := svc.Handle(context.Background(), sent); err != nil {
			t.Fatal(err)
		}
	}
	if got := sink.Texts(); len(got) != 0 {
		t.Errorf("text messages: %+v", got)
	}
	if done, err := svc.FilingTexts.Texted(context.Background(), sent); err != nil || !done {
		t.Errorf("the refusal is recorded: %t, %v", done, err)
	}
}

// slow takes its time, as a service in trouble does.
type slow struct{ until chan time.Time }

func (s slow) Send(ctx context.Context, _ notice.Text) (string, error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return "", errors.New("no deadline")
	}
	s.until <- deadline
	return "", context.DeadlineExceeded
}

func TestSlowTextsHaveADeadline(t *testing.T) {
	svc, sink, _ := newService(t)
	reachable(svc)
	waits := slow{make(chan time.Time, 1)}
	svc.SMS = waits
	if err := svc.Handle(context.Background(), sent); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Handle = %v", err)
	}
	if left := time.Until(<-waits.until); left > 5*time.Second {
		t.Errorf("a text message may take %v", left)
	}
	if len(sink.Messages()) != 1 {
		t.Error("the mail did not go first")
	}
}

// TestCodeGoesByItsChannel: a code of a number is never mailed, one of an address never texted.
func TestCodeGoesByItsChannel(t *testing.T) {
	svc, sink, _ := newService(t)
	for _, c := range []account.Code{
		account.NewCode([]byte("key"), account.Mobile, accountID, "1", "+77077654321", [4]byte{1}, now),
		account.NewCode([]byte("key"), account.Email, accountID, "1", "new@example.kz", [4]byte{2}, now),
	} {
		if err := svc.Account(context.Background(), c.Event()); err != nil {
			t.Fatal(err)
		}
		if told := sink.Texts(); c.Channel == account.Mobile && (len(told) != 1 || told[0].To != c.To || !strings.Contains(told[0].Text, c.Digits)) {
			t.Errorf("code by text message: %+v", told)
		}
		if mails := sink.Messages(); (c.Channel == account.Email) != (len(mails) == 1) {
			t.Errorf("mails after a code by %s: %d", c.Channel, len(mails))
		}
	}
	if n := len(sink.Texts()); n != 1 {
		t.Errorf("%d text messages", n)
	}
}
