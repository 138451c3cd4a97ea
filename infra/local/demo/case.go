package demo

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/container"
	"github.com/courtoffice/courtoffice/shared/evidence/casefile"
)

// docketed is a case as one who may see it is shown it.
type docketed struct {
	ID       string `json:"id"`
	Number   string `json:"number"`
	As       string `json:"as"`
	Status   string `json:"status"`
	Revision int    `json:"revision"`
	Parties  []struct {
		ID   string    `json:"id"`
		Role string    `json:"role"`
		From time.Time `json:"from"`
	} `json:"parties"`
	Papers    []casePaper `json:"papers"`
	Deadlines []struct {
		Rule  string `json:"rule"`
		Party string `json:"party"`
		Due   string `json:"due"`
		Done  bool   `json:"done"`
	} `json:"deadlines"`
}

// casePaper is a paper of a case.
type casePaper struct {
	Filing  string `json:"filing"`
	Kind    string `json:"kind"`
	Party   string `json:"party"`
	Status  string `json:"status"`
	Rulings []struct {
		ID   string `json:"id"`
		Step string `json:"step"`
	} `json:"rulings"`
}

// paper is the paper of the case that is the filing of that id.
func (c docketed) paper(filing string) casePaper {
	for _, p := range c.Papers {
		if p.Filing == filing {
			return p
		}
	}
	return casePaper{}
}

// runs reports whether a term runs for a party, or, done, ran out because what it is for was done. It returns
// its last day.
func (c docketed) runs(rule, party string, done bool) (due string, ok bool) {
	for _, d := range c.Deadlines {
		if d.Rule == rule && d.Party == party && d.Done == done {
			return d.Due, true
		}
	}
	return "", false
}

// trial is a case from the ruling that opens it to the court of appeal. The walk is the claimant's.
type trial struct {
	*walk
	clerk, judge *office
	code         string // of the court
	defendant    *walk  // whom nobody here has met
	c            docketed
	hearing      time.Time
}

// newTrial is between the walk's person and a newcomer, who registers in its course.
func (w *walk) newTrial(clerk, judge *office, code string) (*trial, error) {
	key, err := newcomer(w.options.Authority)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	claimant, defendant := *w, *w
	defendant.key, defendant.office = key, newOffice(w.office.url)
	defendant.account.Email = w.address("zhauapker")
	if defendant.subject, err = holder(key); err == nil {
		claimant.claim, err = against(w.claim, defendant.subject)
	}
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return &trial{walk: &claimant, clerk: clerk, judge: judge, code: code, defendant: &defendant}, nil
}

// trial walks a case: a clerk serves it on the defendant, who registers then, finds the case and answers; the
// court answers what both ask in it; both take its evidence and compare it; its judgment is appealed.
func (w *walk) trial(ctx context.Context, clerk, judge *office, code string) error {
	t, err := w.newTrial(clerk, judge, code)
	if err != nil {
		return err
	}
	w.report.heading("A case")
	if err := w.report.steps(ctx, []step{
		{"a claim is accepted, and a case is opened of it", t.opens},
		{"a clerk confirms the defendant and serves the claim", t.serves},
		{"the judge appoints a hearing, and both sides are summoned", t.summons},
		{"the defendant registers, and finds the case", t.finds},
		{"a term to answer runs from when it opened the case", t.termToAnswer},
		{"the defendant answers, and the answer comes to the case", t.answers},
		{"a motion is granted in part: the defendant hears of it, and reads the ruling", t.motion},
		{"the claimant takes the evidence of the case", func(ctx context.Context) (string, error) {
			return w.caseEvidence(ctx, t.office, t.c.ID, "papers/002/form.json")
		}},
		{"so does the defendant", func(ctx context.Context) (string, error) {
			return w.caseEvidence(ctx, t.defendant.office, t.c.ID, "papers/001/form.json")
		}},
		{"nobody else learns that there is a case", t.unknown},
	}); err != nil {
		return err
	}
	if err := t.order(ctx); err != nil {
		return err
	}
	return t.upward(ctx)
}

func (t *trial) opens(ctx context.Context) (_ string, err error) {
	if _, err := t.ruled(ctx, t.clerk, t.judge, t.code, "accept", "accepted", nil); err != nil {
		return "", err
	}
	t.c, err = t.waitCase(ctx, t.clerk, t.filing.ID, func(docketed) bool { return true })
	return t.c.Number, err
}

// confirmed has the clerk say who a party is, and serve the case on it.
func (t *trial) served(ctx context.Context, id string) error {
	who := t.defendant.subject
	if err := inCase(ctx, t.clerk, id, map[string]any{"step": "confirm", "party": "d1", "number": who.IIN, "name": who.Name}); err != nil {
		return err
	}
	return inCase(ctx, t.clerk, id, map[string]any{"step": "serve", "party": "d1"})
}

func (t *trial) serves(ctx context.Context) (string, error) { return "", t.served(ctx, t.c.ID) }

