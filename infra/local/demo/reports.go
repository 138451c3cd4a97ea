package demo

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// reports follows what the services of mail and text messages report: a notice arrived, an address that
// refuses letters takes none any more until another is confirmed. It needs the local office's mail, whose
// addresses beginning with "bounce" do not exist, and a number that takes text messages.
func (w *walk) reports(ctx context.Context) error {
	if !w.local || !w.fresh || w.number == "" {
		return nil
	}
	w.report.heading("What became of notices")
	bad, good := "bounce+"+w.address("joq"), w.address("qaita")
	move := func(to string) error {
		if _, err := w.office.send(ctx, http.MethodPost, "/api/account/email", map[string]string{"email": to}); err != nil {
			return err
		}
		return w.typeCode(ctx, w.office, to)
	}
	for _, s := range []struct {
		what string
		do   func() (string, error)
	}{
		{"see in the filing's page that its notice arrived", func() (string, error) {
			_, err := w.waitReceived(ctx, w.path(""), "notice-arrived")
			return "", err
		}},
		{"move notices to an address that refuses them: a text message says so", func() (string, error) {
			if err := move(bad); err != nil {
				return "", err
			}
			text, err := w.waitForText(ctx, w.number, "мекенжайыңызға жетпейді", 0)
			if err != nil {
				return "", err
			}
			if p, err := w.emailFailed(ctx); err != nil || p.EmailFailed == nil {
				return "", fmt.Errorf("%w: %+v, %v", errAnswer, p, err)
			}
			return text, nil
		}},
		{"confirm an address that takes them: notices go there again", func() (string, error) {
			if err := move(good); err != nil {
				return "", err
			}
			p, err := w.emailFailed(ctx)
			if err == nil && (p.EmailFailed != nil || p.Email != good) {
				err = fmt.Errorf("%w: %+v", errAnswer, p)
			}
			w.account.Email = p.Email
			return p.Email, err
		}},
	} {
		if err := w.report.step(s.what, s.do); err != nil {
			return err
		}
	}
	return nil
}

type reachable struct {
	Email       string     `json:"email"`
	EmailFailed *time.Time `json:"emailFailed"`
}

func (w *walk) emailFailed(ctx context.Context) (reachable, error) {
	p, _, err := call[reachable](ctx, w.office, http.MethodGet, "/api/account", nil)
	return p, err
}
