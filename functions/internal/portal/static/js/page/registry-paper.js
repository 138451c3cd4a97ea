// Papers that came to the court on paper: a clerk enters the case that they open, or adds them to one, and signs that
// the scans are those papers.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, $$, checkbox, courts, digits, el, facts, hash } from '../lib/dom.js';
import { clear, showError } from '../lib/problem.js';
import { Scans } from '../lib/scans.js';
import { required } from '../lib/session.js';
import { decode, sign } from '../lib/sign.js';
import { called, code, day, lang, t } from '../lib/text.js';

const [state, box, form, review] = [$('main > [data-state]'), $('main > [data-problem]'), $('#paper'), $('[data-review]')];
const note = $('[data-problem]', form);
const act = crypto.randomUUID(); // of this page: what was not answered is the same act again
const of = new URLSearchParams(location.search).get('case') ?? '';
const courtName = courts();
/** @type {any} */
let existing = null; // the case that the papers are added to
let asked = null; // what was reviewed
let made = 0; // copies of templates

await required();
const scans = new Scans($('[data-scans]'), () => ({ court: court(), act }), (words) => { $('[data-scans-state]').textContent = words; });
state.textContent = t('js.loading');
try {
  if (of) existing = await api('GET', `/api/cases/${encodeURIComponent(of)}`);
  await desk();
  begin();
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

function court() {
  return existing?.courtCode ?? $('#court').value;
}

/** The courts whose clerk asks, and the judges of one. */
async function desk() {
  const found = await api('GET', `/api/registry/papers?${new URLSearchParams({ court: court() })}`);
  const choose = el('option', { value: '' }, t('registry.choose'));
  $('#court').replaceChildren(...found.courts.map((c) => el('option', { value: c, selected: c === found.court }, courtName(c))));
  $('#judge').replaceChildren(choose, ...found.judges.map((j) => el('option', { value: j.id }, called(j.name))));
}

function begin() {
  $$('[data-new]').forEach((x) => { x.hidden = Boolean(existing); });
  $$('[data-later]').forEach((x) => { x.hidden = !existing; });
  const kinds = $$(existing ? '[data-later-kinds] data' : '[data-kinds] data');
  $('#kind').replaceChildren(...kinds.map((k) => el('option', { value: k.value }, k.textContent)));
  if (existing) {
    $('[data-title]').textContent = t('js.onpaper.add');
    $('[data-of]').textContent = t('js.registry.case', { number: existing.number });
    $('#party').replaceChildren(el('option', { value: '' }, t('registry.choose')),
      ...existing.parties.map((p) => el('option', { value: p.id }, `${called(p.name)} (${code('case.role', p.role)})`)));
  } else {
    roles().slice(0, 2).forEach(add);
  }
  posted();
  form.hidden = false;
}

/** The roles of the parties of a case of the kind that is chosen, those who bring it first. */
function roles() {
  return ($(`[data-kinds] data[value="${$('#kind').value}"]`)?.dataset.roles ?? '').split(' ');
}

$('#court').addEventListener('change', async () => {
  try {
    await desk();
  } catch (error) {
    showError(note, error, form);
  }
});
$('#kind').addEventListener('change', () => {
  if (existing) return;
  const now = roles();
  $$('[data-parties] > fieldset').forEach((one) => {
    const select = $('[data-at=role] select', one);
    const was = select.value;
    offer(select);
    select.value = now.includes(was) ? was : now[was === 'claimant' || was === 'applicant' ? 0 : Math.min(1, now.length - 1)];
  });
  renumber();
});
$$('[name=way]').forEach((radio) => radio.addEventListener('change', posted));

function posted() {
  $('[data-posted]').hidden = $('[name=way]:checked')?.value !== 'post';
}

function offer(select) {
  select.replaceChildren(...roles().map((role) => el('option', { value: role }, code('case.role', role))));
}

/** A fresh copy of what a template has, whose fields have ids of their own. */
function copy(selector, list) {
  const one = $('fieldset', $(selector).content.cloneNode(true));
  made += 1;
  $$('[id]', one).forEach((x) => {
    const id = `${x.id}-${made}`;
    $$(`[for="${x.id}"]`, one).forEach((label) => label.setAttribute('for', id));
    $$(`[aria-describedby="${x.id}"]`, one).forEach((input) => input.setAttribute('aria-describedby', id));
    x.id = id;
  });
  one.dataset.row = String(made);
  $('[data-remove]', one).addEventListener('click', () => {
    const next = one.nextElementSibling ?? one.previousElementSibling;
    one.remove();
    renumber();
    ($('input', next ?? list) ?? $('button', list.parentElement)).focus();
  });
  list.append(one);
  return one;
}

function add(role) {
  const one = copy('template[data-party]', $('[data-parties]'));
  const select = $('[data-at=role] select', one);
  offer(select);
  select.value = role;
  select.addEventListener('change', renumber);
  $('[data-at=name] input', one).addEventListener('input', renumber);
  renumber();
  return one;
}

$('[data-add-party]').addEventListener('click', () => $('select', add(roles().at(-1))).focus());
$('[data-add-representative]').addEventListener('click', () => {
  const one = copy('template[data-representative]', $('[data-representatives]'));
  renumber();
  $('input', one).focus();
});

/** Says of each party and representative which it is, and where its errors go. */
function renumber() {
  const list = $$('[data-parties] > fieldset');
  const title = (one, i) => [`${i + 1}.`, code('case.role', $('[data-at=role] select', one).value), $('[data-at=name] input', one).value.trim()].filter(Boolean).join(' ');
  const place = (one, i, what, words) => {
    $('legend', one).textContent = words;
    $('[data-remove]', one).replaceChildren(t('js.onpaper.remove'), el('span', { class: 'govuk-visually-hidden' }, ` ${words}`));
    $$('[data-at]', one).forEach((group) => { group.dataset.pointer = `/${what}/${i}/${group.dataset.at}`; });
  };
  list.forEach((one, i) => place(one, i, 'parties', title(one, i)));
  $$('[data-representatives] > fieldset').forEach((one, i) => {
    place(one, i, 'representatives', `${i + 1}. ${code('case.role', 'representative')}`);
    const of = $('[data-of-parties]', one);
    const chosen = $$('input:checked', of).map((x) => x.dataset.row);
    of.replaceChildren(...list.map((p, n) => {
      const item = checkbox(`of-${one.dataset.row}-${p.dataset.row}`, String(n), title(p, n));
      $('input', item).dataset.row = p.dataset.row;
      $('input', item).checked = chosen.includes(p.dataset.row);
      return item;
    }));
  });
}

$('#files').addEventListener('change', (event) => {
  scans.add(event.target.files);
  event.target.value = '';
});

/** What is typed, as the office is asked. */
function typed() {
  const way = $('[name=way]:checked')?.value ?? '';
  const days = (one) => Object.fromEntries(['from', 'to'].map((at) => [at, $(`[data-at=${at}] input`, one).value]).filter(([, value]) => value));
  return {
    act, court: court(), kind: $('#kind').value, from: $('#from').value.trim(), way, received: $('#received').value || null,
    posted: way === 'post' && $('#posted').value ? $('#posted').value : null, scans: scans.named,
    ...(existing ? { case: existing.id, party: $('#party').value } : {
      number: $('#number').value.trim(), lang: $('#lang').value, judge: $('#judge').value,
      parties: $$('[data-parties] > fieldset').map((one) => ({
        role: $('[data-at=role] select', one).value, type: $('[data-at=type] select', one).value, name: $('[data-at=name] input', one).value.trim(), number: digits('[data-at=number] input', one),
      })),
      representatives: $$('[data-representatives] > fieldset').map((one) => ({
        name: $('[data-at=name] input', one).value.trim(), number: digits('[data-at=number] input', one), parties: $$('[data-of-parties] input:checked', one).map((x) => Number(x.value)), ...days(one),
      })),
    }),
  };
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(note, form);
  const button = $('[type=submit]', form);
  busy(button);
  try {
    if (!scans.settled) throw { title: t('js.onpaper.unsettled'), detail: t('js.onpaper.unsettled.detail') }; // eslint-disable-line no-throw-literal
    asked = typed();
    const { unsigned } = await api('POST', '/api/registry/papers', asked);
    show(decode(unsigned.document).scanned);
  } catch (error) {
    showError(note, error, form);
  } finally {
    idle(button);
  }
});

