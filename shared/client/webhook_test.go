package client_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/client"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/receipttest"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// TestReadNotice: what a receiver is told to do takes what the office signs, and nothing that is like it.
func TestReadNotice(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	root, stranger := receipttest.NewRoot(t), receipttest.NewRoot(t)
	keys, err := json.Marshal(receipt.Published{Version: 1, Roots: []receipt.Root{root.Public(t, at.Add(-time.Hour))}})
	if err != nil {
		t.Fatal(err)
	}
	task := webhook.Task{ID: "01", Event: webhook.Event{Type: "case.notice", At: "2026-11-22T08:59:00Z", Data: webhook.Data{Hook: "h", Account: "a", Case: "c", Act: "n", What: "serve"}}}
	by := func(r *receipttest.Root, purpose receipt.Purpose, from time.Time) http.Header {
		return webhook.Sign(r.Key(t, 1, purpose, from, from.Add(2*time.Hour)), task.ID, task.Body(), at)
	}
	good := func() http.Header { return by(root, receipt.ForWebhooks, at.Add(-time.Hour)) }
	n, err := client.ReadNotice(keys, "h", good(), task.Body(), at.Add(time.Minute))
	want := client.Notice{ID: "01", Type: "case.notice", At: at.Add(-time.Minute), Hook: "h", Account: "a", Case: "c", Act: "n", What: "serve"}
	if err != nil || n != want {
		t.Fatalf("%+v, %v", n, err)
	}
	set := func(name, value string) http.Header {
		h := good()
		h.Set(name, value)
		return h
	}
	certificate, err := base64.StdEncoding.DecodeString(good().Get(webhook.CertificateHeader))
	if err != nil {
		t.Fatal(err)
	}
	certificate[36]++ // its end
	for name, c := range map[string]struct {
		hook string
		h    http.Header
		body string
		now  time.Time
	}{
		"another hook's":      {"other", good(), string(task.Body()), at},
		"altered body":        {"h", good(), strings.Replace(string(task.Body()), `"c"`, `"d"`, 1), at},
		"altered id":          {"h", set(webhook.IDHeader, "02"), string(task.Body()), at},
		"altered timestamp":   {"h", set(webhook.TimestampHeader, "1795338001"), string(task.Body()), at},
		"unsigned":            {"h", set(webhook.SignatureHeader, ""), string(task.Body()), at},
		"no certificate":      {"h", set(webhook.CertificateHeader, ""), string(task.Body()), at},
		"altered certificate": {"h", set(webhook.CertificateHeader, base64.StdEncoding.EncodeToString(certificate)), string(task.Body()), at},
		"late":                {"h", good(), string(task.Body()), at.Add(6 * time.Minute)},
		"early":               {"h", good(), string(task.Body()), at.Add(-6 * time.Minute)},
		"a key of receipts":   {"h", by(root, receipt.ForReceipts, at.Add(-time.Hour)), string(task.Body()), at},
		"a key of later":      {"h", by(root, receipt.ForWebhooks, at.Add(time.Minute)), string(task.Body()), at},
		"before the root":     {"h", by(root, receipt.ForWebhooks, at.Add(-90*time.Minute)), string(task.Body()), at},
		"a stranger's key":    {"h", by(stranger, receipt.ForWebhooks, at.Add(-time.Hour)), string(task.Body()), at},
	} {
		_, err := client.ReadNotice(keys, c.hook, c.h, []byte(c.body), c.now)
		if !errors.Is(err, client.ErrNotice) {
			t.Errorf("%s: %v", name, err)
		}
		// The office's own reader says the same.
		published, _ := receipt.ParsePublished(keys)
		if _, _, err := webhook.Verify(published, c.hook, c.h, []byte(c.body), c.now); err == nil {
			t.Errorf("%s: the office takes it", name)
		}
	}
}
