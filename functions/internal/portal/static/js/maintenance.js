// The list of maintenance for everyone, and the subscription by mail.

import { api } from './api.js';
import { $ } from './dom.js';
import { card } from './maintenance-view.js';
import { showError } from './problem.js';
import { session } from './session.js';
import { t } from './text.js';

const state = $('[data-state]');
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

state.textContent = t('js.loading');
try {
  const { windows } = await api('GET', '/api/maintenance');
  const coming = windows.filter((w) => w.phase === 'coming' || w.phase === 'in-force').reverse();
  const past = windows.filter((w) => !coming.includes(w));
  $('[data-none]').hidden = coming.length > 0;
  $('[data-coming]').replaceChildren(...coming.map((w) => card(w)));
  $('[data-past-section]').hidden = past.length === 0;
  $('[data-past]').replaceChildren(...past.map((w) => card(w)));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  if (await session()) {
    mail.checked = (await api('GET', '/api/maintenance/subscription')).subscribed;
    mail.disabled = false;
  }
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}
