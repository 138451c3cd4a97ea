// The administrators' page about people: an account found or prepared, its state and rights.

import { prepare } from '../lib/admin-prepare.js';
import { administer, attempt } from '../lib/administer.js';
import { api } from '../lib/api.js';
import { entry } from '../lib/audit.js';
import { $, courts, digits, el, facts } from '../lib/dom.js';
import { entitled } from '../lib/entitled.js';
import { lang, t, time } from '../lib/text.js';

// Sections of this page that have pages of their own: links to them were kept.
const moved = { 'versions-title': 'agreement', 'audit-title': 'audit' };
const former = location.hash.slice(1);
if (Object.hasOwn(moved, former)) location.replace(`/${lang}/admin/${moved[former]}`);

let account = null;

await entitled('admin');

$('#search').addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(event.currentTarget, async () => {
    const found = await api('POST', '/api/admin/accounts/search', { number: digits('#number'), reason: $('#search-reason').value });
    show(await api('GET', `/api/admin/accounts/${found.id}`));
    $('#account-title').focus();
  });
});

prepare(show);

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

const posts = () => ['clerk', 'judge', 'head'].includes($('#right').value);
$('#right').addEventListener('change', () => { $('#right-court').closest('.govuk-form-group').hidden = !posts(); });
$('[data-propose]').addEventListener('click', () => {
  const wanted = posts() ? `${$('#right').value}.${$('#right-court').value}` : $('#right').value;
  run(`/rights/${wanted}`, {});
});

function run(path, more) {
  const sure = more.from === 'prepared' ? 'js.admin.become.prepared.sure' : 'js.admin.become.closed.sure';
  return attempt($('#act'), async () => {
    const next = await administer('POST', `/api/admin/accounts/${account.id}${path}`, { ...more, reason: $('#act-reason').value }, more.to === 'closed' ? t(sure) : '');
    if (!next) return null;
    show(next);
    $('#act-reason').value = '';
    return next;
  });
}

function button(key, path, more = {}, agree = '', what = '') {
  return el('button', {
    type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: () => run(path, more),
  }, agree ? t(agree, { what: t(key) }) : t(key, { right: what }));
}
