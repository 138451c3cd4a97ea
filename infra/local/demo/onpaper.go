package demo

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// onPaper walks a case that came to the court on paper: a clerk scans and enters it, its claimant finds it, the judge
// rules on it, a later paper is added, and its evidence is checked like that of any other.
func (t *trial) onPaper(ctx context.Context) error {
	var id string
	came := calendar.DateOf(time.Now().Add(*t.ahead)).Add(-2)
	t.report.heading("A case on paper")
	return t.report.steps(ctx, []step{
		{"a clerk enters it with its scans, and signs that they are what came", func(ctx context.Context) (_ string, err error) {
			me, _, err := call[member](ctx, t.judge, http.MethodGet, "/api/session", nil)
			if err != nil {
				return "", err
			}
			id, err = t.scanned(ctx, map[string]any{
				"number": "7514-26-" + t.run, "kind": "claim", "lang": "kk", "judge": me.ID, "received": came.String(), "from": t.subject.Name,
				"parties": []map[string]any{
					{"role": "claimant", "type": "natural", "name": t.subject.Name, "number": t.subject.IIN},
					{"role": "defendant", "type": "natural", "name": t.defendant.subject.Name, "number": t.defendant.subject.IIN},
				},
			})
			return id, err
		}},
		{"its claimant finds it at once, its defendant does not", func(ctx context.Context) (string, error) {
			c, _, err := call[docketed](ctx, t.office, http.MethodGet, "/api/cases/"+id, nil)
			if err == nil && (c.Status != "entered" || c.As != "party" || len(c.Papers) != 1 || c.Papers[0].Scanned == nil) {
				err = fmt.Errorf("%w: %+v", errAnswer, c)
			}
			if err != nil {
				return "", err
			}
			_, _, err = call[docketed](ctx, t.defendant.office, http.MethodGet, "/api/cases/"+id, nil)
			return c.Number, expect(err, http.StatusNotFound, "not-found")
		}},
		{"the court's term runs from the day it came, and ends with the ruling", func(ctx context.Context) (string, error) {
			c, _, err := call[docketed](ctx, t.judge, http.MethodGet, "/api/cases/"+id, nil)
			if err != nil {
				return "", err
			}
			due, ok := c.runs("court.acceptance", "", false)
			if end, err := (calendar.Term{N: 5, Unit: calendar.WorkingDays}).End(came); err != nil || !ok || due != end.String() {
				return "", fmt.Errorf("%w: the term ends on %q, %v", errAnswer, due, err)
			}
			c, _, err = call[docketed](ctx, t.judge, http.MethodPost, "/api/cases/"+id+"/acts", map[string]any{"id": newID(), "revision": c.Revision, "step": "accept", "on": came.Add(1).String()})
			if _, done := c.runs("court.acceptance", "", true); err == nil && (c.Status != "opened" || !done) {
				err = fmt.Errorf("%w: after the ruling %+v", errAnswer, c)
			}
			return due, err
		}},
		{"a later paper that came on paper is added", func(ctx context.Context) (string, error) {
			_, err := t.scanned(ctx, map[string]any{"case": id, "party": "claimant-1", "kind": "motion", "received": came.Add(1).String(), "from": t.subject.Name})
			return "", err
		}},
		{"its evidence holds", func(ctx context.Context) (string, error) {
			return t.caseEvidence(ctx, t.office, id, "papers/001/form.json")
		}},
	})
}

// scanned has the clerk upload a scan and enter it with what is said of it. It returns the id of the case.
func (t *trial) scanned(ctx context.Context, more map[string]any) (string, error) {
	f, act := t.originals[0], newID()
	scan := map[string]any{"sha256": f.SHA256, "size": f.Size, "mediaType": f.MediaType}
	ask := map[string]any{"court": t.code, "act": act}
	for k, v := range scan {
		ask[k] = v
	}
	const path = "/api/registry/papers"
	g, _, err := call[grant](ctx, t.clerk, http.MethodPost, path+"/scans", ask)
	if err != nil {
		return "", err
	}
	if status, err := t.clerk.upload(ctx, g, f.data); err != nil || status != http.StatusOK {
		return "", fmt.Errorf("%w from S3 for a scan: %d, %v", errAnswer, status, err)
	}
	for end := time.Now().Add(noticePatience); ; {
		found, _, err := call[struct {
			Inspected bool `json:"inspected"`
		}](ctx, t.clerk, http.MethodPost, path+"/scans", ask)
		if err != nil {
			return "", err
		}
		if found.Inspected {
			break
		}
		if time.Now().After(end) {
			return "", fmt.Errorf("%w: the scan is not inspected", errAnswer)
		}
		time.Sleep(50 * time.Millisecond)
	}
	scan["name"] = f.Name
	body := map[string]any{"act": act, "court": t.code, "way": "counter", "scans": []any{scan}}
	for k, v := range more {
		body[k] = v
	}
	in, _, err := call[struct {
		Case string `json:"case"`
	}](ctx, t.clerk, http.MethodPost, path, body)
	if err == nil && in.Case == "" {
		err = fmt.Errorf("%w: nothing was entered", errAnswer)
	}
	return in.Case, err
}
