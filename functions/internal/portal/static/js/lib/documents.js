// The list of a filing's documents: choosing, dropping and photographing files, their roles, and how
// far each is. What is sent and what is signed are the same list: a file that failed stays in it,
// with the reason, until it is sent or taken off.

import { $, el, hash } from './dom.js';
import { asJPEG, fault, inOrder, mediaType, role } from './file-kind.js';
import { code, size, t } from './text.js';
import { hashes, inTurn, send } from './upload.js';

const CLAIM = 'main_claim'; // the paper itself, where it is a file of the filer's own

export class DocumentList {
  /** @type {HTMLInputElement} */ input;
  /** @type {any[] | null} */ which = null;
  looking = 0;
  line = /** @type {Promise<any>} */ (Promise.resolve()); // the office has documents in the order in which they are on the page
  /** @type {any[]} */ items = []; // {id, role, name, size, mediaType, sha256, parts, state, share, wait, fault, file, local, known}

  /**
   * section has [data-documents], inputs [data-files] (data-max, accept), optionally [data-totals]
   * and [data-which]; files may be dropped on it. office is how the list reaches the office:
   * ready() keeps the draft and resolves to whether it is kept, put(item) records a document and
   * resolves to its grants, complete(item) and drop(item) what they say, read() resolves to the
   * documents as the office has them, changed() hears of every
   * change, roles lists the codes, failed(problem) shows what could not be done.
   */
  constructor(section, office) {
    this.section = section;
    this.office = office;
    const inputs = [...section.querySelectorAll('[data-files]')];
    this.input = inputs[0];
    inputs.forEach((input) => input.addEventListener('change', () => {
      const chosen = [...input.files];
      input.value = ''; // the same file may be chosen again after a removal
      this.choose(chosen);
    }));
    section.addEventListener('dragover', (event) => {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      section.classList.add('dropping');
    });
    section.addEventListener('dragleave', (event) => section.classList.toggle('dropping', section.contains(event.relatedTarget)));
    section.addEventListener('drop', (event) => {
      section.classList.remove('dropping');
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.choose([...event.dataTransfer.files]);
    });
    // Leaving would stop what is under way.
    addEventListener('beforeunload', (event) => { if (this.busy) event.preventDefault(); });
  }

  /** Whether a document of that role has arrived. */
  has(roleCode) {
    return this.items.some((d) => d.role === roleCode && d.state === 'uploaded');
  }

  /** Whether files are still being sent. */
  get busy() {
    return this.items.some((d) => ['waiting', 'hashing', 'uploading'].includes(d.state));
  }

  /** Shows what the office has. */
  load(documents) {
    this.items.push(...documents.map((d) => ({ ...d, known: true, share: 1, state: d.uploaded ? 'uploaded' : 'missing' })));
    this.show();
    this.look();
  }

  /** Takes files in, in the order of their names. Of several at once, the person says which is the claim; a name is a proposal. */
  choose(chosen) {
    const files = inOrder(chosen);
    const none = this.office.roles.includes(CLAIM) && !this.items.some((d) => d.role === CLAIM);
    const added = files.map((file) => {
      const item = { id: crypto.randomUUID(), role: this.proposed(file), name: file.name, size: file.size, file, state: 'waiting', share: 0 };
      this.items.push(item);
      return item;
    });
    const claims = added.filter((d) => d.role === CLAIM);
    if (!none || claims.length > 1) claims.forEach((d) => { d.role = this.other(); });
    if (none && added.length === 1 && this.items.length === 1 && !mediaType(files[0]).startsWith('image/')) added[0].role = CLAIM;
    this.which = none && added.length > 1 ? added : null;
    this.show();
    added.forEach((d) => this.upload(d));
  }

  /** The role that a file's name speaks for, among those the paper has. */
  proposed(file) {
    const found = role(file);
    return this.office.roles.includes(found) ? found : this.other();
  }

  /** The role of what is none of the others. */
  other() {
    return ['evidence', 'other'].find((r) => this.office.roles.includes(r)) ?? this.office.roles[0];
  }

