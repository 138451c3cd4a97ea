// Package maintenance is the function that publishes windows of maintenance (agreement, section 7):
// administrators announce, change, cancel and approve them; everyone reads them as JSON, Atom,
// iCalendar and a static page. What a window stops is stopped in package wire.
package maintenance

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/mandate"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Service serves the function's routes and its schedule.
type Service struct {
	Gate      Gate
	Windows   Windows
	Public    Public
	Mandate   mandate.Reader
	Stoppable []string // names of the functions whose writes a window may stop
	Rushes    func(first, last calendar.Date) []Rush
	PortalURL string // no trailing slash

	Keys    Keys // sign certificates of interruptions
	Outages *Outages
}

// Keys has the keys that sign.
type Keys interface {
	At(ctx context.Context, at time.Time) (receipt.Key, error)
}

// Gate says who is asking.
type Gate interface {
	Admin(ctx context.Context) (audit.Actor, error)
	Holder(ctx context.Context) (account.Account, error)
}

// Windows keeps the windows (store.Maintenance).
type Windows interface {
	Window(ctx context.Context, id string) (maintenance.Window, error)
	Windows(ctx context.Context, since time.Time) ([]maintenance.Window, error)
	Published(ctx context.Context, at time.Time) ([]maintenance.Window, error)
	AllWindows(ctx context.Context) ([]maintenance.Window, error)
	Save(ctx context.Context, before, w maintenance.Window, kind maintenance.Kind, e audit.Entry) error
	Remind(ctx context.Context, w maintenance.Window, kind maintenance.Kind, at time.Time) (bool, error)
	Subscribe(ctx context.Context, accountID string, on bool, at time.Time) error
	Subscribed(ctx context.Context, accountID string) (bool, error)
}

// Public keeps what is to be read when no function answers (public.Bucket).
type Public interface {
	Put(ctx context.Context, key string, body []byte, mediaType, caching string) error
}

