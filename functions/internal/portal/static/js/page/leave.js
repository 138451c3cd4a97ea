// Refusing the agreement and leaving: what stays, what goes, and the signature that does it.

import { allFilings, api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, el } from '../lib/dom.js';
import { exportLinks } from '../lib/export.js';
import { clear, showError } from '../lib/problem.js';
import { forget, required } from '../lib/session.js';
import { sign } from '../lib/sign.js';
import { code, lang, t, time } from '../lib/text.js';

const box = $('main > [data-problem]');
const form = $('#leave-form');
const button = $('[type=submit]', form);

exportLinks(box);
await required();
try {
  const filings = await allFilings();
  $('[data-pending]').hidden = !filings.some((filing) => filing.status === 'awaiting_signatures');
  $('[data-filings]').replaceChildren(...(filings.length ? filings.map(row) : [el('li', {}, t('js.leave.no-filings'))]));
} catch (error) {
  showError(box, error);
}

function row(filing) {
  const sent = Boolean(filing.sentAt);
  return el('li', {}, el('a', { href: `/${lang}/filings/${filing.id}${sent ? '' : '/edit'}` }, filing.ticketNo || filing.opposite || filing.id),
    ` ${code('status', filing.status)}, ${time(filing.sentAt || filing.updatedAt)}`);
}

$('#understood').addEventListener('change', (event) => { button.disabled = !event.currentTarget.checked; });

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box);
  busy(button);
  try {
    const left = await sign({
      prepare: () => api('POST', '/api/account/leaving/document', { lang }),
      submit: (signature) => api('POST', '/api/account/leaving', { signature }),
    });
    if (!left) return;
    forget();
    $('[data-leave]').remove();
    $('[data-result]').replaceChildren(el('p', { class: 'govuk-inset-text good' }, t('js.leave.done', { time: time(left.leftAt), id: left.account })));
  } catch (error) {
    showError(box, error);
  } finally {
    idle(button);
    button.disabled = !$('#understood')?.checked;
  }
});
