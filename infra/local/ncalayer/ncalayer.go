// Package ncalayer is a software NCALayer: the program of Kazakhstan's National Certification
// Authority that signs for web pages on the user's own machine, with test keys in place of the
// user's.
//
// It speaks NCALayer's websocket wire (as the public client ncalayer-js-client
// uses it) at / and serves its window as the page /_ncalayer, where the tester chooses what the
// next requests are signed with: one of the keys at once, a question for every request, or a
// refusal. Start with New, then serve Handler on a loopback listener.
//
// It differs from NCALayer in that it accepts test keys whatever the request's chain says, signs
// with expired keys too (a tester needs bad signatures), and serves only pages that are
// themselves on a loopback address. It signs no XML and no hashes.
package ncalayer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// What the tester may choose instead of a key.
const (
	Ask    = "ask"    // every request waits for the tester's click
	Cancel = "cancel" // every request is cancelled, as if the tester closed the window
)

// version is what NCALayer of 2024-2026 greets with.
const version = "1.4"

// Server holds the keys and the tester's choice. Its methods may be called concurrently.
type Server struct {
	ctx    context.Context
	end    context.CancelFunc
	stamps *edstest.Key  // time-stamping authority, or nil
	window chan struct{} // holds one token: NCALayer opens one window at a time

	mu      sync.Mutex
	keys    []key
	choice  string
	lang    string
	asked   int
	pending *pending
	history []event
}

// pending is a request that waits for the tester's click.
type pending struct {
	id     int
	want   request
	fit    []key
	answer chan string // a key's name, or "" to cancel; takes one answer
}

// event is a line of the chooser's history.
type event struct {
	At      time.Time `json:"at"`
	Origin  string    `json:"origin"`
	Method  string    `json:"method"`
	Outcome string    `json:"outcome"` // a key's name, "cancel" or "unfit"
}

// New returns a server with the test keys of a folder (edstest.LoadKeys), in the order of its
// keys.json. The first one is chosen. Time stamps come from ../authority/tsa-gost.pem, if that is
// there.
func New(keysDir string) (*Server, error) {
	entries, err := edstest.LoadEntries(keysDir)
	if err != nil {
		return nil, err
	}
	keys, err := edstest.LoadKeys(keysDir)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("ncalayer: no keys in %s", keysDir)
	}
	ctx, end := context.WithCancel(context.Background())
	s := &Server{ctx: ctx, end: end, window: make(chan struct{}, 1), lang: "kk", choice: entries[0].Name}
	data, err := os.ReadFile(filepath.Join(keysDir, "..", "authority", "tsa-gost.pem"))
	if err == nil {
		s.stamps, err = edstest.ParsePEM(data)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("ncalayer: time-stamping authority: %w", err)
	}
	for _, e := range entries {
		if err := s.Add(keys[e.Name]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Add offers one more key, such as one from edstest.LoadPKCS12. k.Name must be set; a key of the
// same name is replaced.
//
// Errors: of reading the certificate.
func (s *Server) Add(k *edstest.Key) error {
	added, err := newKey(k)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = slices.DeleteFunc(s.keys, func(old key) bool { return old.Name == k.Name })
	s.keys = append(s.keys, added)
	return nil
}

// offered returns the keys on offer.
func (s *Server) offered() []key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.keys)
}

// Choose sets what the next requests are signed with: a key's name, Ask or Cancel.
func (s *Server) Choose(choice string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := slices.ContainsFunc(s.keys, func(k key) bool { return k.Name == choice })
	if !known && choice != Ask && choice != Cancel {
		return fmt.Errorf("ncalayer: no key %q", choice)
	}
	s.choice = choice
	return nil
}

// Close ends every connection and every request that waits.
func (s *Server) Close() { s.end() }

// Handler serves the websocket at / and the chooser under /_ncalayer, to pages of this machine.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.connect)
	mux.HandleFunc("GET /_ncalayer", s.chooser)
	mux.HandleFunc("GET /_ncalayer/state", s.state)
	mux.HandleFunc("POST /_ncalayer/key", s.postKey)
	mux.HandleFunc("POST /_ncalayer/request", s.postAnswer)
	return Local(mux)
}

// Local serves next to pages of this machine. Requests whose Host or Origin is not a loopback address
// get 403: a page from elsewhere must not sign with keys of this machine, and a name that was
// rebound to 127.0.0.1 is a page from elsewhere.
func Local(next http.Handler) http.Handler {
	protected := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.Host) || !loopbackOrigin(r.Header.Get("Origin")) {
			http.Error(w, "only pages on a loopback address may sign here", http.StatusForbidden)
			return
		}
		protected.ServeHTTP(w, r)
	})
}

// loopbackOrigin reports whether a page of that origin is served from this machine. Programs
// that are not browsers send no origin.
func loopbackOrigin(origin string) bool {
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && loopback(u.Host)
}

func loopback(hostport string) bool {
	u := url.URL{Host: hostport}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// choose is the window: it returns the key the tester signs w with, or false if the tester
// cancels or no key fits the request, where NCALayer's window also leaves nothing but cancel.
// It waits while another request is being answered, and fails only if ctx ends.
func (s *Server) choose(ctx context.Context, w request) (key, bool, error) {
	select {
	case s.window <- struct{}{}:
		defer func() { <-s.window }()
	case <-ctx.Done():
		return key{}, false, ctx.Err()
	}
	fit := slices.DeleteFunc(s.offered(), func(k key) bool { return !w.fits(k) })
	s.mu.Lock()
	choice := s.choice
	if w.lang != "" {
		s.lang = w.lang
	}
	s.mu.Unlock()
	if choice == Ask {
		var err error
		if choice, err = s.ask(ctx, w, fit); err != nil {
			return key{}, false, err
		}
	}
	if choice == Cancel {
		s.record(w, Cancel)
		return key{}, false, nil
	}
	i := slices.IndexFunc(fit, func(k key) bool { return k.Name == choice })
	if i < 0 {
		s.record(w, "unfit")
		return key{}, false, nil
	}
	s.record(w, choice)
	return fit[i], true, nil
}

// ask shows w in the chooser and returns the tester's answer.
func (s *Server) ask(ctx context.Context, w request, fit []key) (string, error) {
	s.mu.Lock()
	s.asked++
	p := &pending{id: s.asked, want: w, fit: fit, answer: make(chan string, 1)}
	s.pending = p
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.pending = nil
		s.mu.Unlock()
	}()
	select {
	case choice := <-p.answer:
		return choice, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// record keeps the last lines of the history.
func (s *Server) record(w request, outcome string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.history = append(s.history, event{At: time.Now(), Origin: w.origin, Method: w.method, Outcome: outcome})
	if len(s.history) > 20 {
		s.history = s.history[len(s.history)-20:]
	}
}
