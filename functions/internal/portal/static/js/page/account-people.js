// Who acts in the account, and who besides its holder gets its notices.

import { acting } from '../lib/account-acting.js';
import { api } from '../lib/api.js';
import { $ } from '../lib/dom.js';
import { showError } from '../lib/problem.js';
import { representatives } from '../lib/representatives.js';
import { required } from '../lib/session.js';
import { t } from '../lib/text.js';

const state = $('[data-loading]');

await required();
state.textContent = t('js.loading');
try {
  await Promise.all([people(), representatives()]);
} catch (error) {
  showError($('main > [data-problem]'), error);
} finally {
  state.textContent = '';
}

async function people() {
  acting(await api('GET', '/api/account'), people);
}
