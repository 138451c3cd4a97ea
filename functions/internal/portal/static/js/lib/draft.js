// One draft between the page and the API: saved a moment after every change, one write at a
// time, kept on this device whenever the API does not have it. Where the API has it is said by
// section-draft.js for a section of a filing and by form-draft.js for a registration form, which leaves
// nothing on the device.

const DELAY = 1200; // ms after the last key
const RETRY = 10000;

export class Draft {
  /** @type {string} */ id;
  /** @type {() => any} */ collect;
  /** @type {(state: string, detail?: any) => void} */ report;
  version = 0;

  /**
   * collect() gives the claim as the page has it. report(state, detail) hears 'saving', 'saved',
   * 'local' (kept on this device only), 'invalid' with the problem, 'conflict' with the stored filing.
   */
  constructor(id, collect, report) {
    Object.assign(this, { id, collect, report, version: 0, saved: '', sent: [], queue: Promise.resolve(), timer: 0, halted: false, dirty: false });
  }

  // What a kind of draft says of its own.

  /**
   * Writes the content over the version this page knows; gives what is stored then, with its version.
   * @param {any} content
   * @returns {Promise<any>}
   */
  async write(content) { throw new TypeError(`no place for ${typeof content}`); }

  /**
   * Reads what is stored, with its version, where the refusal does not say it.
   * @returns {Promise<any>}
   */
  async read() { throw new TypeError('no place to read from'); }

  /**
   * The content of what is stored.
   * @param {any} stored
   * @returns {any}
   */
  content(stored) { return stored; }

  get key() { return `draft:${this.id}`; }

  /** The claim this device kept because the API did not get it, or null. */
  kept() {
    return JSON.parse(sessionStorage.getItem(this.key) ?? 'null');
  }

  /** Begins from what the API has. */
  begin(filing) {
    this.version = filing.version;
    this.saved = JSON.stringify(this.content(filing));
  }

  /**
   * Goes on with what this device kept. Where the stored version has moved since, the API refuses to
   * write over it, and a person decides.
   * @param {{ version: number }} kept
   */
  resume(kept) {
    if (kept.version !== this.version) {
      this.version = kept.version;
      this.saved = '';
    }
    this.changed();
  }

  /** Something was typed; dirty says so until the API has it. */
  changed() {
    this.dirty = true;
    this.keep();
    clearTimeout(this.timer);
    if (!this.halted) this.timer = setTimeout(() => this.flush(), DELAY);
  }

  keep() {
    sessionStorage.setItem(this.key, JSON.stringify({ claim: this.collect(), version: this.version }));
  }

  drop() {
    sessionStorage.removeItem(this.key);
  }

  /** Saves now what is not saved. True if the API has everything. */
  flush() {
    clearTimeout(this.timer);
    return this.exclusive(() => this.put());
  }

  /** Runs task alone: writes to one draft carry its version, so they go one after another. */
  exclusive(task) {
    const result = this.queue.then(task);
    this.queue = result.catch(() => {});
    return result;
  }

  async put(again = false) {
    const content = this.collect();
    const text = JSON.stringify(content);
    if (text === this.saved && this.version > 0) {
      this.dirty = false;
      this.drop();
      return true;
    }
    this.report('saving');
    this.sent.push(text);
    try {
      const stored = await this.write(content);
      this.version = stored.version;
      this.saved = text;
      this.sent = [];
      if (JSON.stringify(this.collect()) === text) {
        this.dirty = false;
        this.drop();
      }
      this.report('saved', stored);
      return true;
    } catch (refusal) {
      this.keep();
      let problem = refusal;
      if (problem.slug === 'version-conflict' && !again) {
        try {
          return await this.conflict(refusal.stored ?? await this.read());
        } catch (unread) {
          problem = unread;
        }
      }
      if (problem.slug === 'already-sealed') this.halted = true;
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 401 && problem.status !== 429) {
        this.report('invalid', problem);
        return false;
      }
      this.report('local', problem);
      if (problem.status !== 401) this.timer = setTimeout(() => this.flush(), RETRY);
      return false;
    }
  }

  // The stored version moved. If the claim in it is one of ours (the last saved, where a document
  // was added elsewhere; one sent whose answer was lost), go on with it; else a person decides.
  async conflict(/** @type {any} */ stored) {
    const ours = [this.saved, ...this.sent].filter(Boolean).map((text) => comparable(JSON.parse(text)));
    if (ours.includes(comparable(this.content(stored)))) {
      this.rebase(stored);
      return this.put(true);
    }
    this.halted = true;
    this.report('conflict', stored);
    return false;
  }

  /** Goes on from what is stored, with the text this page has. */
  rebase(stored) {
    this.version = stored.version;
  }

  /** After a conflict: what this page has goes over the stored version. */
  keepMine(stored) {
    this.rebase(stored);
    this.halted = false;
    return this.flush();
  }
}

// A claim without what the API may add or leave out: empty members, and their order.
function comparable(value) {
  return JSON.stringify(value, (key, inner) => {
    if (!inner || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.keys(inner).sort().filter((k) => inner[k]).map((k) => [k, inner[k]]));
  });
}
