// Code generated from shared/openapi/openapi.json by go test ./shared/client -update; DO NOT EDIT.

package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"
)

// SigninDocument makes the document whose signature signs in
//
// POST /api/sign-in/document
func (c *Client) SigninDocument(ctx context.Context, body SigninDocumentRequest) (out SignerUnsigned, err error) {
	err = c.call(ctx, "POST", "/api/sign-in/document", nil, body, &out)
	return out, err
}

// SigninSignIn opens a session for the signer's account: one conditional write that also uses up the
// challenge, so a signature that was seen once opens nothing.
//
// POST /api/sign-in
func (c *Client) SigninSignIn(ctx context.Context, body SigninRequest) (out SigninSignedIn, err error) {
	err = c.call(ctx, "POST", "/api/sign-in", nil, body, &out)
	return out, err
}

// SigninPassword opens a session by number and password: for a legal person with the number and the
// password of who acts. It answers the same, after the same work, for a number nobody registered,
// for a person without a password and for a wrong password. A password whose person's certificate
// has ended opens nothing; one that is found revoked is taken away with all their sessions.
//
// POST /api/sign-in/password
func (c *Client) SigninPassword(ctx context.Context, body SigninPasswordRequest) (out SigninSignedIn, err error) {
	err = c.call(ctx, "POST", "/api/sign-in/password", nil, body, &out)
	return out, err
}

// SigninSession shows the account of the request's session and keeps the session from idling
//
// GET /api/session
func (c *Client) SigninSession(ctx context.Context) (out AccountView, err error) {
	err = c.call(ctx, "GET", "/api/session", nil, nil, &out)
	return out, err
}

// SigninSignOut ends the request's session, if there is one, and takes the cookie away
//
// DELETE /api/session
func (c *Client) SigninSignOut(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/api/session", nil, nil, nil)
}

// MobilesigningOffer makes a code for a document the office gave out: anything else is refused at
// its permit.
//
// POST /api/mobile-signing
func (c *Client) MobilesigningOffer(ctx context.Context, body MobilesigningOfferRequest) (out MobilesigningOffered, err error) {
	err = c.call(ctx, "POST", "/api/mobile-signing", nil, body, &out)
	return out, err
}

// MobilesigningProgress tells the browser how far its code has come, and gives it the signature once
// the phone's digits were typed
//
// POST /api/mobile-signing/{id}/progress
func (c *Client) MobilesigningProgress(ctx context.Context, id string, body MobilesigningBrowserRequest) (out MobilesigningProgress, err error) {
	err = c.call(ctx, "POST", "/api/mobile-signing/"+url.PathEscape(id)+"/progress", nil, body, &out)
	return out, err
}

// MobilesigningDigits compares what was typed with what the phone shows
//
// POST /api/mobile-signing/{id}/digits
func (c *Client) MobilesigningDigits(ctx context.Context, id string, body MobilesigningDigitsRequest) error {
	return c.call(ctx, "POST", "/api/mobile-signing/"+url.PathEscape(id)+"/digits", nil, body, nil)
}

// MobilesigningGiveUp ends the browser's code
//
// POST /api/mobile-signing/{id}/cancellation
func (c *Client) MobilesigningGiveUp(ctx context.Context, id string, body MobilesigningBrowserRequest) error {
	return c.call(ctx, "POST", "/api/mobile-signing/"+url.PathEscape(id)+"/cancellation", nil, body, nil)
}

// MobilesigningAccess answers a phone that has read a code, as often as it is asked, until a phone
// has come for the document: nothing is lost with an answer that does not arrive.
//
// GET /api/mobile-signing/{id}
func (c *Client) MobilesigningAccess(ctx context.Context, id string) (out MobilesigningAccess, err error) {
	err = c.call(ctx, "GET", "/api/mobile-signing/"+url.PathEscape(id), nil, nil, &out)
	return out, err
}

// MobilesigningPackage gives the document to the phone that comes for it first, and to that phone
// again if it asks again. Phone must have let the request through.
//
// GET /api/mobile-signing/{id}/document/{opening}
func (c *Client) MobilesigningPackage(ctx context.Context, id string, opening string) (out MobilesigningPackage, err error) {
	err = c.call(ctx, "GET", "/api/mobile-signing/"+url.PathEscape(id)+"/document/"+url.PathEscape(opening), nil, nil, &out)
	return out, err
}

// MobilesigningSigned takes a signature over exactly the document that was given out. Whether it
// holds, and whether this signer may act, the route of the act says. Phone must have let the request
// through.
//
// PUT /api/mobile-signing/{id}/document/{opening}
func (c *Client) MobilesigningSigned(ctx context.Context, id string, opening string, body MobilesigningSignedRequest) (out map[string]json.RawMessage, err error) {
	err = c.call(ctx, "PUT", "/api/mobile-signing/"+url.PathEscape(id)+"/document/"+url.PathEscape(opening), nil, body, &out)
	return out, err
}

// AcceptagreementCurrent shows the version in force and the coming one in the language of the
// request. Before the first version is published there is nothing to find.
//
// GET /api/agreement
func (c *Client) AcceptagreementCurrent(ctx context.Context) (out AcceptagreementCurrent, err error) {
	err = c.call(ctx, "GET", "/api/agreement", nil, nil, &out)
	return out, err
}

// AcceptagreementDocument makes the document to sign. The browser gets a device cookie if it has
// none: by it an acceptance that is repeated, because its answer was lost, is known to come from
// where it came from first.
//
// POST /api/agreement/acceptance/document
func (c *Client) AcceptagreementDocument(ctx context.Context, body AcceptagreementDocumentRequest) (out SignerUnsigned, err error) {
	err = c.call(ctx, "POST", "/api/agreement/acceptance/document", nil, body, &out)
	return out, err
}

// AcceptagreementAccept records a signed acceptance of the version in force or the coming one.
// Repeating it, or accepting a version again, records nothing and returns the first acceptance with
// 200.
//
// For a subject without an account it opens a registration in the browser, the first time and every
// other: that is how a person who returns, perhaps on another device, finds the form again.
//
// POST /api/agreement/acceptance
func (c *Client) AcceptagreementAccept(ctx context.Context, body AcceptagreementRequest) (out AcceptagreementAccepted, err error) {
	err = c.call(ctx, "POST", "/api/agreement/acceptance", nil, body, &out)
	return out, err
}

// RegisterForm shows the registration that is open in the browser, so that its page goes on where it
// was left, with the browser closed in between or not
//
// GET /api/registration/form
func (c *Client) RegisterForm(ctx context.Context) (out RegisterUnfinished, err error) {
	err = c.call(ctx, "GET", "/api/registration/form", nil, nil, &out)
	return out, err
}

// RegisterSave keeps the form as it is typed. A coming agreement version doesn't stop it: what was
// typed waits for the acceptance.
//
// PUT /api/registration/form
func (c *Client) RegisterSave(ctx context.Context, body RegisterSaveRequest) (out RegisterSaved, err error) {
	err = c.call(ctx, "PUT", "/api/registration/form", nil, body, &out)
	return out, err
}

// RegisterForget gives the registration up: what was typed goes, and the cookie with it. It is for
// whoever begins anew, and for a computer that others use too. Where nothing is open it is no error.
//
// DELETE /api/registration/form
func (c *Client) RegisterForget(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/api/registration/form", nil, nil, nil)
}

// RegisterDocument checks the form and makes the document to sign
//
// POST /api/registration/document
func (c *Client) RegisterDocument(ctx context.Context, body RegisterDocumentRequest) (out SignerUnsigned, err error) {
	err = c.call(ctx, "POST", "/api/registration/document", nil, body, &out)
	return out, err
}

// RegisterRegister opens an account and a session for the signer (201). Who has an account already
// is signed in to it instead (200): the form and the password are then left aside. A request
// repeated because its answer was lost has the first one's outcome, for whoever knows the account's
// password.
//
// POST /api/registration
func (c *Client) RegisterRegister(ctx context.Context, body RegisterRequest) (out AccountView, err error) {
	err = c.call(ctx, "POST", "/api/registration", nil, body, &out)
	return out, err
}

// ProfileProfile shows the account
//
// GET /api/account
func (c *Client) ProfileProfile(ctx context.Context) (out ProfileProfile, err error) {
	err = c.call(ctx, "GET", "/api/account", nil, nil, &out)
	return out, err
}

// ProfileAskCode sends a code to the address. Notices go where they went until it is typed. Another
// address than the one that takes them asks for the EDS.
//
// POST /api/account/email
func (c *Client) ProfileAskCode(ctx context.Context, body ProfileEmailRequest) (out ProfileAskedCode, err error) {
	err = c.call(ctx, "POST", "/api/account/email", nil, body, &out)
	return out, err
}

// ProfileVerify takes the code: its address is the holder's, and takes the notices from now on.
//
// POST /api/account/email/code
func (c *Client) ProfileVerify(ctx context.Context, body ProfileCodeRequest) error {
	return c.call(ctx, "POST", "/api/account/email/code", nil, body, nil)
}

// ProfileObject the objection of the account's holder against a change of the address that court
// notices go to: it opens a breach case. A repeat is answered with that case (200).
//
// POST /api/account/email/objection
func (c *Client) ProfileObject(ctx context.Context, body ProfileObjectionRequest) (out ProfileObjected, err error) {
	err = c.call(ctx, "POST", "/api/account/email/objection", nil, body, &out)
	return out, err
}

// ProfileObjectByLink takes the same objection from the holder of the address itself, by the link in
// the mail: whoever took the account over may have ended their sessions.
//
// POST /api/contact-objection
func (c *Client) ProfileObjectByLink(ctx context.Context, body ProfileLinkRequest) (out ProfileObjected, err error) {
	err = c.call(ctx, "POST", "/api/contact-objection", nil, body, &out)
	return out, err
}

// ProfileAskMobileCode sends a code to the number by SMS. Text messages go where they went until it
// is typed.
//
// POST /api/account/mobile
func (c *Client) ProfileAskMobileCode(ctx context.Context, body ProfileMobileRequest) (out ProfileAskedCode, err error) {
	err = c.call(ctx, "POST", "/api/account/mobile", nil, body, &out)
	return out, err
}

// ProfileRemoveMobile takes the number from the account: no more text messages. The history keeps
// that it took them. Without a number there is nothing to do.
//
// DELETE /api/account/mobile
func (c *Client) ProfileRemoveMobile(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/api/account/mobile", nil, nil, nil)
}

// ProfileVerifyMobile takes the code: its number is the holder's, and takes text messages from now
// on.
//
// POST /api/account/mobile/code
func (c *Client) ProfileVerifyMobile(ctx context.Context, body ProfileCodeRequest) error {
	return c.call(ctx, "POST", "/api/account/mobile/code", nil, body, nil)
}

// ProfileList shows the account's sessions (agreement 6.2). Whoever acts for a legal person sees
// their own, its head everyone's.
//
// GET /api/account/sessions
func (c *Client) ProfileList(ctx context.Context) (out ProfileSessionList, err error) {
	err = c.call(ctx, "GET", "/api/account/sessions", nil, nil, &out)
	return out, err
}

// ProfileEndOthers ends all sessions that List shows but the request's own
//
// DELETE /api/account/sessions
func (c *Client) ProfileEndOthers(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/api/account/sessions", nil, nil, nil)
}

// ProfileEnd ends one of the sessions that List shows, perhaps the request's own. Any other is not
// there.
//
// DELETE /api/account/sessions/{session}
func (c *Client) ProfileEnd(ctx context.Context, session string) error {
	return c.call(ctx, "DELETE", "/api/account/sessions/"+url.PathEscape(session), nil, nil, nil)
}

// ProfileEndActing ends all sessions of a person who acts for the legal person and takes their
// password away: the word of its head, signed in with the EDS. What the person's certificate lets
// them do ends with the certificate, at the NCA.
//
// DELETE /api/account/acting/{person}
func (c *Client) ProfileEndActing(ctx context.Context, person string) error {
	return c.call(ctx, "DELETE", "/api/account/acting/"+url.PathEscape(person), nil, nil, nil)
}

// ProfileChangePassword sets another password for who acts and ends their other sessions. Who does
// not know the current one resets it with the EDS.
//
// POST /api/account/password
func (c *Client) ProfileChangePassword(ctx context.Context, body ProfilePasswordRequest) error {
	return c.call(ctx, "POST", "/api/account/password", nil, body, nil)
}

// ProfileResetDocument makes the document whose signature resets the password
//
// POST /api/account/password-reset/document
func (c *Client) ProfileResetDocument(ctx context.Context, body ProfileDocumentRequest) (out SignerUnsigned, err error) {
	err = c.call(ctx, "POST", "/api/account/password-reset/document", nil, body, &out)
	return out, err
}

// ProfileReset takes the signature for another password of the signer, when the old one is lost or
// known to others (agreement 6.4), or they have none yet, and sends a code to the account's verified
// address (202). Until the code is typed (Confirm) nothing changes: the signature may have been
// asked for on a stranger's page. It needs no session and opens none.
//
// POST /api/account/password-reset
func (c *Client) ProfileReset(ctx context.Context, body ProfileResetRequest) (out ProfileAskedReset, err error) {
	err = c.call(ctx, "POST", "/api/account/password-reset", nil, body, &out)
	return out, err
}

// ProfileConfirm takes the code of a reset: the new password stands, and all sessions of who reset
// it end.
//
// POST /api/account/password-reset/confirmation
func (c *Client) ProfileConfirm(ctx context.Context, body ProfileConfirmRequest) error {
	return c.call(ctx, "POST", "/api/account/password-reset/confirmation", nil, body, nil)
}

// ProfileAudit shows what administrators did to the account, looks included (agreement 1.1 and 6.1)
//
// GET /api/account/audit
func (c *Client) ProfileAudit(ctx context.Context) (out ProfileAuditList, err error) {
	err = c.call(ctx, "GET", "/api/account/audit", nil, nil, &out)
	return out, err
}

// ProfileListBreaches shows the breach cases on the account
//
// GET /api/account/breaches
func (c *Client) ProfileListBreaches(ctx context.Context) (out ProfileBreachList, err error) {
	err = c.call(ctx, "GET", "/api/account/breaches", nil, nil, &out)
	return out, err
}

// ProfileExportQuery is what ProfileExport may be asked with; what is left empty is not asked.
type ProfileExportQuery struct {
	// export.Next of the page before, "" for the first
	Cursor string
}

func (q ProfileExportQuery) values() url.Values {
	v := url.Values{}
	if q.Cursor != "" {
		v.Set("cursor", q.Cursor)
	}
	return v
}

// ProfileExport gives the holder everything, also before leaving and without the agreement, to a
// session that the EDS opened
//
// GET /api/account/export
func (c *Client) ProfileExport(ctx context.Context, query ProfileExportQuery) (out ProfileExport, err error) {
	err = c.call(ctx, "GET", "/api/account/export", query.values(), nil, &out)
	return out, err
}

// ProfileLeavingDocument makes the document whose signature refuses the agreement and closes the
// account
//
// POST /api/account/leaving/document
func (c *Client) ProfileLeavingDocument(ctx context.Context, body ProfileDocumentRequest) (out SignerUnsigned, err error) {
	err = c.call(ctx, "POST", "/api/account/leaving/document", nil, body, &out)
	return out, err
}

// ProfileLeave closes the signer's account (agreement 1.5) after it took back what is out for
// signature. It needs no session: the signature is the authority, also where the agreement in force
// is not accepted.
//
// POST /api/account/leaving
func (c *Client) ProfileLeave(ctx context.Context, body ProfileLeavingRequest) (out ProfileLeft, err error) {
	err = c.call(ctx, "POST", "/api/account/leaving", nil, body, &out)
	return out, err
}

// ProfileRepresentatives lists those the account named, also those that are over
//
// GET /api/account/representatives
func (c *Client) ProfileRepresentatives(ctx context.Context) (out ProfileRepresentativeList, err error) {
	err = c.call(ctx, "GET", "/api/account/representatives", nil, nil, &out)
	return out, err
}

// ProfileName invites someone to be a representative (201). Nothing is copied to them until they
// agree. It takes the EDS: a representative reads what the court writes.
//
// POST /api/account/representatives
func (c *Client) ProfileName(ctx context.Context, body ProfileNameRequest) (out ProfileRepresentative, err error) {
	err = c.call(ctx, "POST", "/api/account/representatives", nil, body, &out)
	return out, err
}

// ProfileEndRepresentative takes the holder's consent back: no copy is made from now on. Like the
// end of a session it needs no acceptance of the agreement in force; where it is over already it is
// done.
//
// DELETE /api/account/representatives/{representative}
func (c *Client) ProfileEndRepresentative(ctx context.Context, representative string) error {
	return c.call(ctx, "DELETE", "/api/account/representatives/"+url.PathEscape(representative), nil, nil, nil)
}

// ProfileInvite sends an unanswered invitation again (202)
//
// POST /api/account/representatives/{representative}/invitation
func (c *Client) ProfileInvite(ctx context.Context, representative string, body ProfileRepresentativeRequest) (out ProfileRepresentative, err error) {
	err = c.call(ctx, "POST", "/api/account/representatives/"+url.PathEscape(representative)+"/invitation", nil, body, &out)
	return out, err
}

// ProfileInvitation shows the representative's page
//
// POST /api/representative
func (c *Client) ProfileInvitation(ctx context.Context, body ProfileLinkRequest) (out ProfileInvitation, err error) {
	err = c.call(ctx, "POST", "/api/representative", nil, body, &out)
	return out, err
}

// ProfileAgree the representative's consent. A repeat is answered like the first.
//
// POST /api/representative/consent
func (c *Client) ProfileAgree(ctx context.Context, body ProfileLinkRequest) (out ProfileInvitation, err error) {
	err = c.call(ctx, "POST", "/api/representative/consent", nil, body, &out)
	return out, err
}

// ProfileRefuse declines the invitation or withdraws the consent. A repeat is answered like the
// first. It takes both kinds of link and shows nothing, because an address that only unsubscribes
// may be known to mail services.
//
// POST /api/representative/refusal
func (c *Client) ProfileRefuse(ctx context.Context, body ProfileLinkRequest) error {
	return c.call(ctx, "POST", "/api/representative/refusal", nil, body, nil)
}

// ProfileShowUnsubscribe changes nothing: it leads to the page where the reader is asked first.
//
// GET /api/representative/unsubscribe/{token}
func (c *Client) ProfileShowUnsubscribe(ctx context.Context, token string) (out Location, err error) {
	err = c.call(ctx, "GET", "/api/representative/unsubscribe/"+url.PathEscape(token), nil, nil, &out)
	return out, err
}

