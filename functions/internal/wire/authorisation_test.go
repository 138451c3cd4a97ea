package wire

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
)

// The columns of the authorisation matrix. Everyone but nobody and a representative has a session;
// a representative contact has none and may at most hold a token of the message they got.
//
//	nobody          no cookie; the same cells are tried with a cookie that was never given out
//	other           a user, of whom a row's resource is not
//	owner           the user whose account, filing and session a row's route names
//	representative  of the owner
//	clerk           of the court to which the owner sent a filing; has it in hand
//	byPassword      an administrator who signed in with the password
//	administrator   an administrator who signed in with the EDS
var columns = []string{"nobody", "other", "owner", "representative", "clerk", "byPassword", "administrator"}

type cells [7]int

// Answers that many routes share.
func anyone(status int) cells    { return cells{status, status, status, status, status, status, status} }
func holders(status int) cells   { return cells{401, status, status, 401, status, status, status} }
func byEDS(status int) cells     { return cells{401, status, status, 401, status, 403, status} }
func ownerOnly(status int) cells { return cells{401, 404, status, 401, 404, 404, 404} } // even its existence

func clerks(status int) cells         { return cells{401, 403, 403, 401, status, 403, 403} }
func administrators(status int) cells { return cells{401, 403, 403, 401, 403, 403, status} }

var withReason = object{"reason": reason}