/** What will be signed, in words: it is read from the very document. */
function show(signed) {
  const who = (p) => [`${p.role ? `${code('case.role', p.role)}: ` : ''}${called(p.name)}`, p.number ? t('js.onpaper.number', { number: p.number }) : t('js.onpaper.unnumbered')].join(', ');
  const several = (list) => list?.length && el('ul', { class: 'govuk-list' }, ...list.map((p) => el('li', {}, who(p))));
  $('[data-facts]').replaceChildren(facts([
    [t('registry.court'), courtName(signed.courtCode)],
    [t('onpaper.number'), signed.number],
    [t('onpaper.kind'), $('#kind').selectedOptions[0].textContent],
    [t('registry.register.judge'), signed.judge && called(signed.judge)],
    [t('onpaper.lang'), !existing && t(`lang.${signed.lang}`)],
    [t('onpaper.way'), code('paper.way', signed.way)],
    [t('onpaper.received'), day(signed.received)],
    [t('onpaper.posted'), signed.posted && day(signed.posted)],
    [t('onpaper.from'), signed.from],
    [t('onpaper.party'), existing && called(existing.parties.find((p) => p.id === signed.party)?.name)],
    [t('onpaper.parties'), several(signed.parties)],
    [t('onpaper.representatives'), several(signed.representatives)],
    [t('js.onpaper.pages'), t('js.onpaper.count', { files: signed.scans.length, pages: signed.pages })],
  ]));
  $('[data-signed]').replaceChildren(...signed.scans.map((scan) => el('li', {}, el('span', { class: 'name' }, scan.name), `, ${t('js.onpaper.pages.of', { pages: scan.pages })}`, el('div', { class: 'small' }, 'SHA-256: ', hash(scan.sha256)))));
  form.hidden = true;
  review.hidden = false;
  $('#review-title').focus();
}

$('[data-change]').addEventListener('click', () => {
  review.hidden = true;
  form.hidden = false;
  $('[type=submit]', form).focus();
});

$('[data-enter]').addEventListener('click', async (event) => {
  const at = $('[data-problem]', review);
  clear(at);
  busy(event.currentTarget);
  const button = event.currentTarget;
  try {
    const done = await sign({
      prepare: async () => (await api('POST', '/api/registry/papers', asked)).unsigned,
      submit: (signature) => api('POST', '/api/registry/papers', { ...asked, signature }),
    });
    if (done) location.assign(`/${lang}/cases/${done.case}`);
  } catch (error) {
    showError(at, error);
  } finally {
    idle(button);
  }
});
