package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/receipt"
)

// remarksDays are the working days for remarks on the protocol of a hearing (CPC 284). The judge gives the others
// as many to respond to the appeal.
const remarksDays = 3

// appealed is a case from its hearing to the court of appeal. On the evening of the last day for remarks on the
// protocol the office does not work.
type appealed struct {
	*trial
	last   calendar.Date // the day of it
	outage *stop
}

// upward walks it by the office's clock, which it shifts: it needs the local host.
func (t *trial) upward(ctx context.Context) error {
	u := &appealed{trial: t, last: calendar.DateOf(t.hearing)}
	err := u.through(ctx)
	if back := t.shift(ctx, 0); back != nil {
		return errors.Join(err, back)
	}
	if err != nil {
		return err
	}
	return u.forget(ctx)
}

func (u *appealed) through(ctx context.Context) error {
	for left := remarksDays; left > 0; {
		if u.last = u.last.Add(1); u.last.Working() {
			left--
		}
	}
	u.report.heading("From the hearing to the court of appeal")
	for _, part := range []struct {
		at   time.Time
		list []step
	}{
		{u.hearing.Add(time.Hour), []step{
			{"the hearing is held, the judgment announced and final", u.decides},
			{"the claimant appeals: the others have copies, and a term to respond", u.appeals},
		}},
		{u.last.Start().Add(22 * time.Hour), []step{{"in the evening the office stops: administrators announce an outage", u.stops}}},
		{u.last.Over().Add(10 * time.Hour), []step{
			{"the term to respond is over: the appeal goes up, and both sides see and hear of it", u.goesUp},
			{"a term that the outage took is restored on its certificate", u.restored},
		}},
	} {
		if err := u.shift(ctx, time.Until(part.at)); err != nil {
			return err
		}
		if err := u.enterAll(ctx); err != nil {
			return err
		}
		if err := u.report.steps(ctx, part.list); err != nil {
			return err
		}
	}
	return nil
}

// forget leaves the office as it was: by its own clock the outage is still to come, and sessions that were begun
// ahead of it end.
func (u *appealed) forget(ctx context.Context) error {
	if err := u.enterAll(ctx, u.outage.second); err != nil {
		return err
	}
	_, err := u.outage.cancel(ctx)
	return err
}

// enterAll signs everybody in anew, and more beside: their sessions do not last through a shift of the clock, and
// by then another version of the agreement may be in force.
func (t *trial) enterAll(ctx context.Context, more ...*office) error {
	now, _, err := call[agreement](ctx, newOffice(t.office.url), http.MethodGet, "/api/agreement?lang=kk", nil)
	if err != nil {
		return err
	}
	before := t.version
	t.version, t.defendant.version = now.InForce.ID, now.InForce.ID
	enter := func(o *office, key *edstest.Key) error {
		if t.version != before {
			if err := t.accept(ctx, key); err != nil {
				return err
			}
		}
		return t.enter(ctx, o, key)
	}
	err = errors.Join(enter(t.office, t.key), enter(t.defendant.office, t.defendant.key))
	for _, o := range append([]*office{t.clerk, t.judge}, more...) {
		err = errors.Join(err, enter(o, o.key))
	}
	return err
}

func (u *appealed) decides(ctx context.Context) (string, error) {
	on := day(u.hearing)
	for _, body := range []map[string]any{
		{"step": "hold", "present": []string{u.c.Parties[0].ID, "d1"}}, {"step": "decide", "on": on}, {"step": "finalise", "on": on},
	} {
		if err := inCase(ctx, u.judge, u.c.ID, body); err != nil {
			return "", fmt.Errorf("%s: %w", body["step"], err)
		}
	}
	c, _, err := call[docketed](ctx, u.office, http.MethodGet, "/api/cases/"+u.c.ID, nil)
	due, ok := c.runs("appeal", u.c.Parties[0].ID, false)
	if err == nil && (c.Status != "decided" || !ok) {
		err = fmt.Errorf("%w: the case is %s, its terms %+v", errAnswer, c.Status, c.Deadlines)
	}
	return "an appeal until " + due, err
}

func (u *appealed) appeals(ctx context.Context) (string, error) {
	on := day(u.hearing)
	if err := u.toCase(ctx, u.trial, u.c, "appeal", func(sections map[string]map[string]any) {
		sections["act"] = map[string]any{"judgment": "judgment", "on": on, "finalOn": on}
	}, newFile("sheshim.pdf", "court_act", u.originals[1].data)); err != nil {
		return "", err
	}
	if _, err := u.answered(ctx, u.trial, "copies", "awaiting_responses", map[string]any{"on": u.last}); err != nil {
		return "", err
	}
	_, err := u.answered(ctx, u.trial, "send-up", "", nil)
	if err := expect(err, http.StatusUnprocessableEntity, "invalid-fields"); err != nil {
		return "", fmt.Errorf("sent up while the others may respond: %w", err)
	}
	const happened = "Көшірмелер басқаларға ашылды, пікір беру мерзімі белгіленді"
	if err := u.hears(ctx, happened); err != nil {
		return "", err
	}
	if err := u.defendant.told(ctx, u.c, u.filing.ID, "awaiting_responses", happened); err != nil {
		return "", err
	}
	c, _, err := call[docketed](ctx, u.defendant.office, http.MethodGet, "/api/cases/"+u.c.ID, nil)
	if due, ok := c.runs("appeal.response", "d1", false); err == nil && (!ok || due != u.last.String()) {
		err = fmt.Errorf("%w: the defendant's terms are %+v", errAnswer, c.Deadlines)
	}
	return "until " + u.last.String(), err
}

