package webhook_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/receipttest"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

var at = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func ExampleOf() {
	e := webhook.Of(outbox.New(1, "case.notice", "c-1", "2026-11-22T09:00:00Z", map[string]string{"party": "p", "notice": "n-1", "what": "summon"}), "a-1")
	tasks, _ := e.Tasks("OUTBOX#1", []string{"h-1"})
	fmt.Println(tasks[0].ID[:12], string(tasks[0].Body()))
	// Output: 01a2027bd680 {"type":"case.notice","timestamp":"2026-11-22T09:00:00Z","data":{"hook":"h-1","account":"a-1","case":"c-1","act":"n-1","what":"summon"}}
}

// TestIDsAlone: of what the outbox knows of an event nothing passes but ids and codes, whatever its type.
func TestIDsAlone(t *testing.T) {
	secret := map[string]any{"ticketNo": "7F3K-92QH-X4TC", "courtCode": "secret", "reason": "secret", "to": "secret", "code": "secret", "holder": "secret", "judge": "secret", "number": "secret"}
	for _, row := range outbox.Rows {
		for _, typ := range row.Types {
			e := webhook.Of(outbox.New(1, typ, "of", "2026-11-22T09:00:00Z", secret), "a")
			tasks, err := e.Tasks("x", []string{"h"})
			if err != nil || strings.Contains(string(tasks[0].Body()), "secret") || strings.Contains(string(tasks[0].Body()), "7F3K") {
				t.Errorf("%s: %s %v", typ, tasks[0].Body(), err)
			}
			back, err := webhook.ParseTask(tasks[0].Encode())
			if err != nil || back != tasks[0] {
				t.Errorf("%s: %+v came back as %+v, %v", typ, tasks[0], back, err)
			}
		}
	}
	// A member of another shape is none.
	odd := webhook.Of(outbox.Event{Type: "filing.answered", Of: "f", At: "2026-11-22T09:00:00Z", Data: []byte(`{"step":{"a":1}}`)}, "a")
	if odd.Data.What != "" || odd.Data.Filing != "f" {
		t.Errorf("%+v", odd)
	}
	for _, body := range []string{"", "{}", "null", `{"id":"x","event":{"data":{"hook":"h"}}}`} {
		if _, err := webhook.ParseTask(body); err == nil {
			t.Errorf("%q is a task", body)
		}
	}
}

