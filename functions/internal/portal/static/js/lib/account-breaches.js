// The section of the account's page with the breach cases on it, and objections to a change of address.

import { api } from './api.js';
import { card, closing, particulars } from './breach-view.js';
import { $, el } from './dom.js';
import { pressed, showError } from './problem.js';
import { t, time } from './text.js';

/** Fetches and shows the cases. */
export async function breaches() {
  try {
    const list = (await api('GET', '/api/account/breaches')).breaches;
    $('[data-breaches]').replaceChildren(...list.length
      ? list.map((breach) => card(breach, [...particulars(breach), ...closing(breach)]))
      : [el('p', {}, t('js.breach.none-of-account'))]);
  } catch (error) {
    showError($('[aria-labelledby=breaches] [data-problem]'), error);
  }
}

/** The item of an address in the history, with the objection to what took its place. */
export function address(a, box, state) {
  return el('li', {}, `${a.email}: `,
    a.until ? t('js.account.email-then', { from: time(a.from), until: time(a.until) }) : t('js.account.email-now', { from: time(a.from) }),
    `, ${a.verifiedAt ? t('js.account.verified') : t('js.account.unverified')} `,
    a.object ? el('button', {
      type: 'button',
      class: 'govuk-button govuk-button--secondary small',
      onclick: (event) => pressed(event.currentTarget, box, async () => {
        const { id } = await api('POST', '/api/account/email/objection', { from: a.from });
        state.textContent = t('js.account.email-objected', { id });
      }),
    }, t('js.account.email-object')) : null);
}
