// Package mailsink stands where SES and AWS End User Messaging SMS are on AWS: it takes SendEmail
// calls of the SES v2 API and SendTextMessage calls of Pinpoint SMS Voice V2, keeps each mail as an
// .eml file, and shows all on an inbox page. Start with Open and Handler.
//
// It delivers nothing, and reports what would have become of each message: see Reports. Identities are not verified, templates and bulk mail are not offered.
package mailsink

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Message is one kept mail as /_local/mail.json lists it.
type Message struct {
	ID          string            `json:"id"` // as SES returned it
	At          time.Time         `json:"at"`
	From        string            `json:"from"`
	To          []string          `json:"to"` // bare addresses of all recipients, Cc and Bcc included
	Subject     string            `json:"subject"`
	Language    string            `json:"language"` // Content-Language
	Text        string            `json:"text"`
	HTML        string            `json:"html"`
	Headers     map[string]string `json:"headers"` // decoded, several of one name joined by ", "
	Attachments []Attachment      `json:"attachments"`
	Tags        map[string]string `json:"tags,omitempty"` // as the caller gave them: they come back in reports
}

// Attachment is a part of a message that is neither its text nor its HTML.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"` // bytes, decoded
}

// Sink keeps messages in a folder: <id>.eml for each mail and index.jsonl with one Message a line,
// texts.jsonl with one Text a line.
type Sink struct {
	dir string
	now func() time.Time

	mu         sync.Mutex
	messages   []Message
	faults     []string
	texts      []Text
	textFaulty []string
	report     func(body string)
	reporting  sync.WaitGroup
	closed     chan struct{}
}

// Open returns the sink of folder dir, made if absent, with the messages it already has. now
// gives the instant a message is taken at.
func Open(dir string, now func() time.Time) (*Sink, error) {
	s := &Sink{dir: dir, now: now, closed: make(chan struct{})}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("mail folder: %w", err)
	}
	index, err := os.ReadFile(s.index())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("mail index: %w", err)
	}
	for d := json.NewDecoder(bytes.NewReader(index)); d.More(); {
		var m Message
		if err := d.Decode(&m); err != nil {
			return nil, fmt.Errorf("mail index: %w", err)
		}
		s.messages = append(s.messages, m)
	}
	return s, s.loadTexts()
}

func (s *Sink) index() string { return filepath.Join(s.dir, "index.jsonl") }

// Messages returns all messages, oldest first.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Handler serves the APIs under /_local/ses and /_local/sms (base endpoints for SDK clients), the
// inbox under /_local/mail and its JSON at /_local/mail.json and /_local/sms.json.
func (s *Sink) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /_local/ses/v2/email/outbound-emails", s.send)
	mux.HandleFunc("POST /_local/mail/fault", s.fault)
	mux.HandleFunc("GET /_local/mail.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(append([]Message{}, s.Messages()...))
	})
	mux.HandleFunc("POST /_local/sms", s.sendText)
	mux.HandleFunc("POST /_local/sms/fault", s.textFault)
	mux.HandleFunc("GET /_local/sms.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(append([]Text{}, s.Texts()...))
	})
	s.pages(mux)
	return mux
}

// sendEmail is the SES v2 SendEmail request, as far as it is read.
type sendEmail struct {
	FromEmailAddress string
	Destination      struct{ ToAddresses, CcAddresses, BccAddresses []string }
	ReplyToAddresses []string
	EmailTags        []struct{ Name, Value string }
	Content          struct {
		Simple   *simple
		Raw      *struct{ Data []byte }
		Template json.RawMessage
	}
}

type simple struct {
	Subject     content
	Body        struct{ Text, Html *content }
	Headers     []struct{ Name, Value string }
	Attachments []struct {
		FileName, ContentType, ContentDescription string
		RawContent                                []byte
	}
}

type content struct{ Data, Charset string }

// limit of a message in SES v2: 40 MB after base64.
const messageLimit = 40 << 20

