package host

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

// faults stand between the functions and the engines of an office that is tried: while they are on,
// some calls are refused as AWS refuses them, some are done and their replies lost, some wait.
type faults struct {
	on atomic.Bool

	// How often, of a thousand calls.
	throttled, conflicts, broken, lost int // of DynamoDB
	slow, busy                         int // of S3

	done atomic.Int64 // faults so far
}

// usual is about as bad as a region gets before it is called an outage.
func usual() *faults {
	return &faults{throttled: 20, conflicts: 20, broken: 10, lost: 10, slow: 100, busy: 20}
}

// between gives the functions the address of a proxy in place of each engine's.
func (h *Host) between() error {
	h.faulty = usual()
	for service, wrap := range map[string]func(http.Handler) http.Handler{"DYNAMODB": h.faulty.dynamo, "S3": h.faulty.s3} {
		target, err := url.Parse(h.endpoints[service])
		if err != nil {
			return fmt.Errorf("%s engine: %w", service, err)
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("faults of %s: %w", service, err)
		}
		proxy := httputil.NewSingleHostReverseProxy(target)
		proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
		proxy.ErrorLog = slog.NewLogLogger(h.cfg.Log.Handler(), slog.LevelDebug)
		server := &http.Server{Handler: wrap(proxy), ErrorLog: proxy.ErrorLog}
		go server.Serve(listener)
		h.atStop(func() { server.Close() })
		h.instead[service] = "http://" + listener.Addr().String()
	}
	return nil
}

// setFaults takes {"on": true}.
func (h *Host) setFaults(w http.ResponseWriter, r *http.Request) {
	var in struct {
		On bool `json:"on"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if h.faulty == nil {
		http.Error(w, "this office runs without faults (local run -faults)", http.StatusNotFound)
		return
	}
	h.faulty.on.Store(in.On)
	writeJSON(w, map[string]any{"on": in.On, "faults": h.faulty.done.Load()})
}

// strikes reports whether one of share calls in a thousand is this one.
func (f *faults) strikes(share int) bool {
	struck := f.on.Load() && rand.IntN(1000) < share
	if struck {
		f.done.Add(1)
	}
	return struck
}

func (f *faults) dynamo(engine http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		transaction := r.Header.Get("X-Amz-Target") == "DynamoDB_20120810.TransactWriteItems"
		switch {
		case f.strikes(f.throttled):
			refuseDynamo(w, http.StatusBadRequest, map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "Rate exceeded"})
		case f.strikes(f.broken):
			refuseDynamo(w, http.StatusInternalServerError, map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "injected"})
		case transaction && f.strikes(f.conflicts):
			conflict(w, r)
		case f.strikes(f.lost):
			engine.ServeHTTP(discard{http.Header{}}, r)
			panic(http.ErrAbortHandler) // the line is cut
		default:
			engine.ServeHTTP(w, r)
		}
	})
}

// conflict answers that another transaction works on the first item.
func conflict(w http.ResponseWriter, r *http.Request) {
	var in struct{ TransactItems []json.RawMessage }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reasons := make([]map[string]string, len(in.TransactItems))
	for i := range reasons {
		reasons[i] = map[string]string{"Code": "None"}
	}
	reasons[0] = map[string]string{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
	refuseDynamo(w, http.StatusBadRequest, map[string]any{
		"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "CancellationReasons": reasons,
		"Message": "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
	})
}

func refuseDynamo(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err) // of strings
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	io.Copy(w, bytes.NewReader(raw))
}

func (f *faults) s3(engine http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case f.strikes(f.busy):
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusServiceUnavailable)
			io.WriteString(w, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")
			return
		case f.strikes(f.slow):
			time.Sleep(300*time.Millisecond + rand.N(700*time.Millisecond))
		}
		engine.ServeHTTP(w, r)
	})
}

// discard takes an answer that nobody will see.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
