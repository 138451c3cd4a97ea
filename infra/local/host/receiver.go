package host

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// receiverPath is where one sees what the host's receiver has got, and says how it answers.
const receiverPath = "/_local/receiver"

// receiver plays the programs of organisations: hosts of the name "test", "https://zan.test/court" for instance,
// on TLS with a root of its own, and nothing else.
type receiver struct {
	address string
	root    string // DER, base64

	mu      sync.Mutex
	got     []Post
	answers map[string]int // by host: the status, 204 where there is none
}

// Post is what came to the receiver.
type Post struct {
	Host   string      `json:"host"`
	Path   string      `json:"path"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"` // base64
	At     time.Time   `json:"at"`
	Status int         `json:"status"` // as it was answered
}

const keptPosts = 500

// openReceiver starts it. It takes messages as long as the office runs.
func (h *Host) openReceiver(ctx context.Context) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	says := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"*.test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, says, says, key.Public(), key)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0).String())
	if err != nil {
		return err
	}
	h.receiver = &receiver{address: listener.Addr().String(), root: base64.StdEncoding.EncodeToString(der), answers: map[string]int{}}
	server := &http.Server{Handler: h.receiver, ReadHeaderTimeout: 5 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	secure := tls.NewListener(listener, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	go func() {
		if err := server.Serve(secure); !errors.Is(err, http.ErrServerClosed) {
			h.fail(err)
		}
	}()
	h.atStop(func() { server.Close() })
	return nil
}

// trial is RECEIVERS of the functions.
func (r *receiver) trial() string { return r.address + " " + r.root }

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, q.Body, 1<<16))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := Post{Host: q.Host, Path: q.URL.RequestURI(), Header: q.Header, Body: body, At: time.Now(), Status: http.StatusNoContent}
	if status, ok := r.answers[q.Host]; ok {
		p.Status = status
	}
	if r.got = append(r.got, p); len(r.got) > keptPosts {
		r.got = r.got[1:]
	}
	w.WriteHeader(p.Status)
}

// posts lists what came, the oldest first.
func (r *receiver) posts(w http.ResponseWriter, _ *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	writeJSON(w, append([]Post{}, r.got...))
}

// answer takes {"host": "zan.test", "status": 503}: how it answers from then on.
func (r *receiver) answer(w http.ResponseWriter, q *http.Request) {
	var in struct {
		Host   string `json:"host"`
		Status int    `json:"status"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, q.Body, 1024)).Decode(&in); err != nil || in.Status < 200 || in.Status > 599 {
		http.Error(w, "a host and a status", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[in.Host] = in.Status
	writeJSON(w, in)
}
