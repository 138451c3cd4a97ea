package demo

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/receipt"
)

// window is a stop of the service as the API shows it.
type window struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Phase   string `json:"phase"`
	Text    string `json:"text"`
}

// stop is what the maintenance steps share.
type stop struct {
	*walk
	author, second *office // two administrators' sessions
	mail           string  // address of the first
	text           string  // of the announcement, this run's own
	window         window
}

// maintenance announces a stop of a day, waits for it by shifting the clock, and sees what it
// stops and what stays. It needs the local host, whose clock can be shifted.
func (w *walk) maintenance(ctx context.Context) error {
	if !w.local {
		return nil
	}
	w.report.heading("Maintenance")
	s := &stop{walk: w, mail: w.address("akimshi"), text: "Дерекқор жаңартылады, " + w.run}
	for _, part := range []struct {
		what string
		do   func(context.Context) (string, error)
	}{
		{"two people become administrators and sign in by signature", s.administrators},
		{"subscribe to announcements by mail, once the address is verified", s.subscribe},
		{"propose a stop over midnight: nobody sees it yet", s.propose},
		{"another administrator approves: page, feeds, mail", s.approve},
		{"an hour before: the reminder", s.remind},
		{"in force: acts are refused with the notice, reading stays", s.inForce},
		{"over: acts work again", s.over},
		{"cancel what remains of it", s.cancel},
	} {
		if err := w.report.step(part.what, func() (string, error) { return part.do(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// administrator registers a newcomer, gives them the right and signs them in by signature.
func (s *stop) administrator(ctx context.Context, mail string) (*office, error) {
	k, err := newcomer(s.options.Authority)
	if err != nil {
		return nil, err
	}
	if err := s.accept(ctx, k); err != nil {
		return nil, err
	}
	if err := s.enrol(ctx, k, password, func(f *form) { f.Email, f.NotificationContacts = mail, []contact{} }); err != nil {
		return nil, err
	}
	who, err := holder(k)
	if err != nil {
		return nil, err
	}
	if err := s.post(ctx, "/_local/grant", map[string]string{"number": who.IIN, "right": "admin"}); err != nil {
		return nil, fmt.Errorf("grant: %w", err)
	}
	return s.signedIn(ctx, k)
}

func (s *stop) signedIn(ctx context.Context, k *edstest.Key) (*office, error) {
	o := newOffice(s.office.url)
	o.key = k
	_, _, err := act[account](ctx, o, k, "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
	return o, err
}

func (s *stop) administrators(ctx context.Context) (_ string, err error) {
	if s.author, err = s.administrator(ctx, s.mail); err != nil {
		return "", err
	}
	s.second, err = s.administrator(ctx, s.address("akimshi2"))
	return "", err
}

func (s *stop) subscribe(ctx context.Context) (string, error) {
	on := map[string]bool{"subscribed": true}
	_, err := s.author.send(ctx, http.MethodPut, "/api/maintenance/subscription", on)
	if err := expect(err, http.StatusConflict, "address-unverified"); err != nil {
		return "", err
	}
	if err := s.typeCode(ctx, s.author, s.mail); err != nil {
		return "", err
	}
	_, err = s.author.send(ctx, http.MethodPut, "/api/maintenance/subscription", on)
	return s.mail, err
}

func (s *stop) propose(ctx context.Context) (string, error) {
	from := time.Now().Add(25 * time.Hour).UTC()
	plan := map[string]any{
		"id": newID(), "from": from.Format(time.RFC3339), "to": from.Add(24 * time.Hour).Format(time.RFC3339),
		"affects": []string{}, "emergency": false, "reason": "upgrade of the database",
		"texts": map[string]string{"kk": s.text, "ru": "Обновление базы данных", "en": "Upgrade of the database"},
	}
	if _, err := s.office.send(ctx, http.MethodPost, "/api/admin/maintenance", plan); expect(err, http.StatusForbidden, "forbidden") != nil {
		return "", fmt.Errorf("by someone else: %w", expect(err, http.StatusForbidden, "forbidden"))
	}
	var err error
	if s.window, _, err = call[window](ctx, s.author, http.MethodPost, "/api/admin/maintenance", plan); err != nil {
		return "", err
	}
	shown, _, err := s.shown(ctx)
	if err == nil && (s.window.Phase != "proposed" || shown) {
		err = fmt.Errorf("%w: %+v, shown %v", errAnswer, s.window, shown)
	}
	return s.window.Phase, err
}

// shown reports whether everyone is told of the window now, and the size of the answer.
func (s *stop) shown(ctx context.Context) (bool, int, error) {
	list, a, err := call[struct {
		Notice  *window  `json:"notice"`
		Windows []window `json:"windows"`
	}](ctx, newOffice(s.office.url), http.MethodGet, "/api/maintenance?lang=kk", nil)
	for _, w := range list.Windows {
		if w.ID == s.window.ID {
			return true, len(a.body), err
		}
	}
	return false, len(a.body), err
}

func (s *stop) approve(ctx context.Context) (string, error) {
	decision := map[string]any{"version": s.window.Version, "reason": "agreed by telephone"}
	path := "/api/admin/maintenance/" + s.window.ID + "/approval"
	if _, err := s.author.send(ctx, http.MethodPost, path, decision); expect(err, http.StatusForbidden, "second-administrator") != nil {
		return "", fmt.Errorf("by its author: %w", expect(err, http.StatusForbidden, "second-administrator"))
	}
	begin := time.Now()
	var err error
	if s.window, _, err = call[window](ctx, s.second, http.MethodPost, path, decision); err != nil {
		return "", err
	}
	shown, size, err := s.shown(ctx)
	if err != nil || !shown {
		return "", fmt.Errorf("%w: not in the list: %v", errAnswer, err)
	}
	sizes := []string{fmt.Sprintf("JSON %d", size)}
	for _, f := range []struct{ name, path string }{
		{"Atom", "/maintenance.atom?lang=kk"}, {"iCalendar", "/maintenance.ics?lang=kk"}, {"status page", "/status"},
	} {
		a, err := newOffice(s.office.url).send(ctx, http.MethodGet, f.path, nil)
		if err != nil {
			return "", err
		}
		if !strings.Contains(string(a.body), s.run) {
			return "", fmt.Errorf("%w: %s does not tell of it: %.300s", errAnswer, f.name, a.body)
		}
		sizes = append(sizes, fmt.Sprintf("%s %d", f.name, len(a.body)))
	}
	if err := waitForMail(ctx, s.options.Inbox, s.text, []string{s.mail}); err != nil {
		return "", err
	}
	return fmt.Sprintf("bytes: %s; mail after %.1f s", strings.Join(sizes, ", "), time.Since(begin).Seconds()), nil
}

func (s *stop) remind(ctx context.Context) (string, error) {
	return "", s.later(ctx, 24*time.Hour+30*time.Minute, func() error {
		return waitForMail(ctx, s.options.Inbox, "Бір сағаттан кейін профилактикалық жұмыстар", []string{s.mail})
	})
}

// tryAct does what a window stops: a first step of accepting the agreement.
func (s *stop) tryAct(ctx context.Context) error {
	return s.post(ctx, "/api/agreement/acceptance/document", map[string]string{"agreement": s.version, "lang": "kk"})
}

func (s *stop) inForce(ctx context.Context) (detail string, _ error) {
	return detail, s.later(ctx, 26*time.Hour, func() error {
		err := s.tryAct(ctx)
		if err := expect(err, http.StatusServiceUnavailable, "maintenance"); err != nil {
			return err
		}
		p := err.(*problem)
		if !strings.Contains(p.Detail, s.text) {
			return fmt.Errorf("%w: %s without the notice", errAnswer, p.Detail)
		}
		detail = p.Detail
		if err := s.certified(ctx); err != nil {
			return err
		}
		for _, path := range []string{"/api/agreement?lang=kk", "/keys.json", "/maintenance.atom", "/kk/maintenance"} {
			if _, err := newOffice(s.office.url).send(ctx, http.MethodGet, path, nil); err != nil {
				return fmt.Errorf("reading: %w", err)
			}
		}
		return nil
	})
}

// certified has the interruption certified, as someone does who misses a term by it.
func (s *stop) certified(ctx context.Context) error {
	keys, _, err := call[receipt.Published](ctx, newOffice(s.office.url), http.MethodGet, "/keys.json", nil)
	if err != nil {
		return err
	}
	a, err := newOffice(s.office.url).send(ctx, http.MethodGet, "/api/maintenance/"+s.window.ID+"/certificate", nil)
	if err != nil {
		return err
	}
	c, err := receipt.VerifyInterruption(keys, a.body)
	if err == nil && (c.ID != s.window.ID || c.Outage || c.Ended) {
		err = fmt.Errorf("%w: certificate %+v", errAnswer, c)
	}
	return err
}

func (s *stop) over(ctx context.Context) (string, error) {
	return "", s.later(ctx, 50*time.Hour, func() error {
		if err := s.tryAct(ctx); err != nil {
			return err
		}
		return waitForMail(ctx, s.options.Inbox, "Профилактикалық жұмыстар аяқталды", []string{s.mail})
	})
}

// cancel leaves the office as it was: by its own clock the stop is still to come.
func (s *stop) cancel(ctx context.Context) (string, error) {
	var err error
	s.window, _, err = call[window](ctx, s.second, http.MethodPost, "/api/admin/maintenance/"+s.window.ID+"/cancellation",
		map[string]any{"version": s.window.Version, "reason": "end of the demonstration"})
	return s.window.Phase, err
}