func (t *trial) summons(ctx context.Context) (string, error) {
	t.hearing = time.Now().AddDate(0, 0, 20).UTC().Truncate(time.Minute)
	if err := inCase(ctx, t.judge, t.c.ID, map[string]any{"step": "appoint", "hearing": map[string]any{"at": t.hearing, "place": "№ 4 зал"}}); err != nil {
		return "", err
	}
	for _, party := range []string{t.c.Parties[0].ID, "d1"} {
		if err := inCase(ctx, t.clerk, t.c.ID, map[string]any{"step": "summon", "party": party, "address": "Алматы қаласы, Үлгі көшесі, 1"}); err != nil {
			return "", err
		}
	}
	return t.hearing.Format(time.DateOnly), nil
}

func (t *trial) finds(ctx context.Context) (string, error) {
	d := t.defendant
	if err := t.accept(ctx, d.key); err != nil {
		return "", err
	}
	if err := t.enrol(ctx, d.key, password, func(f *form) { f.Email, f.NotificationContacts = d.account.Email, []contact{} }); err != nil {
		return "", err
	}
	if err := t.enter(ctx, d.office, d.key); err != nil {
		return "", err
	}
	list, _, err := call[struct {
		Cases []docketed `json:"cases"`
	}](ctx, d.office, http.MethodGet, "/api/cases", nil)
	if err == nil && (len(list.Cases) != 1 || list.Cases[0].ID != t.c.ID || list.Cases[0].As != "party") {
		err = fmt.Errorf("%w: the defendant's cases are %+v", errAnswer, list.Cases)
	}
	return "", err
}

func (t *trial) termToAnswer(ctx context.Context) (string, error) {
	return t.term(ctx, t.c.ID, "response")
}

// term is the last day of a term that runs for the defendant from when it first opened the case.
func (t *trial) term(ctx context.Context, id, rule string) (string, error) {
	var got docketed
	for range 2 {
		var err error
		if got, _, err = call[docketed](ctx, t.defendant.office, http.MethodGet, "/api/cases/"+id, nil); err != nil {
			return "", err
		}
	}
	due, ok := got.runs(rule, "d1", false)
	if !ok {
		return "", fmt.Errorf("%w: the terms are %+v", errAnswer, got.Deadlines)
	}
	return "until " + due, nil
}

func (t *trial) answers(ctx context.Context) (string, error) {
	d := t.defendant
	if err := d.toCase(ctx, t, t.c, "response", nil); err != nil {
		return "", err
	}
	if _, err := d.answered(ctx, t, "join", "joined", nil); err != nil {
		return "", err
	}
	_, err := d.waitCase(ctx, d.office, t.c.ID, func(c docketed) bool { return len(c.Papers) == 2 && c.paper(d.filing.ID).Party == "d1" })
	return d.ticket, err
}

// motion is what the claimant asks for: evidence that the defendant has.
func (t *trial) motion(ctx context.Context) (string, error) {
	if err := t.toCase(ctx, t, t.c, "motion", func(sections map[string]map[string]any) {
		sections["motion"] = map[string]any{"about": "evidence", "request": text("Жауапкерден төлем тапсырмаларын және кассалық кітапты алдыруды сұраймын.")}
		sections["evidence"] = map[string]any{"items": []any{map[string]any{
			"fact": "Қарыздың бір бөлігі ғана қайтарылған", "description": "Төлем тапсырмалары мен кассалық кітап", "heldBy": "opposite",
			"holder": t.defendant.subject.Name, "obstacle": "Жауапкер сұрауға жауап бермеді.",
		}}}
	}); err != nil {
		return "", err
	}
	if _, err := t.answered(ctx, t, "grant-part", "granted_in_part", map[string]any{
		"decision": "Жауапкерден төлем тапсырмалары алдырылсын.", "reasons": "Кассалық кітаптың іске қатысы көрсетілмеген.",
	}); err != nil {
		return "", err
	}
	const happened = "Судья өтінішхатты ішінара қанағаттандырды"
	if err := t.hears(ctx, happened); err != nil {
		return "", err
	}
	return t.ticket, t.defendant.told(ctx, t.c, t.filing.ID, "granted_in_part", happened)
}

func (t *trial) unknown(ctx context.Context) (string, error) {
	stranger, err := newcomer(t.options.Authority)
	if err != nil {
		return "", err
	}
	if err := errors.Join(t.accept(ctx, stranger), t.enrol(ctx, stranger, password, func(f *form) { f.Email, f.NotificationContacts = t.address("boten"), []contact{} })); err != nil {
		return "", err
	}
	o := newOffice(t.office.url)
	if err := t.enter(ctx, o, stranger); err != nil {
		return "", err
	}
	_, err = o.send(ctx, http.MethodPost, "/api/cases/"+t.c.ID+"/evidence", map[string]any{})
	return "", expect(err, http.StatusNotFound, "not-found")
}

// against is a claim whose one defendant is who.
func against(claim json.RawMessage, who subject) (json.RawMessage, error) {
	var sections map[string]any
	if err := json.Unmarshal(claim, &sections); err != nil {
		return nil, err
	}
	sections["defendants"] = map[string]any{"parties": []any{person("d1", who)}}
	return json.Marshal(sections)
}

