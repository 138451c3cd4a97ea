package support

import (
	"regexp"
	"strings"
)

// programs are browsers by the mark that tells them apart, the particular before the general:
// nearly all of them name Chrome and Safari too.
var programs = []struct {
	name string
	mark *regexp.Regexp
}{
	{"Yandex Browser", mark("YaBrowser/")},
	{"Opera", mark("OPR/")},
	{"Edge", mark("(?:Edg|EdgA|EdgiOS)/")},
	{"Samsung Internet", mark("SamsungBrowser/")},
	{"Firefox", mark("(?:Firefox|FxiOS)/")},
	{"Chrome", mark("(?:Chrome|HeadlessChrome|CriOS)/")},
	{"Safari", mark("Version/")},
}

// systems are operating systems by their mark, the particular before the general.
var systems = []struct {
	name string
	mark *regexp.Regexp
}{
	{"Windows NT", mark("Windows NT ")},
	{"Android", mark("Android ")},
	{"iOS", mark("(?:iPhone OS|CPU OS) ")},
	{"macOS", mark("Mac OS X ")},
	{"ChromeOS", regexp.MustCompile(`CrOS()`)},
	{"Linux", regexp.MustCompile(`Linux()`)},
}

func mark(before string) *regexp.Regexp {
	return regexp.MustCompile(before + `([0-9]{1,4}(?:[._][0-9]{1,5}){0,3})\b`)
}

// Browser names the browser and the system of a User-Agent header (RFC 9110, section 10.1.5) with
// their versions: "Firefox 132.0, Windows NT 10.0". Of the header nothing else is kept, since
// anyone may write into it what they like. It is "" for a header that names neither.
func Browser(agent string) string {
	var out []string
	for _, list := range [][]struct {
		name string
		mark *regexp.Regexp
	}{programs, systems} {
		for _, p := range list {
			if m := p.mark.FindStringSubmatch(agent); m != nil {
				out = append(out, strings.TrimSpace(p.name+" "+strings.ReplaceAll(m[1], "_", ".")))
				break
			}
		}
	}
	return strings.Join(out, ", ")
}
