// Where notices of a filing go, shown before it is signed (CPC 127 and 132).

import { api } from './api.js';
import { el, facts } from './dom.js';
import { spaced } from './phone.js';
import { showError } from './problem.js';
import { t } from './text.js';

const state = (verified) => t(verified ? 'js.account.verified' : 'js.account.unverified');

/** Fills box with the account's address and number, and warns of an address that is not verified. */
export async function contacts(box) {
  try {
    const p = await api('GET', '/api/account');
    box.replaceChildren(facts([
      [t('js.contacts.email'), `${p.email} (${state(p.verified)})`],
      [t('js.contacts.mobile'), p.mobile ? `${spaced(p.mobile)} (${state(p.mobileVerified)})` : t('js.contacts.none')],
    ]), ...(p.verified ? [] : [el('p', { class: 'govuk-inset-text warn' }, t('js.contacts.warning'))]));
  } catch (error) {
    showError(box, error, null, { quiet: true });
  }
}
