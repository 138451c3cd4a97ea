package outbox

import (
	"slices"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Row says where events of some types are kept and which queues they are copied to.
type Row struct {
	Types  []string
	Table  schema.Table
	Queues []schema.Queue
	Wakes  []schema.Queue // nobody awaits what their readers do, who look at what there is by the clock too
}

// Rows has every type of event once.
//
// Mail goes in this order: what a person waits for or a term may hang on (Notices), receipts and
// the end of drafts, news of maintenance. Each has a queue of its own, so that 500,000 receipts hold up no code.
var Rows = []Row{
	{
		Types: []string{
			"account.new-device", "account.password-changed", "account.reset-code", "account.audit", "account.left", "account.invited", "account.welcome",
			"contact.code", "contact.verified", "contact.replaced", "contact.objected", "contact.failed",
			"mobile.code", "mobile.verified", "mobile.replaced", "mobile.removed",
			"representative.invited", "representative.consented", "representative.declined", "representative.withdrawn", "representative.ended",
			"support.requested", "support.answered", "webhook.added", "webhook.paused",
		},
		Table: schema.Accounts, Queues: []schema.Queue{schema.Notices},
	},
	{
		Types: []string{"court.due"}, // every morning, to everyone who works for a court
		Table: schema.Accounts, Queues: []schema.Queue{schema.Receipts},
	},
	{
		Types: []string{"breach.opened"},
		Table: schema.Accounts, Queues: []schema.Queue{schema.Holds},
	},
	{
		Types: []string{"filing.awaits", "filing.unasked"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Notices},
	},
	{
		Types: []string{"filing.sent"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Receipts, schema.Locks, schema.Copies, schema.Verifications},
	},
	{
		Types: []string{"filing.scanned"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Locks, schema.Copies},
	},
	{
		Types: []string{"filing.received"}, // as many as receipts, and no more urgent
		Table: schema.Filings, Queues: []schema.Queue{schema.Receipts, schema.Copies, schema.Openings},
	},
	{
		Types: []string{"filing.rejected"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Notices, schema.Copies},
	},
	{
		Types: []string{"filing.registered"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Notices, schema.Openings},
	},
	{
		Types: []string{"filing.under-review"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Notices},
	},
	{
		Types: []string{"filing.accepted", "filing.returned", "filing.refused", "filing.withdrawn", "filing.answered"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Notices, schema.Copies, schema.Locks, schema.Openings, schema.Verifications},
	},
	{
		Types: []string{"filing.doubted", "filing.settled"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Copies},
	},
	{
		Types: []string{"case.notice"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Notices},
	},
	{
		Types: []string{"filing.expiring"},
		Table: schema.Filings, Queues: []schema.Queue{schema.Receipts},
	},
	{
		Types: []string{
			"maintenance.announced", "maintenance.changed", "maintenance.cancelled",
			"maintenance.reminder-day", "maintenance.reminder-hour", "maintenance.ended",
		},
		Table: schema.Site, Queues: []schema.Queue{schema.News}, Wakes: []schema.Queue{schema.Pages},
	},
	{
		Types: []string{"agreement.published"}, // who is told is announce's list
		Table: schema.Site, Wakes: []schema.Queue{schema.Pages},
	},
}

// RowOf returns the row of a type of event.
func RowOf(typ string) (Row, bool) {
	i := slices.IndexFunc(Rows, func(r Row) bool { return slices.Contains(r.Types, typ) })
	if i < 0 {
		return Row{}, false
	}
	return Rows[i], true
}
