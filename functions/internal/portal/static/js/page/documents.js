// The documents of a filing: what its kind asks for, and what has been added.

import { api } from '../lib/api.js';
import { DocumentList } from '../lib/documents.js';
import { $, el } from '../lib/dom.js';
import { wanted } from '../lib/form-rows.js';
import { readFiling } from '../lib/form-source.js';
import { sayVoided, warnFrozen } from '../lib/frozen.js';
import { keepHashes } from '../lib/hashes.js';
import { clear, show, showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { article, lang, t } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
const [state, box] = [$('[data-state]'), $('main [data-problem]')];

await required();
state.textContent = t('js.loading');
try {
  const filing = await readFiling(id);
  if (filing.ticketNo) location.replace(`/${lang}/filings/${id}`);
  warnFrozen(filing);
  begin(filing);
  $('[data-body]').hidden = false;
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

function begin(filing) {
  let queue = Promise.resolve(); // writes to one filing go one after another
  const alone = (task) => {
    const result = queue.then(task);
    queue = result.catch(() => {});
    return result;
  };
  const path = (item) => `/api/filings/${id}/documents/${item.id}`;
  const list = new DocumentList($('[data-list]'), {
    ready: async () => true,
    read: async () => (await api('GET', `/api/filings/${id}`)).documents,
    roles: [...new Set(filing.form.documents.map(({ role }) => role))],
    put: (item) => alone(async () => {
      clear(box);
      const { role, name, size, sha256, mediaType, parts = [] } = item;
      const answer = await api('PUT', path(item), { version: item.version ?? 0, role, name, size, sha256, mediaType, parts });
      item.version = answer.version;
      sayVoided(answer);
      return answer.upload;
    }),
    complete: (item) => api('POST', `${path(item)}/completion`, { parts: item.parts }),
    drop: (item) => alone(async () => sayVoided(await api('DELETE', `${path(item)}?version=${item.version}`))),
    changed: () => {
      keepHashes(id, list?.items ?? []);
      needs(filing, list?.items ?? []);
    },
    failed: (problem) => showError(box, problem),
  });
  list.load(filing.documents);
  leaving(list);
}

/** What is on the page and not in the filing is named once before the page is left by its links. */
function leaving(list) {
  let told = '';
  $('[data-leave]').addEventListener('click', (/** @type {MouseEvent} */ event) => {
    const out = list.items.filter((d) => d.state !== 'uploaded');
    const names = out.map((d) => d.name).join();
    if (!(event.target instanceof Element && event.target.closest('a')) || !out.length || told === names) return;
    told = names;
    event.preventDefault();
    show(box, { title: t('js.documents.left-out'), errors: out.map((d) => ({ pointer: '', detail: `${d.name}: ${list.words(d)}` })), next: t('js.documents.left-out.next') });
  });
}

/** What the kind asks for as the form stands, by its article, and whether it is there. */
function needs(filing, items) {
  const rows = wanted(filing.form, filing.all, items.filter((d) => d.state === 'uploaded'));
  $('[data-wanted-box]').hidden = rows.length === 0;
  $('[data-wanted]').replaceChildren(...rows.map((slot) => el('li', { class: 'govuk-task-list__item' },
    el('div', { class: 'govuk-task-list__name-and-hint' }, slot.text, slot.article ? el('div', { class: 'govuk-task-list__hint' }, article(slot.article)) : null),
    el('div', { class: 'govuk-task-list__status' }, slot.there ? t('js.documents.there')
      : el('strong', { class: `govuk-tag govuk-tag--${slot.need === 'required' ? 'red' : 'yellow'}` }, t(`js.answers.${slot.need}`))))));
}
