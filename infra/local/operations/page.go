package operations

import (
	"html/template"
	"io"
	"time"
)

// Minutes is what the probe saw of one thing, a sign of package outage for each minute.
type Minutes struct {
	Probe, Does string
	Last        string // the latest at the end
}

// Page writes the board at the instant at as a page that loads itself again every five seconds. It
// has no script.
// outside has what the probe saw of late, nothing where none runs.
func (b *Board) Page(w io.Writer, at time.Time, outside []Minutes) error {
	panels, alarms := b.Graphs(at)
	view := struct {
		Panels, Alarms []Graph
		Silent         []Graph // of which nothing was measured
		Calls          int
		Outside        []Minutes
	}{Panels: panels, Outside: outside}
	for _, g := range alarms {
		if g.Calls {
			view.Calls++
		}
		if g.Measured {
			view.Alarms = append(view.Alarms, g)
		} else {
			view.Silent = append(view.Silent, g)
		}
	}
	return page.Execute(w, view)
}

var page = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Operations</title>
<link rel="stylesheet" href="/_local/mail/style.css">
<style>
main { max-width: 80rem; }
.graphs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px; }
figure.calls { border-color: #d4351c; box-shadow: inset 4px 0 #d4351c; }
figcaption { font-weight: 600; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: 90px; margin: .5rem 0; border-bottom: 1px solid var(--line); overflow: visible; }
svg polyline { fill: none; vector-effect: non-scaling-stroke; stroke-width: 2; stroke-linecap: round; }
.limit { stroke: #d4351c; stroke-dasharray: 4 4; stroke-width: 1; }
p { margin: .25rem 0; }
ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .875rem; }
</style>
</head>
<body>
<main>
<h1>Operations</h1>
<p>The last ten minutes, drawn from the rows of <code>functions/alarms.go</code> as the deployed dashboard is. {{if .Calls}}<strong>{{.Calls}} would call someone now.</strong>{{else}}Nothing would call anyone now.{{end}} <a href="/_local/">Local office</a></p>
{{with .Outside}}<h2>From outside</h2>
<p class="quiet">The last half hour, a sign for each minute: <code>+</code> well, <code>-</code> failed, <code>m</code> stopped by announced maintenance, <code>?</code> not known. <a href="/outages.json">Outages</a></p>
<ul>{{range .}}<li title="{{.Does}}">{{.Probe}} <code>{{.Last}}</code></li>{{end}}</ul>
{{end}}<h2>Panels</h2>
<div class="graphs">{{range .Panels}}{{template "graph" .}}{{end}}</div>
<h2>Alarms</h2>
<div class="graphs">{{range .Alarms}}{{template "graph" .}}{{end}}</div>
<h2>Not measured here</h2>
<p class="quiet">Nothing was written for these in the last ten minutes, or only AWS measures them.</p>
<ul>{{range .Silent}}<li title="{{.Does}}">{{.Title}}</li>{{end}}</ul>
</main>
</body>
</html>
{{define "graph"}}<figure{{if .Calls}} class="calls"{{end}}>
<figcaption>{{.Title}}</figcaption>
{{with .Does}}<p class="quiet">{{.}}</p>{{end}}
<svg viewBox="0 0 360 90" preserveAspectRatio="none" role="img" aria-label="{{.Title}}, {{.Unit}}">{{if .Threshold}}<polyline class="limit" points="{{.Threshold}}"/>{{end}}{{range .Lines}}{{$colour := .Colour}}{{range .Points}}<polyline stroke="{{$colour}}" points="{{.}}"/>{{end}}{{end}}</svg>
<ul>{{range .Lines}}<li><svg viewBox="0 0 10 10" style="display:inline-block;width:.75em;height:.75em;margin:0;border:0" aria-hidden="true"><rect width="10" height="10" fill="{{.Colour}}"/></svg> {{.Name}}: {{.Now}}</li>{{end}}</ul>
<p class="quiet">{{.Unit}}; scale to {{.Top}}{{with .Limit}}; {{.}}{{end}}{{with .Section}}; runbook: {{.}}{{end}}</p>
</figure>
{{end}}`))
