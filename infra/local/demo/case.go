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
	Papers []struct {
		Filing string `json:"filing"`
		Kind   string `json:"kind"`
		Party  string `json:"party"`
	} `json:"papers"`
	Deadlines []struct {
		Rule  string `json:"rule"`
		Party string `json:"party"`
		Due   string `json:"due"`
		Done  bool   `json:"done"`
	} `json:"deadlines"`
	Events []struct {
		Type  string `json:"type"`
		Party string `json:"party"`
	} `json:"events"`
}

// trial is a case from the ruling that opens it: a clerk serves it on a defendant whom nobody here has met, who
// registers then, finds the case and answers; both sides take its evidence and compare it.
func (w *walk) trial(ctx context.Context, clerk, judge *office, code string) error {
	w.report.heading("A case")
	key, err := newcomer(w.options.Authority)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	who, err := holder(key)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	claimant, defendant := *w, *w
	defendant.key, defendant.office, defendant.subject = key, newOffice(w.office.url), who
	if claimant.claim, err = against(w.claim, who); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var c docketed
	sees := func(o *office) (docketed, error) {
		got, _, err := call[docketed](ctx, o, http.MethodGet, "/api/cases/"+c.ID, nil)
		return got, err
	}
	for _, s := range []struct {
		what string
		do   func() (string, error)
	}{
		{"a claim is accepted, and a case is opened of it", func() (string, error) {
			if _, err := claimant.ruled(ctx, clerk, judge, code, "accept", "accepted", nil); err != nil {
				return "", err
			}
			c.ID = claimant.filing.ID
			c, err = w.opened(ctx, clerk, c.ID)
			return c.Number, err
		}},
		{"a clerk confirms the defendant and serves the claim", func() (string, error) {
			if err := inCase(ctx, clerk, c.ID, map[string]any{"step": "confirm", "party": "d1", "number": who.IIN, "name": who.Name}); err != nil {
				return "", err
			}
			return "", inCase(ctx, clerk, c.ID, map[string]any{"step": "serve", "party": "d1"})
		}},
		{"the judge appoints a hearing, and both sides are summoned", func() (string, error) {
			at := time.Now().AddDate(0, 0, 20).UTC().Truncate(time.Minute)
			if err := inCase(ctx, judge, c.ID, map[string]any{"step": "appoint", "hearing": map[string]any{"at": at, "place": "№ 4 зал"}}); err != nil {
				return "", err
			}
			for _, party := range []string{c.Parties[0].ID, "d1"} {
				if err := inCase(ctx, clerk, c.ID, map[string]any{"step": "summon", "party": party, "address": "Алматы қаласы, Үлгі көшесі, 1"}); err != nil {
					return "", err
				}
			}
			return at.Format(time.DateOnly), nil
		}},
		{"the defendant registers, and finds the case", func() (string, error) {
			if err := w.accept(ctx, key); err != nil {
				return "", err
			}
			if err := w.enrol(ctx, key, password, func(f *form) { f.Email, f.NotificationContacts = w.address("zhauapker"), []contact{} }); err != nil {
				return "", err
			}
			if err := w.enter(ctx, defendant.office, key); err != nil {
				return "", err
			}
			list, _, err := call[struct {
				Cases []docketed `json:"cases"`
			}](ctx, defendant.office, http.MethodGet, "/api/cases", nil)
			if err == nil && (len(list.Cases) != 1 || list.Cases[0].ID != c.ID || list.Cases[0].As != "party") {
				err = fmt.Errorf("%w: the defendant's cases are %+v", errAnswer, list.Cases)
			}
			return "", err
		}},
		{"a term to answer runs from when it opened the case", func() (string, error) {
			got, err := sees(defendant.office)
			if err != nil {
				return "", err
			}
			got, err = sees(defendant.office)
			for _, d := range got.Deadlines {
				if err == nil && d.Rule == "response" && d.Party == "d1" && !d.Done {
					return "until " + d.Due, nil
				}
			}
			return "", errors.Join(err, fmt.Errorf("%w: the terms are %+v", errAnswer, got.Deadlines))
		}},
		{"the defendant answers, and the answer comes to the case", func() (string, error) {
			return defendant.answers(ctx, clerk, judge, code, c)
		}},
		{"the claimant takes the evidence of the case", func() (string, error) { return w.caseEvidence(ctx, w.office, c.ID, "papers/002/form.json") }},
		{"so does the defendant", func() (string, error) {
			return w.caseEvidence(ctx, defendant.office, c.ID, "papers/001/form.json")
		}},
		{"nobody else learns that there is a case", func() (string, error) {
			stranger, err := newcomer(w.options.Authority)
			if err != nil {
				return "", err
			}
			if err := errors.Join(w.accept(ctx, stranger), w.enrol(ctx, stranger, password, func(f *form) { f.Email, f.NotificationContacts = w.address("boten"), []contact{} })); err != nil {
				return "", err
			}
			o := newOffice(w.office.url)
			if err := w.enter(ctx, o, stranger); err != nil {
				return "", err
			}
			_, err = o.send(ctx, http.MethodPost, "/api/cases/"+c.ID+"/evidence", map[string]any{})
			return "", expect(err, http.StatusNotFound, "not-found")
		}},
	} {
		if err := w.report.step(s.what, s.do); err != nil {
			return err
		}
	}
	return nil
}

