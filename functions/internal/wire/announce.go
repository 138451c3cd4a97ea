package wire

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/announce"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Announce builds the function announce. One runs at a time (its row reserves one execution), so
// the whole rate is its own; leases are for one that hangs.
func (a *App) Announce() func(context.Context, json.RawMessage) (any, error) {
	lanes := announce.Lanes(a.cfg.MailRate)
	a.calls = lanes
	db := a.dynamo()
	svc := &announce.Service{
		Site:     announcements{store.NewSite(db, a.cfg.SiteTable)},
		Accounts: store.NewAccounts(db, a.cfg.AccountsTable), Announced: announced{store.NewAnnounced(db, a.cfg.AccountsTable)},
		Mail: mail.New(a.ses(), a.cfg.MailFrom), PortalURL: a.cfg.PortalURL,
		Rate: a.cfg.MailRate, Lanes: lanes, Page: 25, Lease: time.Minute,
	}
	return scheduled(a, noEvent, map[string]func(context.Context, time.Time) error{
		"announce": func(ctx context.Context, due time.Time) error {
			did, err := svc.Run(ctx, due)
			if did != (announce.Report{}) {
				a.log.LogAttrs(ctx, slog.LevelInfo, "announced", slog.String("fn", a.fn.Name),
					slog.Int("sent", did.Sent), slog.Int("again", did.Again), slog.Int("failed", did.Failed))
			}
			return err
		},
	})
}

// noEvent is for a function that only the clock wakes.
func noEvent(context.Context, struct{}) (struct{}, error) {
	return struct{}{}, errors.New("this function runs by the clock only")
}

// announcements shows the store's announcements as the worker wants them.
type announcements struct{ site *store.Site }

func stored(n announce.Announcement) store.Announcement {
	return store.Announcement{Kind: store.AnnounceAgreement, Ref: n.Version, StartedAt: n.StartedAt}
}

func (s announcements) Announcements(ctx context.Context) ([]announce.Announcement, error) {
	list, err := s.site.Announcements(ctx)
	var out []announce.Announcement
	for _, n := range list {
		if n.Kind == store.AnnounceAgreement {
			out = append(out, announce.Announcement{ID: n.ID(), Version: n.Ref, StartedAt: n.StartedAt})
		}
	}
	return out, err
}

func (s announcements) Finished(ctx context.Context, n announce.Announcement, at time.Time) error {
	return s.site.Finished(ctx, stored(n), at)
}

func (s announcements) Progress(ctx context.Context, n announce.Announcement) ([]announce.Shard, error) {
	list, err := s.site.Progress(ctx, stored(n))
	out := make([]announce.Shard, len(list))
	for i, shard := range list {
		out[i] = announce.Shard(shard)
	}
	return out, err
}

func (s announcements) LeaseShard(ctx context.Context, n announce.Announcement, number int, lease string, at, until time.Time) (announce.Shard, error) {
	shard, err := s.site.LeaseShard(ctx, stored(n), number, lease, at, until)
	return announce.Shard(shard), leased(err)
}

func (s announcements) MoveShard(ctx context.Context, n announce.Announcement, shard announce.Shard) error {
	return leased(s.site.MoveShard(ctx, stored(n), store.Shard(shard)))
}

func leased(err error) error {
	if errors.Is(err, store.ErrLeased) {
		return announce.ErrLeased
	}
	return err
}

func (s announcements) FreshAgreements(ctx context.Context, at time.Time) ([]agreement.Version, error) {
	return s.site.FreshAgreements(ctx, at)
}

// announced keeps who was told in the accounts table.
type announced struct{ *store.Announced }

func (s announced) Telling(ctx context.Context, accountID string, n announce.Announcement, lease string, at time.Time) (ok bool, begun, refused int, err error) {
	return s.Announced.Telling(ctx, accountID, stored(n), lease, at)
}

func (s announced) Refused(ctx context.Context, accountID string, n announce.Announcement) error {
	return s.Announced.Refused(ctx, accountID, stored(n))
}

func (s announced) Told(ctx context.Context, accountID string, n announce.Announcement, messageID string, at time.Time) error {
	return s.Announced.Told(ctx, accountID, stored(n), messageID, at)
}
