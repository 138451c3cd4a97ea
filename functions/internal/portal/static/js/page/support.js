// Requests to support: one is made, the holder's own are listed, any is looked up by its number.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, el, facts } from '../lib/dom.js';
import { version } from '../lib/ncalayer.js';
import { clear, showError } from '../lib/problem.js';
import { session } from '../lib/session.js';
import { forget, lastMet, recall } from '../lib/support-link.js';
import { card, particulars, progress } from '../lib/support-view.js';
import { day, t } from '../lib/text.js';

const form = $('#request');
const portal = document.documentElement.dataset.texts.split('/')[2]; // "/static/<version>/…"
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
// The forms that the API takes; what is of another form is left out.
const pages = new RegExp(`^/(kk|ru|en)(/([a-z]+(-[a-z]+)*|v[1-9][0-9]{0,4}|${uuid.source}))*/?$`);

let known = understood(recall());
let id = crypto.randomUUID(); // a repeat after a lost answer makes no second request

/** What led here, as a request says it. */
function understood(context) {
  if (!context) return { reference: '', problem: '', page: '', filing: '', at: null };
  const page = pages.test(context.page) ? context.page : '';
  return {
    reference: context.reference, problem: context.problem, page, at: context.at,
    filing: /^\/..\/filings\//.test(page) ? uuid.exec(page)?.[0] ?? '' : '',
  };
}

/** The topic that a problem on a page is most likely about, or "". */
function guess({ problem, page }) {
  const place = page.slice('/kk/'.length);
  if (/^sign-|^certificate-|^signature-|^unsigned$|^malformed-(signature|base64)$|^revocation-unknown$/.test(problem)) return 'signature';
  if (/^document-(missing|checksum)$|^body-too-large$|^wrong-media-type$/.test(problem)) return 'upload';
  if (/^register/.test(place)) return 'registration';
  if (/^(sign-in|password)/.test(place)) return 'sign-in';
  if (/^(agreement|leave)/.test(place)) return 'agreement';
  if (/^filings\/.*(new|edit)/.test(place)) return 'sealing';
  if (/^account/.test(place)) return 'notices';
  return '';
}

function prefill() {
  $('#topic').value = guess(known);
  $('#reference').value = known.reference;
  $('#ncalayer').value = lastMet();
  $('[data-sent]').hidden = !known.page && !known.problem;
  $('[data-facts]').replaceChildren(facts(particulars({
    problem: known.problem, happenedAt: known.at, page: known.page, filing: known.filing,
  })));
}

prefill();

$('[data-version]').addEventListener('click', async (event) => {
  const button = event.currentTarget;
  const state = $('[data-version-state]');
  const box = $('[data-version-problem]');
  clear(box);
  busy(button);
  state.textContent = t('js.sign.connecting');
  try {
    $('#ncalayer').value = await version();
    state.textContent = t('js.support.ncalayer', { version: $('#ncalayer').value });
  } catch (error) {
    state.textContent = '';
    showError(box, error);
  } finally {
    idle(button);
  }
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const box = $('[data-problem]', form);
  const button = $('[type=submit]', form);
  clear(box, form);
  busy(button);
  try {
    const who = await session();
    const ago = known.at === null ? null : Math.round((Date.now() - known.at) / 1000);
    taken(await api('POST', '/api/support', {
      id,
      topic: $('#topic').value,
      reference: $('#reference').value.trim(),
      problem: known.problem,
      ago: ago === null || ago < 0 || ago > 7 * 24 * 3600 ? null : ago,
      page: known.page,
      filing: known.filing,
      portal,
      ncalayer: $('#ncalayer').value.trim(),
      email: who ? '' : $('#email').value.trim(),
    }));
    if (who) await own();
  } catch (error) {
    showError(box, error, form);
  } finally {
    idle(button);
  }
});

function taken(ticket) {
  $('[data-number]').textContent = ticket.ticket;
  $('[data-promise]').textContent = t('js.support.promise', { day: day(ticket.answerBy) });
  $('[data-answer-to]').textContent = `${t('js.support.fact.answer-to')}: ${t(`js.support.to.${ticket.answerTo}`)}.`;
  $('#taken').hidden = false;
  forget();
  form.reset();
  known = understood(null);
  prefill();
  id = crypto.randomUUID();
  $('#taken-title').focus();
}

async function own() {
  const { tickets } = await api('GET', '/api/support');
  $('[data-own]').replaceChildren(...(tickets.length
    ? tickets.map((ticket) => card(ticket, [...progress(ticket), ...particulars(ticket)]))
    : [el('p', {}, t('js.support.none'))]));
}

$('#look').addEventListener('submit', async (event) => {
  event.preventDefault();
  const look = event.currentTarget;
  const box = $('[data-problem]', look);
  const button = $('button', look);
  clear(box, look);
  $('[data-found]').replaceChildren();
  busy(button);
  try {
    const ticket = await api('POST', '/api/support/state', { ticket: $('#ticket').value });
    $('[data-found]').replaceChildren(facts([
      [t('js.support.fact.number'), ticket.ticket], [t('js.support.fact.state'), t(`js.support.state.${ticket.state}`)], ...progress(ticket),
    ]));
  } catch (error) {
    showError(box, error, look);
  } finally {
    idle(button);
  }
});

if (await session()) {
  try {
    await own();
  } catch (error) {
    showError($('[data-own-problem]'), error);
  }
}
