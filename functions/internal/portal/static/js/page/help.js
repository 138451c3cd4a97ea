// The check of the connection to NCALayer.

import { busy, idle } from '../lib/busy.js';
import { $ } from '../lib/dom.js';
import { version } from '../lib/ncalayer.js';
import { clear, showError } from '../lib/problem.js';
import { t } from '../lib/text.js';

const [button, state, box] = [$('[data-check]'), $('[data-state]'), $('main [data-problem]')];

button.addEventListener('click', async () => {
  clear(box);
  busy(button);
  state.textContent = t('js.sign.connecting');
  try {
    state.textContent = t('js.ncalayer.ok', { version: await version() });
  } catch (error) {
    state.textContent = '';
    showError(box, error);
  } finally {
    idle(button);
  }
});
