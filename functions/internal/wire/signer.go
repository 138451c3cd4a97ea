package wire

import (
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// acts reads signed acts under a policy: eds.SignIn() for signing in, eds.Filing() for the
// rest, each with the bounds of Policy.Online.
func (a *App) acts(policy eds.Policy) signer.Acts {
	return signer.Acts{Verifier: a.verifier(policy), ChallengeKey: a.cfg.ChallengeKey, Office: a.cfg.PortalURL}
}

// verifier verifies against the trust folder's anchors and CRLs; it asks no network.
func (a *App) verifier(policy eds.Policy) *eds.Verifier {
	return &eds.Verifier{Trust: a.trust(), Policy: policy}
}
