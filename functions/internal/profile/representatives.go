package profile

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// A trusted representative (agreement 5.2) has no account and no session: the link in the mail is
// the authority, and only for the one consent it was made for. The holder names, invites again and
// ends; the representative agrees, declines and withdraws.

const clauseRepresentatives = "agreement 5.2"

// RepresentativeList are an account's representatives, latest first, and what may be chosen when
// one is named.
type RepresentativeList struct {
	Representatives []Representative `json:"representatives"`
	Most            int              `json:"most"` // at a time, invited or agreed
	Periods         []int            `json:"periods"`
	Kinds           []string         `json:"kinds"` // of filings
}

// Representative is one of them as the account's holder sees it.
type Representative struct {
	ID          string                       `json:"id"`
	Name        string                       `json:"name"`
	Email       string                       `json:"email"`
	Lang        locale.Lang                  `json:"lang"`
	Scope       account.Scope                `json:"scope"`
	Filing      string                       `json:"filing"` // id, of scope "filing"
	Kinds       []string                     `json:"kinds"`  // of scope "kinds"
	Months      int                          `json:"months"`
	Status      account.RepresentativeStatus `json:"status"`
	InvitedAt   time.Time                    `json:"invitedAt"` // by the last invitation
	AnswerBy    time.Time                    `json:"answerBy"`  // exclusive
	ConsentedAt *time.Time                   `json:"consentedAt"`
	LastDay     string                       `json:"lastDay"` // of the consent, "2027-11-22"; "" before it
	EndedAt     *time.Time                   `json:"endedAt"`
	EndedBy     account.Side                 `json:"endedBy"`
}

func representative(r account.Representative, at time.Time) Representative {
	out := Representative{
		ID: r.ID, Name: r.Name, Email: r.Email, Lang: r.Lang, Scope: r.Scope, Filing: r.Filing, Kinds: append([]string{}, r.Kinds...),
		Months: r.Months, Status: r.StatusAt(at), InvitedAt: r.InvitedAt, AnswerBy: r.AnswerBy(),
		ConsentedAt: moment(r.ConsentedAt), EndedAt: moment(r.EndedAt), EndedBy: r.EndedBy,
	}
	if !r.Until.IsZero() {
		out.LastDay = r.LastDay().String()
	}
	return out
}

func (s *Service) representatives(ctx context.Context, a account.Account, at time.Time) ([]Representative, error) {
	found, err := s.Trusted.Of(ctx, a.ID, at)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b account.Representative) int { return b.InvitedAt.Compare(a.InvitedAt) })
	list := []Representative{}
	for _, r := range found {
		list = append(list, representative(r, at))
	}
	return list, nil
}

// Representatives lists those the account named, also those that are over.
func (s *Service) Representatives(ctx context.Context, _ struct{}) (RepresentativeList, error) {
	a, _, err := s.Gate.Session(ctx)
	if err != nil {
		return RepresentativeList{}, err
	}
	list, err := s.representatives(ctx, a, httpapi.ReceivedAt(ctx))
	return RepresentativeList{list, account.MaxContacts, account.Periods, kinds.Codes()}, err
}

// NameRequest is what the holder writes to name a representative.
type NameRequest struct {
	ID     string        `json:"id"` // UUID of the client's choice: a repeat names nobody twice
	Name   string        `json:"name"`
	Email  string        `json:"email"`
	Lang   locale.Lang   `json:"lang"`
	Scope  account.Scope `json:"scope"`
	Filing string        `json:"filing"` // of scope "filing", else ""
	Kinds  []string      `json:"kinds"`  // of scope "kinds", else []
	Months int           `json:"months"`
}

