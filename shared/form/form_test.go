package form_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/form"
)

var sample = form.Form{Version: 1, Sections: []form.Section{
	{Code: "who", Fields: []form.Field{
		{Path: "parties", Type: form.List, Max: 2, Need: form.Required, Article: "A 1"},
		{Path: "parties[].id", Type: form.ID, Codes: []string{"party"}},
		{Path: "parties[].type", Type: form.Code, Codes: []string{"natural", "legal"}, Need: form.Required, Article: "A 2"},
		{Path: "parties[].name", Type: form.Text, Max: 10, Need: form.Required, Article: "A 3"},
		{Path: "parties[].iin", Type: form.IIN, When: form.When("parties[].type", "natural")},
		{Path: "parties[].bin", Type: form.BIN, When: form.When("parties[].type", "legal"), Need: form.Recommended, Article: "A 4"},
		{Path: "parties[].lost", Type: form.Flag},
		{Path: "parties[].home.street", Type: form.Text, Max: 20, Need: form.Required, Instead: []string{"parties[].lost"}},
		{Path: "parties[].home.phone", Type: form.Phone},
		{Path: "parties[].born", Type: form.Date},
		{Path: "parties[].bank.iban", Type: form.IBAN},
		{Path: "parties[].bank.bic", Type: form.BIC},
		{Path: "parties[].email", Type: form.Email},
	}},
	{Code: "what", Fields: []form.Field{
		{Path: "text", Type: form.Prose, Max: 30, Need: form.Required, Instead: []string{"textIn"}, Article: "A 5"},
		{Path: "textIn", Type: form.Ref, Codes: []string{form.Document}},
		{Path: "against[]", Type: form.Ref, Max: 2, Codes: []string{"party"}},
		{Path: "sum", Type: form.Amount, When: form.When("/who.parties[].type", "legal")},
		{Path: "months", Type: form.Number, Max: 36},
		{Path: "powers", Type: form.Codes, Codes: []string{"sign", "settle"}},
	}},
}}

const good = `{"who":{"parties":[{"id":"p1","type":"natural","name":"Әсел","home":{"street":"Абай"}}]},"what":{"text":"x"}}`

