package maintenance

import (
	"bytes"
	"html/template"
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
)

func itoa(n int) string { return strconv.Itoa(n) }

// statusShown is how many windows the status page lists.
const statusShown = 10

// part is the status page in one language.
type part struct {
	Lang          locale.Lang
	State, Office string
	Title, Now    string
	Rows          []row
	Heading, None string
}

type row struct{ Line, Text, Phase string }

// statusPage makes the static page: one file in three languages, no script, nothing loaded, so
// that it reads alike from S3, a mirror or a saved copy.
func statusPage(windows []maintenance.Window, portalURL string, at time.Time) ([]byte, error) {
	notice, ok := maintenance.At(windows, at)
	var parts []part
	for _, lang := range locale.Langs {
		p := part{
			Lang: lang, Title: locale.T(lang, "site.name"), Heading: locale.T(lang, "maintenance.title"),
			State: locale.T(lang, "maintenance.state.works"), None: locale.T(lang, "maintenance.none"),
			Now:    locale.T(lang, "maintenance.as-of", "time", locale.Time(lang, at)),
			Office: portalURL + "/" + string(lang) + "/",
		}
		if ok && notice.Phase(at) == maintenance.InForce {
			p.State = locale.T(lang, "maintenance.state.stopped", "to", locale.Time(lang, notice.End()))
		} else if ok {
			p.State = locale.T(lang, "maintenance.state.coming", "from", locale.Time(lang, notice.From))
		}
		for _, w := range windows[:min(len(windows), statusShown)] {
			p.Rows = append(p.Rows, row{
				title(w, lang, at), description(w, lang), locale.T(lang, "maintenance.phase."+string(w.Phase(at))),
			})
		}
		parts = append(parts, p)
	}
	var out bytes.Buffer
	err := status.Execute(&out, parts)
	return out.Bytes(), err
}

var status = template.Must(template.New("").Parse(`<!doctype html>
<html lang="kk">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="60">
<title>{{range $i, $p := .}}{{if $i}} · {{end}}{{$p.Title}}{{end}}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid; padding: 1rem 0; }
.state { font-size: 1.2rem; font-weight: 600; }
.text { white-space: pre-line; }
</style>
</head>
<body>
{{- range .}}
<section lang="{{.Lang}}">
<h1>{{.Title}}</h1>
<p class="state">{{.State}}</p>
<p>{{.Now}}</p>
<h2>{{.Heading}}</h2>
{{- range .Rows}}
<h3>{{.Line}}</h3>
<p>{{.Phase}}</p>
<p class="text">{{.Text}}</p>
{{- else}}
<p>{{.None}}</p>
{{- end}}
<p><a href="{{.Office}}">{{.Title}}</a></p>
</section>
{{- end}}
</body>
</html>
`))
