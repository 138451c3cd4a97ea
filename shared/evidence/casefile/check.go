package casefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/evidence/asice"
	"github.com/courtoffice/courtoffice/shared/filing"
)

// ErrContradiction: parts of an archive do not belong to each other.
var ErrContradiction = errors.New("casefile: contradiction")

func contradiction(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrContradiction, fmt.Sprintf(format, args...))
}

// Checked is what an archive has.
type Checked struct {
	Facts Facts
	Index Index
}

// checker is one call of Check.
type checker struct {
	Checked
	content func(name string) ([]byte, error)
	names   map[string]bool     // that nothing has accounted for yet
	gone    map[string]Withheld // by name, likewise
}

// Check reports whether what is in an archive belongs together: each file of each paper, and each private part,
// that case.json names is there with that hash or is withheld by it, and nothing else is in the archive or
// withheld; the signatures of a paper carry one manifest of that filing, which names its files; each ruling's
// signature is over its ruling. Whether signatures, stamps and receipts hold is for package container and
// package receipt to say.
//
// Errors: ErrContradiction, asice.ErrContradiction, those of content.
func Check(names []string, content func(name string) ([]byte, error)) (Checked, error) {
	c := &checker{content: content, names: map[string]bool{}, gone: map[string]Withheld{}}
	for _, n := range names {
		if n == asice.First.Name || strings.HasPrefix(n, "META-INF/") {
			continue
		}
		if c.names[n] {
			return Checked{}, contradiction("two files named %q", n)
		}
		c.names[n] = true
	}
	if err := c.read(FactsName, &c.Facts); err != nil {
		return Checked{}, err
	}
	if err := c.read(IndexName, &c.Index); err != nil {
		return Checked{}, err
	}
	if c.Index.Case != c.Facts.ID || !c.Index.At.Equal(c.Facts.At) || c.Facts.V != Version || c.Index.V != Version {
		return Checked{}, contradiction("%s is of another case", IndexName)
	}
	for _, w := range c.Index.Withheld {
		if _, twice := c.gone[w.Name]; twice || !slices.Contains(Whys, w.Why) {
			return Checked{}, contradiction("%q is withheld twice, or for no reason", w.Name)
		}
		c.gone[w.Name] = w
	}
	for _, p := range c.Facts.Papers {
		if err := c.paper(p); err != nil {
			return Checked{}, err
		}
	}
	for _, sum := range c.Facts.private() {
		if _, _, err := c.file(Named{Name: privateIn + sum + ".json", SHA256: sum}, ""); err != nil {
			return Checked{}, err
		}
	}
	for name := range c.names {
		return Checked{}, contradiction("%q belongs to nothing", name)
	}
	for name := range c.gone {
		return Checked{}, contradiction("%q is withheld, and belongs to nothing", name)
	}
	return c.Checked, nil
}

func (c *checker) read(name string, into any) error {
	if !c.names[name] {
		return contradiction("no %s", name)
	}
	delete(c.names, name)
	data, err := c.content(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return contradiction("%s: %v", name, err)
	}
	// A name that stands twice, or in another case, would be read by somebody else in another way.
	if again, err := encode(into); err != nil || !bytes.Equal(again, data) {
		return contradiction("%s is not as the office writes it", name)
	}
	return nil
}

// private lists the SHA-256 of every private part.
func (f Facts) private() []string {
	out := []string{f.Terms}
	for _, p := range f.Parties {
		out = append(out, p.Private)
	}
	for _, r := range f.Representatives {
		out = append(out, r.Private)
	}
	for _, p := range f.Papers {
		out = append(out, p.Events)
	}
	for _, e := range f.Events {
		if e.Event == nil {
			out = append(out, e.Private)
		}
	}
	return out
}

// file finds a file in the archive, or that it is withheld. name is "" then, else what it is called there.
func (c *checker) file(f Named, folder string) (name string, data []byte, err error) {
	name = folder + f.Name
	if strings.HasPrefix(f.Name, asice.DocumentsIn) {
		for n := range c.names {
			if strings.HasPrefix(n, name+" ") {
				name = n
				break
			}
		}
	}
	w, withheld := c.gone[folder+f.Name]
	switch {
	case c.names[name] == withheld:
		return "", nil, contradiction("%q is neither here nor withheld, or both", name)
	case withheld:
		delete(c.gone, folder+f.Name)
		if w.SHA256 != f.SHA256 {
			return "", nil, contradiction("%q is withheld under another hash", name)
		}
		return "", nil, nil
	}
	delete(c.names, name)
	if data, err = c.content(name); err != nil {
		return "", nil, err
	}
	if filing.Sum(data) != f.SHA256 {
		return "", nil, contradiction("%q is not what %s names", name, FactsName)
	}
	return name, data, nil
}

// paper checks one filing.
func (c *checker) paper(p PaperFacts) error {
	var names []string
	withheld := map[string]string{}
	contents := map[string][]byte{}
	for _, f := range p.Files {
		name, data, err := c.file(f, p.Folder)
		if err != nil {
			return err
		}
		if name == "" {
			withheld[f.Name] = f.SHA256
			continue
		}
		name = strings.TrimPrefix(name, p.Folder)
		contents[name] = data
		if !strings.HasPrefix(name, rulingsIn) {
			names = append(names, name)
		}
	}
	if len(contents) == 0 {
		return nil // all of it is withheld
	}
	if p.Scanned != nil {
		return c.scanned(p, names, contents)
	}
	m, err := asice.CheckWithout(withheld, names, func(name string) ([]byte, error) { return contents[name], nil })
	if err != nil {
		return fmt.Errorf("%s: %w", p.Folder, err)
	}
	if m.ID != p.Filing || m.Kind != p.Kind {
		return contradiction("%s is another filing", p.Folder)
	}
	for name, data := range contents {
		if stem, ok := strings.CutSuffix(name, ".p7s"); ok && strings.HasPrefix(name, rulingsIn) {
			if err := ruled(p.Filing, data, contents[stem+".pdf"]); err != nil {
				return fmt.Errorf("%s%s: %w", p.Folder, name, err)
			}
		}
	}
	return nil
}

// scanned checks a paper that came on paper: the clerk signed that these scans are it, when it came and how. The day
// is the one that was signed; where it was corrected since, an event says so.
func (c *checker) scanned(p PaperFacts, names []string, contents map[string][]byte) error {
	s, err := asice.CheckScans(names, func(name string) ([]byte, error) { return contents[name], nil })
	if err != nil {
		return fmt.Errorf("%s: %w", p.Folder, err)
	}
	if s.ID != p.Filing || s.Case != c.Facts.ID || s.CourtCode != c.Facts.Court || s.Kind != p.Kind || s.Party != p.Party {
		return contradiction("%s are other papers", p.Folder)
	}
	if came := *p.Scanned; s.Way != came.Way || s.From != came.From || s.Received != came.Received || s.Posted != came.Posted || s.Clerk != came.Clerk {
		return contradiction("%s came otherwise, as its clerk signed", p.Folder)
	}
	return nil
}

// ruled checks that a signature is over a ruling on the filing.
func ruled(filingID string, signature, ruling []byte) error {
	msg, err := cms.Parse(signature, cms.Limits{})
	if err != nil {
		return contradiction("%v", err)
	}
	d, err := act.Parse(msg.Content(), act.Rule)
	if err != nil || ruling == nil || d.Ruling.Filing != filingID || d.Ruling.File.SHA256 != filing.Sum(ruling) {
		return contradiction("signed was another ruling")
	}
	return nil
}
