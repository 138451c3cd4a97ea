// Package compareevidence is the function that compares what is kept twice, every day: the table of
// filings, the documents bucket and the evidence bucket. It repairs nothing; a difference is for people.
//
// A pass goes through all that was ever sent, from today backwards, and then through the records of the
// evidence bucket, in case the table has lost what they speak of. It is long, so it is done in pages:
// each run goes on where the last one stopped, and a new pass begins each day once the last is done.
package compareevidence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
)

const (
	page   = 50 // filings at a time
	atOnce = 8

	// Patience is how long after the sending a filing may be without its evidence.
	Patience = 2 * time.Hour
	// spare is the time that is left when a run takes up no more pages.
	spare = 30 * time.Second
)

// Service compares.
type Service struct {
	Filings   *store.Filings
	Documents *documents.Store
	Evidence  *documents.Evidence
	Lull      int // how many days in a row without a filing mean that there are none before them
	Report    func(Difference)
}

// Difference is what one side has and another has not, or has otherwise.
type Difference struct {
	Filing string // id
	What   string // one of the constants
	Key    string // in the bucket that lacks it, or ""
}

// Kinds of differences.
const (
	NoFiling   = "table lacks the filing"
	NoRecord   = "evidence lacks the record"
	NoContent  = "evidence lacks a content"
	NoDocument = "documents lack a version"
	Otherwise  = "evidence differs from the table"
)

// Run goes on with the comparison as far as the time of ctx reaches, and says how far it is. at is the
// instant it was due. Differences it reports as it finds them.
func (s *Service) Run(ctx context.Context, at time.Time) (store.Comparison, error) {
	c, err := s.Filings.Comparison(ctx)
	if err != nil {
		return c, err
	}
	if c.Began.IsZero() || c.Done && at.UTC().Truncate(24*time.Hour).After(c.Began) {
		c = store.Comparison{Began: at.UTC(), Day: at.UTC(), Passed: c.Passed}
	}
	for !c.Done && !short(ctx) {
		if c.Records {
			err = s.records(ctx, &c)
		} else {
			err = s.sent(ctx, &c)
		}
		if err == nil && c.Done {
			c.Passed = c.Began
		}
		if err == nil {
			err = s.Filings.KeepComparison(ctx, c)
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

func short(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < spare
}

// sent compares a page of what was sent on a day, by the table.
func (s *Service) sent(ctx context.Context, c *store.Comparison) error {
	ids, last, err := s.Filings.SentOn(ctx, c.Day, c.Shard, c.After, page)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		c.After = ""
		if c.Shard++; c.Shard == store.SentShards {
			c.Shard, c.Day = 0, c.Day.AddDate(0, 0, -1)
			c.Lull++
			c.Records = c.Lull > s.Lull
		}
		return nil
	}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	found := 0
	for _, id := range ids {
		group.Go(func() error {
			list, err := s.compare(ctx, id, c.Began)
			mu.Lock()
			defer mu.Unlock()
			for _, d := range list {
				s.Report(d)
			}
			found += len(list)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	c.After, c.Lull = last, -1
	c.Compared, c.Differs = c.Compared+len(ids), c.Differs+found
	return nil
}

// compare looks for everything that a filing in the table should have elsewhere.
func (s *Service) compare(ctx context.Context, id string, at time.Time) (list []Difference, err error) {
	differs := func(what, key string) { list = append(list, Difference{id, what, key}) }
	sealed, err := s.Filings.Sealed(ctx, id)
	if errors.Is(err, filing.ErrNotFound) {
		differs(NoFiling, "")
		return list, nil
	}
	if err != nil || sealed.Envelope.SentAt.After(at.Add(-Patience)) {
		return nil, err
	}
	versions, err := s.Documents.Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	for sum, version := range sealed.Pins {
		if _, there := versions[documents.Version{SHA256: sum, ID: version}]; !there {
			differs(NoDocument, documents.Key(id, sum))
		}
	}
	key := evidence.RecordKey(id, evidence.NameSealed)
	data, err := s.Evidence.Get(ctx, key)
	if errors.Is(err, documents.ErrNoEvidence) {
		differs(NoRecord, key)
		return list, nil
	}
	if err != nil {
		return nil, err
	}
	record, err := evidence.ParseSealed(id, data)
	if err != nil || !same(record, sealed) {
		differs(Otherwise, key)
		return list, nil
	}
	for i, v := range sealed.Verifications {
		key := evidence.RecordKey(id, evidence.NameVerified(i))
		if v.At.After(at.Add(-Patience)) {
			continue
		}
		there, err := s.Evidence.Holds(ctx, key, "", 0)
		if err != nil {
			return nil, err
		}
		if !there {
			differs(NoRecord, key)
		}
	}
	kept, err := s.Evidence.List(ctx, evidence.ContentKey(id, ""), "")
	if err != nil {
		return nil, err
	}
	for _, sum := range record.Contents() {
		if key := evidence.ContentKey(id, sum); !slices.Contains(kept, key) {
			differs(NoContent, key)
		}
	}
	return list, nil
}

// same reports whether a record says of a filing what the table says.
func same(record evidence.Sealed, sealed store.Sealed) bool {
	have, want := record.Filing, evidence.Of(sealed.Envelope)
	have.Revision, want.Revision = 0, 0 // rises with every step after the seal
	if have != want || record.Receipt != filing.Sum(sealed.Receipt) || len(record.Signatures) != len(sealed.Signatures) {
		return false
	}
	for i, sig := range sealed.Signatures {
		if record.Signatures[i].SHA256 != filing.Sum(sig.CMS) || !record.Signatures[i].JudgedAt.Equal(sig.JudgedAt) {
			return false
		}
	}
	for _, f := range record.Files {
		if sealed.Pins[f.SHA256] == "" { // a version that was put back is another than the record's
			return false
		}
	}
	return true
}

// records looks for filings that the evidence bucket speaks of and the table has not.
func (s *Service) records(ctx context.Context, c *store.Comparison) error {
	after := c.After
	if after == "" {
		after = evidence.Records
	}
	keys, err := s.Evidence.List(ctx, evidence.Records, after)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		c.Done = true
		return nil
	}
	var ids []string
	for _, key := range keys {
		id, _, ok := evidence.ParseRecordKey(key)
		if !ok {
			return fmt.Errorf("compare evidence: %s is the key of no record", key)
		}
		if !slices.Contains(ids[max(len(ids)-1, 0):], id) {
			ids = append(ids, id)
		}
	}
	for chunk := range slices.Chunk(ids, 100) {
		there, err := s.Filings.Statuses(ctx, chunk)
		if err != nil {
			return err
		}
		for _, id := range chunk {
			if _, ok := there[id]; !ok {
				s.Report(Difference{id, NoFiling, strings.TrimSuffix(evidence.RecordKey(id, ""), ".json")})
				c.Differs++
			}
		}
	}
	c.After = keys[len(keys)-1]
	return nil
}
