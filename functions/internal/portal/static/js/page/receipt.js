// The receipt: shown from what the seal answered, or asked for again; checked in this browser.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { refusal } from '../lib/canonical.js';
import { $, $$, download, el, facts, hash } from '../lib/dom.js';
import { showError } from '../lib/problem.js';
import { picture } from '../lib/qr.js';
import { proof, signers } from '../lib/receipt-view.js';
import { required, session } from '../lib/session.js';
import { called, code, money, size, t, time } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
const state = $('[data-state]');

// As filings.PaperView; whoever has no session by now is not asked for one by it.
const printed = session().then((who) => (who ? api('GET', `/api/filings/${id}/receipt-paper`) : Promise.reject(new Error('no session'))));
printed.catch(() => {}); // is told where it is needed

state.textContent = t('js.loading');
try {
  const fresh = sessionStorage.getItem(`receipt:${id}`);
  if (!fresh) await required(); // right after the seal no session is needed
  const receipt = fresh ? JSON.parse(fresh) : await api('GET', `/api/filings/${id}/receipt`);
  show(receipt, receipt.receipt.files ?? await filed());
  state.textContent = '';
  await onPaper();
  await check(receipt);
} catch (error) {
  state.textContent = '';
  showError($('main [data-problem]'), error);
}

// The documents are named by the manifest; a receipt of version 1 lists them itself.
async function filed() {
  const kept = sessionStorage.getItem(`files:${id}`);
  return kept ? JSON.parse(kept) : (await printed).documents;
}

function show(signed, files) {
  const r = signed.receipt;
  $('[data-ticket]').textContent = r.ticketNo;
  $('[data-sent]').replaceChildren(el('time', { datetime: r.sentAt }, time(r.sentAt, true)));
  $('[data-files]').replaceChildren(el('table', { class: 'govuk-table stack' },
    el('thead', {}, el('tr', {}, ...['role', 'name', 'size'].map((c) => el('th', { scope: 'col' }, column(c))), el('th', { scope: 'col' }, 'SHA-256'))),
    el('tbody', {}, ...files.map((f) => el('tr', {},
      el('td', {}, code('role', f.role)), el('th', { scope: 'row' }, f.name), el('td', {}, size(f.size)), el('td', { 'data-label': 'SHA-256' }, hash(f.sha256)))))));
  $('[data-signer]').replaceChildren(...signers(r));
  $('[data-proof]').replaceChildren(proof(signed));
  $('[data-body]').hidden = false;
  document.title = `${r.ticketNo} – ${document.title}`;
  $('[data-print]').addEventListener('click', (event) => paper(event.currentTarget));
  $('[data-download]').addEventListener('click', () => download(signed, `${r.ticketNo}.json`));
}

/** What the print of this page has beside the receipt: parties, price, address and QR code, or that they are missing. */
async function onPaper() {
  try {
    const { kind, parties, tiyn, address, qr } = await printed;
    $('[data-paper]').replaceChildren(facts([
      [t('js.receipt.paper.kind'), code('kind', kind)], ...parties.map((p) => [p.role, called(p.name)]), [t('js.receipt.paper.price'), tiyn && money(tiyn)],
    ]));
    $('[data-address]').textContent = address;
    $('[data-qr]').replaceChildren(picture(qr, address));
  } catch (error) {
    console.warn(error);
    $$('[data-paper], [data-address]').forEach((place) => place.replaceChildren(el('strong', {}, t('js.receipt.paper.without'))));
  }
}

/** Prints the receipt's page in PDF, which is one sheet; without it, this page. */
async function paper(button) {
  busy(button);
  try {
    const answer = await fetch($('a[href*="receipt.pdf"]').href);
    if (!answer.ok) throw new Error(`the receipt's page: status ${answer.status}`);
    const frame = /** @type {HTMLIFrameElement} */ (el('iframe', { class: 'paper', title: t('receipt.print'), src: URL.createObjectURL(await answer.blob()) }));
    frame.addEventListener('load', () => {
      frame.contentWindow.focus();
      frame.contentWindow.print();
    });
    $('iframe.paper')?.remove();
    document.body.append(frame);
  } catch {
    print();
  } finally {
    idle(button);
  }
}

function column(name) {
  return { role: t('js.file.role'), name: t('js.file.name'), size: t('js.file.size') }[name];
}

async function check(signed) {
  const why = await refusal(signed, 'receipt', await api('GET', '/keys.json'));
  const note = $('[data-check]');
  note.classList.add(why ? 'bad' : why === '' ? 'good' : 'plain');
  note.textContent = why ? t('js.receipt.check.bad') + ' ' + t(`js.signature.${why}`) : why === '' ? t('js.receipt.check.ok') : t('js.receipt.check.unknown');
}
