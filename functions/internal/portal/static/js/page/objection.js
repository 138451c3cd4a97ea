// The page on which the holder of an address objects that another took its place: the token behind the
// # of the link is the authority. Browsers send that part nowhere; the page puts it into a request.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, $$ } from '../lib/dom.js';
import { clear, showError } from '../lib/problem.js';
import { t, time } from '../lib/text.js';

const box = $('main > [data-problem]');
const state = $('[data-state]');
const button = $('[data-object]');
const [, token] = /^#([\w-]+)$/.exec(location.hash) ?? [];

addEventListener('hashchange', () => location.reload()); // another link, in the same window
$$('.langs a').forEach((link) => { link.hash = location.hash; });

if (token) button.hidden = false;
else state.textContent = t('js.objection.no-link');

button.addEventListener('click', async () => {
  clear(box);
  state.textContent = t('js.loading');
  busy(button);
  try {
    const { id, openedAt } = await api('POST', '/api/contact-objection', { token });
    state.textContent = t('js.objection.done', { id, time: time(openedAt) });
    button.hidden = true;
    state.focus();
  } catch (error) {
    state.textContent = '';
    idle(button);
    showError(box, error);
  }
});
