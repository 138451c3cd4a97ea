package demo

import (
	"context"
	"fmt"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

const formPath = "/api/registration/form"

// typed is a form as far as somebody typed it.
type typed struct {
	Email                string    `json:"email"`
	Mobile               string    `json:"mobile"`
	Lang                 string    `json:"lang"`
	NotificationContacts []contact `json:"notificationContacts"`
}

// unfinishedForm is a registration as it was left.
type unfinishedForm struct {
	Step    string  `json:"step"`
	Subject subject `json:"subject"`
	Version int     `json:"version"`
	Form    *typed  `json:"form"`
}

// browser is a person at a browser of their own.
type browser struct {
	*office
	key     *edstest.Key
	subject subject
}

// begin accepts the agreement in a fresh browser, which opens the registration there.
func (w *walk) begin(ctx context.Context, k *edstest.Key) (browser, error) {
	b := browser{office: newOffice(w.office.url), key: k}
	got, _, err := act[acceptance](ctx, b.office, k, "/api/agreement/acceptance", map[string]string{"agreement": w.version, "lang": "kk"}, signed{})
	if err == nil && b.opened == "" {
		err = fmt.Errorf("%w: no registration opened", errAnswer)
	}
	b.subject = got.Subject
	b.subject.Role = ""
	return b, err
}

func (b browser) save(ctx context.Context, version int, form typed) error {
	_, err := b.send(ctx, http.MethodPut, formPath, map[string]any{"version": version, "form": form})
	return err
}

// found returns the form kept, or an error if it is another one.
func (b browser) found(ctx context.Context, version int, email string) error {
	got, a, err := call[unfinishedForm](ctx, b.office, http.MethodGet, formPath, nil)
	if err == nil && (got.Step != "form" || got.Version != version || got.Form == nil || got.Form.Email != email || got.Subject.number() != b.subject.number()) {
		err = fmt.Errorf("%w: %.300s", errAnswer, a.body)
	}
	return err
}

// finish signs and sends the complete form.
func (w *walk) finish(ctx context.Context, b browser, email string) (account, answer, error) {
	f := form{
		Agreement: w.version, Subject: b.subject, Email: email, Mobile: "+77011234567", Lang: "kk", Declaration: true,
		NotificationContacts: []contact{},
	}
	return act[account](ctx, b.office, b.key, "/api/registration", map[string]any{"form": f}, signed{Password: password})
}

// unfinished leaves a registration half typed and finishes it from another browser.
func (w *walk) unfinished(ctx context.Context) error {
	w.report.heading("A registration left unfinished")
	key, err := newcomer(w.options.Authority)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	half, whole := "ulgi@exa", w.address("ulgi")
	var home, phone browser
	for _, s := range []struct {
		what string
		do   func() error
	}{
		{"accept the agreement and type half a form", func() (err error) {
			if home, err = w.begin(ctx, key); err != nil {
				return err
			}
			return home.save(ctx, 0, typed{Email: half, Lang: "kk", NotificationContacts: []contact{}})
		}},
		{"the browser is closed and opened: the form is there", func() error { return home.found(ctx, 1, half) }},
		{"without its cookie nobody sees it", func() error {
			_, err := newOffice(w.office.url).send(ctx, http.MethodGet, formPath, nil)
			return expect(err, http.StatusUnauthorized, "registration-not-open")
		}},
		{"sign the acceptance on another device: the same form", func() (err error) {
			if phone, err = w.begin(ctx, key); err != nil {
				return err
			}
			return phone.found(ctx, 1, half)
		}},
		{"finish typing there: the first device may not overwrite it", func() error {
			if err := phone.save(ctx, 1, typed{Email: whole, Lang: "kk", NotificationContacts: []contact{}}); err != nil {
				return err
			}
			return expect(home.save(ctx, 1, typed{Email: "old"}), http.StatusConflict, "version-conflict")
		}},
		{"register there: nothing unfinished is left anywhere", func() error {
			got, a, err := w.finish(ctx, phone, whole)
			if err != nil {
				return err
			}
			if a.status != http.StatusCreated || got.Email != whole || phone.opened != "" {
				return fmt.Errorf("%w: %d, registered with %s", errAnswer, a.status, got.Email)
			}
			_, err = home.send(ctx, http.MethodGet, formPath, nil)
			return expect(err, http.StatusUnauthorized, "registration-not-open")
		}},
	} {
		if err := w.report.step(s.what, func() (string, error) { return "", s.do() }); err != nil {
			return err
		}
	}
	return nil
}

// company registers an organisation by its head; an employee with the right to sign comes to the
// same account, another employee does not.
func (w *walk) company(ctx context.Context) error {
	w.report.heading("An organisation and its people")
	const organisation = `"ҮЛГІ" ЖШС`
	bin := freshBIN()
	people := map[string]*edstest.Key{}
	for name, role := range map[string]oid.ID{"БАСШЫБАЕВА АСЕМ": oid.RoleHead, "ҚОЛТАҢБАЕВ ДОС": oid.RoleSignRight, "МАМАНОВ ЕСЕН": oid.RoleEmployee} {
		k, err := employee(w.options.Authority, name, organisation, bin, role)
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		people[name] = k
	}
	var opened account
	if err := w.report.step("its head registers it", func() (string, error) {
		b, err := w.begin(ctx, people["БАСШЫБАЕВА АСЕМ"])
		if err != nil {
			return "", err
		}
		opened, _, err = w.finish(ctx, b, w.address("uiym"))
		return opened.Number, err
	}); err != nil {
		return err
	}
	if err := w.report.step("an employee with the right to sign comes to the same account", func() (string, error) {
		o := newOffice(w.office.url)
		got, _, err := act[account](ctx, o, people["ҚОЛТАҢБАЕВ ДОС"], "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
		if err != nil {
			return "", err
		}
		p, a, err := call[struct {
			Acting []struct {
				Name    string   `json:"name"`
				Role    string   `json:"role"`
				Powers  []string `json:"powers"`
				Current bool     `json:"current"`
			} `json:"acting"`
		}](ctx, o, http.MethodGet, "/api/account", nil)
		if err == nil && (got.ID != opened.ID || len(p.Acting) != 2 || p.Acting[0].Name != "ҚОЛТАҢБАЕВ ДОС" || p.Acting[0].Role != "signer" ||
			!p.Acting[0].Current || p.Acting[1].Role != "head" || p.Acting[1].Current || len(p.Acting[1].Powers) == 0) {
			err = fmt.Errorf("%w: account %s, %.500s", errAnswer, got.ID, a.body)
		}
		return fmt.Sprintf("%d people act for it", len(p.Acting)), err
	}); err != nil {
		return err
	}
	return w.report.step("an employee without that right is told what to do", func() (string, error) {
		_, _, err := act[account](ctx, newOffice(w.office.url), people["МАМАНОВ ЕСЕН"], "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
		return "role-not-allowed", expect(err, http.StatusForbidden, "role-not-allowed")
	})
}
