// Package casefile lays the evidence of a whole case out as one file that proves itself, in the same way as
// package asice does for one filing: an ASiC-E archive under a time stamp, which "eds verify" checks as a whole
// without a network. In it are the filings with their signatures, receipts and rulings, who the parties are, and
// all that happened, service and notices included.
//
// It is made for one viewer. Facts (case.json) are the same, byte for byte, in the file of everyone who takes one
// at the same instant: what is for some eyes only (whether and where somebody was told, numbers, what the office
// did with a filing, papers of a case heard behind closed doors) stands in it by its SHA-256. Who may see such a
// part has it in the archive; for others Index (index.json) names it as withheld, with the reason. A part that
// could be guessed begins with a salt that the office alone can make.
//
//	f := casefile.New(c, sight, looks, at, key)
//	part, err := f.Paper(paper)       // for each paper in turn: a page of the job
//	files, err := f.Close(parts)      // case.json, index.json and the private parts
//	list, err := asice.Manifest(...)  // over the files of all, to be stamped
//
// Check compares what is in such an archive, and is the place to begin reading: it says what the file proves.
//
// Bounds: MaxFiles files. A part of the job holds what was signed with one filing and not its documents, which
// go from the bucket to whoever asked; a document has at most filing.MaxDocument bytes, a filing at most
// filing.MaxDocuments of them. "eds verify" reads an archive of at most 1 GiB whole.
package casefile

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/evidence/asice"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Version of the format of case.json and index.json. Members are added, never re-meant.
const Version = 1

// MaxFiles is how many files an archive has at most.
const MaxFiles = 10_000

// ErrLarge: the case has more than MaxFiles files.
var ErrLarge = errors.New("casefile: too many files")

// Names of what every archive holds beside papers.
const (
	FactsName = "case.json"
	IndexName = "index.json"

	papersIn  = "papers/"
	rulingsIn = "rulings/"
	privateIn = "private/"
)

// Why something is withheld: its words are "evidence.withheld." + Why in the catalogue.
type Why string

// Reasons.
const (
	Contacts Why = "contacts" // numbers, addresses and contacts of others
	Service  Why = "service"  // whether, where and when somebody else was told, or read something
	Audit    Why = "audit"    // what the office did with somebody else's filing
	Court    Why = "court"    // the court's own
	Closed   Why = "closed"   // a paper of a case heard behind closed doors (CPC 128(3))
)

// Whys lists the reasons.
var Whys = []Why{Contacts, Service, Audit, Court, Closed}

// Withheld is something that is part of the case and not in this file. Whoever has it can show that by its
// SHA-256, hex.
type Withheld struct {
	Name   string `json:"name"` // as in Facts
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Why    Why    `json:"why"`
	Party  string `json:"party,omitempty"` // whose it is
}

// File is one viewer's file of a case as it was at an instant.
type File struct {
	c     docket.Case
	sight docket.Sight
	looks []docket.Event
	at    time.Time
	key   []byte
}

// New begins the file. looks are those of the court, oldest first; key is the root of package indexkey. What
// happened after at is left out.
func New(c docket.Case, sight docket.Sight, looks []docket.Event, at time.Time, key []byte) *File {
	later := func(e docket.Event) bool { return e.At.After(at) }
	c.Events = slices.DeleteFunc(slices.Clone(c.Events), later)
	return &File{c, sight, slices.DeleteFunc(slices.Clone(looks), later), at.UTC(), key}
}

// Paper is a filing of the case as it is kept.
type Paper struct {
	asice.Contents
	Ticket  string
	Rulings []filing.SignedRuling // oldest first
	Signed  []filing.Signature    // of Rulings

	Scanned *filing.SignedScan // of one that came on paper, which has nothing else
}

// Part is what one paper gives.
type Part struct {
	Files    []asice.File // that are handed out
	Facts    PaperFacts
	Withheld []Withheld
	private  []asice.File // that are handed out with the last part
}

// Paper lays out the nth paper of the case, from 0. Verifications, rulings and events after the file's instant
// are left out.
//
// Errors: a signature that cannot be read.
func (f *File) Paper(n int, p Paper) (Part, error) {
	if p.Scanned != nil {
		return f.laid(n, p, asice.Scans(*p.Scanned))
	}
	p.Verifications = slices.DeleteFunc(slices.Clone(p.Verifications), func(v filing.Verification) bool { return v.At.After(f.at) })
	files, err := asice.Files(p.Contents)
	if err != nil {
		return Part{}, err
	}
	for i, r := range p.Rulings {
		if r.At.After(f.at) || i >= len(p.Signed) { // signed while the filing was read
			break
		}
		name := fmt.Sprintf("%s%d", rulingsIn, i+1)
		message, err := asice.Extended(p.Signed[i].CMS, p.Verifications)
		if err != nil {
			return Part{}, fmt.Errorf("casefile: ruling on %s: %w", f.c.Papers[n].Filing, err)
		}
		files = append(files,
			asice.File{Name: name + ".pdf", MediaType: "application/pdf", SHA256: r.File.SHA256, Size: r.File.Size},
			asice.Held(name+".p7s", "application/pkcs7-mime", message))
	}
	return f.laid(n, p, files)
}

