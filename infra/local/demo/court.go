package demo

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// court walks the court's side of what was filed: a clerk registers it and hands it over, a judge accepts
// one filing and returns another, of which the filer makes a corrected copy.
func (w *walk) court(ctx context.Context) error {
	if !w.local {
		return nil
	}
	w.report.heading("The side of the court")
	var clerk, judge *office
	code := ""
	if err := w.report.step("a clerk and a judge of the court sign in", func() (_ string, err error) {
		own, _, err := call[filing](ctx, w.office, http.MethodGet, w.path(""), nil)
		if err != nil {
			return "", err
		}
		code = own.CourtCode
		if clerk, err = w.staff(ctx, "kense", "clerk."+code); err != nil {
			return "", err
		}
		judge, err = w.staff(ctx, "sudya", "judge."+code)
		return code, err
	}); err != nil {
		return err
	}
	for _, c := range []struct {
		what, step, status string
		more               map[string]any
	}{
		{"a filing goes from the sending to a ruling that accepts it", "accept", "accepted", nil},
		{"another is returned, with what cures it, and a corrected copy begins", "return", "returned", map[string]any{"grounds": []string{"return-1"}, "reasons": "Дауды сотқа дейін реттеу тәртібі сақталмаған."}},
	} {
		if err := w.report.step(c.what, func() (string, error) { return w.ruled(ctx, clerk, judge, code, c.step, c.status, c.more) }); err != nil {
			return err
		}
	}
	return w.trial(ctx, clerk, judge, code)
}

// staff is a newcomer who registers and has a post from then on.
func (w *walk) staff(ctx context.Context, name, right string) (*office, error) {
	k, err := newcomer(w.options.Authority)
	if err != nil {
		return nil, err
	}
	if err := w.accept(ctx, k); err != nil {
		return nil, err
	}
	if err := w.enrol(ctx, k, password, func(f *form) { f.Email, f.NotificationContacts = w.address(name), []contact{} }); err != nil {
		return nil, err
	}
	who, err := holder(k)
	if err != nil {
		return nil, err
	}
	if err := w.post(ctx, "/_local/grant", map[string]string{"number": who.IIN, "right": right}); err != nil {
		return nil, fmt.Errorf("grant: %w", err)
	}
	o := newOffice(w.office.url)
	o.key = k
	return o, w.enter(ctx, o, k)
}

// queued is a filing as a court's staff sees it.
type queued struct {
	ID       string   `json:"id"`
	Status   string   `json:"status"`
	Number   string   `json:"number"`
	Replaces string   `json:"replaces"`
	Judges   []member `json:"judges"`
	Ruling   *struct {
		SHA256 string `json:"sha256"`
	} `json:"ruling"`
}

// member is one of a court's judges.
type member struct {
	ID string `json:"id"`
}

// ruled takes a filing from its sending to a ruling.
func (w *walk) ruled(ctx context.Context, clerk, judge *office, code, step, status string, more map[string]any) (string, error) {
	if _, _, err := w.sealOne(ctx); err != nil {
		return "", err
	}
	if _, err := w.waitReceived(ctx, w.path(""), "received"); err != nil {
		return "", err
	}
	number, err := w.registered(ctx, clerk, judge, code)
	if err != nil {
		return "", err
	}
	ask := map[string]any{"act": newID(), "step": step}
	for k, v := range more {
		ask[k] = v
	}
	after, _, err := call[queued](ctx, judge, http.MethodPost, "/api/registry/filings/"+w.filing.ID+"/acts", ask)
	if err == nil && (after.Status != status || after.Number != number || after.Ruling == nil) {
		err = fmt.Errorf("%w: after the ruling %+v", errAnswer, after)
	}
	if err != nil {
		return "", err
	}
	own, _, err := call[queued](ctx, w.office, http.MethodGet, w.path(""), nil)
	if err == nil && (own.Status != status || own.Ruling == nil || own.Ruling.SHA256 != after.Ruling.SHA256) {
		err = fmt.Errorf("%w: the filer sees %+v", errAnswer, own)
	}
	if err != nil || status != "returned" {
		return number, err
	}
	copied, _, err := call[queued](ctx, w.office, http.MethodPost, w.path("/copy"), map[string]any{"as": newID(), "corrects": true})
	if err == nil && copied.Replaces != w.filing.ID {
		err = fmt.Errorf("%w: the copy corrects %q", errAnswer, copied.Replaces)
	}
	return number, err
}

// registered has a clerk find the walk's filing in the court's queue, register it and hand it to the judge. It
// returns the number.
func (w *walk) registered(ctx context.Context, clerk, judge *office, code string) (string, error) {
	at := "/api/registry/filings/" + w.filing.ID
	found, _, err := call[queued](ctx, clerk, http.MethodGet, "/api/registry/search?court="+code+"&q="+w.ticket, nil)
	if err != nil {
		return "", err
	}
	if found.ID != w.filing.ID {
		return "", fmt.Errorf("%w: the clerk finds %q", errAnswer, found.ID)
	}
	if _, err := clerk.send(ctx, http.MethodPost, at+"/lease", map[string]any{}); err != nil {
		return "", err
	}
	seen, _, err := call[queued](ctx, clerk, http.MethodGet, at, nil)
	if err != nil {
		return "", err
	}
	me, _, err := call[account](ctx, judge, http.MethodGet, "/api/session", nil)
	if err != nil {
		return "", err
	}
	if !slices.Contains(seen.Judges, member{me.ID}) {
		return "", fmt.Errorf("%w: the court's judges are %+v", errAnswer, seen.Judges)
	}
	number := "7514-26-" + w.ticket
	for _, a := range []map[string]any{{"step": "register", "number": number, "judge": me.ID}, {"step": "review"}} {
		a["act"] = newID()
		if _, err := clerk.send(ctx, http.MethodPost, at+"/acts", a); err != nil {
			return "", err
		}
	}
	return number, nil
}
