package describe

import (
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// introduction is what a program's author reads first, as CommonMark.
func introduction() string {
	minutes := func(d time.Duration) int { return int(d / time.Minute) }
	return fmt.Sprintf(`Everything the pages of the office do, programs may do by the same routes, by the same rules and with the same rights. There are no keys for programs: a program acts with the EDS of the person who answers for what it does.

## Signing in

1. POST /api/sign-in/document with {"lang": "kk"} gives a document: its bytes in base64, and until when they may be signed, %d minutes.
2. Sign exactly these bytes with a key of the National Certification Authority: CMS with the document attached and one signer, in base64 or PEM.
3. POST /api/sign-in with {"signature": "…"} opens a session. Its cookie, __Host-session, comes with the answer and goes with each request that says so. It ends after %d minutes without a request and %d hours after signing in at the latest; DELETE /api/session ends it.

A signature opens one session: whoever signs in again asks for another document. Who has no account accepts the agreement and registers first, in the same way: ask for the document of the act, sign it, send the signature.

A session lets its holder read and draft. Each act that binds is signed for itself: its route gives out a document, the same bytes come back signed. Read what you sign: each document says in words what it does.

## Requests from other sites

There is no token against forged requests. A browser says where a request comes from, and one whose Sec-Fetch-Site or Origin is another site's is refused as forbidden. A program sends neither header.

## Filing

1. PUT /api/filings/{id} begins a draft under a UUID of your choice; PUT /api/filings/{id}/sections/{section} keeps one section of its form at a time. The schemas form.{kind} say what a form holds.
2. PUT /api/filings/{id}/documents/{document} gives presigned requests; the bytes of a document go there, not here. A document in parts is put together by POST …/completion.
3. GET /api/filings/{id}/check says what the court would find wrong.
4. POST /api/filings/{id}/manifest freezes the filing and gives the document to sign, with a token.
5. POST /api/filings/{id}/seal with token and signature seals it. It needs no session. The answer is the receipt: the instant in it is the one that counts. Who got no answer sends the same again, or asks POST /api/filings/{id}/outcome.

Every write may be repeated: ids are the client's, versions say what a change was made of, and a repeat finds what the first did.

## Being told

An organisation's program need not ask what happened: its head registers up to %d https addresses, and the office posts to them what it mails to the organisation, in ids alone; who may read more asks with them. The object webhooks of this document has each type. Messages are those of Standard Webhooks, and shared/client of the source has a reader in Go, ReadNotice. To trust one:

1. webhook-certificate is the base64 of 133 bytes, numbers with the highest byte first: "SKC1"; a byte that is 3, the purpose of these keys; 8 bytes, in hex the rootId; 8 of a serial; 8 and 8, since when and until before when the key signs, in seconds since 1970 UTC; the key, 32 bytes of Ed25519; 64 bytes, r and s of the root's signature (ECDSA, P-256, SHA-256) over the 69 before.
2. The root is in roots of /keys.json under that rootId, and since when is not before its notBefore nor from its notAfter on. Fetch the file when a root is named that you don't know; keys change each day, roots hardly.
3. webhook-signature is "v1a," and the base64 of that key's signature over webhook-id, a dot, webhook-timestamp, a dot and the body as it came.
4. webhook-timestamp is within the time of the key and within %d minutes of your clock.
5. data.hook is the id of your own address. The keys are the same for everybody: without this whoever is sent a message can hand it on to you.

Answer 2xx within %d seconds once you have kept it; ask the API afterwards. Any other answer has it come again under the same webhook-id, later each time, for about a day; it may come twice, and not in order. An address that took nothing for a day, or answered 410, is paused and its organisation told; what happens while it is paused is not sent later. POST /api/account/webhooks/{webhook}/ping sends webhook.ping.

## Problems

What the office does not do it says as application/problem+json (RFC 9457): type names the problem, detail says what is wrong, next what to do now, errors what is wrong with which member. The schema Problem lists every type there is. Retry-After says when waiting helps. Support finds a request by the reference in instance.

## Who may do what

x-callers of an operation lists who was let do it when the authorisation of all routes was tested: "anyone", without a session; "owner", of what the route names; "other", any holder of an account; "clerk", of the court it was sent to; "byPassword", an administrator who signed in with the password; "administrator", one who signed in with the EDS. Others get unauthenticated, forbidden or, where even existence is nobody's business, not-found.

## Changes

Answers may get new members, and codes new values: pass over what you don't know. What is taken away or changes its meaning raises the first number of the version. Requests with members that are not described are refused as unknown-field.
`, minutes(challenge.Life), minutes(session.Idle), int(session.Absolute/time.Hour), webhook.Most, minutes(webhook.Tolerance), int(webhook.Patience/time.Second))
}
