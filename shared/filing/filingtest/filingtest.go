// Package filingtest checks kinds of filing by editing their samples under testdata/claims: what a
// change of one place makes the office say. For tests.
package filingtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/kzid"
)

// Today is the day samples are checked on: their terms, rates and courts are those of that day.
var Today = calendar.Date{Year: 2026, Month: 11, Day: 22}

// Sample reads the sample of a kind: its value, and the facts beside it. The filer is the last of
// those who may fill the first seat: the representative where there is one.
func Sample(t testing.TB, k filing.Kind) (form.Value, filing.Facts) {
	t.Helper()
	v, err := k.Form.Read(read(t, k, "form.json"))
	if err != nil {
		t.Fatalf("%s: %v", k.Code, err)
	}
	facts := filing.Facts{On: Today}
	if err := json.Unmarshal(read(t, k, "documents.json"), &facts.Documents); err != nil {
		t.Fatalf("%s: %v", k.Code, err)
	}
	seats := k.Seats(v)
	if len(seats) == 0 || len(seats[0].Any) == 0 {
		t.Fatalf("%s: nobody may sign", k.Code)
	}
	facts.Filer = Person(t, seats[0].Any[len(seats[0].Any)-1])
	return v, facts
}

func read(t testing.TB, k filing.Kind, name string) []byte {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(here), "../../../testdata/claims", k.Code, name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Person is somebody who fills a seat.
func Person(t testing.TB, s filing.Signer) (p filing.Person) {
	t.Helper()
	var err error
	if s.BIN != "" {
		p.Signs = true
		p.BIN, err = kzid.ParseBIN(s.BIN)
	} else {
		p.IIN, err = kzid.ParseIIN(s.IIN)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Case is one edit of a kind's sample and what is found then: "pointer code article", with "?"
// after a warning, in order.
type Case struct {
	Name string
	Set  map[string]any // pointer and new value; nil removes the member or the item
	Drop []string       // roles of documents to leave out
	Add  []string       // roles of documents to add
	As   *filing.Signer // who files, if not the sample's filer
	On   string         // the day, if not Today
	Want []string
}

// Run checks each case on a fresh copy of the kind's sample.
func Run(t *testing.T, k filing.Kind, cases []Case) {
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			v, facts := Sample(t, k)
			for pointer, x := range c.Set {
				set(t, map[string]any(v), strings.Split(strings.TrimPrefix(pointer, "/"), "/"), x)
			}
			v = again(t, k, v)
			facts.Documents = slices.DeleteFunc(facts.Documents, func(d filing.Document) bool { return slices.Contains(c.Drop, d.Role) })
			for i, role := range c.Add {
				facts.Documents = append(facts.Documents, filing.Document{ID: "added-" + strconv.Itoa(i), Role: role})
			}
			if c.As != nil {
				facts.Filer = Person(t, *c.As)
			}
			if c.On != "" {
				if err := facts.On.UnmarshalText([]byte(c.On)); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for _, d := range k.Check(v, form.Complete, facts) {
				line := d.Pointer + " " + d.Code + " " + d.Article
				if d.Severity.String() == "warning" {
					line += " ?"
				}
				if text := d.Text("kk"); text == "defect."+d.Code || strings.Contains(text, "{") {
					t.Errorf("%s: text %q", d.Code, text)
				}
				if d.Article != "" && d.Law("kk") == d.Article {
					t.Errorf("%s: article %q has no words", d.Code, d.Article)
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(c.Want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// again reads the edited value as a client would send it.
func again(t testing.TB, k filing.Kind, v form.Value) form.Value {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := k.Form.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// set puts x at a path, making objects on the way; an index one past the end appends.
func set(t testing.TB, at any, path []string, x any) any {
	t.Helper()
	if len(path) == 0 {
		return x
	}
	switch node := at.(type) {
	case nil:
		return set(t, map[string]any{}, path, x)
	case map[string]any:
		if next := set(t, node[path[0]], path[1:], x); next == nil {
			delete(node, path[0])
		} else {
			node[path[0]] = next
		}
		return node
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i > len(node) {
			t.Fatalf("no item %q", path[0])
		}
		if i == len(node) {
			return append(node, set(t, nil, path[1:], x))
		}
		if next := set(t, node[i], path[1:], x); next == nil {
			return slices.Delete(node, i, i+1)
		} else {
			node[i] = next
		}
		return node
	}
	t.Fatalf("%v is in the way of %q", at, path)
	return nil
}
