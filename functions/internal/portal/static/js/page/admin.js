// The administrators' page: an account, versions of the agreement, the audit.

import { prepare } from '../lib/admin-prepare.js';
import { administer } from '../lib/administer.js';
import { api } from '../lib/api.js';
import { entry } from '../lib/audit.js';
import { $, courts, el, facts } from '../lib/dom.js';
import { clear, showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { lang, t, time } from '../lib/text.js';

const state = $('[data-state]');
const box = $('main > [data-problem]');
let account = null;

await required();
try {
  await versions();
} catch (error) {
  showError(box, error);
}

/** Runs act for a form: its problem box, its button, the page's state line. */
async function attempt(form, act) {
  const note = $('[data-problem]', form);
  clear(note, form);
  state.textContent = t('js.loading');
  try {
    state.textContent = await act() === null ? '' : t('js.admin.done');
  } catch (error) {
    state.textContent = '';
    showError(note, error, form);
  }
}

$('#search').addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(event.currentTarget, async () => {
    const found = await api('POST', '/api/admin/accounts/search', { number: $('#number').value.trim(), reason: $('#search-reason').value });
    show(await api('GET', `/api/admin/accounts/${found.id}`));
    $('#account-title').focus();
  });
});

prepare(attempt, show);

function show(next) {
  account = next;
  const prepared = account.status === 'prepared';
  $('#account').hidden = false;
  $('[data-facts]').replaceChildren(facts([
    [t('js.account.name'), account.organisation || account.name],
    [t('js.account.number'), account.number],
    [prepared ? t('js.admin.invited') : t('js.account.email'), account.email],
    [prepared ? t('js.admin.prepared') : t('js.account.registered'), time(account.createdAt)],
    [t('js.admin.status'), [t(`js.admin.status.${account.status}`), account.disabledUntil && t('js.admin.until', { time: time(account.disabledUntil) })].filter(Boolean).join(', ')],
    [t('js.admin.rights'), account.rights.map(right).join(', ')],
    [t('js.admin.proposed'), account.proposals.map((p) => `${p.right ? right(p.right) : t(`js.admin.become.${p.status}`)}: ${p.reason}`).join('; ')],
  ]));
  $('[data-own-audit]').replaceChildren(...account.audit.map(entry));
  const waits = (to) => account.proposals.find((p) => p.status === to); // the same request by another agrees
  const status = (to) => (waits(to)?.mine ? null
    : button(`js.admin.become.${to}`, '/status', { from: account.status, to }, waits(to) && 'js.admin.become.agree'));
  const proposals = account.proposals.filter((p) => p.right);
  const person = account.kind === 'natural'; // nobody else holds rights
  $('#act').hidden = account.own || account.status === 'closed';
  $('[data-actions]').replaceChildren(...[
    prepared || (account.status === 'disabled' && !account.disabledUntil) ? null : account.status === 'active' || waits('disabled') ? status('disabled') : null,
    account.status === 'disabled' ? status('active') : null,
    status('closed'),
    ...account.rights.map((r) => button('js.admin.right.withdraw', `/rights/${r}/withdrawal`, {}, '', right(r))),
    ...proposals.map((p) => (p.mine ? null : button('js.admin.right.approve', `/rights/${p.right}/approval`, {}, '', right(p.right)))),
    ...proposals.map((p) => button('js.admin.right.drop', `/rights/${p.right}/withdrawal`, {}, '', right(p.right))),
  ].filter(Boolean));
  $('[data-grant]').hidden = !person || $('#act').hidden; // nobody else holds rights
}

/** A right as people call it, a post with its court. */
function right(r) {
  const [name, court] = r.split('.');
  return court ? `${t(`js.admin.right.${name}`)} (${courts()(court)})` : t(`js.admin.right.${name}`);
}

const posts = () => ['clerk', 'judge'].includes($('#right').value);
$('#right').addEventListener('change', () => { $('#right-court').closest('.govuk-form-group').hidden = !posts(); });
$('[data-propose]').addEventListener('click', () => {
  const wanted = posts() ? `${$('#right').value}.${$('#right-court').value}` : $('#right').value;
  run(`/rights/${wanted}`, {});
});

