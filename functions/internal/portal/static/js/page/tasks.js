// What a filing still needs, as a list of tasks in the order of its form.

import { $, el } from '../lib/dom.js';
import { progress, wanted } from '../lib/form-rows.js';
import { readFiling } from '../lib/form-source.js';
import { warnFrozen } from '../lib/frozen.js';
import { showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { date, lang, t } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
const state = $('[data-state]');
const tag = { empty: 'grey', started: 'yellow', done: 'green', optional: 'grey' };

await required();
state.textContent = t('js.loading');
try {
  const filing = await readFiling(id);
  if (filing.ticketNo) location.replace(`/${lang}/filings/${id}`);
  $('h1').textContent = filing.form.title;
  const tasks = filing.form.sections.map((section) => ({ words: section.title, path: `sections/${section.code}`, how: progress(section, filing.all) }));
  const uploaded = filing.documents.filter((d) => d.uploaded);
  const lacks = uploaded.length < filing.documents.length || wanted(filing.form, filing.all, uploaded).some((slot) => slot.need === 'required' && !slot.there);
  tasks.push({ words: t('js.tasks.documents'), path: 'documents', how: lacks ? 'started' : uploaded.length ? 'done' : 'optional' });
  warnFrozen(filing);
  $('[data-replaces]').hidden = !filing.replaces;
  const left = tasks.filter(({ how }) => how === 'empty' || how === 'started').length;
  $('[data-tasks]').replaceChildren(...tasks.map(task));
  $('[data-left]').textContent = left ? t('js.tasks.left', { n: left, of: tasks.length }) : t('js.tasks.complete');
  $('[data-expires]').textContent = filing.expiresAt ? t('js.filings.expires', { date: date(filing.expiresAt) }) : '';
  $('[data-body]').hidden = false;
} catch (error) {
  showError($('main [data-problem]'), error);
} finally {
  state.textContent = '';
}

function task({ words, path, how }, i) {
  const status = `task-${i}-status`;
  return el('li', { class: 'govuk-task-list__item govuk-task-list__item--with-link' },
    el('div', { class: 'govuk-task-list__name-and-hint' },
      el('a', { class: 'govuk-link govuk-task-list__link', href: `/${lang}/filings/${id}/${path}`, 'aria-describedby': status }, words)),
    el('div', { class: 'govuk-task-list__status', id: status },
      how === 'done' ? t('js.tasks.done') : el('strong', { class: `govuk-tag govuk-tag--${tag[how]}` }, t(`js.tasks.${how}`))));
}
