package kinds_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
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

// A sample of testdata/claims is complete, and its rows bind to the struct and back.
func TestSamples(t *testing.T) {
	for _, k := range kinds.All {
		raw, err := os.ReadFile(filepath.Join("../../../testdata/claims", k.Code, "form.json"))
		if err != nil {
			t.Errorf("%s: %v", k.Code, err)
			continue
		}
		v, err := k.Form.Read(raw)
		if err != nil {
			t.Errorf("%s: %v", k.Code, err)
			continue
		}
		for _, d := range form.Check(k.Form, v, form.Complete) {
			t.Errorf("%s: %s %s %s", k.Code, d.Pointer, d.Code, d.Article)
		}
	}
}
