package party

import (
	"slices"
	"strings"
	"unicode"
)

// folded are letters that count as another where names are looked for: Kazakh ones as the Russian ones that
// people type for them, and «ё».
var folded = strings.NewReplacer("ә", "а", "ғ", "г", "қ", "к", "ң", "н", "ө", "о", "ұ", "у", "ү", "у", "һ", "х", "і", "и", "ё", "е")

// legalForms are words that half of the organisations have in their names, folded: nobody is found by them.
var legalForms = []string{"тоо", "жшс", "ао", "ак", "ип", "жк", "гу", "мм", "ргу", "рмм", "кгу", "кмм", "ргп", "рмк", "гкп", "мкк", "llp", "jsc", "llc", "ltd"}

// Words returns the words by which a name is found, each once: in small letters, folded, without legal forms,
// unless the name has nothing else.
func Words(name string) (words []string) {
	all := strings.FieldsFunc(folded.Replace(strings.ToLower(name)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range all {
		if !slices.Contains(legalForms, w) && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return all
	}
	return words
}

// MatchWords reports whether each word looked for begins one of the words of a name. Both are of Words.
func MatchWords(name, looked []string) bool {
	for _, begin := range looked {
		if !slices.ContainsFunc(name, func(w string) bool { return strings.HasPrefix(w, begin) }) {
			return false
		}
	}
	return len(looked) > 0
}