func (s *Sink) send(w http.ResponseWriter, r *http.Request) {
	if name := s.nextFault(); name != "" {
		refuse(w, faultStatus[name], name, "injected by /_local/mail/fault")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, messageLimit*4/3))
	if err != nil {
		refuse(w, http.StatusBadRequest, "BadRequestException", "Message length is more than 41943040 bytes long")
		return
	}
	var in sendEmail
	if err := json.Unmarshal(body, &in); err != nil {
		refuse(w, http.StatusBadRequest, "BadRequestException", "Request is not valid JSON: "+err.Error())
		return
	}
	id, err := s.keep(in)
	if wrong, ok := errors.AsType[*badRequest](err); ok {
		refuse(w, http.StatusBadRequest, "BadRequestException", wrong.message)
		return
	}
	if err != nil {
		refuse(w, http.StatusInternalServerError, "InternalServiceErrorException", err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"MessageId": id})
}

type badRequest struct{ message string }

func (e *badRequest) Error() string { return e.message }

// keep writes a message and returns its id.
func (s *Sink) keep(in sendEmail) (string, error) {
	id, at := uuid.NewString(), s.now().UTC()
	var eml []byte
	switch c := in.Content; {
	case c.Simple != nil && c.Raw == nil && c.Template == nil:
		var err error
		if eml, err = compose(in, id, at); err != nil {
			return "", err
		}
	case c.Raw != nil && c.Simple == nil && c.Template == nil:
		eml = c.Raw.Data
	case c.Template != nil:
		return "", &badRequest{"Templates are not offered here"}
	default:
		return "", &badRequest{"Content must have exactly one of Simple, Raw and Template"}
	}
	m, err := parse(eml)
	if err != nil {
		return "", &badRequest{"Message can not be read: " + err.Error()}
	}
	d := in.Destination
	if all := slices.Concat(d.ToAddresses, d.CcAddresses, d.BccAddresses); len(all) > 0 {
		if m.To, err = addresses(all); err != nil {
			return "", &badRequest{"Address can not be read: " + err.Error()}
		}
	}
	switch {
	case m.From == "":
		return "", &badRequest{"Missing required header 'From'."}
	case len(m.To) == 0:
		return "", &badRequest{"Missing final recipient"}
	case len(m.To) > 50:
		return "", &badRequest{"Recipient count exceeds 50"}
	}
	m.ID, m.At = id, at
	if m.Tags, err = taken(in.EmailTags); err != nil {
		return "", err
	}
	if err := os.WriteFile(s.path(id), eml, 0o600); err != nil {
		return "", fmt.Errorf("keep mail: %w", err)
	}
	line, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("keep mail: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := os.OpenFile(s.index(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("keep mail: %w", err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		return "", fmt.Errorf("keep mail: %w", err)
	}
	s.messages = append(s.messages, m)
	s.reportMail(m)
	return id, nil
}

func (s *Sink) path(id string) string { return filepath.Join(s.dir, id+".eml") }

// find returns the message with that id.
func (s *Sink) find(id string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.messages, func(m Message) bool { return m.ID == id })
	if i < 0 {
		return Message{}, false
	}
	return s.messages[i], true
}

// faultStatus lists the errors that can be injected, with the status SES answers them with.
var faultStatus = map[string]int{
	"TooManyRequestsException": http.StatusTooManyRequests,
	"MessageRejected":          http.StatusBadRequest,
	"BadRequestException":      http.StatusBadRequest,
}

// fault makes the next sends fail: {"error": "TooManyRequestsException", "times": 3}.
func (s *Sink) fault(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Error string `json:"error"`
		Times int    `json:"times"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in)
	if err != nil || faultStatus[in.Error] == 0 || in.Times < 0 || in.Times > 1000 {
		http.Error(w, `want {"error": "TooManyRequestsException", "MessageRejected" or "BadRequestException", "times": 0 to 1000}`, http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.Repeat([]string{in.Error}, in.Times)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sink) nextFault() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 {
		return ""
	}
	name := s.faults[0]
	s.faults = s.faults[1:]
	return name
}

// refuse answers in the REST JSON error form of the SDKs.
func refuse(w http.ResponseWriter, status int, typ, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", typ)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}

// base64Lines wraps base64 at 76 characters (RFC 2045, section 6.8).
func base64Lines(b []byte) string {
	text := base64.StdEncoding.EncodeToString(b)
	var out strings.Builder
	for len(text) > 76 {
		out.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return out.String() + text
}
