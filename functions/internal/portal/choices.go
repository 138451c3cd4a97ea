package portal

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// choices makes options of a list of codes, whose texts are prefix + code.
func choices(lang locale.Lang, prefix string, codes any) ([]option, error) {
	v := reflect.ValueOf(codes)
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.String {
		return nil, fmt.Errorf("portal: %T is no list of codes", codes)
	}
	var out []option
	for i := range v.Len() {
		code := v.Index(i).String()
		out = append(out, option{Value: code, Text: locale.T(lang, prefix+code)})
	}
	return out, nil
}

// courtOptions offers every court of the directory.
func courtOptions(lang locale.Lang) (out []option) {
	for _, c := range court.All() {
		out = append(out, option{Value: c.Code, Text: c.Name[lang]})
	}
	return out
}

// extensions offers why a court has longer for its answer.
func extensions(lang locale.Lang) (out []option) {
	for _, x := range filing.Extensions {
		out = append(out, option{Value: x.Code, Text: locale.T(lang, "registry.longer."+x.Code)})
	}
	return out
}

// ground is a ground of a ruling, for the step that it belongs to.
type ground struct{ Value, Text, Step string }

func grounds(lang locale.Lang) (out []ground) {
	for _, g := range filing.Grounds {
		out = append(out, ground{g.Code, locale.T(lang, "ground."+g.Code) + " (" + locale.Article(lang, g.Article) + ")", g.Step})
	}
	return out
}

// languages offers the office's languages, each in its own name.
func languages(chosen locale.Lang) []option {
	var out []option
	for _, l := range locale.Langs {
		out = append(out, option{Value: string(l), Text: locale.T(l, "lang."+string(l)), Lang: string(l), Chosen: l == chosen})
	}
	return out
}

// papers offers the kinds of filing, each with a line that says what it is for.
func papers(lang locale.Lang) (out []option) {
	for _, code := range kinds.Codes() {
		out = append(out, option{Value: code, Text: upper(locale.T(lang, "kind."+code)), Hint: locale.T(lang, "kind."+code+".hint")})
	}
	return out
}

// opener is a kind of paper that opens a case, with the roles of its parties.
type opener struct {
	option
	Roles string // codes
}

// openers are the papers that open a case, when they come on paper too.
func openers(lang locale.Lang) (out []opener) {
	for _, o := range papers(lang) {
		if !docket.Opens(o.Value) {
			continue
		}
		var roles []string
		for _, r := range docket.RolesIn(o.Value) {
			roles = append(roles, string(r))
		}
		out = append(out, opener{o, strings.Join(roles, " ")})
	}
	return out
}

// laterPapers are those that belong to a case.
func laterPapers(lang locale.Lang) []option {
	return slices.DeleteFunc(papers(lang), func(o option) bool { return docket.Opens(o.Value) })
}

// periods offers for how long a representative may be named.
func periods(lang locale.Lang) []option {
	var out []option
	for _, months := range account.Periods {
		n := strconv.Itoa(months)
		out = append(out, option{Value: n, Text: locale.T(lang, "representatives.months."+n), Chosen: months == account.DefaultPeriod})
	}
	return out
}

// audited offers what entries of the audit are about: the first words of the acts.
func audited(lang locale.Lang) []option {
	out := []option{{Text: locale.T(lang, "audit.about.all")}}
	for _, act := range append(slices.Clone(audit.Acts), audit.MaintenanceProposed) {
		about, _, _ := strings.Cut(string(act), ".")
		if !slices.ContainsFunc(out, func(o option) bool { return o.Value == about }) {
			out = append(out, option{Value: about, Text: locale.T(lang, "audit.about."+about)})
		}
	}
	return out
}
