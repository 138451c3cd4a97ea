package wire

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/functions/internal/trust"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// listGrace is how long the acts of people go on with lists that have ended. The NCA makes a new list
// each day, three hours before the old one ends, so an outage that begins at the worst moment may
// last 39 hours. The alarm sounds in its first.
const listGrace = 36 * time.Hour

// acts reads signed acts under a policy: eds.SignIn() for signing in, eds.Filing() for the
// rest, each with the bounds of Policy.Online.
func (a *App) acts(policy eds.Policy) signer.Acts {
	policy.ListGrace = listGrace
	return signer.Acts{Verifier: a.verifier(policy), ChallengeKey: a.cfg.ChallengeKey, IndexKey: a.cfg.IndexKey, Office: a.cfg.PortalURL}
}

// verifier verifies with the lists of the moment. It asks no network but the responder of its row, if
// there is one, when the lists fail.
func (a *App) verifier(policy eds.Policy) timed {
	v := &trust.Verifier{Current: a.trust(), Policy: policy}
	if a.cfg.OCSPURL != "" {
		v.Ask = trust.NewResponder(a.cfg.OCSPURL, trust.SigningIn, time.Now).Ask
	}
	return timed{v, &a.verified}
}

// timed keeps how long the last verification took, and by which algorithm. On Lambda a process has one
// request at a time, so that it is that request's: see App.measured.
type timed struct {
	*trust.Verifier
	last *atomic.Pointer[metric.Value]
}

func (t timed) Verify(in eds.Signed) (*eds.Report, error) {
	begin := time.Now()
	rep, err := t.Verifier.Verify(in)
	took := metric.Value{Name: metric.VerifyTime, Value: float64(time.Since(begin).Microseconds()) / 1000, By: "Algorithm", Is: "none"}
	if rep != nil && len(rep.Signers) > 0 && rep.Signers[0].Algorithm != "" {
		took.Is = rep.Signers[0].Algorithm
	}
	t.last.Store(&took)
	return rep, err
}

// measured adds the time of a request's verification to its log line.
func (a *App) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if took := a.verified.Swap(nil); took != nil {
			httpapi.Measure(r.Context(), *took)
		}
	})
}

// trust is whom the function believes: what is in its package, with the lists of the trust bucket.
func (a *App) trust() *trust.Current {
	if a.current == nil {
		every := time.Duration(a.cfg.ListsEvery * float64(time.Second))
		a.current = trust.Open(context.Background(), environment.MustAuthorities(a.cfg, a.log), a.lists(), every, a.log.With("fn", a.fn.Name))
	}
	return a.current
}

func (a *App) lists() *documents.Lists { return documents.NewLists(a.s3(), a.cfg.TrustBucket) }
