package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/functions/internal/verifier"
)

// Verifier is the function verifier as its main builds it, without this package: see there.
func (a *App) Verifier() http.Handler {
	h, err := verifier.Handler(a.log, a.cfg.OriginKeys, environment.MustAuthorities(a.cfg, a.log).Certificates())
	if err != nil {
		environment.End(a.log, err)
	}
	return h
}
