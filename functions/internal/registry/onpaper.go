package registry

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

// ScansAnHour is how many grants for scans one clerk gets in an hour.
const ScansAnHour = 600

// paperID is the id of papers that a clerk enters. Nobody chooses it: what is uploaded under it is nobody else's, and
// a repeat of the act, which the client names by a UUID, finds what was entered.
func (s *Service) paperID(w staff, court, act string) string {
	b := indexkey.MAC(s.IndexKey, indexkey.Paper, w.ID, court, act)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // a UUID of version 8 (RFC 9562)
	x := hex.EncodeToString(b)
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// DeskRequest names a court of who asks.
type DeskRequest struct {
	Court string `query:"court" json:"-"` // "" is the first of theirs
}

// Desk is what a clerk needs to enter papers.
type Desk struct {
	Courts []string `json:"courts"` // whose clerk asks
	Court  string   `json:"court"`
	Judges []Judge  `json:"judges"` // of the court
}

// Desk shows a clerk at which courts they enter papers, and the judges of one.
//
// Errors: filing.ErrNotFound for another court, and for who is no clerk.
func (s *Service) Desk(ctx context.Context, r DeskRequest) (Desk, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return Desk{}, err
	}
	out := Desk{Courts: w.clerk, Court: r.Court, Judges: []Judge{}}
	if r.Court == "" && len(w.clerk) > 0 {
		out.Court = w.clerk[0]
	}
	if !slices.Contains(w.clerk, out.Court) {
		return Desk{}, filing.ErrNotFound
	}
	judges, err := s.Posts.Of(ctx, account.Judge.At(out.Court))
	for _, j := range judges {
		out.Judges = append(out.Judges, Judge{j.ID, j.Subject.Name})
	}
	return out, err
}

