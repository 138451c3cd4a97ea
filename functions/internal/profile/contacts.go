package profile

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// Limits of codes, in fixed windows: nobody floods a mailbox through the office, or guesses.
const (
	CodeWindow     = time.Hour
	CodesOfAccount = 5
	CodesToAddress = 5 // from whichever account
)

// EmailRequest is an address the holder wants notices sent to, or the one they go to already.
type EmailRequest struct {
	Email string `json:"email"`
}

// AskedCode says until when a code may be typed.
type AskedCode struct {
	ExpiresAt time.Time `json:"expiresAt"`
}

// AskCode sends a code to the address. Notices go where they went until it is typed. Another address
// than the one that takes them asks for the EDS.
func (s *Service) AskCode(ctx context.Context, r EmailRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, err := s.mayChange(ctx, account.Email, r.Email)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !account.ValidEmail(r.Email) {
		return httpapi.Reply{}, defect.List{{Pointer: "/email", Code: "email-invalid", Article: "CPC 127(4)(2)"}}
	}
	if err := s.count(ctx, CodeWindow, at,
		limit{"codes-" + a.ID, CodesOfAccount}, limit{account.CodeCounter(s.IndexKey, r.Email), CodesToAddress}); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.ask(ctx, account.Email, a.ID, r.Email, at); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusAccepted, Body: AskedCode{at.Add(account.CodeLife)}}, nil
}

// mayChange is the gate for a contact that court notices go to: to what it is already, to show that
// it is the holder's, or to another, which has legal force and asks for the EDS.
func (s *Service) mayChange(ctx context.Context, channel account.Channel, to string) (account.Account, error) {
	a, n, err := s.Gate.Acting(ctx)
	if err == nil && to != current(a, channel) {
		err = byEDS(n)
	}
	return a, err
}

// current is the address or number that takes the account's notices, "" for none.
func current(a account.Account, channel account.Channel) string {
	if channel == account.Mobile {
		return a.Mobile
	}
	return a.Email
}

// limit is how much a counter may count in its window.
type limit struct {
	counter string
	most    int
}

// count counts one attempt by each of limits, in order, as far as they allow it.
func (s *Service) count(ctx context.Context, window time.Duration, at time.Time, limits ...limit) error {
	for _, l := range limits {
		if wait, err := s.Attempts.Count(ctx, l.counter, l.most, window, at); err != nil {
			return err
		} else if wait > 0 {
			return &httpapi.Problem{Slug: "throttled", Wait: wait}
		}
	}
	return nil
}

// ask sends a code to an address of an account.
func (s *Service) ask(ctx context.Context, channel account.Channel, accountID, to string, at time.Time) error {
	var random [4]byte
	rand.Read(random[:])
	return s.Contacts.AskCode(ctx, account.NewCode(s.IndexKey, channel, accountID, eventID(), to, random, at))
}

// CodeRequest is the code as typed.
type CodeRequest struct {
	Code Typed `json:"code"`
}

// Typed is a code as typed. It keeps itself out of logs.
type Typed string

// String keeps %v from showing the code.
func (Typed) String() string { return "[code]" }

// Verify takes the code: its address is the holder's, and takes the notices from now on.
func (s *Service) Verify(ctx context.Context, r CodeRequest) (httpapi.Reply, error) {
	return s.verify(ctx, account.Email, r)
}

func (s *Service) verify(ctx context.Context, channel account.Channel, r CodeRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, n, err := s.Gate.Acting(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	typed := strings.Join(strings.Fields(string(r.Code)), "")
	c, err := s.Contacts.TryCode(ctx, a.ID, channel, func(to string) string {
		return account.CodeMAC(s.IndexKey, a.ID, to, typed)
	}, at)
	if err == nil && c.To != current(a, channel) {
		err = byEDS(n)
	}
	if err == nil {
		err = s.Contacts.Verify(ctx, c, account.Evidence{Address: httpapi.Address(ctx), UserAgent: httpapi.UserAgent(ctx)})
	}
	return httpapi.Reply{Status: http.StatusNoContent}, codeFault(err)
}

// codeFault says of an error of a typed code what is wrong with the field.
func codeFault(err error) error {
	switch {
	case errors.Is(err, account.ErrCodeWrong):
		return defect.List{{Pointer: "/code", Code: "code-wrong"}}
	case errors.Is(err, account.ErrCodeGone):
		return defect.List{{Pointer: "/code", Code: "code-gone"}}
	}
	return err
}
