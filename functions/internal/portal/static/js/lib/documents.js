// The list of a filing's documents: choosing files, their roles, and how far each is.

import { $, el, hash } from './dom.js';
import { code, size, t } from './text.js';
import { mediaType, partHashes, send, sha256 } from './upload.js';

export class DocumentList {
  /** @type {any[]} {id, role, name, size, mediaType, sha256, parts, version, state, share, fault, file, local, known} */
  items = [];

  /**
   * section has [data-documents], #role, which the next file gets, and an input [data-files] (data-max,
   * accept). office is how the list reaches the office: put(item) records a document and resolves to
   * its grants, complete(item) and drop(item) what they say, changed() hears of every change, roles
   * lists the codes, failed(problem) shows what could not be done.
   */
  constructor(section, office) {
    this.section = section;
    this.office = office;
    this.input = $('[data-files]', section);
    this.role = $('#role', section);
    this.role.replaceChildren(...this.options(''));
    this.input.addEventListener('change', () => {
      const chosen = [...this.input.files];
      this.input.value = ''; // the same file may be chosen again after a removal
      this.choose(chosen);
    });
    addEventListener('beforeunload', (event) => { if (this.busy) event.preventDefault(); }); // leaving would stop what is under way
  }

  /** Whether files are still being sent. */
  get busy() { return this.items.some((d) => d.state === 'uploading' || d.state === 'hashing'); }

  /** Shows what the office has. */
  load(documents) {
    this.items.push(...documents.map((d) => ({ ...d, known: true, share: 1, state: d.uploaded ? 'uploaded' : 'missing' })));
    this.show();
  }

  choose(files) {
    for (const file of files) {
      const item = { id: crypto.randomUUID(), role: this.role.value, name: file.name, size: file.size, mediaType: mediaType(file), file, state: 'hashing', share: 0 };
      this.items.push(item);
      this.upload(item);
    }
  }

  async upload(item) {
    const limit = Number(this.input.dataset.max);
    item.fault = item.file.size === 0 ? t('js.document.empty')
      : item.file.size > limit ? t('js.document.too-large', { size: size(limit) })
        : !this.input.accept.split(',').includes(item.mediaType) ? t('js.document.type') : '';
    if (item.fault) {
      this.become(item, 'refused');
      return;
    }
    try {
      this.become(item, 'hashing');
      item.sha256 = await sha256(item.file);
      item.local = item.sha256;
      item.parts = await partHashes(item.file);
      const upload = await this.office.put(item);
      item.known = true;
      this.become(item, 'uploading');
      await send(item.file, upload.grants, (share) => this.progress(item, share));
      if (upload.complete) await this.office.complete(item);
      this.become(item, 'uploaded');
    } catch (error) {
      item.fault = error.detail ? [error.detail, ...(error.errors ?? []).map((e) => e.detail)].join(' ') : '';
      this.become(item, 'failed');
    }
  }

  become(item, state) {
    item.state = state;
    this.show();
  }

  async remove(item) {
    try {
      if (item.known) await this.office.drop(item);
      this.items.splice(this.items.indexOf(item), 1);
      this.show();
      this.input.focus();
    } catch (error) {
      this.office.failed(error);
    }
  }

  /** Gives a document another role. */
  async setRole(item, role) {
    const before = item.role;
    item.role = role;
    try {
      if (item.known) await this.office.put(item);
    } catch (error) {
      item.role = before;
      this.office.failed(error);
    }
    this.show();
  }

  options(chosen) {
    return this.office.roles.map((role) => el('option', { value: role, selected: role === chosen }, code('role', role)));
  }

  show() {
    const active = document.activeElement?.id;
    $('[data-documents]', this.section).replaceChildren(...this.items.map((d) => this.row(d)));
    if (active) document.getElementById(active)?.focus();
    this.office.changed();
  }

  row(d) {
    const button = (words, act) => el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: act }, words);
    const still = d.state !== 'uploading' && d.state !== 'hashing';
    return el('li', { class: d.state, 'data-document': d.id },
      el('div', { class: 'doc-head' }, el('strong', {}, d.name), el('span', { class: 'small' }, size(d.size))),
      d.state === 'refused' ? null : el('div', { class: 'govuk-form-group' },
        el('label', { class: 'govuk-label', for: `role-${d.id}` }, t('js.document.role')),
        el('select', { class: 'govuk-select', id: `role-${d.id}`, onchange: (event) => this.setRole(d, event.target.value) }, ...this.options(d.role))),
      d.state === 'uploading' ? el('progress', { max: '1', value: String(d.share), 'aria-label': t('js.document.progress', { name: d.name }) }) : null,
      el('p', { class: 'doc-state', role: d.state === 'failed' || d.state === 'refused' ? 'alert' : null }, this.words(d)),
      d.sha256 ? el('p', { class: 'small' }, 'SHA-256 ', hash(d.sha256)) : null,
      el('div', { class: 'govuk-button-group' },
        d.state === 'failed' ? button(t('js.document.retry'), () => this.upload(d)) : null,
        still ? button(t('js.document.remove', { name: d.name }), () => this.remove(d)) : null));
  }

  words(d) {
    return {
      hashing: t('js.document.hashing'),
      uploading: t('js.document.uploading', { percent: Math.floor(d.share * 100) }),
      uploaded: t('js.document.uploaded'),
      failed: [t('js.document.failed'), d.fault].filter(Boolean).join('. '),
      refused: d.fault,
      missing: t('js.document.again'),
    }[d.state];
  }

  progress(item, share) {
    item.share = share;
    const row = $(`[data-document="${item.id}"]`, this.section);
    if (!row) return;
    $('progress', row).value = share;
    $('.doc-state', row).textContent = this.words(item);
  }
}