// ScanRequest names a scan by what its bytes are.
type ScanRequest struct {
	Court     string `json:"court"`
	Act       string `json:"act"` // EnterRequest.Act of the papers that it is of
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`      // bytes
	MediaType string `json:"mediaType"` // one of filing.ScanTypes
}

func (r ScanRequest) scan() filing.Scan {
	return filing.Scan{File: filing.File{SHA256: r.SHA256, Size: r.Size}, MediaType: r.MediaType}
}

// ScanFound says what is left to send of a scan, and what the office found in it.
type ScanFound struct {
	Upload    documents.Upload `json:"upload"`    // without grants where all of it is there
	Inspected bool             `json:"inspected"` // false: ask again in a moment
	Defects   []Defect         `json:"defects"`   // for which it can't be entered
	Pages     int              `json:"pages"`     // 0 before it was inspected
}

// Scan grants a clerk the upload of a scan of papers that came on paper, and says of one that is there what was found
// in it. It may be repeated.
//
// Errors: filing.ErrNotFound for another court, defect.List, the problem "quota".
func (s *Service) Scan(ctx context.Context, r ScanRequest) (ScanFound, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return ScanFound{}, err
	}
	if !slices.Contains(w.clerk, r.Court) {
		return ScanFound{}, filing.ErrNotFound
	}
	var list defect.List
	if !filing.IsID(r.Act) {
		list.Add("/act", "format", "")
	}
	sound(&list, "", r.scan())
	if err := list.Err(); err != nil {
		return ScanFound{}, err
	}
	at, id := httpapi.ReceivedAt(ctx), s.paperID(w, r.Court, r.Act)
	out := ScanFound{Upload: documents.Upload{Grants: []documents.Grant{}, ExpiresAt: at.Add(documents.GrantLife).UTC()}, Defects: []Defect{}}
	o := scanObject(id, r.scan())
	if _, err := s.Documents.Head(ctx, o); errors.Is(err, filing.ErrDocumentMissing) {
		if wait, err := s.Attempts.Count(ctx, "scans#"+w.ID, ScansAnHour, time.Hour, at); err != nil {
			return ScanFound{}, err
		} else if wait > 0 {
			return ScanFound{}, &httpapi.Problem{Slug: "quota", Wait: wait}
		}
		out.Upload, err = s.Documents.Grant(ctx, o, nil, at)
		return out, err
	} else if err != nil {
		return ScanFound{}, missing("", err)
	}
	v, err := s.Verdicts.Of(ctx, id, []filing.Document{{SHA256: r.SHA256, Size: r.Size, MediaType: r.MediaType}}, at)
	if err != nil {
		return ScanFound{}, err
	}
	for _, d := range scanFaults("", v[0]) {
		out.Defects = append(out.Defects, shown(ctx, d))
	}
	if out.Inspected = !v[0].Has(verdict.NotInspected); out.Inspected {
		out.Pages = pages(v[0])
	}
	return out, nil
}

func scanObject(id string, scan filing.Scan) documents.Object {
	return documents.Object{Filing: id, SHA256: scan.SHA256, Size: scan.Size, MediaType: scan.MediaType}
}

// sound says what is wrong with what a request says of a scan.
func sound(list *defect.List, pointer string, scan filing.Scan) {
	if !hash.MatchString(scan.SHA256) {
		list.Add(pointer+"/sha256", "format", "")
	}
	switch {
	case scan.Size <= 0:
		list.Add(pointer+"/size", "file-empty", "")
	case scan.Size > filing.MaxScan:
		list.Add(pointer+"/size", "scan-large", "")
	}
	if !slices.Contains(filing.ScanTypes, scan.MediaType) {
		list.Add(pointer+"/mediaType", "scan-type", "")
	}
}

func missing(pointer string, err error) error {
	if errors.Is(err, filing.ErrDocumentMissing) || errors.Is(err, filing.ErrDocumentChanged) {
		return defect.List{{Pointer: pointer, Code: "scan-missing"}}
	}
	return err
}

// scanFaults are what keeps a file from being a scan: everything that an inspection finds. A court's copy of a paper
// opens for everyone, and has in it what is seen.
func scanFaults(pointer string, v verdict.Verdict) (list defect.List) {
	for _, c := range v.Findings {
		switch c {
		case verdict.NotInspected:
		case verdict.Mislabelled:
			list.Add(pointer, "scan-unlike", "", "found", defect.Key("inspect.found."+string(v.Found)))
		default:
			list.Add(pointer, "file-"+string(c), "")
		}
	}
	return list
}

// pages is how many a scan has: a picture is one, and so is what no page could be counted in.
func pages(v verdict.Verdict) int { return max(v.Pages, 1) }

// EnterRequest is what a clerk enters of papers that came to the court on paper. Without Case they open a case.
type EnterRequest struct {
	Act   string `json:"act"` // UUID chosen by the client: a repeat does nothing more
	Court string `json:"court"`

	Number          string                         `json:"number"` // that the court gave the case
	Kind            string                         `json:"kind"`   // of the papers
	Lang            locale.Lang                    `json:"lang"`   // of the proceedings: "kk" or "ru"
	Judge           string                         `json:"judge"`  // account id of a judge of the court
	Parties         []docket.EnteredParty          `json:"parties"`
	Representatives []docket.EnteredRepresentative `json:"representatives"`

	Case  string `json:"case"`  // id of the case that has them already, or ""
	Party string `json:"party"` // of Case: id of the party whose papers they are

	From     string         `json:"from"` // who brought or sent them
	Way      string         `json:"way"`  // one of filing.PaperWays
	Received *calendar.Date `json:"received"`
	Posted   *calendar.Date `json:"posted"` // by the postmark, of filing.ByPost
	Scans    []EnteredScan  `json:"scans"`

	Signature signer.Signature `json:"signature"` // "" asks for what there is to sign
}

// EnteredScan is a scan that was uploaded.
type EnteredScan struct {
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"` // bytes
	MediaType string `json:"mediaType"`
	Name      string `json:"name"`
}

// LogValue keeps names and numbers out of logs.
func (r EnterRequest) LogValue() slog.Value { return slog.StringValue(r.Court) }

// String is what LogValue shows.
func (r EnterRequest) String() string { return r.Court }

// digest is a MAC of what is asked, whatever signature it comes with: requests that have it in common are repeats.
func (s *Service) digest(w staff, r EnterRequest) (string, error) {
	r.Signature = ""
	raw, err := json.Marshal(r)
	return indexkey.Key(s.IndexKey, indexkey.Act, w.ID, string(raw)), err
}

