// The court's own file of a ruling: chosen, hashed, sent straight to storage and inspected, before it is signed.

import { api } from './api.js';
import { $, $$ } from './dom.js';
import { t } from './text.js';
import { hashes, send } from './upload.js';

const ASK = 1000; // ms between questions whether the file was inspected
const PATIENCE = 30; // questions

export class OwnFile {
  /** @type {File | null} */ file = null;
  /** @type {Promise<any> | null} */ sent = null;

  /** box has the radios "own", an input of a file and [data-own-state]; path is the route that grants the upload. */
  constructor(box, path) {
    this.box = box;
    this.path = path;
    this.state = $('[data-own-state]', box);
    const input = $('input[type=file]', box);
    const settle = () => { $('[data-own-file]', box).hidden = !this.chosen; };
    $$('[name=own]', box).forEach((radio) => radio.addEventListener('change', settle));
    input.addEventListener('change', () => {
      this.file = input.files[0] ?? null;
      this.sent = this.file && this.deliver(this.file);
      this.sent?.catch(() => { this.state.textContent = ''; }); // ready() tells of it
    });
  }

  /** Whether the court's own file is to be signed. */
  get chosen() {
    return $('[name=own]:checked', this.box).value === 'court';
  }

  get name() {
    return this.file?.name ?? '';
  }

  /** {sha256, size} of the file once it is there and was inspected. What did not arrive is sent again. */
  async ready() {
    if (!this.file) return { sha256: '', size: 0 };
    const sent = this.sent ?? this.deliver(this.file);
    this.sent = null; // one that failed is begun anew the next time
    const file = await sent.catch((error) => {
      throw error.reason ? { title: t('defect.ruling-file-missing'), detail: t(`js.document.reason.${error.reason}`) } : error;
    });
    this.sent = sent;
    return file;
  }

  async deliver(file) {
    const told = (words) => { if (this.file === file) this.state.textContent = words; };
    const { sha256 } = await hashes(file);
    const what = { sha256, size: file.size };
    let found = await api('POST', this.path, what); // its size, before a byte is sent
    if (found.upload.grants.length) {
      await send(file, {
        ask: async () => (await api('POST', this.path, what)).upload, complete: async () => {},
        progress: (share) => told(t('js.ruling.own.sending', { percent: Math.round(share * 100) })),
      });
    }
    told(t('js.ruling.own.inspecting'));
    for (let n = 0; n < PATIENCE; n++) {
      found = await api('POST', this.path, what);
      if (found.inspected) break;
      await new Promise((resolve) => { setTimeout(resolve, ASK); });
    }
    if (found.inspected && !found.defects.length) told(t('js.ruling.own.ready'));
    else told(found.defects.map((d) => d.detail).join(' '));
    return what;
  }
}
