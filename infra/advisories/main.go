// Command advisories compares what every go.mod and package-lock.json of the repository pins with the
// committed list of known advisories, list.txt. It reaches nothing over the network: it is what is
// checked where the vulnerability databases can't be reached. Run it from the root of the repository.
//
// It exits with 1 when a pin is concerned.
package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed list.txt
var listed string

func main() {
	list, err := parse(listed)
	if err == nil {
		var pins []pin
		if pins, err = pinsIn(os.DirFS(".")); err == nil {
			hits := list.concerned(pins)
			for _, h := range hits {
				fmt.Println(h)
			}
			fmt.Printf("%d pinned versions compared with %d known advisories, a list of %s: %d concerned.\n",
				len(pins), len(list.advisories), list.date.Format(time.DateOnly), len(hits))
			if len(hits) > 0 {
				os.Exit(1)
			}
			return
		}
	}
	fmt.Fprintln(os.Stderr, "advisories:", err)
	os.Exit(2)
}

// advisory says that a module's versions from From, if it is set, until before Fixed are concerned.
type advisory struct {
	ecosystem, module string
	from, fixed       version
	id                string
}

type list struct {
	date       time.Time
	advisories []advisory
}

// parse reads a list as list.txt has it.
func parse(text string) (list, error) {
	var l list
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		var err error
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
			continue
		case fields[0] == "date" && len(fields) == 2:
			l.date, err = time.Parse(time.DateOnly, fields[1])
		case (fields[0] == "go" || fields[0] == "npm") && (len(fields) == 4 || len(fields) == 5):
			a := advisory{ecosystem: fields[0], module: fields[1], id: fields[len(fields)-1]}
			a.fixed, err = parseVersion(fields[len(fields)-2])
			if err == nil && len(fields) == 5 {
				a.from, err = parseVersion(fields[2])
			}
			l.advisories = append(l.advisories, a)
		default:
			err = errors.New("no line of the list")
		}
		if err != nil {
			return list{}, fmt.Errorf("line %d: %w: %s", n, err, lines.Text())
		}
	}
	if l.date.IsZero() || len(l.advisories) == 0 {
		return list{}, errors.New("the list has no date or nothing in it")
	}
	return l, lines.Err()
}

// pin is a version that a file pins.
type pin struct{ file, ecosystem, module, version string }

// concerned says which pins an advisory concerns.
func (l list) concerned(pins []pin) (hits []string) {
	for _, p := range pins {
		for _, a := range l.advisories {
			if a.ecosystem != p.ecosystem || a.module != p.module {
				continue
			}
			v, err := parseVersion(p.version)
			if err != nil || v.less(a.fixed) && (a.from == version{} || !v.less(a.from)) { // what can't be read is not thought good
				hits = append(hits, fmt.Sprintf("%s: %s %s is concerned by %s, fixed in %s", p.file, p.module, p.version, a.id, a.fixed))
			}
		}
	}
	return hits
}

// pinsIn reads all go.mod and package-lock.json below root, without those of packages that were
// installed and of what was built.
func pinsIn(root fs.FS) (pins []pin, err error) {
	err = fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "node_modules" || d.Name() == "build" || d.Name() == "cdk.out" || d.Name() != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		read := map[string]func(string, []byte) ([]pin, error){"go.mod": ofModule, "package-lock.json": ofLock}[d.Name()]
		if read == nil {
			return nil
		}
		raw, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		found, err := read(file, raw)
		pins = append(pins, found...)
		return err
	})
	if err == nil && len(pins) == 0 {
		err = errors.New("nothing is pinned here")
	}
	return pins, err
}

// ofModule reads what a go.mod requires.
func ofModule(file string, raw []byte) (pins []pin, err error) {
	block := false
	for line := range strings.Lines(string(raw)) {
		line, _, _ = strings.Cut(line, "//")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 2 && fields[0] == "require" && fields[1] == "(":
			block = true
		case len(fields) == 1 && fields[0] == ")":
			block = false
		case block && len(fields) == 2:
			pins = append(pins, pin{file, "go", fields[0], fields[1]})
		case len(fields) == 3 && fields[0] == "require":
			pins = append(pins, pin{file, "go", fields[1], fields[2]})
		}
	}
	return pins, nil
}

// ofLock reads what a package-lock.json of version 2 or 3 installs.
func ofLock(file string, raw []byte) (pins []pin, err error) {
	var lock struct {
		Packages map[string]struct{ Name, Version string } `json:"packages"`
	}
	if err := json.Unmarshal(raw, &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	const folder = "node_modules/"
	for place, p := range lock.Packages {
		at := strings.LastIndex(place, folder)
		if at < 0 { // the package itself
			continue
		}
		name := place[at+len(folder):]
		if p.Name != "" { // under another name
			name = p.Name
		}
		pins = append(pins, pin{path.Clean(file), "npm", name, p.Version})
	}
	return pins, nil
}

// version is major, minor and patch; one before its release has pre.
type version struct {
	numbers [3]int
	pre     bool
}

// parseVersion reads "v1.2.3", "1.2.3", and with a pre-release, a pseudo-version or a build behind it.
func parseVersion(s string) (v version, err error) {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "v"), "+")
	s, _, v.pre = strings.Cut(s, "-")
	parts := strings.Split(s, ".")
	if len(parts) != len(v.numbers) {
		return version{}, fmt.Errorf("%q is no version", s)
	}
	for i, part := range parts {
		if v.numbers[i], err = strconv.Atoi(part); err != nil || v.numbers[i] < 0 {
			return version{}, fmt.Errorf("%q is no version", s)
		}
	}
	return v, nil
}

func (v version) less(w version) bool {
	for i := range v.numbers {
		if v.numbers[i] != w.numbers[i] {
			return v.numbers[i] < w.numbers[i]
		}
	}
	return v.pre && !w.pre
}

func (v version) String() string {
	return fmt.Sprintf("%d.%d.%d", v.numbers[0], v.numbers[1], v.numbers[2])
}
