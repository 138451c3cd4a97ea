package host

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/infra/local/logs"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Health is what /_local/health answers.
type Health struct {
	Ready     bool               `json:"ready"`
	URL       string             `json:"url"`
	NCALayer  string             `json:"ncalayer"` // websocket address, or ""
	Now       time.Time          `json:"now"`      // the office's clock
	Shift     string             `json:"shift"`    // how far it is ahead, as time.Duration prints it
	Endpoints map[string]string  `json:"endpoints"`
	Functions []runtimeapi.Stats `json:"functions"`
	NCA       string             `json:"nca"`    // address of the NCA's lists and services, or ""
	Mail      int                `json:"mail"`   // messages in the inbox
	Texts     int                `json:"texts"`  // text messages
	Queues    map[string]int     `json:"queues"` // messages in each queue that the host plays
}

// Health tells how the office is.
func (h *Host) Health() Health {
	out := Health{
		Ready: h.ready.Load(), URL: h.URL, NCALayer: h.NCALayerURL, NCA: h.ncaURL(), Now: h.Now().UTC(),
		Shift: time.Duration(h.shift.Load()).String(), Endpoints: h.endpoints, Mail: len(h.mail.Messages()), Texts: len(h.mail.Texts()),
	}
	for _, f := range h.functions {
		out.Functions = append(out.Functions, f.Stats())
	}
	out.Queues = h.depths()
	return out
}

// routes serves the host's own pages under /_local and everything else through the edge.
// Nothing is served before the office is ready.
func (h *Host) routes() http.Handler {
	own := http.NewServeMux()
	own.HandleFunc("GET /_local/{$}", func(w http.ResponseWriter, r *http.Request) { render(w, "index", h.Health()) })
	own.HandleFunc("GET /_local/health", func(w http.ResponseWriter, r *http.Request) { writeJSON(w, h.Health()) })
	own.HandleFunc("POST /_local/shift", h.setShift)
	own.HandleFunc("POST /_local/grant", h.grant)
	own.HandleFunc("POST /_local/faults", h.setFaults)
	own.HandleFunc("POST /_local/dead", h.setDead)
	own.HandleFunc("POST "+secretsPath+"/{$}", h.secret)
	own.HandleFunc("POST /_local/hurry", h.hurry)
	own.HandleFunc("POST /_local/rebuild", h.rebuild)
	own.HandleFunc("POST /_local/redrive", h.redrive)
	own.HandleFunc("POST /_local/rotate-root", h.rotateRoot)
	own.HandleFunc("POST /_local/key-service", h.setKeyService)
	own.HandleFunc("GET /_local/operations", h.operations)
	own.HandleFunc("GET /_local/trace", h.trace)
	own.HandleFunc("GET "+receiverPath, func(w http.ResponseWriter, r *http.Request) { h.receiver.posts(w, r) })
	own.HandleFunc("POST "+receiverPath, func(w http.ResponseWriter, r *http.Request) { h.receiver.answer(w, r) })
	own.Handle("/_local/logs/", logs.New(h.LogFile))
	own.HandleFunc("/_local/nca/", func(w http.ResponseWriter, r *http.Request) { h.nca.ServeHTTP(w, r) })
	own.HandleFunc("GET /_local/dead-letters", h.lettersPage)
	own.HandleFunc("GET /_local/dead-letters.json", h.lettersJSON)
	own.HandleFunc("POST /_local/lambda/2015-03-31/functions/{name}/invocations", h.invoke)
	for _, pattern := range []string{"/_local/mail", "/_local/mail/", "/_local/mail.json", "/_local/ses/", "/_local/sms", "/_local/sms.json", "/_local/sms/fault"} {
		own.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { h.mail.Handler().ServeHTTP(w, r) })
	}
	own.HandleFunc("POST "+sqsPath, h.playSQS)
	protected := http.NewCrossOriginProtection().Handler(own)
	office := http.Handler(http.HandlerFunc(h.edge))
	if h.cfg.Described {
		office = h.asDescribed(office)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == uploadsPath: // versitygw asks before the office is ready
			h.told(w, r)
		case strings.HasPrefix(r.URL.Path, keysPath) && h.kms != nil: // functions that start ask before the office is ready
			h.kms.ServeHTTP(w, r)
		case !h.ready.Load():
			w.Header().Set("Retry-After", "1")
			http.Error(w, "the local office is starting or stopping", http.StatusServiceUnavailable)
		case strings.HasPrefix(r.URL.Path, "/_local/"):
			protected.ServeHTTP(w, r)
		default:
			office.ServeHTTP(w, r)
		}
	})
}

