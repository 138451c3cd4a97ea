// The editor of a claim: form, documents, check, signature.

import { api, Problem } from '../lib/api.js';
import { claimOf } from '../lib/claim-form.js';
import { contacts } from '../lib/contacts.js';
import { $, $$, courts, el, facts, hash } from '../lib/dom.js';
import { DocumentList } from '../lib/documents.js';
import { FilingDraft } from '../lib/filing-draft.js';
import { clear, show, showError } from '../lib/problem.js';
import { onEnd, required } from '../lib/session.js';
import { sign } from '../lib/sign.js';
import { called, clock, code, lang, money, size, t, tiyn, typed } from '../lib/text.js';

const form = $('#claim');
const [problems, state] = [$('main [data-problem]'), $('[data-state]')];
const courtName = courts();
const id = document.documentElement.dataset.filing ?? crypto.randomUUID();
const isNew = !document.documentElement.dataset.filing;

const draft = new FilingDraft(id, collect, report);

// ---- the form

const lists = { defendants: '/defendants/parties', demands: '/demands/items' };
const names = { fullName: 'name', address: 'address/text' }; // of fields in the form, where they differ

function addRow(list, values = {}) {
  const row = $(`template[data-template=${list}]`).content.cloneNode(true).firstElementChild;
  const group = crypto.randomUUID();
  $$('[data-field]', row).forEach((input) => {
    const { field } = input.dataset;
    if (input.type === 'radio') {
      input.name = group;
      input.checked = input.value === (values[field] || 'natural');
    } else if (input.type === 'checkbox') {
      input.checked = Boolean(values[field]);
    } else if (field === 'amountTiyn') {
      input.value = values[field] ? typed(values[field]) : '';
    } else {
      input.value = values[field] || (input.tagName === 'SELECT' ? input.options[0].value : '');
    }
    input.id = crypto.randomUUID();
    $('label', input.parentElement).htmlFor = input.id;
  });
  $('[data-remove]', row).addEventListener('click', () => {
    row.remove();
    refresh();
    draft.changed();
    $(`[data-add=${list}]`).focus();
  });
  $(`[data-${list}]`).append(row);
  refresh();
  return row;
}

// Numbers rows, points fields at their place in the claim, shows what belongs to a choice.
function refresh() {
  for (const [list, pointer] of Object.entries(lists)) {
    const rows = $$('[data-row]', $(`[data-${list}]`));
    rows.forEach((row, i) => {
      $('[data-number]', row).textContent = rows.length > 1 ? String(i + 1) : '';
      $('[data-remove]', row).hidden = rows.length === 1;
      $$('[data-field]', row).forEach((input) => {
        const place = input.type === 'radio' ? input.closest('fieldset') : input;
        place.dataset.pointer = `${pointer}/${i}/${names[input.dataset.field] ?? input.dataset.field}`;
      });
    });
  }
  $$('[data-defendants] > [data-row]').forEach((row) => {
    const type = $('[data-field=type]:checked', row).value;
    $$('[data-only]', row).forEach((field) => { field.hidden = field.dataset.only !== type; });
  });
  $$('[data-demands] > [data-row]').forEach((row) => {
    $('[data-amount]', row).hidden = $('[data-field=nature]', row).value === 'non_property';
    const input = $('[data-field=amountTiyn]', row);
    const wrong = input.value.trim() !== '' && tiyn(input.value) === null;
    $('.govuk-error-message', input.parentElement)?.remove();
    input.toggleAttribute('aria-invalid', wrong);
    if (wrong) input.parentElement.append(el('p', { class: 'govuk-error-message' }, t('js.amount.invalid')));
  });
  const claim = collect();
  $('[data-price]').textContent = money(claim.claimPriceTiyn);
  check(claim);
}

function collect() {
  const defendants = $$('[data-defendants] > [data-row]').map((row) => {
    const value = (field) => $(`[data-field=${field}]`, row).value.trim();
    const type = $('[data-field=type]:checked', row).value;
    return {
      type,
      fullName: value('fullName'),
      iin: type === 'natural' ? value('iin') : '',
      bin: type === 'legal' ? value('bin') : '',
      address: value('address'),
      whereaboutsUnknown: $('[data-field=whereaboutsUnknown]', row).checked,
      email: value('email'),
      mobile: value('mobile'),
    };
  });
  const demands = $$('[data-demands] > [data-row]').map((row) => {
    const nature = $('[data-field=nature]', row).value;
    return {
      text: $('[data-field=text]', row).value.trim(),
      nature,
      amountTiyn: nature === 'non_property' ? 0 : tiyn($('[data-field=amountTiyn]', row).value) ?? 0,
    };
  });
  return {
    lang: $('input[name=lang]:checked', form)?.value ?? 'kk',
    courtCode: $('#court').value,
    jurisdictionBasis: $('#basis').value,
    demands,
    breach: $('#breach').value.trim(),
    circumstances: $('#circumstances').value.trim(),
    // Article 104: several demands, their total; what is not property has no price.
    claimPriceTiyn: demands.filter((d) => d.nature === 'property').reduce((sum, d) => sum + d.amountTiyn, 0),
    defendants,
  };
}

