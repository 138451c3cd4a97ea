package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gowebpki/jcs"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// office is a client of the office's HTTP API, as a stranger would write one from its
// documentation: it shares no type with the functions, so that a change of the wire shows.
type office struct {
	url    string // no trailing slash
	http   *http.Client
	cookie string // session, or ""
	device string // by which the office knows this browser again, or ""
	opened string // token of a registration that is not finished, or ""

	key *edstest.Key // an administrator's, who signs what changes the office for others; nil for anyone else
}

// sessionCookie is kept by hand: it is Secure, and a cookie jar would not send it over http,
// which browsers do for loopback addresses.
const (
	sessionCookie = "__Host-session"
	deviceCookie  = "__Host-device"
	openedCookie  = "__Host-registration"
)

func newOffice(url string) *office {
	return &office{url: strings.TrimRight(url, "/"), http: &http.Client{Timeout: time.Minute}}
}

// answer is what the office sent, whole.
type answer struct {
	status int
	body   []byte
	took   time.Duration
}

// problem is an RFC 9457 answer.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Next   string `json:"next"`
	Check  string `json:"check"`

	Instance string `json:"instance"`
	Errors   []struct {
		Pointer string `json:"pointer"`
		Code    string `json:"code"`
	} `json:"errors"`
}

// slug is the last part of the problem's type.
func (p *problem) slug() string { return strings.TrimPrefix(p.Type, "/problems/") }

func (p *problem) Error() string {
	text := fmt.Sprintf("%d %s: %s %s", p.Status, p.slug(), p.Title, p.Detail)
	for _, e := range p.Errors {
		text += fmt.Sprintf(" [%s %s]", e.Pointer, e.Code)
	}
	return text
}

// errAnswer is wrapped by errors about an answer that is neither success nor a problem document.
var errAnswer = errors.New("unexpected answer")

// send makes one request. body is JSON unless it is raw bytes.
func (o *office) send(ctx context.Context, method, path string, body any) (answer, error) {
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		reader = bytes.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			return answer{}, fmt.Errorf("%s %s: %w", method, path, err)
		}
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, o.url+path, reader)
	if err != nil {
		return answer{}, err
	}
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if o.cookie != "" {
		req.AddCookie(&http.Cookie{Name: sessionCookie, Value: o.cookie})
	}
	if o.device != "" {
		req.AddCookie(&http.Cookie{Name: deviceCookie, Value: o.device})
	}
	if o.opened != "" {
		req.AddCookie(&http.Cookie{Name: openedCookie, Value: o.opened})
	}
	begin := time.Now()
	res, err := o.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	a := answer{status: res.StatusCode, body: data, took: time.Since(begin)}
	for _, c := range res.Cookies() {
		switch c.Name {
		case sessionCookie:
			o.cookie = c.Value // "" when the office removes it
		case deviceCookie:
			o.device = c.Value
		case openedCookie:
			o.opened = c.Value // "" when the office removes it
		}
	}
	if a.status < 300 {
		return o.administer(ctx, method, path, body, a)
	}
	p := new(problem)
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") || json.Unmarshal(data, p) != nil || p.Status != a.status {
		return a, fmt.Errorf("%w to %s %s: %d %.200s", errAnswer, method, path, a.status, data)
	}
	return a, p
}

// administer sends the request of an administrator, or of a judge, once more, with a signature, where the answer to it is the
// document to sign.
func (o *office) administer(ctx context.Context, method, path string, body any, a answer) (answer, error) {
	var doc struct {
		toSign
		Unsigned *toSign `json:"unsigned"` // of papers that came on paper
	}
	if o.key == nil || !strings.HasPrefix(path, "/api/admin/") && !strings.HasPrefix(path, "/api/registry/") || json.Unmarshal(a.body, &doc) != nil {
		return a, nil
	}
	if doc.Unsigned != nil {
		doc.toSign = *doc.Unsigned
	}
	if doc.Document == nil {
		return a, nil
	}
	if err := readable(doc.Document); err != nil {
		return a, err
	}
	signature, err := signWith(o.key, doc.Document)
	if err != nil {
		return a, err
	}
	var again map[string]any
	raw, err := json.Marshal(body)
	if err == nil {
		err = json.Unmarshal(raw, &again)
	}
	if err != nil {
		return a, fmt.Errorf("%s %s: %w", method, path, err)
	}
	again["signature"] = signature
	return o.send(ctx, method, path, again)
}

