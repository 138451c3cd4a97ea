// Signing in, by EDS, by password or with a passkey.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, digits, el } from '../lib/dom.js';
import { behave } from '../lib/behaviours.js';
import { possible, signIn } from '../lib/passkey.js';
import { clear, pressed, showError } from '../lib/problem.js';
import { session, started } from '../lib/session.js';
import { sign } from '../lib/sign.js';
import { lang, t } from '../lib/text.js';

// Only a path of this office's pages: never an address somebody put into a link.
const asked = new URLSearchParams(location.search).get('next') ?? '';
const next = /^\/(kk|ru|en)\/[\w\-/]*$/.test(asked) ? asked : `/${lang}/filings`;

const form = $('#password-form');
const box = $('[data-problem]', form);

behave();


// The fifth digit of a BIN is 4 to 6; an IIN has the first digit of a day there.
const organisation = () => digits('#number')[4] >= '4';

$('#number').addEventListener('input', () => { $('[data-person]', form).hidden = !organisation(); });

function enter(account) {
  if (!account) return;
  started(account);
  location.assign(next);
}

$('[data-eds]').disabled = false;
$('[data-eds]').addEventListener('click', async (event) => {
  const button = event.currentTarget;
  const note = $('[data-note]');
  clear(note);
  busy(button);
  try {
    enter(await sign({
      prepare: () => api('POST', '/api/sign-in/document', { lang }),
      submit: (signature) => api('POST', '/api/sign-in', { signature }),
    }));
  } catch (error) {
    showError(note, error);
  } finally {
    idle(button);
  }
});

$('[data-by-passkey]').hidden = !possible();
$('[data-passkey]').addEventListener('click', (event) => pressed(event.currentTarget, $('[data-by-passkey] [data-problem]'), async () => enter(await signIn())));

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, form);
  const button = $('[type=submit]', form);
  busy(button);
  try {
    enter(await api('POST', '/api/sign-in/password', {
      number: digits('#number'), person: organisation() ? digits('#person') : '', password: $('#password').value,
    }));
  } catch (error) {
    showError(box, error, form);
  } finally {
    idle(button);
  }
});

if (await session()) location.replace(next);
else if (asked) $('[data-note]').append(el('p', { class: 'govuk-inset-text' }, t('problem.unauthenticated.next')));
