// What a signed-in person is told of the agreement on every page: a version in force that they have
// not accepted, and one that comes.

import { $, el, notice } from './dom.js';
import { lang, t, time } from './text.js';

// Pages that speak of it themselves.
const SPEAKS = ['agreement', 'version', 'diff', 'leave'];

/** Fills the banner for the account's standing, agreement of account.View. */
export function agreementBanner({ accepted, inForce, coming }) {
  const page = document.documentElement.dataset.page;
  const link = (path, key) => el('a', { href: `/${lang}${path}` }, t(key));
  const notices = [];
  if (accepted !== inForce && page !== 'agreement') {
    notices.push(notice('warn', t('js.accept-new'), '', link('/agreement', 'js.accept-new.link')));
  }
  if (coming && !coming.accepted && !SPEAKS.includes(page)) {
    notices.push(notice('', t('js.coming.line', { id: coming.id, time: time(coming.effectiveAt) }), t('js.coming'),
      link(`/agreement/diff?from=${inForce}&to=${coming.id}`, 'js.coming.diff'), ' · ',
      link(`/agreement/${coming.id}`, 'js.coming.accept'), ' · ', link('/leave', 'js.coming.refuse')));
  }
  $('#banner').replaceChildren(...notices);
}
