// The certificate of an interruption, checked in this browser.

import { api } from '../lib/api.js';
import { refusal } from '../lib/canonical.js';
import { $, download, el, facts } from '../lib/dom.js';
import { certified } from '../lib/maintenance-view.js';
import { showError } from '../lib/problem.js';
import { t } from '../lib/text.js';

const id = location.pathname.split('/').pop();
const state = $('[data-state]');

state.textContent = t('js.loading');
try {
  const signed = await api('GET', `/api/maintenance/${id}/certificate`);
  show(signed);
  const why = await refusal(signed, 'certificate', await api('GET', '/keys.json'));
  const note = $('[data-check]');
  note.classList.add(why ? 'bad' : why === '' ? 'good' : 'plain');
  note.textContent = why ? t('js.interruption.check.bad') + ' ' + t(`js.signature.${why}`) : why === '' ? t('js.interruption.check.ok') : t('js.interruption.check.unknown');
} catch (error) {
  showError($('main [data-problem]'), error);
} finally {
  state.textContent = '';
}

function show(signed) {
  const c = signed.certificate;
  $('[data-facts]').replaceChildren(facts(certified(c)));
  $('[data-proof]').replaceChildren(facts([
    [t('js.interruption.id'), el('code', {}, c.id)],
    [t('js.interruption.key'), el('code', { class: 'hash' }, signed.keyId)],
  ]));
  $('[data-body]').hidden = false;
  $('[data-print]').addEventListener('click', () => print());
  $('[data-download]').addEventListener('click', () => download(signed, `interruption-${c.id}.json`));
}