// laid is a paper whose files are known.
func (f *File) laid(n int, p Paper, files []asice.File) (Part, error) {
	of := f.c.Papers[n]
	folder := fmt.Sprintf("%s%03d/", papersIn, n+1)
	part := Part{Facts: PaperFacts{Folder: folder, Filing: of.Filing, Kind: of.Kind, Party: of.Party, At: of.At.UTC(), Ticket: p.Ticket, Scanned: of.Scanned}}
	own, reads := f.sight.Of(of.Party), f.c.Reads(f.sight, of)
	for _, file := range files {
		if file.Name == asice.EventsName {
			continue
		}
		known := Named{Name: neutral(file.Name), SHA256: file.SHA256, Size: file.Size}
		part.Facts.Files = append(part.Facts.Files, known)
		var why Why
		switch {
		case !reads:
			why = Closed
		case file.Name == asice.FormName && !own:
			why = Contacts
		}
		if why != "" {
			part.Withheld = append(part.Withheld, Withheld{folder + known.Name, known.SHA256, known.Size, why, of.Party})
			continue
		}
		file.Name = folder + file.Name
		part.Files = append(part.Files, file)
	}
	events := happened(p.Events, f.at)
	data, err := f.private("paper/"+of.Filing, events)
	if err != nil {
		return Part{}, err
	}
	part.Facts.Events = data.SHA256
	if own {
		part.private = append(part.private, data)
	} else {
		part.Withheld = append(part.Withheld, Withheld{data.Name, data.SHA256, data.Size, Audit, of.Party})
	}
	return part, nil
}

// neutral is the name of a file without what its filer called it.
func neutral(name string) string {
	if strings.HasPrefix(name, asice.DocumentsIn) {
		name, _, _ = strings.Cut(name, " ")
	}
	return name
}

type filingEvent struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"`
}

func happened(list []filing.Event, until time.Time) []filingEvent {
	out := []filingEvent{}
	for _, e := range list {
		if !e.At.After(until) {
			out = append(out, filingEvent{e.At.UTC(), e.Type})
		}
	}
	return out
}

// private is a part for some eyes only.
func (f *File) private(about string, value any) (asice.File, error) {
	data, err := json.Marshal(Private{hex.EncodeToString(indexkey.MAC(f.key, indexkey.Evidence, f.c.ID, about)), about, value})
	if err != nil {
		return asice.File{}, fmt.Errorf("casefile: %s: %w", about, err)
	}
	sum := filing.Sum(data)
	return asice.Held(privateIn+sum+".json", "application/json", data), nil
}

// Close makes the last files: what the case is, what of it is here and what is withheld, and the private
// parts that the viewer may see. parts are those of all papers in their order, of which Files and their Data are
// not read.
//
// Errors: ErrLarge.
func (f *File) Close(parts []Part) ([]asice.File, error) {
	facts, private, withheld, err := f.facts()
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		facts.Papers = append(facts.Papers, p.Facts)
		withheld = append(withheld, p.Withheld...)
		private = append(private, p.private...)
	}
	index := Index{V: Version, Case: f.c.ID, At: f.at, As: f.sight.As, Parties: f.sight.Parties, Withheld: withheld, Words: map[Why]map[locale.Lang]string{}}
	for _, w := range withheld {
		if index.Words[w.Why] == nil {
			index.Words[w.Why] = map[locale.Lang]string{}
			for _, lang := range locale.Langs {
				index.Words[w.Why][lang] = locale.T(lang, "evidence.withheld."+string(w.Why))
			}
		}
	}
	if !f.sight.From.IsZero() {
		index.From = f.sight.From.UTC()
	}
	var files []asice.File
	for _, part := range []struct {
		name  string
		value any
	}{{FactsName, facts}, {IndexName, index}} {
		data, err := encode(part.value)
		if err != nil {
			return nil, fmt.Errorf("casefile: %s: %w", part.name, err)
		}
		files = append(files, asice.Held(part.name, "application/json", data))
	}
	files = append(files, private...)
	total := len(files)
	for _, p := range parts {
		total += len(p.Files)
	}
	if total > MaxFiles {
		return nil, ErrLarge
	}
	return files, nil
}

