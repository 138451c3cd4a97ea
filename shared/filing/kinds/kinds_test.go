package kinds_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
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

// A sample of testdata/claims is complete: nothing is missing and nothing is warned of.
func TestSamples(t *testing.T) {
	for _, k := range kinds.All {
		v, facts := filingtest.Sample(t, k)
		for _, d := range k.Check(v, form.Complete, facts) {
			t.Errorf("%s: %s %s %s %s %s", k.Code, d.Pointer, d.Code, d.Article, d.Severity, d.Text("en"))
		}
		h := k.Head(v)
		if h.Court == "" || h.Lang == "" || h.Opposite == "" {
			t.Errorf("%s: head %+v", k.Code, h)
		}
		if _, ok := k.MaySign(v, facts.Filer, filingtest.Today); !ok {
			t.Errorf("%s: the filer may not sign", k.Code)
		}
	}
}

// Rows are well made: what they refer to exists, what they ask for has its rule.
func TestRows(t *testing.T) {
	for _, k := range kinds.All {
		if k.Article == "" || k.Form.Version < 1 || k.Rules == nil {
			t.Errorf("%s: article %q, version %d", k.Code, k.Article, k.Form.Version)
		}
		sections := map[string]bool{}
		for _, s := range k.Form.Sections {
			if s.Code == "" || sections[s.Code] {
				t.Errorf("%s: section %q", k.Code, s.Code)
			}
			sections[s.Code] = true
			for _, f := range s.Fields {
				for _, fault := range faults(k.Form, s, f) {
					t.Errorf("%s: %s.%s: %s", k.Code, s.Code, f.Path, fault)
				}
			}
		}
		for _, slot := range k.Documents {
			if !slices.Contains(filing.Roles, slot.Role) || slot.Article == "" {
				t.Errorf("%s: slot %+v", k.Code, slot)
			}
			for _, c := range slices.Concat(slot.When, slot.Instead) {
				if !fits(k.Form, strings.TrimPrefix(c.Path, "/"), c.In) {
					t.Errorf("%s: slot %s looks at %s %v", k.Code, slot.Role, c.Path, c.In)
				}
			}
		}
	}
}

func faults(f form.Form, s form.Section, row form.Field) (out []string) {
	if row.Need != form.Optional && row.Article == "" && row.Type != form.Ref && row.Type != form.Amount {
		out = append(out, "asked for by no article")
	}
	switch row.Type {
	case form.List, form.Text, form.Prose, form.Number:
		if row.Max <= 0 {
			out = append(out, "no limit")
		}
	case form.Code, form.Codes, form.ID, form.Ref:
		if len(row.Codes) == 0 {
			out = append(out, "no codes")
		}
	}
	for i := strings.LastIndex(row.Path, "[]."); i >= 0; i = strings.LastIndex(row.Path[:i], "[].") {
		if list, ok := f.Field(s.Code + "." + row.Path[:i]); !ok || list.Type != form.List {
			out = append(out, "its list has no row")
		}
	}
	for _, c := range row.When {
		path, absolute := strings.CutPrefix(c.Path, "/")
		if !absolute {
			path = s.Code + "." + path
		}
		if !fits(f, path, c.In) {
			out = append(out, fmt.Sprintf("looks at %s %v", path, c.In))
		}
	}
	for _, path := range row.Instead {
		if _, ok := f.Field(s.Code + "." + path); !ok {
			out = append(out, "instead of it "+path)
		}
	}
	return out
}

// fits reports whether a condition's field exists and can have the values.
func fits(f form.Form, path string, values []string) bool {
	row, ok := f.Field(path)
	for _, v := range values {
		ok = ok && (slices.Contains(row.Codes, v) || row.Type == form.Flag && v == "true")
	}
	return ok
}