// SupportRequest takes a request and answers with its ticket. A repeat, by the id the client chose,
// gets the first one's ticket with 200.
//
// POST /api/support
func (c *Client) SupportRequest(ctx context.Context, body SupportRequest) (out SupportTaken, err error) {
	err = c.call(ctx, "POST", "/api/support", nil, body, &out)
	return out, err
}

// SupportList shows the holder's tickets with their answers
//
// GET /api/support
func (c *Client) SupportList(ctx context.Context) (out SupportList, err error) {
	err = c.call(ctx, "GET", "/api/support", nil, nil, &out)
	return out, err
}

// SupportState shows how far a ticket is to whoever knows its number: no topic, no answer, no
// address.
//
// POST /api/support/state
func (c *Client) SupportState(ctx context.Context, body SupportStateRequest) (out SupportState, err error) {
	err = c.call(ctx, "POST", "/api/support/state", nil, body, &out)
	return out, err
}

// WebhooksList shows the organisation's addresses and how the last deliveries went, to its head
//
// GET /api/account/webhooks
func (c *Client) WebhooksList(ctx context.Context) (out WebhooksList, err error) {
	err = c.call(ctx, "GET", "/api/account/webhooks", nil, nil, &out)
	return out, err
}

// WebhooksAdd has events posted to an address (201). Without a signature it answers with the
// document that the head is to sign (200): the same request with the signature does the act.
//
// POST /api/account/webhooks
func (c *Client) WebhooksAdd(ctx context.Context, body WebhooksAddRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/account/webhooks", nil, body, &out)
	return out, err
}

// WebhooksRemove has nothing posted to an address any more (204). One that is gone is done.
//
// DELETE /api/account/webhooks/{webhook}
func (c *Client) WebhooksRemove(ctx context.Context, webhook string) error {
	return c.call(ctx, "DELETE", "/api/account/webhooks/"+url.PathEscape(webhook), nil, nil, nil)
}

// WebhooksPause has nothing posted to an address until it is resumed. What happens meanwhile is not
// sent later: the API has it.
//
// POST /api/account/webhooks/{webhook}/pause
func (c *Client) WebhooksPause(ctx context.Context, webhook string, body WebhooksRequest) (out WebhooksWebhook, err error) {
	err = c.call(ctx, "POST", "/api/account/webhooks/"+url.PathEscape(webhook)+"/pause", nil, body, &out)
	return out, err
}

// WebhooksResume has events posted to an address again, those from now on
//
// POST /api/account/webhooks/{webhook}/resumption
func (c *Client) WebhooksResume(ctx context.Context, webhook string, body WebhooksRequest) (out WebhooksWebhook, err error) {
	err = c.call(ctx, "POST", "/api/account/webhooks/"+url.PathEscape(webhook)+"/resumption", nil, body, &out)
	return out, err
}

// WebhooksPing has an event "webhook.ping" posted to an address, once, so that its program can be
// tried (202). What came of it is among the deliveries some seconds later.
//
// POST /api/account/webhooks/{webhook}/ping
func (c *Client) WebhooksPing(ctx context.Context, webhook string, body WebhooksRequest) error {
	return c.call(ctx, "POST", "/api/account/webhooks/"+url.PathEscape(webhook)+"/ping", nil, body, nil)
}

// FilingsCreate begins a draft. The client chooses the id, so a repeat after a lost answer finds its
// own, as it is by now.
//
// PUT /api/filings/{id}
func (c *Client) FilingsCreate(ctx context.Context, id string, body FilingsCreateRequest) (out FilingsView, err error) {
	err = c.call(ctx, "PUT", "/api/filings/"+url.PathEscape(id), nil, body, &out)
	return out, err
}

// FilingsGet returns one filing with its documents' state and its timeline
//
// GET /api/filings/{id}
func (c *Client) FilingsGet(ctx context.Context, id string) (out FilingsView, err error) {
	err = c.call(ctx, "GET", "/api/filings/"+url.PathEscape(id), nil, nil, &out)
	return out, err
}

// FilingsDeleteFiling removes a draft, its text and its document slots. The bytes of documents go by
// the bucket's lifecycle. What was sent can't be removed.
//
// DELETE /api/filings/{id}
func (c *Client) FilingsDeleteFiling(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", "/api/filings/"+url.PathEscape(id), nil, nil, nil)
}

// FilingsListQuery is what FilingsList may be asked with; what is left empty is not asked.
type FilingsListQuery struct {
	// one of filing.Statuses, or several with commas; "" for all
	Status string
	Kind   string
	Q      string
	// listing.Next of the page before
	Cursor string
	// pageSize unless given, at most MaxPage
	Limit int64
}

func (q FilingsListQuery) values() url.Values {
	v := url.Values{}
	if q.Status != "" {
		v.Set("status", q.Status)
	}
	if q.Kind != "" {
		v.Set("kind", q.Kind)
	}
	if q.Q != "" {
		v.Set("q", q.Q)
	}
	if q.Cursor != "" {
		v.Set("cursor", q.Cursor)
	}
	if q.Limit != 0 {
		v.Set("limit", strconv.FormatInt(q.Limit, 10))
	}
	return v
}

// FilingsList returns a page of the account's filings. However they change meanwhile, going from
// page to page shows each once.
//
// GET /api/filings
func (c *Client) FilingsList(ctx context.Context, query FilingsListQuery) (out FilingsListing, err error) {
	err = c.call(ctx, "GET", "/api/filings", query.values(), nil, &out)
	return out, err
}

// FilingsSaveSection keeps one section, alone. Whoever sends what is stored already is told so,
// whatever version they name: it is theirs, and the answer was lost. Any other version than the
// stored one is a conflict, which carries the stored section.
//
// PUT /api/filings/{id}/sections/{section}
func (c *Client) FilingsSaveSection(ctx context.Context, id string, section string, body FilingsSectionRequest) (out FilingsSectionReply, err error) {
	err = c.call(ctx, "PUT", "/api/filings/"+url.PathEscape(id)+"/sections/"+url.PathEscape(section), nil, body, &out)
	return out, err
}

// FilingsCopy begins a draft with the text and the documents of any own filing. Repeating it finds
// the draft as it is by now. Documents whose bytes could not be copied in the time of a request
// stand in the draft as not uploaded.
//
// POST /api/filings/{id}/copy
func (c *Client) FilingsCopy(ctx context.Context, id string, body FilingsCopyRequest) (out FilingsView, err error) {
	err = c.call(ctx, "POST", "/api/filings/"+url.PathEscape(id)+"/copy", nil, body, &out)
	return out, err
}

// FilingsPutDocument records a document and grants its upload. Asking again for the same document,
// for instance because the first grants ran out or the line was cut, grants what is left to send and
// changes nothing.
//
// PUT /api/filings/{id}/documents/{document}
func (c *Client) FilingsPutDocument(ctx context.Context, id string, document string, body FilingsDocumentRequest) (out FilingsDocumentReply, err error) {
	err = c.call(ctx, "PUT", "/api/filings/"+url.PathEscape(id)+"/documents/"+url.PathEscape(document), nil, body, &out)
	return out, err
}

// FilingsDropDocumentQuery is what FilingsDropDocument may be asked with; what is left empty is not asked.
type FilingsDropDocumentQuery struct {
	Version int64
}

func (q FilingsDropDocumentQuery) values() url.Values {
	v := url.Values{}
	if q.Version != 0 {
		v.Set("version", strconv.FormatInt(q.Version, 10))
	}
	return v
}

// FilingsDropDocument drops a document from a draft. Its bytes are left to the bucket's lifecycle.
//
// DELETE /api/filings/{id}/documents/{document}
func (c *Client) FilingsDropDocument(ctx context.Context, id string, document string, query FilingsDropDocumentQuery) (out FilingsDropReply, err error) {
	err = c.call(ctx, "DELETE", "/api/filings/"+url.PathEscape(id)+"/documents/"+url.PathEscape(document), query.values(), nil, &out)
	return out, err
}

// FilingsCompleteDocument makes one object of the parts of a document. It may be repeated.
//
// POST /api/filings/{id}/documents/{document}/completion
func (c *Client) FilingsCompleteDocument(ctx context.Context, id string, document string, body FilingsCompleteRequest) (out DocumentsStored, err error) {
	err = c.call(ctx, "POST", "/api/filings/"+url.PathEscape(id)+"/documents/"+url.PathEscape(document)+"/completion", nil, body, &out)
	return out, err
}

// FilingsFile sends the reader to the bytes, as an attachment with the type they have here, by the
// very version that is pinned: of a filing that is frozen or sent the one that is signed. Who has to
// sign a filing of someone else, or has signed it, sees what they sign.
//
// GET /api/filings/{id}/files/{file}
func (c *Client) FilingsFile(ctx context.Context, id string, file string) (out Location, err error) {
	err = c.call(ctx, "GET", "/api/filings/"+url.PathEscape(id)+"/files/"+url.PathEscape(file), nil, nil, &out)
	return out, err
}

// FilingsCheck looks at the whole filing. The same code guards the manifest.
//
// GET /api/filings/{id}/check
func (c *Client) FilingsCheck(ctx context.Context, id string) (out FilingsCheckReply, err error) {
	err = c.call(ctx, "GET", "/api/filings/"+url.PathEscape(id)+"/check", nil, nil, &out)
	return out, err
}

// FilingsManifest checks the whole filing and freezes all that its seal depends on: the form's bytes
// and those of the documents under their hashes at the bucket's versions, who may sign in which
// capacity, the agreement's version and until when. Until the next edit the document it returns, and
// no other, can be sealed; and nothing that happens elsewhere keeps it from being sealed.
//
// POST /api/filings/{id}/manifest
func (c *Client) FilingsManifest(ctx context.Context, id string, body FilingsManifestRequest) (out FilingsManifestReply, err error) {
	err = c.call(ctx, "POST", "/api/filings/"+url.PathEscape(id)+"/manifest", nil, body, &out)
	return out, err
}

// FilingsToSign returns the document that waits for the signature of the session's holder, with
// their token: a filing of their own, or of someone who named them. Nothing else of the filing is
// shown to them before it is sent.
//
// GET /api/filings/{id}/manifest
func (c *Client) FilingsToSign(ctx context.Context, id string) (out FilingsManifestReply, err error) {
	err = c.call(ctx, "GET", "/api/filings/"+url.PathEscape(id)+"/manifest", nil, nil, &out)
	return out, err
}

// FilingsWaiting lists the filings that wait for the signature of the session's holder
//
// GET /api/signatures
func (c *Client) FilingsWaiting(ctx context.Context) (out FilingsListing, err error) {
	err = c.call(ctx, "GET", "/api/signatures", nil, nil, &out)
	return out, err
}

// FilingsReceipt returns the receipt of a sent filing, byte for byte as it was issued
//
// GET /api/filings/{id}/receipt
func (c *Client) FilingsReceipt(ctx context.Context, id string) (out json.RawMessage, err error) {
	err = c.call(ctx, "GET", "/api/filings/"+url.PathEscape(id)+"/receipt", nil, nil, &out)
	return out, err
}

// FilingsSheet the receipt of a sent filing as one page of PDF, in the language of the answer
//
// GET /api/filings/{id}/receipt.pdf
func (c *Client) FilingsSheet(ctx context.Context, id string) (out []byte, err error) {
	err = c.call(ctx, "GET", "/api/filings/"+url.PathEscape(id)+"/receipt.pdf", nil, nil, &out)
	return out, err
}

// FilingsPaper what Sheet draws beside the receipt, for the receipt's page in print
//
// GET /api/filings/{id}/receipt-paper
func (c *Client) FilingsPaper(ctx context.Context, id string) (out FilingsPaperView, err error) {
	err = c.call(ctx, "GET", "/api/filings/"+url.PathEscape(id)+"/receipt-paper", nil, nil, &out)
	return out, err
}

// FileclaimFile takes a signature of the manifest that the token names. The last one that was
// missing seals the filing: the answer is its receipt. A repeat of what was taken changes nothing
// and gets the same answer, a receipt byte for byte.
//
// What costs an anonymous sender nothing is refused first: the token before the signature is even
// decoded, then what is not one person's CMS of that manifest, and only then the signature is
// verified.
//
// POST /api/filings/{id}/seal
func (c *Client) FileclaimFile(ctx context.Context, id string, body FileclaimRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/filings/"+url.PathEscape(id)+"/seal", nil, body, &out)
	return out, err
}

// FileclaimOutcome tells who got no answer to a signature what became of it, so that an unknown
// outcome is never taken for a refusal. Like the seal it needs no session.
//
// POST /api/filings/{id}/outcome
func (c *Client) FileclaimOutcome(ctx context.Context, id string, body FileclaimOutcomeRequest) (out FileclaimOutcome, err error) {
	err = c.call(ctx, "POST", "/api/filings/"+url.PathEscape(id)+"/outcome", nil, body, &out)
	return out, err
}

// RegistryQueueQuery is what RegistryQueue may be asked with; what is left empty is not asked.
type RegistryQueueQuery struct {
	// "" is the first of theirs
	Court  string
	Cursor string
}

func (q RegistryQueueQuery) values() url.Values {
	v := url.Values{}
	if q.Court != "" {
		v.Set("court", q.Court)
	}
	if q.Cursor != "" {
		v.Set("cursor", q.Cursor)
	}
	return v
}

// RegistryQueue shows what waits at a court. It names no party, so it is no reading of what was
// filed.
//
// GET /api/registry/queue
func (c *Client) RegistryQueue(ctx context.Context, query RegistryQueueQuery) (out RegistryQueue, err error) {
	err = c.call(ctx, "GET", "/api/registry/queue", query.values(), nil, &out)
	return out, err
}

// RegistryFindQuery is what RegistryFind may be asked with; what is left empty is not asked.
type RegistryFindQuery struct {
	Court string
	Q     string
}

func (q RegistryFindQuery) values() url.Values {
	v := url.Values{}
	if q.Court != "" {
		v.Set("court", q.Court)
	}
	if q.Q != "" {
		v.Set("q", q.Q)
	}
	return v
}

// RegistryFind looks a filing of the clerk's court up by one of its numbers, or a case that came on
// paper, which no filing has the number of
//
// GET /api/registry/search
func (c *Client) RegistryFind(ctx context.Context, query RegistryFindQuery) (out RegistryFound, err error) {
	err = c.call(ctx, "GET", "/api/registry/search", query.values(), nil, &out)
	return out, err
}

// RegistrySearch finds filings and cases of the clerk's court by a party. Whoever filed something
// that is shown finds that in their audit, and each case keeps who found it.
//
// POST /api/registry/parties
func (c *Client) RegistrySearch(ctx context.Context, body RegistrySearchRequest) (out RegistryResults, err error) {
	err = c.call(ctx, "POST", "/api/registry/parties", nil, body, &out)
	return out, err
}

// RegistryOverviewQuery is what RegistryOverview may be asked with; what is left empty is not asked.
type RegistryOverviewQuery struct {
	// "" is the first of theirs
	Court string
}

func (q RegistryOverviewQuery) values() url.Values {
	v := url.Values{}
	if q.Court != "" {
		v.Set("court", q.Court)
	}
	return v
}

// RegistryOverview shows the head of a court its whole queue: how old, how near its end, in whose
// hands.
//
// GET /api/registry/overview
func (c *Client) RegistryOverview(ctx context.Context, query RegistryOverviewQuery) (out RegistryOverview, err error) {
	err = c.call(ctx, "GET", "/api/registry/overview", query.values(), nil, &out)
	return out, err
}

// RegistryHand gives a filing of the court of whose the asker is the head from one clerk to another,
// or from one judge to another, for a reason. They may not take it themselves that way: who gives
// out work does not choose what to rule on.
//
// POST /api/registry/filings/{id}/handover
func (c *Client) RegistryHand(ctx context.Context, id string, body RegistryHandRequest) error {
	return c.call(ctx, "POST", "/api/registry/filings/"+url.PathEscape(id)+"/handover", nil, body, nil)
}

// RegistryFiling shows a filing to staff whose business it is. That it was shown is in the audit.
//
// GET /api/registry/filings/{id}
func (c *Client) RegistryFiling(ctx context.Context, id string) (out RegistryView, err error) {
	err = c.call(ctx, "GET", "/api/registry/filings/"+url.PathEscape(id), nil, nil, &out)
	return out, err
}

// RegistryFile sends staff to the bytes that were signed, by the version that is pinned. It is in
// the audit.
//
// GET /api/registry/filings/{id}/files/{file}
func (c *Client) RegistryFile(ctx context.Context, id string, file string) (out Location, err error) {
	err = c.call(ctx, "GET", "/api/registry/filings/"+url.PathEscape(id)+"/files/"+url.PathEscape(file), nil, nil, &out)
	return out, err
}

// RegistryTake gives the clerk the filing in hand, or for longer. Of two at once one has it; the
// other is told who, and until when.
//
// POST /api/registry/filings/{id}/lease
func (c *Client) RegistryTake(ctx context.Context, id string, body RegistryFilingRequest) (out RegistryEntry, err error) {
	err = c.call(ctx, "POST", "/api/registry/filings/"+url.PathEscape(id)+"/lease", nil, body, &out)
	return out, err
}

// RegistryPutBack ends the clerk's lease, if they have it
//
// DELETE /api/registry/filings/{id}/lease
func (c *Client) RegistryPutBack(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", "/api/registry/filings/"+url.PathEscape(id)+"/lease", nil, nil, nil)
}

// RegistryAct takes a step. A clerk must have the filing in hand; a judge's ruling is signed: a
// request without a signature is answered with what there is to sign.
//
// POST /api/registry/filings/{id}/acts
func (c *Client) RegistryAct(ctx context.Context, id string, body RegistryActRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/registry/filings/"+url.PathEscape(id)+"/acts", nil, body, &out)
	return out, err
}

// RegistryOwnFile grants a judge the upload of a PDF that is to be signed in place of the one the
// office makes, and says of one that is there what was found in it. It may be repeated.
//
// POST /api/registry/filings/{id}/ruling
func (c *Client) RegistryOwnFile(ctx context.Context, id string, body RegistryOwnFileRequest) (out RegistryOwnFile, err error) {
	err = c.call(ctx, "POST", "/api/registry/filings/"+url.PathEscape(id)+"/ruling", nil, body, &out)
	return out, err
}

// RegistryDeskQuery is what RegistryDesk may be asked with; what is left empty is not asked.
type RegistryDeskQuery struct {
	// "" is the first of theirs
	Court string
}

func (q RegistryDeskQuery) values() url.Values {
	v := url.Values{}
	if q.Court != "" {
		v.Set("court", q.Court)
	}
	return v
}

