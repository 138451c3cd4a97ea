package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/phone"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Problem is an error that already knows its row of the table.
type Problem struct {
	Slug    string        // key of status, and of the texts "problem.<slug>.title|detail|next"
	Pointer string        // RFC 6901 pointer of the member at fault, or ""
	Article string        // the rule that is broken, or ""
	Check   string        // eds check code that failed, or ""
	Wait    time.Duration // when to try again, or 0
	Stored  any           // of a conflict: what is stored, as JSON, or nil
	Cause   error         // for the log and errors.Is; never shown
}

func (p *Problem) Error() string {
	text := "problem " + p.Slug
	if p.Pointer != "" {
		text += " at " + p.Pointer
	}
	if p.Cause != nil {
		text += ": " + p.Cause.Error()
	}
	return text
}

func (p *Problem) Unwrap() error { return p.Cause }

// status gives every problem its HTTP status. A slug that is not here does not exist.
var status = map[string]int{
	"malformed-json": 400, "unknown-field": 400, "malformed-base64": 400, "malformed-signature": 400,
	"unauthenticated": 401, "wrong-credentials": 401, "registration-not-open": 401, "password-lapsed": 403, "eds-needed": 403,
	"own-account": 403, "rights-of-person": 409, "changed-meanwhile": 409, "account-exists": 409, "address-unverified": 409, "reset-unverified": 409,
	"forbidden": 403, "account-disabled": 403, "wrong-signer": 403, "role-not-allowed": 403,
	"not-found": 404, "not-registered": 404, "facts-unknown": 404,
	"method-not-allowed": 405,
	"version-conflict":   409, "already-sealed": 409, "document-changed": 409, "manifest-void": 409,
	"challenge-used": 409, "challenge-expired": 409, "agreement-not-in-force": 409,
	"body-too-large": 413, "wrong-media-type": 415,
	"invalid-fields": 422, "filing-incomplete": 422, "unsigned": 422, "signature-invalid": 422, "signature-unacceptable": 422,
	"certificate-revoked": 422, "certificate-suspended": 422, "certificate-expired": 422,
	"certificate-not-yet-valid": 422, "certificate-untrusted": 422, "certificate-not-for-signing": 422,
	"certificate-mismatch": 422, "challenge-invalid": 422, "document-missing": 422,
	"password-weak": 422,
	"link-invalid":  404, "representative-over": 409, "too-many-invitations": 429,
	"agreement-not-accepted": 428, "throttled": 429, "quota": 429,
	"internal": 500, "revocation-unknown": 503, "unavailable": 503, "no-time-stamp": 503,
	"own-case": 403, "leased": 409, "not-in-hand": 409, "number-taken": 409, "filing-elsewhere": 409, "act-impossible": 409,
	"phone-over": 410, "phone-taken": 409, "phone-signed": 409, "phone-other-document": 403, "phone-digits": 422, // 403 is what eGov Mobile takes for a signature that is not accepted
	"second-administrator": 403, "window-over": 409, "maintenance": 503,
}

// Status is the HTTP status of a slug, 0 for what is none.
func Status(slug string) int { return status[slug] }

// Slugs returns every problem the office can answer with.
func Slugs() []string {
	out := make([]string, 0, len(status))
	for slug := range status {
		out = append(out, slug)
	}
	return out
}

