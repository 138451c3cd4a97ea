package maintenance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/outage"
)

// Outages reads the outage record where everyone does, through the edge: the office has no other access to
// it, and no other writer than the probe can have one. Address is set once, before use.
type Outages struct {
	Address string // of the record, schema.OutageRecord at the office's public address

	mu     sync.Mutex
	record outage.Record
	readAt time.Time // when that was last tried
	failed error     // of the last try; the record is the last one there was then
}

// Bounds of reading.
const (
	outagesAge      = 30 * time.Second // how long a copy is good: the edge keeps one as long
	outagesPatience = 4 * time.Second
	outagesMost     = 1 << 20 // bytes
)

// Find returns the outage of that id as the record has it now, or had half a minute ago.
//
// Errors: maintenance.ErrNotFound, also where there is no record; others when it can't be read.
func (o *Outages) Find(ctx context.Context, id string) (outage.Outage, error) {
	record, err := o.latest(ctx)
	if err != nil {
		return outage.Outage{}, err
	}
	found, ok := record.Find(id)
	if !ok {
		return outage.Outage{}, maintenance.ErrNotFound
	}
	return found, nil
}

// outagesShown is how many outages feeds have at most: those of the last year that are the latest.
const outagesShown = 100

// shown are the outages that feeds and the status page have, the latest first: those of the last copy that could be
// read. read is false where that is not the record as it is.
func (o *Outages) shown(ctx context.Context) (list []outage.Outage, read bool) {
	record, err := o.latest(ctx)
	if err != nil {
		httpapi.Log(ctx, slog.String("outages", err.Error()))
	}
	return record.Outages[:min(len(record.Outages), outagesShown)], err == nil
}

// latest is the record as it is now, or was half a minute ago; with an error, the last that could be read.
func (o *Outages) latest(ctx context.Context) (outage.Record, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if time.Since(o.readAt) > outagesAge {
		record, err := o.read(ctx)
		if errors.Is(err, maintenance.ErrNotFound) {
			err = nil
		}
		if o.readAt, o.failed = time.Now(), err; err == nil {
			o.record = record
		}
	}
	return o.record, o.failed
}

func (o *Outages) read(ctx context.Context) (outage.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, outagesPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.Address, nil)
	if err != nil {
		return outage.Record{}, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return outage.Record{}, err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusForbidden, http.StatusNotFound: // no probe has ever written
		return outage.Record{}, maintenance.ErrNotFound
	default:
		return outage.Record{}, fmt.Errorf("outage record: status %d", res.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, outagesMost))
	if err != nil {
		return outage.Record{}, fmt.Errorf("outage record: %w", err)
	}
	return outage.Parse(data)
}