// RegistryDesk shows a clerk at which courts they enter papers, and the judges of one
//
// GET /api/registry/papers
func (c *Client) RegistryDesk(ctx context.Context, query RegistryDeskQuery) (out RegistryDesk, err error) {
	err = c.call(ctx, "GET", "/api/registry/papers", query.values(), nil, &out)
	return out, err
}

// RegistryEnter enters papers that came on paper: it opens a case of them, or adds them to one. What
// the clerk signs says which scans, by their hashes, are the papers that came. A request without a
// signature is answered with that.
//
// POST /api/registry/papers
func (c *Client) RegistryEnter(ctx context.Context, body RegistryEnterRequest) (out RegistryEntered, err error) {
	err = c.call(ctx, "POST", "/api/registry/papers", nil, body, &out)
	return out, err
}

// RegistryScan grants a clerk the upload of a scan of papers that came on paper, and says of one
// that is there what was found in it. It may be repeated.
//
// POST /api/registry/papers/scans
func (c *Client) RegistryScan(ctx context.Context, body RegistryScanRequest) (out RegistryScanFound, err error) {
	err = c.call(ctx, "POST", "/api/registry/papers/scans", nil, body, &out)
	return out, err
}

// CasesMineQuery is what CasesMine may be asked with; what is left empty is not asked.
type CasesMineQuery struct {
	// listing.Next of the page before
	Cursor string
}

func (q CasesMineQuery) values() url.Values {
	v := url.Values{}
	if q.Cursor != "" {
		v.Set("cursor", q.Cursor)
	}
	return v
}

// CasesMine lists the cases of which the account is a party, or acts for one
//
// GET /api/cases
func (c *Client) CasesMine(ctx context.Context, query CasesMineQuery) (out CasesListing, err error) {
	err = c.call(ctx, "GET", "/api/cases", query.values(), nil, &out)
	return out, err
}

// CasesCase shows one case
//
// GET /api/cases/{id}
func (c *Client) CasesCase(ctx context.Context, id string) (out CasesView, err error) {
	err = c.call(ctx, "GET", "/api/cases/"+url.PathEscape(id), nil, nil, &out)
	return out, err
}

// CasesFile sends the reader to the bytes that were signed. That a party took them is kept, the
// first time of each; each time somebody takes them for the court.
//
// GET /api/cases/{id}/papers/{paper}/files/{file}
func (c *Client) CasesFile(ctx context.Context, id string, paper string, file string) (out Location, err error) {
	err = c.call(ctx, "GET", "/api/cases/"+url.PathEscape(id)+"/papers/"+url.PathEscape(paper)+"/files/"+url.PathEscape(file), nil, nil, &out)
	return out, err
}

// CasesCourtQuery is what CasesCourt may be asked with; what is left empty is not asked.
type CasesCourtQuery struct {
	Court  string
	Number string
	Cursor string
}

func (q CasesCourtQuery) values() url.Values {
	v := url.Values{}
	if q.Court != "" {
		v.Set("court", q.Court)
	}
	if q.Number != "" {
		v.Set("number", q.Number)
	}
	if q.Cursor != "" {
		v.Set("cursor", q.Cursor)
	}
	return v
}

// CasesCourt lists the cases of a court to its clerks, and to a judge those that are assigned to
// them
//
// GET /api/court/cases
func (c *Client) CasesCourt(ctx context.Context, query CasesCourtQuery) (out CasesListing, err error) {
	err = c.call(ctx, "GET", "/api/court/cases", query.values(), nil, &out)
	return out, err
}

// CasesAct does what the court does in a case and shows the case as it is then. A repeat finds what
// was done; another act under its id is refused.
//
// POST /api/cases/{id}/acts
func (c *Client) CasesAct(ctx context.Context, id string, body CasesActRequest) (out CasesView, err error) {
	err = c.call(ctx, "POST", "/api/cases/"+url.PathEscape(id)+"/acts", nil, body, &out)
	return out, err
}

// EvidencefileFile hands out the evidence of a filing of one's own that was sent
//
// POST /api/filings/{id}/evidence
func (c *Client) EvidencefileFile(ctx context.Context, id string, body EvidencefileRequest) (out EvidencefileReply, err error) {
	err = c.call(ctx, "POST", "/api/filings/"+url.PathEscape(id)+"/evidence", nil, body, &out)
	return out, err
}

// EvidencefileCaseFile hands out a part of the evidence of a case to whoever may see the case, as
// they see it (package casefile). That they took it is kept like any other look at what is in the
// case.
//
// POST /api/cases/{id}/evidence
func (c *Client) EvidencefileCaseFile(ctx context.Context, id string, body EvidencefileCaseRequest) (out EvidencefileCaseReply, err error) {
	err = c.call(ctx, "POST", "/api/cases/"+url.PathEscape(id)+"/evidence", nil, body, &out)
	return out, err
}

// MaintenanceList shows everyone the windows of maintenance that are announced, and the latest that
// are over
//
// GET /api/maintenance
func (c *Client) MaintenanceList(ctx context.Context) (out MaintenanceSchedule, err error) {
	err = c.call(ctx, "GET", "/api/maintenance", nil, nil, &out)
	return out, err
}

// MaintenanceCertificate certifies an interruption to everyone (agreement, section 7), from its
// beginning on: a window of maintenance, or an outage that was seen from outside and listed at
// /outages.json.
//
// GET /api/maintenance/{id}/certificate
func (c *Client) MaintenanceCertificate(ctx context.Context, id string) (out Certificate, err error) {
	err = c.call(ctx, "GET", "/api/maintenance/"+url.PathEscape(id)+"/certificate", nil, nil, &out)
	return out, err
}

// MaintenanceSubscription says whether the account is told of maintenance by mail
//
// GET /api/maintenance/subscription
func (c *Client) MaintenanceSubscription(ctx context.Context) (out MaintenanceSubscription, err error) {
	err = c.call(ctx, "GET", "/api/maintenance/subscription", nil, nil, &out)
	return out, err
}

// MaintenanceSubscribe has the account told of maintenance by mail, or not any more. Whoever
// subscribes has shown that the address is theirs: an address that was only typed may be another's,
// who asked for nothing. Unsubscribing needs no such thing.
//
// PUT /api/maintenance/subscription
func (c *Client) MaintenanceSubscribe(ctx context.Context, body MaintenanceSubscribeRequest) (out MaintenanceSubscription, err error) {
	err = c.call(ctx, "PUT", "/api/maintenance/subscription", nil, body, &out)
	return out, err
}

// MaintenanceAdminList shows administrators every window, proposals too, with all texts, and the
// evenings that work is better kept away from
//
// GET /api/admin/maintenance
func (c *Client) MaintenanceAdminList(ctx context.Context) (out MaintenanceAdminSchedule, err error) {
	err = c.call(ctx, "GET", "/api/admin/maintenance", nil, nil, &out)
	return out, err
}

// MaintenancePropose announces a window, or asks another administrator to: 201 with the window, 200
// on a repeat. What stops filing is signed.
//
// POST /api/admin/maintenance
func (c *Client) MaintenancePropose(ctx context.Context, body MaintenancePlanRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/maintenance", nil, body, &out)
	return out, err
}

// MaintenanceChange changes a window as the administrator saw it; what stops filing is signed.
//
// PUT /api/admin/maintenance/{id}
func (c *Client) MaintenanceChange(ctx context.Context, id string, body MaintenanceChangeRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "PUT", "/api/admin/maintenance/"+url.PathEscape(id), nil, body, &out)
	return out, err
}

// MaintenanceCancel takes a window back, or ends it now
//
// POST /api/admin/maintenance/{id}/cancellation
func (c *Client) MaintenanceCancel(ctx context.Context, id string, body MaintenanceActRequest) (out MaintenanceWindow, err error) {
	err = c.call(ctx, "POST", "/api/admin/maintenance/"+url.PathEscape(id)+"/cancellation", nil, body, &out)
	return out, err
}

// MaintenanceApprove announces what another administrator proposed; what stops filing is signed.
//
// POST /api/admin/maintenance/{id}/approval
func (c *Client) MaintenanceApprove(ctx context.Context, id string, body MaintenanceActRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/maintenance/"+url.PathEscape(id)+"/approval", nil, body, &out)
	return out, err
}

// AdminPrepare makes an account for someone who has none and invites them to register (201). Nobody
// can sign in to it: with the holder's signed form it becomes theirs, with the rights it has by
// then. One that is prepared in the same way already is the answer again (200).
//
// POST /api/admin/accounts
func (c *Client) AdminPrepare(ctx context.Context, body AdminPrepareRequest) (out AdminAccount, err error) {
	err = c.call(ctx, "POST", "/api/admin/accounts", nil, body, &out)
	return out, err
}

// AdminFind looks an account up by its IIN or BIN. A look that finds nobody is kept too.
//
// POST /api/admin/accounts/search
func (c *Client) AdminFind(ctx context.Context, body AdminSearch) (out AdminFound, err error) {
	err = c.call(ctx, "POST", "/api/admin/accounts/search", nil, body, &out)
	return out, err
}

// AdminAccount shows an account and what administrators did to it
//
// GET /api/admin/accounts/{id}
func (c *Client) AdminAccount(ctx context.Context, id string) (out AdminAccount, err error) {
	err = c.call(ctx, "GET", "/api/admin/accounts/"+url.PathEscape(id), nil, nil, &out)
	return out, err
}

// AdminStatus disables, enables or deletes an account, signed. Disabling for more than a day and
// deleting take two administrators (account.Account.Decide): what the first asks for waits (202),
// and is done when another asks for the same.
//
// POST /api/admin/accounts/{id}/status
func (c *Client) AdminStatus(ctx context.Context, id string, body AdminStatusRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/accounts/"+url.PathEscape(id)+"/status", nil, body, &out)
	return out, err
}

// AdminGrant proposes a right for an account, signed: it waits (202) for another administrator,
// because a right opens what others filed.
//
// POST /api/admin/accounts/{id}/rights/{right}
func (c *Client) AdminGrant(ctx context.Context, id string, right string, body AdminRightRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/accounts/"+url.PathEscape(id)+"/rights/"+url.PathEscape(right), nil, body, &out)
	return out, err
}

// AdminApprove gives an account the right another administrator proposed, signed
//
// POST /api/admin/accounts/{id}/rights/{right}/approval
func (c *Client) AdminApprove(ctx context.Context, id string, right string, body AdminRightRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/accounts/"+url.PathEscape(id)+"/rights/"+url.PathEscape(right)+"/approval", nil, body, &out)
	return out, err
}

// AdminWithdraw takes a right, or the proposal of it, away, signed. One administrator is enough for
// that.
//
// POST /api/admin/accounts/{id}/rights/{right}/withdrawal
func (c *Client) AdminWithdraw(ctx context.Context, id string, right string, body AdminRightRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/accounts/"+url.PathEscape(id)+"/rights/"+url.PathEscape(right)+"/withdrawal", nil, body, &out)
	return out, err
}

// AdminListQuery is what AdminList may be asked with; what is left empty is not asked.
type AdminListQuery struct {
	// "2026-11", UTC; "" is that of the request
	Month string
	// auditList.Next of the list before
	After string
}

func (q AdminListQuery) values() url.Values {
	v := url.Values{}
	if q.Month != "" {
		v.Set("month", q.Month)
	}
	if q.After != "" {
		v.Set("after", q.After)
	}
	return v
}

// AdminList shows what administrators did in a month. Looking is an act as well.
//
// GET /api/admin/audit
func (c *Client) AdminList(ctx context.Context, query AdminListQuery) (out AdminAuditList, err error) {
	err = c.call(ctx, "GET", "/api/admin/audit", query.values(), nil, &out)
	return out, err
}

// AdminEditions lists the published versions and the proposed ones
//
// GET /api/admin/agreements
func (c *Client) AdminEditions(ctx context.Context) (out AdminEditions, err error) {
	err = c.call(ctx, "GET", "/api/admin/agreements", nil, nil, &out)
	return out, err
}

// AdminPropose keeps a version for a second administrator to approve (agreement, 1.4)
//
// POST /api/admin/agreements
func (c *Client) AdminPropose(ctx context.Context, body AdminNewVersion) (out AdminDraft, err error) {
	err = c.call(ctx, "POST", "/api/admin/agreements", nil, body, &out)
	return out, err
}

// AdminDraft shows a proposed version with its texts and what they change
//
// GET /api/admin/agreements/{id}
func (c *Client) AdminDraft(ctx context.Context, id string) (out AdminDraft, err error) {
	err = c.call(ctx, "GET", "/api/admin/agreements/"+url.PathEscape(id), nil, nil, &out)
	return out, err
}

// AdminPublish approves a version proposed by another administrator, signed: it is published at this
// request's instant, takes force 72 hours later, and everyone is told. A repeat, and whoever comes
// second, get the version as it was published with 200.
//
// POST /api/admin/agreements/{id}/approval
func (c *Client) AdminPublish(ctx context.Context, id string, body AdminApproval) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/agreements/"+url.PathEscape(id)+"/approval", nil, body, &out)
	return out, err
}

// AdminDrop takes a proposal away. One administrator is enough.
//
// POST /api/admin/agreements/{id}/withdrawal
func (c *Client) AdminDrop(ctx context.Context, id string, body AdminDropRequest) error {
	return c.call(ctx, "POST", "/api/admin/agreements/"+url.PathEscape(id)+"/withdrawal", nil, body, nil)
}

// AdminTicketsQuery is what AdminTickets may be asked with; what is left empty is not asked.
type AdminTicketsQuery struct {
	// "2026-11", UTC; "" is that of the request
	Month string
	// ticketList.Next of the list before
	After string
}

func (q AdminTicketsQuery) values() url.Values {
	v := url.Values{}
	if q.Month != "" {
		v.Set("month", q.Month)
	}
	if q.After != "" {
		v.Set("after", q.After)
	}
	return v
}

// AdminTickets shows the requests to support that arrived in a month
//
// GET /api/admin/support
func (c *Client) AdminTickets(ctx context.Context, query AdminTicketsQuery) (out AdminTicketList, err error) {
	err = c.call(ctx, "GET", "/api/admin/support", query.values(), nil, &out)
	return out, err
}

// AdminStep looks into, answers or closes a request. A repeat changes nothing and gets the ticket as
// it is.
//
// POST /api/admin/support/{ticket}
func (c *Client) AdminStep(ctx context.Context, ticket string, body AdminStep) (out AdminTicket, err error) {
	err = c.call(ctx, "POST", "/api/admin/support/"+url.PathEscape(ticket), nil, body, &out)
	return out, err
}

// AdminListBreachesQuery is what AdminListBreaches may be asked with; what is left empty is not asked.
type AdminListBreachesQuery struct {
	// breachList.Next of the list before
	After string
}

func (q AdminListBreachesQuery) values() url.Values {
	v := url.Values{}
	if q.After != "" {
		v.Set("after", q.After)
	}
	return v
}

// AdminListBreaches shows breach cases. One on the administrator's own account that they must not be
// told of is not there.
//
// GET /api/admin/breaches
func (c *Client) AdminListBreaches(ctx context.Context, query AdminListBreachesQuery) (out AdminBreachList, err error) {
	err = c.call(ctx, "GET", "/api/admin/breaches", query.values(), nil, &out)
	return out, err
}

// AdminOpenBreach opens a breach case on an account, signed, and holds what the office has on it as
// evidence (agreement, 8.2 and 8.3). The holder is told, unless that is withheld.
//
// POST /api/admin/breaches
func (c *Client) AdminOpenBreach(ctx context.Context, body AdminBreachRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/breaches", nil, body, &out)
	return out, err
}

// AdminCloseBreach closes a breach case for a signed reason. Nothing else does. Its evidence stays.
//
// POST /api/admin/breaches/{breach}/closing
func (c *Client) AdminCloseBreach(ctx context.Context, breach string, body AdminClosingRequest) (out json.RawMessage, err error) {
	err = c.call(ctx, "POST", "/api/admin/breaches/"+url.PathEscape(breach)+"/closing", nil, body, &out)
	return out, err
}

// FactsFind returns the facts of the filing with that ticket number if the check code is its
// receipt's. A number that nobody has, a filing without a code and a wrong code are answered alike.
//
// POST /api/facts
func (c *Client) FactsFind(ctx context.Context, body FactsRequest) (out FactsFacts, err error) {
	err = c.call(ctx, "POST", "/api/facts", nil, body, &out)
	return out, err
}

// Certificate certifies an interruption of the office, signed like a receipt.
type Certificate struct {
	Certificate ReceiptInterruption `json:"certificate"`
	// the first 16 hex digits of the key's SHA-256
	KeyID string `json:"keyId"`
	// of the key, by a root of /keys.json; absent where the key is itself there
	KeyCertificate []byte `json:"keyCertificate,omitzero"`
	// ed25519 over the canonical JSON (RFC 8785) of certificate
	Signature []byte `json:"signature"`
}

// Problem what is wrong and what to do now (RFC 9457), in the language of the answer: `lang` of the
// query or of a cookie, or Accept-Language; Kazakh unless one of kk, ru, en is asked for.
type Problem struct {
	// which problem it is. Those there are:
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int64  `json:"status"`
	// what is wrong
	Detail string `json:"detail"`
	// "urn:request:" and the reference to tell support
	Instance string `json:"instance"`
	// what to do now
	Next string `json:"next,omitzero"`
	// RFC 6901, to the member at fault
	Pointer string `json:"pointer,omitzero"`
	// the rule that is broken
	Article string `json:"article,omitzero"`
	// of a signature: the check that failed
	Check  string         `json:"check,omitzero"`
	Errors []HttpapiFault `json:"errors,omitzero"`
	// of a conflict: what is stored
	Stored      json.RawMessage `json:"stored,omitzero"`
	Maintenance *HttpapiClosed  `json:"maintenance,omitzero"`
}

// Receipt what sealing issues, byte for byte the same however often it is asked for.
type Receipt struct {
	Receipt ReceiptReceipt `json:"receipt"`
	// the first 16 hex digits of the key's SHA-256
	KeyID string `json:"keyId"`
	// of the key, by a root of /keys.json; absent where the key is itself there
	KeyCertificate []byte `json:"keyCertificate,omitzero"`
	// ed25519 over the canonical JSON (RFC 8785) of receipt
	Signature []byte `json:"signature"`
}

// AcceptagreementAccepted says which acceptance counts and for whom.
type AcceptagreementAccepted struct {
	Agreement  string          `json:"agreement"`
	SHA256     string          `json:"sha256"`
	Lang       string          `json:"lang"`
	AcceptedAt time.Time       `json:"acceptedAt"`
	Subject    AccountIdentity `json:"subject"`
	// the subject has an account
	Registered bool `json:"registered"`
}