  /** Sends one file, however often it is cut. */
  async upload(item) {
    item.state = 'waiting';
    item.fault = '';
    this.show();
    const before = this.line;
    let next = () => {};
    this.line = new Promise((resolve) => { next = () => resolve(undefined); });
    try {
      if (!await this.takes(item)) return;
      await before;
      this.become(item, 'hashing');
      const reading = hashes(item.file);
      next();
      Object.assign(item, await reading);
      item.local = item.sha256;
      if (this.again(item)) return;
      this.become(item, 'waiting');
      await inTurn(() => this.transfer(item));
      if (!this.items.includes(item)) return;
      this.become(item, 'uploaded');
      this.look();
    } catch (error) {
      if (!this.items.includes(item)) return; // taken off meanwhile
      item.fault = error.reason ? t(`js.document.reason.${error.reason}`)
        : (error.errors ?? []).map((e) => e.detail).join(' ') || error.detail;
      this.become(item, 'failed');
    } finally {
      before.then(next); // also where nothing of it is sent
    }
  }

  // Whether a file can be taken: its size, and its content against its name.
  async takes(item) {
    const limit = Number(this.input.dataset.max);
    const accepted = this.input.accept.split(',');
    let reason = await fault(item.file, accepted);
    if (reason === 'heic') {
      const converted = await asJPEG(item.file);
      if (converted) {
        Object.assign(item, { file: converted, name: converted.name, size: converted.size });
        reason = '';
      }
    }
    item.mediaType = mediaType(item.file);
    item.fault = item.file.size === 0 ? t('js.document.empty')
      : item.file.size > limit ? t('js.document.too-large', { size: size(limit) })
        : reason ? t(`js.document.not.${reason}`)
          : [...item.name].length > Number(this.input.dataset.name) ? t('js.document.name', { max: this.input.dataset.name }) : '';
    if (item.fault) this.become(item, 'refused');
    return !item.fault;
  }

  // The same content a second time: goes on with what was begun before a closed tab, or is told.
  again(item) {
    const other = this.items.find((d) => d !== item && d.sha256 === item.sha256 && d.state !== 'refused');
    if (!other) return false;
    if (other.state === 'missing') {
      Object.assign(item, { id: other.id, role: other.role, name: other.name, version: other.version, known: true });
      this.items.splice(this.items.indexOf(other), 1);
      return false;
    }
    item.fault = t('js.document.twice', { name: other.name });
    this.become(item, 'refused');
    return true;
  }

  async transfer(item) {
    if (!this.items.includes(item)) return;
    if (!await this.office.ready()) throw new Error('the draft is not kept');
    item.abort = new AbortController();
    this.become(item, 'uploading');
    await send(item.file, {
      ask: async () => {
        const upload = await this.office.put(item);
        item.known = true;
        return upload;
      },
      complete: () => this.office.complete(item),
      progress: (share, wait) => {
        item.share = share;
        item.wait = wait;
        this.progress(item);
      },
      signal: item.abort.signal,
    });
  }

  // Asks what was found in the documents, until that is known of all or a minute has gone: nobody
  // waits for it.
  look(pauses = [1, 2, 4, 8, 15, 30]) {
    clearTimeout(this.looking);
    const unknown = () => this.items.filter((d) => d.state === 'uploaded' && !d.verdict?.found);
    if (!pauses.length || !unknown().length) return;
    this.looking = setTimeout(async () => {
      const known = await this.office.read().catch(() => []);
      for (const d of unknown()) {
        const verdict = known.find((k) => k.id === d.id && k.sha256 === d.sha256)?.verdict;
        if (verdict) d.verdict = verdict;
      }
      this.show();
      this.look(pauses.slice(1));
    }, pauses[0] * 1000);
  }

  become(item, state) {
    item.state = state;
    this.show();
  }

  /** Takes a document off, sent or not. */
  async remove(item) {
    try {
      item.abort?.abort();
      if (item.known) await this.office.drop(item);
      this.items.splice(this.items.indexOf(item), 1);
      this.which = this.which?.filter((d) => d !== item);
      this.show();
      this.input.focus();
    } catch (error) {
      this.office.failed(error);
    }
  }

  /** Gives a document another role; the claim is one, so the one before becomes evidence. */
  async setRole(item, to) {
    const before = to === CLAIM ? this.items.filter((d) => d.role === CLAIM && d !== item) : [];
    const change = [...before.map((d) => [d, this.other()]), [item, to]];
    try {
      for (const [d, next] of change) {
        const was = d.role;
        d.role = next;
        try {
          if (d.known) await this.office.put(d);
        } catch (error) {
          d.role = was;
          throw error;
        }
      }
    } catch (error) {
      this.office.failed(error);
    }
    this.show();
  }

