package portal

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// Modules import each other by relative name, and ask for texts by key. Both can be read off their
// source, so a page is told of every module it will need before the first of them has come, and is
// sent the texts its own modules ask for and no others.
var (
	staticImport  = regexp.MustCompile(`(?m)^(?:import|export)\b[^'";]*?(?:from )?'(\.[^']+)';`)
	dynamicImport = regexp.MustCompile(`\bimport\('(\.[^']+)'\)`)
	quotedKey     = regexp.MustCompile(`'([a-z][a-z0-9-]*(?:\.[a-z0-9_-]+)+)'`)
	composedKey   = regexp.MustCompile("[`']([a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)*\\.)(?:\\$\\{|')")
	codeList      = regexp.MustCompile(`\bcode\('([a-z.-]+)'`)
)

const appModule = "js/page/app.js"

// imported lists the modules that name needs at once, or, with later, also those it may ask for when
// something happens.
func imported(files map[string][]byte, name string, later bool) []string {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		source, ok := files[name]
		if !ok || seen[name] {
			return
		}
		seen[name] = true
		found := staticImport.FindAllSubmatch(source, -1)
		if later {
			found = append(found, dynamicImport.FindAllSubmatch(source, -1)...)
		}
		for _, m := range found {
			visit(path.Join(path.Dir(name), string(m[1])))
		}
	}
	visit(name)
	return slices.Sorted(maps.Keys(seen))
}

// keysOf lists the keys that the modules ask for: those they name, and those that begin as a key
// they compose does.
func keysOf(files map[string][]byte, modules []string) []string {
	all := locale.Texts(locale.KK, "")
	keys := map[string]bool{}
	for _, name := range modules {
		for _, m := range quotedKey.FindAllSubmatch(files[name], -1) {
			if _, ok := all[string(m[1])]; ok {
				keys[string(m[1])] = true
			}
		}
		var prefixes []string
		for _, m := range composedKey.FindAllSubmatch(files[name], -1) {
			prefixes = append(prefixes, string(m[1]))
		}
		for _, m := range codeList.FindAllSubmatch(files[name], -1) {
			prefixes = append(prefixes, string(m[1])+".")
		}
		for key := range all {
			if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
				keys[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// pageScripts are the modules pages begin with, and "app.js" for pages that have none of their own.
func pageScripts() []string {
	out := []string{"app.js"}
	for _, p := range pages {
		if p.script != "" && !slices.Contains(out, p.script) {
			out = append(out, p.script)
		}
	}
	return out
}

// textsOf gives the texts of lang that a page with that script may ask for.
func textsOf(files map[string][]byte, lang locale.Lang, script string) map[string]string {
	modules := append(imported(files, appModule, true), imported(files, "js/page/"+script, true)...)
	out := map[string]string{}
	for _, key := range keysOf(files, modules) {
		out[key] = locale.T(lang, key)
	}
	return out
}

// preloaded are the lists of preloads made so far, by script.
var preloaded sync.Map

// preloads lists what a page with that script imports, without the two modules the page names itself.
func preloads(script string) []string {
	if list, ok := preloaded.Load(script); ok {
		return list.([]string)
	}
	own := "js/page/" + script
	all := imported(assets().files, appModule, false)
	if script != "" {
		all = append(all, imported(assets().files, own, false)...)
	}
	slices.Sort(all)
	list := slices.DeleteFunc(slices.Compact(all), func(name string) bool { return name == appModule || name == own })
	preloaded.Store(script, list)
	return list
}
