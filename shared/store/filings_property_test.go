package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"pgregory.net/rapid"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
)

var errLine = errors.New("the line was cut")

// unsteady is a client whose calls fail as fault says: "conflict" and "cut" before the engine has them, "lost"
// after, so that what was written is not known.
func unsteady(db *dynamodb.Client, fault *string) *dynamodb.Client {
	return dynamodb.New(db.Options(), func(o *dynamodb.Options) {
		o.Retryer = aws.NopRetryer{}
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("fault", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, m middleware.Metadata, err error) {
				now := *fault
				_, writes := in.Parameters.(*dynamodb.TransactWriteItemsInput)
				switch *fault = ""; {
				case now == "conflict" && writes:
					return out, m, &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{{Code: aws.String("TransactionConflict")}}}
				case now == "cut":
					return out, m, errLine
				}
				out, m, err = next.HandleInitialize(ctx, in)
				if now == "lost" && err == nil {
					return out, m, errLine
				}
				return out, m, err
			}), middleware.Before)
		})
	})
}

// history is one filing under random acts of its filer and those who sign with them.
type history struct {
	t        *rapid.T
	steady   *store.Filings // for looking
	filings  *store.Filings // for acting
	fault    string
	id       string
	now      time.Time
	seats    int
	stale    filing.Envelope   // as some window last read it
	frozen   map[string]string // documents by their hash
	out      string            // hash of the manifest made last
	receipts map[string]bool   // that were answered with a 2xx
	sent     time.Time
	events   []filing.Event
}

