// Which paper a new filing is: the draft is made of it, and its tasks come next.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $ } from '../lib/dom.js';
import { clear, show, showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { lang, t } from '../lib/text.js';

const form = $('#new');
const box = $('[data-problem]', form);
const id = crypto.randomUUID(); // of this page's one draft: a repeat after a lost answer finds it

await required();
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, form);
  const kind = $('input[name=kind]:checked', form)?.value;
  if (!kind) {
    show(box, { title: t('js.new.none'), errors: [{ pointer: '/kind', detail: t('js.new.choose') }] }, form);
    return;
  }
  const button = $('[type=submit]', form);
  busy(button);
  try {
    await api('PUT', `/api/filings/${id}`, { kind, sections: {} });
    location.assign(`/${lang}/filings/${id}/tasks`);
  } catch (error) {
    showError(box, error, form);
    idle(button);
  }
});
