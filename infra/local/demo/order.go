package demo

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"time"
)

// order walks a court order between the same two: it is issued and served, the debtor objects within the term,
// and it is set aside.
func (t *trial) order(ctx context.Context) error {
	o := *t // with papers and a case of its own
	claimant, debtor := *t.walk, *t.defendant
	o.walk, o.defendant = &claimant, &debtor
	o.report.heading("A court order")
	return o.report.steps(ctx, []step{
		{"an application: the judge issues and signs the order", o.issues},
		{"the clerk serves it: the debtor hears of it, and a term to object runs", o.servesOrder},
		{"the debtor objects within the term, and the judge sets the order aside", o.setsAside},
	})
}

func (t *trial) issues(ctx context.Context) (string, error) {
	sections, err := t.sample(filepath.Join(filepath.Dir(t.options.Claim), "court_order_application"))
	if err != nil {
		return "", err
	}
	sections["court"]["code"] = t.code
	sections["defendants"] = map[string]any{"parties": []any{person("d1", t.defendant.subject)}}
	t.files = []file{newFile("kualik.pdf", "evidence", t.originals[1].data)}
	if err := t.hand(ctx, t, "court_order_application", sections); err != nil {
		return "", err
	}
	if _, err := t.answered(ctx, t, "issue-order", "order_issued", map[string]any{"decision": "Борышкерден ай сайын жалақысының төрттен бір бөлігі өндіріп алынсын."}); err != nil {
		return "", err
	}
	if t.c, err = t.waitCase(ctx, t.office, t.filing.ID, func(c docketed) bool { return c.Status == "ordered" }); err != nil {
		return "", err
	}
	return t.c.Number, t.hears(ctx, "Судья сот бұйрығын шығарды")
}

func (t *trial) servesOrder(ctx context.Context) (string, error) {
	_, err := t.defendant.office.send(ctx, http.MethodGet, "/api/cases/"+t.c.ID, nil)
	if err := expect(err, http.StatusNotFound, "not-found"); err != nil {
		return "", fmt.Errorf("before it is served: %w", err)
	}
	if err := t.served(ctx, t.c.ID); err != nil {
		return "", err
	}
	if err := waitForMail(ctx, t.options.Inbox, "сот бұйрығының көшірмесін тапсырды", []string{t.defendant.account.Email}); err != nil {
		return "", err
	}
	return t.term(ctx, t.c.ID, "order.objection")
}

func (t *trial) setsAside(ctx context.Context) (string, error) {
	d := t.defendant
	if err := d.toCase(ctx, t, t.c, "motion", func(sections map[string]map[string]any) {
		sections["motion"] = map[string]any{
			"about": "order_objection", "startedOn": day(time.Now()),
			"request": text("Сот бұйрығының күшін жоюды сұраймын."), "reason": text("Алимент туралы келісім бар: әр айдың оныншы күні төлеп келемін. Келісім қоса беріледі."),
		}
	}, newFile("kelisim.pdf", "evidence", t.originals[1].data)); err != nil {
		return "", err
	}
	if _, err := d.answered(ctx, t, "set-aside", "granted", nil); err != nil {
		return "", err
	}
	if err := t.told(ctx, t.c, d.filing.ID, "granted", "Судья қарсылық бойынша сот бұйрығының күшін жойды"); err != nil {
		return "", err
	}
	c, err := t.waitCase(ctx, d.office, t.c.ID, func(c docketed) bool { return c.Status == "set-aside" })
	if _, done := c.runs("order.objection", "d1", true); err == nil && !done {
		err = fmt.Errorf("%w: the terms are %+v", errAnswer, c.Deadlines)
	}
	if err != nil {
		return "", err
	}
	if err := t.hears(ctx, "Сот бұйрығының күші жойылды"); err != nil {
		return "", err
	}
	own, _, err := call[filing](ctx, t.office, http.MethodGet, t.path(""), nil)
	if err == nil && own.Status != "order_set_aside" {
		err = fmt.Errorf("%w: the application is %s", errAnswer, own.Status)
	}
	return d.ticket, err
}

// kazakhstan is the clock that terms go by.
var kazakhstan = time.FixedZone("UTC+5", 5*60*60)

// day is the day of an instant in Kazakhstan.
func day(at time.Time) string { return at.In(kazakhstan).Format(time.DateOnly) }
