package admin

import (
	"context"
	"errors"
	"strings"

	"github.com/courtoffice/courtoffice/functions/internal/mandate"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
)

// Line is an entry of the audit as administrators read it: who did it to whom, by name.
type Line struct {
	audit.Entry
	By string `json:"by"` // the administrator's name, "" for what a command did
	Of string `json:"of"` // whom or what it was done to, as mandate.Of names an account; "" where only an id says it
}

// told puts names to entries. Each account is read once, however many entries name it; one that is
// there no more has no name.
func (s *Service) told(ctx context.Context, list []audit.Entry) ([]Line, error) {
	known := map[string]account.Account{}
	read := func(id string) (account.Account, error) {
		if a, ok := known[id]; ok || id == "" || id == audit.Bootstrap {
			return a, nil
		}
		a, err := s.Accounts.Account(ctx, id)
		if err != nil && !errors.Is(err, account.ErrNotRegistered) {
			return account.Account{}, err
		}
		known[id] = a
		return a, nil
	}
	out := make([]Line, 0, len(list))
	for _, e := range list {
		by, err := read(e.Actor)
		if err != nil {
			return nil, err
		}
		line := Line{Entry: e, By: by.Subject.Name}
		switch about, _, _ := strings.Cut(string(e.Act), "."); about {
		case "account", "right":
			of, err := read(e.Account)
			if err != nil {
				return nil, err
			}
			if of.ID != "" {
				line.Of = mandate.Of(of)
			}
		case "agreement", "support", "audit":
			line.Of = e.Target
		}
		out = append(out, line)
	}
	return out, nil
}
