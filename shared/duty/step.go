package duty

import (
	"strconv"
	"strings"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// Step is one rule applied on the way to the duty.
type Step struct {
	Code        string // key of its text, "duty.step." + Code
	Article     string // "TAX 665(1)1"; empty for arithmetic
	BaseTiyn    int64  // what a percentage is taken of
	BasisPoints int64
	MRPMilli    int64
	MRPTiyn     int64
	Tiyn        int64 // the result of the step
}

// Text says in lang what the step did.
func (s Step) Text(lang locale.Lang) string {
	return locale.T(lang, "duty.step."+s.Code,
		"base", locale.Money(lang, s.BaseTiyn), "percent", decimal(lang, s.BasisPoints, 100), "times", decimal(lang, s.MRPMilli, 1000),
		"mrp", locale.Money(lang, s.MRPTiyn), "sum", locale.Money(lang, s.Tiyn))
}

// decimal prints n/unit without needless zeros: "0,5", in English "0.5".
func decimal(lang locale.Lang, n, unit int64) string {
	text := strconv.FormatFloat(float64(n)/float64(unit), 'f', -1, 64)
	if lang == locale.EN {
		return text
	}
	return strings.Replace(text, ".", ",", 1)
}