function run(path, more) {
  attempt($('#act'), async () => {
    const next = await administer('POST', `/api/admin/accounts/${account.id}${path}`, { ...more, reason: $('#act-reason').value });
    if (!next) return null;
    show(next);
    $('#act-reason').value = '';
    return next;
  });
}

function button(key, path, more = {}, agree = '', what = '') {
  return el('button', {
    type: 'button',
    class: 'govuk-button govuk-button--secondary small',
    onclick: () => {
      const sure = more.from === 'prepared' ? 'js.admin.become.prepared.sure' : 'js.admin.become.closed.sure';
      if (more.to === 'closed' && !window.confirm(t(sure))) return;
      run(path, more);
    },
  }, agree ? t(agree, { what: t(key) }) : t(key, { right: what }));
}

async function versions() {
  const { published, proposed } = await api('GET', '/api/admin/agreements');
  $('[data-versions]').replaceChildren(
    ...proposed.map((p) => el('li', {}, `${t('js.admin.version.proposed', { id: p.id, time: time(p.at) })} ${p.reason} `,
      el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: (event) => read(p, event.currentTarget.parentElement) }, t('js.admin.version.read')))),
    ...published.map((v) => el('li', {}, el('a', { href: `/${lang}/agreement/${v.id}` }, v.id),
      ` – ${t('js.admin.version.published', { published: time(v.publishedAt), effective: time(v.effectiveAt) })}`)));
}

// What is approved is what was read here: the digest comes with the texts.
async function read(proposal, item) {
  await attempt($('#version'), async () => {
    const draft = await api('GET', `/api/admin/agreements/${proposal.id}`);
    const reason = el('input', { class: 'govuk-input', id: `reason-${draft.id}`, maxlength: '500' });
    const decide = (key, step, body) => el('button', {
      type: 'button',
      class: 'govuk-button govuk-button--secondary small',
      onclick: () => attempt($('#version'), async () => {
        const done = await administer('POST', `/api/admin/agreements/${draft.id}/${step}`, { ...body, reason: reason.value });
        if (done !== null) await versions();
        return done;
      }),
    }, t(key));
    const pieces = { added: 'ins', removed: 'del', same: 'span' };
    item.append(
      ...['kk', 'ru', 'en'].flatMap((code) => {
        const changed = (draft.changes?.[code] ?? []).filter((c) => c.op !== 'same');
        return [
          el('h3', {}, t('js.admin.version.text', { lang: t(`lang.${code}`) })),
          changed.length > 0
            ? el('article', { class: 'legal diff', lang: code }, ...changed.map((c) => el('p', {}, ...c.pieces.map((p) => el(pieces[p.op], {}, p.text)))))
            : el('p', { class: 'govuk-hint' }, t('js.admin.version.same')),
        ];
      }),
      el('div', { class: 'govuk-form-group' }, el('label', { class: 'govuk-label', for: reason.id }, t('js.admin.reason')), reason),
      el('div', { class: 'govuk-button-group' },
        draft.own ? null : decide('js.admin.version.approve', 'approval', { digest: draft.digest }),
        decide('js.admin.version.withdraw', 'withdrawal', {})));
  });
}

$('#version').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  attempt(form, async () => {
    const texts = Object.fromEntries(['kk', 'ru', 'en'].map((code) => [code, $(`#text-${code}`).value]));
    await api('POST', '/api/admin/agreements', { id: $('#version-id').value.trim(), texts, reason: $('#version-reason').value });
    form.reset();
    await versions();
  });
});

$('[data-load-audit]').addEventListener('click', async () => {
  clear(box);
  try {
    const { entries } = await api('GET', '/api/admin/audit');
    $('[data-audit]').replaceChildren(...entries.map(entry));
  } catch (error) {
    showError(box, error);
  }
});
