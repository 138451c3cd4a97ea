// The list of maintenance for everyone, and the subscription by mail.

import { api } from '../lib/api.js';
import { $, el } from '../lib/dom.js';
import { card, outage } from '../lib/maintenance-view.js';
import { showError } from '../lib/problem.js';
import { session } from '../lib/session.js';
import { lang, t } from '../lib/text.js';

const state = $('[data-state]');

// What has begun can be certified, for whoever missed a term by it.
const certificate = (id) => el('p', {}, el('a', { href: `/${lang}/maintenance/${id}` }, t('js.interruption.link')));
const shown = (w) => card(w, w.phase === 'in-force' || w.phase === 'over' ? certificate(w.id) : null);
const box = $('main [data-problem]');
const mail = $('[data-mail]');

mail.addEventListener('change', async () => {
  mail.disabled = true;
  try {
    await api('PUT', '/api/maintenance/subscription', { subscribed: mail.checked });
    $('[data-mail-state]').textContent = t(mail.checked ? 'js.maintenance.subscribed' : 'js.maintenance.unsubscribed');
  } catch (error) {
    mail.checked = !mail.checked;
    showError(box, error);
  }
  mail.disabled = false;
});

/** The record is read where it is kept, so that it is shown while no function answers. */
async function outages() {
  const said = $('[data-outages-state]');
  try {
    const answer = await fetch('/outages.json');
    if (answer.status === 403 || answer.status === 404) { // nothing was ever recorded here
      $('[data-outages-section]').hidden = true;
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const { outages: all } = await answer.json();
    $('[data-outages]').replaceChildren(...all.map((o) => outage(o, certificate(o.id))));
    said.textContent = all.length ? '' : t('maintenance.outages.none');
  } catch {
    said.textContent = t('maintenance.outages.unread');
  }
}

const recorded = outages();
state.textContent = t('js.loading');
try {
  const { windows } = await api('GET', '/api/maintenance');
  const coming = windows.filter((w) => w.phase === 'coming' || w.phase === 'in-force').reverse();
  const past = windows.filter((w) => !coming.includes(w));
  $('[data-none]').hidden = coming.length > 0;
  $('[data-coming]').replaceChildren(...coming.map(shown));
  $('[data-past-section]').hidden = past.length === 0;
  $('[data-past]').replaceChildren(...past.map(shown));
  await recorded;
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  if (await session()) {
    const { subscribed, verified } = await api('GET', '/api/maintenance/subscription');
    mail.checked = subscribed;
    mail.disabled = !subscribed && !verified;
    $('[data-mail-verify]').hidden = verified;
  }
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}
