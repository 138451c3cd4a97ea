package host

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/follow"
	"github.com/courtoffice/courtoffice/infra/local/operations"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/outage"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// operations shows what an operator of a deployed office sees. What functions measure is there since the
// office was started; what the host counts in AWS's place is looked at as often as someone looks here.
func (h *Host) operations(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	var out bytes.Buffer
	err := h.board.Read()
	if err == nil {
		err = h.measure(r.Context(), now)
	}
	if err == nil {
		err = h.board.Page(&out, now, h.seen(r.Context()))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self' 'unsafe-inline'")
	w.Write(out.Bytes())
}

// trace answers with the way of a filing by the ticket of its receipt (?ticket=…), or of anything by its trace (?root=…).
func (h *Host) trace(w http.ResponseWriter, r *http.Request) {
	var logs []string
	for _, f := range functions.All {
		logs = append(logs, h.LogFile(f.Name))
	}
	root, err := r.URL.Query().Get("root"), error(nil)
	if ticket := r.URL.Query().Get("ticket"); ticket != "" {
		root, err = follow.Ticket(logs, ticket)
	}
	var way follow.Way
	if err == nil {
		way, err = follow.Of(logs, root)
	}
	switch {
	case errors.Is(err, follow.ErrUnknown):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		writeJSON(w, way)
	}
}

// seen is what the probe saw in the last half hour of this day.
func (h *Host) seen(ctx context.Context) (out []operations.Minutes) {
	bucket, _ := h.cfg.bucketName(schema.Outages)
	data, _, err := documents.NewRecord(h.s3(), bucket).Get(ctx, schema.OutageDay(calendar.DateOf(h.Now()).String()))
	var day outage.Day
	if err != nil || data == nil || json.Unmarshal(data, &day) != nil {
		return nil
	}
	for _, p := range outage.Probes {
		last := day.Minutes[p.Name]
		out = append(out, operations.Minutes{Probe: p.Name, Does: p.Does, Last: last[max(0, len(last)-30):]})
	}
	return out
}

// measure tells the board what AWS's services would.
func (h *Host) measure(ctx context.Context, at time.Time) error {
	for _, f := range h.functions {
		s := f.Stats()
		h.board.Total(functions.Metric{Namespace: functions.OnLambda, Name: functions.LambdaErrors, Function: s.Name}, float64(s.Failures), at)
		h.board.Total(functions.Metric{Namespace: functions.OnLambda, Name: functions.LambdaThrottles, Function: s.Name}, float64(s.Throttled), at)
	}
	for route, n := range h.gateway.Failures() {
		h.board.Total(functions.Metric{Namespace: functions.OnGateway, Name: functions.GatewayFailures, Route: route}, float64(n), at)
	}
	if h.broker == nil {
		return nil
	}
	for _, q := range schema.Queues {
		age, err := h.broker.Oldest(ctx, q.Name)
		if err != nil {
			return fmt.Errorf("age of queue %s: %w", q.Name, err)
		}
		visible, _, err := h.broker.Depth(ctx, q.Name)
		if err != nil {
			return err
		}
		h.board.Set(functions.Metric{Namespace: functions.OnSQS, Name: functions.QueueAge, Queue: q}, age.Seconds(), at)
		h.board.Set(functions.Metric{Namespace: functions.OnSQS, Name: functions.QueueVisible, Queue: q}, float64(visible), at)
	}
	return nil
}
