package wire

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/issuekeys"
	keyservice "github.com/courtoffice/courtoffice/infra/local/kms"
	"github.com/courtoffice/courtoffice/shared/kms"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// unread takes what is published and shows it to nobody.
type unread struct{}

func (unread) Put(context.Context, string, []byte, string, string) error { return nil }

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
	client := (&App{cfg: Config{Region: "eu-central-1"}}).kms()
	svc := issuekeys.Service{
		Root: kms.NewRoot(client, keyservice.RootKey), Envelope: kms.NewEnvelope(client, keyservice.EnvelopeKey),
		Keys: store.NewSigningKeys(o.db, o.name(schema.Site)), Public: unread{},
	}
	for _, after := range append([]time.Duration{0}, more...) {
		if _, _, err := svc.Run(o.Context(), o.at.Add(after), schema.PublishedKeys); err != nil {
			o.Fatal(err)
		}
	}
}

// publishedKeys is what a route answers of the office's keys.
func (o *office) publishedKeys(route string) (keys receipt.Published) {
	o.Helper()
	if err := json.Unmarshal([]byte(o.want(o.call(route, nil), 200, "").raw), &keys); err != nil || len(keys.Roots) == 0 {
		o.Fatalf("%+v, %v", keys, err)
	}
	return keys
}