// setShift takes {"shift": "72h"} (time.ParseDuration) and dates everything from then on so.
func (h *Host) setShift(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Shift string `json:"shift"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in)
	d, parseErr := time.ParseDuration(in.Shift)
	if err := errors.Join(err, parseErr); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.Shift(d)
	writeJSON(w, map[string]string{"shift": d.String(), "now": h.Now().UTC().Format(time.RFC3339Nano)})
}

// Shift moves the office's clock to d ahead of the machine's, runs every schedule soon and has
// messages tried again that wait for that; the schedules of revocation and issue-keys run at once, so that
// nobody is refused because the lists or the keys stayed behind.
func (h *Host) Shift(d time.Duration) {
	h.shift.Store(int64(d))
	h.followLists()
	if h.ready.Load() {
		h.issueKeys(context.Background())
	}
	h.kick()
	if h.broker != nil {
		if err := h.broker.Hurry(context.Background()); err != nil {
			h.cfg.Log.Warn("shift", "error", err.Error())
		}
	}
}

// hurry takes {"held": "15s"} and does HurryQueues.
func (h *Host) hurry(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Held string `json:"held"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in)
	age, parseErr := time.ParseDuration(in.Held)
	if err := errors.Join(err, parseErr); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := h.HurryQueues(r.Context(), age); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Kill ends the processes of a function with SIGKILL and returns how many were at work.
func (h *Host) Kill(name string) (atWork int) {
	for _, f := range h.functions {
		if f.Name == name {
			atWork += f.Kill()
		}
	}
	return atWork
}

// Messages returns what the inbox has, oldest first.
func (h *Host) Messages() []mailsink.Message { return h.mail.Messages() }

// Table returns a client for a table and its deployed name.
func (h *Host) Table(t schema.Table) (db *dynamodb.Client, name string) {
	name, _ = h.cfg.tableName(t)
	return h.dynamo(), name
}

// Invoke runs a function on an event, as Lambda's Invoke does. A gateway's event is given what the edge
// adds, so that a recorded one works here.
//
// Errors: those of runtimeapi.Function.Invoke, and one for a name the table does not have.
func (h *Host) Invoke(ctx context.Context, name string, payload []byte) ([]byte, error) {
	i := slices.IndexFunc(h.functions, func(f *runtimeapi.Function) bool { return f.Name == name })
	if i < 0 {
		return nil, errNoFunction
	}
	return mortal{h, h.functions[i]}.Invoke(ctx, h.throughEdge(payload))
}

var errNoFunction = errors.New("no such function")

// invoke is the REST form of Lambda's Invoke, enough for the AWS CLI and for `make invoke`.
func (h *Host) invoke(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, runtimeapi.MaxPayload+1))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	out, err := h.Invoke(r.Context(), r.PathValue("name"), payload)
	if failed, ok := errors.AsType[*runtimeapi.FunctionError](err); ok {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		out, err = failed.Payload, nil
	}
	switch {
	case errors.Is(err, errNoFunction):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, runtimeapi.ErrTooLarge):
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	case errors.Is(err, runtimeapi.ErrThrottled):
		http.Error(w, err.Error(), http.StatusTooManyRequests)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Write(out)
	}
}

func (h *Host) lettersJSON(w http.ResponseWriter, r *http.Request) {
	letters, err := h.letters(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, letters)
}

// page frames the host's own pages in the inbox's style.
var page = template.Must(template.New("").Parse(`
{{define "head"}}<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.}}</title>
<link rel="stylesheet" href="/_local/mail/style.css">
</head>
<body>
<main>
<h1>{{.}}</h1>
{{end}}
{{define "letters"}}{{template "head" "Dead letters"}}
<p>Messages and positions of stream records that a function failed on until its retries or their age ran out. <code>build/local redrive</code> has messages tried again. <a href="/_local/">Local office</a></p>
{{range .}}<h2>{{.Queue}}</h2>
<p class="quiet">{{.ID}}</p>
<pre>{{printf "%s" .Body}}</pre>
{{else}}<p class="empty">None.</p>
{{end}}</main>
</body>
</html>
{{end}}
{{define "index"}}{{template "head" "Local office"}}
<ul>
<li><a href="/">The office</a></li>
<li><a href="/_local/mail">Mail it has sent</a>: {{.Mail}}; <a href="/_local/mail#sms">text messages</a>: {{.Texts}}</li>
{{if .NCALayer}}<li><a href="http{{slice .NCALayer 2}}/_ncalayer">Software NCALayer</a>: the key that signs next; <a href="http{{slice .NCALayer 2}}/_phone">software eGov Mobile</a>, on which codes and links are signed</li>
{{end}}{{if .NCA}}<li>The NCA at {{.NCA}}: <a href="/_local/nca/nca-gost.crl">full</a> and <a href="/_local/nca/nca-gost-delta.crl">delta</a> list of its GOST authority</li>
{{end}}<li><a href="/status">Status page</a> and <a href="/maintenance.json">what is announced</a>, with no function asked</li>
<li><a href="/_local/receiver">What was posted</a> to hosts of the name "test"</li>
<li><a href="/_local/operations">Operations</a>: the panels and alarms of the dashboard</li>
<li><a href="/_local/dead-letters">Dead letters</a> of streams and queues</li>
<li><a href="/_local/health">Health</a> as JSON; the office's clock is {{.Shift}} ahead</li>
</ul>
</main>
</body>
</html>
{{end}}`))

func render(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	page.ExecuteTemplate(w, name, data)
}

func (h *Host) lettersPage(w http.ResponseWriter, r *http.Request) {
	letters, err := h.letters(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	slices.Reverse(letters)
	render(w, "letters", letters)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}
