// Package entry makes the session that a request opens and the cookies that carry it: signing in
// and registering do it alike.
package entry

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
)

// Open makes a session of the account for the request, not kept yet, and the cookies to answer
// with. A browser that has no device cookie gets one; its session then names a new device.
func Open(ctx context.Context, accountID string, by session.Means) (session.Session, []*http.Cookie) {
	at := httpapi.ReceivedAt(ctx)
	token, id := session.Token(random())
	opened := session.Session{
		ID: id, AccountID: accountID, By: by, Agent: httpapi.UserAgent(ctx), CreatedAt: at, SeenAt: at,
	}
	// The browser keeps the cookie as long as any session may live; idling is ours to see.
	cookies := []*http.Cookie{httpapi.Cookie(ctx, token, at.Add(session.Absolute))}
	device := httpapi.DeviceToken(ctx)
	if device == "" {
		device, _ = session.Token(random())
		cookies = append(cookies, httpapi.DeviceCookie(device, session.DeviceLife))
	}
	opened.Device = session.ID(device)
	return opened, cookies
}

func random() (b [32]byte) {
	rand.Read(b[:])
	return b
}
