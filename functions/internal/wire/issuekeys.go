package wire

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/issuekeys"
	"github.com/courtoffice/courtoffice/functions/internal/keyring"
	"github.com/courtoffice/courtoffice/shared/kms"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// IssueKeys builds the function issue-keys.
func (a *App) IssueKeys() func(context.Context, json.RawMessage) (any, error) {
	client := a.kms()
	svc := &issuekeys.Service{
		Root: kms.NewRoot(client, a.cfg.SigningRoot), Envelope: kms.NewEnvelope(client, a.cfg.SigningKeys),
		Keys: store.NewSigningKeys(a.dynamo(), a.cfg.SiteTable), Public: a.public(a.cfg.StatusBucket), Earlier: a.earlierKeys(),
	}
	return scheduled(a, noEvent, map[string]func(context.Context, time.Time) error{
		"keys": func(ctx context.Context, due time.Time) error {
			r, known, err := svc.Run(ctx, due, schema.PublishedKeys)
			if r.Made > 0 {
				a.log.LogAttrs(ctx, slog.LevelInfo, "keys made", slog.String("fn", a.fn.Name), slog.Int("keys", r.Made))
			}
			if known {
				a.metrics(ctx, due, metric.Value{Name: metric.KeyAge, Value: r.Age.Seconds()}, metric.Value{Name: metric.KeyLeft, Value: r.Left.Seconds()})
			}
			return err
		},
	})
}

// earlierKeys decodes EARLIER_KEYS. It ends the process when they are wrong.
func (a *App) earlierKeys() (out []receipt.Earlier) {
	for _, word := range strings.Fields(a.cfg.EarlierKeys) {
		purpose, text, _ := strings.Cut(word, ":")
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) != ed25519.PublicKeySize || !slices.Contains(receipt.Purposes, receipt.Purpose(purpose)) {
			a.log.Error("init", "error", "EARLIER_KEYS: "+word+" is no purpose and key")
			os.Exit(1)
		}
		out = append(out, receipt.NewEarlier(receipt.Purpose(purpose), key))
	}
	return out
}

// keyring has the keys of the function's purpose.
func (a *App) keyring(purpose receipt.Purpose) *keyring.Ring {
	return keyring.Open(context.Background(), keyring.Config{
		Keys: store.NewSigningKeys(a.dynamo(), a.cfg.SiteTable), Envelope: kms.NewEnvelope(a.kms(), a.cfg.SigningKeys),
		About: issuekeys.About(purpose), Purpose: purpose, Log: a.log.With("fn", a.fn.Name),
	}, a.clock())
}
