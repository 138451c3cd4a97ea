// Package entry makes what a signed request opens in a browser and the cookies that carry it: a
// session, with what its holder sees of the account, or a registration. Signing in, registering and
// accepting do it alike.
package entry

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// Open makes a session of the account for the request, not kept yet, and the cookies to answer
// with. person is who opens it, and notAfter when their certificate ends. A browser
// that has no device cookie gets one; its session then names a new device.
func Open(ctx context.Context, accountID string, by session.Means, person session.Person, notAfter time.Time) (session.Session, []*http.Cookie) {
	at := httpapi.ReceivedAt(ctx)
	token, id := session.Token(random())
	device, cookies := Device(ctx)
	opened := session.Session{
		ID: id, AccountID: accountID, By: by, Device: device, Agent: httpapi.UserAgent(ctx), Person: person,
		CreatedAt: at, SeenAt: at, NotAfter: notAfter,
	}
	// The browser keeps the cookie as long as any session may live; idling is ours to see.
	return opened, append([]*http.Cookie{httpapi.Cookie(ctx, token, at.Add(session.Absolute))}, cookies...)
}

// ByEDS is Open for who signed, with the certificate they signed with.
func ByEDS(ctx context.Context, accountID string, signed signer.Act, indexKey []byte) (session.Session, []*http.Cookie) {
	certificate := signed.Report.Signers[0].Certificate
	opened, cookies := Open(ctx, accountID, session.ByEDS, Person(signed.Subject, indexKey, accountID), certificate.NotAfter)
	opened.Certificate = certificate.DER
	return opened, cookies
}

// Device returns the ID of the request's device cookie. A browser that has none gets one: it is
// in cookies then.
func Device(ctx context.Context) (id string, cookies []*http.Cookie) {
	token := httpapi.DeviceToken(ctx)
	if token == "" {
		token, _ = session.Token(random())
		cookies = []*http.Cookie{httpapi.DeviceCookie(token, session.DeviceLife)}
	}
	return session.ID(token), cookies
}

// Registration makes the registration that an acceptance by who opens, not kept yet, and the
// cookie with its token.
func Registration(ctx context.Context, who account.Subject, indexKey []byte) (account.Opening, *http.Cookie) {
	token, id := session.Token(random())
	o := account.Opening{ID: id, Key: who.Key(indexKey), At: httpapi.ReceivedAt(ctx), Subject: who}
	if before := httpapi.RegistrationToken(ctx); before != "" {
		o.Before = session.ID(before)
	}
	if device := httpapi.DeviceToken(ctx); device != "" {
		o.Device = session.ID(device)
	}
	return o, httpapi.RegistrationCookie(token, account.OpeningLife)
}

// Person is who acts in a session of the account, opened with the certificate of who.
func Person(who account.Subject, indexKey []byte, accountID string) session.Person {
	p := session.Person{Key: who.PersonKey(indexKey)}
	if id := who.PersonID(indexKey, accountID); id != "" {
		p.ID, p.Name, p.Role, p.Number = id, who.Name, string(who.Role), who.IIN.Masked()
	}
	return p
}

// View is the account a as the holder of its session s sees it at the instant at. versions are those
// published.
func View(a account.Account, s session.Session, versions []agreement.Version, at time.Time) account.View {
	inForce, _ := agreement.InForce(versions, at)
	v := a.View(inForce.ID, s.EndsAt())
	v.Rights = append(v.Rights, a.RightsIn(s.By == session.ByEDS)...)
	if p := s.Person; p.ID != "" {
		v.Person = &account.ViewPerson{Name: p.Name, Role: account.Role(p.Role)}
	}
	if c, ok := agreement.Coming(versions, at); ok {
		v.Agreement.Coming = &account.ViewComing{ID: c.ID, EffectiveAt: c.EffectiveAt, Accepted: a.HasAccepted(c.ID)}
	}
	return v
}

func random() (b [32]byte) {
	rand.Read(b[:])
	return b
}