// A filing at every limit at once, in letters of two bytes, stays below the store's limit of an
// item, section by section.
func TestNoSectionIsTooLarge(t *testing.T) {
	for _, k := range kinds.All {
		for _, s := range k.Form.Sections {
			v := form.Value{s.Code: fill(s, "", 0)}
			raw, err := v.Section(s.Code)
			if err != nil {
				t.Fatal(err)
			}
			if len(raw) > form.MaxSection {
				t.Errorf("%s: section %s can take %d bytes", k.Code, s.Code, len(raw))
			}
			for _, d := range form.Check(k.Form, v, form.Draft) {
				t.Errorf("%s: %s %s", k.Code, d.Pointer, d.Code)
			}
		}
	}
}

// fill makes an object of everything below a path, each text and list as long as it may be.
func fill(s form.Section, prefix string, depth int) map[string]any {
	out := map[string]any{}
	for _, f := range s.Fields {
		rest, ok := strings.CutPrefix(f.Path, prefix)
		if !ok || strings.Contains(rest, "[].") {
			continue
		}
		at, names := out, strings.Split(strings.TrimSuffix(rest, "[]"), ".")
		for _, name := range names[:len(names)-1] {
			if at[name] == nil {
				at[name] = map[string]any{}
			}
			at = at[name].(map[string]any)
		}
		name := names[len(names)-1]
		switch {
		case f.Type == form.List:
			items := make([]any, f.Max)
			for i := range items {
				items[i] = fill(s, prefix+rest+"[].", depth+1)
			}
			at[name] = items
		case strings.HasSuffix(f.Path, "[]"):
			items := make([]any, f.Max)
			for i := range items {
				items[i] = longest(f)
			}
			at[name] = items
		default:
			at[name] = longest(f)
		}
	}
	return out
}

func longest(f form.Field) any {
	switch f.Type {
	case form.Flag:
		return true
	case form.Amount:
		return int64(form.MaxAmount)
	case form.Number:
		return int64(f.Max)
	case form.Code:
		return slices.MaxFunc(f.Codes, func(a, b string) int { return len(a) - len(b) })
	case form.Codes:
		var all []any
		for _, c := range f.Codes {
			all = append(all, c)
		}
		return all
	case form.Text, form.Prose:
		return strings.Repeat("ә", f.Max)
	case form.Email:
		return strings.Repeat("e", 254)
	}
	return strings.Repeat("x", 36)
}

// Nothing asks for what the law does not: a defendant's number, copies by the number of parties.
func TestNothingTheLawDoesNotAskFor(t *testing.T) {
	for _, k := range kinds.All {
		for _, code := range []string{"defendants", "claimants", "others", "interested"} {
			for _, number := range []string{"iin", "bin", "bank.iban", "mobile", "email"} {
				if f, ok := k.Form.Field(code + ".parties[]." + number); ok && f.Need != form.Optional {
					t.Errorf("%s asks for %s of the %s", k.Code, number, code)
				}
			}
		}
		for _, s := range k.Documents {
			if strings.Contains(s.Role, "cop") {
				t.Errorf("%s asks for %s", k.Code, s.Role)
			}
		}
	}
}

// A section that is saved alone is a draft whatever is missing.
func TestEmptySectionsAreDrafts(t *testing.T) {
	for _, k := range kinds.All {
		for _, s := range k.Form.Sections {
			v, err := k.Form.ReadSection(s.Code, []byte("{}"))
			if err != nil {
				t.Fatal(err)
			}
			if list := k.Check(v, form.Draft, filing.Facts{On: filingtest.Today}); list != nil {
				t.Errorf("%s: %s: %v", k.Code, s.Code, list)
			}
		}
	}
}

func TestOf(t *testing.T) {
	for _, k := range kinds.All {
		if got, ok := kinds.Of(k.Code); !ok || got.Code != k.Code {
			t.Errorf("Of(%s) = %s, %v", k.Code, got.Code, ok)
		}
	}
	if _, ok := kinds.Of("poem"); ok {
		t.Error("a poem is no kind of filing")
	}
}
