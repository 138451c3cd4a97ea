// One case: where it stands, what comes next and until when, who is in it, what has happened; and for
// those who work for the court, what they may do in it.

import { api } from '../lib/api.js';
import { acts } from '../lib/case-acts.js';
import { nameOf, notices, papers, parties, timeline, title } from '../lib/case-view.js';
import { $, el, facts } from '../lib/dom.js';
import { clear, showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { article, called, code, day, lang, t, time } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
let file; // of the evidence, once it was asked for
const get = $('[data-save-evidence]');
const label = get.textContent;
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

get.addEventListener('click', async () => {
  const [progress, problem] = [$('[data-evidence-state]'), $('[data-evidence-problem]')];
  const say = (words) => { progress.textContent = words; };
  clear(problem);
  get.disabled = true;
  try {
    const { CaseFile } = await import('../lib/evidence-file.js');
    file ??= new CaseFile(id);
    const withheld = await file.save(say);
    if (withheld) say(`${progress.textContent} ${t('js.evidence.case.withheld', { count: withheld })}`);
    file = null;
    get.textContent = label;
  } catch (error) {
    say('');
    get.textContent = t('js.evidence.case.again');
    showError(problem, error);
  }
  get.disabled = false;
});

function show(one) {
  const came = one.papers.find((p) => p.filing === one.id)?.scanned;
  $('[data-number]').textContent = `${t('js.case.number', { number: one.number })} · ${one.court}`;
  $('[data-title]').textContent = title(one);
  // What comes next is said to parties: what the court has to do stands among its terms.
  $('[data-next]').replaceChildren(el('strong', {}, code('case.status', one.status)), ...(staff(one) ? [] : ['. ', t(`js.case.next.${one.status}`)]));
  $('[data-summary]').replaceChildren(facts([
    [t('js.case.as'), t(`js.case.as.${one.as}`)],
    [t('js.case.kind'), $(`[data-kinds] data[value="${one.kind}"]`)?.textContent],
    [t('js.case.lang'), code('lang', one.lang)],
    [t('js.onpaper.received'), came && day(came.received)],
    [t(came ? 'js.onpaper.entered' : 'js.case.opened'), time(one.openedAt)],
    [t('js.case.hearing'), one.hearing && t('js.case.hearing.at', { time: time(one.hearing.at), place: one.hearing.place })],
    [t('js.case.final'), one.finalOn && day(one.finalOn)],
    [t('js.case.in-force'), one.inForceOn && day(one.inForceOn)],
  ]));
  if (one.secret) $('[data-summary]').append(el('p', {}, t('js.case.secret')));
  $('[data-parties]').replaceChildren(...parties(one));
  $('[data-papers]').replaceChildren(...papers(one));
  $('[data-add-paper]').hidden = one.as !== 'clerk';
  $('[data-add-paper] a').href = `/${lang}/registry/paper?case=${one.id}`;
  $('[data-events]').replaceChildren(...timeline(one));
  $('[data-looks]').replaceChildren(looks(one));
  $('[data-notices-box]').hidden = !one.notices.length;
  $('[data-notices]').replaceChildren(...notices(one));
  due(one);
  deadlines(one);
  acts(one, show);
  $('[data-body]').hidden = false;
}

/** Who of the court looked, the latest first: many looks are put away. */
function looks(one) {
  if (!one.looks.length) return el('p', {}, t('js.case.looks.none'));
  const list = el('ul', { class: 'govuk-list' }, ...one.looks.map((look) => el('li', {},
    el('time', { datetime: look.at }, time(look.at)), ' – ', t(`js.case.looked.${look.type}`, { by: t(`js.case.by.${look.by}`), name: called(look.name) }))));
  if (one.looks.length <= 3) return list;
  return el('details', { class: 'wide' }, el('summary', {}, t('js.case.looks.latest', { count: one.looks.length, time: time(one.looks[0].at) })), list);
}

/** The day it is in Kazakhstan. */
function today() {
  return new Date(Date.now() + 5 * 3600 * 1000).toISOString().slice(0, 10);
}

function staff(one) {
  return one.as === 'clerk' || one.as === 'judge';
}

/** What who reads this has to do, by when: the earliest first. */
function due(one) {
  const mine = (term) => (staff(one) ? !term.party : one.parties.some((p) => p.own && p.id === term.party));
  const items = one.deadlines.filter((term) => mine(term) && term.due && !term.done).map((term) => ({
    at: term.due,
    shown: [el('strong', {}, code('term.rule', term.rule)), el('div', {}, dated('js.case.due.by', 'day', term.due, day(term.due)), ' ', left(term.due)), el('div', { class: 'small' }, article(term.article))],
  }));
  if (one.hearing && !staff(one)) {
    items.push({
      at: one.hearing.at,
      shown: [el('strong', {}, t('js.case.due.come')), el('div', {}, dated('js.case.hearing.at', 'time', one.hearing.at, time(one.hearing.at), { place: one.hearing.place }))],
    });
  }
  items.sort((a, b) => (a.at < b.at ? -1 : 1));
  $('[data-due]').hidden = !items.length;
  $('[data-due-list]').replaceChildren(...items.map(({ shown }) => el('li', {}, ...shown)));
}

/** A text in which the value of one name is a time element. */
function dated(key, name, datetime, words, values = {}) {
  const [before, after] = t(key, { ...values, [name]: '\u0000' }).split('\u0000');
  return el('span', {}, before, el('time', { datetime }, words), after);
}

function left(last) {
  const days = Math.round((Date.parse(last) - Date.parse(today())) / 86_400_000);
  if (days < 0) return el('span', { class: 'govuk-tag govuk-tag--red' }, t('js.case.due.passed'));
  return el('span', { class: `govuk-tag govuk-tag--${days < 3 ? 'yellow' : 'grey'}` }, days ? t('js.case.due.left', { count: days }) : t('js.case.due.today'));
}

function deadlines(one) {
  $('[data-deadlines]').hidden = !one.deadlines.length;
  $('[data-no-deadlines]').hidden = one.deadlines.length > 0;
  $('[data-deadlines] tbody').replaceChildren(...one.deadlines.map((term) => el('tr', {},
    el('th', { scope: 'row' }, code('term.rule', term.rule)),
    el('td', {}, term.party ? nameOf(one, term.party) : t('js.case.court-term')),
    el('td', {}, ...last(term, today())),
    el('td', {}, article(term.article)))));
}

function last(term, now) {
  if (!term.due) return [t(`js.case.due.${term.why}`)];
  const tag = (colour, key) => [' ', el('span', { class: `govuk-tag govuk-tag--${colour}` }, t(key))];
  const when = el('time', { datetime: term.due }, day(term.due));
  if (term.done) return [when, ...tag('green', 'js.case.due.done')];
  if (term.due < now) return [when, ...tag('red', 'js.case.due.passed')];
  if (term.urgency === 'today') return [when, ...tag('orange', 'js.case.due.today')];
  return term.urgency === 'soon' ? [when, ...tag('yellow', 'js.case.due.soon')] : [when];
}
