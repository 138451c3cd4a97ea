package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
)

// windowView is a window of maintenance as its page shows it, without a script and in one language.
type windowView struct {
	ID, Line, Phase, Text, Stops, Emergency string

	Kind        string // of the phase's tag
	Facts       []row
	Certificate string // address of the interruption's certificate, once it began
}

func viewWindow(lang locale.Lang, w maintenance.Window, at time.Time) windowView {
	phase := w.Phase(at)
	v := windowView{ID: w.ID, Phase: locale.T(lang, "maintenance.phase."+string(phase)), Text: w.Texts[lang], Kind: "green"}
	key, to := "maintenance.line", w.End()
	switch {
	case phase == maintenance.Off:
		key, to = "maintenance.line.cancelled", w.To
	case w.Emergency:
		key = "maintenance.line.emergency"
	}
	v.Line = locale.T(lang, key, "from", locale.Time(lang, w.Start()), "to", locale.Time(lang, to))
	if phase == maintenance.Over || phase == maintenance.Off {
		v.Kind = "yellow"
	}
	if phase == maintenance.InForce || phase == maintenance.Over {
		v.Certificate = "/" + string(lang) + "/maintenance/" + w.ID
	}
	v.Stops = locale.T(lang, "maintenance.affects.all") + "."
	if len(w.Affects) > 0 {
		var names []string
		for _, fn := range w.Affects {
			names = append(names, locale.T(lang, "maintenance.affects."+fn))
		}
		v.Stops = locale.T(lang, "maintenance.affects") + " " + strings.Join(names, "; ") + "."
	}
	if w.Emergency {
		v.Emergency = locale.T(lang, "maintenance.emergency")
	}
	for key, instant := range map[string]time.Time{"maintenance.published": w.PublishedAt, "maintenance.changed": w.ChangedAt} {
		if !instant.IsZero() {
			v.Facts = append(v.Facts, row{Key: locale.T(lang, key), Value: locale.Time(lang, instant), Time: instant.UTC().Format(time.RFC3339)})
		}
	}
	slices.SortFunc(v.Facts, func(a, b row) int { return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Key, b.Key)) })
	return v
}

// fillMaintenance lists what is announced for whoever reads without scripts: nothing that a person
// must know waits for one.
func fillMaintenance(s *Service, r *http.Request, v *view) error {
	at := httpapi.ReceivedAt(r.Context())
	published, err := s.Windows.Published(r.Context(), at)
	if published == nil && err != nil {
		return err
	}
	windows := slices.Clone(published)
	slices.SortFunc(windows, func(a, b maintenance.Window) int {
		return cmp.Or(b.From.Compare(a.From), cmp.Compare(a.ID, b.ID))
	})
	for _, w := range windows {
		switch w.Phase(at) {
		case maintenance.InForce, maintenance.Coming:
			v.Coming = append([]windowView{viewWindow(v.Lang, w, at)}, v.Coming...)
		case maintenance.Over, maintenance.Off:
			v.Past = append(v.Past, viewWindow(v.Lang, w, at))
		}
	}
	return nil
}
