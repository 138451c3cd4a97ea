package profile

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
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

// AskCode sends a code to the address. Notices go where they went until it is typed.
func (s *Service) AskCode(ctx context.Context, r EmailRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !account.ValidEmail(r.Email) {
		return httpapi.Reply{}, defect.List{{Pointer: "/email", Code: "email-invalid", Article: "CPC 127(4)(2)"}}
	}
	for _, c := range []struct {
		counter string
		limit   int
	}{{"codes-" + a.ID, CodesOfAccount}, {s.addressCounter(r.Email), CodesToAddress}} {
		if wait, err := s.Attempts.Count(ctx, c.counter, c.limit, CodeWindow, at); err != nil {
			return httpapi.Reply{}, err
		} else if wait > 0 {
			return httpapi.Reply{}, &httpapi.Problem{Slug: "throttled", Wait: wait}
		}
	}
	var random [4]byte
	rand.Read(random[:])
	if err := s.Accounts.AskCode(ctx, account.NewCode(s.IndexKey, a.ID, eventID(), r.Email, random, at)); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusAccepted, Body: AskedCode{at.Add(account.CodeLife)}}, nil
}

// addressCounter names the counter of an address without saying which it is.
func (s *Service) addressCounter(email string) string {
	m := hmac.New(sha256.New, s.IndexKey)
	m.Write([]byte("codes\x00" + strings.ToLower(email)))
	return "codes-" + hex.EncodeToString(m.Sum(nil))
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
	at := httpapi.ReceivedAt(ctx)
	a, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	typed := strings.Join(strings.Fields(string(r.Code)), "")
	c, err := s.Accounts.TryCode(ctx, a.ID, func(email string) string {
		return account.CodeMAC(s.IndexKey, a.ID, email, typed)
	}, at)
	if err == nil {
		err = s.Accounts.Verify(ctx, c, account.Evidence{Address: httpapi.Address(ctx), UserAgent: httpapi.UserAgent(ctx)})
	}
	switch {
	case errors.Is(err, account.ErrCodeWrong):
		return httpapi.Reply{}, defect.List{{Pointer: "/code", Code: "code-wrong"}}
	case errors.Is(err, account.ErrCodeGone):
		return httpapi.Reply{}, defect.List{{Pointer: "/code", Code: "code-gone"}}
	}
	return httpapi.Reply{Status: http.StatusNoContent}, err
}
