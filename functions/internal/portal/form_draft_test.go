package portal_test

import (
	"encoding/json"
	"testing"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// The registration form against an API that fails in each way. Nothing of it is kept on the device:
// there is no storage here to keep it in.
func TestFormDraft(t *testing.T) {
	out := script(t, locale.EN, nil, `
globalThis.location = { origin: 'http://office.example' };
const { FormDraft } = await import('./form-draft.js');

let stored = { version: 0, form: null }; // what the API has
let failure = null;
let outlives = true; // every saving asks to outlive its page
globalThis.fetch = async (url, { method, body, keepalive }) => {
  if (url.pathname !== '/api/registration/form') throw new Error('another address: ' + url);
  if (failure === 'offline') throw new TypeError('network');
  if (failure?.status) return { ok: false, status: failure.status, text: async () => JSON.stringify({ type: '/problems/' + failure.slug, title: 'x' }) };
  if (method === 'PUT') {
    outlives &&= keepalive;
    const { version, form } = JSON.parse(body);
    if (version !== stored.version) return { ok: false, status: 409, text: async () => '{"type":"/problems/version-conflict","title":"x"}' };
    stored = { version: version + 1, form };
    if (failure === 'lost') throw new TypeError('network');
  }
  return { ok: true, status: 200, text: async () => JSON.stringify(stored) };
};

let form = { email: '' };
const said = [];
const results = [];
const draft = new FormDraft(() => form, (what, detail) => said.push(what + (detail?.status === 401 ? ' 401' : '')));
draft.begin(stored);
const step = async (name, email, fail) => {
  failure = fail;
  form = { email };
  draft.changed();
  await draft.flush();
  const again = draft.timer?._destroyed === false; // it tries again by itself
  clearTimeout(draft.timer);
  results.push([name, said.splice(0).join(' '), stored.form?.email ?? '', draft.version, draft.dirty, again].join(' | '));
};
await step('first', 'a', null);
await step('offline', 'ab', 'offline');
await step('back', 'ab', null);
await step('answer lost', 'abc', 'lost');
await step('after it', 'abcd', null);
await step('maintenance', 'abcde', { status: 503, slug: 'maintenance' });
await step('over', 'abcde', { status: 401, slug: 'registration-not-open' });
await step('open again', 'abcde', null);
stored = { version: stored.version + 1, form: { email: 'theirs' } };
await step('another window', 'mine', null);
console.log(JSON.stringify({ results, outlives }));`)
	var got struct {
		Results  []string
		Outlives bool
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := []string{ // name | what the page hears | what the API has | its version | unsaved | tried again
		"first | saving saved | a | 1 | false | false",
		"offline | saving local | a | 1 | true | true",
		"back | saving saved | ab | 2 | false | false",
		"answer lost | saving local | abc | 2 | true | true",
		"after it | saving saving saved | abcd | 4 | false | false",
		"maintenance | saving local | abcd | 4 | true | true",
		"over | saving local 401 | abcd | 4 | true | false",
		"open again | saving saved | abcde | 5 | false | false",
		"another window | saving conflict | theirs | 5 | true | false",
	}
	for i, line := range want {
		if i >= len(got.Results) || got.Results[i] != line {
			t.Errorf("step %d: %q\nwant %q", i, got.Results[min(i, len(got.Results)-1)], line)
		}
	}
	if !got.Outlives {
		t.Error("a saving ends with its page")
	}
}
