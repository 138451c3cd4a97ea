package statement

import (
	_ "embed"
	"fmt"
	"sync"
)

//go:embed font/regular-1.ttf
var regular1 string

//go:embed font/bold-1.ttf
var bold1 string

// renderer is one version: all that decides the bytes besides the code that lays out.
type renderer struct {
	version       string
	regular, bold func() *face // parsed when first needed: a function that renders nothing pays nothing
	words         map[string]words
}

// words stand in the foot; they belong to the version, so the catalogues may change.
type words struct {
	filing, page string // formats: id and version; number and count
}

var renderers = map[string]*renderer{
	"1": {
		version: "1",
		regular: sync.OnceValue(func() *face { return mustParse(regular1) }),
		bold:    sync.OnceValue(func() *face { return mustParse(bold1) }),
		words: map[string]words{
			"kk": {"Өтініш %s, көрініс нұсқасы %s", "%[2]d беттің %[1]d-беті"},
			"ru": {"Обращение %s, версия вида %s", "Страница %d из %d"},
			"en": {"Filing %s, version of the view %s", "Page %d of %d"},
		},
	},
}

func (w words) foot(id, version string, page, pages int) (left, right string) {
	return fmt.Sprintf(w.filing, id, version), fmt.Sprintf(w.page, page, pages)
}
