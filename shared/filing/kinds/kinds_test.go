package kinds_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/kzid"
)

// leaves lists the paths of a struct's JSON members as rows write them: a list of structs and what
// is in it, every other list with "[]" unless its row is of type codes.
func leaves(t reflect.Type, path string) (out []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := strings.TrimPrefix(path+"."+name, ".")
		switch {
		case f.Anonymous && name == "":
			out = append(out, leaves(f.Type, path)...)
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct:
			out = append(append(out, at), leaves(f.Type.Elem(), at+"[]")...)
		case f.Type.Kind() == reflect.Struct && !isText(f.Type):
			out = append(out, leaves(f.Type, at)...)
		default:
			out = append(out, at)
		}
	}
	return out
}

func isText(t reflect.Type) bool {
	_, ok := reflect.PointerTo(t).MethodByName("UnmarshalText")
	return ok
}

// Each member of a kind's struct has exactly one row, and each row has its member.
func TestStructsMatchRows(t *testing.T) {
	for _, k := range kinds.All {
		var rows []string
		for _, s := range k.Form.Sections {
			for _, f := range s.Fields {
				rows = append(rows, s.Code+"."+strings.TrimSuffix(f.Path, "[]"))
			}
		}
		members := leaves(reflect.TypeOf(k.Zero), "")
		slices.Sort(rows)
		slices.Sort(members)
		if diff := cmp.Diff(members, rows); diff != "" {
			t.Errorf("%s: struct (-) and rows (+) differ:\n%s", k.Code, diff)
		}
	}
}

// today is the day samples are checked on: rates and courts are those of that day.
var today = calendar.Date{Year: 2026, Month: time.November, Day: 22}

// sample reads the sample of a kind: its value and what rules look at beside it, the filer being the
// party named first.
func sample(t *testing.T, k filing.Kind) (form.Value, filing.Facts) {
	t.Helper()
	dir := filepath.Join("../../../testdata/claims", k.Code)
	raw, err := os.ReadFile(filepath.Join(dir, "form.json"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := k.Form.Read(raw)
	if err != nil {
		t.Fatalf("%s: %v", k.Code, err)
	}
	facts := filing.Facts{On: today}
	raw, err = os.ReadFile(filepath.Join(dir, "documents.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &facts.Documents); err != nil {
		t.Fatal(err)
	}
	seats := k.Seats(v)
	if len(seats) == 0 || len(seats[0].Any) == 0 {
		t.Fatalf("%s: nobody may sign", k.Code)
	}
	last := seats[0].Any[len(seats[0].Any)-1]
	facts.Filer = person(t, last)
	return v, facts
}

// person is somebody who fills a seat.
func person(t *testing.T, s filing.Signer) (p filing.Person) {
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

// A sample of testdata/claims is complete: nothing is missing and nothing is warned of.
func TestSamples(t *testing.T) {
	for _, k := range kinds.All {
		v, facts := sample(t, k)
		for _, d := range k.Check(v, form.Complete, facts) {
			t.Errorf("%s: %s %s %s %s %s", k.Code, d.Pointer, d.Code, d.Article, d.Severity, d.Text("en"))
		}
		h := k.Head(v)
		if h.Court == "" || h.Lang == "" || h.Opposite == "" {
			t.Errorf("%s: head %+v", k.Code, h)
		}
		if _, ok := k.MaySign(v, facts.Filer, today); !ok {
			t.Errorf("%s: the filer may not sign", k.Code)
		}
	}
}
