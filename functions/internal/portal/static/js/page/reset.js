// A lost password: a new one is set with the EDS and confirmed through the verified address.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, el } from '../lib/dom.js';
import { behave } from '../lib/behaviours.js';
import { meter, refused } from '../lib/meter.js';
import { clear, showError } from '../lib/problem.js';
import { sign } from '../lib/sign.js';
import { clock, lang, t } from '../lib/text.js';

const form = $('#reset-form');
const box = $('[data-problem]', form);

behave();
meter();

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, form);
  if (refused(box, form)) return;
  const button = $('[type=submit]', form);
  busy(button);
  try {
    const asked = await sign({
      prepare: () => api('POST', '/api/account/password-reset/document', { lang }),
      submit: (signature) => api('POST', '/api/account/password-reset', { signature, password: $('#password').value }),
    });
    if (asked) confirm(asked);
  } catch (error) {
    showError(box, error, form);
  } finally {
    idle(button);
  }
});

// The signature alone changes nothing: the code does, which goes to the verified address.
let reset = '';

function confirm(asked) {
  reset = asked.reset;
  $('[data-result]').replaceChildren();
  $('[data-confirm]').hidden = false;
  $('[data-sent]').textContent = t('js.password.code-sent', { email: asked.email, time: clock(asked.expiresAt) });
  $('#code').focus();
}

$('#confirm-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const typed = event.currentTarget;
  const note = $('[data-problem]', typed);
  clear(note, typed);
  try {
    await api('POST', '/api/account/password-reset/confirmation', { reset, code: $('#code').value });
    form.reset();
    typed.reset();
    $('[data-confirm]').hidden = true;
    $('[data-result]').replaceChildren(el('p', { class: 'govuk-inset-text good', tabindex: '-1' }, t('js.account.password-reset')));
    $('[data-result] p').focus();
  } catch (error) {
    showError(note, error, typed);
  }
});
