package wire

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/functions/internal/issuekeys"
	keyservice "github.com/courtoffice/courtoffice/infra/local/kms"
	"github.com/courtoffice/courtoffice/shared/kms"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/receipttest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// published keeps what is published with its office.
type published struct{ *office }

func (p published) Put(_ context.Context, _ string, body []byte, _, _ string) error {
	p.keys = body
	return nil
}

// signing has functions that sign find a key service, and keys for the day of o and as many more days.
func (o *office) signing(more ...time.Duration) {
	o.Helper()
	if o.service == nil {
		var err error
		if o.service, err = keyservice.Open(""); err != nil {
			o.Fatal(err)
		}
		server := httptest.NewServer(o.service)
		o.Cleanup(server.Close)
		for name, value := range map[string]string{
			"AWS_ENDPOINT_URL_KMS": server.URL, functions.EnvSigningRoot: keyservice.RootKey, functions.EnvSigningKeys: keyservice.EnvelopeKey, functions.EnvEarlierKeys: "",
		} {
			o.Setenv(name, value)
		}
	}
	client := (&App{cfg: environment.Config{Region: "eu-central-1"}}).kms()
	svc := issuekeys.Service{
		Root: kms.NewRoot(client, keyservice.RootKey), Envelope: kms.NewEnvelope(client, keyservice.EnvelopeKey),
		Keys: store.NewSigningKeys(o.db, o.name(schema.Site)), Public: published{o},
	}
	for _, after := range append([]time.Duration{0}, more...) {
		if _, _, err := svc.Run(o.Context(), o.at.Add(after), schema.PublishedKeys); err != nil {
			o.Fatal(err)
		}
	}
}

// publishedKeys is what was last published of the office's keys.
func (o *office) publishedKeys() receipt.Published {
	o.Helper()
	keys, err := receipt.ParsePublished(o.keys)
	if err != nil || len(keys.Roots) == 0 {
		o.Fatalf("%+v, %v", keys, err)
	}
	return keys
}

// TestRecordedKeys replays the clock's payload: keys are made, what verifies them is published, and the
// function says how they stand.
func TestRecordedKeys(t *testing.T) {
	o := newOffice(t)
	client, bucket := engine.S3ForTest(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", *client.Options().BaseEndpoint)
	t.Setenv(schema.Status.Env, bucket)
	o.at = time.Date(2026, 11, 20, 7, 15, 0, 0, time.UTC)
	o.signing() // of other days
	earlier := receipttest.Private(3).Public().(ed25519.PublicKey)
	t.Setenv(functions.EnvEarlierKeys, "interruption:"+base64.StdEncoding.EncodeToString(earlier))
	run := o.app(t, "issue-keys").IssueKeys()
	for range 2 { // a repeat changes nothing
		if _, err := run(t.Context(), payload(t, "issue-keys/keys.json")); err != nil {
			t.Fatal(err)
		}
	}
	out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: ptr(schema.PublishedKeys)})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.ParsePublished(body)
	if err != nil || len(keys.Roots) != 1 || len(keys.Keys) != 1 || keys.Keys[0].Purpose != receipt.ForInterruptions || !keys.Keys[0].PublicKey.Equal(earlier) || *out.ContentType != "application/json" {
		t.Errorf("%s, %v", body, err)
	}
	ring, err := store.NewSigningKeys(o.db, o.name(schema.Site)).Ring(t.Context(), time.Date(2026, 11, 22, 7, 15, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for _, k := range ring.Keys {
		if k.Day == "2026-11-22" {
			made++
		}
	}
	o.mu.Lock()
	log := o.log.String()
	o.mu.Unlock()
	if made != len(receipt.Purposes) || !strings.Contains(log, `"KeyAge":22500,"KeyLeft":236700`) {
		t.Errorf("%d keys; the log: %s", made, log)
	}
}
