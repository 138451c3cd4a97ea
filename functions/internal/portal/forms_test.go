package portal_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
)

type formFile struct {
	Kind     string
	Title    string
	Sections []struct {
		Code, Title string
		Groups      map[string]string
		Fields      []struct {
			Path, Type, Label, One, Names, Need string
			Codes                               []struct{ Value, Text string }
		}
	}
}

// Every kind's rows are served with words in each language, none of them a key.
func TestFormsAreServed(t *testing.T) {
	h := service().Handler()
	key := regexp.MustCompile(`^[a-z]+(\.[\w-]+)+$`)
	for _, lang := range locale.Langs {
		for _, k := range kinds.All {
			response, body, _ := get(t, h, "/static/x/forms/"+string(lang)+"/"+k.Code+".json")
			var f formFile
			if err := json.Unmarshal([]byte(body), &f); err != nil || response.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("%s %s: %v", lang, k.Code, err)
			}
			words := map[string]string{"title": f.Title}
			if len(f.Sections) != len(k.Form.Sections) {
				t.Fatalf("%s %s: %d sections, want %d", lang, k.Code, len(f.Sections), len(k.Form.Sections))
			}
			for i, s := range f.Sections {
				words[s.Code] = s.Title
				for path, title := range s.Groups {
					words[path] = title
				}
				for j, row := range s.Fields {
					want := k.Form.Sections[i].Fields[j]
					if row.Path != want.Path || row.Type != string(want.Type) {
						t.Fatalf("%s %s: row %s %s, want %s %s", lang, k.Code, row.Path, row.Type, want.Path, want.Type)
					}
					if want.Type == form.ID {
						continue
					}
					words[s.Code+"."+row.Path] = row.Label
					if want.Type == form.List {
						words[s.Code+"."+row.Path+" one"] = row.One
					}
					if slices.Contains([]form.Type{form.Code, form.Codes}, want.Type) && row.Names == "" && len(row.Codes) != len(want.Codes) {
						t.Errorf("%s %s: %s offers %d codes, want %d", lang, k.Code, row.Path, len(row.Codes), len(want.Codes))
					}
					for _, c := range row.Codes {
						words[row.Path+"="+c.Value] = c.Text
					}
				}
			}
			for where, text := range words {
				if text == "" || key.MatchString(text) {
					t.Errorf("%s %s: %s has no words: %q", lang, k.Code, where, text)
				}
			}
		}
		_, body, _ := get(t, h, "/static/x/forms/"+string(lang)+"/directories.json")
		var d map[string][]struct{ Value, Text, Region string }
		if err := json.Unmarshal([]byte(body), &d); err != nil || len(d["court"]) != len(court.All()) || len(d["region"]) != len(court.Regions()) {
			t.Errorf("%s: %d courts, %d regions, %v", lang, len(d["court"]), len(d["region"]), err)
		}
	}
}

// The documents the pages ask for are those the check asks for, whatever is in the form and with one
// role at a time there.
func TestPagesWantTheDocumentsTheCheckWants(t *testing.T) {
	type trial struct {
		Kind  string
		Value form.Value
		Roles []string
	}
	var trials []trial
	forms := map[string]json.RawMessage{}
	h := service().Handler()
	for _, k := range kinds.All {
		_, body, _ := get(t, h, "/static/x/forms/kk/"+k.Code+".json")
		forms[k.Code] = json.RawMessage(body)
		v, err := k.Form.Read([]byte(read(t, "../../../testdata/claims/"+k.Code+"/form.json")))
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range []form.Value{{}, v} {
			trials = append(trials, trial{k.Code, value, []string{}})
			for _, s := range k.Documents {
				trials = append(trials, trial{k.Code, value, []string{s.Role}})
			}
		}
	}
	out := script(t, locale.KK, map[string]any{"forms": forms, "trials": trials}, `
const { wanted } = await import('./form-rows.js');
console.log(JSON.stringify(input.trials.map(({ Kind, Value, Roles }) => wanted(input.forms[Kind], Value, Roles.map((role) => ({ role })))
  .filter(({ there }) => !there).map(({ need, article }) => need + ' ' + article))));`)
	var got [][]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for i, trial := range trials {
		k, _ := kinds.Of(trial.Kind)
		facts := filing.Facts{On: calendar.DateOf(publishedAt)}
		for _, role := range trial.Roles {
			facts.Documents = append(facts.Documents, filing.Document{ID: "d", Role: role})
		}
		want := []string{}
		for _, d := range k.Check(trial.Value, form.Complete, facts) {
			if need, ok := strings.CutPrefix(d.Code, "attachment-"); ok && d.Pointer == "/documents" {
				want = append(want, need+" "+d.Article)
			}
		}
		asked += len(want)
		slices.Sort(want)
		slices.Sort(got[i])
		if strings.Join(got[i], ", ") != strings.Join(want, ", ") {
			t.Errorf("%s with %q: pages want %q, the check %q", trial.Kind, trial.Roles, got[i], want)
		}
	}
	if asked < 20 {
		t.Errorf("%d documents are asked for in %d trials", asked, len(trials))
	}
}

// What the pages call missing is what the check calls missing, for the rows of every kind: for nothing
// filled in, and for each of the sample filings with one part at a time taken out of it.
func TestPagesMissWhatTheCheckMisses(t *testing.T) {
	type trial struct {
		Kind  string
		Value form.Value
	}
	var trials []trial
	for _, k := range kinds.All {
		trials = append(trials, trial{k.Code, form.Value{}})
		v, err := k.Form.Read([]byte(read(t, "../../../testdata/claims/"+k.Code+"/form.json")))
		if err != nil {
			t.Fatal(err)
		}
		trials = append(trials, trial{k.Code, v})
		for section, inside := range v {
			object, ok := inside.(map[string]any)
			if !ok {
				continue
			}
			for member := range object {
				raw, _ := json.Marshal(v)
				without, err := k.Form.Read(raw)
				if err != nil {
					t.Fatal(err)
				}
				delete(without[section].(map[string]any), member)
				trials = append(trials, trial{k.Code, without})
			}
		}
	}
	forms := map[string]json.RawMessage{}
	h := service().Handler()
	for _, k := range kinds.All {
		_, body, _ := get(t, h, "/static/x/forms/kk/"+k.Code+".json")
		forms[k.Code] = json.RawMessage(body)
	}
	out := script(t, locale.KK, map[string]any{"forms": forms, "trials": trials}, `
const { missing } = await import('./form-rows.js');
console.log(JSON.stringify(input.trials.map(({ Kind, Value }) => input.forms[Kind].sections.flatMap(
  (section) => missing(section, Value).filter(({ row }) => row.need === 'required').map(({ pointer }) => pointer)))));`)
	var got [][]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for i, trial := range trials {
		k, _ := kinds.Of(trial.Kind)
		want := []string{}
		for _, d := range form.Check(k.Form, trial.Value, form.Complete) {
			if d.Code == "required" {
				want = append(want, d.Pointer)
			}
		}
		slices.Sort(want)
		slices.Sort(got[i])
		if strings.Join(got[i], " ") != strings.Join(want, " ") {
			raw, _ := json.Marshal(trial.Value)
			t.Errorf("%s: pages miss %q\ncheck misses %q\nof %s", trial.Kind, got[i], want, raw)
		}
	}
	if len(trials) < 50 {
		t.Errorf("%d trials", len(trials))
	}
}
