// What was done in the account's name and to the account: accepted agreements, acts of administrators.

import { breaches } from '../lib/account-breaches.js';
import { api } from '../lib/api.js';
import { entry } from '../lib/audit.js';
import { $, el, hash } from '../lib/dom.js';
import { showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { t, time } from '../lib/text.js';

const state = $('[data-state]');

await required();
state.textContent = t('js.loading');
try {
  const [{ acceptances }, { entries }] = await Promise.all([api('GET', '/api/account'), api('GET', '/api/account/audit'), breaches()]);
  $('[data-acceptances]').replaceChildren(...acceptances.map((a) => el('li', {},
    `${t('js.account.accepted', { id: a.version, time: time(a.acceptedAt) })} `, hash(a.sha256))));
  $('[data-audit]').replaceChildren(...entries.length ? entries.map(entry) : [el('li', {}, t('js.audit.none'))]);
} catch (error) {
  showError($('main > [data-problem]'), error);
} finally {
  state.textContent = '';
}