// AcceptagreementCurrent the agreement as it stands.
type AcceptagreementCurrent struct {
	InForce AcceptagreementEdition `json:"inForce"`
	// published, not yet in force; or null
	Coming *AcceptagreementEdition `json:"coming"`
}

// AcceptagreementDocumentRequest asks for the document whose signature accepts a version.
type AcceptagreementDocumentRequest struct {
	Agreement string `json:"agreement"`
	// of the text accepted; "" means that of the answer
	Lang string `json:"lang,omitzero"`
}

// AcceptagreementEdition one version in one language.
type AcceptagreementEdition struct {
	ID          string    `json:"id"`
	PublishedAt time.Time `json:"publishedAt"`
	EffectiveAt time.Time `json:"effectiveAt"`
	Lang        string    `json:"lang"`
	// hex, of the bytes of text
	SHA256 string `json:"sha256"`
	// markdown
	Text string `json:"text"`
}

// AcceptagreementRequest A signed acceptance.
type AcceptagreementRequest struct {
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature"`
}

// AccountContact names someone to be invited as a trusted Representative for all filings: there is
// none yet that could be chosen.
type AccountContact struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Lang  string `json:"lang"`
	// one of Periods; 0 means DefaultPeriod
	Months int64 `json:"months,omitzero"`
}

// AccountContactGiven names someone to be invited as a trusted Representative for all filings: there
// is none yet that could be chosen.
type AccountContactGiven struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Lang  string `json:"lang"`
	// one of Periods; 0 means DefaultPeriod
	Months int64 `json:"months,omitzero"`
}

// AccountForm the registration form as it is signed (agreement 3.2.2). Subject repeats the signer's
// certificate: the person reads there who registers, and Match holds it against the signature.
type AccountForm struct {
	// id of the version accepted
	Agreement string             `json:"agreement"`
	Subject   AccountFormSubject `json:"subject"`
	Email     string             `json:"email"`
	// E.164 "+77011234567", or ""
	Mobile string `json:"mobile"`
	// of notices
	Lang                 string                `json:"lang"`
	Declaration          bool                  `json:"declaration"`
	NotificationContacts []AccountContactGiven `json:"notificationContacts"`
}

// AccountFormSubject who registers. Numbers are twelve digits or "".
type AccountFormSubject struct {
	Kind string `json:"kind"`
	IIN  string `json:"iin"`
	// "" for a natural person
	BIN  string `json:"bin"`
	Name string `json:"name"`
	// "" for a natural person
	Organisation string `json:"organisation"`
}

// AccountIdentity A subject as its certificate has it, for the person who signed with it: the form
// repeats it. Numbers are in full.
type AccountIdentity struct {
	Kind         string `json:"kind"`
	IIN          string `json:"iin"`
	BIN          string `json:"bin"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
}

// AccountTyped the registration form as far as somebody has typed it. Nothing of it counts before it
// is signed as a Form; so it may say anything that has the form's shape. The password is not part of
// it, and neither is the declaration (agreement 3.3): that is made when the form is signed.
type AccountTyped struct {
	Email  string `json:"email"`
	Mobile string `json:"mobile"`
	// or ""
	Lang                 string           `json:"lang"`
	NotificationContacts []AccountContact `json:"notificationContacts"`
}

// AccountTypedGiven the registration form as far as somebody has typed it. Nothing of it counts
// before it is signed as a Form; so it may say anything that has the form's shape. The password is
// not part of it, and neither is the declaration (agreement 3.3): that is made when the form is
// signed.
type AccountTypedGiven struct {
	Email  string `json:"email"`
	Mobile string `json:"mobile"`
	// or ""
	Lang                 string                `json:"lang"`
	NotificationContacts []AccountContactGiven `json:"notificationContacts"`
}

// AccountView what an account's holder sees of it.
type AccountView struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	// masked: "******1126"
	Number string `json:"number"`
	// who acts in this session for the legal person; null for a natural one
	Person *AccountViewPerson `json:"person"`
	Email  string             `json:"email"`
	Lang   string             `json:"lang"`
	// that count in this session
	Rights           []string             `json:"rights"`
	Agreement        AccountViewAgreement `json:"agreement"`
	SessionExpiresAt time.Time            `json:"sessionExpiresAt"`
}

// AccountViewAgreement says where the holder stands with the agreement.
type AccountViewAgreement struct {
	// the version in force when it is accepted, else the one accepted last
	Accepted string `json:"accepted"`
	// "" before the first version
	InForce string             `json:"inForce"`
	Coming  *AccountViewComing `json:"coming,omitzero"`
}

// AccountViewComing A version that was published and is not in force yet (agreement 1.4): the holder
// may accept it beforehand, or refuse it.
type AccountViewComing struct {
	ID          string    `json:"id"`
	EffectiveAt time.Time `json:"effectiveAt"`
	Accepted    bool      `json:"accepted"`
}

// AccountViewPerson who acts for a legal person, as their certificate has them.
type AccountViewPerson struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// AdminAccount what an administrator sees of one: what tells it apart, nothing it filed.
type AdminAccount struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	// masked
	Number string `json:"number"`
	// masked: "a…@example.kz"
	Email  string   `json:"email"`
	Lang   string   `json:"lang"`
	Status string   `json:"status"`
	Rights []string `json:"rights"`
	// agreement versions
	Accepted  []string        `json:"accepted"`
	CreatedAt time.Time       `json:"createdAt"`
	Proposals []AdminProposal `json:"proposals"`
	// latest first, this look not among them
	Audit []AdminLine `json:"audit"`
	// when access that one administrator stopped opens by itself
	DisabledUntil *time.Time `json:"disabledUntil"`
	// the administrator's own, on which nothing can be done
	Own bool `json:"own"`
}

// AdminApproval approves what has exactly that digest.
type AdminApproval struct {
	Digest string `json:"digest"`
	Reason string `json:"reason"`
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// AdminAuditList part of a month's entries, latest first.
type AdminAuditList struct {
	Month   string      `json:"month"`
	Entries []AdminLine `json:"entries"`
	// "" at the end
	Next string `json:"next"`
}

// AdminBreach A breach case as administrators see it.
type AdminBreach struct {
	ID      string `json:"id"`
	Account string `json:"account"`
	// reference of the request or filing it is about, or ""
	Act    string `json:"act"`
	Origin string `json:"origin"`
	// "" of an objection
	Reason string `json:"reason"`
	// why the person is not told, or ""
	Withheld string    `json:"withheld"`
	OpenedAt time.Time `json:"openedAt"`
	// pieces of evidence
	Held int64 `json:"held"`
	// over all of them
	SHA256 string `json:"sha256"`
	// null until the log was looked through
	Log      *AdminBreachLog `json:"log"`
	ClosedAt *time.Time      `json:"closedAt"`
	// the reason, "" while it is open
	Closing string `json:"closing"`
	// on the administrator's own account, where another deals with it
	Own bool `json:"own"`
}

// AdminBreachList part of all breach cases, latest first.
type AdminBreachList struct {
	Breaches []AdminBreach `json:"breaches"`
	// "" at the end
	Next string `json:"next"`
}

// AdminBreachLog what is held of the log of requests.
type AdminBreachLog struct {
	Lines int64 `json:"lines"`
	// over all of them
	SHA256 string `json:"sha256"`
	// there are older ones, which are not held
	More bool `json:"more"`
	// else lines that came late are still to be added
	Final bool `json:"final"`
}

// AdminBreachRequest opens a breach case.
type AdminBreachRequest struct {
	// id
	Account string `json:"account"`
	// reference of the request or filing, or ""
	Act string `json:"act"`
	// shown to the person
	Reason string `json:"reason"`
	// why the person is not told and which law forbids it; "" tells them
	Withheld string `json:"withheld"`
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// AdminClosingRequest closes a breach case. Withheld is as that of BreachRequest, from now on.
type AdminClosingRequest struct {
	Reason   string `json:"reason"`
	Withheld string `json:"withheld"`
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// AdminDraft A version that waits for a second administrator. Texts and Changes are left out of
// lists.
type AdminDraft struct {
	ID string `json:"id"`
	// account id
	By     string    `json:"by"`
	Own    bool      `json:"own"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// what an approval names
	Digest string            `json:"digest"`
	Texts  map[string]string `json:"texts,omitzero"`
	// against the version in force
	Changes map[string][]AgreementClause `json:"changes,omitzero"`
}

// AdminDropRequest takes a proposal back.
type AdminDropRequest struct {
	Reason string `json:"reason"`
}

// AdminEditions what there is and what is to come.
type AdminEditions struct {
	// latest first
	Published []AdminVersion `json:"published"`
	Proposed  []AdminDraft   `json:"proposed"`
}

// AdminFound names the account found.
type AdminFound struct {
	ID string `json:"id"`
}

// AdminLine an entry of the audit as administrators read it: who did it to whom, by name.
type AdminLine struct {
	// 16 hex digits, tells entries of one instant apart
	ID string `json:"id"`
	// when the gateway received the request, UTC, milliseconds
	At time.Time `json:"at"`
	// actor.Account
	Actor string `json:"actor"`
	Act   string `json:"act"`
	// what it was done to: an account's id, a version's, a window's
	Target string `json:"target"`
	Reason string `json:"reason"`
	// codes only ("active", "admin clerk"): no personal data
	Before string `json:"before"`
	After  string `json:"after"`
	// DER, as received: its content names the act. Kept in the office's own audit
	Signature []byte `json:"signature,omitzero"`
	// the administrator's name, "" for what a command did
	By string `json:"by"`
	// whom or what it was done to, as mandate.Of names an account; "" where only an id says it
	Of string `json:"of"`
}

// AdminNewVersion A version on its way in: Markdown in all three languages.
type AdminNewVersion struct {
	// "v2"
	ID     string            `json:"id"`
	Texts  map[string]string `json:"texts"`
	Reason string            `json:"reason"`
}

// AdminPrepareRequest whom an account shall be prepared for. The number stands in the body so that
// no log or address has it.
type AdminPrepareRequest struct {
	Kind string `json:"kind"`
	// IIN or BIN IIN or BIN, twelve digits.
	Number string `json:"number"`
	// that the invitation goes to
	Email string `json:"email"`
	// of the invitation
	Lang   string `json:"lang"`
	Reason string `json:"reason"`
}

// AdminProposal A right, or a status, that waits for a second administrator.
type AdminProposal struct {
	Right  string `json:"right,omitzero"`
	Status string `json:"status,omitzero"`
	// account id of the administrator who proposed it
	By string `json:"by"`
	// the reader's own, or it is not known to be another's
	Mine   bool      `json:"mine"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// AdminRightRequest names a right of an account.
type AdminRightRequest struct {
	Reason string `json:"reason"`
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// AdminSearch A number to look an account up by, in the body so that no log or address has it.
type AdminSearch struct {
	// IIN or BIN, twelve digits.
	Number string `json:"number"`
	Reason string `json:"reason"`
}

// AdminStatusRequest changes an account's status. From is what the administrator saw.
type AdminStatusRequest struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Reason string `json:"reason"`
	// "" asks for the document to sign, here and below CMS (RFC 5652) with the document attached and one
	// signer, as base64 or PEM: what NCALayer makes of the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// AdminStep takes a ticket to its next state. Answer comes with "answered" alone and is sent to
// whoever asked.
type AdminStep struct {
	State  string `json:"state"`
	Answer string `json:"answer"`
}

// AdminTicket A request to support as administrators see it. The address for the answer is not
// shown: the answer goes through the office.
type AdminTicket struct {
	Ticket    string `json:"ticket"`
	State     string `json:"state"`
	Topic     string `json:"topic"`
	Reference string `json:"reference"`
	Problem   string `json:"problem"`
	Page      string `json:"page"`
	Filing    string `json:"filing"`
	Portal    string `json:"portal"`
	Ncalayer  string `json:"ncalayer"`
	Browser   string `json:"browser"`
	Agreement string `json:"agreement"`
	// the answer is read in
	Lang       string     `json:"lang"`
	Account    string     `json:"account"`
	AnswerTo   string     `json:"answerTo"`
	HappenedAt *time.Time `json:"happenedAt"`
	ReceivedAt time.Time  `json:"receivedAt"`
	// A day in Kazakhstan.
	AnswerBy string `json:"answerBy"`
	// answerBy is over and there is no answer
	Overdue    bool       `json:"overdue"`
	StartedAt  *time.Time `json:"startedAt"`
	AnsweredAt *time.Time `json:"answeredAt"`
	ClosedAt   *time.Time `json:"closedAt"`
	Answer     string     `json:"answer"`
	// the administrator's own, which another deals with
	Own bool `json:"own"`
}

// AdminTicketList part of a month's requests, latest first.
type AdminTicketList struct {
	Month   string        `json:"month"`
	Tickets []AdminTicket `json:"tickets"`
	// "" at the end
	Next string `json:"next"`
}

// AdminVersion A published version as administrators see it.
type AdminVersion struct {
	ID          string            `json:"id"`
	PublishedAt time.Time         `json:"publishedAt"`
	EffectiveAt time.Time         `json:"effectiveAt"`
	SHA256      map[string]string `json:"sha256"`
}

// AgreementClause one line of the Markdown, which in the agreement is a heading, a clause or an item
// of a list. Joined, its pieces other than Added are the line of the older version, those other than
// Removed that of the newer.
type AgreementClause struct {
	// same, Added or Removed as a whole, or Changed
	Op     string           `json:"op"`
	Pieces []AgreementPiece `json:"pieces"`
}

// AgreementPiece some words of a clause.
type AgreementPiece struct {
	Op string `json:"op"`
	// with the spaces that belong to it
	Text string `json:"text"`
}

// CasesActRequest an act of the court in a case.
type CasesActRequest struct {
	// UUID chosen by who acts: a repeat changes nothing
	ID             string `json:"id"`
	Revision       int64  `json:"revision"`
	Step           string `json:"step"`
	Party          string `json:"party,omitzero"`
	Representative string `json:"representative,omitzero"`
	// IIN or BIN, twelve digits, as the register has them; of the correction of a case's number, that
	// number
	Number string `json:"number,omitzero"`
	// likewise
	Name    string             `json:"name,omitzero"`
	Hearing DocketHearingGiven `json:"hearing,omitzero"`
	// ids of parties
	Present []string `json:"present,omitzero"`
	// A day in Kazakhstan.
	On string `json:"on,omitzero"`
	// days an authority is for, both included; without one it is open A day in Kazakhstan.
	From string `json:"from,omitzero"`
	// A day in Kazakhstan.
	To     string `json:"to,omitzero"`
	Reason string `json:"reason,omitzero"`
	// of the court
	Address string `json:"address,omitzero"`
	Way     string `json:"way,omitzero"`
	// one of Results
	Result string `json:"result,omitzero"`
	// address or number that the notice went to
	Contact string `json:"contact,omitzero"`
	// id of the one that is corrected
	Event string `json:"event,omitzero"`
}

// CasesActView an act that may be done, and what it names.
type CasesActView struct {
	Step    string   `json:"step"`
	Article string   `json:"article"`
	About   []string `json:"about"`
}

// CasesCourtView A court.
type CasesCourtView struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// CasesDeadlineView A term.
type CasesDeadlineView struct {
	Rule    string `json:"rule"`
	Party   string `json:"party"`
	Article string `json:"article"`
	// A day in Kazakhstan.
	From string `json:"from"`
	// A day in Kazakhstan.
	Due  *string `json:"due"`
	Why  string  `json:"why"`
	Done bool    `json:"done"`
	// of what is not done: see calendar.Urgency; "" without a last day
	Urgency string `json:"urgency"`
}

// CasesEventView something that happened.
type CasesEventView struct {
	At             time.Time `json:"at"`
	Type           string    `json:"type"`
	By             string    `json:"by"`
	Name           string    `json:"name"`
	Party          string    `json:"party"`
	Representative string    `json:"representative"`
	Article        string    `json:"article"`
	Reason         string    `json:"reason"`
	Paper          string    `json:"paper"`
	ID             string    `json:"id"`
	// id of the event that was a mistake
	Corrects string `json:"corrects"`
	// type of that
	Was   string `json:"was"`
	Value string `json:"value"`
	// to the paper, as the timeline of a filing calls it; ""
	Happened string         `json:"happened"`
	Hearing  *DocketHearing `json:"hearing"`
	// A day in Kazakhstan.
	On      *string  `json:"on"`
	Present []string `json:"present"`
	// of a notice
	Way string `json:"way"`
	To  string `json:"to"`
	// of a report of its delivery: enhanced status code (RFC 3463), or the service's word
	Code string `json:"code"`
	// likewise: what the other side said, without addresses
	Note string `json:"note"`
}

// CasesFileView A file of a paper: "statement", or the id of a document; of one that came on paper,
// a scan or the "signature" of its clerk.
type CasesFileView struct {
	ID string `json:"id"`
	// "" of the statement and the signature
	Name string `json:"name"`
	Role string `json:"role"`
	Size int64  `json:"size"`
}

// CasesListing A page of cases, the one opened last first.
type CasesListing struct {
	Cases []CasesSummary `json:"cases"`
	// cursor of the next page, "" on the last; a page may be short, or empty, and not be the last
	Next string `json:"next"`
	// those whose clerk asks
	Courts []CasesCourtView `json:"courts"`
	// who asks is a judge
	Judge bool `json:"judge"`
}

// CasesLookView A look of the court.
type CasesLookView struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"`
	By   string    `json:"by"`
	Name string    `json:"name"`
}

// CasesMistakeView an event that may be corrected, and what the correction names.
type CasesMistakeView struct {
	ID    string    `json:"id"`
	At    time.Time `json:"at"`
	Type  string    `json:"type"`
	Party string    `json:"party"`
	About []string  `json:"about"`
}

// CasesNoticeView how a party stands with its notice.
type CasesNoticeView struct {
	Party  string `json:"party"`
	Proper bool   `json:"proper"`
	// by which it is
	Way     string     `json:"way"`
	Article string     `json:"article"`
	Since   *time.Time `json:"since"`
	// to try, or to wait for, while it is not
	Next  string          `json:"next"`
	Rungs []CasesRungView `json:"rungs"`
}

