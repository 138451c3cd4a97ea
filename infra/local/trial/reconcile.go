package trial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// trace is what the table holds of one filing.
type trace struct {
	status  string
	receipt []byte
	seals   int // items that hold a receipt
	events  map[string]int
	outbox  map[string]int // by type
	untold  []string       // types of events someone is still to be told of
	notices map[string]int // to the holder, by type
}

// traces reads the whole table.
func traces(ctx context.Context, db *dynamodb.Client, table string) (map[string]*trace, error) {
	all := map[string]*trace{}
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", table, err)
		}
		for _, it := range page.Items {
			kind, id, _ := strings.Cut(text(it, schema.PK), "#")
			t := all[id]
			if t == nil {
				t = &trace{events: map[string]int{}, outbox: map[string]int{}, notices: map[string]int{}}
				all[id] = t
			}
			t.take(kind, text(it, schema.SK), it)
		}
	}
	return all, nil
}

func (t *trace) take(kind, sk string, it map[string]types.AttributeValue) {
	switch {
	case kind == "FILING" && sk == "FILING":
		t.status = text(it, "status")
	case kind == "SEAL" && it["receipt"] != nil:
		if b, _ := it["receipt"].(*types.AttributeValueMemberB); b != nil && len(b.Value) > 0 {
			t.seals, t.receipt = t.seals+1, b.Value
		}
	case kind == "EVENT":
		_, typ, _ := strings.Cut(sk, "#")
		typ, _, _ = strings.Cut(typ, "#")
		t.events[typ]++
	case strings.HasPrefix(sk, "OUTBOX#"):
		e, ok, err := store.OutboxEntry(it)
		t.outbox[e.Type]++
		if !ok || err != nil || it[schema.GSI1PK] != nil && !e.Told() {
			t.untold = append(t.untold, e.Type)
		}
	case strings.HasPrefix(sk, "NOTICE#"):
		if typ, holder := strings.CutSuffix(strings.TrimPrefix(sk, "NOTICE#"), "#holder"); holder {
			t.notices[typ]++
		}
	}
}

// kept lists the records that a bucket of evidence has, by filing.
func kept(ctx context.Context, bucket *documents.Evidence) (map[string][]string, error) {
	records := map[string][]string{}
	for after := ""; ; {
		keys, err := bucket.List(ctx, evidence.Records, after)
		if err != nil || len(keys) == 0 {
			return records, err
		}
		for _, k := range keys {
			id, name, _ := evidence.ParseRecordKey(k)
			records[id] = append(records[id], name)
		}
		after = keys[len(keys)-1]
	}
}

func text(it map[string]types.AttributeValue, name string) string {
	s, _ := it[name].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

// Books is what reconciling found.
type Books struct {
	Answered int // receipts that people have
	Sealed   int // filings with a receipt in the table
	Held     int // filings that were there before
	Silent   int // sealed, and the person got no answer: not one who still tries
	Mails    int // more than two for a filing: told again by a process that was killed in between
}

// ticket is a number as receipts and subjects have it.
var ticket = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// reconcile holds what people have against what the tables hold: each receipt that was answered is
// there, byte for byte, once, with one event of it, one entry in the outbox that everyone was told of,
// one notice and one copy among the evidence; and there is no other seal.
func reconcile(ctx context.Context, db *dynamodb.Client, table string, shots []shot, idle []demo.Prepared, office receipt.Published, subjects []string, records map[string][]string) (Books, error) {
	all, err := traces(ctx, db, table)
	if err != nil {
		return Books{}, err
	}
	var b Books
	var wrong []error
	fault := func(id, format string, args ...any) {
		if len(wrong) < 20 {
			wrong = append(wrong, fmt.Errorf("filing %s: "+format, append([]any{id}, args...)...))
		}
	}
	asked, tickets, mails := map[string]bool{}, map[string]string{}, map[string]int{}
	for _, subject := range subjects {
		mails[ticket.FindString(subject)]++
	}
	for _, s := range shots {
		id := s.filing.ID
		asked[id] = true
		t := all[id]
		switch {
		case t == nil:
			fault(id, "is not in the table")
			continue
		case s.again:
			fault(id, "a repeat got another receipt")
		case s.receipt == nil && t.seals == 0:
			continue // and nobody was told it was
		case s.receipt == nil:
			b.Silent++
		default:
			b.Answered++
			if !bytes.Equal(bytes.TrimSpace(t.receipt), bytes.TrimSpace(s.receipt)) {
				fault(id, "the receipt that was answered is not the one in the table")
			}
		}
		if t.seals != 1 || t.status != string(filing.Received) || t.events[filing.EventSealed] != 1 || t.outbox[filing.EventSent] != 1 || t.outbox[filing.EventReceived] != 1 {
			fault(id, "%d seals, status %s, %d events of it, in the outbox %v", t.seals, t.status, t.events[filing.EventSealed], t.outbox)
		}
		if len(t.untold) > 0 || t.notices[filing.EventSent] != 1 || t.notices[filing.EventReceived] != 1 || t.events[filing.EventKept] != 1 {
			fault(id, "untold %v, notices %v, %d copies among the evidence", t.untold, t.notices, t.events[filing.EventKept])
		}
		if got := records[id]; !slices.Contains(got, evidence.NameSealed) || len(got) < 2 { // and of each verification
			fault(id, "the evidence bucket has these records of it: %v", got)
		}
		r, err := receipt.Verify(office, t.receipt)
		if err != nil || r.FilingID != id || tickets[r.TicketNo] != "" {
			fault(id, "its receipt is of %s, ticket %s is also %q: %v", r.FilingID, r.TicketNo, tickets[r.TicketNo], err)
		}
		tickets[r.TicketNo] = id
		if n := mails[r.TicketNo]; n < 2 {
			fault(id, "its holder has %d mails", n)
		} else {
			b.Mails += n - 2 // that it was sent, and that it was received
		}
	}
	for id, t := range all {
		if strings.HasPrefix(id, copied) {
			b.Held++
			continue
		}
		b.Sealed += t.seals
		if t.seals > 0 && !asked[id] {
			fault(id, "is sealed, and nobody asked for it")
		}
	}
	for id := range records {
		if t := all[id]; t == nil || t.seals == 0 {
			fault(id, "is among the evidence and not sealed")
		}
	}
	for _, p := range idle {
		if t := all[p.ID]; t == nil || t.status == string(filing.StepOf("seal").To) || len(t.outbox) > 0 {
			fault(p.ID, "was not sent and is not as it was")
		}
	}
	return b, errors.Join(wrong...)
}
