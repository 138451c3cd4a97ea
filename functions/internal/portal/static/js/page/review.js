// What is signed, seen before it is signed: the statement and the documents with their hashes, who has
// to sign, where notices go; then the signature, which is kept until its receipt is in hand.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { contacts } from '../lib/contacts.js';
import { $, courts, el, facts, hash } from '../lib/dom.js';
import { called } from '../lib/form-rows.js';
import { hashesOf } from '../lib/hashes.js';
import { clear, showError } from '../lib/problem.js';
import { pending, seal } from '../lib/seal.js';
import { required } from '../lib/session.js';
import { decode, sign } from '../lib/sign.js';
import { code, lang, size, t, time } from '../lib/text.js';
import { digest } from '../lib/hash.js';

const id = document.documentElement.dataset.filing;
const [state, box, signBox, signState] = [$('[data-state]'), $('main [data-problem]'), $('[data-sign-problem]'), $('[data-sign-state]')];
const button = $('[data-review]');

/** @type {any} */ let own; // the filing, for its owner; null for one who only has to sign
/** @type {any} */ let made; // what to sign
/** @type {any} */ let content; // of the document to sign

await required();
state.textContent = t('js.loading');
try {
  own = await mine();
  if (own?.ticketNo) location.replace(`/${lang}/filings/${id}/receipt`);
  $('[data-back]').hidden = !own;
  made = await toSign();
  content = decode(made.document).filing;
  await present();
  offerAgain();
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

/** The filing if it is the account's own, else null. */
async function mine() {
  try {
    return await api('GET', `/api/filings/${id}`);
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

// What is out for signature already stays: another manifest would void the signatures it has.
async function toSign() {
  const revision = Number(new URLSearchParams(location.search).get('revision') ?? own?.revision);
  if (own && own.status === 'draft') return api('POST', `/api/filings/${id}/manifest`, { revision });
  try {
    return await api('GET', `/api/filings/${id}/manifest`);
  } catch (problem) {
    if (!own || problem.status !== 404) throw problem;
    location.replace(`/${lang}/filings/${id}`); // others have to sign it, and this account nothing
    return new Promise(() => {});
  }
}

async function present() {
  $('[data-until]').textContent = t('js.review.until', { time: time(made.sealBy) });
  signers();
  const local = hashesOf(id);
  $('[data-documents]').replaceChildren(...content.documents.map((d) => el('li', {},
    el('a', { href: `/api/filings/${id}/files/${d.id}` }, d.name), ` – ${code('role', d.role)}, ${size(d.size)}`,
    el('br'), 'SHA-256 ', hash(d.sha256), el('br'), compared(local[d.id], d.sha256))));
  if (!content.documents.length) $('[data-documents]').replaceWith(el('p', {}, t('js.answers.nothing')));
  if (!made.token) signState.textContent = t('js.review.not-yours');
  contacts($('[data-contacts]'));
  $('[data-body]').hidden = false;
  await statement();
}

/** Whether this browser's own hash of a document is the one that is signed. */
function compared(local, signed) {
  if (!local) return el('span', { class: 'unknown' }, t('js.review.elsewhere'));
  return local === signed ? el('span', { class: 'same' }, t('js.review.same')) : el('strong', { class: 'differs' }, t('js.review.differs'));
}

/** Fetches the statement, compares it with the hash that is signed, and shows it where the browser can. */
async function statement() {
  const note = $('[data-same]');
  const say = (kind, words) => note.replaceChildren(el('span', { class: kind }, words), el('br'), 'SHA-256 ', hash(content.statement.sha256));
  let pdf;
  try {
    const response = await fetch($('[data-open]').href);
    if (!response.ok) throw new Error(String(response.status));
    pdf = await response.blob();
  } catch {
    say('unknown', t('js.review.unread'));
    return;
  }
  if ((await digest(pdf)).sha256 !== content.statement.sha256) {
    say('differs', t('js.review.differs'));
    button.disabled = true;
    return;
  }
  say('same', t('js.review.statement.same'));
  const href = URL.createObjectURL(new Blob([pdf], { type: 'application/pdf' }));
  const open = $('[data-open]');
  open.href = href; // the very bytes that were compared
  open.target = '_blank';
  if (!navigator.pdfViewerEnabled) return;
  $('[data-pdf]').replaceChildren(el('iframe', { src: href, title: t('js.review.statement.title') }));
  $('[data-pdf]').hidden = false;
}

/** Who has to sign, and who has. */
function signers() {
  $('[data-signers]').replaceChildren(...content.seats.map((seat, i) => {
    const name = party(seat.party);
    const who = seat.any.map((s) => `${code('capacity', s.capacity)}, ${s.number}`).join('; ');
    const signed = made.signed.includes(i);
    return el('li', { class: 'govuk-task-list__item' },
      el('div', { class: 'govuk-task-list__name-and-hint' }, name || who, name ? el('div', { class: 'govuk-task-list__hint' }, who) : null),
      el('div', { class: 'govuk-task-list__status' }, signed ? t('js.review.signed') : el('strong', { class: 'govuk-tag govuk-tag--yellow' }, t('js.review.waits'))));
  }));
  seals();
}

/** What the reader's signature would do where others have to sign too, and whether it is there already. */
function seals() {
  const missing = content.seats.map((_, i) => i).filter((i) => !made.signed.includes(i));
  const others = missing.filter((i) => !made.mine.includes(i)).length;
  const signs = made.token && missing.length > others;
  button.parentElement.hidden = !signs;
  let words = '';
  if (signs && content.seats.length > 1) words = others ? t('js.review.not-last', { n: others }) : t('js.review.last');
  if (made.token && !signs) words = t('js.review.given');
  $('[data-invite]').hidden = !own || !others;
  $('[data-address]').textContent = `${location.origin}${location.pathname}`;
  $('[data-seals]').textContent = words;
  $('[data-seals]').hidden = !words;
}

/** The name of a party in the form, for who may read it. */
function party(wanted) {
  const find = (x) => {
    if (!x || typeof x !== 'object') return '';
    if (!Array.isArray(x) && x.id === wanted) return called(x);
    return Object.values(x).map(find).find(Boolean) ?? '';
  };
  return own && wanted ? find(Object.fromEntries(Object.entries(own.sections).map(([section, { value }]) => [section, value]))) : '';
}

button.addEventListener('click', async () => {
  clear(signBox);
  busy(button);
  try {
    const answer = await sign({ prepare: async () => made, describe, submit: (signature) => send({ token: made.token, signature }) });
    if (answer) await finished(answer);
  } catch (error) {
    showError(signBox, error);
  } finally {
    idle(button);
    offerAgain();
  }
});

function describe({ filing }) {
  return [
    facts([
      [t('js.review.court'), filing.courtCode && courts()(filing.courtCode)],
      [t('js.review.opposite'), own?.opposite],
      [t('js.review.agreement'), filing.agreement],
      [t('js.review.form'), hash(filing.form.sha256)],
      [t('js.review.statement'), hash(filing.statement.sha256)],
    ]),
    el('h3', {}, t('js.review.documents')),
    el('ol', { class: 'reviewed' }, ...filing.documents.map((d) => el('li', {},
      el('strong', {}, d.name), ` – ${code('role', d.role)}, ${size(d.size)}`, el('br'), 'SHA-256 ', hash(d.sha256),
      hashesOf(id)[d.id] === d.sha256 ? el('span', { class: 'same' }, ` ${t('js.review.same')}`) : null))),
  ];
}

function send(sent) {
  return seal(id, sent, (seconds) => {
    const words = t('js.seal.again', { seconds });
    signState.textContent = words;
    $('#sign [data-state]').textContent = words;
  });
}

/** The receipt, or what is missing where others have to sign too. */
async function finished(answer) {
  signState.textContent = '';
  if (answer.receipt) {
    sessionStorage.setItem(`receipt:${id}`, JSON.stringify(answer));
    sessionStorage.setItem(`files:${id}`, JSON.stringify(content.documents.map(({ role, name, size: bytes, sha256: sum }) => ({ role, name, size: bytes, sha256: sum }))));
    location.assign(`/${lang}/filings/${id}/receipt`);
    return;
  }
  signBox.replaceChildren(el('div', { class: 'govuk-inset-text good', role: 'status' }, t('js.review.pending', { n: answer.missing })));
  made = await api('GET', `/api/filings/${id}/manifest`);
  signers();
}

/** A signature whose fate is open is sent again, not made again. */
function offerAgain() {
  const sent = pending(id);
  if (!sent) return;
  const again = el('button', { type: 'button', class: 'govuk-button' }, t('js.seal.resend'));
  again.addEventListener('click', async () => {
    again.disabled = true;
    try {
      const answer = await send(sent);
      clear(signBox);
      await finished(answer);
    } catch (error) {
      showError(signBox, error);
      offerAgain();
    }
  });
  signBox.prepend(el('div', { class: 'govuk-inset-text warn' }, el('p', {}, t('js.seal.pending')), again));
}
