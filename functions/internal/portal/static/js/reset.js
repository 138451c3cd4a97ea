// A lost password: a new one is set with the EDS.

import { api } from './api.js';
import { $, el, revealPassword } from './dom.js';
import { meter } from './meter.js';
import { clear, showError } from './problem.js';
import { sign } from './sign.js';
import { lang, t } from './text.js';

const form = $('#reset-form');
const box = $('[data-problem]', form);

revealPassword();
meter();

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, form);
  const button = $('button', form);
  button.disabled = true;
  try {
    const done = await sign({
      prepare: () => api('POST', '/api/account/password-reset/document', { lang }),
      submit: async (signature) => {
        await api('POST', '/api/account/password-reset', { signature, password: $('#password').value });
        return true;
      },
    });
    if (done) {
      form.reset();
      $('[data-result]').replaceChildren(el('p', { class: 'note good' }, t('js.account.password-reset')));
    }
  } catch (error) {
    showError(box, error, form);
  } finally {
    button.disabled = false;
  }
});