function fill(claim) {
  $('#court').value = claim.courtCode ?? '';
  $('#basis').value = claim.jurisdictionBasis ?? '';
  $$('input[name=lang]', form).forEach((input) => { if (claim.lang) input.checked = input.value === claim.lang; });
  $('#breach').value = claim.breach ?? '';
  $('#circumstances').value = claim.circumstances ?? '';
  for (const list of Object.keys(lists)) {
    $(`[data-${list}]`).replaceChildren();
    const rows = claim[list]?.length ? claim[list] : [{}];
    rows.forEach((values) => addRow(list, values));
  }
}

// What the person can see to be missing; what keeps a claim from being signed is the API's word.
function check(claim) {
  const met = {
    court: claim.courtCode && claim.jurisdictionBasis,
    defendant: claim.defendants.every((d) => d.fullName && (d.address || d.whereaboutsUnknown)),
    essence: claim.breach && claim.circumstances,
    demands: claim.demands.every((d) => d.text && (d.nature !== 'property' || d.amountTiyn > 0)),
    main: documents.has('main_claim'),
    duty: documents.has('duty_proof'),
  };
  $$('[data-check-item]').forEach((item) => item.classList.toggle('met', Boolean(met[item.dataset.checkItem])));
}

// ---- saving

const saved = $('[data-saved]');

function report(what, detail) {
  if (what === 'saving') saved.textContent = t('js.save.saving');
  if (what === 'saved') {
    saved.textContent = t('js.save.saved', { clock: clock(Date.now()).slice(0, 5) });
    if (problems.childElementCount) clear(problems, form);
  }
  if (what === 'local') saved.textContent = t('js.save.local');
  if (what === 'invalid') {
    saved.textContent = t('js.save.invalid');
    show(problems, detail, form, { quiet: true });
  }
  if (what === 'conflict') {
    saved.textContent = '';
    const box = el('div', { class: 'govuk-inset-text warn', role: 'alert', tabindex: '-1' },
      el('h2', {}, t('js.conflict.title')), el('p', {}, t('js.conflict.text')),
      el('div', { class: 'govuk-button-group' },
        el('button', { type: 'button', class: 'govuk-button', onclick: () => { clear(problems); draft.keepMine(detail); } }, t('js.conflict.mine')),
        el('button', { type: 'button', class: 'govuk-button govuk-button--secondary', onclick: () => { sessionStorage.removeItem(draft.key); location.reload(); } }, t('js.conflict.theirs'))));
    problems.replaceChildren(box);
    box.focus();
  }
}

form.addEventListener('input', () => {
  refresh();
  draft.changed();
});
$$('[data-add]').forEach((button) => button.addEventListener('click', () => {
  $('input:not([type=radio]), textarea', addRow(button.dataset.add)).focus();
  draft.changed();
}));
onEnd(() => draft.keep());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden' && draft.dirty && !draft.halted) draft.flush();
});

// ---- documents

const documents = new DocumentList($('#s-documents').parentElement, {
  roles: $('[data-roles]').dataset.roles.split(','),
  ready: () => draft.flush(),
  put: (d) => draft.exclusive(async () => {
    const { role, name, size: bytes, sha256, mediaType, parts } = d;
    const answer = await api('PUT', `/api/filings/${id}/documents/${d.id}`, { version: d.version ?? 0, role, name, size: bytes, sha256, mediaType, parts: parts ?? [] });
    d.version = answer.version;
    return answer.upload;
  }),
  complete: (d) => api('POST', `/api/filings/${id}/documents/${d.id}/completion`, { parts: d.parts }),
  drop: (d) => draft.exclusive(() => api('DELETE', `/api/filings/${id}/documents/${d.id}?version=${d.version}`)),
  read: async () => (await api('GET', `/api/filings/${id}`)).documents,
  changed: () => check(collect()),
  failed: (problem) => showError(problems, problem),
});

// ---- signing

const signBox = $('[data-sign-problem]');
const pending = `seal:${id}`; // a signature whose receipt has not come back: sending it again is safe

$('[data-review]').addEventListener('click', async (event) => {
  const button = event.currentTarget;
  clear(signBox, form);
  if (documents.busy) {
    signBox.replaceChildren(el('p', { class: 'govuk-inset-text warn', role: 'alert' }, t('js.document.wait')));
    return;
  }
  button.disabled = true;
  try {
    if (!await draft.flush()) return;
    const receipt = await sign({ prepare: manifest, describe: review, submit: seal });
    if (receipt) finished(receipt);
  } catch (error) {
    showError(signBox, error, form);
  } finally {
    button.disabled = false;
  }
});

let made; // the manifest that was asked for last

