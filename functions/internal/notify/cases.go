package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Case tells a party of its case, by mail and by text message, and keeps in the case what proves it: that
// it was told, to which address; that the address refuses; that the office has none (CPC 127-129). What is
// known already is not sent again.
func (s *Service) Case(ctx context.Context, n docket.NoticeEvent) error {
	c, err := s.Cases.Case(ctx, n.CaseID)
	if err != nil {
		return fmt.Errorf("notice in case %s: %w", n.CaseID, err)
	}
	p, ok := c.Party(n.Party)
	if !ok {
		return fmt.Errorf("notice in case %s: no party %q", n.CaseID, n.Party)
	}
	a, err := s.Accounts.BySubject(ctx, p.Key)
	if err != nil && !errors.Is(err, account.ErrNotRegistered) {
		return fmt.Errorf("notice in case %s: %w", n.CaseID, err)
	}
	prove := func(typ string, way docket.Way, to, messageID string) error {
		again := c.Sent(n, way, "")
		e := n.Proves(typ, way, to, again, s.Now().UTC().Truncate(time.Millisecond))
		e.Message = messageID
		_, err := s.Cases.Prove(ctx, c.ID, place(n, string(way), again), e)
		return err
	}
	err = errors.Join(s.mailOfCase(ctx, c, n, a, prove), s.formerOfCase(ctx, c, n, a), s.textOfCase(ctx, c, n, a, prove), s.copiesOfCase(ctx, c, n, a))
	if err != nil {
		return fmt.Errorf("notice in case %s: %w", n.CaseID, err)
	}
	return nil
}

type proof func(typ string, way docket.Way, to, messageID string) error

// place is what makes a proof of a notice one of its kind: by what or to whom it went, and how often before.
func place(n docket.NoticeEvent, by string, again int) string {
	if again > 0 {
		by += "#" + strconv.Itoa(again+1)
	}
	return n.Notice + "#" + by
}

func (s *Service) mailOfCase(ctx context.Context, c docket.Case, n docket.NoticeEvent, a account.Account, prove proof) error {
	if c.Tried(n, docket.Email) {
		return nil
	}
	if a.ID == "" {
		return prove(docket.EventNoContact, docket.Email, "", "")
	}
	m, ok, err := notice.OfCase(c, n, a, s.PortalURL)
	if err != nil {
		return err
	}
	if !ok {
		return prove(docket.EventNoContact, docket.Email, "", "")
	}
	id, err := s.send(ctx, m, n.At, a)
	if err != nil {
		return err
	}
	if id == "" {
		return prove(docket.EventFailed, docket.Email, m.To, "")
	}
	return prove(docket.EventTold, docket.Email, m.To, id)
}

// formerOfCase tells the addresses too that took the holder's notices until lately. None of these copies is
// how the party is notified.
func (s *Service) formerOfCase(ctx context.Context, c docket.Case, n docket.NoticeEvent, a account.Account) error {
	if a.ID == "" {
		return nil
	}
	m, ok, err := notice.OfCase(c, n, a, s.PortalURL)
	if err != nil || !ok {
		return err
	}
	messages, err := s.both(ctx, a, []notice.Message{m}, n.At)
	if err != nil {
		return err
	}
	var failures []error
	for _, copied := range messages[1:] {
		if !c.CopiedTo(n, copied.Recipient) {
			failures = append(failures, s.copyOfCase(ctx, c, n, copied.Recipient, copied, account.Account{}))
		}
	}
	return errors.Join(failures...)
}

func (s *Service) textOfCase(ctx context.Context, c docket.Case, n docket.NoticeEvent, a account.Account, prove proof) error {
	if a.ID == "" || n.Reminds() || c.Tried(n, docket.SMS) {
		return nil
	}
	t, ok, fits, err := notice.TextOfCase(c, n, a)
	if err != nil || !ok {
		return err
	}
	if !fits {
		return prove(docket.EventFailed, docket.SMS, t.To, "")
	}
	id, err := s.sendText(ctx, t, a)
	switch {
	case err != nil && !errors.Is(err, notice.ErrRefused) && !s.tooLate(n.At, outbox.Keep):
		return err
	case id == "":
		return prove(docket.EventFailed, docket.SMS, t.To, "")
	}
	return prove(docket.EventTold, docket.SMS, t.To, id)
}

// copiesOfCase tells who acts for the party in the case (CPC 127(2)), and the trusted representatives of its
// account whose scope has the case (agreement 5.2).
func (s *Service) copiesOfCase(ctx context.Context, c docket.Case, n docket.NoticeEvent, a account.Account) error {
	var failures []error
	for _, r := range c.Representatives {
		if !slices.Contains(r.Parties, n.Party) || !r.Holds(s.Now()) || c.CopiedTo(n, r.ID) {
			continue
		}
		theirs, err := s.Accounts.BySubject(ctx, r.Key)
		if errors.Is(err, account.ErrNotRegistered) {
			continue // nobody to tell: there is no address
		}
		m, ok, err2 := notice.OfCase(c, n, theirs, s.PortalURL)
		if err = errors.Join(err, err2); err == nil && ok {
			err = s.copyOfCase(ctx, c, n, r.ID, m, theirs)
		}
		failures = append(failures, err)
	}
	if a.ID == "" || n.Reminds() {
		return errors.Join(failures...)
	}
	trusted, err := s.Representatives.Of(ctx, a.ID, time.Time{})
	if err != nil {
		return errors.Join(append(failures, err)...)
	}
	at, err := time.Parse(time.RFC3339, n.At)
	if err != nil {
		return err
	}
	for _, r := range trusted {
		if !r.Receives(c.ID, c.Kind, at) || c.CopiedTo(n, r.ID) {
			continue
		}
		m, err := notice.CopyOfCase(c, n, r, s.PortalURL, s.IndexKey)
		if err == nil {
			err = s.copyOfCase(ctx, c, n, r.ID, m, account.Account{})
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// copyOfCase sends a copy and keeps what became of it. to is the id of a representative, or the recipient
// that a former address is; theirs is the account whose address it is, if it is one's own.
func (s *Service) copyOfCase(ctx context.Context, c docket.Case, n docket.NoticeEvent, to string, m notice.Message, theirs account.Account) error {
	m.Recipient = to
	id, err := s.send(ctx, m, n.At, theirs)
	if err != nil {
		return err
	}
	typ := docket.EventTold
	if id == "" {
		typ = docket.EventFailed
	}
	again := c.Sent(n, docket.Email, to)
	proof := n.Copied(typ, m.To, to, again, s.Now().UTC().Truncate(time.Millisecond))
	proof.Message = id
	if strings.HasPrefix(to, filing.FormerRecipient) {
		proof.Article = "" // the office's own
	}
	_, err = s.Cases.Prove(ctx, c.ID, place(n, to, again), proof)
	return err
}