// Entered is what there is to sign, or what was entered.
type Entered struct {
	Unsigned *signer.Unsigned `json:"unsigned"` // null once it is signed
	Case     string           `json:"case"`     // id; "" before
	Pages    int              `json:"pages"`    // of all scans
}

// Enter enters papers that came on paper: it opens a case of them, or adds them to one. What the clerk signs says
// which scans, by their hashes, are the papers that came. A request without a signature is answered with that.
//
// Errors: filing.ErrNotFound for another court, docket.ErrNotFound for another court's case, docket.ErrNumber,
// docket.ErrChanged, docket.ErrStep, challenge.ErrUsed, defect.List, the problem "wrong-signer", those of
// signer.Acts.Read.
func (s *Service) Enter(ctx context.Context, r EnterRequest) (Entered, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return Entered{}, err
	}
	if !slices.Contains(w.clerk, r.Court) {
		return Entered{}, filing.ErrNotFound
	}
	if !filing.IsID(r.Act) {
		return Entered{}, defect.List{{Pointer: "/act", Code: "format"}}
	}
	id, at := s.paperID(w, r.Court, r.Act), httpapi.ReceivedAt(ctx).UTC().Truncate(time.Millisecond)
	asked, err := s.digest(w, r)
	if err != nil {
		return Entered{}, err
	}
	once, of := store.Once{ID: r.Act, Digest: asked}, id
	if r.Case != "" {
		of = r.Case
	}
	if !filing.IsID(of) {
		return Entered{}, docket.ErrNotFound
	}
	var before docket.Case
	if r.Case != "" {
		if before, err = s.ofClerk(ctx, w, r, at); err != nil {
			return Entered{}, err
		}
	}
	if done, err := s.Cases.Done(ctx, of, once); err != nil {
		return Entered{}, err
	} else if done {
		return s.entered(ctx, of, id)
	}
	e, c, err := s.entry(ctx, w, r, id, before, at)
	if err != nil {
		return Entered{}, err
	}
	if r.Signature == "" {
		return s.toSign(ctx, e, at)
	}
	in, err := s.signed(ctx, w, r, e, at)
	if err != nil {
		return Entered{}, err
	}
	in.Act = once
	if r.Case == "" {
		err = s.Cases.Enter(ctx, c, in, s.Audit)
	} else {
		err = s.Cases.Add(ctx, before, c, in, s.Audit)
	}
	if err != nil {
		return Entered{}, err
	}
	httpapi.Log(ctx, slog.String("act", string(in.Entry.Act)), slog.String("target", c.ID))
	return s.entered(ctx, of, id)
}

// entered is the answer to what was done, with what follows from it: a repeat does that again.
func (s *Service) entered(ctx context.Context, of, id string) (Entered, error) {
	c, err := s.Cases.Case(ctx, of)
	if err != nil {
		return Entered{}, err
	}
	signed, err := s.Cases.Scanned(ctx, id)
	if err != nil {
		return Entered{}, err
	}
	for _, told := range c.ToldOfScan(id) {
		if err := s.Cases.Inform(ctx, c.ID, told); err != nil {
			return Entered{}, err
		}
	}
	return Entered{Case: c.ID, Pages: signed.Pages}, s.Traces.Keep(ctx, c.Court, c.Traces(s.IndexKey))
}

// ofClerk is the case to which a clerk adds papers.
//
// Errors: docket.ErrNotFound.
func (s *Service) ofClerk(ctx context.Context, w staff, r EnterRequest, at time.Time) (docket.Case, error) {
	if !filing.IsID(r.Case) {
		return docket.Case{}, docket.ErrNotFound
	}
	c, err := s.Cases.Case(ctx, r.Case)
	if err != nil {
		return docket.Case{}, err
	}
	sight, ok := c.Sees(docket.Viewer{Account: w.ID, Key: w.Key, Signs: true, Clerk: w.clerk}, at)
	if !ok || sight.As != docket.AsClerk || c.Court != r.Court {
		return docket.Case{}, docket.ErrNotFound
	}
	return c, nil
}

