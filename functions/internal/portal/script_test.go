package portal_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/receipttest"
)

// script runs an ES module with the portal's modules beside it, under Node, and returns what it
// prints. The module finds the catalogue of lang behind fetch and input as `input`.
func script(t *testing.T, lang locale.Lang, input any, module string) []byte {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("the portal's scripts are tested with Node: install it (node 20 or later)")
	}
	dir := t.TempDir()
	files, err := filepath.Glob("static/js/*/*.js")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		write(filepath.Base(f), []byte(strings.ReplaceAll(read(t, f), "from '../lib/", "from './")))
	}
	facts, err := json.Marshal(map[string]any{"lang": lang, "texts": locale.Texts(lang, "js."), "input": input})
	if err != nil {
		t.Fatal(err)
	}
	write("package.json", []byte(`{"type":"module"}`))
	write("facts.json", facts)
	write("test.js", []byte(`import { readFileSync } from 'node:fs';
const { lang, texts, input } = JSON.parse(readFileSync(new URL('facts.json', import.meta.url)));
globalThis.document = { documentElement: { lang, dataset: { texts: 'x' } } };
globalThis.fetch = async () => ({ json: async () => texts });
`+module))
	cmd := exec.Command(node, filepath.Join(dir, "test.js"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	return out
}

// Pages print sums and instants in scripts, mail and receipts in Go: both must say the same.
func TestScriptsFormatAsLocaleDoes(t *testing.T) {
	sums := []int64{0, 5, 99, 100, 99_999, 100_000, 123_456_750, 1_000_000_000_000_000}
	instants := []time.Time{
		time.Date(2026, time.November, 22, 18, 59, 59, 999_000_000, time.UTC),
		time.Date(2026, time.December, 31, 19, 0, 0, 0, time.UTC),
		time.Date(2028, time.February, 28, 19, 0, 0, 0, time.UTC),
	}
	for _, lang := range locale.Langs {
		out := script(t, lang, map[string]any{"sums": sums, "instants": instants}, `
const { money, time, tiyn, typed } = await import('./text.js');
console.log(JSON.stringify({
  sums: input.sums.map(money), back: input.sums.map((s) => tiyn(typed(s))), instants: input.instants.map((i) => time(i)),
}));`)
		var got struct {
			Sums     []string
			Back     []int64
			Instants []string
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		for i, sum := range sums {
			if want := locale.Money(lang, sum); got.Sums[i] != want {
				t.Errorf("%s: money(%d) = %q, locale.Money gives %q", lang, sum, got.Sums[i], want)
			}
			if got.Back[i] != sum {
				t.Errorf("%s: %d typed and read back is %d", lang, sum, got.Back[i])
			}
		}
		for i, at := range instants {
			if want := locale.Time(lang, at); got.Instants[i] != want {
				t.Errorf("%s: time(%s) = %q, locale.Time gives %q", lang, at, got.Instants[i], want)
			}
		}
	}
}

// A number is sent as E.164 writes it, however it was typed; what is no mobile number of Kazakhstan
// is left to the API.
func TestTypedNumbers(t *testing.T) {
	table := map[string]string{
		"+7 701 123 45 67": "+77011234567", "8 (701) 123-45-67": "+77011234567", "87011234567": "+77011234567", "77011234567": "+77011234567",
		" +77011234567 ": "+77011234567", "": "", "8 800 080 77 77": "88000807777", "+1 202 555 01 23": "+12025550123", "701 123 45 67": "7011234567",
	}
	var typed []string
	for s := range table {
		typed = append(typed, s)
	}
	out := script(t, locale.KK, typed, `
const { e164, spaced } = await import('./phone.js');
console.log(JSON.stringify({ sent: Object.fromEntries(input.map((s) => [s, e164(s)])), shown: spaced('+77011234567') }));`)
	var got struct {
		Sent  map[string]string
		Shown string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for s, want := range table {
		if got.Sent[s] != want {
			t.Errorf("e164(%q) = %q, want %q", s, got.Sent[s], want)
		}
	}
	if got.Shown != "+7 701 123 45 67" {
		t.Errorf("shown as %q", got.Shown)
	}
}

// A citation reads in pages as it does in mail and on the statement.
func TestScriptsCiteAsLocaleDoes(t *testing.T) {
	refs := []string{"agreement 3.3", "CPC 148", "CPC 148(2)4", "CPC 29-32", "CPC 267-3", "CPC 133-2(1)", "TAX 668(3)2", "CC 951(1)", "TAX 607:5", "CPC 123(5)", "CPC 139, 140", "CPC 123(5), 123(7), 148(4)", "ABC 1, 2", "none", "ABC 12(3)"}
	for _, s := range filing.Steps {
		refs = append(refs, s.Article)
	}
	for _, k := range kinds.All {
		for _, s := range k.Form.Sections {
			for _, f := range s.Fields {
				refs = append(refs, f.Article)
			}
		}
	}
	for _, lang := range locale.Langs {
		out := script(t, lang, refs, `
const { article } = await import('./text.js');
console.log(JSON.stringify(input.map(article)));`)
		var got []string
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		for i, ref := range refs {
			if want := locale.Article(lang, ref); got[i] != want {
				t.Errorf("%s: %q is %q, locale.Article gives %q", lang, ref, got[i], want)
			}
		}
	}
}

// Names read in pages as they do in mail.
func TestScriptsWriteNamesAsLocaleDoes(t *testing.T) {
	names := []string{"СЕРІКОВ ҰЛАН", "ИВАНОВА-ПЕТРОВА АННА", "«БЕРЕКЕ» ЖШС", "Серіков Ұлан", "Д'АРТАНЬЯН", "ГКП НА ПХВ", "", "№ 5 МЕКТЕП", "ҰК АҚ"}
	for _, form := range strings.Fields("ЖШС ТОО АҚ АО ЖК ИП ММ ГУ РММ РГУ КММ КГУ РМК РГП МКК КМК ГКП ШЖҚ ПХВ ҚБ ОО ӨК ПК ПИК ОСИ ҚР РК СҚО СКО ШҚО ВКО БҚО ЗКО LLP JSC LTD LLC KZ") {
		names = append(names, form+" «БЕРЕКЕ»")
	}
	out := script(t, locale.KK, names, `
const { called } = await import('./text.js');
console.log(JSON.stringify(input.map(called)));`)
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if want := locale.Name(name); got[i] != want {
			t.Errorf("%q is %q, locale.Name gives %q", name, got[i], want)
		}
	}
}

func TestTypedSums(t *testing.T) {
	for lang, table := range map[locale.Lang]map[string]any{
		locale.KK: {"150 000,50": 15000050, "150000.5": 15000050, "150\u00a0000": 15000000, "150,000": nil, "-1": nil, "": nil, "1,2,3": nil, "12 ₸": 1200, "1e3": nil, "0,005": nil, "10000000000001": nil},
		locale.EN: {"150,000.50": 15000050, "150000,50": 15000050, "1,50": 150, "15,00,000": nil, "1,000": 100000, "₸12": 1200},
	} {
		var typed []string
		for s := range table {
			typed = append(typed, s)
		}
		out := script(t, lang, typed, `
const { tiyn } = await import('./text.js');
console.log(JSON.stringify(Object.fromEntries(input.map((s) => [s, tiyn(s)]))));`)
		var got map[string]*int
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		for s, want := range table {
			switch value := got[s]; {
			case want == nil && value != nil:
				t.Errorf("%s: tiyn(%q) = %d, want no sum", lang, s, *value)
			case want != nil && (value == nil || *value != want):
				t.Errorf("%s: tiyn(%q) = %v, want %v", lang, s, value, want)
			}
		}
	}
}

// The receipt's page canonicalises what it checks; it must do so as the office does.
func TestCanonicalIsRFC8785(t *testing.T) {
	receipt := `{"receipt":{"z":1,"a":"қазақша \"x\" \u0001 / \u20ac","files":[{"size":20971520,"name":"б.pdf","role":null}],"é":true,"e":false,"":"","10":1,"9":2}}`
	want, err := jcs.Transform([]byte(receipt))
	if err != nil {
		t.Fatal(err)
	}
	got := script(t, locale.KK, json.RawMessage(receipt), `
const { canonical } = await import('./canonical.js');
process.stdout.write(canonical(input));`)
	if !bytes.Equal(got, want) {
		t.Errorf("canonical = %s\nRFC 8785:   %s", got, want)
	}
}

// What comes out of a file is shown as the command prints it: it can't turn the line around or begin another.
func TestTextOfFiles(t *testing.T) {
	table := map[string]string{
		"Талап қою.pdf": "Талап қою.pdf", "a\u202egpj.pdf": `a\u202egpj.pdf`, "a\nTOTAL-PASSED": `a\u000aTOTAL-PASSED`, "x\u00a0y z": `x\u00a0y z`,
		"\u2028": `\u2028`, "\u200b\ufeff": `\u200b\ufeff`, "\U000e0041": `\udb40\udc41`, "\ufffd": `\ufffd`, "é😀": "é😀", "\x1b[2J": `\u001b[2J`,
	}
	var names []string
	for name := range table {
		names = append(names, name)
	}
	out := script(t, locale.KK, names, `
const { plain } = await import('./signature-view.js');
console.log(JSON.stringify(Object.fromEntries(input.map((s) => [s, plain(s)]))));`)
	var got map[string]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range table {
		if got[name] != want {
			t.Errorf("%q is shown as %q, want %q", name, got[name], want)
		}
	}
}

// A session is recognised by the program's everyday name; one nobody has heard of keeps its own.
func TestProgramNames(t *testing.T) {
	table := map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36":                       "Chrome 156, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.3485.54":     "Edge 156, Windows",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 YaBrowser/25.10.0.0 Safari/537.36":               "Yandex Browser 25, Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15":                 "Safari 26, macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604": "Safari 26, iOS",
		"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0":                                                                "Firefox 145, Linux",
		"Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36":                 "Chrome 156, Android",
		"curl/8.14.1": "curl/8.14.1",
		"":            "",
	}
	var agents []string
	for agent := range table {
		agents = append(agents, agent)
	}
	out := script(t, locale.KK, agents, `
const { program } = await import('./text.js');
console.log(JSON.stringify(Object.fromEntries(input.map((s) => [s, program(s)]))));`)
	var got map[string]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for agent, want := range table {
		if got[agent] != want {
			t.Errorf("program(%q) = %q, want %q", agent, got[agent], want)
		}
	}
}

func TestPasswordStrength(t *testing.T) {
	cases := map[string]int{
		"short1!": 0, "password1234": 1, "aaaaaaaaaaaaaaaaaaaa": 1, "қазақстан2026!": 1,
		"erkin samal": 0, "төрт ақ тас": 0, "jelketau birmok": 1, "төрт ақ тас көше 7": 3, "Көк Bulaq 7 tas жол!": 4,
	}
	out := script(t, locale.KK, cases, `
const { strength } = await import('./password.js');
console.log(JSON.stringify(Object.fromEntries(Object.keys(input).map((p) => [p, strength(p)]))));`)
	var got map[string]int
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for password, want := range cases {
		if got[password] != want {
			t.Errorf("strength(%q) = %d, want %d", password, got[password], want)
		}
	}
}

// A section's draft against an API that fails in each way: what is typed is always with the API or on
// this device, and nobody's version is overwritten unasked.
func TestDraftIsNeverLost(t *testing.T) {
	out := script(t, locale.EN, nil, `
const kept = new Map();
globalThis.sessionStorage = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
globalThis.location = { origin: 'http://office.example' };
const { SectionDraft } = await import('./section-draft.js');

let stored = { version: 0, value: {} }; // what the API has
let failure = null; // 'offline', 'lost' (written, answer lost), or a problem
globalThis.fetch = async (url, { method, body }) => {
  const answer = (status, content) => ({ ok: status < 300, status, text: async () => JSON.stringify(content) });
  if (failure === 'offline') throw new TypeError('network');
  if (failure?.status) return answer(failure.status, { type: '/problems/' + failure.slug, title: 'x' });
  if (method === 'PUT') {
    const { version, value } = JSON.parse(body);
    if (version !== stored.version) return answer(409, { type: '/problems/version-conflict', title: 'x', stored });
    stored = { version: version + 1, value };
    if (failure === 'lost') throw new TypeError('network');
  }
  return answer(200, stored);
};

let value = {};
const said = [];
const results = {};
const open = () => new SectionDraft('id', 'circumstances', () => value, (what) => said.push(what));
let draft = open();
const note = (name, ok) => {
  clearTimeout(draft.timer);
  results[name] = { ok, said: said.splice(0).join(' '), api: stored.value.text ?? null, device: draft.kept()?.claim.text ?? null, version: draft.version };
};
const step = async (name, text, fail) => {
  failure = fail;
  if (text !== undefined) {
    value = { text };
    draft.changed();
  }
  note(name, await draft.flush());
};

await step('created', 'a', null);
await step('nothing new', undefined, null);
await step('offline', 'ab', 'offline');
await step('back', undefined, null);
await step('answer lost', 'abc', 'lost');
await step('after lost answer', 'abcd', null);
await step('session over', 'abcde', { status: 401, slug: 'unauthenticated' });
await step('refused', 'abcdef', { status: 422, slug: 'invalid-fields' });
await step('in order again', 'abcdefg', null);
stored = { version: stored.version + 1, value: { text: 'theirs' } };
await step('conflict', 'mine', null);
draft = open(); // reloaded, with the other window's text
draft.begin(stored);
draft.resume(draft.kept());
note('reloaded', await draft.flush());
note('mine kept', await draft.keepMine(stored));
console.log(JSON.stringify(results));`)
	type result struct {
		OK          bool
		Said        string
		API, Device *string
		Version     int
	}
	var got map[string]result
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	s := func(text string) *string { return &text }
	want := map[string]result{
		"created":           {true, "saving saved", s("a"), nil, 1},
		"nothing new":       {true, "", s("a"), nil, 1},
		"offline":           {false, "saving local", s("a"), s("ab"), 1},
		"back":              {true, "saving saved", s("ab"), nil, 2},
		"answer lost":       {false, "saving local", s("abc"), s("abc"), 2},
		"after lost answer": {true, "saving saving saved", s("abcd"), nil, 4},
		"session over":      {false, "saving local", s("abcd"), s("abcde"), 4},
		"refused":           {false, "saving invalid", s("abcd"), s("abcdef"), 4},
		"in order again":    {true, "saving saved", s("abcdefg"), nil, 5},
		"conflict":          {false, "saving conflict", s("theirs"), s("mine"), 5},
		"reloaded":          {false, "saving conflict", s("theirs"), s("mine"), 5},
		"mine kept":         {true, "saving saved", s("mine"), nil, 7},
	}
	for name, w := range want {
		if g := got[name]; !reflect.DeepEqual(g, w) {
			t.Errorf("%s: got %s, want %s", name, describe(g), describe(w))
		}
	}
}

// A signature whose fate is open is kept and sent again, the same one, until the office says what became of it.
func TestSealIsSentUntilItsFateIsKnown(t *testing.T) {
	out := script(t, locale.EN, nil, `
const kept = new Map();
globalThis.sessionStorage = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
globalThis.location = { origin: 'http://office.example' };
const { seal, pending } = await import('./seal.js');
let script; // answers to POST seal, in order; the last stays
let outcome;
let sealed;
globalThis.fetch = async (url, { body }) => {
  const answer = (status, content) => ({ ok: status < 300, status, text: async () => JSON.stringify(content) });
  const to = url.pathname.split('/').at(-1);
  if (to === 'outcome') {
    if (outcome === 'cut') throw new TypeError('network');
    return answer(200, outcome);
  }
  sealed.push(JSON.parse(body).signature);
  const next = script.length > 1 ? script.shift() : script[0];
  if (next === 'cut') throw new TypeError('network');
  return typeof next === 'number' ? answer(next, { type: '/problems/p' + next, title: 'x' }) : answer(201, next);
};
const results = {};
const run = async (name, answers, became) => {
  [script, outcome, sealed] = [answers, became, []];
  const pauses = [];
  kept.clear();
  let said;
  try {
    said = JSON.stringify(await seal('id', { token: 't', signature: 's' }, () => {}, async (ms) => { pauses.push(ms); if (!pending('id')) throw new Error('not kept'); }));
  } catch (problem) {
    said = 'status ' + problem.status;
  }
  const jitter = pauses.every((ms, i) => ms >= 0 && ms <= Math.min(30000, 1000 * 2 ** (i + 1)));
  results[name] = [said, sealed.length, new Set(sealed).size, jitter, pending('id') ? 'kept' : 'gone'].join(' | ');
};
await run('at once', [{ receipt: 1 }], {});
await run('throttled', [429, 429, { receipt: 1 }], { outcome: 'pending' });
await run('answer lost', ['cut'], { outcome: 'sealed', receipt: { receipt: 2 } });
await run('line cut', ['cut', { receipt: 1 }], 'cut');
await run('unavailable', [503, 502, { outcome: 'pending', missing: 1 }], { outcome: 'pending' });
await run('void', [500], { outcome: 'void' });
await run('refused', [422], {});
await run('never', [503], { outcome: 'pending' });
console.log(JSON.stringify(results));`)
	var got map[string]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{ // what comes of it | times sent | signatures | pauses within their bounds | on this device
		"at once":     `{"receipt":1} | 1 | 1 | true | gone`,
		"throttled":   `{"receipt":1} | 3 | 1 | true | gone`,
		"answer lost": `{"receipt":2} | 1 | 1 | true | gone`,
		"line cut":    `{"receipt":1} | 2 | 1 | true | gone`,
		"unavailable": `{"outcome":"pending","missing":1} | 3 | 1 | true | gone`,
		"void":        `status 500 | 1 | 1 | true | gone`,
		"refused":     `status 422 | 1 | 1 | true | gone`,
		"never":       `status 503 | 8 | 1 | true | kept`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func describe(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

// TestHashes compares the scripts' hashes of a file, read piece by piece, with Go's: around the
// lengths at which blocks and parts end.
func TestHashes(t *testing.T) {
	sizes := []int{0, 1, 55, 56, 63, 64, 65, 119, 120, 1 << 20, documents.PartSize, documents.PartSize + 1, 2*documents.PartSize + 77}
	raw := script(t, locale.KK, sizes, `
import { digest } from './hash.js';
const out = [];
for (const size of input) out.push(await digest(new Blob([new Uint8Array(size).fill(size % 251)])));
console.log(JSON.stringify(out));`)
	var got []struct {
		SHA256 string
		Parts  []string
	}
	if err := json.Unmarshal(raw, &got); err != nil || len(got) != len(sizes) {
		t.Fatalf("%v: %.200s", err, raw)
	}
	for i, size := range sizes {
		content := bytes.Repeat([]byte{byte(size % 251)}, size)
		var parts []string
		if documents.Parts(int64(size)) > 0 {
			for part := range slices.Chunk(content, documents.PartSize) {
				parts = append(parts, fmt.Sprintf("%x", sha256.Sum256(part)))
			}
		}
		if want := fmt.Sprintf("%x", sha256.Sum256(content)); got[i].SHA256 != want || !slices.Equal(got[i].Parts, parts) {
			t.Errorf("%d bytes: %+v, want %s %v", size, got[i], want, parts)
		}
	}
}

// TestRolesByName: what a file's name proposes.
func TestRolesByName(t *testing.T) {
	want := map[string]string{
		"Талап қою арызы.pdf": "main_claim", "Исковое заявление.docx": "main_claim", "claim.pdf": "main_claim", "талап.jpg": "evidence",
		"госпошлина чек.pdf": "duty_proof", "Мемлекеттік баж түбіртегі.pdf": "duty_proof", "Доверенность.pdf": "power_of_attorney",
		"сенімхат.pdf": "power_of_attorney", "Претензия.pdf": "pretrial_proof", "Устав ТОО.pdf": "charter", "Расчёт иска.xlsx": "calculation",
		"договор займа.pdf": "evidence", "scan0001.pdf": "evidence", "И\u0306 скан.pdf": "evidence",
	}
	names := slices.Sorted(maps.Keys(want))
	raw := script(t, locale.KK, names, `
const { role } = await import('./file-kind.js');
console.log(JSON.stringify(input.map((name) => role({ name, type: '' }))));`)
	var got []string
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if got[i] != want[name] {
			t.Errorf("%s: %s, want %s", name, got[i], want[name])
		}
	}
	for _, role := range want {
		if !slices.Contains(filing.Roles, role) {
			t.Errorf("there is no role %s", role)
		}
	}
}

// TestFilesInOrder: files chosen together stand as a person counts them, by the letters of the page's language.
func TestFilesInOrder(t *testing.T) {
	for lang, want := range map[locale.Lang][]string{
		locale.KK: {"1 бет.jpg", "2 бет.jpg", "10 бет.jpg", "акт.pdf", "әкт.pdf", "кепілхат.pdf", "қосымша 2.pdf", "қосымша 10.pdf", "өтініш.pdf", "ұсыныс.pdf", "шарт.pdf"},
		locale.RU: {"лист 1.pdf", "лист 2.pdf", "лист 10.pdf", "Приложение 1.pdf", "приложение 02.pdf", "приложение 11.pdf"},
		locale.EN: {"annex 9.pdf", "annex 10.pdf", "Claim.pdf", "contract.pdf"},
	} {
		shuffled := slices.Sorted(slices.Values(want))
		slices.Reverse(shuffled)
		raw := script(t, lang, shuffled, `
const { inOrder } = await import('./file-kind.js');
console.log(JSON.stringify(inOrder(input.map((name) => ({ name }))).map(({ name }) => name)));`)
		var got []string
		if err := json.Unmarshal(raw, &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %q, want %q", lang, err, got, want)
		}
	}
}

// A page refuses what package receipt refuses, and says the same reason.
func TestScriptsCheckAsReceiptDoes(t *testing.T) {
	at := time.Date(2026, time.November, 22, 19, 0, 0, 123_000_000, time.UTC)
	root, own := receipttest.NewRoot(t), receipttest.NewRoot(t)
	from, to := at.Truncate(time.Second), at.Truncate(time.Second).Add(72*time.Hour)
	ended := own.Public(t, from)
	ended.NotAfter = receipt.Time(from)
	earlier := receipttest.Private(9)
	published := receipt.Published{Version: 1, Roots: []receipt.Root{root.Public(t, from), ended}, Keys: []receipt.Earlier{
		receipt.NewEarlier(receipt.ForReceipts, earlier.Public().(ed25519.PublicKey)),
	}}
	published.Keys[0].NotAfter = receipt.Time(to)
	good := root.Key(t, 1, receipt.ForReceipts, from, to)
	issue := func(key receipt.Key, sent time.Time) string {
		data, err := receipt.Issue(key, receipt.Receipt{TicketNo: "7F3K-92QH-X4TC", SentAt: receipt.Time(sent), Signers: []receipt.Signer{{Name: "ЖҮНІСОВА ӘСЕЛ"}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	altered := func(at int) receipt.Key {
		certificate := append([]byte{}, good.Certificate...)
		certificate[at]++
		return receipt.Key{Private: good.Private, Certificate: certificate}
	}
	with := func(member string, value any) string {
		var d map[string]any
		if err := json.Unmarshal([]byte(issue(good, at)), &d); err != nil {
			t.Fatal(err)
		}
		d[member] = value
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	resigned := func(version any) string { // by the office's own key, as a later office would
		var d map[string]map[string]any
		json.Unmarshal([]byte(issue(good, at)), &d)
		body := d["receipt"]
		if body["receiptVersion"] = version; version == nil {
			delete(body, "receiptVersion")
		}
		raw, err := json.Marshal(body) // sorted members without what RFC 8785 writes another way
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(map[string]any{
			"receipt": body, "keyId": receipt.KeyID(good.Private.Public().(ed25519.PublicKey)), "keyCertificate": good.Certificate, "signature": ed25519.Sign(good.Private, raw),
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	codes := []struct {
		why string
		err error
	}{
		{"certificate", receipt.ErrCertificate}, {"root", receipt.ErrRoot}, {"root-ended", receipt.ErrRootEnded}, {"purpose", receipt.ErrPurpose},
		{"not-in-force", receipt.ErrNotInForce}, {"unknown-key", receipt.ErrUnknownKey}, {"version", receipt.ErrVersion}, {"altered", receipt.ErrSignature}, // the last is all of them
	}
	documents := []struct{ name, document, why string }{
		{"good", issue(good, at), ""},
		{"first instant", issue(good, from), ""},
		{"just before", issue(good, from.Add(-time.Millisecond)), "not-in-force"},
		{"last instant", issue(good, to.Add(-time.Millisecond)), ""},
		{"just after", issue(good, to), "not-in-force"},
		{"of before", issue(receipt.Key{Private: earlier}, at), ""},
		{"of before, after its time", issue(receipt.Key{Private: earlier}, to), "not-in-force"},
		{"nobody's", issue(receipt.Key{Private: receipttest.Private(8)}, at), "unknown-key"},
		{"no such format", issue(altered(0), at), "certificate"},
		{"another purpose's number", issue(altered(4), at), "certificate"},
		{"an unknown root", issue(altered(5), at), "root"},
		{"a longer time", issue(altered(35), at), "certificate"},
		{"another key", issue(altered(60), at), "certificate"},
		{"another signature", issue(altered(132), at), "certificate"},
		{"a root that had ended", issue(own.Key(t, 2, receipt.ForReceipts, from, to), at), "root-ended"},
		{"a root of one's own", issue(receipttest.NewRoot(t).Key(t, 2, receipt.ForReceipts, from, to), at), "root"},
		{"another purpose", issue(root.Key(t, 3, receipt.ForInterruptions, from, to), at), "purpose"},
		{"another name", strings.Replace(issue(good, at), "ӘСЕЛ", "АСЕЛ", 1), "altered"},
		{"another instant", strings.Replace(issue(good, at), ".123", ".122", 1), "altered"},
		{"a version to come", resigned(3), "version"},
		{"no version", resigned(nil), "version"},
		{"a name of a key that is none", with("keyId", 7), "form"},
		{"a signature that is no base64", with("signature", "%"), "altered"},
		{"a signature that is an object", with("signature", map[string]int{}), "form"},
		{"a certificate that is no base64", with("keyCertificate", "é"), "certificate"},
		{"a certificate that is a number", with("keyCertificate", 1), "certificate"},
		{"an empty certificate", with("keyCertificate", ""), "certificate"},
		{"a receipt before it", strings.Replace(issue(good, at), `"receipt":`, `"receipt":{"ticketNo":"0"},"receipt":`, 1), "twice"},
		{"a number before it", strings.Replace(issue(good, at), `"ticketNo":`, `"ticketNo":"0","ticketNo":`, 1), "twice"},
		{"a number before it, escaped", strings.Replace(issue(good, at), `"ticketNo":`, `"ticket\u004eo":"0", "ticketNo":`, 1), "twice"},
		{"a name that looks like two", strings.Replace(issue(good, at), "ӘСЕЛ", `:\":{\"name\":`, 1), "altered"},
		{"words beside it", strings.Replace(issue(good, at), "{", `{"note":"the claim was granted",`, 1), "altered"},
		{"a certificate that is null", strings.Replace(issue(receipt.Key{Private: earlier}, at), "{", `{"keyCertificate":null,`, 1), "certificate"},
		{"a certificate without padding", regexp.MustCompile(`("keyCertificate":"[^"=]+)=*"`).ReplaceAllString(issue(good, at), `$1 "`), "certificate"},
		{"a signature with a line break", strings.Replace(issue(good, at), `"signature":"`, `"signature":"\n`, 1), "altered"},
		{"a signature without padding", strings.Replace(issue(good, at), `=="}`, `"}`, 1), "altered"},
		{"no signature", strings.Replace(issue(good, at), `"signature":`, `"signatures":`, 1), "altered"},
		{"the key of another certificate", issue(receipt.Key{Private: earlier, Certificate: good.Certificate}, at), "altered"},
	}
	var input []string
	for _, d := range documents {
		_, err := receipt.Verify(published, []byte(d.document))
		why := ""
		if err != nil {
			why = "twice" // what package jcs does not read
		}
		for _, c := range codes {
			if (why == "" || why == "twice") && errors.Is(err, c.err) {
				why = c.why
			}
		}
		if why == "altered" && d.why == "form" {
			why = d.why // the page also says that it is no whole document
		}
		if why != d.why {
			t.Errorf("%s: Verify says %v (%s), want %q", d.name, err, why, d.why)
		}
		input = append(input, d.document)
	}
	out := script(t, locale.KK, map[string]any{"published": published, "documents": input}, `
const { refusal, twice } = await import('./canonical.js');
const said = [];
for (const text of input.documents) said.push(twice(text) ? 'twice' : await refusal(JSON.parse(text), 'receipt', input.published));
console.log(JSON.stringify(said));`)
	var got []string
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(documents) {
		t.Fatalf("%v: %s", err, out)
	}
	for i, d := range documents {
		if got[i] != d.why {
			t.Errorf("%s: the page says %q, want %q", d.name, got[i], d.why)
		}
	}
}

// Pages take for an e-mail address what package email does, on its table.
func TestAddressesByThePagesRule(t *testing.T) {
	var rows []struct {
		Address string `json:"address"`
		Is      string `json:"is"`
	}
	if err := json.Unmarshal([]byte(read(t, "../../../shared/email/testdata/addresses.json")), &rows); err != nil {
		t.Fatal(err)
	}
	out := script(t, locale.KK, rows, `
const { fault } = await import('./email.js');
console.log(JSON.stringify(input.map(({ address }) => [fault(address, false), fault(address, true)])));`)
	var got [][2]string
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(rows) || len(rows) < 80 {
		t.Fatalf("%d of %d rows, %v", len(got), len(rows), err)
	}
	wants := map[string][2]string{"deliverable": {"", ""}, "valid": {"", "js.email.letters"}, "none": {"js.email.invalid", "js.email.invalid"}}
	for i, row := range rows {
		if got[i] != wants[row.Is] {
			t.Errorf("%q: a page says %q, want %q", row.Address, got[i], wants[row.Is])
		}
	}
}

// TestNothingIsCutOff: a browser cuts what is pasted into a field with a maxlength, and says nothing. No
// page has one: see over.js.
func TestNothingIsCutOff(t *testing.T) {
	attribute := regexp.MustCompile(`(?i)(^|[^-\w])max-?length\b`)
	read := 0
	for _, root := range []string{"templates", "static/js"} {
		err := fs.WalkDir(os.DirFS("."), root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			read++
			for n, line := range strings.Split(string(raw), "\n") {
				if attribute.MatchString(line) {
					t.Errorf("%s:%d: %s", path, n+1, strings.TrimSpace(line))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 100 {
		t.Errorf("%d files were read", read)
	}
}