// authorisation is the whole matrix: for each route of functions.All a request and what each column
// gets for it. Every cell starts from the same state (see matrix). A body may be a query, or a
// function of the matrix that makes it, called once a row. What a signature authorises has a row for the owner's signature and
// one for another's: whoever's session comes with it counts for nothing.
var authorisation = []struct {
	route string
	note  string // tells rows of one route apart
	body  any
	want  cells
}{
	// sign-in
	{"POST /api/sign-in/document", "", object{"lang": "kk"}, anyone(200)},
	{"POST /api/sign-in", "the owner's signature", signedBy("aigul", "POST /api/sign-in/document", object{}), anyone(200)},
	{"POST /api/sign-in", "nobody's signature", object{"signature": ""}, anyone(422)},
	{"POST /api/sign-in/password", "the owner's", object{"number": ownerNumber, "password": password}, anyone(200)},
	{"POST /api/sign-in/password", "a wrong one", object{"number": ownerNumber, "password": "мүлде басқа 12 сөз"}, anyone(401)},
	{"GET /api/session", "", nil, holders(200)},
	{"DELETE /api/session", "", nil, anyone(204)},

	// mobile-signing
	{"POST /api/mobile-signing", "what was given out, with its permit", func(m *matrix) any {
		given := m.want(m.call("POST /api/sign-in/document", object{"lang": "kk"}), 200, "").body
		return object{"document": given["document"], "permit": given["permit"]}
	}, anyone(201)},
	{"POST /api/mobile-signing", "no permit", object{"document": "e30=", "permit": ""}, anyone(410)},
	{"POST /api/mobile-signing/{id}/progress", "the browser's token is the authority", func(m *matrix) any { return object{"token": m.code.Token} }, anyone(200)},
	{"POST /api/mobile-signing/{id}/progress", "no token", object{"token": ""}, anyone(410)},
	{"POST /api/mobile-signing/{id}/digits", "no phone has opened the code", func(m *matrix) any { return object{"token": m.code.Token, "digits": "0000"} }, anyone(410)},
	{"POST /api/mobile-signing/{id}/cancellation", "the browser's token is the authority", func(m *matrix) any { return object{"token": m.code.Token} }, anyone(204)},
	{"POST /api/mobile-signing/{id}/cancellation", "no token", object{"token": ""}, anyone(410)},
	{"GET /api/mobile-signing/{id}", "the code is the authority", nil, anyone(200)},
	{"GET /api/mobile-signing/{id}/document/{opening}", "no phone's token", nil, anyone(410)}, // with one: TestSigningInOnAPhone
	{"PUT /api/mobile-signing/{id}/document/{opening}", "no phone's token", object{}, anyone(410)},

	// accept-agreement
	{"GET /api/agreement", "", nil, anyone(200)},
	{"POST /api/agreement/acceptance/document", "", object{"agreement": "v1", "lang": "kk"}, anyone(200)},
	{"POST /api/agreement/acceptance", "the owner's signature",
		signedBy("aigul", "POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "kk"}), anyone(200)},
	{"POST /api/agreement/acceptance", "nobody's signature", object{"signature": ""}, anyone(422)},

	// register
	{"POST /api/registration/document", "", func(m *matrix) any { return object{"form": m.company()} }, anyone(200)},
	{"POST /api/registration", "the company's signature", func(m *matrix) any {
		return with(signedBy("head", "POST /api/registration/document", object{"form": m.company()})(m).(object), "password", password)
	}, anyone(201)},
	{"POST /api/registration", "nobody's signature", object{"signature": "", "password": password}, anyone(422)},
	{"GET /api/registration/form", "no registration is open", nil, anyone(401)},
	{"GET /api/registration/form", "the company's is", inRegistration{}, anyone(200)},
	{"PUT /api/registration/form", "no registration is open", saved(0, "b"), anyone(401)},
	{"PUT /api/registration/form", "the company's is", inRegistration{saved(0, "b")}, anyone(200)},
	{"DELETE /api/registration/form", "no registration is open", nil, anyone(204)},
	{"DELETE /api/registration/form", "the company's is", inRegistration{}, anyone(204)},

	// account
	{"GET /api/account", "each their own", nil, holders(200)},
	{"GET /api/account/sessions", "each their own", nil, holders(200)},
	{"GET /api/account/export", "each their own", nil, byEDS(200)},
	{"GET /api/account/audit", "each their own", nil, holders(200)},
	{"POST /api/account/email", "another", object{"email": "new@court.example"}, byEDS(202)},
	{"POST /api/account/email/code", "", object{"code": "x"}, holders(422)},
	{"POST /api/account/email/objection", "nothing took its place", object{"from": "2026-11-22T07:00:00Z"}, holders(404)}, // see TestChangedAddress
	{"POST /api/contact-objection", "no link", object{"token": ""}, anyone(404)},
	{"GET /api/account/breaches", "each their own", nil, holders(200)},
	{"POST /api/account/mobile", "another", object{"mobile": "+77077654321"}, byEDS(202)},
	{"POST /api/account/mobile/code", "", object{"code": "x"}, holders(422)},
	{"DELETE /api/account/mobile", "of one who has none there is nothing to remove", nil, cells{401, 204, 204, 401, 204, 204, 204}},
	{"POST /api/account/password", "", object{"current": "мүлде басқа 12 сөз", "password": password}, holders(422)},
	{"DELETE /api/account/sessions/{session}", "", nil, ownerOnly(204)},
	{"DELETE /api/account/acting/{person}", "a company's head alone", nil, holders(403)}, // see TestHeadEndsAccess
	{"DELETE /api/account/sessions", "", nil, holders(204)},
	{"POST /api/account/password-reset/document", "", object{"lang": "kk"}, anyone(200)},
	{"POST /api/account/password-reset", "an address that is not verified, the owner's signature", func(m *matrix) any {
		return with(signedBy("aigul", "POST /api/account/password-reset/document", object{})(m).(object), "password", "бөтен адамның сөзі 9")
	}, anyone(409)}, // see TestAnothersSignature
	{"POST /api/account/password-reset/confirmation", "no code", func(m *matrix) any { return object{"reset": m.ids["owner"] + "~~x", "code": "000000"} }, anyone(422)},
	{"POST /api/account/password-reset", "nobody's signature", object{"signature": "", "password": password}, anyone(422)},
	{"POST /api/account/leaving/document", "", object{"lang": "kk"}, anyone(200)},
	{"POST /api/account/leaving", "the owner's signature", signedBy("aigul", "POST /api/account/leaving/document", object{}), anyone(200)},
	{"POST /api/account/leaving", "nobody's signature", object{"signature": ""}, anyone(422)},
	{"GET /api/account/representatives", "each their own", nil, holders(200)},
	{"POST /api/account/representatives", "", named, byEDS(201)},
	{"DELETE /api/account/representatives/{representative}", "", nil, ownerOnly(204)},
	{"POST /api/account/representatives/{representative}/invitation", "", object{}, ownerOnly(202)},
	// The link in the mail is the authority of these, whoever's session comes with it.
	{"POST /api/representative", "the representative's link", withLink(account.LinkPage), anyone(200)},
	{"POST /api/representative", "a link that unsubscribes", withLink(account.LinkUnsubscribe), anyone(404)},
	{"POST /api/representative", "no link", object{"token": ""}, anyone(404)},
	{"POST /api/representative/consent", "the representative's link", withLink(account.LinkPage), anyone(200)},
	{"POST /api/representative/consent", "a link that unsubscribes", withLink(account.LinkUnsubscribe), anyone(404)},
	{"POST /api/representative/refusal", "the representative's link", withLink(account.LinkPage), anyone(204)},
	{"POST /api/representative/refusal", "no link", object{"token": ""}, anyone(404)},
	{"GET /api/representative/unsubscribe/{token}", "", nil, anyone(303)},
	{"POST /api/representative/unsubscribe/{token}", "", url.Values{"List-Unsubscribe": {"One-Click"}}, anyone(204)},

	{"POST /api/support", "", supportRequest, anyone(201)}, // whoever can't sign in needs it most
	{"GET /api/support", "each their own", nil, holders(200)},
	{"POST /api/support/state", "the number is the authority", func(m *matrix) any { return object{"ticket": m.ticket} }, anyone(200)},
	{"POST /api/support/state", "a number that none has", object{"ticket": "10H2-GQVQ-DNQN"}, anyone(404)},

	// webhooks: an organisation's head alone, see TestWebhooks
	{"GET /api/account/webhooks", "", nil, holders(403)},
	{"POST /api/account/webhooks", "", object{"id": firstHook, "address": "https://hooks.example.kz/", "signature": ""}, holders(403)},
	{"DELETE /api/account/webhooks/{webhook}", "", nil, holders(403)},
	{"POST /api/account/webhooks/{webhook}/pause", "", object{}, holders(403)},
	{"POST /api/account/webhooks/{webhook}/resumption", "", object{}, holders(403)},
	{"POST /api/account/webhooks/{webhook}/ping", "", object{}, holders(403)},

	// filings
	{"GET /api/filings", "each their own", nil, holders(200)},
	{"GET /api/filings/{id}", "", nil, ownerOnly(200)},
	{"PUT /api/filings/{id}", "an id that is taken", func(m *matrix) any { return object{"kind": "claim", "sections": m.claim} }, ownerOnly(201)},
	{"DELETE /api/filings/{id}", "", nil, ownerOnly(204)},
	{"PUT /api/filings/{id}/sections/{section}", "", object{"version": 1, "value": object{"required": "none"}}, ownerOnly(200)},
	{"POST /api/filings/{id}/copy", "", object{"as": "01993a5e-0000-7000-8000-000000000003", "corrects": false}, ownerOnly(201)},
	{"PUT /api/filings/{id}/documents/{document}", "", func(m *matrix) any { return m.slot(1) }, ownerOnly(200)},
	{"DELETE /api/filings/{id}/documents/{document}", "", query("version=1"), ownerOnly(200)},
	{"GET /api/filings/{id}/files/{file}", "", nil, ownerOnly(303)},
	{"GET /api/filings/{id}/check", "", nil, ownerOnly(200)},
	{"GET /api/filings/{id}/manifest", "", nil, ownerOnly(200)},
	{"GET /api/signatures", "each their own", nil, holders(200)},
	{"POST /api/filings/{id}/documents/{document}/completion", "", object{"parts": []string{}}, ownerOnly(200)},
	{"POST /api/filings/{id}/manifest", "", func(m *matrix) any { return object{"revision": m.version} }, ownerOnly(200)},
	{"GET /api/filings/{id}/receipt", "", nil, ownerOnly(200)},
	{"GET /api/filings/{id}/receipt.pdf", "", nil, ownerOnly(200)},
	{"GET /api/filings/{id}/receipt-paper", "", nil, ownerOnly(200)},

	// evidence-file
	{"POST /api/filings/{id}/evidence", "not sent", object{}, ownerOnly(404)},
	{"POST /api/cases/{id}/evidence", "the claimant's", object{}, cells{401, 404, 200, 401, 200, 404, 404}},
	{"POST /api/cases/{id}/evidence", "a part that there is not", object{"at": "2026-11-22T07:00:00Z", "part": 99}, cells{401, 404, 409, 401, 409, 404, 404}},

	// file-claim
	{"POST /api/filings/{id}/seal", "the owner's signature", func(m *matrix) any { return with(m.signed("aigul", m.manifest), "token", m.seal) }, anyone(201)},
	{"POST /api/filings/{id}/seal", "another's signature", func(m *matrix) any { return with(m.signed("erlan", m.manifest), "token", m.seal) }, anyone(403)},
	{"POST /api/filings/{id}/seal", "no token, and a signature", func(m *matrix) any { return m.signed("aigul", m.manifest) }, anyone(409)},
	{"POST /api/filings/{id}/outcome", "the token is the authority", func(m *matrix) any { return object{"token": m.seal} }, anyone(200)},
	{"POST /api/filings/{id}/outcome", "no token", object{"token": ""}, anyone(409)},

	// registry; staff of whom a filing is no business: TestRegistryAuthorisation
	{"GET /api/registry/queue", "", nil, clerks(200)},
	{"GET /api/registry/search", "", func(m *matrix) any { return query("court=almaty-bostandyq&q=" + m.sent) }, clerks(200)},
	{"POST /api/registry/parties", "", object{"court": "almaty-bostandyq", "party": "Сейітова"}, clerks(200)},
	{"POST /api/registry/parties", "of another court", object{"court": "almaty-medeu", "party": "Сейітова"}, clerks(404)},
	{"GET /api/registry/overview", "a court's head alone: TestHeadOfCourt", nil, clerks(404)},
	{"POST /api/registry/filings/{id}/handover", "a court's head alone", object{"act": "01993a5e-0000-7000-8000-0000000000ac", "post": "clerk", "to": "x", "reason": "x"}, clerks(404)},
	{"GET /api/registry/filings/{id}", "", nil, clerks(200)},
	{"GET /api/registry/filings/{id}/files/{file}", "", nil, clerks(303)},
	{"POST /api/registry/filings/{id}/lease", "", object{}, clerks(200)},
	{"DELETE /api/registry/filings/{id}/lease", "", nil, clerks(204)},
	{"POST /api/registry/filings/{id}/acts", "", object{"act": "01993a5e-0000-7000-8000-0000000000ac", "step": "reject", "code": "clerk-unreadable", "words": "файл ашылмайды"}, clerks(200)},
	{"POST /api/registry/filings/{id}/ruling", "its judge alone: TestOwnRulingFile", object{"sha256": strings.Repeat("a", 64), "size": 1000}, clerks(404)},
	{"GET /api/registry/papers", "", nil, clerks(200)},
	{"GET /api/registry/papers", "of another court", query("court=almaty-medeu"), clerks(404)},
	{"POST /api/registry/papers/scans", "", scanAsked(paperCourt), clerks(200)},
	{"POST /api/registry/papers/scans", "of another court", scanAsked("almaty-medeu"), clerks(404)},
	{"POST /api/registry/papers", "no scan: TestCaseOnPaper", paperAsked(paperCourt, ""), clerks(422)},
	{"POST /api/registry/papers", "of another court", paperAsked("almaty-medeu", ""), clerks(404)},
	{"POST /api/registry/papers", "into a case of its court, no scan", paperAsked(paperCourt, matrixSent), clerks(422)},
	{"POST /api/registry/papers", "into a case that is not there", paperAsked(paperCourt, matrixFiling), clerks(404)},

	// cases: see TestCaseAuthorisation for who is in one
	{"GET /api/cases", "each their own", nil, holders(200)},
	{"GET /api/cases/{id}", "the claimant's", nil, cells{401, 404, 200, 401, 200, 404, 404}},
	{"GET /api/cases/{id}/papers/{paper}/files/{file}", "", nil, cells{401, 404, 303, 401, 303, 404, 404}},
	{"GET /api/court/cases", "", query("court=almaty-bostandyq"), clerks(200)},
	{"POST /api/cases/{id}/acts", "a party keeps no card", object{"id": "01993a5e-0000-7000-8000-0000000000a1", "revision": 1, "step": "serve", "party": "d1"}, cells{401, 404, 409, 401, 422, 404, 404}},

	// maintenance
	{"GET /api/maintenance", "", nil, anyone(200)},
	{"GET /api/maintenance/{id}/certificate", "of one that has not begun", nil, anyone(404)},
	{"GET /maintenance.atom", "", nil, anyone(200)},
	{"GET /maintenance.ics", "", nil, anyone(200)},
	{"GET /api/maintenance/subscription", "each their own", nil, holders(200)},
	{"PUT /api/maintenance/subscription", "two whose addresses are not verified", object{"subscribed": true}, cells{401, 409, 409, 401, 200, 200, 200}},
	{"PUT /api/maintenance/subscription", "no more", object{"subscribed": false}, holders(200)},
	{"GET /api/admin/maintenance", "", nil, administrators(200)},
	{"POST /api/admin/maintenance", "", func(m *matrix) any {
		return with(m.announcement(26*time.Hour, time.Hour), "id", "01993a5e-0000-7000-8000-0000000000e2")
	}, administrators(201)},
	{"PUT /api/admin/maintenance/{id}", "", func(m *matrix) any { return with(m.announcement(26*time.Hour, 11*time.Hour), "version", 1) }, administrators(200)},
	{"POST /api/admin/maintenance/{id}/cancellation", "", object{"version": 1, "reason": reason}, administrators(200)},
	{"POST /api/admin/maintenance/{id}/approval", "another's proposal", object{"version": 1, "reason": reason}, administrators(200)},

	// admin
	{"POST /api/admin/accounts/search", "", object{"number": ownerNumber, "reason": reason}, administrators(200)},
	{"POST /api/admin/accounts", "", object{"kind": "legal", "number": signertest.BIN, "email": "i@court.example", "lang": "kk", "reason": reason}, administrators(201)},
	{"GET /api/admin/accounts/{id}", "", nil, administrators(200)},
	{"POST /api/admin/accounts/{id}/status", "for a day", object{"from": "active", "to": "disabled", "reason": reason}, administrators(200)},
	{"POST /api/admin/accounts/{id}/status", "one only proposes", object{"from": "active", "to": "closed", "reason": reason}, administrators(202)},
	{"POST /api/admin/accounts/{id}/rights/{right}", "one only proposes", withReason, administrators(202)},
	{"POST /api/admin/accounts/{id}/rights/{right}/approval", "another's proposal", withReason, administrators(200)},
	{"POST /api/admin/accounts/{id}/rights/{right}/withdrawal", "", withReason, administrators(200)},
	{"GET /api/admin/audit", "", nil, administrators(200)},
	{"GET /api/admin/agreements", "", nil, administrators(200)},
	{"POST /api/admin/agreements", "", object{"id": "v3", "texts": object{"kk": "а", "ru": "б", "en": "c"}, "reason": reason}, administrators(201)},
	{"GET /api/admin/agreements/{id}", "", nil, administrators(200)},
	{"POST /api/admin/agreements/{id}/approval", "another's proposal", func(m *matrix) any { return object{"digest": m.digest, "reason": reason} }, administrators(201)},
	{"POST /api/admin/agreements/{id}/withdrawal", "", withReason, administrators(204)},

	{"GET /api/admin/support", "", nil, administrators(200)},
	{"POST /api/admin/support/{ticket}", "the owner's", object{"state": "in-progress", "answer": ""}, administrators(200)},
	{"GET /api/admin/breaches", "", nil, administrators(200)},
	{"POST /api/admin/breaches", "on the owner's account", func(m *matrix) any {
		return object{"account": m.ids["owner"], "act": "", "reason": reason, "withheld": ""}
	}, administrators(201)},
	{"POST /api/admin/breaches/{breach}/closing", "", object{"reason": reason, "withheld": ""}, administrators(200)},

	// facts: whoever holds a receipt, with an account or without
	{"POST /api/facts", "a number nobody has", object{"ticketNo": "7F3K-92QH-X4TC", "checkCode": "7F3K9-2QHX4"}, anyone(404)},
	{"POST /api/facts/{lang}", "a number nobody has", object{}, anyone(404)},

	// verifier: no such file
	{"GET /verifier/{path...}", "", nil, anyone(404)},
	{"HEAD /verifier/{path...}", "", nil, anyone(404)},

	// portal
	{"GET /{path...}", "", nil, anyone(200)},
	{"HEAD /{path...}", "", nil, anyone(200)},
}

// TestAuthorisation tries the matrix. What the answer holds is judged as well as its status:
// nothing of the owner's reaches another, nothing of another the owner.
func TestAuthorisation(t *testing.T) {
	m := newMatrix(t)
	rows := map[string]bool{}
	tried := 0
	for _, row := range authorisation {
		rows[row.route] = true
		body := row.body
		if make, ok := body.(func(*matrix) any); ok {
			m.restore()
			body = make(m)
		}
		for i, column := range columns {
			m.try(row.route, row.note, column, m.tokens[column], body, row.want[i])
			tried++
		}
		m.try(row.route, row.note, "a stranger's token", "c3RyYW5nZXI", body, row.want[0])
		tried++
	}
	served := map[string]bool{}
	for _, f := range functions.All {
		for _, route := range f.Routes {
			served[route] = true
			if !rows[route] {
				t.Errorf("%s is not in the authorisation matrix", route)
			}
		}
	}
	for route := range rows {
		if !served[route] {
			t.Errorf("%s is in the authorisation matrix and served by no function", route)
		}
	}
	t.Logf("%d cells: %d rows for %d routes", tried, len(authorisation), len(served))
}

// TestAdministratorsOwnAccount: administrators act on the accounts of others, and approve what
// others proposed.
func TestAdministratorsOwnAccount(t *testing.T) {
	m := newMatrix(t)
	for _, tt := range []struct {
		route string
		body  any
		slug  string
	}{
		{"POST /api/admin/accounts/{id}/status", object{"from": "active", "to": "disabled", "reason": reason}, "own-account"},
		{"POST /api/admin/accounts/{id}/rights/{right}", withReason, "own-account"},
		{"POST /api/admin/accounts/{id}/rights/{right}/approval", withReason, "own-account"},
		{"POST /api/admin/accounts/{id}/rights/{right}/withdrawal", withReason, "own-account"},
		{"POST /api/admin/breaches", object{"account": "second", "act": "", "reason": reason, "withheld": ""}, "own-account"},
	} {
		m.want(m.send(at(at(m.event(tt.route, tt.body, secondToken), "{id}", "second"), "{right}", "clerk.almaty-medeu")), 403, tt.slug)
	}
	for route, body := range map[string]any{
		"POST /api/admin/accounts/{id}/rights/{right}/approval": withReason,
		"POST /api/admin/agreements/{id}/approval":              object{"digest": m.digest, "reason": reason},
		"POST /api/admin/maintenance/{id}/approval":             object{"version": 1, "reason": reason},
	} {
		m.want(m.send(m.place(m.event(route, body, secondToken))), 403, "second-administrator")
	}
}

// TestAnothersSignature: a signature resets the password of its signer's account and closes it,
// whoever's session comes with it.
func TestAnothersSignature(t *testing.T) {
	m := newMatrix(t)
	owner := m.tokens["owner"]
	m.verified()
	reset := with(signedBy("erlan", "POST /api/account/password-reset/document", object{})(m).(object), "password", "бөтен адамның сөзі 9")
	asked := m.want(m.call("POST /api/account/password-reset", reset, owner), 202, "")
	m.want(m.call("GET /api/session", nil, m.tokens["other"]), 200, "") // nothing before the code
	m.want(m.confirm(asked, m.resetCode(asked)), 204, "")
	m.want(m.call("GET /api/session", nil, owner), 200, "")
	m.want(m.call("GET /api/session", nil, m.tokens["other"]), 401, "unauthenticated")
	m.want(m.call("POST /api/sign-in/password", object{"number": ownerNumber, "password": password}), 200, "")
	left := m.want(m.call("POST /api/account/leaving", signedBy("erlan", "POST /api/account/leaving/document", object{})(m), owner), 200, "")
	if left.body["account"] != m.ids["other"] || strings.Contains(left.raw, m.ids["owner"]) {
		t.Errorf("left %s", left.raw)
	}
	m.want(m.call("GET /api/session", nil, owner), 200, "")
}
