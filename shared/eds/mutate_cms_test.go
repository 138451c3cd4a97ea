package eds_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/internal/ber"
)

// element is an element of a message as a tree that can be changed and written again with right lengths.
type element struct {
	tag     byte
	body    []byte // of a primitive one
	kids    []*element
	endless bool // written with an indefinite length
}

func parseTree(in []byte) (*element, bool) {
	e, rest, err := ber.Next(in)
	if err != nil || len(rest) != 0 {
		return nil, false
	}
	n := &element{tag: e.Tag}
	if e.Tag&0x20 == 0 {
		n.body = e.Body
		return n, true
	}
	for body := e.Body; len(body) > 0; {
		c, after, err := ber.Next(body)
		if err != nil {
			return nil, false
		}
		k, ok := parseTree(c.Raw)
		if !ok {
			return nil, false
		}
		n.kids, body = append(n.kids, k), after
	}
	return n, true
}

func (n *element) write(out []byte) []byte {
	body := n.body
	if n.tag&0x20 != 0 {
		body = nil
		for _, k := range n.kids {
			body = k.write(body)
		}
		if n.endless {
			return append(append(append(out, n.tag, 0x80), body...), 0, 0)
		}
	}
	return append(ber.AppendHead(out, n.tag, len(body)), body...)
}

func (n *element) clone() *element {
	c := *n
	c.body = bytes.Clone(n.body)
	c.kids = nil
	for _, k := range n.kids {
		c.kids = append(c.kids, k.clone())
	}
	return &c
}

// all lists the elements below n with their parents.
func (n *element) all() (list []position) {
	for i, k := range n.kids {
		list = append(append(list, position{n, i}), k.all()...)
	}
	return list
}

type position struct {
	parent *element
	index  int
}

func (p position) get() *element { return p.parent.kids[p.index] }

// dice are the decisions of a mutation: bytes of a fuzzer, or random ones.
type dice struct{ data []byte }

func (d *dice) roll(n int) int {
	if n <= 0 || len(d.data) == 0 {
		return 0
	}
	v := int(d.data[0])
	d.data = d.data[1:]
	if n > 256 && len(d.data) > 0 {
		v = v<<8 | int(d.data[0])
		d.data = d.data[1:]
	}
	return v % n
}

// mutateMessage changes one thing in a message: an element is doubled, deleted, moved, exchanged, taken from
// another valid message, given another tag, content or form.
func mutateMessage(root, donor *element, d *dice) string {
	list := root.all()
	if len(list) == 0 {
		return "nothing"
	}
	p, q := list[d.roll(len(list))], list[d.roll(len(list))]
	n := p.get()
	others := donor.all()
	given := others[d.roll(len(others))].get().clone()
	switch d.roll(13) {
	case 0:
		p.parent.kids = slices.Insert(p.parent.kids, p.index, n.clone())
		return "doubled"
	case 1:
		p.parent.kids = slices.Delete(p.parent.kids, p.index, p.index+1)
		return "deleted"
	case 2:
		j := d.roll(len(p.parent.kids))
		p.parent.kids[p.index], p.parent.kids[j] = p.parent.kids[j], n
		return "siblings exchanged"
	case 3:
		q.parent.kids = slices.Insert(q.parent.kids, q.index, n.clone())
		return "copied elsewhere"
	case 4:
		p.parent.kids[p.index], q.parent.kids[q.index] = q.get().clone(), n.clone()
		return "exchanged"
	case 5: // the same place of another message
		twin := donor
		for _, i := range path(root, p) {
			if i >= len(twin.kids) {
				break
			}
			twin = twin.kids[i]
		}
		p.parent.kids[p.index] = twin.clone()
		return "twin taken from another message"
	case 6:
		p.parent.kids[p.index] = given
		return "replaced from another message"
	case 7:
		p.parent.kids = slices.Insert(p.parent.kids, p.index, given)
		return "inserted from another message"
	case 8:
		n.tag = []byte{0x30, 0x31, 0xa0, 0xa1, 0xa2, 0x04, 0x24, 0x02, 0x80, n.tag ^ 0x20, n.tag ^ 0x80}[d.roll(11)]
		return "tag"
	case 9:
		if len(n.body) > 0 {
			n.body[d.roll(len(n.body))] ^= 1 << d.roll(8)
		}
		return "bit"
	case 10:
		n.body = append(n.body, byte(d.roll(256)))
		return "byte appended"
	case 11:
		n.endless = true
		return "indefinite length"
	}
	// a value cut into pieces
	if n.tag == 0x04 && len(n.body) > 1 {
		at := 1 + d.roll(len(n.body)-1)
		*n = element{tag: 0x24, kids: []*element{{tag: 0x04, body: n.body[:at]}, {tag: 0x04, body: n.body[at:]}}}
	}
	return "pieces"
}