// Window is a window as the API shows it. Instants are RFC 3339 in UTC.
type Window struct {
	ID          string   `json:"id"`
	Version     int      `json:"version"`
	Phase       string   `json:"phase"` // "coming", "in-force", "over", "cancelled"; to administrators also "proposed"
	From        string   `json:"from"`
	To          string   `json:"to"` // or when it was ended early
	Affects     []string `json:"affects"`
	Emergency   bool     `json:"emergency"` // counts as outage
	Lang        string   `json:"lang"`
	Text        string   `json:"text"`
	PublishedAt string   `json:"publishedAt,omitempty"`
	ChangedAt   string   `json:"changedAt"`

	// For administrators only.
	Texts    map[locale.Lang]string `json:"texts,omitempty"`
	Author   string                 `json:"author,omitempty"`
	Approver string                 `json:"approver,omitempty"`
	Mine     bool                   `json:"mine,omitempty"` // the reader wrote it, so someone else must approve it
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func view(w maintenance.Window, lang locale.Lang, at time.Time) Window {
	out := Window{
		ID: w.ID, Version: w.Version, Phase: string(w.Phase(at)), From: instant(w.Start()), To: instant(w.End()),
		Affects: w.Affects, Emergency: w.Emergency, Lang: string(lang), Text: w.Texts[lang],
		PublishedAt: instant(w.PublishedAt), ChangedAt: instant(w.ChangedAt),
	}
	if w.Phase(at) == maintenance.Off {
		out.To = instant(w.To)
	}
	if out.Affects == nil {
		out.Affects = []string{}
	}
	return out
}

func (s *Service) adminView(w maintenance.Window, reader audit.Actor, lang locale.Lang, at time.Time) Window {
	out := view(w, lang, at)
	out.Texts, out.Author, out.Approver, out.Mine = w.Texts, w.Author.Account, w.Approver.Account, !reader.Other(w.Author)
	if w.State == maintenance.Cancelled && w.PublishedAt.IsZero() {
		out.Phase = string(maintenance.Off)
	}
	return out
}

// Schedule answers GET /api/maintenance.
type Schedule struct {
	Now     string   `json:"now"`
	Notice  *Window  `json:"notice"` // what every page must show now, or null
	Windows []Window `json:"windows"`
}

// shown returns the windows that users may see at the instant at, the latest first. An old copy is
// better than none.
func (s *Service) shown(ctx context.Context, at time.Time) ([]maintenance.Window, error) {
	windows, err := s.Windows.Published(ctx, at)
	if err != nil {
		if windows == nil {
			return nil, err
		}
		httpapi.Log(ctx, slog.String("maintenance", err.Error()))
	}
	windows = slices.DeleteFunc(slices.Clone(windows), func(w maintenance.Window) bool { return w.Phase(at) == maintenance.Hidden })
	slices.SortFunc(windows, func(a, b maintenance.Window) int {
		return cmp.Or(b.From.Compare(a.From), cmp.Compare(a.ID, b.ID))
	})
	return windows, nil
}

// List shows everyone the windows of maintenance that are announced, and the latest that are over.
func (s *Service) List(ctx context.Context, _ struct{}) (Schedule, error) {
	at := httpapi.ReceivedAt(ctx)
	windows, err := s.shown(ctx, at)
	if err != nil {
		return Schedule{}, err
	}
	return schedule(windows, httpapi.Lang(ctx), at), nil
}

func schedule(windows []maintenance.Window, lang locale.Lang, at time.Time) Schedule {
	out := Schedule{Now: instant(at), Windows: []Window{}}
	for _, w := range windows {
		out.Windows = append(out.Windows, view(w, lang, at))
	}
	if w, ok := maintenance.At(windows, at); ok {
		v := view(w, lang, at)
		out.Notice = &v
	}
	return out
}

// AdminSchedule answers GET /api/admin/maintenance.
type AdminSchedule struct {
	Now       string   `json:"now"`
	Stoppable []string `json:"stoppable"`
	Windows   []Window `json:"windows"`
	Rushes    []Rush   `json:"rushes"` // of the next RushesAhead days, in their order
}

// RushesAhead is for how many days ahead administrators are shown rushes.
const RushesAhead = 100

// Rush is an evening on which more terms end than on others, and what is kept ready for it.
type Rush struct {
	Day   calendar.Date `json:"day"`
	From  time.Time     `json:"from"`
	To    time.Time     `json:"to"`
	Why   string        `json:"why"` // "month-ends", "after-leave"
	Ready []Readiness   `json:"ready"`
}

// Readiness is how many environments of a function are kept started.
type Readiness struct {
	Function string `json:"function"`
	Calm     int    `json:"calm"`
	Rush     int    `json:"rush"`
}

// AdminList shows administrators every window, proposals too, with all texts, and the evenings that work
// is better kept away from.
func (s *Service) AdminList(ctx context.Context, _ struct{}) (AdminSchedule, error) {
	admin, err := s.Gate.Admin(ctx)
	if err != nil {
		return AdminSchedule{}, err
	}
	windows, err := s.Windows.AllWindows(ctx)
	if err != nil {
		return AdminSchedule{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	slices.SortFunc(windows, func(a, b maintenance.Window) int {
		return cmp.Or(b.From.Compare(a.From), cmp.Compare(a.ID, b.ID))
	})
	today := calendar.DateOf(at)
	out := AdminSchedule{Now: instant(at), Stoppable: s.Stoppable, Windows: []Window{}, Rushes: s.Rushes(today, today.Add(RushesAhead))}
	for _, w := range windows {
		out.Windows = append(out.Windows, s.adminView(w, admin, httpapi.Lang(ctx), at))
	}
	return out, nil
}

// PlanRequest is what an administrator writes. ID is a UUID the client makes, so that a repeat
// makes no second window; From and To are RFC 3339; Affects empty means all that may stop.
type PlanRequest struct {
	ID        string                 `json:"id"`
	From      string                 `json:"from"`
	To        string                 `json:"to"`
	Affects   []string               `json:"affects"`
	Texts     map[locale.Lang]string `json:"texts"`
	Emergency bool                   `json:"emergency"`
	Reason    string                 `json:"reason"` // for the audit

	// Signature is over an act that stops what nobody keeps a term without; "" asks for the document.
	Signature signer.Signature `json:"signature"`
}

func (r PlanRequest) plan(l *defect.List) maintenance.Plan {
	p := maintenance.Plan{Affects: r.Affects, Texts: map[locale.Lang]string{}, Emergency: r.Emergency}
	for _, lang := range locale.Langs {
		p.Texts[lang] = r.Texts[lang]
	}
	if len(r.Texts) > len(locale.Langs) {
		l.Add("/texts", "unknown-value", "")
	}
	var err error
	if p.From, err = time.Parse(time.RFC3339, r.From); err != nil {
		l.Add("/from", "format", "")
	}
	if p.To, err = time.Parse(time.RFC3339, r.To); err != nil {
		l.Add("/to", "format", "")
	}
	p.From, p.To = p.From.UTC().Truncate(time.Millisecond), p.To.UTC().Truncate(time.Millisecond)
	return p
}

// merge adds to the faults of form in l what the rules find at other places, so that an
// administrator sees everything at once.
func merge(l defect.List, err error) error {
	rules, _ := errors.AsType[defect.List](err)
	for _, d := range rules {
		if !slices.ContainsFunc(l, func(f defect.Defect) bool { return f.Pointer == d.Pointer }) {
			l = append(l, d)
		}
	}
	return l
}

// Propose announces a window, or asks another administrator to: 201 with the window, 200 on a repeat. What stops
// filing is signed.
func (s *Service) Propose(ctx context.Context, r PlanRequest) (httpapi.Reply, error) {
	admin, err := s.Gate.Admin(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	var l defect.List
	p := r.plan(&l)
	l = append(l, audit.CheckReason(r.Reason, "/reason")...)
	if !filing.IsID(r.ID) {
		l.Add("/id", "format", "")
	}
	at := httpapi.ReceivedAt(ctx)
	if len(l) > 0 {
		_, err := maintenance.Propose(r.ID, p, admin, s.Stoppable, nil, at)
		return httpapi.Reply{}, merge(l, err)
	}
	// A repeat is told before the rules are asked: by now the notice might be too short.
	before, err := s.Windows.Window(ctx, r.ID)
	if err == nil {
		if before.Author != admin || before.Version > 2 || !before.Plan.Same(p) {
			return httpapi.Reply{}, maintenance.ErrVersion
		}
		return httpapi.Reply{Body: s.adminView(before, admin, httpapi.Lang(ctx), at)}, nil
	}
	if !errors.Is(err, maintenance.ErrNotFound) {
		return httpapi.Reply{}, err
	}
	windows, err := s.Windows.AllWindows(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	w, err := maintenance.Propose(r.ID, p, admin, s.Stoppable, windows, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	var kind maintenance.Kind
	if w.State == maintenance.Published {
		kind = maintenance.Announced
	}
	signed, ask, err := s.take(ctx, r.Signature, admin, audit.MaintenanceProposed, w, r.Reason)
	if err != nil || ask != nil {
		return asked(ask), err
	}
	v, err := s.save(ctx, maintenance.Window{}, w, kind, audit.MaintenanceProposed, r.Reason, admin, signed)
	return httpapi.Reply{Status: 201, Body: v}, err
}

// take takes the signature over an act on the window w, where w stops any of maintenance.Deadline;
// other acts need none.
func (s *Service) take(ctx context.Context, sent signer.Signature, by audit.Actor, what audit.Act, w maintenance.Window, reason string) (audit.Signed, *httpapi.Reply, error) {
	if !w.StopsDeadline() || what == audit.MaintenanceCancelled {
		return audit.Signed{}, nil, nil
	}
	of := locale.Stamp(locale.RU, w.From) + " – " + locale.Stamp(locale.RU, w.To) + " (UTC+5)"
	return s.Mandate.Take(ctx, sent, by, act.Administration{Act: what, Detail: w.Digest(), Of: of, Reason: reason, Target: w.ID})
}

// asked is the answer to a request that has no signature yet.
func asked(ask *httpapi.Reply) httpapi.Reply {
	if ask == nil {
		return httpapi.Reply{}
	}
	return *ask
}

// ChangeRequest is a plan in place of another.
type ChangeRequest struct {
	Window  string `json:"-" path:"id"`
	Version int    `json:"version"` // of the window as the administrator saw it
	PlanRequest
}

// Change changes a window as the administrator saw it; what stops filing is signed.
func (s *Service) Change(ctx context.Context, r ChangeRequest) (httpapi.Reply, error) {
	return s.act(ctx, ActRequest{r.Window, r.Version, r.Reason, r.Signature}, audit.MaintenanceChanged,
		func(w maintenance.Window, by audit.Actor, at time.Time) (maintenance.Window, maintenance.Kind, error) {
			var l defect.List
			p := r.plan(&l)
			if r.ID != "" && r.ID != r.Window {
				l.Add("/id", "not-allowed", "")
			}
			windows, failed := s.Windows.AllWindows(ctx)
			if failed != nil {
				return w, "", failed
			}
			next, err := w.Change(p, by, s.Stoppable, windows, at)
			switch {
			case len(l) > 0:
				return w, "", merge(l, err)
			case next.State != maintenance.Published:
				return next, "", err
			case w.State == maintenance.Published:
				return next, maintenance.Changed, err
			}
			return next, maintenance.Announced, err
		},
		func(w maintenance.Window, _ audit.Actor) bool {
			var l defect.List
			return w.Plan.Same(r.plan(&l))
		})
}

// ActRequest is a decision on a window.
type ActRequest struct {
	Window  string `json:"-" path:"id"`
	Version int    `json:"version"`
	Reason  string `json:"reason"`

	Signature signer.Signature `json:"signature"` // as in PlanRequest
}

// Cancel takes a window back, or ends it now.
func (s *Service) Cancel(ctx context.Context, r ActRequest) (httpapi.Reply, error) {
	return s.act(ctx, r, audit.MaintenanceCancelled,
		func(w maintenance.Window, _ audit.Actor, at time.Time) (maintenance.Window, maintenance.Kind, error) {
			next, err := w.Cancel(at)
			if next.PublishedAt.IsZero() {
				return next, "", err
			}
			return next, maintenance.Withdrawn, err
		},
		func(w maintenance.Window, _ audit.Actor) bool { return w.State == maintenance.Cancelled })
}

// Approve announces what another administrator proposed; what stops filing is signed.
func (s *Service) Approve(ctx context.Context, r ActRequest) (httpapi.Reply, error) {
	return s.act(ctx, r, audit.MaintenanceApproved,
		func(w maintenance.Window, by audit.Actor, at time.Time) (maintenance.Window, maintenance.Kind, error) {
			next, err := w.Approve(by, at)
			return next, maintenance.Announced, err
		},
		func(w maintenance.Window, by audit.Actor) bool { return w.Approver == by })
}

// act applies an administrator's decision to the window as the administrator saw it. done reports
// whether the window already is what this administrator asked for: then it was a repeat.
func (s *Service) act(ctx context.Context, r ActRequest, what audit.Act,
	rule func(w maintenance.Window, by audit.Actor, at time.Time) (maintenance.Window, maintenance.Kind, error),
	done func(w maintenance.Window, by audit.Actor) bool,
) (httpapi.Reply, error) {
	admin, err := s.Gate.Admin(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := audit.CheckReason(r.Reason, "/reason").Err(); err != nil {
		return httpapi.Reply{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	w, err := s.Windows.Window(ctx, r.Window)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if w.Version == r.Version+1 && done(w, admin) {
		return httpapi.Reply{Body: s.adminView(w, admin, httpapi.Lang(ctx), at)}, nil
	}
	if w.Version != r.Version {
		return httpapi.Reply{}, maintenance.ErrVersion
	}
	next, kind, err := rule(w, admin, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	signed, ask, err := s.take(ctx, r.Signature, admin, what, next, r.Reason)
	if err != nil || ask != nil {
		return asked(ask), err
	}
	v, err := s.save(ctx, w, next, kind, what, r.Reason, admin, signed)
	return httpapi.Reply{Body: v}, err
}

// trace is what the audit keeps of a window: codes and instants.
func trace(w maintenance.Window) string {
	if w.Version == 0 {
		return ""
	}
	words := []string{string(w.State), instant(w.From), instant(w.To)}
	if w.Emergency {
		words = append(words, "emergency")
	}
	return strings.Join(append(words, w.Affects...), " ")
}

func (s *Service) save(ctx context.Context, before, w maintenance.Window, kind maintenance.Kind, act audit.Act, reason string, admin audit.Actor, signed audit.Signed) (Window, error) {
	at := httpapi.ReceivedAt(ctx)
	var random [8]byte
	rand.Read(random[:]) // never fails
	e := audit.New(act, admin, w.ID, reason, at, random).SignedBy(signed)
	e.Before, e.After = trace(before), trace(w)
	if err := s.Windows.Save(ctx, before, w, kind, e); err != nil {
		return Window{}, err
	}
	httpapi.Log(ctx, slog.String("window", w.ID), slog.String("act", string(act)))
	if err := s.publish(ctx, &w, at); err != nil {
		// The act stands; the schedule's next tick writes the page.
		httpapi.Log(ctx, slog.String("page", err.Error()))
	}
	return s.adminView(w, admin, httpapi.Lang(ctx), at), nil
}

// Subscription says whether the account is told of maintenance by mail, and whether its address is
// verified, which that needs.
type Subscription struct {
	Subscribed bool `json:"subscribed"`
	Verified   bool `json:"verified"`
}

// Subscription says whether the account is told of maintenance by mail.
func (s *Service) Subscription(ctx context.Context, _ struct{}) (Subscription, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return Subscription{}, err
	}
	on, err := s.Windows.Subscribed(ctx, holder.ID)
	return Subscription{on, !holder.Verified.IsZero()}, err
}

// SubscribeRequest asks for mail, or for no more.
type SubscribeRequest struct {
	Subscribed bool `json:"subscribed"`
}

// Subscribe has the account told of maintenance by mail, or not any more. Whoever subscribes has shown that the address
// is theirs: an address that was only typed may be another's, who asked for nothing. Unsubscribing
// needs no such thing.
func (s *Service) Subscribe(ctx context.Context, r SubscribeRequest) (Subscription, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return Subscription{}, err
	}
	verified := !holder.Verified.IsZero()
	if r.Subscribed && !verified {
		return Subscription{}, &httpapi.Problem{Slug: "address-unverified", Pointer: "/subscribed"}
	}
	return Subscription{r.Subscribed, verified}, s.Windows.Subscribe(ctx, holder.ID, r.Subscribed, httpapi.ReceivedAt(ctx))
}

// Tick does at the instant at what the clock asks for: it puts reminders that are due into the
// outbox and writes anew what is read when no function answers. A repeat, or two at once, remind nobody twice.
func (s *Service) Tick(ctx context.Context, at time.Time) error {
	windows, err := s.Windows.Windows(ctx, at.Add(-25*time.Hour))
	if err != nil {
		return err
	}
	var failures []error
	for _, w := range windows {
		if kind, ok := w.Due(at); ok {
			_, err := s.Windows.Remind(ctx, w, kind, at)
			failures = append(failures, err)
		}
	}
	return errors.Join(append(failures, s.publish(ctx, nil, at))...)
}

// publishedAge is how long readers may keep it.
const publishedAge = "public, max-age=30"

// publish writes the status page and, for programs, Schedule in each language (maintenance.json), as of
// the instant at. just is a window saved a moment ago, which the index may not have yet.
func (s *Service) publish(ctx context.Context, just *maintenance.Window, at time.Time) error {
	windows, err := s.shown(ctx, at)
	if err != nil {
		return err
	}
	if just != nil {
		windows = slices.DeleteFunc(windows, func(w maintenance.Window) bool { return w.ID == just.ID })
		if just.Phase(at) != maintenance.Hidden {
			windows = append([]maintenance.Window{*just}, windows...)
		}
	}
	all := map[locale.Lang]Schedule{}
	for _, lang := range locale.Langs {
		all[lang] = schedule(windows, lang, at)
	}
	announced, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("encode the windows: %w", err)
	}
	outages, read := s.Outages.shown(ctx)
	return errors.Join(
		s.Public.Put(ctx, schema.StatusPage, statusPage(windows, outages, read, s.PortalURL, at), "text/html; charset=utf-8", publishedAge),
		s.Public.Put(ctx, schema.Announced, announced, "application/json", publishedAge),
	)
}
