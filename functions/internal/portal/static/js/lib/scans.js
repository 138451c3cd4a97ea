// Scans of papers that came on paper: chosen, hashed, sent straight to storage and inspected, one line each.

import { api } from './api.js';
import { $, el } from './dom.js';
import { size, t } from './text.js';
import { hashes, inTurn, send } from './upload.js';

const ASK = 1000; // ms between questions whether a scan was inspected
const PATIENCE = 60; // questions

/**
 * @typedef {{ file: File, line: any, state: any, sha256: string, pages: number, ready: boolean, stop: AbortController }} Scan
 */

export class Scans {
  /** @type {Scan[]} */ list = [];

  /**
   * @param {any} box the list
   * @param {() => { court: string, act: string }} of what the scans are of
   * @param {(words: string) => void} say
   */
  constructor(box, of, say) {
    this.box = box;
    this.of = of;
    this.say = say;
  }

  /** Takes chosen files on; each is sent when its turn comes. */
  add(/** @type {Iterable<File>} */ files) {
    for (const file of files) {
      const state = el('p', { class: 'small', 'data-scan-state': '' }, t('js.onpaper.waits'));
      const scan = { file, line: null, state, sha256: '', pages: 0, ready: false, stop: new AbortController() };
      scan.line = el('li', { tabindex: '-1', class: 'govuk-form-group' }, el('span', { class: 'name' }, file.name), ` (${size(file.size)}) `,
        el('button', { type: 'button', class: 'link', onclick: () => this.remove(scan) }, t('js.onpaper.remove'), el('span', { class: 'govuk-visually-hidden' }, ` ${file.name}`)), state);
      this.list.push(scan);
      this.box.append(scan.line);
      this.deliver(scan);
    }
    this.number();
  }

  remove(scan) {
    const at = this.list.indexOf(scan);
    scan.stop.abort();
    this.list.splice(at, 1);
    scan.line.remove();
    this.number();
    ($('button', (this.list[at] ?? this.list.at(-1))?.line ?? this.box) ?? $('#files')).focus();
  }

  number() {
    this.list.forEach((scan, i) => { scan.line.dataset.pointer = `/scans/${i}`; });
    this.say(this.list.length ? t('js.onpaper.count', { files: this.list.length, pages: this.list.reduce((sum, scan) => sum + scan.pages, 0) }) : '');
  }

  /** What is entered of them, in their order. */
  get named() {
    return this.list.map(({ file, sha256 }) => ({ sha256, size: file.size, mediaType: type(file), name: file.name }));
  }

  /** Whether each was sent and inspected, or it is known why not. */
  get settled() {
    return this.list.every((scan) => scan.ready);
  }

  async deliver(scan) {
    const { file, state, stop: { signal } } = scan;
    const told = (/** @type {string} */ words) => { state.textContent = words; };
    try {
      scan.sha256 = (await hashes(file)).sha256;
      const what = { ...this.of(), sha256: scan.sha256, size: file.size, mediaType: type(file) };
      const ask = () => api('POST', '/api/registry/papers/scans', what);
      let found = await inTurn(async () => {
        signal.throwIfAborted();
        const first = await ask();
        if (first.upload.grants.length) {
          await send(file, {
            ask: async () => (await ask()).upload, complete: async () => {}, signal,
            progress: (share) => told(t('js.onpaper.sending', { percent: Math.round(share * 100) })),
          });
        }
        return first;
      });
      told(t('js.onpaper.inspecting'));
      for (let n = 0; n < PATIENCE && !signal.aborted; n++) {
        found = await ask();
        if (found.inspected) break;
        await new Promise((resolve) => { setTimeout(resolve, ASK); });
      }
      scan.pages = found.pages;
      if (found.defects.length) this.fault(scan, found.defects.map((d) => d.detail).join(' '));
      else told(found.inspected ? t('js.onpaper.ready', { pages: found.pages }) : t('defect.scan-waits'));
    } catch (error) {
      if (signal.aborted) return;
      this.fault(scan, error.errors?.map((e) => e.detail).join(' ') ?? (error.reason ? t(`js.document.reason.${error.reason}`) : error.detail ?? t('defect.scan-missing')));
    }
    scan.ready = true;
    this.number();
  }

  fault(scan, words) {
    scan.state.replaceChildren(el('strong', {}, t('js.onpaper.fault')), ` ${words}`);
    scan.line.classList.add('govuk-form-group--error');
  }
}

/** The media type that a file is declared to have: of some, browsers know none. */
function type(file) {
  if (file.type) return file.type;
  return { pdf: 'application/pdf', jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png' }[file.name.toLowerCase().split('.').at(-1)] ?? '';
}
