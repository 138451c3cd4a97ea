// The agreement's page: acceptance by a user, or by somebody on the way to registration.

import { arm } from '../lib/accept.js';
import { $, el } from '../lib/dom.js';
import { session } from '../lib/session.js';
import { lang, t, time } from '../lib/text.js';

const result = $('#acceptance [data-result]');

if (result) arm(async (accepted) => {
  const signedIn = await session();
  const [text, href, link] = !accepted.registered
    ? ['', `/${lang}/register`, t('js.accepted.form')]
    : signedIn
      ? [t('js.accepted.registered'), `/${lang}/filings`, '']
      : [t('js.accepted.registered'), `/${lang}/sign-in`, t('js.accepted.sign-in')];
  result.replaceChildren(el('div', { class: 'govuk-inset-text good' },
    el('p', {}, t('js.accepted', { time: time(accepted.acceptedAt) })),
    text ? el('p', {}, text) : null,
    link ? el('p', {}, el('a', { class: 'govuk-button', href }, link)) : null));
  $('#banner').replaceChildren();
});

const account = await session();
if (result && account?.agreement.accepted === $('[data-accept]').dataset.accept) {
  $('[data-accept]').disabled = true;
  result.append(el('p', { class: 'govuk-inset-text good' }, t('js.accepted.already')));
}