// TestIDs: the same event has one id; ids sort by when events were.
func TestIDs(t *testing.T) {
	id := func(typ, at, account, place string) string {
		e := webhook.Event{Type: typ, At: at, Data: webhook.Data{Account: account}}
		s, err := e.ID(place)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := id("a", "2026-11-22T09:00:00.001Z", "x", "p")
	if first != id("a", "2026-11-22T09:00:00.001Z", "x", "p") {
		t.Error("an event has two ids")
	}
	seen := map[string]bool{first: true}
	for _, other := range []string{id("b", "2026-11-22T09:00:00.001Z", "x", "p"), id("a", "2026-11-22T09:00:00.001Z", "y", "p"), id("a", "2026-11-22T09:00:00.001Z", "x", "q"), id("a", "2026-11-22T09:00:00.002Z", "x", "p")} {
		if seen[other] {
			t.Errorf("two events are %s", other)
		}
		seen[other] = true
	}
	if later := id("a", "2026-11-22T09:00:00.002Z", "x", "p"); later <= first {
		t.Errorf("%s is before %s", later, first)
	}
	if _, err := (webhook.Event{At: "now"}).ID(""); err == nil {
		t.Error("no instant has an id")
	}
}

func TestVerify(t *testing.T) {
	root := receipttest.NewRoot(t)
	keys := receipt.Published{Version: 1, Roots: []receipt.Root{root.Public(t, at.Add(-time.Hour))}}
	key := root.Key(t, 1, receipt.ForWebhooks, at.Add(-time.Hour), at.Add(time.Hour))
	task := webhook.Task{ID: "019aaab35200aa", Event: webhook.Event{Type: "filing.sent", At: "2026-11-22T09:00:00Z", Data: webhook.Data{Hook: "h", Account: "a", Filing: "f"}}}
	good := func() http.Header { return webhook.Sign(key, task.ID, task.Body(), at) }

	id, e, err := webhook.Verify(keys, "h", good(), task.Body(), at.Add(webhook.Tolerance))
	if err != nil || id != task.ID || e != task.Event {
		t.Fatalf("%s %+v %v", id, e, err)
	}
	set := func(name, value string) http.Header {
		h := good()
		h.Set(name, value)
		return h
	}
	by := func(purpose receipt.Purpose, from time.Time, r *receipttest.Root) http.Header {
		return webhook.Sign(r.Key(t, 2, purpose, from, from.Add(2*time.Hour)), task.ID, task.Body(), at)
	}
	stranger := receipttest.NewRoot(t)
	other := root.Key(t, 3, receipt.ForWebhooks, at.Add(-time.Hour), at.Add(time.Hour))
	for name, c := range map[string]struct {
		hook string
		h    http.Header
		body string
		now  time.Time
		want error
	}{
		"another hook's":          {"other", good(), string(task.Body()), at, webhook.ErrHook},
		"altered body":            {"h", good(), strings.Replace(string(task.Body()), `"f"`, `"g"`, 1), at, webhook.ErrSignature},
		"altered id":              {"h", set(webhook.IDHeader, "x"), string(task.Body()), at, webhook.ErrSignature},
		"no id":                   {"h", set(webhook.IDHeader, ""), string(task.Body()), at, webhook.ErrSignature},
		"altered timestamp":       {"h", set(webhook.TimestampHeader, fmt.Sprint(at.Unix()+1)), string(task.Body()), at, webhook.ErrSignature},
		"timestamp written twice": {"h", set(webhook.TimestampHeader, "+"+fmt.Sprint(at.Unix())), string(task.Body()), at, webhook.ErrSignature},
		"late":                    {"h", good(), string(task.Body()), at.Add(webhook.Tolerance + time.Second), webhook.ErrTime},
		"early":                   {"h", good(), string(task.Body()), at.Add(-webhook.Tolerance - time.Second), webhook.ErrTime},
		"of a shared secret":      {"h", set(webhook.SignatureHeader, "v1,"+base64.StdEncoding.EncodeToString(make([]byte, 32))), string(task.Body()), at, webhook.ErrSignature},
		"unsigned":                {"h", set(webhook.SignatureHeader, ""), string(task.Body()), at, webhook.ErrSignature},
		"no certificate":          {"h", set(webhook.CertificateHeader, ""), string(task.Body()), at, receipt.ErrCertificate},
		"another's certificate":   {"h", set(webhook.CertificateHeader, base64.StdEncoding.EncodeToString(other.Certificate)), string(task.Body()), at, webhook.ErrSignature},
		"a key of receipts":       {"h", by(receipt.ForReceipts, at.Add(-time.Hour), root), string(task.Body()), at, receipt.ErrPurpose},
		"a key of later":          {"h", by(receipt.ForWebhooks, at.Add(time.Minute), root), string(task.Body()), at, receipt.ErrNotInForce},
		"a stranger's key":        {"h", by(receipt.ForWebhooks, at.Add(-time.Hour), stranger), string(task.Body()), at, receipt.ErrRoot},
	} {
		if _, _, err := webhook.Verify(keys, c.hook, c.h, []byte(c.body), c.now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

var addresses = []struct{ typed, kept string }{
	{"https://hooks.zan.kz/office", "https://hooks.zan.kz/office"},
	{"https://HOOKS.Zan.kz", "https://hooks.zan.kz/"},
	{"https://hooks.zan.kz:443/a?b=c", "https://hooks.zan.kz/a?b=c"},
	{"https://сот.қаз/ү", "https://xn--n1afe.xn--80ao21a/%D2%AF"},
	{"HTTPS://zan.kz/", "https://zan.kz/"},
	{"http://zan.kz/", ""}, {"ftp://zan.kz/", ""}, {"//zan.kz/", ""}, {"zan.kz", ""}, {"https:zan.kz", ""}, {"https:///x", ""}, {"", ""},
	{"https://zan.kz:8443/", ""}, {"https://zan.kz:/", ""}, {"https://zan.kz:0443/", ""},
	{"https://user@zan.kz/", ""}, {"https://u:p@zan.kz/", ""}, {"https://@zan.kz/", ""}, {"https://zan.kz/#part", ""}, {"https://zan.kz/#", ""},
	{"https://8.8.8.8/", ""}, {"https://2130706433/", ""}, {"https://127.1/", ""}, {"https://0x7f.0x1/", ""}, {"https://[::1]/", ""}, {"https://[2606:4700::1111]/", ""},
	{"https://localhost/", ""}, {"https://a.localhost/", ""}, {"https://zan/", ""}, {"https://zan.local/", ""}, {"https://metadata.google.internal/", ""}, {"https://1.0.168.192.in-addr.arpa/", ""},
	{"https://zan.kz./", ""}, {"https://.zan.kz/", ""}, {"https://zan..kz/", ""}, {"https://-zan.kz/", ""}, {"https://za_n.kz/", ""},
	{"https://zan.kz/a b", ""}, {"https://zan.kz/\n", ""}, {" https://zan.kz/", ""}, {"https://zan.kz\\@evil.kz/", ""}, {"https://１２７.１/", ""}, {"https://ⓛocalhost/", ""}, {"https://0.\xb7", ""},
	{"https://zan.kz/" + strings.Repeat("a", 500), ""}, {"https://" + strings.Repeat("a", 64) + ".kz/", ""},
}

func TestParseAddress(t *testing.T) {
	for _, c := range addresses {
		got, err := webhook.ParseAddress(c.typed)
		if got != c.kept || (err == nil) != (c.kept != "") || err != nil && !errors.Is(err, webhook.ErrAddress) {
			t.Errorf("%q: %q, %v; want %q", c.typed, got, err, c.kept)
		}
	}
}

// FuzzParseAddress: what is kept is read again as the same, and names no number, port, user or fragment.
func FuzzParseAddress(f *testing.F) {
	for _, c := range addresses {
		f.Add(c.typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		kept, err := webhook.ParseAddress(typed)
		if err != nil {
			return
		}
		if again, err := webhook.ParseAddress(kept); err != nil || again != kept {
			t.Fatalf("%q is kept as %q and read as %q, %v", typed, kept, again, err)
		}
		host, _, _ := strings.Cut(strings.TrimPrefix(kept, "https://"), "/")
		host, _, _ = strings.Cut(host, "?")
		if _, err := netip.ParseAddr(host); err == nil || strings.ContainsAny(host, ":@[]#% ") || !strings.Contains(host, ".") {
			t.Fatalf("%q has the host %q", typed, host)
		}
	})
}

func TestPublic(t *testing.T) {
	for ip, want := range map[string]bool{
		"8.8.8.8": true, "2.72.0.1": true, "2606:4700:4700::1111": true, "2a00:1450:4001::1": true, "223.255.255.255": true, "100.63.255.255": true, "100.128.0.0": true, "172.32.0.0": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.1.2.3": false, "100.64.0.1": false, "100.127.255.255": false, "127.0.0.1": false, "127.255.255.255": false, "169.254.169.254": false, "169.254.170.2": false,
		"172.16.0.1": false, "172.31.255.255": false, "192.0.0.1": false, "192.0.2.1": false, "192.88.99.1": false, "192.168.1.1": false, "198.18.0.1": false, "198.19.255.255": false,
		"198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::ffff:8.8.8.8": false, "::ffff:127.0.0.1": false, "::127.0.0.1": false, "64:ff9b::8.8.8.8": false, "64:ff9b:1::1": false, "100::1": false, "2001::1": false, "2001:db8::1": false,
		"2002:7f00:1::": false, "2002:808:808::1": false, "3fff::1": false, "fc00::1": false, "fd00:ec2::254": false, "fe80::1": false, "fe80::1%eth0": false, "2606:4700::1%eth0": false, "fec0::1": false, "ff02::1": false, "4000::1": false, "5f00::1": false,
	} {
		if got := webhook.Public(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %v", ip, got)
		}
	}
	if webhook.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// names answers every question about a name with the addresses of that turn, the last from then on.
func names(t *testing.T, turns ...string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	asked := 0
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Header.Response, m.Additionals = true, nil
			if q.Type == dnsmessage.TypeA {
				for _, ip := range strings.Fields(turns[min(asked, len(turns)-1)]) {
					m.Answers = append(m.Answers, dnsmessage.Resource{
						Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: netip.MustParseAddr(ip).As4()},
					})
				}
				asked++
			}
			if out, err := m.Pack(); err == nil {
				server.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// TestPrivateNames: a public name that leads home is not dialled, also where it did not the first time.
func TestPrivateNames(t *testing.T) {
	for name, turns := range map[string][]string{
		"loopback": {"127.0.0.1"}, "metadata": {"169.254.169.254"}, "private": {"10.0.0.1"}, "rebinding": {"127.0.0.1", "127.0.0.1"}, "both private": {"192.168.0.1 127.0.0.1"},
	} {
		p := &webhook.Poster{Resolver: names(t, turns...)}
		for range 2 {
			if o, status := p.Post(t.Context(), "https://hooks.zan.kz/", nil, nil); o != webhook.Private || status != 0 {
				t.Errorf("%s: %s %d", name, o, status)
			}
		}
	}
	if o, _ := (&webhook.Poster{Resolver: names(t, "")}).Post(t.Context(), "https://hooks.zan.kz/", nil, nil); o != webhook.NoName {
		t.Errorf("a name without an address: %s", o)
	}
	for _, address := range []string{"https://127.0.0.1/", "http://hooks.zan.kz/", "https://hooks.zan.kz:8443/", "HTTPS://hooks.zan.kz/"} {
		if o, _ := new(webhook.Poster).Post(t.Context(), address, nil, nil); o != webhook.Private {
			t.Errorf("%s: %s", address, o)
		}
	}
}

// TestRebinding: a name that is public when it is looked up and private when it is dialled the next moment is
// checked by what is dialled.
func TestRebinding(t *testing.T) {
	reached := atomic.Bool{}
	listener, err := net.Listen("tcp", "127.0.0.1:443")
	if err == nil { // where a test may take the port
		defer listener.Close()
		go func() {
			if c, err := listener.Accept(); err == nil {
				reached.Store(true)
				c.Close()
			}
		}()
	}
	resolver := names(t, "203.0.113.9", "127.0.0.1") // the first is special too: nothing leaves the machine
	p := &webhook.Poster{Resolver: resolver}
	for range 3 {
		if o, _ := p.Post(t.Context(), "https://rebind.zan.kz/", nil, nil); o != webhook.Private {
			t.Errorf("outcome %s", o)
		}
	}
	if reached.Load() {
		t.Error("the machine itself was reached")
	}
}

// receiver is a receiver of a trial under the name example.test, and what posts to it.
func receiver(t *testing.T, h http.HandlerFunc, versions ...uint16) *webhook.Poster {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	says := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"example.test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, says, says, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	if len(versions) > 0 {
		server.TLS.MinVersion, server.TLS.MaxVersion = versions[0], versions[0]
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	trial, err := webhook.ParseTrial(server.Listener.Addr().String() + " " + base64.StdEncoding.EncodeToString(der))
	if err != nil {
		t.Fatal(err)
	}
	return &webhook.Poster{Trial: trial}
}

func TestPost(t *testing.T) {
	followed := atomic.Bool{}
	p := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/taken":
			if string(body) != "{}" || r.Header.Get("Webhook-Id") != "7" || r.Method != "POST" || r.Host != "example.test" {
				w.WriteHeader(400)
			}
			w.Write(make([]byte, 1<<20)) // nobody reads it
		case "/moved":
			http.Redirect(w, r, "/followed", http.StatusTemporaryRedirect)
		case "/followed":
			followed.Store(true)
		case "/gone":
			w.WriteHeader(410)
		case "/cut":
			panic(http.ErrAbortHandler)
		case "/head":
			w.Header().Set("X", strings.Repeat("x", 100<<10))
		default:
			w.WriteHeader(503)
		}
	})
	for path, want := range map[string]struct {
		webhook.Outcome
		status int
	}{
		"taken": {webhook.Taken, 200}, "moved": {webhook.Moved, 307}, "gone": {webhook.Gone, 410}, "cut": {webhook.Closed, 0}, "head": {webhook.Closed, 0}, "other": {webhook.Answered, 503},
	} {
		o, status := p.Post(t.Context(), "https://example.test/"+path, http.Header{"Webhook-Id": {"7"}}, []byte("{}"))
		if o != want.Outcome || status != want.status {
			t.Errorf("%s: %s %d", path, o, status)
		}
	}
	if followed.Load() {
		t.Error("a redirect was followed")
	}
	if o, _ := p.Post(t.Context(), "https://stranger.test/", nil, nil); o != webhook.NoTLS {
		t.Errorf("a stranger's certificate: %s", o)
	}
}

func TestSlow(t *testing.T) {
	done := make(chan struct{})
	p := receiver(t, func(http.ResponseWriter, *http.Request) { <-done })
	defer close(done)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond) // Patience, and no longer
	defer cancel()
	if o, _ := p.Post(ctx, "https://example.test/", nil, nil); o != webhook.TooSlow {
		t.Errorf("outcome %s", o)
	}
}

// TestOldTLS: what speaks no TLS 1.2 is not spoken to.
func TestOldTLS(t *testing.T) {
	for version, want := range map[uint16]webhook.Outcome{tls.VersionTLS11: webhook.NoTLS, tls.VersionTLS12: webhook.Taken, tls.VersionTLS13: webhook.Taken} {
		p := receiver(t, func(http.ResponseWriter, *http.Request) {}, version)
		if o, _ := p.Post(t.Context(), "https://example.test/", nil, nil); o != want {
			t.Errorf("%s: %s", tls.VersionName(version), o)
		}
	}
}

// TestTrial: what a machine of trials is told leads to itself alone.
func TestTrial(t *testing.T) {
	if trial, err := webhook.ParseTrial(""); trial != nil || err != nil {
		t.Errorf("%v %v", trial, err)
	}
	for _, s := range []string{"10.0.0.1:443 MAo=", "127.0.0.1:443", "127.0.0.1:443 MAo=", "localhost:443 MAo=", "x"} {
		if trial, err := webhook.ParseTrial(s); err == nil {
			t.Errorf("%q: %v", s, trial)
		}
	}
	// Other names are held to the rule for everybody.
	p := receiver(t, func(http.ResponseWriter, *http.Request) {})
	p.Resolver = names(t, "127.0.0.1")
	if o, _ := p.Post(t.Context(), "https://hooks.zan.kz/", nil, nil); o != webhook.Private {
		t.Errorf("outcome %s", o)
	}
}

func TestHook(t *testing.T) {
	h := webhook.Hook{ID: "h"}
	for i, pause := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour} {
		now := at.Add(time.Duration(i) * time.Hour)
		var dead bool
		if h, dead = h.Tried(webhook.Answered, now); dead || h.Wait(now) != pause || h.Wait(now.Add(pause)) != 0 || h.Failures != i+1 || !h.Since.Equal(at) || !h.InForce() {
			t.Errorf("after %d failures %+v, wait %s", i+1, h, h.Wait(now))
		}
	}
	if again, dead := h.Tried(webhook.Taken, at); dead || again != (webhook.Hook{ID: "h"}) {
		t.Errorf("after a success %+v", again)
	}
	if last, dead := h.Tried(webhook.TooSlow, at.Add(webhook.Dead-time.Millisecond)); dead || !last.InForce() {
		t.Errorf("dead too soon: %+v", last)
	}
	paused, dead := h.Tried(webhook.TooSlow, at.Add(webhook.Dead))
	if !dead || paused.InForce() || paused.PausedBy != webhook.ByOffice {
		t.Errorf("not dead: %+v", paused)
	}
	if paused.Resumed() != (webhook.Hook{ID: "h"}) {
		t.Errorf("resumed: %+v", paused.Resumed())
	}
	if gone, dead := (webhook.Hook{}).Tried(webhook.Gone, at); !dead || gone.InForce() {
		t.Errorf("gone: %+v", gone)
	}
}