// entry is what a request enters: what its clerk signs, with the bucket's versions, and the case as it is then.
//
// Errors: defect.List, docket.ErrNumber, docket.ErrChanged, docket.ErrStep.
func (s *Service) entry(ctx context.Context, w staff, r EnterRequest, id string, before docket.Case, at time.Time) (filing.SignedScan, docket.Case, error) {
	var wrong defect.List
	out := filing.SignedScan{At: at, Pins: filing.Pins{}, Scanned: filing.Scanned{
		ID: id, Case: id, CourtCode: r.Court, Number: trimmed(r.Number), Kind: r.Kind, Lang: r.Lang, Clerk: w.Subject.Name, From: trimmed(r.From), Way: r.Way,
	}}
	came := docket.Scanned{Way: r.Way, From: out.From}
	if r.Received != nil {
		came.Received = *r.Received
	}
	if r.Posted != nil {
		came.Posted = *r.Posted
		if r.Way != filing.ByPost {
			wrong.Add("/posted", "unknown-value", "")
		}
	}
	out.Received, out.Posted = came.Received, came.Posted
	if !slices.Contains(filing.PaperWays, r.Way) {
		wrong.Add("/way", "unknown-value", "")
	}
	by := docket.Actor{By: docket.ByClerk, Account: w.ID, Name: w.Subject.Name}
	var c docket.Case
	var err error
	if r.Case == "" {
		var more defect.List
		c, more, err = s.begins(ctx, w, r, &out, came, by)
		wrong = append(wrong, more...)
	} else {
		out.Case, out.Number, out.Lang, out.Party = before.ID, before.Number, before.Lang, r.Party
		if _, known := kinds.Of(r.Kind); !known || docket.Opens(r.Kind) {
			wrong.Add("/kind", "unknown-value", "")
		}
		c, err = before.AddScanned(docket.Paper{Filing: id, Kind: r.Kind, Party: r.Party, Scanned: &came}, by, at)
	}
	more, isList := errors.AsType[defect.List](err)
	if err != nil && !isList {
		return out, c, err
	}
	wrong = append(wrong, more...)
	more, err = s.scans(ctx, r, &out)
	if err != nil {
		return out, c, err
	}
	return out, c, append(wrong, more...).Err()
}

// begins is the case that papers open.
func (s *Service) begins(ctx context.Context, w staff, r EnterRequest, out *filing.SignedScan, came docket.Scanned, by docket.Actor) (c docket.Case, wrong defect.List, err error) {
	if !docket.Opens(r.Kind) {
		wrong.Add("/kind", "unknown-value", "")
		return c, wrong, nil
	}
	if r.Lang != locale.KK && r.Lang != locale.RU {
		wrong.Add("/lang", "unknown-value", "CPC 14")
	}
	if !number.MatchString(out.Number) || tooLong(out.Number, filing.MaxNumber) {
		wrong.Add("/number", "registration-number", "")
	}
	judges, err := s.Posts.Of(ctx, account.Judge.At(r.Court))
	if err != nil {
		return c, nil, err
	}
	head := docket.Head{ID: out.ID, Number: out.Number, Court: r.Court, Judge: r.Judge, Kind: r.Kind, Lang: r.Lang}
	c, err = docket.Enter(docket.Entry{Head: head, Parties: r.Parties, Representatives: r.Representatives, Scanned: came}, by, s.IndexKey, out.At)
	if i := slices.IndexFunc(judges, func(j account.Account) bool { return j.ID == r.Judge }); i < 0 {
		wrong.Add("/judge", "judge-required", "")
	} else if out.Judge = judges[i].Subject.Name; c.Concerns(judges[i].Key) {
		wrong.Add("/judge", "judge-own-case", "CPC 38")
	}
	if c.Concerns(w.Key) {
		wrong.Add("/parties", "own-case", "CPC 38")
	}
	for _, p := range c.Parties {
		out.Parties = append(out.Parties, filing.ScannedParty{ID: p.ID, Role: string(p.Role), Type: p.Type, Name: p.Name, Number: p.Number})
	}
	for _, p := range c.Representatives {
		out.Representatives = append(out.Representatives, filing.ScannedParty{ID: p.ID, Name: p.Name, Number: p.Number, Parties: p.Parties})
	}
	if len(c.Papers) > 0 {
		out.Party = c.Papers[0].Party
	}
	return c, wrong, err
}