// against is a claim whose one defendant is who.
func against(claim json.RawMessage, who subject) (json.RawMessage, error) {
	var sections map[string]any
	if err := json.Unmarshal(claim, &sections); err != nil {
		return nil, err
	}
	surname, given, _ := strings.Cut(who.Name, " ")
	sections["defendants"] = map[string]any{"parties": []any{map[string]any{
		"id": "d1", "type": "natural", "surname": surname, "givenName": given, "iin": who.IIN,
		"address": map[string]any{"text": "050000, Алматы қаласы, Бостандық ауданы, Мысал көшесі, 10-үй, 5-пәтер"},
	}}}
	return json.Marshal(sections)
}

// opened waits until there is a case of that id.
func (w *walk) opened(ctx context.Context, clerk *office, id string) (docketed, error) {
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	for {
		c, _, err := call[docketed](ctx, clerk, http.MethodGet, "/api/cases/"+id, nil)
		if p, ok := errors.AsType[*problem](err); !ok || p.Status != http.StatusNotFound {
			return c, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return c, fmt.Errorf("%w: no case %s after %v", errAnswer, id, noticePatience)
		}
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

// answers files a response to the case, which the court registers and puts with it.
func (w *walk) answers(ctx context.Context, clerk, judge *office, code string, c docketed) (string, error) {
	folder := filepath.Join(filepath.Dir(w.options.Claim), "response")
	sections, err := w.sample(folder)
	if err == nil {
		w.files, err = w.attachments(folder)
	}
	if err != nil {
		return "", err
	}
	sections["case"]["number"], sections["case"]["court"] = c.Number, code
	if w.filing, _, err = call[filing](ctx, w.office, http.MethodPut, "/api/filings/"+newID(), map[string]any{"kind": "response", "sections": sections}); err != nil {
		return "", err
	}
	for _, do := range []func(context.Context) (string, error){w.uploadAll, w.readManifest, w.seal, w.checkReceipt} {
		if _, err := do(ctx); err != nil {
			return "", err
		}
	}
	if _, err := w.waitReceived(ctx, w.path(""), "received"); err != nil {
		return "", err
	}
	if _, err := w.registered(ctx, clerk, judge, code); err != nil {
		return "", err
	}
	if _, err := judge.send(ctx, http.MethodPost, "/api/registry/filings/"+w.filing.ID+"/acts", map[string]any{"act": newID(), "step": "join"}); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	for {
		got, _, err := call[docketed](ctx, w.office, http.MethodGet, "/api/cases/"+c.ID, nil)
		if err != nil {
			return "", err
		}
		if n := len(got.Papers); n == 2 && got.Papers[1].Filing == w.filing.ID && got.Papers[1].Party == "d1" {
			return w.ticket, nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return "", fmt.Errorf("%w: the papers are %+v", errAnswer, got.Papers)
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
	err = anew(func() error {
		said, err = w.caseFile(ctx, o, id, withheld)
		return err
	})
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

// sound checks every signature and time stamp of an archive, and counts them. What a ruling's signature lacks is
// word of its certificate, which whoever checks has from the NCA's list: nothing may fail.
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
		if s.Indication != eds.TotalPassed && !strings.Contains(s.Name, "/rulings/") {
			return 0, fmt.Errorf("%w: %s is %s %s", errAnswer, s.Name, s.Indication, s.SubIndication)
		}
	}
	return len(report.Signatures), nil
}
