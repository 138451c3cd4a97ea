package wire

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/probe"
	"github.com/courtoffice/courtoffice/shared/awsjson"
	"github.com/courtoffice/courtoffice/shared/client"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/outage"
)

// Probe builds the function probe.
func (a *App) Probe() func(context.Context, json.RawMessage) (any, error) {
	svc := &probe.Service{Office: a.cfg.PortalURL, Key: a.probeKey, Record: documents.NewRecord(a.s3(), a.cfg.OutagesBucket)}
	return scheduled(a, noEvent, map[string]func(context.Context, time.Time) error{
		"probe": func(ctx context.Context, due time.Time) error {
			r, err := svc.Run(ctx, due)
			a.probed(ctx, r, due)
			return err
		},
	})
}

// probeKey reads the key that the probe signs in with, each time: it may have been replaced, as a
// certificate is each year.
func (a *App) probeKey(ctx context.Context) (client.Signer, error) {
	cfg, endpoint := a.aws("SECRETS_MANAGER")
	service := awsjson.Client{
		Service: "secretsmanager", Target: "secretsmanager", Region: cfg.Region, Credentials: cfg.Credentials, Patience: 2 * time.Second, Most: 128 << 10,
	}
	if endpoint != nil {
		service.Endpoint = *endpoint
	}
	var secret struct{ SecretString string }
	if err := service.Call(ctx, "GetSecretValue", map[string]string{"SecretId": a.cfg.ProbeKey}, &secret); err != nil {
		return nil, err
	}
	key, err := parseProbeKey(secret.SecretString)
	if err != nil {
		return nil, err
	}
	return func(document []byte) (string, error) {
		cms, err := key.SignCMS(document, edstest.Attached)
		return base64.StdEncoding.EncodeToString(cms), err
	}, nil
}

// parseProbeKey reads the secret: JSON of a key file as the NCA issues it, {"pkcs12": base64, "password": …},
// or of a key and certificate that are not, {"pem": …}. Errors never quote it.
func parseProbeKey(secret string) (*edstest.Key, error) {
	var in struct {
		PKCS12   []byte `json:"pkcs12"`
		Password string `json:"password"`
		PEM      string `json:"pem"`
	}
	if json.Unmarshal([]byte(secret), &in) != nil || (len(in.PKCS12) == 0) == (in.PEM == "") {
		return nil, fmt.Errorf(`probe: the secret is not {"pkcs12": …, "password": …} or {"pem": …}`)
	}
	if in.PEM != "" {
		return edstest.ParsePEM([]byte(in.PEM))
	}
	return edstest.LoadPKCS12(in.PKCS12, in.Password)
}

// probed logs what is not well and writes the metrics that functions.ProbeAlarms watch.
func (a *App) probed(ctx context.Context, r probe.Report, at time.Time) {
	for _, p := range outage.Probes {
		if why := r.Why[p.Name]; why != nil {
			a.log.LogAttrs(ctx, slog.LevelWarn, "probe", slog.String("fn", a.fn.Name), slog.String("probe", p.Name),
				slog.String("result", string(r.Results[p.Name])), slog.String("error", why.Error()))
		}
	}
	for _, o := range r.Begun {
		a.log.LogAttrs(ctx, slog.LevelError, "outage", slog.String("fn", a.fn.Name), slog.String("id", o.ID))
	}
	for _, o := range r.Ended {
		a.log.LogAttrs(ctx, slog.LevelInfo, "outage over", slog.String("fn", a.fn.Name), slog.String("id", o.ID), slog.Int("failed", o.Failed))
	}
	a.metrics(ctx, at, metric.Value{Name: metric.ProbesDown, Value: float64(r.Count(outage.Down))},
		metric.Value{Name: metric.ProbesBlind, Value: float64(r.Count(outage.Unknown))})
}
