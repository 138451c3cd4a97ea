package store_test

import (
	"encoding/binary"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/phone"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func code(n int) phone.Code {
	var nonce [16]byte
	binary.BigEndian.PutUint64(nonce[:], uint64(n))
	return phone.NewCode(indexKey, nonce, noon, noon.Add(time.Hour))
}

// TestPhonesRace: of phones that come at once one has the document, of two signatures one is kept, of
// digits typed at once no more count than may be typed, and a code given up meanwhile stays given up.
func TestPhonesRace(t *testing.T) {
	db, name := engine.ForTest(t)
	p := store.NewPhones(db, name(schema.Accounts))
	ctx := t.Context()
	for n := range raceTimes {
		c := code(n)
		if err := p.Offer(ctx, c, []byte("document")); err != nil {
			t.Fatal(err)
		}
		openings, signatures := [2]string{"one", "two"}, [2][]byte{[]byte("first"), []byte("second")}
		opened := both(func(i int) error { return p.Open(ctx, c, openings[i]) })
		if opened[0] != nil == (opened[1] != nil) || !errors.Is(errors.Join(opened[:]...), phone.ErrTaken) {
			t.Fatalf("round %d: open %v", n, opened)
		}
		signed := both(func(i int) error { return p.Sign(ctx, c, signatures[i]) })
		if signed[0] != nil == (signed[1] != nil) || !errors.Is(errors.Join(signed[:]...), phone.ErrSigned) {
			t.Fatalf("round %d: sign %v", n, signed)
		}
		for _, want := range []int{2, 1, 0} { // of the two that are typed at once, how many count
			typed := both(func(int) error { _, err := p.Try(ctx, c); return err })
			counted := 0
			for _, err := range typed {
				if err == nil {
					counted++
				} else if !errors.Is(err, phone.ErrOver) {
					t.Fatalf("round %d: %v", n, err)
				}
			}
			if counted != want {
				t.Fatalf("round %d: %d counted, want %d", n, counted, want)
			}
		}
		both(func(i int) error {
			if i == 0 {
				return p.GiveUp(ctx, c)
			}
			return p.Match(ctx, c)
		})
		s, err := p.State(ctx, c, noon)
		winner := 0
		if opened[0] != nil {
			winner = 1
		}
		if err != nil || s.Opening != openings[winner] || !s.GivenUp || !s.Over() || s.Tries != phone.Tries || string(s.Document) != "document" || s.Signature == nil {
			t.Fatalf("round %d: %+v, %v", n, s, err)
		}
		if got, err := p.Progress(ctx, c, noon); err != nil || got.Signature != nil {
			t.Fatalf("round %d: a code that was given up shows %+v, %v", n, got, err)
		}
	}
}

func both(do func(int) error) (errs [2]error) {
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = do(i) })
	}
	wg.Wait()
	return errs
}

// cut loses the answer to each operation once: the SDK asks again.
type cut struct {
	mu   sync.Mutex
	lose bool
	lost []string
}

func (c *cut) Do(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultClient.Do(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && c.lose {
		res.Body.Close()
		_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		c.lose, c.lost = false, append(c.lost, op)
		return nil, errors.New("connection reset by peer")
	}
	return res, err
}

// TestPhonesLostReplies: a write whose answer is lost is made again and means the same; only a typing of
// the digits counts twice.
func TestPhonesLostReplies(t *testing.T) {
	db, name := engine.ForTest(t)
	line := new(cut)
	p := store.NewPhones(dynamodb.New(db.Options(), func(o *dynamodb.Options) { o.HTTPClient = line }), name(schema.Accounts))
	ctx, c := t.Context(), code(1)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"offer", func() error { return p.Offer(ctx, c, []byte("document")) }},
		{"open", func() error { return p.Open(ctx, c, "one") }},
		{"sign", func() error { return p.Sign(ctx, c, []byte("cms")) }},
		{"try", func() error { _, err := p.Try(ctx, c); return err }},
		{"match", func() error { return p.Match(ctx, c) }},
	} {
		line.lose = true
		if err := step.do(); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
	}
	if len(line.lost) != 5 {
		t.Errorf("lost %v", line.lost)
	}
	s, err := p.Progress(ctx, c, noon)
	if err != nil || s.Opening != "one" || s.Tries != 2 || !s.Matched || string(s.Signature) != "cms" {
		t.Errorf("%+v, %v", s, err)
	}
	line.lose = true
	if err := p.GiveUp(ctx, c); err != nil {
		t.Error(err)
	}
	if s, err := p.Progress(ctx, c, noon); err != nil || !s.Over() || s.Signature != nil {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := p.State(ctx, c, c.Until); !errors.Is(err, phone.ErrOver) {
		t.Errorf("after its time: %v", err)
	}
	if _, err := p.State(ctx, code(2), noon); !errors.Is(err, phone.ErrOver) {
		t.Errorf("never offered: %v", err)
	}
}
