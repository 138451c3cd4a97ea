package wire

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/functions/internal/gate"
	"github.com/courtoffice/courtoffice/shared/store"
)

// gate says whose session a request carries.
func (a *App) gate(db *dynamodb.Client) *gate.Gate {
	return &gate.Gate{
		Sessions:   store.NewSessions(db, a.cfg.AccountsTable),
		Accounts:   store.NewAccounts(db, a.cfg.AccountsTable),
		Agreements: store.NewSite(db, a.cfg.SiteTable),
	}
}