  show() {
    const active = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.keep;
    $('[data-documents]', this.section).replaceChildren(...this.items.map((d) => this.row(d)));
    this.totals();
    this.ask();
    if (active) $(`[data-keep="${active}"]`, this.section)?.focus();
    this.office.changed();
  }

  row(d) {
    const choice = el('select', { class: 'govuk-select', id: `role-${d.id}`, 'data-keep': `role-${d.id}`, onchange: (event) => this.setRole(d, event.target.value) },
      ...this.office.roles.map((r) => el('option', { value: r, selected: r === d.role ? '' : null }, code('role', r))));
    return el('li', { class: d.state, 'data-document': d.id },
      el('div', { class: 'doc-head' }, el('strong', {}, d.name), el('span', { class: 'small' }, size(d.size))),
      d.state === 'refused' ? null : el('div', { class: 'govuk-form-group' }, el('label', { class: 'govuk-label', for: `role-${d.id}` }, t('js.document.role')), choice),
      d.state === 'uploading' ? el('progress', { max: '1', value: String(d.share), 'aria-label': t('js.document.progress', { name: d.name }) }) : null,
      el('p', { class: 'doc-state', role: d.state === 'failed' || d.state === 'refused' ? 'alert' : null }, this.words(d)),
      ...(d.verdict?.findings ?? []).map((f) => el('p', { class: `finding ${f.severity}`, role: f.severity === 'error' ? 'alert' : null }, f.detail)),
      d.sha256 ? el('p', { class: 'small' }, 'SHA-256 ', hash(d.sha256)) : null,
      el('div', { class: 'govuk-button-group' },
        d.state === 'failed' ? el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: () => this.upload(d) }, t('js.document.retry')) : null,
        el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: () => this.remove(d) }, t('js.document.remove', { name: d.name }))));
  }

  words(d) {
    return {
      waiting: t('js.document.waiting'),
      hashing: t('js.document.hashing'),
      uploading: d.wait ? t('js.document.cut', { seconds: d.wait }) : t('js.document.uploading', { percent: Math.floor(d.share * 100) }),
      uploaded: t('js.document.uploaded'),
      failed: [t('js.document.failed'), d.fault].filter(Boolean).join('. '),
      refused: d.fault,
      missing: t('js.document.again'),
    }[d.state];
  }

  // How far one document is, without drawing the list again.
  progress(d) {
    const row = $(`[data-document="${d.id}"]`, this.section);
    if (!row) return;
    $('progress', row).value = d.share;
    $('.doc-state', row).textContent = this.words(d);
    this.totals();
  }

  totals() {
    const place = $('[data-totals]', this.section);
    if (!place) return;
    const counted = this.items.filter((d) => d.state !== 'refused');
    const bytes = counted.reduce((sum, d) => sum + d.size, 0);
    const left = counted.filter((d) => d.state !== 'uploaded' && d.file).reduce((sum, d) => sum + d.size * (1 - d.share), 0);
    place.textContent = counted.length === 0 ? '' : [
      t('js.document.total', { count: counted.length, size: size(bytes) }),
      left > 0 ? t('js.document.left', { size: size(left) }) : '',
    ].filter(Boolean).join(' ');
  }

  // Asks which of the files chosen together is the claim.
  ask() {
    const place = $('[data-which]', this.section);
    if (!place) return;
    const files = this.which?.filter((d) => d.state !== 'refused') ?? [];
    if (files.length < 2) {
      place.replaceChildren();
      return;
    }
    const option = (d, label) => {
      const name = `which-${d?.id ?? ''}`;
      return el('div', { class: 'govuk-radios__item' },
        el('input', { type: 'radio', class: 'govuk-radios__input', name: 'which', id: name, value: d?.id ?? '', 'data-keep': name, checked: d?.role === CLAIM ? '' : null, onchange: () => this.answer(d) }),
        el('label', { class: 'govuk-label govuk-radios__label', for: name }, label));
    };
    place.replaceChildren(el('div', { class: 'govuk-form-group' }, el('fieldset', { class: 'govuk-fieldset' },
      el('legend', { class: 'govuk-fieldset__legend' }, t('js.document.which')),
      el('div', { class: 'govuk-radios' }, ...files.map((d) => option(d, d.name)), option(null, t('js.document.which.none'))))));
  }

  async answer(item) {
    const claim = this.which.find((d) => d.role === CLAIM);
    if (item) await this.setRole(item, CLAIM);
    else if (claim) await this.setRole(claim, this.other());
  }
}