// What is signed is what this page shows: nobody else may have changed it meanwhile.
async function manifest() {
  const stored = await draft.exclusive(() => draft.agreed());
  if (!stored) throw new Problem({ title: t('js.conflict.title'), detail: t('js.conflict.text'), slug: 'version-conflict' });
  made = await api('POST', `/api/filings/${id}/manifest`, { revision: stored.revision });
  return made;
}

function review({ filing }) {
  const claim = collect();
  const local = new Map(documents.items.map((d) => [d.id, d.local]));
  return [
    facts([
      [t('js.review.court'), courtName(filing.courtCode)],
      [t('js.review.defendants'), claim.defendants.map((d) => d.fullName).join('; ')],
      [t('js.review.demands'), el('ol', { class: 'plain' }, ...claim.demands.map((d) => el('li', {}, d.amountTiyn ? `${d.text} – ${money(d.amountTiyn)}` : d.text)))],
      [t('js.review.price'), claim.claimPriceTiyn ? money(claim.claimPriceTiyn) : ''],
      [t('js.review.agreement'), filing.agreement],
      [t('js.review.form'), hash(filing.form.sha256)],
    ]),
    el('h3', {}, t('js.review.documents')),
    el('ol', { class: 'reviewed' }, ...filing.documents.map((d) => el('li', {},
      el('strong', {}, d.name), ` – ${code('role', d.role)}, ${size(d.size)}`,
      el('br'), 'SHA-256 ', hash(d.sha256),
      local.get(d.id) === d.sha256 ? el('span', { class: 'same' }, ` ${t('js.review.same')}`) : null))),
  ];
}

function seal(signature) {
  const sent = { token: made.token, signature };
  sessionStorage.setItem(pending, JSON.stringify(sent));
  return deliver(sent);
}

// No answer, or one of something in between, is no refusal: the office is asked what became of it.
async function deliver(sent) {
  try {
    return await api('POST', `/api/filings/${id}/seal`, sent);
  } catch (problem) {
    if (problem.status < 400 || problem.status >= 500 || problem.status === 429) {
      const known = await api('POST', `/api/filings/${id}/outcome`, { token: sent.token }).catch(() => ({}));
      if (known.outcome === 'sealed') return known.receipt;
      if (known.outcome !== 'void') throw problem;
    }
    sessionStorage.removeItem(pending);
    throw problem;
  }
}

function finished(receipt) {
  sessionStorage.removeItem(pending);
  sessionStorage.removeItem(draft.key);
  draft.halted = true;
  sessionStorage.setItem(`receipt:${id}`, JSON.stringify(receipt));
  sessionStorage.setItem(`files:${id}`, JSON.stringify(documents.items.map(({ role, name, size: bytes, sha256: sum }) => ({ role, name, size: bytes, sha256: sum }))));
  location.assign(`/${lang}/filings/${id}/receipt`);
}

function offerResend() {
  const signature = sessionStorage.getItem(pending);
  if (!signature) return;
  const button = el('button', {
    type: 'button',
    class: 'govuk-button',
    onclick: async () => {
      try {
        finished(await deliver(JSON.parse(signature)));
      } catch (error) {
        showError(signBox, error);
      }
    },
  }, t('js.seal.resend'));
  signBox.replaceChildren(el('div', { class: 'govuk-inset-text warn' }, el('p', {}, t('js.seal.pending')), button));
}

// ---- beginning

const account = await required();
state.textContent = t('js.loading');
try {
  $('[data-claimant]').textContent = [called(account.organisation || account.name), account.number].filter(Boolean).join(', ');
  if (isNew) {
    fill({});
    form.addEventListener('input', settle, { once: true });
    $('#s-documents').parentElement.addEventListener('change', settle, { once: true });
    $('#s-documents').parentElement.addEventListener('drop', settle, { once: true });
  } else {
    await load();
  }
  $('[data-body]').hidden = false;
  contacts($('[data-contacts]'));
} catch (error) {
  showError(problems, error);
} finally {
  state.textContent = '';
}

// A new claim gets an address of its own with the first thing entered, so that reloading it or
// reading it in another language does not begin another.
function settle() {
  draft.keep();
  history.replaceState(null, '', `/${lang}/filings/${id}/edit`);
  $$('.langs a').forEach((a) => { a.href = `/${a.hreflang}/filings/${id}/edit`; });
}

async function load() {
  const kept = draft.kept();
  let filing;
  try {
    filing = await draft.read();
  } catch (problem) {
    if (problem.status !== 404 || !kept) throw problem;
    filing = { version: 0, sections: {}, documents: [] }; // never reached the API: only this device has it
  }
  if (filing.ticketNo) {
    location.replace(`/${lang}/filings/${id}`);
    return;
  }
  fill(claimOf(filing.sections));
  draft.begin(filing);
  draft.saved = JSON.stringify(collect());
  documents.load(filing.documents);
  if (kept && JSON.stringify(kept.claim) !== draft.saved) {
    fill(kept.claim);
    draft.restore(kept);
    saved.textContent = t('js.save.restored');
    draft.changed();
  }
  offerResend();
}
