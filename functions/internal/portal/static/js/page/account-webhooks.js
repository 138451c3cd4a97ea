// The addresses at which an organisation's own program is told, for its head: list, add, try, pause, remove.

import { administer } from '../lib/administer.js';
import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, el, facts } from '../lib/dom.js';
import { clear, pressed, showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { called, code, t, time } from '../lib/text.js';

const box = $('main > [data-problem]');
const state = $('main > [data-state]');
const form = $('#webhook-form');
const path = '/api/account/webhooks';
const COMES = 3000; // ms: a ping has been there and back by then, or waits for its receiver

let id = crypto.randomUUID(); // of the next one: sent again after a lost answer, it adds nothing twice

await required();
state.textContent = t('js.loading');
try {
  await list();
  $('[data-for-head]').hidden = false;
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

async function list() {
  const { webhooks, most } = await api('GET', path);
  $('[data-webhooks]').replaceChildren(...(webhooks.length ? webhooks.map(row) : [el('li', {}, t('js.webhooks.none'))]));
  $('[type=submit]', form).disabled = webhooks.length >= most;
}

function standing(hook) {
  if (hook.pausedAt) return el('span', { class: 'govuk-tag govuk-tag--grey' }, t('js.webhooks.paused'));
  if (hook.failingSince) return el('span', { class: 'govuk-tag govuk-tag--red' }, t('js.webhooks.failing'));
  return el('span', { class: 'govuk-tag govuk-tag--green' }, t('js.webhooks.in-force'));
}

function row(hook) {
  const { host } = new URL(hook.address);
  const act = (key, does) => el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: (event) => does(event.currentTarget, hook) },
    t(key), el('span', { class: 'govuk-visually-hidden' }, ` ${host}`));
  return el('li', { class: hook.pausedAt ? null : hook.failingSince ? 'failed' : 'uploaded' },
    el('p', { class: 'doc-head' }, el('strong', {}, host), standing(hook)),
    facts([
      [t('webhooks.address'), el('code', {}, hook.address)],
      [t('js.webhooks.id'), el('code', {}, hook.id)],
      [t('js.webhooks.added'), `${time(hook.addedAt)}, ${called(hook.addedBy)}`],
      [t('js.webhooks.failing-since'), hook.failingSince && time(hook.failingSince)],
      [t('js.webhooks.paused-at'), hook.pausedAt && `${time(hook.pausedAt)}. ${code('js.webhooks.paused-by', hook.pausedBy)}`],
    ]),
    deliveries(hook),
    el('p', { class: 'govuk-button-group' },
      hook.pausedAt ? act('js.webhooks.resume', resume) : act('js.webhooks.ping', ping),
      hook.pausedAt ? null : act('js.webhooks.pause', pause), act('js.webhooks.remove', remove)));
}

function deliveries(hook) {
  if (!hook.deliveries.length) return el('p', { class: 'govuk-hint' }, t('js.webhooks.nothing'));
  return el('details', { class: 'govuk-details', open: hook.deliveries[0].state !== 'delivered' },
    el('summary', { class: 'govuk-details__summary' }, el('span', { class: 'govuk-details__summary-text' }, t('js.webhooks.deliveries'))),
    el('ul', { class: 'entries' }, ...hook.deliveries.map((d) => el('li', {},
      el('code', {}, d.type), ` ${time(d.at)}`, el('br'),
      `${code('js.webhooks.state', d.state)}: ${outcome(d)} `,
      el('span', { class: 'small' }, `${t('js.webhooks.tries', { n: d.tries, time: time(d.lastAt) })} webhook-id: ${d.event}`)))));
}

function outcome(d) {
  return d.status ? t('js.webhooks.outcome.answered', { status: d.status }) : code('js.webhooks.outcome', d.last);
}

/** Does what a button stands for and shows the list as it is then. */
function attempt(button, does, said) {
  return pressed(button, box, async () => {
    await does();
    await list();
    state.textContent = said;
    $('#list').focus();
  });
}

function ping(button, hook) {
  return attempt(button, async () => {
    await api('POST', `${path}/${hook.id}/ping`, {});
    await new Promise((resolve) => { setTimeout(resolve, COMES); });
  }, t('js.webhooks.pinged'));
}

function pause(button, hook) {
  return attempt(button, () => api('POST', `${path}/${hook.id}/pause`, {}), t('js.webhooks.paused-now'));
}

function resume(button, hook) {
  return attempt(button, () => api('POST', `${path}/${hook.id}/resumption`, {}), t('js.webhooks.resumed'));
}

function remove(button, hook) {
  if (!window.confirm(t('js.webhooks.sure', { host: new URL(hook.address).host }))) return undefined;
  return attempt(button, () => api('DELETE', `${path}/${hook.id}`), t('js.webhooks.removed'));
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const note = $('[data-problem]', form);
  clear(note, form);
  state.textContent = '';
  const button = $('[type=submit]', form);
  busy(button);
  try {
    const added = await administer('POST', path, { id, address: $('#address').value.trim(), signature: '' });
    idle(button);
    if (!added) return;
    id = crypto.randomUUID();
    form.reset();
    await list();
    state.textContent = t('js.webhooks.done');
    $('#list').focus();
  } catch (error) {
    idle(button);
    showError(note, error, form);
  }
});
