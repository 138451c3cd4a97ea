package act

import (
	"slices"

	"github.com/courtoffice/courtoffice/shared/audit"
)

// Administration is what an administrator does that changes the office for others. All of it is
// compared with the request that the signature comes with.
type Administration struct {
	Act    audit.Act `json:"act"`
	Detail string    `json:"detail"` // of the act: a right, a status before, the SHA-256 of what is published, in hex
	Of     string    `json:"of"`     // whom or what it is done to, as the administrator was shown it
	Reason string    `json:"reason"` // as the audit keeps it
	Target string    `json:"target"` // id of the same

	Withheld string `json:"withheld,omitempty"` // why the person is not told, where the law forbids it
}

// Administered lists the acts that are signed.
var Administered = []audit.Act{
	audit.AccountDisabled, audit.AccountEnabled, audit.AccountDeleted, audit.AccountSuspended, audit.AccountStopAsked, audit.AccountCloseAsked,
	audit.RightProposed, audit.RightGranted, audit.RightWithdrawn, audit.AgreementApproved,
	audit.MaintenanceProposed, audit.MaintenanceChanged, audit.MaintenanceApproved,
	audit.BreachOpened, audit.BreachClosed,
}

// known reports whether a's act is one that is signed.
func (a Administration) known() bool { return slices.Contains(Administered, a.Act) }