// CasesPaperView A filing of the case and what of it may be taken.
type CasesPaperView struct {
	Filing string    `json:"filing"`
	Kind   string    `json:"kind"`
	Party  string    `json:"party"`
	At     time.Time `json:"at"`
	// none that who asks may not take
	Files []CasesFileView `json:"files"`
	// "" of what came on paper
	Status string `json:"status"`
	// on it, oldest first
	Rulings []CasesRulingView `json:"rulings,omitzero"`
	// how a paper came on paper; null of a filing
	Scanned *CasesScannedView `json:"scanned"`
}

// CasesPartyView A party. Its number is shown to the court and to itself.
type CasesPartyView struct {
	ID   string `json:"id"`
	Role string `json:"role"`
	Type string `json:"type"`
	Name string `json:"name"`
	// masked, as the claim has it; to the court
	Stated string `json:"stated"`
	// masked, as the clerk confirmed it
	Number string `json:"number"`
	// of who asks, or for whom they act
	Own         bool       `json:"own"`
	ConfirmedAt *time.Time `json:"confirmedAt"`
	// since when it sees the case
	From *time.Time `json:"from"`
}

// CasesRepresentativeView somebody who acts for parties.
type CasesRepresentativeView struct {
	ID      string   `json:"id"`
	Kind    string   `json:"kind"`
	Name    string   `json:"name"`
	Parties []string `json:"parties"`
	Powers  []string `json:"powers"`
	Number  string   `json:"number"`
	// A day in Kazakhstan.
	From *string `json:"from"`
	// A day in Kazakhstan.
	To          *string    `json:"to"`
	ConfirmedAt *time.Time `json:"confirmedAt"`
	EndedAt     *time.Time `json:"endedAt"`
}

// CasesRulingView A ruling on a paper, as a file of it.
type CasesRulingView struct {
	ID   string    `json:"id"`
	Step string    `json:"step"`
	At   time.Time `json:"at"`
	Size int64     `json:"size"`
}

// CasesRungView A way of notice and where it stands.
type CasesRungView struct {
	Way     string     `json:"way"`
	Article string     `json:"article"`
	State   string     `json:"state"`
	Since   *time.Time `json:"since"`
}

// CasesScannedView says of a paper that came on paper how, and who scanned it.
type CasesScannedView struct {
	// one of filing.PaperWays
	Way string `json:"way"`
	// who brought or sent it
	From string `json:"from"`
	// A day in Kazakhstan.
	Received string `json:"received"`
	// by the postmark A day in Kazakhstan.
	Posted *string `json:"posted"`
	Clerk  string  `json:"clerk"`
	// when the clerk signed that the scans are the paper
	At time.Time `json:"at"`
	// of all scans
	Pages int64 `json:"pages"`
}

// CasesSummary A case in a list.
type CasesSummary struct {
	ID        string `json:"id"`
	Number    string `json:"number"`
	CourtCode string `json:"courtCode"`
	// its name
	Court    string `json:"court"`
	Kind     string `json:"kind"`
	Claimant string `json:"claimant"`
	Opposite string `json:"opposite"`
	Status   string `json:"status"`
	As       string `json:"as"`
	// of the hearing that is appointed
	HearingAt *time.Time `json:"hearingAt"`
	OpenedAt  time.Time  `json:"openedAt"`
	UpdatedAt time.Time  `json:"updatedAt"`
}

// CasesView A case as who asks may see it.
type CasesView struct {
	ID        string `json:"id"`
	Number    string `json:"number"`
	CourtCode string `json:"courtCode"`
	// its name
	Court    string `json:"court"`
	Kind     string `json:"kind"`
	Claimant string `json:"claimant"`
	Opposite string `json:"opposite"`
	Status   string `json:"status"`
	As       string `json:"as"`
	// of the hearing that is appointed
	HearingAt *time.Time `json:"hearingAt"`
	OpenedAt  time.Time  `json:"openedAt"`
	UpdatedAt time.Time  `json:"updatedAt"`
	// of the proceedings
	Lang     string         `json:"lang"`
	Revision int64          `json:"revision"`
	Secret   bool           `json:"secret"`
	Hearing  *DocketHearing `json:"hearing"`
	// A day in Kazakhstan.
	FinalOn *string `json:"finalOn"`
	// A day in Kazakhstan.
	InForceOn       *string                   `json:"inForceOn"`
	Parties         []CasesPartyView          `json:"parties"`
	Representatives []CasesRepresentativeView `json:"representatives"`
	Papers          []CasesPaperView          `json:"papers"`
	Deadlines       []CasesDeadlineView       `json:"deadlines"`
	// oldest first
	Events []CasesEventView `json:"events"`
	// how parties stand with the notice the case needs now: to the court, and each to itself
	Notices []CasesNoticeView `json:"notices"`
	// of the court, latest first
	Looks []CasesLookView `json:"looks"`
	// that who asks may do now
	Acts []CasesActView `json:"acts"`
	// events that who asks may correct
	Mistakes []CasesMistakeView `json:"mistakes"`
}

// DocketEnteredParty A party as the clerk found it.
type DocketEnteredParty struct {
	Role string `json:"role"`
	// of package party
	Type string `json:"type"`
	// as the register has it
	Name string `json:"name"`
	// IIN or BIN, twelve digits; "" where the paper has none: it is confirmed later IIN or BIN, twelve
	// digits.
	Number string `json:"number"`
}

// DocketEnteredRepresentative A representative as the clerk found it.
type DocketEnteredRepresentative struct {
	Name string `json:"name"`
	// IIN; "" where the paper has none IIN or BIN, twelve digits.
	Number string `json:"number"`
	// of whom: places among the parties, from 0
	Parties []int64 `json:"parties"`
	// A day in Kazakhstan.
	From string `json:"from,omitzero"`
	// A day in Kazakhstan.
	To string `json:"to,omitzero"`
}

// DocketHearing when and where the court meets.
type DocketHearing struct {
	At    time.Time `json:"at,omitzero"`
	Place string    `json:"place,omitzero"`
}

// DocketHearingGiven when and where the court meets.
type DocketHearingGiven struct {
	At    time.Time `json:"at,omitzero"`
	Place string    `json:"place,omitzero"`
}

// DocumentsGrant A presigned request for one stretch of the content.
type DocumentsGrant struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	// to be sent exactly; Content-Length is the client's own
	Headers map[string]string `json:"headers"`
	// of its first byte in the content
	Offset int64 `json:"offset"`
	// bytes
	Size int64 `json:"size"`
}

// DocumentsStored what the bucket holds for an Object, to be pinned in what is signed.
//
// Content sent in one request has the SHA-256 of its key, which S3 checked. For content sent in
// parts S3 keeps Composite, the SHA-256 over the SHA-256 of each part of PartSize bytes: whoever
// needs the hash of the whole proved reads the whole.
type DocumentsStored struct {
	// of the object in the bucket
	Version string `json:"version"`
	// bytes, 0 for content sent in one request
	PartSize int64 `json:"partSize,omitzero"`
	// 64 hex digits, empty for content sent in one request
	Composite string `json:"composite,omitzero"`
}

// DocumentsUpload what is left to send of one content.
type DocumentsUpload struct {
	// by offset; empty if everything has arrived
	Grants []DocumentsGrant `json:"grants"`
	// once they are used, Complete must be called
	Complete bool `json:"complete"`
	// of the grants
	ExpiresAt time.Time `json:"expiresAt"`
}

// EvidencefileCaseReply A part of the file: one of each paper, and the last, which says what the
// case is and names every file of every part under a time stamp.
type EvidencefileCaseReply struct {
	// of the archive
	Name string `json:"name"`
	// as of when the case is told
	At       time.Time `json:"at"`
	Revision int64     `json:"revision"`
	Part     int64     `json:"part"`
	Parts    int64     `json:"parts"`
	// in their order
	Files []EvidencefileFile `json:"files"`
	// SHA-256 over names and hashes of Files, hex
	Sum string `json:"sum"`
	// of the last part, else null
	StampedAt *time.Time `json:"stampedAt"`
	// of the last part: what Sum of the others must be; else empty
	Sums []string `json:"sums"`
}

// EvidencefileCaseRequest asks for a part of the evidence of a case. The first asks with nothing but
// the case; the others with what its answer says, in any order and as often as they like: the same
// part has the same files, with addresses that open now. The last part is to be asked for when the
// others are there.
type EvidencefileCaseRequest struct {
	// caseReply.At; zero begins
	At time.Time `json:"at,omitzero"`
	// caseReply.Revision
	Revision int64 `json:"revision,omitzero"`
	// from 0
	Part int64 `json:"part,omitzero"`
}

// EvidencefileFile one file: its bytes, or the address that gives them.
type EvidencefileFile struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	// hex
	SHA256 string `json:"sha256"`
	// base64
	Data []byte `json:"data,omitzero"`
	// may be opened for documents.DownloadLife
	Address string `json:"address,omitzero"`
}

// EvidencefileReply what the archive is put together from: its files in this order, stored without
// compression, the names in UTF-8.
type EvidencefileReply struct {
	// of the archive
	Name      string             `json:"name"`
	StampedAt time.Time          `json:"stampedAt"`
	Files     []EvidencefileFile `json:"files"`
}

// EvidencefileRequest names the filing.
type EvidencefileRequest struct {
}

// FactsFacts are what a receipt certifies and what became of the filing since, without its people.
type FactsFacts struct {
	TicketNo  string `json:"ticketNo"`
	Kind      string `json:"kind"`
	CourtCode string `json:"courtCode"`
	Status    string `json:"status"`
	// the instant that counts
	SentAt time.Time `json:"sentAt"`
	// when the status last changed
	UpdatedAt      time.Time `json:"updatedAt"`
	ManifestSHA256 string    `json:"manifestSha256"`
	FormSHA256     string    `json:"formSha256"`
	// "" for a receipt that names none
	StatementSHA256 string `json:"statementSha256"`
}

// FactsRequest what the receipt says and a person typed. It is posted: no log and no address has it.
type FactsRequest struct {
	TicketNo  string `json:"ticketNo"`
	CheckCode string `json:"checkCode"`
}

// FileclaimOutcome what became of a manifest.
type FileclaimOutcome struct {
	// "sealed", "pending" or "void"
	Outcome string `json:"outcome"`
	// signatures, while pending
	Missing int64 `json:"missing"`
	// once sealed, else null
	Receipt json.RawMessage `json:"receipt"`
}

// FileclaimOutcomeRequest names a manifest by the token that came with it.
type FileclaimOutcomeRequest struct {
	Token string `json:"token"`
}

// FileclaimPending the answer to a signature that was kept while others are missing.
type FileclaimPending struct {
	// "pending"
	Outcome string `json:"outcome"`
	// signatures
	Missing int64 `json:"missing"`
}

// FileclaimRequest carries the signed manifest and the token that came with it.
type FileclaimRequest struct {
	Token string `json:"token"`
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature"`
}

// FilingActed what the timeline says of a CourtAct. As JSON it is kept: members are added, never
// re-meant.
type FilingActed struct {
	Step   string `json:"step"`
	By     string `json:"by"`
	Number string `json:"number,omitzero"`
	// name
	Judge string `json:"judge,omitzero"`
	// code of Extensions
	Extension string `json:"extension,omitzero"`
	// codes of Grounds
	Grounds []string `json:"grounds,omitzero"`
	// of a Handover to another judge
	Reason string `json:"reason,omitzero"`
	// last day of the term that the act sets A day in Kazakhstan.
	On string `json:"on,omitzero"`
	// code of the court of appeal that the filing was sent to
	Higher string `json:"higher,omitzero"`
	// step that is corrected
	Corrects string `json:"corrects,omitzero"`
	// what was wrong with it
	Wrong string `json:"wrong,omitzero"`
}

// FilingDocument one document: what the filer says the bytes are. The bytes are in S3 under the
// filing's id and their hash, never under a name.
type FilingDocument struct {
	// UUID chosen by the client
	ID string `json:"id"`
	// one of MediaTypes
	MediaType string `json:"mediaType"`
	// file name as the filer knows it, 1 to 200 characters
	Name string `json:"name"`
	// one of Roles
	Role string `json:"role"`
	// 64 lower-case hex digits
	SHA256 string `json:"sha256"`
	// bytes, 1 to MaxDocument
	Size int64 `json:"size"`
}

// FilingEvent one thing that happened to a filing. Events are only ever added.
type FilingEvent struct {
	At time.Time `json:"at"`
	// "created", one of the Event constants, or one of the Told and NotTold
	Type string `json:"type"`
	// by the court; nil for other events
	Acted *FilingActed `json:"acted,omitzero"`
}

// FilingFile A file the office makes of a filing, in the bucket under the filing's id and its hash.
type FilingFile struct {
	// lower-case hex
	SHA256 string `json:"sha256"`
	// bytes
	Size int64 `json:"size"`
}

// FilingsCheckReply everything the office sees wrong with a filing, in the order of its form, then
// of its documents.
type FilingsCheckReply struct {
	// of the filing that was looked at
	Revision int64           `json:"revision"`
	Defects  []FilingsDefect `json:"defects"`
	// no error: it may be signed
	Complete bool `json:"complete"`
}

// FilingsCompleteRequest names a document whose parts have been sent.
type FilingsCompleteRequest struct {
	// as in DocumentRequest
	Parts []string `json:"parts"`
}

// FilingsCopyRequest asks for a new draft that begins with what a filing of one's own says.
type FilingsCopyRequest struct {
	// id of the new draft, chosen by the client
	As string `json:"as"`
	// the new one names the old one, which was sent, as what it replaces
	Corrects bool `json:"corrects,omitzero"`
}

// FilingsCreateRequest begins a filing. What is in it may be given at once.
type FilingsCreateRequest struct {
	Kind     string                     `json:"kind"`
	Sections map[string]json.RawMessage `json:"sections,omitzero"`
}

// FilingsDefect one fault. An error keeps the filing from being signed; a warning is for the filer
// to know.
type FilingsDefect struct {
	// into the form, by section: "/court/code"; or "/documents/<id>"
	Pointer  string `json:"pointer"`
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Detail   string `json:"detail"`
	Article  string `json:"article"`
}

// FilingsDocumentReply carries the grants to upload the document's bytes straight to the bucket.
type FilingsDocumentReply struct {
	Version int64           `json:"version"`
	Upload  DocumentsUpload `json:"upload"`
	// A manifest was out for signature, and is void by this change
	Voided bool `json:"voided"`
}

// FilingsDocumentRequest adds a document (Version 0) or replaces what one says that is at Version.
type FilingsDocumentRequest struct {
	// of this document
	Version int64  `json:"version"`
	Role    string `json:"role"`
	Name    string `json:"name"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	// SHA-256 of each part of documents.PartSize bytes, in order, of a document larger than one; not
	// needed to change a role or a name
	Parts     []string `json:"parts,omitzero"`
	MediaType string   `json:"mediaType"`
}

// FilingsDocumentView A document, its version and whether its bytes have arrived.
type FilingsDocumentView struct {
	// UUID chosen by the client
	ID string `json:"id"`
	// one of MediaTypes
	MediaType string `json:"mediaType"`
	// file name as the filer knows it, 1 to 200 characters
	Name string `json:"name"`
	// one of Roles
	Role string `json:"role"`
	// 64 lower-case hex digits
	SHA256 string `json:"sha256"`
	// bytes, 1 to MaxDocument
	Size     int64 `json:"size"`
	Version  int64 `json:"version"`
	Uploaded bool  `json:"uploaded"`
	// null before the bytes have arrived, and once the filing was sent
	Verdict *FilingsVerdictView `json:"verdict"`
}

// FilingsDropReply says what else the change did.
type FilingsDropReply struct {
	// A manifest was out for signature, and is void by this change
	Voided bool `json:"voided"`
}

// FilingsListing A page of the account's filings, the one begun last first.
type FilingsListing struct {
	Filings []FilingsSummary `json:"filings"`
	// cursor of the next page, "" on the last; a page may be short, or empty, and not be the last
	Next string `json:"next"`
}

// FilingsManifestReply what to sign.
type FilingsManifestReply struct {
	// the bytes to sign, attached; see package act
	Document []byte `json:"document"`
	// hex, of Document
	SHA256 string `json:"sha256"`
	// to be sent with the signature; "" for who has no signature to give
	Token string `json:"token"`
	// to have it signed on a phone, see package phone
	Permit string `json:"permit"`
	// until when it may be signed
	SealBy time.Time `json:"sealBy"`
	// signatures that are needed
	Seats int64 `json:"seats"`
	// of them, those that are there, where there are several
	Signed []int64 `json:"signed"`
	// of them, those that the reader's signature fills
	Mine []int64 `json:"mine"`
}

// FilingsManifestRequest names the filing that shall be signed, as it was seen.
type FilingsManifestRequest struct {
	// view.Revision: what was changed since is not signed unseen
	Revision int64 `json:"revision"`
}

// FilingsPaperView what a receipt's page says on paper beside the receipt itself, which certifies
// neither the parties nor the price.
type FilingsPaperView struct {
	Kind string `json:"kind"`
	// in the order of the form
	Parties []SheetParty `json:"parties"`
	// price of the claim, 0 for none
	Tiyn      int64                 `json:"tiyn"`
	Documents []FilingsDocumentView `json:"documents"`
	// where the receipt is checked by its number and check code
	Address string `json:"address"`
	// of the address
	QR QrcodeCode `json:"qr"`
}

// FilingsRulingView A judge's ruling on a filing; its files are "ruling" and "ruling-signature", of
// a correction "correction-1" and so on.
type FilingsRulingView struct {
	// of filing.Steps
	Step  string    `json:"step"`
	At    time.Time `json:"at"`
	Judge string    `json:"judge"`
	// codes of filing.Grounds
	Grounds  []string `json:"grounds"`
	Reasons  string   `json:"reasons"`
	Decision string   `json:"decision"`
	// last day of the term that it sets A day in Kazakhstan.
	On *string `json:"on"`
	// of the PDF
	SHA256 string `json:"sha256"`
	// the court's own PDF, not one that the office made of what else is here
	Own bool `json:"own"`
}

// FilingsSectionReply what is stored now.
type FilingsSectionReply struct {
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt"`
	Status    string    `json:"status"`
	// A manifest was out for signature, and is void by this change
	Voided bool `json:"voided"`
	// how many signatures went with it
	Signed int64 `json:"signed"`
}

// FilingsSectionRequest replaces a section that is at Version.
type FilingsSectionRequest struct {
	// 0 for one that was never saved
	Version int64           `json:"version"`
	Value   json.RawMessage `json:"value"`
}

// FilingsSectionView A part of the form.
type FilingsSectionView struct {
	// 0 if it was never saved
	Version   int64           `json:"version"`
	Value     json.RawMessage `json:"value"`
	UpdatedAt *time.Time      `json:"updatedAt"`
}