// call makes one request and decodes the answer.
func call[T any](ctx context.Context, o *office, method, path string, body any) (T, answer, error) {
	var out T
	a, err := o.send(ctx, method, path, body)
	if err != nil {
		return out, a, err
	}
	if len(a.body) > 0 {
		if err := json.Unmarshal(a.body, &out); err != nil {
			return out, a, fmt.Errorf("%w to %s %s: %v in %.200s", errAnswer, method, path, err, a.body)
		}
	}
	return out, a, nil
}

// toSign is a document the office made for signing.
type toSign struct {
	Document  []byte    `json:"document"`
	ExpiresAt time.Time `json:"expiresAt"`
	SHA256    string    `json:"sha256"` // manifest only
	Token     string    `json:"token"`  // manifest only
}

// signed is the body of every signed act.
type signed struct {
	Token     string `json:"token,omitempty"` // of a manifest
	Signature string `json:"signature"`
	Password  string `json:"password,omitempty"`
}

type account struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Number    string `json:"number"`
	Email     string `json:"email"`
	Agreement struct {
		Accepted string `json:"accepted"`
		InForce  string `json:"inForce"`
	} `json:"agreement"`
}

type agreement struct {
	InForce struct {
		ID     string `json:"id"`
		Lang   string `json:"lang"`
		SHA256 string `json:"sha256"`
		Text   string `json:"text"`
	} `json:"inForce"`
}

type acceptance struct {
	Agreement  string  `json:"agreement"`
	SHA256     string  `json:"sha256"`
	Registered bool    `json:"registered"`
	Subject    subject `json:"subject"`
}

// subject is who a certificate stands for; the registration form repeats it.
type subject struct {
	Kind         string `json:"kind"`
	IIN          string `json:"iin"`
	BIN          string `json:"bin"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Role         string `json:"role,omitempty"`
}

// number is what the account goes by: the company's where there is one.
func (s subject) number() string {
	if s.Kind == "legal" {
		return s.BIN
	}
	return s.IIN
}

type contact struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Lang  string `json:"lang"`
}

type form struct {
	Agreement            string    `json:"agreement"`
	Subject              subject   `json:"subject"`
	Email                string    `json:"email"`
	Mobile               string    `json:"mobile"`
	Lang                 string    `json:"lang"`
	Declaration          bool      `json:"declaration"`
	NotificationContacts []contact `json:"notificationContacts"`
}

type document struct {
	ID        string `json:"id"`
	Role      string `json:"role"`
	Name      string `json:"name"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
	MediaType string `json:"mediaType"`
}

type filing struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Revision  int        `json:"revision"`
	Status    string     `json:"status"`
	CourtCode string     `json:"courtCode"`
	Documents []uploaded `json:"documents"`
	TicketNo  string     `json:"ticketNo"`
	Sections  map[string]struct {
		Version int             `json:"version"`
		Value   json.RawMessage `json:"value"`
	} `json:"sections"`
	Events []struct {
		At   time.Time `json:"at"`
		Type string    `json:"type"`
	} `json:"events"`
}

// form is the canonical form, as it is hashed.
func (f filing) form() ([]byte, error) {
	values := map[string]json.RawMessage{}
	for code, s := range f.Sections {
		values[code] = s.Value
	}
	raw, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	return jcs.Transform(raw)
}

// uploaded is a document of a filing.
type uploaded struct {
	document
	Version  int  `json:"version"`
	Uploaded bool `json:"uploaded"`
}

// grant is the leave to upload one document straight to S3, in one request for each stretch of it.
type grant struct {
	Version int `json:"version"`
	Upload  struct {
		Grants   []request `json:"grants"`
		Complete bool      `json:"complete"`
	} `json:"upload"`
}

// request is one presigned request.
type request struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Offset  int64             `json:"offset"`
	Size    int64             `json:"size"`
}

// upload sends data, a document of one part, as the grant says and returns S3's status. 412 means
// that the document is there already.
func (o *office) upload(ctx context.Context, g grant, data []byte) (int, error) {
	if len(g.Upload.Grants) != 1 || g.Upload.Complete {
		return 0, fmt.Errorf("%w: %d grants for %d bytes", errAnswer, len(g.Upload.Grants), len(data))
	}
	r := g.Upload.Grants[0]
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	for name, value := range r.Headers {
		req.Header.Set(name, value)
	}
	res, err := o.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}
