package filings

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/render"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/phone"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// ManifestRequest names the filing that shall be signed, as it was seen.
type ManifestRequest struct {
	ID       string `json:"-" path:"id"`
	Revision int    `json:"revision"` // View.Revision: what was changed since is not signed unseen
}

// ManifestReply is what to sign.
type ManifestReply struct {
	Document []byte    `json:"document"` // the bytes to sign, attached; see package act
	SHA256   string    `json:"sha256"`   // hex, of Document
	Token    string    `json:"token"`    // to be sent with the signature; "" for who has no signature to give
	Permit   string    `json:"permit"`   // to have it signed on a phone, see package phone
	SealBy   time.Time `json:"sealBy"`   // until when it may be signed
	Seats    int       `json:"seats"`    // signatures that are needed
	Signed   []int     `json:"signed"`   // of them, those that are there, where there are several
	Mine     []int     `json:"mine"`     // of them, those that the reader's signature fills
}

// Manifest checks the whole filing and freezes all that its seal depends on: the form's bytes and those
// of the documents under their hashes at the bucket's versions, who may sign in which capacity, the
// agreement's version and until when. Until the next edit the document it returns, and no other, can
// be sealed; and nothing that happens elsewhere keeps it from being sealed.
func (s *Service) Manifest(ctx context.Context, req ManifestRequest) (ManifestReply, error) {
	holder, inForce, err := s.Gate.Actor(ctx)
	if err != nil {
		return ManifestReply{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	e, err := s.Filings.Envelope(ctx, req.ID, holder.ID, at) // before its parts: what changes after this is refused below
	if err != nil {
		return ManifestReply{}, err
	}
	if !e.Status.May("freeze") {
		return ManifestReply{}, fixed(e)
	}
	if e.Revision != req.Revision {
		return ManifestReply{}, filing.ErrVersion
	}
	if err := s.quota(ctx, "manifests", holder.ID, ManifestsAnHour, time.Hour); err != nil {
		return ManifestReply{}, err
	}
	f, err := s.Filings.Filing(ctx, req.ID, holder.ID, at)
	if err != nil {
		return ManifestReply{}, err
	}
	f.Envelope = e
	whole, err := s.check(ctx, holder, f)
	if err != nil {
		return ManifestReply{}, err
	}
	if err := blocked(whole.defects); err != nil {
		return ManifestReply{}, err
	}
	frozen, err := s.freeze(ctx, holder, f, whole, inForce)
	if err != nil {
		return ManifestReply{}, err
	}
	return s.handOut(holder, frozen)
}

// freeze makes the manifest of a filing without errors and puts it out for signature.
func (s *Service) freeze(ctx context.Context, holder account.Account, f filing.Filing, whole checked, inForce string) (filing.Frozen, error) {
	at := httpapi.ReceivedAt(ctx)
	until, err := s.until(ctx, at)
	if err != nil {
		return filing.Frozen{}, err
	}
	signings, places, err := filing.Arrange(whole.seats, calendar.DateOf(at), s.key)
	if err != nil {
		return filing.Frozen{}, err
	}
	m := filing.Manifest{
		Account: f.AccountID, Agreement: inForce, CourtCode: whole.kind.Head(whole.value).Court, Documents: []filing.Filed{},
		Form: filing.FormFile{File: filing.FileOf(whole.form), Version: whole.kind.Form.Version},
		ID:   f.ID, Kind: f.Kind, Replaces: f.Replaces, SealBy: until.Format(time.RFC3339Nano), Seats: signings, V: filing.ManifestVersion,
	}
	pins := filing.Pins{}
	for i, a := range f.Attached {
		m.Documents = append(m.Documents, filing.Filed{Document: a.Document, PartSize: whole.stored[i].PartSize, Composite: whole.stored[i].Composite})
		pins[a.SHA256] = whole.stored[i].Version
	}
	paper, err := draw(whole, f)
	if err != nil {
		return filing.Frozen{}, err
	}
	m.Statement = &filing.Statement{File: filing.FileOf(paper), Lang: render.Lang(whole.kind.Head(whole.value)), Renderer: render.Version}
	for mediaType, content := range map[string][]byte{"application/json": whole.form, "application/pdf": paper} {
		if err := s.put(ctx, f.ID, mediaType, content, pins); err != nil {
			return filing.Frozen{}, err
		}
	}
	lang := httpapi.Lang(ctx)
	document, err := act.Document{Act: act.FileClaim, Lang: lang, Office: s.Office, Statement: s.words(lang, m), Filing: &m}.Encode()
	if err != nil {
		return filing.Frozen{}, err
	}
	if len(document) > filing.MaxManifest {
		return filing.Frozen{}, defect.List{{Pointer: "/documents", Code: "names-too-long"}}
	}
	frozen := filing.Frozen{Filing: f.Envelope, Document: document, Places: places, Seats: len(signings), Asked: s.asked(holder, whole.seats, calendar.DateOf(at)), Pins: pins, SealBy: until}
	return frozen, s.Filings.Freeze(ctx, frozen, at)
}

// asked are the look-up keys of the accounts of those who may give a signature that the account's holder
// can't, of a filing that takes several.
func (s *Service) asked(holder account.Account, seats []filing.Seat, on calendar.Date) (keys []string) {
	own := s.persons(holder)
	for _, seat := range seats {
		if len(seats) == 1 || slices.ContainsFunc(seat.Any, func(who filing.Signer) bool { return who.Covers(on) && slices.Contains(own, s.key(who)) }) {
			continue
		}
		for _, who := range seat.Any {
			number := account.NumberKeys(s.IndexKey, who.IIN+who.BIN)
			key := number[0]
			if who.BIN != "" {
				key = number[1]
			}
			if who.Covers(on) && key != holder.Key && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// draw makes the statement: what is signed is seen on it.
func draw(whole checked, f filing.Filing) ([]byte, error) {
	pdf, err := statement.Render(statement.Version, render.Statement(whole.kind, whole.value, filing.Documents(f.Attached), f.ID))
	if _, ok := errors.AsType[*statement.LongError](err); ok {
		err = defect.List{{Pointer: "/statement", Code: "statement-long"}}
	}
	return pdf, err
}

// put keeps a file that the office made, and pins its version.
func (s *Service) put(ctx context.Context, id, mediaType string, content []byte, pins filing.Pins) error {
	_, stored, err := s.Documents.Put(ctx, id, mediaType, content)
	pins[filing.Sum(content)] = stored.Version
	return err
}

// until is until when a manifest made now may be sealed.
func (s *Service) until(ctx context.Context, at time.Time) (time.Time, error) {
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		return time.Time{}, err
	}
	coming, _ := agreement.Coming(versions, at)
	return filing.SealableUntil(at, coming.EffectiveAt), nil
}

// words say what is signed: nothing that the bytes beside them do not hold.
func (s *Service) words(lang locale.Lang, m filing.Manifest) string {
	return locale.T(lang, "act.file-claim.statement", "office", s.Office, "kind", locale.T(lang, "kind."+m.Kind),
		"court", court.Name(m.CourtCode, lang), "count", strconv.Itoa(len(m.Documents)))
}

// handOut gives the frozen document to the account's holder, with a token if they have to sign it.
func (s *Service) handOut(holder account.Account, f filing.Frozen) (ManifestReply, error) {
	reply := ManifestReply{Document: f.Document, SHA256: f.SHA256(), SealBy: f.SealBy, Seats: f.Seats, Signed: []int{}, Mine: []int{}}
	reply.Permit = phone.Permit(s.IndexKey, f.Document, f.SealBy)
	for _, who := range s.persons(holder) {
		for _, p := range f.Places {
			if p.Person != who || reply.Token != "" {
				continue
			}
			var err error
			reply.Mine = p.Filled()
			if reply.Token, err = filing.NewToken(reply.SHA256, p, f.SealBy).Encode(s.IndexKey, f.Filing.ID); err != nil {
				return ManifestReply{}, err
			}
		}
	}
	return reply, nil
}

// ToSign returns the document that waits for the signature of the session's holder, with their token:
// a filing of their own, or of someone who named them. Nothing else of the filing is shown to them
// before it is sent.
func (s *Service) ToSign(ctx context.Context, req GetRequest) (ManifestReply, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return ManifestReply{}, err
	}
	t, err := s.Filings.ToSign(ctx, req.ID, s.persons(holder), httpapi.ReceivedAt(ctx))
	if err != nil {
		return ManifestReply{}, err
	}
	reply := ManifestReply{
		Document: t.Document, SHA256: t.Envelope.Manifest, SealBy: t.Envelope.SealBy, Seats: len(t.Place.Seats), Signed: append([]int{}, t.Signed...),
		Mine: t.Place.Filled(),
	}
	reply.Permit = phone.Permit(s.IndexKey, t.Document, t.Envelope.SealBy)
	reply.Token, err = filing.NewToken(reply.SHA256, t.Place, t.Envelope.SealBy).Encode(s.IndexKey, req.ID)
	return reply, err
}

// Waiting lists the filings that wait for the signature of the session's holder.
func (s *Service) Waiting(ctx context.Context, _ struct{}) (Listing, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return Listing{}, err
	}
	out := Listing{Filings: []Summary{}}
	seen := map[string]bool{}
	for _, who := range s.persons(holder) {
		found, err := s.Filings.AwaitingSignature(ctx, who, httpapi.ReceivedAt(ctx))
		if err != nil {
			return Listing{}, err
		}
		for _, e := range found {
			if !seen[e.ID] {
				seen[e.ID] = true
				out.Filings = append(out.Filings, summary(e))
			}
		}
	}
	return out, nil
}

// manifest returns what is out for signature or was signed, and the bucket's versions of what it names.
// Of a sealed filing it is read from the signature, which carries it.
func (s *Service) manifest(ctx context.Context, e filing.Envelope) (filing.Manifest, filing.Pins, error) {
	pins, err := s.Filings.PinsOf(ctx, e.ID, e.Manifest)
	if err != nil {
		return filing.Manifest{}, nil, err
	}
	content, err := s.signed(ctx, e)
	if err != nil {
		return filing.Manifest{}, nil, err
	}
	d, err := act.Manifest(content)
	if err != nil {
		return filing.Manifest{}, nil, err
	}
	return *d.Filing, pins, nil
}

func (s *Service) signed(ctx context.Context, e filing.Envelope) ([]byte, error) {
	if e.Status.May("seal") {
		return s.Filings.Document(ctx, e.ID, e.Manifest)
	}
	signatures, err := s.Filings.Signatures(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	parsed, err := cms.Parse(signatures[len(signatures)-1].CMS, cms.Limits{})
	if err != nil {
		return nil, err
	}
	if content := parsed.Content(); filing.Sum(content) == e.Manifest {
		return content, nil
	}
	return nil, errors.New("filing " + e.ID + ": its seal holds another manifest")
}
