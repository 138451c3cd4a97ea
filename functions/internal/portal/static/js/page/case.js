// One case: where it stands, what comes next and until when, who is in it, what has happened; and for
// those who work for the court, what they may do in it.

import { api } from '../lib/api.js';
import { acts } from '../lib/case-acts.js';
import { nameOf, notices, papers, parties, timeline } from '../lib/case-view.js';
import { $, el, facts } from '../lib/dom.js';
import { showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { article, called, code, day, t, time } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
const [state, box] = [$('[data-state]'), $('main [data-problem]')];

await required();
state.textContent = t('js.loading');
try {
  show(await api('GET', `/api/cases/${id}`));
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

function show(one) {
  $('[data-number]').textContent = `${t('js.case.number', { number: one.number })} · ${one.court}`;
  const sides = [one.claimant, one.opposite].filter(Boolean);
  $('[data-title]').textContent = sides.length > 1 ? t('js.case.parties', one) : sides.join('');
  $('[data-next]').replaceChildren(el('strong', {}, code('case.status', one.status)), '. ', t(`js.case.next.${one.status}`));
  $('[data-summary]').replaceChildren(facts([
    [t('js.case.as'), t(`js.case.as.${one.as}`)],
    [t('js.case.kind'), $(`[data-kinds] data[value="${one.kind}"]`)?.textContent],
    [t('js.case.lang'), code('lang', one.lang)],
    [t('js.case.opened'), time(one.openedAt)],
    [t('js.case.hearing'), one.hearing && t('js.case.hearing.at', { time: time(one.hearing.at), place: one.hearing.place })],
    [t('js.case.final'), one.finalOn && day(one.finalOn)],
    [t('js.case.in-force'), one.inForceOn && day(one.inForceOn)],
  ]));
  if (one.secret) $('[data-summary]').append(el('p', {}, t('js.case.secret')));
  $('[data-parties]').replaceChildren(...parties(one));
  $('[data-papers]').replaceChildren(...papers(one));
  $('[data-events]').replaceChildren(...timeline(one));
  $('[data-looks]').replaceChildren(...(one.looks.length ? one.looks.map((look) => el('li', {},
    el('time', { datetime: look.at }, time(look.at)), ' – ',
    t(`js.case.looked.${look.type}`, { by: t(`js.case.by.${look.by}`), name: called(look.name) }))) : [el('li', {}, t('js.case.looks.none'))]));
  $('[data-notices-box]').hidden = !one.notices.length;
  $('[data-notices]').replaceChildren(...notices(one));
  deadlines(one);
  acts(one, show);
  $('[data-body]').hidden = false;
}

function deadlines(one) {
  const today = new Date(Date.now() + 5 * 3600 * 1000).toISOString().slice(0, 10);
  $('[data-deadlines]').hidden = !one.deadlines.length;
  $('[data-no-deadlines]').hidden = one.deadlines.length > 0;
  $('[data-deadlines] tbody').replaceChildren(...one.deadlines.map((term) => el('tr', {},
    el('th', { scope: 'row' }, code('term.rule', term.rule)),
    el('td', {}, term.party ? nameOf(one, term.party) : t('js.case.court-term')),
    el('td', {}, ...last(term, today)),
    el('td', {}, article(term.article)))));
}

function last(term, today) {
  if (!term.due) return [t(`js.case.due.${term.why}`)];
  const tag = (colour, key) => [' ', el('span', { class: `govuk-tag govuk-tag--${colour}` }, t(key))];
  const when = el('time', { datetime: term.due }, day(term.due));
  if (term.done) return [when, ...tag('green', 'js.case.due.done')];
  if (term.due < today) return [when, ...tag('red', 'js.case.due.passed')];
  if (term.urgency === 'today') return [when, ...tag('orange', 'js.case.due.today')];
  return term.urgency === 'soon' ? [when, ...tag('yellow', 'js.case.due.soon')] : [when];
}