func codes(l defect.List) (out []string) {
	for _, d := range l {
		out = append(out, strings.TrimSuffix(fmt.Sprintf("%s %s %s", d.Pointer, d.Code, map[defect.Severity]string{defect.Warning: "?"}[d.Severity]), " "))
	}
	return out
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		mode     form.Mode
		want     []string
	}{
		{"good", good, form.Complete, nil},
		{"empty", `{}`, form.Complete, []string{"/who/parties required", "/what/text required"}},
		{"an empty draft", `{}`, form.Draft, nil},
		{"a hollow item", `{"who":{"parties":[{}]},"what":{"text":"x"}}`, form.Complete,
			[]string{"/who/parties/0/type required", "/who/parties/0/name required", "/who/parties/0/home/street required"}},
		{"order of the form", `{"what":{"zz":1,"text":"","sum":5},"who":{"parties":[{"type":"legal","name":"a","home":{"street":"s"}},{"name":" "}]}}`, form.Complete,
			[]string{"/who/parties/0/bin recommended ?", "/who/parties/1/type required", "/who/parties/1/name required", "/who/parties/1/home/street required", "/what/text required", "/what/zz unknown-member"}},
		{"only zero-width", `{"who":{"parties":[{"type":"natural","name":"\u200b\u2800","lost":true}]},"what":{"text":" \u200b\n"}}`, form.Complete,
			[]string{"/who/parties/0/name required", "/what/text required"}},
		{"unknown member in a draft", `{"who":{"x":1,"parties":[{"y":2}]}}`, form.Draft, []string{"/who/parties/0/y unknown-member", "/who/x unknown-member"}},
		{"unknown section", `{"whom":{}, "a/b~":1}`, form.Draft, []string{"/a~1b~0 unknown-member"}},
		{"wrong types", `{"who":{"parties":{"a":1}},"what":[1]}`, form.Draft, []string{"/who/parties wrong-type", "/what wrong-type"}},
		{"wrong types of leaves", `{"who":{"parties":[1,{"name":5,"lost":"yes","home":"x","type":true}]},"what":{"sum":"5","months":1.5,"powers":"sign"}}`, form.Draft,
			[]string{"/who/parties/0 wrong-type", "/who/parties/1/type wrong-type", "/who/parties/1/name wrong-type", "/who/parties/1/lost wrong-type", "/who/parties/1/home wrong-type", "/what/sum wrong-type", "/what/months number-range", "/what/powers wrong-type"}},
		{"too many", `{"who":{"parties":[{},{},{}]}}`, form.Draft, []string{"/who/parties too-many-items"}},
		{"unknown codes", `{"who":{"parties":[{"type":"state"}]},"what":{"powers":["sign","sign","fly"]}}`, form.Draft,
			[]string{"/who/parties/0/type unknown-value", "/what/powers/1 duplicate", "/what/powers/2 unknown-value"}},
		{"half typed may be kept", `{"who":{"parties":[{"iin":"9001","email":"a@","born":"2026-1","home":{"phone":"+7 70"}}]},"what":{"against":["gone"]}}`, form.Draft, nil},
		{"half typed may not be signed", `{"who":{"parties":[{"type":"natural","name":"a","lost":true,"iin":"9001","email":"a@","born":"2026-02-30","home":{"phone":"+7 70"},"bank":{"iban":"KZ1","bic":"X"}}]},"what":{"text":"a","against":["gone"],"textIn":"d2"}}`, form.Complete,
			[]string{"/who/parties/0/iin number-invalid", "/who/parties/0/home/phone mobile-invalid", "/who/parties/0/born date-invalid", "/who/parties/0/bank/iban iban-invalid", "/who/parties/0/bank/bic bic-invalid", "/who/parties/0/email email-invalid", "/what/textIn reference-missing", "/what/against/0 reference-missing"}},
		{"long is kept, and said", `{"what":{"text":"` + strings.Repeat("ә", 31) + `"}}`, form.Draft, []string{"/what/text over-length ?"}},
		{"exactly as long as allowed", strings.Replace(good, `"x"`, `"`+strings.Repeat("ә", 30)+`"`, 1), form.Complete, nil},
		{"instead", `{"who":{"parties":[{"type":"natural","name":"a","lost":true}]},"what":{"textIn":"d1"}}`, form.Complete, nil},
		{"instead counts in the same item only", `{"who":{"parties":[{"type":"natural","name":"a","lost":true},{"type":"natural","name":"b"}]},"what":{"textIn":"d1"}}`, form.Complete,
			[]string{"/who/parties/1/home/street required"}},
		{"when looks at the same item", `{"who":{"parties":[{"type":"legal","name":"a","lost":true,"iin":"900101300126"},{"type":"natural","name":"b","lost":true,"bin":"120340001230"}]},"what":{"text":"a"}}`, form.Complete,
			[]string{"/who/parties/0/iin not-allowed", "/who/parties/0/bin recommended ?", "/who/parties/1/bin not-allowed"}},
		{"when of another section looks at any item", `{"who":{"parties":[{"type":"natural","name":"a","lost":true},{"type":"legal","name":"b","lost":true,"bin":"120340001230"}]},"what":{"text":"a","sum":1}}`, form.Complete, nil},
		{"not asked for", strings.Replace(good, `"text"`, `"sum":1,"text"`, 1), form.Complete, []string{"/what/sum not-allowed"}},
		{"the same id twice", `{"who":{"parties":[{"id":"p","type":"natural","name":"a","lost":true},{"id":"p","type":"natural","name":"b","lost":true}]},"what":{"text":"a"}}`, form.Complete,
			[]string{"/who/parties/0/id duplicate", "/who/parties/1/id duplicate"}},
		{"signed text has no tricks", `{"who":{"parties":[{"type":"natural","name":"a\u202eb","lost":true}]},"what":{"text":"a\u2028b"}}`, form.Complete,
			[]string{"/who/parties/0/name characters", "/what/text characters"}},
		{"an amount below zero", strings.Replace(strings.Replace(good, `"natural"`, `"legal"`, 1), `"x"`, `"x","sum":-1`, 1), form.Complete, []string{"/who/parties/0/bin recommended ?", "/what/sum amount-invalid"}},
		{"numbers", strings.Replace(good, `"x"`, `"x","sum":-1,"months":37`, 1), form.Complete, []string{"/what/sum not-allowed", "/what/months number-range"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := sample.Read([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, codes(form.Check(sample, v, tt.mode, "d1"))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestOverLengthSaysByHowMuch(t *testing.T) {
	v, err := sample.Read([]byte(`{"what":{"text":"` + strings.Repeat("ә", 42) + `"}}`))
	if err != nil {
		t.Fatal(err)
	}
	list := form.Check(sample, v, form.Draft)
	if diff := cmp.Diff([]any{"max", 30, "over", 12}, list[0].Args); diff != "" {
		t.Error(diff)
	}
	if v.Text("what.text") != strings.Repeat("ә", 42) {
		t.Error("the text was cut")
	}
}

func TestReadNormalises(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"an IIN pasted with spaces", `{"who":{"parties":[{"iin":"900101\u00a0300126 "}]}}`, `{"who":{"parties":[{"iin":"900101300126"}]}}`},
		{"with hyphens and a byte order mark", `{"who":{"parties":[{"bin":"\ufeff1203-4000\u20111230\u200b"}]}}`, `{"who":{"parties":[{"bin":"120340001230"}]}}`},
		{"an account in groups", `{"who":{"parties":[{"bank":{"iban":"kz86 125k zt50 0410 0100","bic":"kkmfkz2a"}}]}}`, `{"who":{"parties":[{"bank":{"bic":"KKMFKZ2A","iban":"KZ86125KZT5004100100"}}]}}`},
		{"a telephone as dialled at home", `{"who":{"parties":[{"home":{"phone":"8 (701) 123-45-67"}}]}}`, `{"who":{"parties":[{"home":{"phone":"+77011234567"}}]}}`},
		{"and from abroad", `{"who":{"parties":[{"home":{"phone":"00 49 30 123456"}}]}}`, `{"who":{"parties":[{"home":{"phone":"+4930123456"}}]}}`},
		{"decomposed letters", `{"what":{"text":"и\u0306"}}`, `{"what":{"text":"й"}}`},
		{"a name in two lines", `{"who":{"parties":[{"name":" a\n  b\u00ad "}]}}`, `{"who":{"parties":[{"name":"a b"}]}}`},
		{"paragraphs stay", `{"what":{"text":" a\r\n\r\nb "}}`, `{"what":{"text":"a\n\nb"}}`},
		{"empty members go, items stay", `{"what":{"text":"","sum":null,"powers":[],"against":[]},"who":{"parties":[{},{"lost":false,"home":{"street":""}}]}}`, `{"who":{"parties":[{},{}]}}`},
		{"zero is a sum", `{"what":{"sum":0}}`, `{"what":{"sum":0}}`},
	} {
		v, err := sample.Read([]byte(tt.in))
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.Canonical()
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %s, %v, want %s", tt.name, got, err, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, in := range []string{
		``, `{`, `{"a":1}x`, `{"a":1,"a":2}`, `{"a":{"b":1,"\u0062":2}}`, "{\"a\":\"\xff\"}", `{"a":"\ud800"}`, `{"a":"\udc00\ud800"}`,
		`{"a":"\ud800\ud800\udc00"}`, `{"a":"\ud800x"}`, `{"a":"\ud83d"`, strings.Repeat("[", 17) + strings.Repeat("]", 17), `{"a":01}`, `{'a':1}`,
	} {
		if v, err := form.Parse([]byte(in)); !errors.Is(err, form.ErrMalformed) {
			t.Errorf("Parse(%q) = %v, %v", in, v, err)
		}
	}
	for in, want := range map[string]any{`"\ud83d\ude00"`: "😀", `"\\ud800"`: `\ud800`, `9007199254740993`: int64(9007199254740993), `null`: nil} {
		if got, err := form.Parse([]byte(in)); err != nil || got != want {
			t.Errorf("Parse(%s) = %v, %v, want %v", in, got, err, want)
		}
	}
}

func TestReadSection(t *testing.T) {
	v, err := sample.ReadSection("what", []byte(`{"text":"b ","months":3}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Section("what"); err != nil || string(got) != `{"months":3,"text":"b"}` {
		t.Errorf("%s, %v", got, err)
	}
	if cleared, err := sample.ReadSection("what", []byte(`{"text":""}`)); err != nil {
		t.Error(err)
	} else if got, err := cleared.Section("what"); err != nil || string(got) != `{}` {
		t.Errorf("cleared: %s, %v", got, err)
	}
	if _, err := sample.ReadSection("whom", []byte(`{}`)); !errors.Is(err, form.ErrNoSection) {
		t.Errorf("no such section: %v", err)
	}
	wrong, err := sample.ReadSection("what", []byte(`[]`))
	if err != nil {
		t.Fatal(err)
	}
	if got := codes(form.Check(sample, wrong, form.Draft)); !cmp.Equal(got, []string(nil)) {
		t.Errorf("an empty list clears as well: %v", got)
	}
}

func TestNumbers(t *testing.T) {
	for _, tt := range []struct {
		valid func(string) bool
		good  []string
		bad   []string
	}{
		{form.ValidIBAN, []string{"KZ86125KZT5004100100"}, []string{"", "KZ87125KZT5004100100", "KZ8612KKZT5004100100", "DE89370400440532013000", "KZ86125KZT500410010", "kz86125kzt5004100100"}},
		{form.ValidBIC, []string{"KKMFKZ2A", "DEUTDEFF500"}, []string{"", "KKMF1Z2A", "KKMFKZ2", "KKMFKZ2AXX", "KKMFKZ2Ә"}},
		{form.ValidPhone, []string{"+77011234567", "+4930123456"}, []string{"hello", "77011234567", "+7701123456", "+0701123456", "+1234567890123456", ""}},
	} {
		for _, s := range tt.good {
			if !tt.valid(s) {
				t.Errorf("%q is good", s)
			}
		}
		for _, s := range tt.bad {
			if tt.valid(s) {
				t.Errorf("%q is bad", s)
			}
		}
	}
}

func TestSort(t *testing.T) {
	list := defect.List{{Pointer: "/documents"}, {Pointer: "/what/sum"}, {Pointer: "/who/parties/10/name"}, {Pointer: "/who/parties/2/home/phone"}, {Pointer: "/who/parties/2/name"}, {Pointer: "/who/parties"}}
	form.Sort(sample, list)
	var got []string
	for _, d := range list {
		got = append(got, d.Pointer)
	}
	want := []string{"/who/parties", "/who/parties/2/name", "/who/parties/2/home/phone", "/who/parties/10/name", "/what/sum", "/documents"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"what":{"text":"\ud83d\ude00\u200b","sum":1e3,"powers":[null,{}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := sample.Read(raw)
		if err != nil {
			return
		}
		form.Check(sample, v, form.Complete)
		once, err := v.Canonical()
		if err != nil {
			return // a number that has no canonical form: Check has refused it
		}
		again, err := sample.Read(once)
		if err != nil {
			t.Fatalf("canonical bytes do not parse: %v", err)
		}
		if twice, err := again.Canonical(); err != nil || string(twice) != string(once) {
			t.Errorf("not stable: %s then %s, %v", once, twice, err)
		}
	})
}

func ExampleCheck() {
	v, err := sample.Read([]byte(`{"who":{"parties":[{"type":"natural","name":"Әсел","iin":"900101 300126"}]}}`))
	if err != nil {
		panic(err)
	}
	for _, d := range form.Check(sample, v, form.Complete) {
		fmt.Println(d.Pointer, d.Code, "("+d.Article+")")
	}
	// Output:
	// /who/parties/0/home/street required ()
	// /what/text required (A 5)
}
