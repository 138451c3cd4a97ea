// Package court is the directory of courts: dated rows, of which a filing names one by its code.
//
// Read Court, ByCode and In. Courts come, go and are divided, so what a court was called on the
// day of a filing is read with that day. The rows are courts.csv beside this file: facts, without
// the rules of venue, which belong to the kinds of filing.
package court

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Kind is what a court is for (CPC 26-27).
type Kind string

const (
	District Kind = "district" // district and city courts: first instance unless another court is named
	Civil    Kind = "civil"    // inter-district court for civil cases, where there is one in place of the districts'
	Economic Kind = "economic" // specialised inter-district economic court: disputes of entrepreneurs and legal persons
	Juvenile Kind = "juvenile"
	Military Kind = "military"
	Appeal   Kind = "appeal" // regional court or its equal: second instance
)

// Unlisted is the code of a court that the directory lacks: who files names it, and its address. It is
// a row of its own kind and of no region, so that whoever deals with such filings can be found by it.
const Unlisted = "unlisted"

// FirstInstance reports whether claims are filed with courts of the kind.
func (k Kind) FirstInstance() bool { return k != Appeal }

// Court is one row of the directory.
type Court struct {
	Code      string // stable, "almaty-medeu"; never given to another court
	Region    string // code of a Region; "" of Unlisted
	Kind      Kind
	Name      map[locale.Lang]string
	From, To  calendar.Date // days it works, both included; zero where the day is not known or not over
	Successor string        // code of the court that took its cases over, "" while it works
}

// On reports whether the court works on a day.
func (c Court) On(day calendar.Date) bool {
	var open calendar.Date
	return !day.Before(c.From) && (c.To == open || !c.To.Before(day))
}

// Region is a region, a city of republican significance or the capital.
type Region struct {
	Code string
	Name map[locale.Lang]string
}

//go:embed courts.csv regions.csv
var files embed.FS

var courts = sync.OnceValue(func() (all []Court) {
	for _, r := range read("courts.csv", 9) {
		all = append(all, Court{
			Code: r[0], Region: r[1], Kind: Kind(r[2]), Name: names(r[3:6]),
			From: date(r[6]), To: date(r[7]), Successor: r[8],
		})
	}
	return all
})

var regions = sync.OnceValue(func() (all []Region) {
	for _, r := range read("regions.csv", 4) {
		all = append(all, Region{r[0], names(r[1:4])})
	}
	return all
})

// All returns every court, in the order of the directory. The caller must not change it.
func All() []Court { return courts() }

// Regions returns every region, cities first. The caller must not change it.
func Regions() []Region { return regions() }

// In returns the courts of a region in which a claim can be filed on a day.
func In(region string, day calendar.Date) (out []Court) {
	for _, c := range courts() {
		if c.Region == region && c.Kind.FirstInstance() && c.On(day) {
			out = append(out, c)
		}
	}
	return out
}

// ByCode returns the court of that code, whether it works still or not.
func ByCode(code string) (Court, bool) {
	i := slices.IndexFunc(courts(), func(c Court) bool { return c.Code == code })
	if i < 0 {
		return Court{}, false
	}
	return courts()[i], true
}

// AppealOf returns the court that hears appeals against acts of the court of that code: the
// regional court, or its equal, of the same region.
func AppealOf(code string) (Court, bool) {
	c, ok := ByCode(code)
	if !ok || c.Kind == Appeal {
		return Court{}, false
	}
	i := slices.IndexFunc(courts(), func(a Court) bool { return a.Kind == Appeal && a.Region == c.Region })
	if i < 0 {
		return Court{}, false
	}
	return courts()[i], true
}

// Codes returns the codes of all courts.
func Codes() []string { return codes(courts(), func(c Court) string { return c.Code }) }

// RegionCodes returns the codes of all regions.
func RegionCodes() []string { return codes(regions(), func(r Region) string { return r.Code }) }

func codes[T any](all []T, code func(T) string) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = code(x)
	}
	return out
}

// Name returns the name of the court with that code in lang, or the code itself.
func Name(code string, lang locale.Lang) string {
	c, ok := ByCode(code)
	if !ok {
		return code
	}
	return c.Name[lang]
}

// read returns the rows of an embedded table. The tables are constants of the build, and a test
// reads them, so a broken one is a panic.
func read(file string, columns int) [][]string {
	f, err := files.Open(file)
	if err != nil {
		panic(err)
	}
	r := csv.NewReader(f)
	r.Comment, r.FieldsPerRecord = '#', columns
	if _, err := r.Read(); err != nil && err != io.EOF {
		panic(fmt.Errorf("court: %s: %w", file, err))
	}
	rows, err := r.ReadAll()
	if err != nil {
		panic(fmt.Errorf("court: %s: %w", file, err))
	}
	return rows
}

func names(r []string) map[locale.Lang]string {
	return map[locale.Lang]string{locale.KK: r[0], locale.RU: r[1], locale.EN: r[2]}
}

func date(s string) (d calendar.Date) {
	if s == "" {
		return d
	}
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return d
}
