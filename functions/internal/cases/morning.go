package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/store"
)

// courtsAtOnce is for how many courts is looked at a time.
const courtsAtOnce = 8

// Morning has everyone who works for a court told what is due there, and parties of its cases reminded of what
// has its day, once a working morning; at another hour it does nothing. A court that can't be looked at keeps no other from it, and the next tick takes it up.
func (s *Service) Morning(ctx context.Context, at time.Time) error {
	if !docket.IsMorning(at) {
		return nil
	}
	today := calendar.DateOf(at)
	told, err := s.Cases.Mornings(ctx, today)
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(courtsAtOnce)
	failures := make([]error, len(court.All()))
	for i, c := range court.All() {
		if told[c.Code] || ctx.Err() != nil {
			continue
		}
		group.Go(func() error {
			err := s.morning(ctx, c.Code, today, at)
			if err == nil {
				err = s.Cases.MorningDone(ctx, c.Code, today, at)
			}
			if err != nil {
				failures[i] = fmt.Errorf("morning at %s: %w", c.Code, err)
			}
			return nil
		})
	}
	_ = group.Wait() // its failures are kept
	return errors.Join(append(failures, ctx.Err())...)
}

// morning tells the staff of one court, and reminds the parties of its cases.
func (s *Service) morning(ctx context.Context, code string, today calendar.Date, at time.Time) error {
	clerks, err := s.Staff.Of(ctx, account.Clerk.At(code))
	if err != nil {
		return err
	}
	judges, err := s.Staff.Of(ctx, account.Judge.At(code))
	if err != nil {
		return err
	}
	mails := map[string]*docket.MorningEvent{}
	for _, a := range slices.Concat(clerks, judges) {
		mails[a.ID] = &docket.MorningEvent{V: 1, Account: a.ID, At: at.UTC().Format(time.RFC3339Nano), Court: code, Day: today, Items: []docket.MorningItem{}}
	}
	if err := s.queueOfMorning(ctx, code, clerks, judges, mails, at); err != nil {
		return err
	}
	err = s.Cases.Agenda(ctx, code, docket.Horizon(today), func(c docket.Case) error {
		if after, ok := c.Remind(at.UTC().Truncate(time.Millisecond)); ok { // parties, whoever works there
			if err := s.Cases.Do(ctx, c, after, store.ByOffice("remind", today.String())); err != nil {
				return err
			}
		}
		for _, a := range clerks {
			add(mails[a.ID], c, docket.ByClerk, docket.Viewer{Account: a.ID, Key: a.Key, Signs: true, Clerk: []string{code}}, at)
		}
		for _, a := range judges {
			add(mails[a.ID], c, docket.ByJudge, docket.Viewer{Account: a.ID, Key: a.Key, Signs: true, Judge: []string{code}}, at)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, e := range mails {
		if !e.Close() {
			continue
		}
		if err := s.Staff.TellMorning(ctx, *e, at); err != nil {
			return err
		}
	}
	return nil
}

// add puts into e what who has it to do in the case, if they see it for the court. Who has two posts is told of
// a thing once.
func add(e *docket.MorningEvent, c docket.Case, by docket.By, who docket.Viewer, at time.Time) {
	if sight, ok := c.Sees(who, at); !ok || sight.By() != by {
		return
	}
	for _, task := range c.Agenda() {
		item := docket.MorningItem{What: task.What, Number: c.Number, On: task.On}
		if slices.Contains(task.By, by) && !docket.Horizon(e.Day).Before(task.On) && !slices.Contains(e.Items, item) {
			e.Add(task.On, 1, item)
		}
	}
}

// queueOfMorning puts the filings that wait for an answer into the mails: to clerks what is in the court's
// queue, to each judge what is before them.
func (s *Service) queueOfMorning(ctx context.Context, code string, clerks, judges []account.Account, mails map[string]*docket.MorningEvent, at time.Time) error {
	if len(clerks) > 0 {
		days, err := s.Filings.DueDays(ctx, code, at)
		if err != nil {
			return err
		}
		list, _, err := s.Filings.Queue(ctx, code, "", docket.MostItems)
		if err != nil {
			return err
		}
		for _, a := range clerks {
			e := mails[a.ID]
			for _, d := range days {
				if !docket.Horizon(e.Day).Before(d.Day) {
					e.Add(d.Day, d.Count)
				}
			}
			for _, q := range list {
				if !docket.Horizon(e.Day).Before(q.Due) {
					e.Add(q.Due, 0, docket.MorningItem{What: docket.MorningFiling, Number: q.Ticket, On: q.Due})
				}
			}
		}
	}
	for _, a := range judges {
		before, err := s.Filings.BeforeJudge(ctx, a.ID)
		if err != nil {
			return err
		}
		e := mails[a.ID]
		for _, q := range before {
			if q.Court == code && !docket.Horizon(e.Day).Before(q.Due) {
				e.Add(q.Due, 1, docket.MorningItem{What: docket.MorningFiling, Number: q.Ticket, On: q.Due})
			}
		}
	}
	return nil
}
