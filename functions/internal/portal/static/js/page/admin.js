// The administrators' page about people: an account found or prepared, its state and rights.

import { prepare } from '../lib/admin-prepare.js';
import { administer, attempt } from '../lib/administer.js';
import { api } from '../lib/api.js';
import { entry } from '../lib/audit.js';
import { $, el, facts } from '../lib/dom.js';
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
    const found = await api('POST', '/api/admin/accounts/search', { number: $('#number').value.trim(), reason: $('#search-reason').value });
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
    [t('js.admin.rights'), account.rights.map((r) => t(`js.admin.right.${r}`)).join(', ')],
    [t('js.admin.proposed'), account.proposals.map((p) => `${t(p.right ? `js.admin.right.${p.right}` : `js.admin.become.${p.status}`)}: ${p.reason}`).join('; ')],
  ]));
  $('[data-own-audit]').replaceChildren(...account.audit.map(entry));
  const waits = (to) => account.proposals.find((p) => p.status === to); // the same request by another agrees
  const status = (to) => (waits(to)?.mine ? null
    : button(`js.admin.become.${to}`, '/status', { from: account.status, to }, waits(to) && 'js.admin.become.agree'));
  const proposed = account.proposals.some((p) => p.right === 'admin');
  const person = account.kind === 'natural'; // nobody else holds rights
  const has = (right) => account.rights.includes(right);
  $('#act').hidden = account.own || account.status === 'closed';
  $('[data-actions]').replaceChildren(...[
    prepared || (account.status === 'disabled' && !account.disabledUntil) ? null : account.status === 'active' || waits('disabled') ? status('disabled') : null,
    account.status === 'disabled' ? status('active') : null,
    status('closed'),
    !person ? null : has('clerk') ? button('js.admin.clerk.withdraw', '/rights/clerk/withdrawal') : button('js.admin.clerk.grant', '/rights/clerk'),
    !person ? null : has('admin') || proposed ? button('js.admin.admin.withdraw', '/rights/admin/withdrawal') : button('js.admin.admin.propose', '/rights/admin'),
    proposed ? button('js.admin.admin.approve', '/rights/admin/approval') : null,
  ].filter(Boolean));
}

function button(key, path, more = {}, agree = '') {
  const sure = more.from === 'prepared' ? 'js.admin.become.prepared.sure' : 'js.admin.become.closed.sure';
  return el('button', {
    type: 'button',
    class: 'govuk-button govuk-button--secondary small',
    onclick: () => attempt($('#act'), async () => {
      const next = await administer('POST', `/api/admin/accounts/${account.id}${path}`, { ...more, reason: $('#act-reason').value }, more.to === 'closed' ? t(sure) : '');
      if (!next) return null;
      show(next);
      $('#act-reason').value = '';
      return next;
    }),
  }, agree ? t(agree, { what: t(key) }) : t(key));
}