// person is who as a form names a party.
func person(id string, who subject) map[string]any {
	surname, given, _ := strings.Cut(who.Name, " ")
	return map[string]any{
		"id": id, "type": "natural", "surname": surname, "givenName": given, "iin": who.IIN,
		"address": map[string]any{"text": "050000, Алматы қаласы, Бостандық ауданы, Мысал көшесі, 10-үй, 5-пәтер"},
	}
}

// inCase does an act in a case as it stands.
func inCase(ctx context.Context, o *office, id string, body map[string]any) error {
	body["id"] = newID()
	return anew(func() error {
		c, _, err := call[docketed](ctx, o, http.MethodGet, "/api/cases/"+id, nil)
		if err != nil {
			return err
		}
		body["revision"] = c.Revision
		_, err = o.send(ctx, http.MethodPost, "/api/cases/"+id+"/acts", body)
		return err
	})
}

// anew does what is begun anew when the case changes meanwhile, as the pages do: what the court did with a
// paper comes to its case, and mail to its log, when relay and notify get there.
func anew(do func() error) error {
	const tries = 5
	for n := 1; ; n++ {
		var changed *problem
		err := do()
		if n == tries || !errors.As(err, &changed) || changed.slug() != "changed-meanwhile" {
			return err
		}
	}
}

// caseParts are the members of the answer that are used.
type caseParts struct {
	evidenceParts
	At       time.Time `json:"at"`
	Revision int       `json:"revision"`
	Parts    int       `json:"parts"`
}

// caseEvidence takes the evidence of a case, compares what is in it, and has every signature and time stamp in it
// checked as "eds verify" does. withheld is a file that must be known by its hash alone.
func (w *walk) caseEvidence(ctx context.Context, o *office, id, withheld string) (said string, err error) {
	for range 4 { // verify-filing gets to a ruling a moment after it was signed
		err = anew(func() error {
			said, err = w.caseFile(ctx, o, id, withheld)
			return err
		})
		if !errors.Is(err, errUnsettled) {
			break
		}
		time.Sleep(time.Second)
	}
	return said, err
}

func (w *walk) caseFile(ctx context.Context, o *office, id, withheld string) (string, error) {
	contents := map[string][]byte{}
	var names []string
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	ask := map[string]any{}
	for part, parts := 0, 1; part < parts; part++ {
		got, _, err := call[caseParts](ctx, o, http.MethodPost, "/api/cases/"+id+"/evidence", ask)
		if err != nil {
			if h, failed := w.health(ctx); failed != nil || h.NCA != "" {
				return "", errors.Join(err, failed)
			}
			return "nothing is time-stamped here", expect(err, http.StatusServiceUnavailable, "no-time-stamp")
		}
		for _, f := range got.Files {
			if f.Address != "" {
				if f.Data, err = fetch(ctx, f.Address); err != nil {
					return "", err
				}
			}
			names, contents[f.Name] = append(names, f.Name), f.Data
			entry, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
			if err == nil {
				_, err = entry.Write(f.Data)
			}
			if err != nil {
				return "", err
			}
		}
		parts = got.Parts
		ask = map[string]any{"at": got.At, "revision": got.Revision, "part": part + 1}
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	checked, err := casefile.Check(names, func(name string) ([]byte, error) { return contents[name], nil })
	if err != nil {
		return "", err
	}
	if _, there := contents[withheld]; there {
		return "", fmt.Errorf("%w: %s is not theirs", errAnswer, withheld)
	}
	signatures, err := w.sound(archive.Bytes())
	return fmt.Sprintf("%d files, %d KB, %d signatures and stamps hold, %d parts withheld", len(names), archive.Len()/1024, signatures, len(checked.Index.Withheld)), err
}

// errUnsettled: nobody has said yet that the certificate of a ruling's judge was good.
var errUnsettled = errors.New("the evidence of a ruling is not there yet")

// sound checks every signature and time stamp of an archive, and counts them.
func (w *walk) sound(archive []byte) (int, error) {
	trust, err := eds.LoadTrust(filepath.Join(filepath.Dir(w.options.Claim), "..", "pki", "trust"))
	if err != nil {
		return 0, err
	}
	report, err := container.Verify(&eds.Verifier{Trust: trust, Policy: eds.Filing()}, archive, time.Time{})
	if report == nil {
		return 0, err
	}
	if report.Indication == eds.TotalFailed || report.Format != container.ASiC {
		return 0, err
	}
	for _, s := range report.Signatures {
		if s.Indication == eds.Indeterminate && strings.Contains(s.Name, "/rulings/") {
			return 0, fmt.Errorf("%w: %s", errUnsettled, s.Name)
		}
		if s.Indication != eds.TotalPassed {
			return 0, fmt.Errorf("%w: %s is %s %s", errAnswer, s.Name, s.Indication, s.SubIndication)
		}
	}
	return len(report.Signatures), nil
}
