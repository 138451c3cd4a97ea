// Versions of the agreement: proposed by one administrator, read and published by another.

import { administer, attempt } from '../lib/administer.js';
import { api } from '../lib/api.js';
import { confirmed } from '../lib/confirm.js';
import { $, el } from '../lib/dom.js';
import { entitled } from '../lib/entitled.js';
import { showError } from '../lib/problem.js';
import { lang, t, time } from '../lib/text.js';

const pieces = { added: 'ins', removed: 'del', same: 'span' };

await entitled('admin');
try {
  await versions();
} catch (error) {
  showError($('main > [data-problem]'), error);
}

async function versions() {
  const { published, proposed } = await api('GET', '/api/admin/agreements');
  $('[data-proposed]').replaceChildren(...proposed.length ? proposed.map(waiting) : [el('li', {}, t('js.admin.version.none'))]);
  $('[data-versions]').replaceChildren(...published.map((v) => el('li', {}, el('a', { href: `/${lang}/agreement/${v.id}` }, v.id),
    ` – ${t('js.admin.version.published', { published: time(v.publishedAt), effective: time(v.effectiveAt) })}`)));
}

/** A proposal with the form that decides on it, which opens once the changes are read. */
function waiting(proposal) {
  const form = el('form', { novalidate: true }, el('div', { 'data-problem': '' }));
  form.append(el('p', {}, el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: () => read(proposal, form) }, t('js.admin.version.read'))));
  form.addEventListener('submit', (event) => event.preventDefault());
  return el('li', {}, el('p', {}, `${t('js.admin.version.proposed', { id: proposal.id, time: time(proposal.at) })} ${proposal.reason}`), form);
}

// What is approved is what was read here: the digest comes with the texts.
function read(proposal, form) {
  return attempt(form, async () => {
    const draft = await api('GET', `/api/admin/agreements/${proposal.id}`);
    const reason = el('input', { class: 'govuk-input', id: `reason-${draft.id}`, 'data-most': '500', required: true, 'data-pointer': '/reason', 'aria-describedby': `reason-${draft.id}-hint` });
    const decide = (key, send) => el('button', {
      type: 'button',
      class: 'govuk-button govuk-button--secondary small',
      onclick: () => attempt(form, async () => {
        const done = await send(reason.value);
        if (done === null) return null;
        await versions();
        $('#proposed-title').focus();
        return true;
      }),
    }, t(key));
    const publish = (why) => administer('POST', `/api/admin/agreements/${draft.id}/approval`, { digest: draft.digest, reason: why });
    const withdraw = async (why) => {
      if (why.trim() && !await confirmed(t('js.admin.version.withdraw.sure', { id: draft.id }))) return null;
      await administer('POST', `/api/admin/agreements/${draft.id}/withdrawal`, { reason: why });
      return true;
    };
    form.replaceChildren(
      ...['kk', 'ru', 'en'].flatMap((code) => {
        const changed = (draft.changes?.[code] ?? []).filter((c) => c.op !== 'same');
        return [
          el('h3', {}, t('js.admin.version.text', { lang: t(`lang.${code}`) })),
          changed.length > 0
            ? el('article', { class: 'legal diff', lang: code }, ...changed.map((c) => el('p', {}, ...c.pieces.map((p) => el(pieces[p.op], {}, p.text)))))
            : el('p', { class: 'govuk-hint' }, t('js.admin.version.same')),
        ];
      }),
      el('div', { 'data-problem': '' }),
      el('div', { class: 'govuk-form-group' }, el('label', { class: 'govuk-label', for: reason.id }, t('js.admin.reason')),
        el('div', { class: 'govuk-hint', id: `reason-${draft.id}-hint` }, t('js.admin.version.publish.hint')), reason),
      el('div', { class: 'govuk-button-group' },
        draft.own ? null : decide('js.admin.version.approve', publish),
        decide('js.admin.version.withdraw', withdraw)));
    return null;
  });
}

$('#version').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  attempt(form, async () => {
    const id = $('#version-id').value.trim();
    const texts = Object.fromEntries(['kk', 'ru', 'en'].map((code) => [code, $(`#text-${code}`).value]));
    const complete = id && Object.values(texts).every((text) => text.trim()) && $('#version-reason').value.trim(); // what is missing is said by the API, at its field
    if (complete && !await confirmed(t('js.admin.version.sure', { id }))) return null;
    await api('POST', '/api/admin/agreements', { id, texts, reason: $('#version-reason').value });
    form.reset();
    await versions();
    return true;
  });
});