// facts are what everyone's file has alike, with the private parts that the viewer may see and those that are
// withheld.
func (f *File) facts() (out Facts, private []asice.File, withheld []Withheld, err error) {
	c := f.c
	out = Facts{
		V: Version, At: f.at, ID: c.ID, Number: c.Number, Court: c.Court, Kind: c.Kind, Lang: c.Lang, Status: c.Status, Revision: c.Revision, Secret: c.Secret,
		Claimant: c.Claimant, Opposite: c.Opposite, OpenedAt: c.OpenedAt.UTC(), UpdatedAt: c.UpdatedAt.UTC(), Hearing: c.Hearing, FinalOn: c.FinalOn, InForceOn: c.InForceOn,
		Parties: []PartyFacts{}, Representatives: []RepresentativeFacts{}, Papers: []PaperFacts{}, Events: []Happened{}, Looks: []Look{},
	}
	add := func(about string, value any, shown bool, why Why, party string) (sum string) {
		data, encodeErr := f.private(about, value)
		switch {
		case encodeErr != nil:
			err = encodeErr
		case shown:
			private = append(private, data)
		default:
			withheld = append(withheld, Withheld{data.Name, data.SHA256, data.Size, why, party})
		}
		return data.SHA256
	}
	terms := map[string][]Term{}
	for _, d := range c.Deadlines() {
		terms[d.Party] = append(terms[d.Party], Term{d.Rule, d.Article, d.From, d.Due, d.Why, d.Done})
	}
	out.Terms = add("court", terms[""], f.sight.Staff(), Court, "")
	for _, p := range c.Parties {
		own := PartyPrivate{Number: p.Number, Stated: p.Stated, Terms: terms[p.ID]}
		if n, ok := c.Notice(p.ID, f.at); ok {
			own.Notice = noticed(n)
		}
		out.Parties = append(out.Parties, PartyFacts{
			p.ID, p.Role, p.Type, p.Name, p.ConfirmedAt, p.From, add("party/"+p.ID, own, f.sight.Of(p.ID), Contacts, p.ID),
		})
	}
	for _, r := range c.Representatives {
		out.Representatives = append(out.Representatives, RepresentativeFacts{
			r.ID, r.Kind, r.Name, r.Parties, r.Powers, r.From, r.To, r.ConfirmedAt, r.EndedAt,
			add("representative/"+r.ID, RepresentativePrivate{r.Number}, slices.ContainsFunc(r.Parties, f.sight.Of), Contacts, strings.Join(r.Parties, " ")),
		})
	}
	for _, e := range c.Events {
		e.Account, e.At = "", e.At.UTC() // an account is the office's, and no fact of the case
		if e.Private() {
			out.Events = append(out.Events, Happened{Private: add("event/"+e.ID, e, f.sight.Of(e.Party), Service, e.Party)})
		} else {
			out.Events = append(out.Events, Happened{Event: &e})
		}
	}
	for _, l := range f.looks {
		out.Looks = append(out.Looks, Look{l.At.UTC(), l.Type, l.By, l.Name, l.Paper})
	}
	return out, private, withheld, err
}

func noticed(n docket.Notification) *Notice {
	out := &Notice{Proper: n.Proper, Way: n.Way, Article: n.Article, Since: n.Since, Next: n.Next}
	for _, r := range n.Rungs {
		if r.State != docket.Untried {
			out.Ways = append(out.Ways, WayState{r.Way, r.Article, r.State, r.Since})
		}
	}
	return out
}

// Facts is case.json: the case, alike for everyone who may take a file of it. Instants are RFC 3339 in UTC,
// days are as calendar.Date writes them.
type Facts struct {
	V         int            `json:"v"`
	At        time.Time      `json:"at"` // as of when
	ID        string         `json:"id"`
	Number    string         `json:"number"`
	Court     string         `json:"courtCode"`
	Kind      string         `json:"kind"`
	Lang      locale.Lang    `json:"lang"`
	Status    docket.Status  `json:"status"`
	Revision  int            `json:"revision"`
	Secret    bool           `json:"secret"`
	Claimant  string         `json:"claimant"`
	Opposite  string         `json:"opposite"`
	OpenedAt  time.Time      `json:"openedAt"`
	UpdatedAt time.Time      `json:"updatedAt"`
	Hearing   docket.Hearing `json:"hearing,omitzero"`
	FinalOn   calendar.Date  `json:"finalOn,omitzero"`
	InForceOn calendar.Date  `json:"inForceOn,omitzero"`
	Terms     string         `json:"terms"` // SHA-256 of the private part: the court's, []Term

	Parties         []PartyFacts          `json:"parties"`
	Representatives []RepresentativeFacts `json:"representatives"`
	Papers          []PaperFacts          `json:"papers"`
	Events          []Happened            `json:"events"` // oldest first
	Looks           []Look                `json:"looks"`  // of the court, oldest first
}