// Name invites someone to be a representative (201). Nothing is copied to them until they agree. It takes
// the EDS: a representative reads what the court writes.
func (s *Service) Name(ctx context.Context, q NameRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, n, err := s.Gate.Acting(ctx)
	if err == nil {
		err = byEDS(n)
	}
	if err != nil {
		return httpapi.Reply{}, err
	}
	r := account.Representative{
		ID: q.ID, AccountID: a.ID, Name: strings.TrimSpace(q.Name), Email: q.Email, Lang: q.Lang,
		Scope: q.Scope, Filing: q.Filing, Kinds: q.Kinds, Months: q.Months,
	}
	faults := r.Validate("", kinds.Codes())
	if strings.EqualFold(q.Email, a.Email) {
		faults.Add("/email", "duplicate", clauseRepresentatives)
	}
	if q.Filing != "" && !filing.IsID(q.Filing) {
		faults.Add("/filing", "format", clauseRepresentatives)
	} else if q.Filing != "" {
		if _, err := s.Filings.Envelope(ctx, q.Filing, a.ID, at); errors.Is(err, filing.ErrNotFound) {
			faults.Add("/filing", "unknown-value", clauseRepresentatives)
		} else if err != nil {
			return httpapi.Reply{}, err
		}
	}
	if err := faults.Err(); err != nil {
		return httpapi.Reply{}, err
	}
	have, err := s.Trusted.Of(ctx, a.ID, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if i := slices.IndexFunc(have, func(had account.Representative) bool { return had.ID == r.ID }); i >= 0 {
		return httpapi.Reply{Body: representative(have[i], at)}, nil
	}
	if err := account.MayName(have, r, at); err != nil { // before it counts as an invitation
		return httpapi.Reply{}, mayNot(err)
	}
	if err := s.mayInvite(ctx, r, at); err != nil {
		return httpapi.Reply{}, err
	}
	named, first, err := s.Trusted.Name(ctx, account.NewRepresentative(r, at, circumstances(ctx)))
	if err != nil {
		return httpapi.Reply{}, mayNot(err)
	}
	reply := httpapi.Reply{Status: http.StatusCreated, Body: representative(named, at)}
	if !first {
		reply.Status = http.StatusOK
	}
	return reply, nil
}

// mayNot says of an error of account.MayName which field is at fault.
func mayNot(err error) error {
	switch {
	case errors.Is(err, account.ErrRepresentativeNamed):
		return defect.List{{Pointer: "/email", Code: "duplicate", Article: clauseRepresentatives}}
	case errors.Is(err, account.ErrTooManyRepresentatives):
		return defect.List{{Pointer: "/email", Code: "representatives-full", Article: clauseRepresentatives}}
	}
	return err
}

// mayInvite counts an invitation: of the account, of this one and to the address.
func (s *Service) mayInvite(ctx context.Context, r account.Representative, at time.Time) error {
	for _, c := range []struct {
		counter string
		limit   int
	}{
		{"invitations-of-" + r.AccountID, account.InvitationsOfAccount},
		{"invitations-of-" + r.AccountID + "-" + r.ID, account.InvitationsOfOne},
		{account.InvitationCounter(s.IndexKey, r.Email), account.InvitationsToAddress},
	} {
		if wait, err := s.Attempts.Count(ctx, c.counter, c.limit, account.InvitationWindow, at); err != nil {
			return err
		} else if wait > 0 {
			return &httpapi.Problem{Slug: "too-many-invitations", Wait: wait}
		}
	}
	return nil
}

func circumstances(ctx context.Context) account.Evidence {
	return account.Evidence{Address: httpapi.Address(ctx), UserAgent: httpapi.UserAgent(ctx)}
}

// RepresentativeRequest names one of the account's representatives.
type RepresentativeRequest struct {
	ID string `json:"-" path:"representative"`
}

// EndRepresentative takes the holder's consent back: no copy is made from now on. Like the end of
// a session it needs no acceptance of the agreement in force; where it is over already it is done.
func (s *Service) EndRepresentative(ctx context.Context, q RepresentativeRequest) (httpapi.Reply, error) {
	a, _, err := s.Gate.Session(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !account.IsID(q.ID) {
		return httpapi.Reply{}, account.ErrNoRepresentative
	}
	_, err = s.Trusted.End(ctx, a.ID, q.ID, httpapi.ReceivedAt(ctx), circumstances(ctx))
	return httpapi.Reply{Status: http.StatusNoContent}, err
}

// Invite sends an unanswered invitation again (202).
func (s *Service) Invite(ctx context.Context, q RepresentativeRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !account.IsID(q.ID) {
		return httpapi.Reply{}, account.ErrNoRepresentative
	}
	r, err := s.Trusted.Get(ctx, a.ID, q.ID, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if _, err := r.Invite(at); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.mayInvite(ctx, r, at); err != nil {
		return httpapi.Reply{}, err
	}
	if r, err = s.Trusted.Invite(ctx, a.ID, q.ID, at); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusAccepted, Body: representative(r, at)}, nil
}

// Token is the token of a link. It keeps itself out of logs.
type Token string

// String keeps %v from showing the token.
func (Token) String() string { return "[token]" }

// LinkRequest is what a representative's link brings along.
type LinkRequest struct {
	Token Token `json:"token"`
}

// Invitation is what a representative is shown: who named them, for what and how long, and what
// the office keeps of them. No filing is named.
type Invitation struct {
	Holder      string                       `json:"holder"` // the person or organisation that named them
	Name        string                       `json:"name"`   // as the holder wrote it, "" once the account is closed
	Email       string                       `json:"email"`
	Lang        locale.Lang                  `json:"lang"` // of the mail
	Scope       string                       `json:"scope"`
	Months      int                          `json:"months"`
	Status      account.RepresentativeStatus `json:"status"`
	AnswerBy    time.Time                    `json:"answerBy"` // exclusive
	ConsentedAt *time.Time                   `json:"consentedAt"`
	LastDay     string                       `json:"lastDay"`
	EndedAt     *time.Time                   `json:"endedAt"`
	KeptUntil   time.Time                    `json:"keptUntil"` // the record of it
}

func (s *Service) invitation(ctx context.Context, r account.Representative) (Invitation, error) {
	a, err := s.Accounts.Account(ctx, r.AccountID)
	if err != nil {
		return Invitation{}, err
	}
	shown := representative(r, httpapi.ReceivedAt(ctx))
	holder := a.Subject.Name
	if a.Subject.Kind == account.Legal {
		holder = a.Subject.Organisation
	}
	return Invitation{
		Holder: holder, Name: r.Name, Email: r.Email, Lang: r.Lang, Scope: notice.Scope(r, httpapi.Lang(ctx)), Months: r.Months,
		Status: shown.Status, AnswerBy: shown.AnswerBy, ConsentedAt: shown.ConsentedAt, LastDay: shown.LastDay,
		EndedAt: shown.EndedAt, KeptUntil: r.KeptUntil(),
	}, nil
}

// Invitation shows the representative's page.
func (s *Service) Invitation(ctx context.Context, q LinkRequest) (Invitation, error) {
	accountID, id, err := account.ParseLink(s.IndexKey, string(q.Token), account.LinkPage)
	if err != nil {
		return Invitation{}, err
	}
	r, err := s.Trusted.Get(ctx, accountID, id, httpapi.ReceivedAt(ctx))
	if err != nil {
		return Invitation{}, gone(err)
	}
	return s.invitation(ctx, r)
}

// Agree is the representative's consent. A repeat is answered like the first.
func (s *Service) Agree(ctx context.Context, q LinkRequest) (Invitation, error) {
	accountID, id, err := account.ParseLink(s.IndexKey, string(q.Token), account.LinkPage)
	if err != nil {
		return Invitation{}, err
	}
	r, err := s.Trusted.Agree(ctx, accountID, id, httpapi.ReceivedAt(ctx), circumstances(ctx))
	if err != nil {
		return Invitation{}, gone(err)
	}
	return s.invitation(ctx, r)
}

// Refuse declines the invitation or withdraws the consent. A repeat is answered like the first. It
// takes both kinds of link and shows nothing, because an address that only unsubscribes may be
// known to mail services.
func (s *Service) Refuse(ctx context.Context, q LinkRequest) (httpapi.Reply, error) {
	return s.refuse(ctx, string(q.Token), account.LinkPage, account.LinkUnsubscribe)
}

func (s *Service) refuse(ctx context.Context, token string, purposes ...account.LinkPurpose) (httpapi.Reply, error) {
	accountID, id, err := account.ParseLink(s.IndexKey, token, purposes...)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if _, err = s.Trusted.Refuse(ctx, accountID, id, httpapi.ReceivedAt(ctx), circumstances(ctx)); err != nil {
		return httpapi.Reply{}, gone(err)
	}
	return httpapi.Reply{Status: http.StatusNoContent}, nil
}

// gone says of a link to a record that is no longer kept that the link is no longer one.
func gone(err error) error {
	if errors.Is(err, account.ErrNoRepresentative) {
		return account.ErrLink
	}
	return err
}

// UnsubscribeRequest is what a mail service sends for a reader who presses its own button "unsubscribe"
// (RFC 8058, section 3.2): without cookies, session or the page's origin.
type UnsubscribeRequest struct {
	Token  string `json:"-" path:"token"`
	Answer string `json:"-" form:"List-Unsubscribe"`
}

// Unsubscribe declines or withdraws in one click, as Refuse does.
func (s *Service) Unsubscribe(ctx context.Context, q UnsubscribeRequest) (httpapi.Reply, error) {
	if q.Answer != "One-Click" {
		return httpapi.Reply{}, defect.List{{Pointer: "/List-Unsubscribe", Code: "unknown-value", Article: clauseRepresentatives}}
	}
	return s.refuse(ctx, q.Token, account.LinkUnsubscribe)
}

// ShowUnsubscribeRequest is the same address opened in a browser, or by a program that looks at
// what is behind the links of a mail.
type ShowUnsubscribeRequest struct {
	Token string `json:"-" path:"token"`
}

// ShowUnsubscribe changes nothing: it leads to the page where the reader is asked first.
func (s *Service) ShowUnsubscribe(ctx context.Context, q ShowUnsubscribeRequest) (httpapi.Reply, error) {
	page := "/" + string(httpapi.Lang(ctx)) + "/representative"
	if _, _, err := account.ParseLink(s.IndexKey, q.Token, account.LinkUnsubscribe); err == nil {
		page += "#stop=" + q.Token
	}
	return httpapi.Reply{Status: http.StatusSeeOther, See: page}, nil
}