// stops has the office stop from 22:10 to 24:00 of the last day, unannounced.
func (u *appealed) stops(ctx context.Context) (string, error) {
	s := &stop{walk: u.walk, mail: u.address("kezekshi"), text: "Дерекқор істен шықты, " + u.run}
	var err error
	if s.author, err = s.administrator(ctx, s.mail); err != nil {
		return "", err
	}
	if s.second, err = s.administrator(ctx, u.address("kezekshi2")); err != nil {
		return "", err
	}
	u.outage = s
	from := u.last.Start().Add(22*time.Hour + 10*time.Minute)
	if s.window, _, err = call[window](ctx, s.author, http.MethodPost, "/api/admin/maintenance", map[string]any{
		"id": newID(), "from": from.UTC().Format(time.RFC3339), "to": u.last.Over().UTC().Format(time.RFC3339), "affects": []string{}, "emergency": true,
		"reason": "failure of the database", "texts": map[string]string{"kk": s.text, "ru": "Отказ базы данных", "en": "Failure of the database"},
	}); err != nil {
		return "", err
	}
	if s.window.Phase == "proposed" {
		s.window, _, err = call[window](ctx, s.second, http.MethodPost, "/api/admin/maintenance/"+s.window.ID+"/approval", map[string]any{"version": s.window.Version, "reason": "agreed by telephone"})
	}
	return "from " + from.In(kazakhstan).Format("15:04") + " to 24:00", err
}

func (u *appealed) goesUp(ctx context.Context) (string, error) {
	if _, err := u.answered(ctx, u.trial, "send-up", "sent_up", nil); err != nil {
		return "", err
	}
	const happened = "Іс апелляциялық сотқа жіберілді"
	if err := u.hears(ctx, happened); err != nil {
		return "", err
	}
	return u.ticket, u.defendant.told(ctx, u.c, u.filing.ID, "sent_up", happened)
}

// restored has the defendant make remarks on the protocol a day late, with the certificate of the outage.
func (u *appealed) restored(ctx context.Context) (string, error) {
	d, s := u.defendant, u.outage
	a, err := newOffice(d.office.url).send(ctx, http.MethodGet, "/api/maintenance/"+s.window.ID+"/certificate", nil)
	if err != nil {
		return "", err
	}
	keys, _, err := call[receipt.Published](ctx, newOffice(d.office.url), http.MethodGet, "/keys.json", nil)
	if err != nil {
		return "", err
	}
	certified, err := receipt.VerifyInterruption(keys, a.body)
	if err == nil && (certified.ID != s.window.ID || !certified.Outage || !certified.Ended) {
		err = fmt.Errorf("%w: certificate %+v", errAnswer, certified)
	}
	if err != nil {
		return "", err
	}
	printed := bytes.Join([][]byte{u.originals[1].data, []byte("% "), a.body, []byte("\n")}, nil) // a person prints its page as PDF
	proof := newFile("irkilis.pdf", "outage_certificate", printed)
	if err := d.toCase(ctx, u.trial, u.c, "motion", func(sections map[string]map[string]any) {
		sections["motion"] = map[string]any{
			"about": "restore_term", "lateAct": "protocol.remarks", "startedOn": day(u.hearing), "learnedOn": u.last.Add(1),
			"request": text("Сот отырысының хаттамасына ескерту беру мерзімін қалпына келтіруді сұраймын. Ескерту қоса беріледі."),
			"reason":  text("Мерзімнің соңғы күні сағат 22:10-нан 24:00-ге дейін Сот кабинеті жұмыс істемеді. Іркіліс туралы куәлік қоса беріледі."),
		}
	}, newFile("eskertu.pdf", "late_act", u.originals[1].data), proof); err != nil {
		return "", err
	}
	seen, _, err := call[struct {
		Outage []string `json:"outage"`
	}](ctx, u.judge, http.MethodGet, "/api/registry/filings/"+d.filing.ID, nil)
	if err == nil && (len(seen.Outage) != 1 || seen.Outage[0] != proof.ID) {
		err = fmt.Errorf("%w: the judge sees the certificates %q", errAnswer, seen.Outage)
	}
	if err != nil {
		return "", err
	}
	if _, err := d.answered(ctx, u.trial, "restore", "restored", map[string]any{"reasons": "Мерзімнің соңғы күнгі іркілісі куәлікпен расталды: себеп дәлелді."}); err != nil {
		return "", err
	}
	const happened = "Судья мерзімді қалпына келтірді"
	if err := d.hears(ctx, happened); err != nil {
		return "", err
	}
	return d.ticket, u.told(ctx, u.c, d.filing.ID, "restored", happened)
}