// PartyFacts is a party.
type PartyFacts struct {
	ID          string      `json:"id"`
	Role        docket.Role `json:"role"`
	Type        string      `json:"type"`
	Name        string      `json:"name"`
	ConfirmedAt time.Time   `json:"confirmedAt,omitzero"`
	From        time.Time   `json:"from,omitzero"` // since when it sees the case
	Private     string      `json:"private"`       // SHA-256 of the private part: PartyPrivate
}

// PartyPrivate is what of a party only the court and itself see.
type PartyPrivate struct {
	Number string  `json:"number"` // masked, as the clerk confirmed it
	Stated string  `json:"stated"` // masked, as the claim has it
	Terms  []Term  `json:"terms"`
	Notice *Notice `json:"notice"` // how it stands with the notice that the case needs; null where it needs none
}

// Term is docket.Deadline.
type Term struct {
	Rule    string        `json:"rule"`
	Article string        `json:"article"`
	From    calendar.Date `json:"from,omitzero"`
	Due     calendar.Date `json:"due,omitzero"`
	Why     string        `json:"why,omitempty"`
	Done    bool          `json:"done"`
}

// Notice is docket.Notification, with the ways that were tried.
type Notice struct {
	Proper  bool       `json:"proper"`
	Way     docket.Way `json:"way,omitempty"`
	Article string     `json:"article,omitempty"`
	Since   time.Time  `json:"since,omitzero"`
	Next    docket.Way `json:"next,omitempty"`
	Ways    []WayState `json:"ways"`
}

// WayState is where a way of notice stands.
type WayState struct {
	Way     docket.Way   `json:"way"`
	Article string       `json:"article"`
	State   docket.State `json:"state"`
	Since   time.Time    `json:"since,omitzero"`
}

// RepresentativeFacts is somebody who acts for parties.
type RepresentativeFacts struct {
	ID          string        `json:"id"`
	Kind        string        `json:"kind"`
	Name        string        `json:"name"`
	Parties     []string      `json:"parties"`
	Powers      []string      `json:"powers,omitempty"`
	From        calendar.Date `json:"from,omitzero"`
	To          calendar.Date `json:"to,omitzero"`
	ConfirmedAt time.Time     `json:"confirmedAt,omitzero"`
	EndedAt     time.Time     `json:"endedAt,omitzero"`
	Private     string        `json:"private"` // SHA-256 of the private part: RepresentativePrivate
}

// RepresentativePrivate is what of a representative only the court, itself and its parties see.
type RepresentativePrivate struct {
	Number string `json:"number"` // masked
}

// PaperFacts is a filing of the case.
type PaperFacts struct {
	Folder string    `json:"folder"`
	Filing string    `json:"filing"` // id
	Kind   string    `json:"kind"`
	Party  string    `json:"party"`
	At     time.Time `json:"at"`
	Ticket string    `json:"ticket"`
	Files  []Named   `json:"files"`
	Events string    `json:"events"` // SHA-256 of the private part: what happened to the filing

	Scanned *docket.Scanned `json:"scanned,omitempty"` // of what came on paper, how: its files are scans, and the clerk's signature over what they are
}

// Named is a file of a paper, by its name in the folder. A document's has in the archive a space and what its
// filer called it behind that.
type Named struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // hex
	Size   int64  `json:"size"`
}

// Happened is an event, or the SHA-256 of the private part that is one.
type Happened struct {
	Event   *docket.Event `json:"event,omitempty"`
	Private string        `json:"private,omitempty"`
}

// Look is a look of the court.
type Look struct {
	At    time.Time `json:"at"`
	Type  string    `json:"type"`
	By    docket.By `json:"by"`
	Name  string    `json:"name"`
	Paper string    `json:"paper,omitempty"`
}

// Private is "private/<its SHA-256>.json".
type Private struct {
	Salt  string `json:"salt"`  // 32 bytes, hex
	About string `json:"about"` // "court", "party/<id>", "representative/<id>", "event/<id>" or "paper/<id of the filing>"
	Value any    `json:"value"`
}

// Index is index.json: for whom the archive was made, and what of the case is not in it.
type Index struct {
	V       int       `json:"v"`
	Case    string    `json:"case"` // id
	At      time.Time `json:"at"`
	As      docket.As `json:"as"`
	Parties []string  `json:"parties"`       // ids of those the viewer is, or acts for; null for the court
	From    time.Time `json:"from,omitzero"` // since when the viewer sees the case

	Withheld []Withheld                     `json:"withheld"` // null when nothing is
	Words    map[Why]map[locale.Lang]string `json:"words"`    // what the reasons say
}

// encode writes case.json and index.json, in the one way that Check takes.
func encode(v any) ([]byte, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	return append(data, '\n'), err
}