// scans reads the scans of a request into what is signed: each is there, and was inspected without a finding.
func (s *Service) scans(ctx context.Context, r EnterRequest, out *filing.SignedScan) (wrong defect.List, err error) {
	switch {
	case len(r.Scans) == 0:
		wrong.Add("/scans", "scans-required", "")
		return wrong, nil
	case len(r.Scans) > filing.MaxScans:
		wrong.Add("/scans", "scans-many", "", "max", strconv.Itoa(filing.MaxScans))
		return wrong, nil
	}
	var docs []filing.Document
	for i, scan := range r.Scans {
		pointer := "/scans/" + strconv.Itoa(i)
		one := filing.Scan{File: filing.File{SHA256: scan.SHA256, Size: scan.Size}, MediaType: scan.MediaType, Name: scan.Name}
		sound(&wrong, pointer, one)
		filing.CheckName(&wrong, pointer+"/name", scan.Name)
		if slices.ContainsFunc(out.Scans, func(other filing.Scan) bool { return other.SHA256 == scan.SHA256 }) {
			wrong.Add(pointer, "scan-twice", "")
		}
		out.Scans = append(out.Scans, one)
		docs = append(docs, filing.Document{SHA256: scan.SHA256, Size: scan.Size, MediaType: scan.MediaType})
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	verdicts, err := s.Verdicts.Of(ctx, out.ID, docs, out.At)
	if err != nil {
		return nil, err
	}
	there, gone := make([]documents.Stored, len(docs)), make([]defect.List, len(docs))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(10)
	for i := range docs {
		group.Go(func() (err error) {
			there[i], err = s.Documents.Head(inner, scanObject(out.ID, out.Scans[i]))
			if list, ok := errors.AsType[defect.List](missing("/scans/"+strconv.Itoa(i), err)); ok {
				gone[i], err = list, nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, v := range verdicts {
		pointer := "/scans/" + strconv.Itoa(i)
		if wrong = append(wrong, gone[i]...); len(gone[i]) > 0 {
			continue
		}
		if v.Has(verdict.NotInspected) {
			wrong.Add(pointer, "scan-waits", "")
		}
		wrong = append(wrong, scanFaults(pointer, v)...)
		out.Pins[out.Scans[i].SHA256] = there[i].Version
		out.Scans[i].Pages = pages(v)
		out.Pages += out.Scans[i].Pages
	}
	if out.Pages > filing.MaxScanPages {
		wrong.Add("/scans", "scan-pages", "", "max", strconv.Itoa(filing.MaxScanPages))
	}
	return wrong, nil
}

func (s *Service) toSign(ctx context.Context, e filing.SignedScan, at time.Time) (Entered, error) {
	var nonce [16]byte
	rand.Read(nonce[:])
	unsigned, err := s.Acts.Document(act.Document{Act: act.Enter, Lang: httpapi.Lang(ctx), Scanned: &e.Scanned}, nonce, at)
	return Entered{Unsigned: &unsigned, Pages: e.Pages}, err
}

// signed reads the clerk's signature over what is entered.
func (s *Service) signed(ctx context.Context, w staff, r EnterRequest, e filing.SignedScan, at time.Time) (in store.Entering, err error) {
	read, err := s.Acts.Read(r.Signature, act.Enter, at)
	switch {
	case err != nil:
		return in, err
	case read.Subject.Kind != account.Natural || !w.by.Is(read.Subject.PersonKey(s.IndexKey)):
		return in, &httpapi.Problem{Slug: "wrong-signer"}
	}
	if same, err := sameScanned(*read.Document.Scanned, e.Scanned); err != nil || !same {
		return in, errors.Join(signer.ErrDocument, err)
	}
	o, stored, err := s.Documents.Put(ctx, e.ID, "application/pkcs7-mime", read.CMS)
	if err != nil {
		return in, err
	}
	e.CMS, e.Pins[o.SHA256] = read.CMS, stored.Version
	done := audit.CaseEntered
	if e.Case != e.ID {
		done = audit.CaseScanned
	}
	var random [8]byte
	rand.Read(random[:])
	return store.Entering{Signed: e, Actor: w.ID, Challenge: read.Challenge, Entry: audit.New(done, w.by, e.Case, "", at, random)}, nil
}

// sameScanned reports whether two say the same.
func sameScanned(a, b filing.Scanned) (bool, error) {
	one, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	other, err := json.Marshal(b)
	return string(one) == string(other), err
}
