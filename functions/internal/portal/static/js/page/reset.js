// A lost password: a new one is set with the EDS.

import { api } from '../lib/api.js';
import { $, el } from '../lib/dom.js';
import { behave } from '../lib/behaviours.js';
import { meter, refused } from '../lib/meter.js';
import { clear, showError } from '../lib/problem.js';
import { sign } from '../lib/sign.js';
import { lang, t } from '../lib/text.js';

const form = $('#reset-form');
const box = $('[data-problem]', form);

behave();
meter();

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, form);
  if (refused(box, form)) return;
  const button = $('[type=submit]', form);
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
      $('[data-result]').replaceChildren(el('p', { class: 'govuk-inset-text good' }, t('js.account.password-reset')));
    }
  } catch (error) {
    showError(box, error, form);
  } finally {
    button.disabled = false;
  }
});