// path is the way from root to p by indices.
func path(root *element, p position) []int {
	for i, k := range root.kids {
		if root == p.parent && i == p.index {
			return []int{i}
		}
		if rest := path(k, p); rest != nil {
			return append([]int{i}, rest...)
		}
	}
	return nil
}

// act is what a signature says: who signed what, when by their own word, stamped when.
type act struct {
	content, certificate [32]byte
	signed               time.Time
}

// mutants are the messages that a mutation starts from, and all that was honestly signed in them.
type mutants struct {
	v      *eds.Verifier
	trees  []*element
	honest map[act]map[time.Time]bool
}

func newMutants(t testing.TB) *mutants {
	m := &mutants{v: &eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing()}, honest: map[act]map[time.Time]bool{}}
	for _, f := range corpus(t) {
		if f.get("kind") != "" || f.get("content") != "" || f.get("trust") != "" || f.get("policy") != "" || f.get("crl") != "" {
			continue
		}
		rep, err := m.v.Verify(eds.Signed{Data: f.message, At: now})
		if err != nil && !strings.HasPrefix(f.name, "certificate-") {
			continue
		}
		der, derr := cms.Decode(f.message)
		tree, ok := parseTree(der)
		if derr != nil || !ok {
			continue
		}
		m.trees = append(m.trees, tree)
		if err == nil {
			m.note(rep)
		}
	}
	if len(m.trees) < 20 || len(m.honest) < 8 {
		t.Fatalf("%d messages, %d acts to start from", len(m.trees), len(m.honest))
	}
	return m
}

func acts(rep *eds.Report) map[act][]time.Time {
	list := map[act][]time.Time{}
	for _, s := range rep.Signers {
		// What of a certificate is not signed by its issuer, the NULL beside the outer algorithm, says nothing.
		c, err := certpath.Parse(s.Certificate.DER)
		if err != nil {
			panic(err) // it was read before
		}
		a := act{sha256.Sum256(rep.Content()), sha256.Sum256(c.RawTBS), s.SigningTime}
		for _, x := range s.TimeStamps {
			list[a] = append(list[a], x.Time)
		}
		if list[a] == nil {
			list[a] = []time.Time{}
		}
	}
	return list
}

func (m *mutants) note(rep *eds.Report) {
	for a, stamps := range acts(rep) {
		if m.honest[a] == nil {
			m.honest[a] = map[time.Time]bool{}
		}
		for _, t := range stamps {
			m.honest[a][t] = true
		}
	}
}

// try makes a mutant and verifies it. passed tells that it is TOTAL-PASSED; then it says nothing that
// was not signed.
func (m *mutants) try(t testing.TB, d *dice) (kinds []string, passed bool) {
	root := m.trees[d.roll(len(m.trees))].clone()
	donor := m.trees[d.roll(len(m.trees))]
	for range 1 + d.roll(4) {
		kinds = append(kinds, mutateMessage(root, donor, d))
	}
	rep, err := m.v.Verify(eds.Signed{Data: root.write(nil), At: now})
	if err != nil {
		if rep == nil && !errors.Is(err, eds.ErrNotASignature) || rep != nil && (rep.Indication == eds.TotalPassed || rep.Content() != nil) {
			t.Fatalf("%v: %v with %v", kinds, err, rep)
		}
		return kinds, false
	}
	seen := acts(rep)
	if len(seen) > len(rep.Signers) || len(seen) == 0 {
		t.Fatalf("%v: %d signers are %d acts", kinds, len(rep.Signers), len(seen))
	}
	for a, stamps := range seen {
		honest, ok := m.honest[a]
		if !ok {
			t.Fatalf("%v: TOTAL-PASSED for what nobody signed: %x by %x at %s", kinds, a.content[:4], a.certificate[:4], a.signed)
		}
		for _, at := range stamps {
			if !honest[at] {
				t.Fatalf("%v: a stamp of %s that nobody made", kinds, at)
			}
		}
	}
	return kinds, true
}

// Mutations of valid messages never make one that passes and says something else.
func TestMutations(t *testing.T) {
	m := newMutants(t)
	r := rand.New(rand.NewPCG(20261122, 10))
	total, passed := map[string]int{}, 0
	for range 4000 {
		data := make([]byte, 48)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		kinds, ok := m.try(t, &dice{data})
		for _, k := range kinds {
			total[k]++
		}
		if ok {
			passed++
		}
	}
	t.Logf("4,000 mutants, %d pass unchanged in what they say: %s", passed, fmt.Sprint(total))
	if len(total) < 12 || passed == 0 {
		t.Errorf("%d kinds of mutation, %d pass", len(total), passed)
	}
}

func FuzzMutations(f *testing.F) {
	m := newMutants(f)
	for i := range 64 {
		f.Add(bytes.Repeat([]byte{byte(i), byte(7 * i), byte(13 * i)}, 12))
	}
	f.Fuzz(func(t *testing.T, data []byte) { m.try(t, &dice{data}) })
}