// FilingsSummary A filing in a list.
type FilingsSummary struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Status    string `json:"status"`
	CourtCode string `json:"courtCode"`
	// of the proceedings
	Lang   string `json:"lang"`
	CaseNo string `json:"caseNo"`
	// name of the first opposite party
	Opposite      string `json:"opposite"`
	AmountTiyn    int64  `json:"amountTiyn"`
	DocumentCount int64  `json:"documentCount"`
	// how many have signed, before the last of several
	Signed int64 `json:"signed"`
	// id of the filing this is a corrected copy of, or ""
	Replaces  string    `json:"replaces"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	// of a draft that stays untouched
	ExpiresAt *time.Time `json:"expiresAt"`
	// until when a manifest that is out may be signed
	SealBy   *time.Time `json:"sealBy"`
	SentAt   *time.Time `json:"sentAt"`
	TicketNo string     `json:"ticketNo"`
	// that the court registered it under, or ""
	Number string `json:"number"`
	// name, or ""
	Judge string `json:"judge"`
}

// FilingsTermView A term of who filed.
type FilingsTermView struct {
	// id of a calendar.Rule
	Rule string `json:"rule"`
	// of filing.Steps: the act
	Step    string `json:"step"`
	Article string `json:"article"`
	// last day, null while it can't be told A day in Kazakhstan.
	Due *string `json:"due"`
	// see calendar.Urgency
	Urgency string `json:"urgency"`
}

// FilingsVerdictView what was found in an uploaded document.
type FilingsVerdictView struct {
	// what the content is, "" if it was not inspected yet
	Found string `json:"found"`
	// of a PDF, 0 where they could not be counted
	Pages    int64           `json:"pages"`
	Findings []FilingsDefect `json:"findings"`
}

// FilingsView A filing as its owner sees it.
type FilingsView struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Status    string `json:"status"`
	CourtCode string `json:"courtCode"`
	// of the proceedings
	Lang   string `json:"lang"`
	CaseNo string `json:"caseNo"`
	// name of the first opposite party
	Opposite      string `json:"opposite"`
	AmountTiyn    int64  `json:"amountTiyn"`
	DocumentCount int64  `json:"documentCount"`
	// how many have signed, before the last of several
	Signed int64 `json:"signed"`
	// id of the filing this is a corrected copy of, or ""
	Replaces  string    `json:"replaces"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	// of a draft that stays untouched
	ExpiresAt *time.Time `json:"expiresAt"`
	// until when a manifest that is out may be signed
	SealBy   *time.Time `json:"sealBy"`
	SentAt   *time.Time `json:"sentAt"`
	TicketNo string     `json:"ticketNo"`
	// that the court registered it under, or ""
	Number string `json:"number"`
	// name, or ""
	Judge string `json:"judge"`
	// of the case that CaseNo names, where it was sent and who asks sees that case; else ""
	CaseID    string                        `json:"caseId"`
	Revision  int64                         `json:"revision"`
	Sections  map[string]FilingsSectionView `json:"sections"`
	Documents []FilingsDocumentView         `json:"documents"`
	Events    []FilingEvent                 `json:"events"`
	// why, where it was rejected for technical reasons
	Rejected []FilingsDefect `json:"rejected"`
	// the court's latest that corrects none, or null
	Ruling *FilingsRulingView `json:"ruling"`
	// what corrects it, oldest first
	Corrected []FilingsRulingView `json:"corrected"`
	// that the court's latest act, and corrections of it, started for who filed
	Terms []FilingsTermView `json:"terms"`
}

// HttpapiClosed the notice of a window of maintenance that stops what was asked for.
type HttpapiClosed struct {
	ID        string `json:"id"`
	From      string `json:"from"`
	To        string `json:"to"`
	Emergency bool   `json:"emergency"`
	Text      string `json:"text"`
}

// HttpapiFault one of several things that are wrong.
type HttpapiFault struct {
	// RFC 6901, into the body or the form
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	// what is wrong, in words
	Detail  string `json:"detail"`
	Article string `json:"article,omitzero"`
}

