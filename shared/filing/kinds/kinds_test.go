package kinds_test

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
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
	rooted := func(path string) string {
		if root, absolute := strings.CutPrefix(path, "/"); absolute {
			return root
		}
		return s.Code + "." + path
	}
	for _, c := range row.When {
		if !fits(f, rooted(c.Path), c.In) {
			out = append(out, fmt.Sprintf("looks at %s %v", c.Path, c.In))
		}
	}
	for _, path := range row.Instead {
		if _, ok := f.Field(rooted(path)); !ok {
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

// The duty of each sample, by hand.
func TestDuty(t *testing.T) {
	for code, want := range map[string]struct {
		status duty.Status
		tiyn   int64
	}{
		"claim":                   {duty.Payable, 50_000_00}, // 1 % of 5,000,000
		"counterclaim":            {duty.Payable, 36_000_00}, // 3 % of 1,200,000
		"court_order_application": {duty.Exempt, 0},          // alimony
		"special_proceeding":      {duty.Payable, 2_162_50},  // half of 4,325
		"appeal":                  {duty.NotDue, 0},
		"private_complaint":       {duty.NotDue, 0},
		"motion":                  {duty.NotDue, 0},
	} {
		k, ok := kinds.Of(code)
		if !ok {
			t.Fatal(code)
		}
		v, facts := filingtest.Sample(t, k)
		d, err := k.DutyOf(v, facts)
		if err != nil || d.Status != want.status || d.Tiyn != want.tiyn {
			t.Errorf("%s: %s %d, %v, want %s %d", code, d.Status, d.Tiyn, err, want.status, want.tiyn)
		}
		for _, s := range d.Steps {
			for _, lang := range locale.Langs {
				if text := s.Text(lang); text == "duty.step."+s.Code || strings.Contains(text, "{") {
					t.Errorf("%s: step %s in %s: %q", code, s.Code, lang, text)
				}
			}
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	k, v := kinds.All[0], form.Value{}
	for _, s := range k.Form.Sections {
		v[s.Code] = fill(s, "", 0)
	}
	raw, err := v.Canonical()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		v, err := k.Form.Read(raw)
		if err != nil {
			b.Fatal(err)
		}
		form.Check(k.Form, v, form.Complete)
	}
}

// Every rule a row, an attachment or a term names can be written out in words.
func TestArticlesHaveWords(t *testing.T) {
	articles := map[string]bool{}
	for _, k := range kinds.All {
		articles[k.Article] = true
		for _, s := range k.Form.Sections {
			for _, f := range s.Fields {
				articles[f.Article] = true
			}
		}
		for _, s := range k.Documents {
			articles[s.Article] = true
		}
	}
	for _, r := range calendar.Rules {
		articles[r.Article] = true
	}
	for _, e := range duty.Exemptions {
		articles[e.Article] = true
	}
	for _, r := range duty.Rates {
		articles[r.Article] = true
	}
	delete(articles, "")
	for a := range articles {
		for _, lang := range locale.Langs {
			if locale.Article(lang, a) == a {
				t.Errorf("%q has no words in %s", a, lang)
			}
		}
	}
}

// The terms that papers are checked by can be told to a reader.
func TestTermsHaveTexts(t *testing.T) {
	for _, r := range calendar.Rules {
		keys := []string{"term.rule." + r.ID, "term.from." + string(r.From)}
		if r.Term.Unit != "" {
			keys = append(keys, "term.unit."+string(r.Term.Unit))
		}
		for _, key := range keys {
			if !locale.Has(key) {
				t.Errorf("%s has no text", key)
			}
		}
	}
}

// The bytes that are hashed and signed are pinned: a change of how a value is brought to its
// notation would change what was signed.
func TestCanonicalBytes(t *testing.T) {
	for _, k := range kinds.All {
		v, _ := filingtest.Sample(t, k)
		raw, err := v.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(raw)); got != canonical[k.Code] {
			t.Errorf("%s: sha256 %s, was %s", k.Code, got, canonical[k.Code])
		}
	}
}

var canonical = map[string]string{
	"claim":                   "21ec93ed5f5a8cc336979c06fc7d1dcb9f6e98b875015a68b45d81eaa36408d3",
	"court_order_application": "3b61c2d6fb9cb329a77a5d10ff40912f0901346a63ab7b4645d43925a08b2d98",
	"special_proceeding":      "d496ab6903f9a72d490c5791f4265f166dbffe886d63fdd3dc42cbcccfe702a9",
	"response":                "25ff8d10357b37871b29b3076f992d0bd05f5600460d57e73f222b84b11e2389",
	"counterclaim":            "076c78cfbdc1d0206bb837cd8953045c04fed2a4d8d15273f6efd724a79b2a31",
	"motion":                  "7fff8d7b279396803b34788a93c0bf40b364fc1bd6c31caa33fd3d6d7143c2e3",
	"appeal":                  "5d2bb4a08f83816e370437e6b9878318b346a1b77f8a701c9f47b93a7b00cd54",
	"private_complaint":       "ad285520669c18ab494d61e3ccfe1e83084be358980a2ec92cb5920830a24569",
	"protest":                 "c550b2022fd818aa702e6a1cf96c32d20589669e233e6a55a30414c722481841",
	"return_request":          "04327c1e433676159355b56f063e18c202bd6615e272de488b2b3a674d1843aa",
	"waiver":                  "b549f0dafc4f85a114dffb4eef3e3df3ae148a58a3cfef9878659319262d0dcc",
	"letter":                  "28c9f89449c3e39c68e2a4c285a48e49e7c910c720e4be38a947afc5d947201c",
}

// Whatever is sent, reading and checking it ends with a list of defects.
func FuzzCheck(f *testing.F) {
	for i, k := range kinds.All {
		v, _ := filingtest.Sample(f, k)
		raw, err := v.Canonical()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, raw)
	}
	f.Fuzz(func(t *testing.T, i int, raw []byte) {
		k := kinds.All[uint(i)%uint(len(kinds.All))]
		v, err := k.Form.Read(raw)
		if err != nil {
			return
		}
		facts := filing.Facts{On: filingtest.Today}
		for _, d := range k.Check(v, form.Complete, facts) {
			if d.Pointer == "" || d.Code == "" {
				t.Errorf("%+v", d)
			}
		}
		k.Head(v)
		k.MaySign(v, facts.Filer, facts.On)
		if _, err := k.DutyOf(v, facts); err == nil && form.Check(k.Form, v, form.Draft).Errors() == nil {
			if _, err := v.Canonical(); err != nil {
				t.Errorf("a draft has no canonical bytes: %v", err)
			}
		}
	})
}
