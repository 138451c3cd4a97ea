package portal

import (
	"strings"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// What tests of the components need: no page has all of them.
type (
	Component = component
	Row       = row
	Option    = option
)

// Params is what templates call params.
func Params(pairs ...any) (component, error) { return with[component](pairs...) }

// RenderComponent renders one component alone.
func RenderComponent(lang locale.Lang, name string, c component) (string, error) {
	var out strings.Builder
	err := templateOf(lang, "home").ExecuteTemplate(&out, name, c)
	return out.String(), err
}

// Imports are the modules that a page's module may come to need.
func Imports(module string) []string { return imported(assets().files, module, true) }