// MaintenanceActRequest A decision on a window.
type MaintenanceActRequest struct {
	Version int64  `json:"version"`
	Reason  string `json:"reason"`
	// as in PlanRequest CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what
	// NCALayer makes of the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// MaintenanceAdminSchedule answers GET /api/admin/maintenance.
type MaintenanceAdminSchedule struct {
	Now       string              `json:"now"`
	Stoppable []string            `json:"stoppable"`
	Windows   []MaintenanceWindow `json:"windows"`
	// of the next RushesAhead days, in their order
	Rushes []MaintenanceRush `json:"rushes"`
}

// MaintenanceChangeRequest A plan in place of another.
type MaintenanceChangeRequest struct {
	// of the window as the administrator saw it
	Version   int64             `json:"version"`
	ID        string            `json:"id,omitzero"`
	From      string            `json:"from"`
	To        string            `json:"to"`
	Affects   []string          `json:"affects"`
	Texts     map[string]string `json:"texts"`
	Emergency bool              `json:"emergency"`
	// for the audit
	Reason string `json:"reason"`
	// signature is over an act that stops what nobody keeps a term without; "" asks for the document.
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// MaintenancePlanRequest what an administrator writes. ID is a UUID the client makes, so that a
// repeat makes no second window; From and To are RFC 3339; Affects empty means all that may stop.
type MaintenancePlanRequest struct {
	ID        string            `json:"id,omitzero"`
	From      string            `json:"from"`
	To        string            `json:"to"`
	Affects   []string          `json:"affects"`
	Texts     map[string]string `json:"texts"`
	Emergency bool              `json:"emergency"`
	// for the audit
	Reason string `json:"reason"`
	// signature is over an act that stops what nobody keeps a term without; "" asks for the document.
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// MaintenanceReadiness how many environments of a function are kept started.
type MaintenanceReadiness struct {
	Function string `json:"function"`
	Calm     int64  `json:"calm"`
	Rush     int64  `json:"rush"`
}

// MaintenanceRush an evening on which more terms end than on others, and what is kept ready for it.
type MaintenanceRush struct {
	// A day in Kazakhstan.
	Day  string    `json:"day"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// "month-ends", "after-leave"
	Why   string                 `json:"why"`
	Ready []MaintenanceReadiness `json:"ready"`
}

// MaintenanceSchedule answers GET /api/maintenance.
type MaintenanceSchedule struct {
	Now string `json:"now"`
	// what every page must show now, or null
	Notice  *MaintenanceWindow  `json:"notice"`
	Windows []MaintenanceWindow `json:"windows"`
}

// MaintenanceSubscribeRequest asks for mail, or for no more.
type MaintenanceSubscribeRequest struct {
	Subscribed bool `json:"subscribed"`
}

// MaintenanceSubscription says whether the account is told of maintenance by mail, and whether its
// address is verified, which that needs.
type MaintenanceSubscription struct {
	Subscribed bool `json:"subscribed"`
	Verified   bool `json:"verified"`
}

// MaintenanceWindow A window as the API shows it. Instants are RFC 3339 in UTC.
type MaintenanceWindow struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	// "coming", "in-force", "over", "cancelled"; to administrators also "proposed"
	Phase string `json:"phase"`
	From  string `json:"from"`
	// or when it was ended early
	To      string   `json:"to"`
	Affects []string `json:"affects"`
	// counts as outage
	Emergency   bool   `json:"emergency"`
	Lang        string `json:"lang"`
	Text        string `json:"text"`
	PublishedAt string `json:"publishedAt,omitzero"`
	ChangedAt   string `json:"changedAt"`
	// for administrators only.
	Texts    map[string]string `json:"texts,omitzero"`
	Author   string            `json:"author,omitzero"`
	Approver string            `json:"approver,omitzero"`
	// the reader wrote it, so someone else must approve it
	Mine bool `json:"mine,omitzero"`
}

// MobilesigningAccess what a QR code leads to, eGov Mobile's API 1: who asks for what, and where the
// document is.
type MobilesigningAccess struct {
	Description string `json:"description"`
	// RFC 3339 with milliseconds and an offset
	ExpiryDate   string                `json:"expiry_date"`
	Organisation MobilesigningAsking   `json:"organisation"`
	Document     MobilesigningLocation `json:"document"`
}

// MobilesigningAsking who asks.
type MobilesigningAsking struct {
	NameRu string `json:"nameRu"`
	NameKz string `json:"nameKz"`
	NameEn string `json:"nameEn"`
	BIN    string `json:"bin"`
}

// MobilesigningBrowserRequest names a code by the token of the browser that asked for it.
type MobilesigningBrowserRequest struct {
	Token string `json:"token"`
}

// MobilesigningDigitsRequest are the digits that the phone shows.
type MobilesigningDigitsRequest struct {
	Token  string `json:"token"`
	Digits string `json:"digits"`
}

// MobilesigningDocument A document's content or the signature over it.
type MobilesigningDocument struct {
	File MobilesigningFile `json:"file"`
}

// MobilesigningDocumentGiven A document's content or the signature over it.
type MobilesigningDocumentGiven struct {
	File MobilesigningFileGiven `json:"file"`
}

// MobilesigningFile base64 with its type.
type MobilesigningFile struct {
	Mime string `json:"mime"`
	Data string `json:"data"`
}

// MobilesigningFileGiven base64 with its type.
type MobilesigningFileGiven struct {
	Mime string `json:"mime"`
	Data string `json:"data"`
}

// MobilesigningLinks open a code in the app on the same device.
type MobilesigningLinks struct {
	// EGov Mobile, or ""
	Person string `json:"person"`
	// EGov Business, or ""
	Business string `json:"business"`
}

// MobilesigningLocation where the document is. Its address holds the phone's token.
type MobilesigningLocation struct {
	URI      string `json:"uri"`
	AuthType string `json:"auth_type"`
	// of other types than "None"
	AuthToken string `json:"auth_token"`
}

// MobilesigningMeta A line that the phone shows beside a document.
type MobilesigningMeta struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// MobilesigningMetaGiven A line that the phone shows beside a document.
type MobilesigningMetaGiven struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// MobilesigningOfferRequest A document that the office gave out, with the permit that came with it.
type MobilesigningOfferRequest struct {
	Document []byte `json:"document"`
	Permit   string `json:"permit"`
}

// MobilesigningOffered A code: shown as a picture to another device, or opened on the same one.
type MobilesigningOffered struct {
	ID string `json:"id"`
	// of the browser; it isn't in the code
	Token     string             `json:"token"`
	QR        QrcodeCode         `json:"qr"`
	Links     MobilesigningLinks `json:"links"`
	ExpiresAt time.Time          `json:"expiresAt"`
}

// MobilesigningPackage EGov Mobile's API 2, both ways: documents to sign, and the same with
// signatures in their place.
type MobilesigningPackage struct {
	SignMethod      string                `json:"signMethod"`
	Version         int64                 `json:"version"`
	DocumentsToSign []MobilesigningToSign `json:"documentsToSign"`
}

// MobilesigningProgress how far a code has come.
type MobilesigningProgress struct {
	// "waiting", "opened" by a phone, "matched": its digits were typed, "signed"
	State string `json:"state"`
	// once signed and matched: CMS with its document, base64
	Signature []byte `json:"signature,omitzero"`
}

// MobilesigningSignedRequest A phone bringing the document back, signed.
type MobilesigningSignedRequest struct {
	SignMethod      string                     `json:"signMethod"`
	Version         int64                      `json:"version"`
	DocumentsToSign []MobilesigningToSignGiven `json:"documentsToSign"`
}

// MobilesigningToSign one document of a Package.
type MobilesigningToSign struct {
	ID       int64                 `json:"id"`
	NameRu   string                `json:"nameRu"`
	NameKz   string                `json:"nameKz"`
	NameEn   string                `json:"nameEn"`
	Meta     []MobilesigningMeta   `json:"meta"`
	Document MobilesigningDocument `json:"document"`
}

// MobilesigningToSignGiven one document of a Package.
type MobilesigningToSignGiven struct {
	ID       int64                      `json:"id"`
	NameRu   string                     `json:"nameRu"`
	NameKz   string                     `json:"nameKz"`
	NameEn   string                     `json:"nameEn"`
	Meta     []MobilesigningMetaGiven   `json:"meta"`
	Document MobilesigningDocumentGiven `json:"document"`
}

// ProfileAcceptance one agreement version the holder accepted with a signature.
type ProfileAcceptance struct {
	Version string `json:"version"`
	// hex, of the text
	SHA256     string    `json:"sha256"`
	Lang       string    `json:"lang"`
	AcceptedAt time.Time `json:"acceptedAt"`
}

// ProfileActing A person who signed in for the legal person with a certificate that lets them act
// for it.
type ProfileActing struct {
	// opaque, of this account alone
	ID   string `json:"id"`
	Name string `json:"name"`
	// masked IIN
	Number string `json:"number"`
	// of the certificate of the last time
	Role string `json:"role"`
	// what that role may do in the office
	Powers []string `json:"powers"`
	// the request's own session is theirs
	Current bool      `json:"current"`
	FirstAt time.Time `json:"firstAt"`
	LastAt  time.Time `json:"lastAt"`
	// when the certificate they used last ends
	CertificateNotAfter *time.Time `json:"certificateNotAfter"`
	// since when they have a password; null for none
	PasswordAt *time.Time `json:"passwordAt"`
	// the request's session may end theirs, and the password
	MayEnd bool `json:"mayEnd"`
}

// ProfileAddress an e-mail address that took the account's notices, or takes them.
type ProfileAddress struct {
	Email string    `json:"email"`
	From  time.Time `json:"from"`
	// null for the one that takes them
	Until *time.Time `json:"until"`
	// null if its code was never typed
	VerifiedAt *time.Time `json:"verifiedAt"`
	// that another took its place can be objected to
	Object bool `json:"object"`
}

// ProfileAskedCode says until when a code may be typed.
type ProfileAskedCode struct {
	ExpiresAt time.Time `json:"expiresAt"`
}

// ProfileAskedReset says where the code went that confirms a reset.
type ProfileAskedReset struct {
	// goes with the code
	Reset string `json:"reset"`
	// masked
	Email     string    `json:"email"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// ProfileAuditEntry one of them as the holder sees it. Which administrator it was is the office's to
// answer for, and stands in its own audit.
type ProfileAuditEntry struct {
	At  time.Time `json:"at"`
	Act string    `json:"act"`
	// in the administrator's words; "" for a look
	Reason string `json:"reason"`
	// codes: a status, or rights with a space between
	Before string `json:"before"`
	After  string `json:"after"`
	// SHA-256 in hex of the administrator's signature, which the office keeps; "" for what is not signed
	Signed string `json:"signed"`
}

// ProfileAuditList what administrators did that concerns an account, latest first, at most 100
// entries.
type ProfileAuditList struct {
	Entries []ProfileAuditEntry `json:"entries"`
}

// ProfileBreach one of them: that it exists, and why (agreement, 8.2).
type ProfileBreach struct {
	ID string `json:"id"`
	// reference of the request or filing it is about, or ""
	Act    string `json:"act"`
	Origin string `json:"origin"`
	// in the administrator's words; "" of an objection
	Reason   string    `json:"reason"`
	OpenedAt time.Time `json:"openedAt"`
	// null while it is open
	ClosedAt *time.Time `json:"closedAt"`
	// why it was closed
	Closing string `json:"closing"`
}

// ProfileBreachList are the breach cases on an account that its holder is told of, latest first.
type ProfileBreachList struct {
	Breaches []ProfileBreach `json:"breaches"`
}

// ProfileCodeRequest the code as typed.
type ProfileCodeRequest struct {
	Code string `json:"code"`
}

// ProfileConfirmRequest the code as typed, for a reset.
type ProfileConfirmRequest struct {
	Reset string `json:"reset"`
	Code  string `json:"code"`
}

// ProfileDocumentRequest asks for a document to sign.
type ProfileDocumentRequest struct {
	// of the statement; "" means that of the answer
	Lang string `json:"lang,omitzero"`
}

// ProfileEmailRequest an address the holder wants notices sent to, or the one they go to already.
type ProfileEmailRequest struct {
	Email string `json:"email"`
}

// ProfileExport everything the office keeps for the holder of an account, in one open format. The
// signatures are CMS with their document inside: they verify without the office. Filings go on, on
// further pages, for as long as Next is not "": the last page says that the export is complete.
type ProfileExport struct {
	Version      int64                     `json:"version"`
	MadeAt       time.Time                 `json:"madeAt"`
	Account      ProfileProfile            `json:"account"`
	Registration ProfileSignedDocument     `json:"registration"`
	Acceptances  []ProfileSignedAcceptance `json:"acceptances"`
	// what administrators did to the account, latest first
	Audit []ProfileAuditEntry `json:"audit"`
	// breach cases on it that the holder is told of, latest first
	Breaches []ProfileBreach `json:"breaches"`
	// latest first
	Filings []ProfileExportedFiling `json:"filings"`
	// latest first, those of the last year
	Support []ProfileExportedTicket `json:"support"`
	// latest first, also those of the last three years that are over
	Representatives []ProfileRepresentative `json:"representatives"`
	// addresses at which an organisation's program is told, the oldest first
	Webhooks []ProfileExportedWebhook `json:"webhooks"`
	// cursor of the page that goes on, "" on the last
	Next string `json:"next"`
	// this is the last page: with those before, everything is here
	Complete bool `json:"complete"`
}

// ProfileExportedFiling one filing.
type ProfileExportedFiling struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Status    string     `json:"status"`
	CreatedAt time.Time  `json:"createdAt"`
	SentAt    *time.Time `json:"sentAt"`
	TicketNo  string     `json:"ticketNo"`
	Replaces  string     `json:"replaces"`
	// of a draft; those of a sent filing stand in what was signed
	Documents []FilingDocument `json:"documents"`
	// byte for byte what was signed, once it was sent
	Form json.RawMessage `json:"form"`
	// CMS in DER, base64; none of a draft
	Signatures [][]byte `json:"signatures"`
	// with its signature; null for a draft
	Receipt json.RawMessage `json:"receipt"`
	Events  []FilingEvent   `json:"events"`
}

// ProfileExportedTicket one request to support.
type ProfileExportedTicket struct {
	Ticket     string     `json:"ticket"`
	Topic      string     `json:"topic"`
	State      string     `json:"state"`
	ReceivedAt time.Time  `json:"receivedAt"`
	AnsweredAt *time.Time `json:"answeredAt"`
	Answer     string     `json:"answer"`
	HappenedAt *time.Time `json:"happenedAt"`
	Reference  string     `json:"reference"`
	Problem    string     `json:"problem"`
	Page       string     `json:"page"`
	Filing     string     `json:"filing"`
	Browser    string     `json:"browser"`
	Portal     string     `json:"portal"`
	Ncalayer   string     `json:"ncalayer"`
	Agreement  string     `json:"agreement"`
}

// ProfileExportedWebhook one address at which an organisation's program is told, as its head signed
// for it.
type ProfileExportedWebhook struct {
	ID       string     `json:"id"`
	Address  string     `json:"address"`
	AddedAt  time.Time  `json:"addedAt"`
	AddedBy  string     `json:"addedBy"`
	PausedAt *time.Time `json:"pausedAt"`
	// CMS in DER, base64
	Signature []byte `json:"signature"`
}

// ProfileInvitation what a representative is shown: who named them, for what and how long, and what
// the office keeps of them. No filing is named.
type ProfileInvitation struct {
	// the person or organisation that named them
	Holder string `json:"holder"`
	// as the holder wrote it, "" once the account is closed
	Name  string `json:"name"`
	Email string `json:"email"`
	// of the mail
	Lang   string `json:"lang"`
	Scope  string `json:"scope"`
	Months int64  `json:"months"`
	Status string `json:"status"`
	// exclusive
	AnswerBy    time.Time  `json:"answerBy"`
	ConsentedAt *time.Time `json:"consentedAt"`
	LastDay     string     `json:"lastDay"`
	EndedAt     *time.Time `json:"endedAt"`
	// the record of it
	KeptUntil time.Time `json:"keptUntil"`
}

// ProfileLeavingRequest the signed refusal.
type ProfileLeavingRequest struct {
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature"`
}

// ProfileLeft says what became of the account.
type ProfileLeft struct {
	// id, under which the record stays
	Account string    `json:"account"`
	LeftAt  time.Time `json:"leftAt"`
	// manifests that were out for signature: they can't be sealed any more
	Voided int64  `json:"voided"`
	Lang   string `json:"lang"`
}

// ProfileLinkRequest what a representative's link brings along.
type ProfileLinkRequest struct {
	Token string `json:"token"`
}

// ProfileMobileRequest A number the holder wants text messages sent to, or the one they go to
// already.
type ProfileMobileRequest struct {
	// E.164: "+77011234567"
	Mobile string `json:"mobile"`
}

// ProfileNameRequest what the holder writes to name a representative.
type ProfileNameRequest struct {
	// UUID of the client's choice: a repeat names nobody twice
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Lang  string `json:"lang"`
	Scope string `json:"scope"`
	// of scope "filing", else ""
	Filing string `json:"filing"`
	// of scope "kinds", else []
	Kinds  []string `json:"kinds"`
	Months int64    `json:"months"`
}

// ProfileNumber A mobile number that took the account's text messages, or takes them.
type ProfileNumber struct {
	// E.164
	Mobile string    `json:"mobile"`
	From   time.Time `json:"from"`
	// null for the one that takes them
	Until *time.Time `json:"until"`
	// when its code was typed last
	VerifiedAt *time.Time `json:"verifiedAt"`
}

// ProfileObjected the answer to an objection: the case and nothing of the account.
type ProfileObjected struct {
	ID       string    `json:"id"`
	OpenedAt time.Time `json:"openedAt"`
}

// ProfileObjectionRequest names the address of the account that notices went to from then on.
type ProfileObjectionRequest struct {
	From time.Time `json:"from"`
}

// ProfilePasswordRequest the password and the one to take its place.
type ProfilePasswordRequest struct {
	Current  string `json:"current"`
	Password string `json:"password"`
}

// ProfileProfile what the office keeps of an account, for its holder.
type ProfileProfile struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	// masked
	Number string `json:"number"`
	Email  string `json:"email"`
	// email was shown to be the holder's
	Verified bool `json:"verified"`
	// since when Email takes nothing: it refused a message for good, or called one spam; else null
	EmailFailed *time.Time       `json:"emailFailed"`
	Addresses   []ProfileAddress `json:"addresses"`
	// E.164, or ""
	Mobile string `json:"mobile"`
	// mobile was shown to be the holder's: it takes text messages
	MobileVerified bool `json:"mobileVerified"`
	// as emailFailed
	MobileFailed *time.Time      `json:"mobileFailed"`
	Numbers      []ProfileNumber `json:"numbers"`
	// of notices
	Lang        string              `json:"lang"`
	Rights      []string            `json:"rights"`
	CreatedAt   time.Time           `json:"createdAt"`
	Acceptances []ProfileAcceptance `json:"acceptances"`
	// latest first; none for a natural person
	Acting []ProfileActing `json:"acting"`
}

// ProfileRepresentative one of them as the account's holder sees it.
type ProfileRepresentative struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Lang  string `json:"lang"`
	Scope string `json:"scope"`
	// id, of scope "filing"
	Filing string `json:"filing"`
	// of scope "kinds"
	Kinds  []string `json:"kinds"`
	Months int64    `json:"months"`
	Status string   `json:"status"`
	// by the last invitation
	InvitedAt time.Time `json:"invitedAt"`
	// exclusive
	AnswerBy    time.Time  `json:"answerBy"`
	ConsentedAt *time.Time `json:"consentedAt"`
	// of the consent, "2027-11-22"; "" before it
	LastDay string     `json:"lastDay"`
	EndedAt *time.Time `json:"endedAt"`
	EndedBy string     `json:"endedBy"`
}

// ProfileRepresentativeList are an account's representatives, latest first, and what may be chosen
// when one is named.
type ProfileRepresentativeList struct {
	Representatives []ProfileRepresentative `json:"representatives"`
	// at a time, invited or agreed
	Most    int64   `json:"most"`
	Periods []int64 `json:"periods"`
	// of filings
	Kinds []string `json:"kinds"`
}

// ProfileRepresentativeRequest names one of the account's representatives.
type ProfileRepresentativeRequest struct {
}

// ProfileResetRequest the signed document and the new password, which is not part of what is signed.
type ProfileResetRequest struct {
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature"`
	Password  string `json:"password"`
}

// ProfileSession one of them.
type ProfileSession struct {
	// A hash: it opens nothing
	ID      string `json:"id"`
	Current bool   `json:"current"`
	By      string `json:"by"`
	// the program, as it named itself
	Agent string `json:"agent"`
	// name of who opened it for a legal person, or ""
	Person    string    `json:"person"`
	CreatedAt time.Time `json:"createdAt"`
	// to the minute
	SeenAt time.Time `json:"seenAt"`
	// if it is not used again
	EndsAt time.Time `json:"endsAt"`
}

// ProfileSessionList are an account's sessions, latest first.
type ProfileSessionList struct {
	Sessions []ProfileSession `json:"sessions"`
}

// ProfileSignedAcceptance A signed acceptance of an agreement version.
type ProfileSignedAcceptance struct {
	Version string `json:"version"`
	// hex, of the text
	SHA256     string    `json:"sha256"`
	Lang       string    `json:"lang"`
	AcceptedAt time.Time `json:"acceptedAt"`
	// CMS in DER, base64
	Signature []byte `json:"signature"`
}

// ProfileSignedDocument something the holder signed.
type ProfileSignedDocument struct {
	At time.Time `json:"at"`
	// CMS in DER, base64
	Signature []byte `json:"signature"`
}

// QrcodeCode A code as an SVG path of unit squares.
type QrcodeCode struct {
	// of the view box, its quiet zone included
	Size int64 `json:"size"`
	// the dark squares
	Path string `json:"path"`
}

// ReceiptFile one filed document.
type ReceiptFile struct {
	Role   string `json:"role"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// ReceiptInterruption what the office certifies of a time at which it did not take what people had
// to hand in: who missed a term by it shows the certificate to the court (agreement, section 7; CPC
// 126). Instants are as Time writes them.
type ReceiptInterruption struct {
	InterruptionVersion int64  `json:"interruptionVersion"`
	ID                  string `json:"id"`
	From                string `json:"from"`
	// its end; as it is planned, unless Ended; "" of an outage that was not announced and lasts
	To string `json:"to"`
	// by AsOf
	Ended bool `json:"ended"`
	// names of the functions that were stopped; empty means all that may stop
	Affects []string `json:"affects"`
	// it was not announced as long ahead as section 7 promises
	Outage bool `json:"outage"`
	// when people were first told; "" of an outage that was not announced
	AnnouncedAt string `json:"announcedAt"`
	// when the office said so
	AsOf string `json:"asOf"`
	// of an outage that was not announced: how it is known
	Observed *ReceiptObserved `json:"observed,omitzero"`
}

// ReceiptObserved what was seen of an outage from outside, once a minute: see package outage.
type ReceiptObserved struct {
	// what was tried
	Probe string `json:"probe"`
	// minutes from From on in which it failed; of others before To nothing is known
	Failed int64 `json:"failed"`
	// the last of them
	LastFailed string `json:"lastFailed"`
	// the minute that made it an outage
	LearntAt string `json:"learntAt"`
}

// ReceiptReceipt what the office certifies. In version 2 the filed documents are named by the
// manifest that every signer signed; version 1, which had one signer, listed them.
type ReceiptReceipt struct {
	ReceiptVersion int64  `json:"receiptVersion"`
	FilingID       string `json:"filingId"`
	TicketNo       string `json:"ticketNo"`
	// opens the receipt's facts to whoever has it and the ticket number
	CheckCode string `json:"checkCode,omitzero"`
	// hex, of the signed document's bytes
	ManifestSHA256 string `json:"manifestSha256"`
	// hex, of the form's canonical JSON
	FormSHA256      string `json:"formSha256"`
	StatementSHA256 string `json:"statementSha256,omitzero"`
	// in the order they signed
	Signers []ReceiptSigner `json:"signers,omitzero"`
	// see Time: the instant that counts (CPC 123(5), (7))
	SentAt string `json:"sentAt"`
	// "gateway": when the gateway had the whole request
	SentAtSource string `json:"sentAtSource"`
	// version of the user agreement the manifest was made under
	Agreement string `json:"agreement"`
	CourtCode string `json:"courtCode"`
	// of the document that was signed
	Lang string `json:"lang"`
	// version 1
	Files []ReceiptFile `json:"files,omitzero"`
	// version 1
	Signer *ReceiptSigner `json:"signer,omitzero"`
	// version 1; since then of each signer
	Revocation *ReceiptRevocation `json:"revocation,omitzero"`
}

// ReceiptRevocation says what was known of the certificate's revocation when the receipt was made.
type ReceiptRevocation struct {
	// "good", or "deferred": no fresh evidence was at hand, it is checked later
	Status string `json:"status"`
	// hex
	CrlNumber  string `json:"crlNumber,omitzero"`
	ThisUpdate string `json:"thisUpdate,omitzero"`
}

// ReceiptSeat whom a signature is for, and in what capacity.
type ReceiptSeat struct {
	// its id in the form, "" for the filer
	Party    string `json:"party"`
	Capacity string `json:"capacity"`
}

// ReceiptSigner who signed, as the certificate says: the person, and the organisation they act for.
// Number is masked, the organisation's where there is one.
type ReceiptSigner struct {
	Organisation string `json:"organisation,omitzero"`
	// "natural" or "legal"
	Kind string `json:"kind"`
	// last four digits of the IIN or BIN
	Number string `json:"number"`
	Name   string `json:"name"`
	// hex
	CertSerial string `json:"certSerial"`
	// hex, of the certificate
	CertSHA256 string `json:"certSha256,omitzero"`
	// distinguished name
	Issuer string        `json:"issuer"`
	Role   string        `json:"role"`
	For    []ReceiptSeat `json:"for,omitzero"`
	// when the gateway received the signature, whatever time stamp it brings
	JudgedAt   string             `json:"judgedAt,omitzero"`
	Revocation *ReceiptRevocation `json:"revocation,omitzero"`
}

// RegisterDocumentRequest the form as filled in.
type RegisterDocumentRequest struct {
	Form AccountForm `json:"form"`
}

// RegisterRequest the signed form and the password, which is nobody else's to see and so not part of
// what is signed.
type RegisterRequest struct {
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature"`
	Password  string `json:"password"`
}

// RegisterSaveRequest the form as far as it was typed.
type RegisterSaveRequest struct {
	// of the form it was typed into; 0 for the first
	Version int64             `json:"version"`
	Form    AccountTypedGiven `json:"form"`
}

// RegisterSaved says what the form is from now on.
type RegisterSaved struct {
	Version int64     `json:"version"`
	SavedAt time.Time `json:"savedAt"`
}

// RegisterUnfinished A registration as it was left.
type RegisterUnfinished struct {
	Step string `json:"step"`
	// id of the version in force, which the form names
	Agreement string          `json:"agreement"`
	Subject   AccountIdentity `json:"subject"`
	// it is open in this browser until then
	EndsAt  time.Time `json:"endsAt"`
	Version int64     `json:"version"`
	// null if nothing was typed
	Form *AccountTyped `json:"form"`
	// null likewise
	SavedAt *time.Time `json:"savedAt"`
}

// RegistryAct A step that who asks may take now, and what it names.
type RegistryAct struct {
	Step string `json:"step"`
	// A clerk needs the lease
	By      string `json:"by"`
	Article string `json:"article"`
	// is signed
	Ruling bool     `json:"ruling"`
	Names  []string `json:"names"`
}

// RegistryActRequest A step of filing.Steps with what it needs.
type RegistryActRequest struct {
	// UUID chosen by the client: a repeat does nothing more
	Act  string `json:"act"`
	Step string `json:"step"`
	// "register"
	Number string `json:"number,omitzero"`
	// "register": account id of a judge of the court
	Judge string `json:"judge,omitzero"`
	// "register": one of filing.Extensions, or ""
	Longer string `json:"longer,omitzero"`
	// "reject": one of filing.Faults
	Code string `json:"code,omitzero"`
	// "reject": what is at fault, "/documents/<id>" or a field of the form
	Pointer string `json:"pointer,omitzero"`
	// "reject": what the filer reads beside the code's text; filing.CorrectStep, filing.CorrectDay: what
	// was wrong
	Words string `json:"words,omitzero"`
	// of a ruling: codes of filing.Grounds
	Grounds []string `json:"grounds,omitzero"`
	// of a ruling, in the judge's words
	Reasons string `json:"reasons,omitzero"`
	// likewise: what is granted or ordered
	Decision string `json:"decision,omitzero"`
	// last day of the term that the act sets A day in Kazakhstan.
	On *string `json:"on,omitzero"`
	// of a ruling: the court's own PDF, uploaded before, in place of the one the office makes; it has
	// the words
	File *FilingFile `json:"file,omitzero"`
	// of a ruling; "" asks for what there is to sign CMS (RFC 5652) with the document attached and one
	// signer, as base64 or PEM: what NCALayer makes of the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// RegistryCaseFound names a case.
type RegistryCaseFound struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	Status   string    `json:"status"`
	Claimant string    `json:"claimant"`
	Opposite string    `json:"opposite"`
	OpenedAt time.Time `json:"openedAt"`
}

// RegistryDefect one fault of the filing, as its filer was told of it.
type RegistryDefect struct {
	Pointer string `json:"pointer"`
	// "error" or "warning"
	Severity string `json:"severity"`
	Detail   string `json:"detail"`
	Article  string `json:"article"`
}

// RegistryDesk what a clerk needs to enter papers.
type RegistryDesk struct {
	// whose clerk asks
	Courts []string `json:"courts"`
	Court  string   `json:"court"`
	// of the court
	Judges []RegistryJudge `json:"judges"`
}

// RegistryEnterRequest what a clerk enters of papers that came to the court on paper. Without Case
// they open a case.
type RegistryEnterRequest struct {
	// UUID chosen by the client: a repeat does nothing more
	Act   string `json:"act"`
	Court string `json:"court"`
	// that the court gave the case
	Number string `json:"number,omitzero"`
	// of the papers
	Kind string `json:"kind"`
	// of the proceedings: "kk" or "ru"
	Lang string `json:"lang,omitzero"`
	// account id of a judge of the court
	Judge           string                        `json:"judge,omitzero"`
	Parties         []DocketEnteredParty          `json:"parties,omitzero"`
	Representatives []DocketEnteredRepresentative `json:"representatives,omitzero"`
	// id of the case that has them already, or ""
	Case string `json:"case,omitzero"`
	// of Case: id of the party whose papers they are
	Party string `json:"party,omitzero"`
	// who brought or sent them
	From string `json:"from"`
	// one of filing.PaperWays
	Way string `json:"way"`
	// A day in Kazakhstan.
	Received *string `json:"received"`
	// by the postmark, of filing.ByPost A day in Kazakhstan.
	Posted *string               `json:"posted,omitzero"`
	Scans  []RegistryEnteredScan `json:"scans"`
	// "" asks for what there is to sign CMS (RFC 5652) with the document attached and one signer, as
	// base64 or PEM: what NCALayer makes of the document's bytes.
	Signature string `json:"signature,omitzero"`
}

// RegistryEntered what there is to sign, or what was entered.
type RegistryEntered struct {
	// null once it is signed
	Unsigned *SignerUnsigned `json:"unsigned"`
	// id; "" before
	Case string `json:"case"`
	// of all scans
	Pages int64 `json:"pages"`
}

// RegistryEnteredScan A scan that was uploaded.
type RegistryEnteredScan struct {
	SHA256 string `json:"sha256"`
	// bytes
	Size      int64  `json:"size"`
	MediaType string `json:"mediaType"`
	Name      string `json:"name"`
}

// RegistryEntry A filing in a queue.
type RegistryEntry struct {
	ID        string `json:"id"`
	CourtCode string `json:"courtCode"`
	Kind      string `json:"kind"`
	Status    string `json:"status"`
	TicketNo  string `json:"ticketNo"`
	// of the proceedings
	Lang          string `json:"lang"`
	DocumentCount int64  `json:"documentCount"`
	// id of the filing it corrects, or ""
	Replaces string    `json:"replaces"`
	SentAt   time.Time `json:"sentAt"`
	// A day in Kazakhstan.
	Due string `json:"due"`
	// "late", "today", "soon", "later"; "" once the court has answered
	Urgency string `json:"urgency"`
	Number  string `json:"number"`
	// name
	Judge string `json:"judge"`
	// null where nobody has it in hand
	Lease *RegistryLease `json:"lease"`
	// why the head of the court gave it to who has it, or ""
	Handed string `json:"handed"`
}

// RegistryFilingRequest names a filing.
type RegistryFilingRequest struct {
}

// RegistryFound names a filing, or a case that came on paper.
type RegistryFound struct {
	// "" of a case
	ID string `json:"id"`
	// ""
	Case string `json:"case"`
}

// RegistryHandRequest gives a filing to another.
type RegistryHandRequest struct {
	// UUID chosen by the client: a repeat does nothing more
	Act string `json:"act"`
	// account.Clerk or account.Judge: from whom to whom
	Post string `json:"post"`
	// account id; "" of a clerk where nobody has it
	From string `json:"from,omitzero"`
	// account id
	To     string `json:"to"`
	Reason string `json:"reason"`
}

// RegistryJudge one of a court's judges.
type RegistryJudge struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// RegistryLease says who has a filing in hand.
type RegistryLease struct {
	Name  string    `json:"name"`
	Mine  bool      `json:"mine"`
	Until time.Time `json:"until"`
}

// RegistryLoad what somebody who works at the court has.
type RegistryLoad struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int64  `json:"count"`
	// of them overdue
	Late int64 `json:"late"`
	// of them that end today
	Today int64 `json:"today"`
}

