package wire

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/courtoffice/courtoffice/functions/internal/mobilesigning"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// MobileSigning assembles the function mobile-signing.
func (a *App) MobileSigning() http.Handler {
	svc := &mobilesigning.Service{
		Phones:   store.NewPhones(a.dynamo(), a.cfg.AccountsTable),
		IndexKey: a.cfg.IndexKey, Office: a.cfg.PortalURL, Apps: strings.Fields(a.cfg.EGovMobile),
	}
	if err := json.Unmarshal([]byte(a.cfg.Publisher), &svc.Organisation); err != nil && a.cfg.Publisher != "" {
		a.log.Error("PUBLISHER is not read", "error", err)
	}
	const most = mobilesigning.MaxBody
	return a.routes(map[string]http.Handler{
		"POST /api/mobile-signing":                        httpapi.Limited(most, svc.Offer),
		"POST /api/mobile-signing/{id}/progress":          httpapi.Limited(most, svc.Progress),
		"POST /api/mobile-signing/{id}/digits":            httpapi.Limited(most, svc.Digits),
		"POST /api/mobile-signing/{id}/cancellation":      httpapi.Limited(most, svc.GiveUp),
		"GET /api/mobile-signing/{id}":                    httpapi.JSON(svc.Access),
		"GET /api/mobile-signing/{id}/document/{opening}": httpapi.JSON(svc.Package).Behind(svc.Phone),
		"PUT /api/mobile-signing/{id}/document/{opening}": httpapi.Limited(most, svc.Signed).Behind(svc.Phone),
	})
}
