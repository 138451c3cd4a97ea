package filings

import (
	"context"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

// VerdictView is what was found in an uploaded document.
type VerdictView struct {
	Found    verdict.Kind `json:"found"` // what the content is, "" if it was not inspected yet
	Pages    int          `json:"pages"` // of a PDF, 0 where they could not be counted
	Findings []Defect     `json:"findings"`
}

// verdicts returns what was found in each document of a draft, in their order.
func (s *Service) verdicts(ctx context.Context, f filing.Filing) ([]verdict.Verdict, error) {
	return s.Verdicts.Of(ctx, f.ID, filing.Documents(f.Attached), httpapi.ReceivedAt(ctx))
}

// findings are the defects of a document that a verdict on it says: errors where it forbids a
// manifest, warnings otherwise. Nobody waits for a verdict, so a missing one is a warning.
func findings(documentID string, v verdict.Verdict) (l defect.List) {
	for _, c := range v.Findings {
		add := l.Warn
		if c.Forbids() {
			add = l.Add
		}
		add("/documents/"+documentID, "file-"+string(c), "", "found", defect.Key("inspect.found."+string(v.Found)))
	}
	return l
}

func verdictView(ctx context.Context, documentID string, v verdict.Verdict) *VerdictView {
	return &VerdictView{Found: v.Found, Pages: v.Pages, Findings: shown(ctx, findings(documentID, v))}
}

// shown are defects as the API says them, in the language of the request.
func shown(ctx context.Context, list defect.List) []Defect {
	lang, out := httpapi.Lang(ctx), []Defect{}
	for _, d := range list {
		out = append(out, Defect{d.Pointer, d.Code, d.Severity, d.Text(lang), d.Article})
	}
	return out
}

// rejected are the reasons why a filing was rejected for technical reasons.
func rejected(ctx context.Context, e filing.Envelope) []Defect {
	var list defect.List
	for _, r := range e.Rejected {
		list = append(list, r.Defect())
	}
	return shown(ctx, list)
}