// sentinels maps the domain's errors to slugs.
var sentinels = []struct {
	err  error
	slug string
}{
	{session.ErrNone, "unauthenticated"},
	{challenge.ErrInvalid, "challenge-invalid"},
	{challenge.ErrExpired, "challenge-expired"},
	{challenge.ErrUsed, "challenge-used"},
	{eds.ErrNotASignature, "malformed-signature"},
	{signer.ErrUnsigned, "unsigned"},
	{signer.ErrDetached, "unsigned"},
	{signer.ErrBase64, "malformed-base64"},
	{signer.ErrSeveral, "signature-invalid"},
	{signer.ErrDocument, "challenge-invalid"},
	{agreement.ErrNotInForce, "agreement-not-in-force"},
	{agreement.ErrNotAccepted, "agreement-not-accepted"},
	{account.ErrNotRegistered, "not-registered"},
	{account.ErrDisabled, "account-disabled"},
	{account.ErrRegistered, "account-exists"},
	{account.ErrRole, "role-not-allowed"},
	{account.ErrPassword, "wrong-credentials"},
	{account.ErrChanged, "changed-meanwhile"},
	{account.ErrSecondPerson, "second-administrator"},
	{account.ErrOwnAccount, "own-account"},
	{account.ErrNotPerson, "rights-of-person"},
	{account.ErrNoProposal, "not-found"},
	{account.ErrNotOpen, "registration-not-open"},
	{account.ErrVersion, "version-conflict"},
	{account.ErrNoRepresentative, "not-found"},
	{account.ErrUnverified, "reset-unverified"},
	{account.ErrRepresentativeOver, "representative-over"},
	{account.ErrLink, "link-invalid"},
	{breach.ErrNotFound, "not-found"},
	{breach.ErrClosed, "changed-meanwhile"},
	{agreement.ErrSecondPerson, "second-administrator"},
	{agreement.ErrNoProposal, "not-found"},
	{agreement.ErrProposed, "changed-meanwhile"},
	{agreement.ErrPublished, "changed-meanwhile"},
	{maintenance.ErrNotFound, "not-found"},
	{maintenance.ErrVersion, "version-conflict"},
	{maintenance.ErrOver, "window-over"},
	{maintenance.ErrSecond, "second-administrator"},
	{support.ErrNotFound, "not-found"},
	{support.ErrState, "changed-meanwhile"},
	{docket.ErrNotFound, "not-found"},
	{docket.ErrChanged, "changed-meanwhile"},
	{docket.ErrOwn, "own-case"},
	{docket.ErrStep, "act-impossible"},
	{docket.ErrNumber, "number-taken"},
	{docket.ErrCursor, "malformed-json"},
	{filing.ErrNotFound, "not-found"},
	{filing.ErrVersion, "version-conflict"},
	{filing.ErrSealed, "already-sealed"},
	{filing.ErrManifestVoid, "manifest-void"},
	{filing.ErrToken, "manifest-void"},
	{filing.ErrWrongSigner, "wrong-signer"},
	{filing.ErrCursor, "malformed-json"},
	{filing.ErrNoLease, "not-in-hand"},
	{filing.ErrNumber, "number-taken"},
	{filing.ErrElsewhere, "filing-elsewhere"},
	{filing.ErrDocumentMissing, "document-missing"},
	{filing.ErrDocumentChanged, "document-changed"},
	{phone.ErrOver, "phone-over"},
	{phone.ErrPermit, "phone-over"},
	{phone.ErrTaken, "phone-taken"},
	{phone.ErrSigned, "phone-signed"},
	{phone.ErrOther, "phone-other-document"},
	{phone.ErrDigits, "phone-digits"},
}

// signatures maps the check that decided a verdict to its problem. Any other failed check is
// signature-invalid: the answer names the check and carries its own text.
var signatures = map[eds.Code]string{
	eds.CodeFormat:         "malformed-signature",
	eds.CodeNoSigners:      "unsigned",
	eds.CodeContentMissing: "unsigned",
	eds.CodeLimits:         "signature-unacceptable",
	eds.CodeUnsupported:    "signature-unacceptable",
	eds.CodeNotAllowed:     "signature-unacceptable",
	eds.CodeUntrusted:      "certificate-untrusted",
	eds.CodeIssuer:         "certificate-untrusted",
	eds.CodeAuthority:      "certificate-untrusted",
	eds.CodeCritical:       "certificate-untrusted",
	eds.CodeCAValidity:     "certificate-untrusted",
	eds.CodeIssuerRevoked:  "certificate-untrusted",
	eds.CodeNotIssued:      "certificate-untrusted",
	eds.CodeNotYetValid:    "certificate-not-yet-valid",
	eds.CodeExpired:        "certificate-expired",
	eds.CodeKeyUsage:       "certificate-not-for-signing",
	eds.CodeRole:           "role-not-allowed",
	eds.CodeRevoked:        "certificate-revoked",
	eds.CodeSuspended:      "certificate-suspended",
	eds.CodeRevocation:     "revocation-unknown",
}

func signatureProblem(v *eds.VerificationError) *Problem {
	code := v.Report.Problem()
	slug, ok := signatures[code]
	if !ok {
		slug = "signature-invalid"
	}
	return &Problem{Slug: slug, Check: string(code), Cause: v}
}

// problemOf finds err's row. An error that has none is internal.
func problemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if _, ok := errors.AsType[defect.List](err); ok {
		return &Problem{Slug: "invalid-fields", Cause: err}
	}
	if v, ok := errors.AsType[*eds.VerificationError](err); ok {
		return signatureProblem(v)
	}
	if c, ok := errors.AsType[*maintenance.ClosedError](err); ok {
		return &Problem{Slug: "maintenance", Article: "agreement 7", Wait: c.Wait, Cause: c}
	}
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			return &Problem{Slug: s.slug, Cause: err}
		}
	}
	return &Problem{Slug: "internal", Cause: err}
}