func (h *history) envelope() filing.Envelope {
	h.t.Helper()
	e, err := h.steady.Envelope(context.Background(), h.id, ownerID, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

// may accepts what an act may be refused with.
func (h *history) may(err error, refusals ...error) {
	h.t.Helper()
	for _, ok := range append(refusals, errLine) {
		if err == nil || errors.Is(err, ok) {
			return
		}
	}
	h.t.Fatalf("refused with %v", err)
}

func (h *history) save(code string) {
	e := h.stale
	s, err := h.steady.Section(context.Background(), h.id, code, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	s.Version -= rapid.IntRange(0, s.Version).Draw(h.t, "versions behind") / 2
	s.Value = fmt.Appendf(nil, `{"at":%d}`, h.now.UnixMilli())
	_, err = h.filings.SaveSection(context.Background(), e, s, store.Heading{}, h.now)
	h.may(err, filing.ErrVersion)
}

func (h *history) attach() {
	a := attached(rapid.IntRange(1, 5).Draw(h.t, "document"))
	_, err := h.filings.SaveAttachment(context.Background(), h.stale, a, h.now)
	h.may(err, filing.ErrVersion)
}

func (h *history) freeze() {
	f, err := h.steady.Filing(context.Background(), h.id, ownerID, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	frozen := filing.Frozen{Filing: h.stale, Seats: h.seats, Pins: filing.Pins{"form": "v"}, SealBy: h.now.Add(time.Hour)}
	frozen.Document = fmt.Appendf(nil, "%s at %d", filing.FormOf(f.Sections), h.now.UnixMilli())
	for seat := range h.seats {
		frozen.Places = append(frozen.Places, place(whoSigns(seat), seat, h.seats))
	}
	err = h.filings.Freeze(context.Background(), frozen, h.now)
	h.may(err, filing.ErrVersion)
	if e := h.envelope(); e.Manifest == frozen.SHA256() { // also when the answer was lost
		h.frozen[e.Manifest], h.out = string(frozen.Document), e.Manifest
	} else if err == nil {
		h.t.Fatal("frozen, and not out")
	}
}

// sign has a person sign the manifest made last, as file-claim does: keep the signature, or seal with
// the last one. What was not answered is sent again.
func (h *history) sign() {
	if h.out == "" {
		return
	}
	ctx, seat := context.Background(), rapid.IntRange(0, h.seats-1).Draw(h.t, "signer")
	sig := signature(place(whoSigns(seat), seat, h.seats), h.now)
	sig.CMS = []byte(h.frozen[h.out])
	for try := range 3 {
		out, seats := store.Signed{Last: true}, []int(nil)
		var err error
		if h.seats > 1 {
			out, seats, err = h.filings.Sign(ctx, h.id, ownerID, h.out, sig)
		}
		if err == nil && out.Last {
			if len(out.Earlier) != h.seats-1 {
				h.t.Fatalf("the last of %d knows of %d others", h.seats, len(out.Earlier))
			}
			out, err = h.filings.Seal(ctx, filing.Seal{
				FilingID: h.id, Account: ownerID, Kind: "claim", Manifest: h.out, Signature: sig, Seats: seats, SentAt: h.now, TicketNo: "T",
				Receipt: fmt.Appendf(nil, "%s by %d, try %d, at %d", h.out, seat, try, h.now.UnixMilli()),
			})
		}
		h.may(err, filing.ErrManifestVoid, filing.ErrSealed)
		if err == nil && out.Receipt != nil {
			h.receipts[string(out.Receipt)] = true
		}
		if !errors.Is(err, errLine) {
			return
		}
	}
}

// check holds after each act.
func (h *history) check() {
	h.t.Helper()
	ctx, e := context.Background(), h.envelope()
	receipt, err := h.steady.Receipt(ctx, h.id)
	if (err == nil) != (e.Status == filing.Sent) {
		h.t.Fatalf("%s, and the receipt: %v", e.Status, err)
	}
	for answered := range h.receipts {
		if answered != string(receipt) || len(h.receipts) > 1 {
			h.t.Fatalf("answered with %q, kept is %q", answered, receipt)
		}
	}
	if !h.sent.IsZero() && !e.SentAt.Equal(h.sent) {
		h.t.Fatalf("sent at %s, then at %s", h.sent, e.SentAt)
	}
	h.sent = e.SentAt
	events, err := h.steady.Events(ctx, e)
	if err != nil {
		h.t.Fatal(err)
	}
	for i, was := range h.events {
		if i >= len(events) || events[i] != was {
			h.t.Fatalf("events were %v, are %v", h.events, events)
		}
	}
	h.events = events
	if e.Status != filing.Sent {
		return
	}
	signatures, err := h.steady.Signatures(ctx, h.id)
	if err != nil || len(signatures) != h.seats {
		h.t.Fatalf("%d signatures of %d, %v", len(signatures), h.seats, err)
	}
	for _, s := range signatures {
		if filing.Sum(s.CMS) != e.Manifest || string(s.CMS) != h.frozen[e.Manifest] {
			h.t.Fatalf("what is sealed does not hash to %s", e.Manifest)
		}
	}
}

// TestAnyHistory: random acts of the filer in several windows and of those who sign with them, with
// conflicts, timeouts and lost answers. Every seal that was answered has exactly one receipt, instants
// never change, no event is lost or put in another order, the outbox has one event of each seal, and
// what is sealed hashes to what was signed.
func TestAnyHistory(t *testing.T) {
	r := newRegistry(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		h := &history{t: rt, steady: r.Filings, id: id(n), now: filedAt, frozen: map[string]string{}, receipts: map[string]bool{}}
		h.seats = rapid.IntRange(1, 3).Draw(rt, "seats")
		h.filings = store.NewFilings(unsteady(r.db, &h.fault), r.name)
		if _, err := r.Create(context.Background(), filing.Filing{Envelope: filing.Envelope{ID: h.id, AccountID: ownerID, Kind: "claim"}}, h.now); err != nil {
			rt.Fatal(err)
		}
		h.stale = h.envelope()
		act := func(do func()) func(*rapid.T) {
			return func(rt *rapid.T) {
				h.t, h.now = rt, h.now.Add(time.Millisecond)
				if rapid.IntRange(0, 3).Draw(rt, "reads anew") > 0 {
					h.stale = h.envelope()
				}
				h.fault = rapid.SampledFrom([]string{"", "", "", "conflict", "cut", "lost"}).Draw(rt, "fault")
				do()
				h.fault = ""
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"save":   act(func() { h.save("court") }),
			"attach": act(h.attach),
			"freeze": act(h.freeze),
			"void":   act(func() { h.may(h.filings.Void(context.Background(), h.stale, h.now), filing.ErrVersion) }),
			"sign":   act(h.sign),
			"again":  act(h.sign),
			"":       func(rt *rapid.T) { h.t = rt; h.check() },
		})
	})
	sent, told := map[string]int{}, map[string]int{}
	for _, it := range r.items() {
		pk := it["PK"].(*types.AttributeValueMemberS).Value
		if entry, ok, err := store.OutboxEntry(it); err != nil {
			t.Fatal(err)
		} else if ok {
			told[entry.Of]++
		} else if of, ok := strings.CutPrefix(pk, "SEAL#"); ok && it["SK"].(*types.AttributeValueMemberS).Value == "SEAL" {
			sent[of]++
		}
	}
	for of := range told {
		if told[of] != 1 || sent[of] != 1 {
			t.Errorf("filing %s: %d seals, %d events", of, sent[of], told[of])
		}
	}
	if len(sent) != len(told) || len(sent) == 0 {
		t.Errorf("%d seals, %d told", len(sent), len(told))
	}
	t.Logf("%d histories, %d sealed", n, len(sent))
}
