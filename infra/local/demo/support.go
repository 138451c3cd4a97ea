package demo

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// supportMail is where the office's own configuration has requests to support go (cdk.json).
const supportMail = "office@sud.kz"

// ticket is a request to support as its maker and administrators see it.
type ticket struct {
	Ticket   string `json:"ticket"`
	State    string `json:"state"`
	AnswerBy string `json:"answerBy"`
	AnswerTo string `json:"answerTo"`
	Answer   string `json:"answer"`
}

type ticketList struct {
	Tickets []ticket `json:"tickets"`
}

// support asks for help without a session and within one, follows the requests, and on the local
// host has an administrator answer them.
func (w *walk) support(ctx context.Context) error {
	w.report.heading("Support")
	var asked, own ticket
	visitor, mail := newOffice(w.office.url), w.address("suraushy")
	if err := w.report.step("ask for help from a problem, without signing in: a number, support is told", func() (_ string, err error) {
		wrong := map[string]string{"number": freshIIN(), "password": newPassword}
		_, err = visitor.send(ctx, http.MethodPost, "/api/sign-in/password", wrong)
		p, ok := err.(*problem)
		if !ok || p.slug() != "wrong-credentials" {
			return "", fmt.Errorf("%w: signed in with a wrong password: %v", errAnswer, err)
		}
		request := map[string]any{
			"id": newID(), "topic": "sign-in", "reference": strings.TrimPrefix(p.Instance, "urn:request:"), "problem": p.slug(),
			"ago": 5, "page": "/kk/sign-in", "filing": "", "portal": "", "ncalayer": "1.4", "email": mail,
		}
		var a, again answer
		if asked, a, err = call[ticket](ctx, visitor, http.MethodPost, "/api/support?lang=kk", request); err != nil {
			return "", err
		}
		if again, err = visitor.send(ctx, http.MethodPost, "/api/support?lang=kk", request); err != nil {
			return "", err
		}
		if a.status != http.StatusCreated || again.status != http.StatusOK || string(a.body) != string(again.body) || asked.AnswerTo != "address" {
			return "", fmt.Errorf("%w: %d %s, repeated %d %s", errAnswer, a.status, a.body, again.status, again.body)
		}
		request["id"], request["topic"] = newID(), "my own words"
		if _, err := visitor.send(ctx, http.MethodPost, "/api/support", request); expect(err, http.StatusUnprocessableEntity, "invalid-fields") != nil {
			return "", fmt.Errorf("with words of one's own: %w", expect(err, http.StatusUnprocessableEntity, "invalid-fields"))
		}
		begin := time.Now()
		err = waitForMail(ctx, w.options.Inbox, asked.Ticket, []string{supportMail})
		return fmt.Sprintf("%s, an answer by %s; mail after %.1f s", asked.Ticket, asked.AnswerBy, time.Since(begin).Seconds()), err
	}); err != nil {
		return err
	}
	if err := w.report.step("ask for help within a session: the holder is told, and sees it in their list", func() (_ string, err error) {
		request := map[string]any{"id": newID(), "topic": "upload", "page": "/kk/filings/" + w.filing.ID + "/edit", "filing": w.filing.ID}
		if own, _, err = call[ticket](ctx, w.office, http.MethodPost, "/api/support", request); err != nil {
			return "", err
		}
		list, _, err := call[ticketList](ctx, w.office, http.MethodGet, "/api/support", nil)
		if err != nil || own.AnswerTo != "account" || len(list.Tickets) == 0 || list.Tickets[0].Ticket != own.Ticket {
			return "", fmt.Errorf("%w: %+v, list %+v, %v", errAnswer, own, list, err)
		}
		return own.Ticket, waitForMail(ctx, w.options.Inbox, own.Ticket, []string{w.account.Email, supportMail})
	}); err != nil {
		return err
	}
	look := func(number string) (ticket, answer, error) {
		return call[ticket](ctx, newOffice(w.office.url), http.MethodPost, "/api/support/state", map[string]string{"ticket": strings.ToLower(number)})
	}
	if err := w.report.step("by its number anyone sees the state, and nothing else", func() (string, error) {
		seen, a, err := look(own.Ticket)
		if err == nil && (seen.State != "received" || strings.Contains(string(a.body), "upload") || strings.Contains(string(a.body), w.filing.ID)) {
			err = fmt.Errorf("%w: %s", errAnswer, a.body)
		}
		return seen.State, err
	}); err != nil || !w.local {
		return err
	}
	return w.report.step("an administrator answers both: the answers arrive, the number shows it", func() (string, error) {
		helper, err := (&stop{walk: w}).administrator(ctx, w.address("akimshi-komek"))
		if err != nil {
			return "", err
		}
		text := "Бетті жаңартып көріңіз, " + w.run + "."
		for _, number := range []string{asked.Ticket, own.Ticket} {
			for _, step := range []map[string]string{{"state": "in-progress", "answer": ""}, {"state": "answered", "answer": text}} {
				if _, err := helper.send(ctx, http.MethodPost, "/api/admin/support/"+number, step); err != nil {
					return "", err
				}
			}
			if seen, _, err := look(number); err != nil || seen.State != "answered" {
				return "", fmt.Errorf("%w: %+v, %v", errAnswer, seen, err)
			}
		}
		list, _, err := call[ticketList](ctx, w.office, http.MethodGet, "/api/support", nil)
		if err != nil || list.Tickets[0].Answer != text {
			return "", fmt.Errorf("%w: %+v, %v", errAnswer, list, err)
		}
		begin := time.Now()
		err = waitForMail(ctx, w.options.Inbox, text, []string{mail, w.account.Email})
		return fmt.Sprintf("mail after %.1f s", time.Since(begin).Seconds()), err
	})
}