// Document is the body of an answer that is a problem (RFC 9457, section 3).
type Document struct {
	Type     string  `json:"type"`
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail"`            // what is wrong
	Instance string  `json:"instance"`          // "urn:request:" and the reference to tell support
	Next     string  `json:"next,omitempty"`    // what to do now
	Pointer  string  `json:"pointer,omitempty"` // RFC 6901, to the member at fault
	Article  string  `json:"article,omitempty"` // the rule that is broken
	Check    string  `json:"check,omitempty"`   // of a signature: the check that failed
	Errors   []Fault `json:"errors,omitempty"`
	Stored   any     `json:"stored,omitempty"` // of a conflict: what is stored

	Maintenance *Closed `json:"maintenance,omitempty"`
}

// Closed is the notice of a window of maintenance that stops what was asked for.
type Closed struct {
	ID        string `json:"id"`
	From      string `json:"from"`
	To        string `json:"to"`
	Emergency bool   `json:"emergency"`
	Text      string `json:"text"`
}

// Fault is one of several things that are wrong.
type Fault struct {
	Pointer string `json:"pointer"` // RFC 6901, into the body or the form
	Code    string `json:"code"`
	Detail  string `json:"detail"` // what is wrong, in words
	Article string `json:"article,omitempty"`
}

// WriteError answers with err's problem document in the request's language. What is not in the
// table becomes 500 with nothing but a reference; its text goes to the log alone.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	p := problemOf(err)
	req, lang := from(ctx), Lang(ctx)
	req.problem = p.Slug
	code, ok := status[p.Slug]
	if !ok {
		p, code = &Problem{Slug: "internal", Cause: err}, http.StatusInternalServerError
		req.problem = p.Slug
	}
	if code >= 500 {
		Log(ctx, slog.String("error", err.Error()))
	}
	if p.Check != "" {
		Log(ctx, slog.String("check", p.Check))
	}
	doc := Document{
		Type:     "/problems/" + p.Slug,
		Title:    locale.T(lang, "problem."+p.Slug+".title"),
		Status:   code,
		Detail:   locale.T(lang, "problem."+p.Slug+".detail"),
		Next:     locale.T(lang, "problem."+p.Slug+".next"),
		Instance: "urn:request:" + Reference(req.id),
		Pointer:  p.Pointer, Article: p.Article, Check: p.Check, Stored: p.Stored,
	}
	if p.Check != "" {
		doc.Detail, doc.Next = eds.Text(eds.Code(p.Check), string(lang))
	}
	if c, ok := errors.AsType[*maintenance.ClosedError](err); ok {
		w := c.Window
		doc.Maintenance = &Closed{
			w.ID, w.Start().UTC().Format(time.RFC3339), c.Until.UTC().Format(time.RFC3339), w.Emergency, w.Texts[lang],
		}
		doc.Detail = w.Texts[lang] + " " + locale.T(lang, "maintenance.until", "to", locale.Time(lang, c.Until))
	}
	if list, ok := errors.AsType[defect.List](err); ok {
		for _, d := range list {
			doc.Errors = append(doc.Errors, Fault{d.Pointer, d.Code, d.Text(lang), d.Article})
		}
	}
	body, err := marshal(doc)
	if err != nil {
		panic("httpapi: a problem can't fail to encode: " + err.Error())
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", string(lang))
	h.Del("Set-Cookie")
	if p.Wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.Wait+time.Second-1)/time.Second)))
	}
	w.WriteHeader(code)
	w.Write(body)
}

// DeviceCookie makes the device cookie, which the browser keeps for life.
func DeviceCookie(token string, life time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: DeviceCookieName, Value: token, Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteStrictMode, MaxAge: int(life / time.Second),
	}
}

// RegistrationCookie makes the cookie of a registration that is open. No life removes it.
func RegistrationCookie(token string, life time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: RegistrationCookieName, Value: token, Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteStrictMode, MaxAge: int(life / time.Second),
	}
	if life <= 0 {
		c.MaxAge = -1
	}
	return c
}

// Cookie makes the session cookie. A zero endsAt removes it.
func Cookie(ctx context.Context, token string, endsAt time.Time) *http.Cookie {
	c := &http.Cookie{
		Name: CookieName, Value: token, Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteStrictMode,
	}
	if endsAt.IsZero() {
		c.MaxAge = -1
	} else {
		c.MaxAge = int(endsAt.Sub(ReceivedAt(ctx)) / time.Second)
	}
	return c
}
