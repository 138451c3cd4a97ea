// Package probe is the function that tries the office from outside, each minute, and keeps the outage record
// (package outage). It runs in another region than the office, knows nothing of it but its public address,
// and is to it a person like any other: nothing in the office trusts it.
//
// Read Service.Run. What a probe does is in tries.go.
package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/client"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/outage"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Service tries and records.
type Service struct {
	Office string // its public address, no trailing slash
	Key    func(ctx context.Context) (client.Signer, error)
	Record *documents.Record
}

// Report is what a minute showed.
type Report struct {
	Results map[string]outage.Result // by name of the probe
	Why     map[string]error         // of those that are not outage.Up
	Begun   []outage.Outage          // that this minute made outages
	Ended   []outage.Outage          // that ended with it
}

// Count is how many probes had a result.
func (r Report) Count(of outage.Result) (n int) {
	for _, result := range r.Results {
		if result == of {
			n++
		}
	}
	return n
}

// Run tries everything once and records it as the minute of the instant due. A second run in a minute
// records nothing. Error: the record could not be read or written; then the minute is missing in it, and
// counts neither as up nor as down.
//
// The list of outages is written first: it is what is certified. Where the day can't be written after it, the
// minute is unknown there.
func (s *Service) Run(ctx context.Context, due time.Time) (Report, error) {
	report := s.try(ctx, due)
	var before, after outage.Record
	err := s.change(ctx, schema.OutageRecord, func(data []byte) (any, error) {
		var err error
		if data != nil {
			if before, err = outage.Parse(data); err != nil {
				return nil, err
			}
		}
		var ok bool
		if after, ok = before.Add(due, report.Results); !ok {
			return nil, nil
		}
		return after, nil
	})
	if err != nil {
		return report, err
	}
	for _, o := range after.Outages {
		known, was := before.Find(o.ID)
		if !was {
			report.Begun = append(report.Begun, o)
		}
		if was && o.Over() && !known.Over() {
			report.Ended = append(report.Ended, o)
		}
	}
	return report, s.change(ctx, schema.OutageDay(calendar.DateOf(due).String()), func(data []byte) (any, error) {
		var day outage.Day
		if data != nil {
			if err := json.Unmarshal(data, &day); err != nil {
				return nil, fmt.Errorf("day: %w", err)
			}
		}
		day, ok := day.Add(due, report.Results)
		if !ok {
			return nil, nil
		}
		return day, nil
	})
}

// change writes what next makes of what is kept under key, nil at first. Where someone else wrote meanwhile it
// looks again, once. nil leaves all as it is.
func (s *Service) change(ctx context.Context, key string, next func(data []byte) (any, error)) error {
	for try := 0; ; try++ {
		data, etag, err := s.Record.Get(ctx, key)
		if err != nil {
			return err
		}
		value, err := next(data)
		if err != nil || value == nil {
			return err
		}
		if data, err = json.Marshal(value); err != nil {
			return fmt.Errorf("encode %s: %w", key, err)
		}
		if err = s.Record.Put(ctx, key, data, etag); !errors.Is(err, documents.ErrRecordChanged) || try > 0 {
			return err
		}
	}
}