// RegistryOverseen A filing with who has it. It names no party.
type RegistryOverseen struct {
	ID        string `json:"id"`
	CourtCode string `json:"courtCode"`
	Kind      string `json:"kind"`
	Status    string `json:"status"`
	TicketNo  string `json:"ticketNo"`
	// of the proceedings
	Lang          string `json:"lang"`
	DocumentCount int64  `json:"documentCount"`
	// id of the filing it corrects, or ""
	Replaces string    `json:"replaces"`
	SentAt   time.Time `json:"sentAt"`
	// A day in Kazakhstan.
	Due string `json:"due"`
	// "late", "today", "soon", "later"; "" once the court has answered
	Urgency string `json:"urgency"`
	Number  string `json:"number"`
	// name
	Judge string `json:"judge"`
	// null where nobody has it in hand
	Lease *RegistryLease `json:"lease"`
	// why the head of the court gave it to who has it, or ""
	Handed string `json:"handed"`
	Age    string `json:"age"`
	// account id of who has it in hand, or ""
	Clerk string `json:"clerk"`
	// account id of the judge before whom it is, or ""
	JudgeID string `json:"judgeId"`
}

// RegistryOverview the whole of what waits at a court, for its head.
type RegistryOverview struct {
	// whose head asks
	Courts []string `json:"courts"`
	Court  string   `json:"court"`
	// by Urgency, of Filings
	Counts map[string]int64 `json:"counts"`
	// by Age, of Filings
	Ages map[string]int64 `json:"ages"`
	// everyone with the post, by name
	Clerks []RegistryLoad `json:"clerks"`
	// likewise
	Judges []RegistryLoad `json:"judges"`
	// in nobody's hands, of what clerks work on
	Nobody int64 `json:"nobody"`
	// what ends first first
	Filings []RegistryOverseen `json:"filings"`
	// there are more than MostOverseen
	More bool `json:"more"`
}

// RegistryOwnFile says what is left to send of the file, and what the office found in it.
type RegistryOwnFile struct {
	// without grants where all of it is there
	Upload DocumentsUpload `json:"upload"`
	// false: ask again in a moment
	Inspected bool `json:"inspected"`
	// for which it can't be signed
	Defects []RegistryDefect `json:"defects"`
}

// RegistryOwnFileRequest names the court's own PDF of a ruling by what its bytes are.
type RegistryOwnFileRequest struct {
	SHA256 string `json:"sha256"`
	// bytes
	Size int64 `json:"size"`
}

// RegistryPost A court at which who asks has a post.
type RegistryPost struct {
	Court string `json:"court"`
	Post  string `json:"post"`
}

// RegistryQueue A page of a court's queue, what ends first first.
type RegistryQueue struct {
	Posts []RegistryPost `json:"posts"`
	// "" for who is no clerk
	Court   string          `json:"court"`
	Filings []RegistryEntry `json:"filings"`
	// cursor; "" on the last page
	Next string `json:"next"`
	// by Urgency, on the first page; store.MostCounted and more a day are not told apart
	Counts map[string]int64 `json:"counts"`
	// what the judge who asks has before them, on the first page
	Before []RegistryEntry `json:"before"`
}

// RegistryResult A filing, the case that came of it, or both.
type RegistryResult struct {
	// null of a case that no filing opened
	Filing *RegistryEntry `json:"filing"`
	// null before there is one
	Case *RegistryCaseFound `json:"case"`
}

// RegistryResults A page of what was found, the latest first.
type RegistryResults struct {
	Found []RegistryResult `json:"found"`
	// cursor; "" on the last page; a page may be short, or empty, and not be the last
	Next string `json:"next"`
}

// RegistryRuling A ruling on a filing.
type RegistryRuling struct {
	Step     string    `json:"step"`
	At       time.Time `json:"at"`
	Judge    string    `json:"judge"`
	Lang     string    `json:"lang"`
	Grounds  []string  `json:"grounds"`
	Reasons  string    `json:"reasons"`
	Decision string    `json:"decision"`
	// last day of the term that it sets A day in Kazakhstan.
	On *string `json:"on"`
	// of the PDF
	SHA256 string `json:"sha256"`
	// the court's own PDF, not one that the office made of what else is here
	Own bool `json:"own"`
	// of the judge's certificate when it signed: eds.RevocationStatus; "deferred" until it is looked at
	Revocation string `json:"revocation"`
	// by the NCA's time stamp over the signature, null until it is there
	StampedAt *time.Time `json:"stampedAt"`
}

// RegistryRulingDraft what a judge signs: the document names the ruling's PDF by its hash, and
// Address is where the very bytes can be read.
type RegistryRulingDraft struct {
	// base64 in JSON: exactly these bytes are signed, attached
	Document []byte `json:"document"`
	// the signature must arrive by then
	ExpiresAt time.Time `json:"expiresAt"`
	// to have it signed on a phone, see package phone
	Permit  string `json:"permit"`
	SHA256  string `json:"sha256"`
	Address string `json:"address"`
	// the court's own PDF, not one that the office made
	Own bool `json:"own"`
}

// RegistryScanFound says what is left to send of a scan, and what the office found in it.
type RegistryScanFound struct {
	// without grants where all of it is there
	Upload DocumentsUpload `json:"upload"`
	// false: ask again in a moment
	Inspected bool `json:"inspected"`
	// for which it can't be entered
	Defects []RegistryDefect `json:"defects"`
	// 0 before it was inspected
	Pages int64 `json:"pages"`
}

// RegistryScanRequest names a scan by what its bytes are.
type RegistryScanRequest struct {
	Court string `json:"court"`
	// enterRequest.Act of the papers that it is of
	Act    string `json:"act"`
	SHA256 string `json:"sha256"`
	// bytes
	Size int64 `json:"size"`
	// one of filing.ScanTypes
	MediaType string `json:"mediaType"`
}

// RegistrySearchRequest A party that is looked for among the filings and cases of a court. It is no
// query, so that no number and no name stands in an address.
type RegistrySearchRequest struct {
	Court string `json:"court"`
	// an IIN or BIN, or beginnings of the words of a name
	Party string `json:"party"`
	// results.Next of the page before, or ""
	Cursor string `json:"cursor,omitzero"`
}

// RegistrySignature one signature and what was found out about it by now.
type RegistrySignature struct {
	Organisation string `json:"organisation,omitzero"`
	// "natural" or "legal"
	Kind string `json:"kind"`
	// last four digits of the IIN or BIN
	Number string `json:"number"`
	Name   string `json:"name"`
	// hex
	CertSerial string `json:"certSerial"`
	// hex, of the certificate
	CertSHA256 string `json:"certSha256,omitzero"`
	// distinguished name
	Issuer string        `json:"issuer"`
	Role   string        `json:"role"`
	For    []ReceiptSeat `json:"for,omitzero"`
	// when the gateway received the signature, whatever time stamp it brings
	JudgedAt string `json:"judgedAt,omitzero"`
	// eds.RevocationStatus, or "deferred" before it was verified
	Revocation string `json:"revocation"`
	// "crl" or "ocsp"
	Source string `json:"source"`
	// of the evidence
	AsOf      *time.Time `json:"asOf"`
	RevokedAt *time.Time `json:"revokedAt"`
	Reason    string     `json:"reason"`
	// by the NCA's time stamp
	StampedAt *time.Time `json:"stampedAt"`
	// the certificate turned out not to have been good when it signed
	Doubtful bool `json:"doubtful"`
}

// RegistryView what staff see of a filing: everything that was signed, and what is known of it.
type RegistryView struct {
	ID        string `json:"id"`
	CourtCode string `json:"courtCode"`
	Kind      string `json:"kind"`
	Status    string `json:"status"`
	TicketNo  string `json:"ticketNo"`
	// of the proceedings
	Lang          string `json:"lang"`
	DocumentCount int64  `json:"documentCount"`
	// id of the filing it corrects, or ""
	Replaces string    `json:"replaces"`
	SentAt   time.Time `json:"sentAt"`
	// A day in Kazakhstan.
	Due string `json:"due"`
	// "late", "today", "soon", "later"; "" once the court has answered
	Urgency string `json:"urgency"`
	Number  string `json:"number"`
	// name
	Judge string `json:"judge"`
	// null where nobody has it in hand
	Lease *RegistryLease `json:"lease"`
	// why the head of the court gave it to who has it, or ""
	Handed string `json:"handed"`
	// of the term that Due ends, or ""
	Article string `json:"article"`
	// of filing.Extensions: why the term is longer, or ""
	Longer     string                     `json:"longer"`
	MayLonger  bool                       `json:"mayLonger"`
	Sections   map[string]json.RawMessage `json:"sections"`
	Files      []FilingDocument           `json:"files"`
	Signatures []RegistrySignature        `json:"signatures"`
	// what the office's check sees, as of the day it was sent
	Defects  []RegistryDefect `json:"defects"`
	Rejected []RegistryDefect `json:"rejected"`
	Events   []FilingEvent    `json:"events"`
	// of the court, for who may register
	Judges []RegistryJudge `json:"judges"`
	// the latest that corrects none, or null
	Ruling *RegistryRuling `json:"ruling"`
	// what corrects it, oldest first
	Corrected []RegistryRuling `json:"corrected"`
	// steps that who asks may take now
	May []RegistryAct `json:"may"`
	// of a motion
	About string `json:"about"`
	// ids of documents that are certificates of an outage of the office
	Outage []string `json:"outage"`
}

// SheetParty one of the filing's people.
type SheetParty struct {
	// in words of the page's language
	Role string `json:"role"`
	Name string `json:"name"`
}

// SignerUnsigned A document to be signed, as the office gives it out.
type SignerUnsigned struct {
	// base64 in JSON: exactly these bytes are signed, attached
	Document []byte `json:"document"`
	// the signature must arrive by then
	ExpiresAt time.Time `json:"expiresAt"`
	// to have it signed on a phone, see package phone
	Permit string `json:"permit"`
}

// SigninDocumentRequest asks for a document to sign.
type SigninDocumentRequest struct {
	// of the statement; "" means that of the answer
	Lang string `json:"lang,omitzero"`
}

// SigninPasswordRequest A number with the password of who signs in.
type SigninPasswordRequest struct {
	// IIN, or BIN of a legal person IIN or BIN, twelve digits.
	Number string `json:"number"`
	// IIN of who acts for the legal person; "" beside an IIN IIN or BIN, twelve digits.
	Person   string `json:"person,omitzero"`
	Password string `json:"password"`
}

// SigninRequest A signed sign-in document.
type SigninRequest struct {
	// CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of
	// the document's bytes.
	Signature string `json:"signature"`
}

// SigninRevocation says what was known of the certificate's revocation when its holder signed in.
type SigninRevocation struct {
	// "good", or "stale": the newest list had ended at NextUpdate
	Status string `json:"status"`
	// "crl" or "ocsp"
	Source     string    `json:"source"`
	Number     string    `json:"number,omitzero"`
	ThisUpdate time.Time `json:"thisUpdate"`
	NextUpdate time.Time `json:"nextUpdate,omitzero"`
}

// SigninSignedIn the answer to a sign-in.
type SigninSignedIn struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	// masked: "******1126"
	Number string `json:"number"`
	// who acts in this session for the legal person; null for a natural one
	Person *AccountViewPerson `json:"person"`
	Email  string             `json:"email"`
	Lang   string             `json:"lang"`
	// that count in this session
	Rights           []string             `json:"rights"`
	Agreement        AccountViewAgreement `json:"agreement"`
	SessionExpiresAt time.Time            `json:"sessionExpiresAt"`
	// of a sign-in by EDS
	Revocation *SigninRevocation `json:"revocation,omitzero"`
}

// SupportList are an account's tickets, latest first.
type SupportList struct {
	Tickets []SupportTicket `json:"tickets"`
}

// SupportRequest what a user's page sends. All but ID and Topic may be empty.
type SupportRequest struct {
	// UUID of the client's choice: a repeat is the same request
	ID    string `json:"id"`
	Topic string `json:"topic"`
	// of the problem that was shown: the office's id of that request
	Reference string `json:"reference,omitzero"`
	// its code
	Problem string `json:"problem,omitzero"`
	// whole seconds since it was shown, or null: no clock is compared with ours
	Ago *int64 `json:"ago,omitzero"`
	// path of the page it was shown on, without query and fragment
	Page string `json:"page,omitzero"`
	// id of the filing it is about
	Filing string `json:"filing,omitzero"`
	// version of the portal's files
	Portal string `json:"portal,omitzero"`
	// version of NCALayer
	Ncalayer string `json:"ncalayer,omitzero"`
	// for the answer; only without a session
	Email string `json:"email,omitzero"`
}

// SupportState what whoever knows a ticket's number sees of it.
type SupportState struct {
	Ticket     string    `json:"ticket"`
	State      string    `json:"state"`
	ReceivedAt time.Time `json:"receivedAt"`
	// day by whose end it is answered: "2026-11-24" A day in Kazakhstan.
	AnswerBy   string     `json:"answerBy"`
	StartedAt  *time.Time `json:"startedAt"`
	AnsweredAt *time.Time `json:"answeredAt"`
	ClosedAt   *time.Time `json:"closedAt"`
}

// SupportStateRequest names a ticket as it was typed. It comes in a body: addresses of pages are
// kept in histories and logs.
type SupportStateRequest struct {
	Ticket string `json:"ticket"`
}

// SupportTaken A request's ticket, and whom its answer will reach.
type SupportTaken struct {
	Ticket     string    `json:"ticket"`
	State      string    `json:"state"`
	ReceivedAt time.Time `json:"receivedAt"`
	// day by whose end it is answered: "2026-11-24" A day in Kazakhstan.
	AnswerBy   string     `json:"answerBy"`
	StartedAt  *time.Time `json:"startedAt"`
	AnsweredAt *time.Time `json:"answeredAt"`
	ClosedAt   *time.Time `json:"closedAt"`
	AnswerTo   string     `json:"answerTo"`
}

// SupportTicket what the account's holder sees of one.
type SupportTicket struct {
	Ticket     string    `json:"ticket"`
	State      string    `json:"state"`
	ReceivedAt time.Time `json:"receivedAt"`
	// day by whose end it is answered: "2026-11-24" A day in Kazakhstan.
	AnswerBy   string     `json:"answerBy"`
	StartedAt  *time.Time `json:"startedAt"`
	AnsweredAt *time.Time `json:"answeredAt"`
	ClosedAt   *time.Time `json:"closedAt"`
	Topic      string     `json:"topic"`
	Reference  string     `json:"reference"`
	Problem    string     `json:"problem"`
	HappenedAt *time.Time `json:"happenedAt"`
	Page       string     `json:"page"`
	Filing     string     `json:"filing"`
	Answer     string     `json:"answer"`
}

// WebhookData what an event happened to. Of the ids from Filing on those are there that its type
// has.
type WebhookData struct {
	// id of the registered address that it is for: not yours, not for you
	Hook string `json:"hook"`
	// id of the organisation's account
	Account string `json:"account"`
	// id: GET /api/filings/{id}
	Filing string `json:"filing,omitzero"`
	// id: GET /api/cases/{id}
	Case string `json:"case,omitzero"`
	// id, within the case, of the act that is told of
	Act string `json:"act,omitzero"`
	// code of what was done: of a notice in a case "serve", of an answer to a filing its step
	What string `json:"what,omitzero"`
	// number of a request to support
	Ticket string `json:"ticket,omitzero"`
	// id of a window of maintenance
	Window string `json:"window,omitzero"`
}

// WebhookEvent what is posted: what happened, when and to what, in ids alone. No name, no text and
// no number of anybody is in it; who may read more asks the API. Members are added, never re-meant.
type WebhookEvent struct {
	// of outbox.Rows: "filing.received"; or TypePing
	Type string `json:"type"`
	// when it happened: RFC 3339, UTC
	Timestamp string      `json:"timestamp"`
	Data      WebhookData `json:"data"`
}

// WebhooksAddRequest names an address, and has the head's signature over the act when it was made.
type WebhooksAddRequest struct {
	// UUID of the client's choice
	ID string `json:"id"`
	// https, a public name, no port
	Address string `json:"address"`
	// "" for the document to sign CMS (RFC 5652) with the document attached and one signer, as base64 or
	// PEM: what NCALayer makes of the document's bytes.
	Signature string `json:"signature"`
}

// WebhooksList the organisation's addresses, the oldest first.
type WebhooksList struct {
	Webhooks []WebhooksWebhook `json:"webhooks"`
	// at a time
	Most int64 `json:"most"`
}

// WebhooksRequest names one of the organisation's addresses.
type WebhooksRequest struct {
}

// WebhooksWebhook an address of the organisation.
type WebhooksWebhook struct {
	ID      string    `json:"id"`
	Address string    `json:"address"`
	AddedAt time.Time `json:"addedAt"`
	// name of the head who signed for it
	AddedBy string `json:"addedBy"`
	// null while it is in force
	PausedAt *time.Time `json:"pausedAt"`
	// "" likewise
	PausedBy string `json:"pausedBy"`
	// since when nothing was taken, or null
	FailingSince *time.Time `json:"failingSince"`
	// of the last events, the latest first
	Deliveries []WebhooksWebhookTry `json:"deliveries"`
}

// WebhooksWebhookTry what became of an event at an address. Of the answer there is its status alone.
type WebhooksWebhookTry struct {
	// webhook-id
	Event string `json:"event"`
	Type  string `json:"type"`
	// of the event, RFC 3339
	At    string `json:"at"`
	State string `json:"state"`
	Tries int64  `json:"tries"`
	// of the last try
	LastAt time.Time `json:"lastAt"`
	Last   string    `json:"last"`
	// HTTP, of the last try; 0 for no answer
	Status int64 `json:"status"`
}
