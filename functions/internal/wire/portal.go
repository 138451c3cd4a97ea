package wire

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/portal"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/openapi"
	"github.com/courtoffice/courtoffice/shared/public"
	"github.com/courtoffice/courtoffice/shared/store"
)

// pages is the portal's service but for where documents are uploaded to.
func (a *App) pages() *portal.Service {
	return &portal.Service{
		Windows:     store.NewMaintenance(a.dynamo(), a.cfg.SiteTable),
		Office:      publisher(a.cfg.Publisher),
		Agreements:  agreements{store.NewSite(a.dynamo(), a.cfg.SiteTable)},
		NCALayerURL: a.cfg.NCALayerURL,
		SupportMail: a.cfg.SupportMail,
		TestKeys:    a.cfg.Stage != "production",
	}
}

// Portal builds the function portal.
func (a *App) Portal() http.Handler {
	svc := a.pages()
	svc.UploadOrigin, svc.API, svc.Document = a.uploadOrigin(), openapi.Parsed, openapi.Compact
	return a.routes(map[string]http.Handler{"GET /{path...}": svc.Handler(), "HEAD /{path...}": svc.Handler()})
}

// public is a bucket that readers have through the edge.
func (a *App) public(bucket string) *public.Bucket {
	cfg, endpoint := a.aws("S3")
	b := &public.Bucket{Name: bucket, Region: cfg.Region, Credentials: cfg.Credentials}
	if endpoint != nil {
		b.Endpoint = *endpoint
	}
	return b
}

// publisher reads who publishes the pages. What can't be read is left out: a wrong telephone number
// must not take the office down.
func publisher(configured string) portal.Office {
	var office portal.Office
	if configured == "" {
		return office
	}
	if err := json.Unmarshal([]byte(configured), &office); err != nil {
		slog.Error("PUBLISHER is not read", "error", err)
	}
	return office
}

// uploadOrigin is where presigned uploads of the documents bucket go.
func (a *App) uploadOrigin() string {
	cfg, endpoint := a.aws("S3")
	if endpoint == nil {
		return "https://" + a.cfg.DocumentsBucket + ".s3." + cfg.Region + ".amazonaws.com"
	}
	u, err := url.Parse(*endpoint)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// agreements shows the store's versions as the portal's pages want them.
type agreements struct{ site *store.Site }

func (a agreements) Agreement(ctx context.Context, lang locale.Lang) (portal.AgreementPage, error) {
	at := httpapi.ReceivedAt(ctx)
	versions, err := a.site.Agreements(ctx, at)
	if err != nil {
		return portal.AgreementPage{}, err
	}
	inForce, ok := agreement.InForce(versions, at)
	if !ok {
		return portal.AgreementPage{}, agreement.ErrNotInForce
	}
	var page portal.AgreementPage
	if page.InForce, err = a.text(ctx, inForce, lang); err != nil {
		return portal.AgreementPage{}, err
	}
	if coming, ok := agreement.Coming(versions, at); ok {
		text, err := a.text(ctx, coming, lang)
		if err != nil {
			return portal.AgreementPage{}, err
		}
		page.Coming = &text
	}
	return page, nil
}

func (a agreements) Versions(ctx context.Context) (ids []string, _ error) {
	versions, err := a.site.Agreements(ctx, httpapi.ReceivedAt(ctx))
	for _, v := range versions {
		ids = append(ids, v.ID)
	}
	return ids, err
}

func (a agreements) text(ctx context.Context, v agreement.Version, lang locale.Lang) (portal.AgreementText, error) {
	t, err := a.site.AgreementText(ctx, v.ID, lang)
	return portal.AgreementText{
		ID: v.ID, Markdown: t.Markdown, SHA256: t.SHA256, PublishedAt: v.PublishedAt, EffectiveAt: v.EffectiveAt,
	}, err
}

func (a agreements) Version(ctx context.Context, id string, lang locale.Lang) (portal.AgreementText, error) {
	// A version published a moment ago is not in the list this process remembers.
	for _, list := range []func(context.Context, time.Time) ([]agreement.Version, error){a.site.Agreements, a.site.FreshAgreements} {
		versions, err := list(ctx, httpapi.ReceivedAt(ctx))
		if err != nil {
			return portal.AgreementText{}, err
		}
		for _, v := range versions {
			if v.ID == id {
				return a.text(ctx, v, lang)
			}
		}
	}
	return portal.AgreementText{}, agreement.ErrNotInForce
}
