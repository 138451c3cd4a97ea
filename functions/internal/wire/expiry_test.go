package wire

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// expiring is an office whose clock looks for drafts that go soon, and the mail it sends.
type expiring struct {
	*office
	filings *store.Filings
	sink    *mailsink.Sink
	tick    func(at time.Time)
	told    func() []outbox.Entry // everything that was put into the outbox for holders of drafts, by SK
	mail    func(outbox.Entry)
}

func newExpiring(t *testing.T) *expiring {
	o := newOffice(t)
	o.account(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", noLists(t))
	t.Setenv(schema.Documents.Env, "documents")
	e := &expiring{office: o, filings: store.NewFilings(o.db, o.name(schema.Filings))}
	sink, notify := o.notifying(t)
	e.sink = sink
	handle := o.app(t, "filings").Filings()
	e.tick = func(at time.Time) {
		t.Helper()
		raw, err := json.Marshal(tick{"expiry", at})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // delivery is at least once
			if _, err := handle(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
		}
	}
	e.told = func() (list []outbox.Entry) {
		t.Helper()
		out, err := o.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: ptr(o.name(schema.Filings))})
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range out.Items {
			entry, ok, err := store.OutboxEntry(it)
			if err != nil {
				t.Fatal(err)
			}
			if ok && entry.Type == filing.EventExpiring {
				list = append(list, entry)
			}
		}
		slices.SortFunc(list, func(a, b outbox.Entry) int { return strings.Compare(a.At, b.At) })
		return list
	}
	e.mail = func(entry outbox.Entry) {
		t.Helper()
		for range 2 {
			res, err := notify(t.Context(), events.SQSEvent{Records: []events.SQSMessage{message(t, schema.Receipts, entry)}})
			if err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("%+v, %v", res, err)
			}
		}
	}
	return e
}

const day = 24 * time.Hour

func (e *expiring) draft(t *testing.T, created time.Time) filing.Envelope {
	t.Helper()
	f, err := e.filings.Create(t.Context(), filing.Filing{Envelope: filing.Envelope{
		ID: recordedFiling, AccountID: recordedAccount, Kind: filing.KindClaim, Form: 2,
	}}, created)
	if err != nil {
		t.Fatal(err)
	}
	return f.Envelope
}

// TestDraftThatGoesIsAnnounced: its holder is told 14 and 3 days before, each once, and again when an
// edit has put it off; never of a draft that was edited, deleted or sent meanwhile.
func TestDraftThatGoesIsAnnounced(t *testing.T) {
	e := newExpiring(t)
	created := time.Now().UTC().Truncate(time.Millisecond)
	draft := e.draft(t, created)
	expires := filing.ExpiresAt(created, created)
	for _, tt := range []struct {
		before time.Duration
		want   int // told by then
	}{{15 * day, 0}, {14 * day, 1}, {13 * day, 1}, {3 * day, 2}, {day, 2}} {
		e.tick(expires.Add(-tt.before))
		if got := e.told(); len(got) != tt.want {
			t.Fatalf("%v before: told %d times, want %d: %v", tt.before, len(got), tt.want, got)
		}
	}
	for _, entry := range e.told() {
		e.mail(entry)
	}
	got := e.sink.Messages()
	if len(got) != 2 || got[0].To[0] != "ulan@example.kz" || got[0].Language != "kk" ||
		!strings.Contains(got[0].Text, "https://court.example/kk/filings/"+recordedFiling+"/edit") || strings.ContainsAny(got[0].Text, "{}") {
		t.Errorf("mail: %+v", got)
	}

	edited := expires.Add(-day)
	if _, err := e.filings.SaveSection(t.Context(), draft, filing.Section{Code: "court", Value: []byte("{}")}, store.Heading{}, edited); err != nil {
		t.Fatal(err)
	}
	for _, entry := range e.told() { // of the day that is no more
		e.mail(entry)
	}
	e.tick(expires)
	if n := len(e.told()); n != 2 {
		t.Errorf("told %d times by the day that was put off", n)
	}
	put := filing.ExpiresAt(created, edited)
	e.tick(put.Add(-2 * day)) // late: the nearest alone
	told := e.told()
	if len(told) != 3 || !strings.HasSuffix(told[2].SK, "#3") {
		t.Errorf("after an edit: %v", told)
	}
	e.mail(told[2])
	e.mail(told[0])
	if got := e.sink.Messages(); len(got) != 3 {
		t.Errorf("%d messages after an edit", len(got))
	}
	if err := e.filings.Delete(t.Context(), recordedFiling, recordedAccount, e.at); err != nil {
		t.Fatal(err)
	}
	e.tick(put)
	e.mail(told[2])
	if got := e.sink.Messages(); len(got) != 3 {
		t.Errorf("%d messages after it was deleted", len(got))
	}
}

// TestDraftOfAYear: no change keeps it, and the letter says so.
func TestDraftOfAYear(t *testing.T) {
	e := newExpiring(t)
	created := time.Now().UTC().Truncate(time.Millisecond)
	draft := e.draft(t, created)
	if _, err := e.filings.SaveSection(t.Context(), draft, filing.Section{Code: "court", Value: []byte("{}")}, store.Heading{}, created.Add(200*day)); err != nil {
		t.Fatal(err)
	}
	e.tick(created.Add(filing.DraftMost - 14*day))
	told := e.told()
	if len(told) != 1 {
		t.Fatalf("told %v", told)
	}
	of, err := filing.ExpiringEventOf(told[0].Event)
	if err != nil || !of.Last || of.Within != 14 {
		t.Errorf("%+v, %v", of, err)
	}
	e.mail(told[0])
	if got := e.sink.Messages(); len(got) != 1 || !strings.Contains(got[0].Text, "бір жыл толғанда") {
		t.Errorf("mail: %+v", got)
	}
}

// TestRecordedExpiry replays the clock and the message: of no draft nobody is told.
func TestRecordedExpiry(t *testing.T) {
	e := newExpiring(t)
	if _, err := e.app(t, "filings").Filings()(t.Context(), payload(t, "filings/expiry.json")); err != nil {
		t.Fatal(err)
	}
	var entry outbox.Entry
	if err := json.Unmarshal([]byte(batch(t, "notify/filing-expiring.json").Records[0].Body), &entry); err != nil {
		t.Fatal(err)
	}
	of, err := filing.ExpiringEventOf(entry.Event)
	if err != nil || of.Within != 14 || of.Expires == "" || of.AccountID != recordedAccount {
		t.Errorf("%+v, %v", of, err)
	}
	e.mail(entry)
	if got := e.sink.Messages(); len(got) != 0 {
		t.Errorf("mail: %+v", got)
	}
}
