// A section of a filing between the page and the API: saved alone, with a version of its own.

import { api } from './api.js';
import { Draft } from './draft.js';

export class SectionDraft extends Draft {
  /**
   * @param {string} filing id
   * @param {string} section code
   * @param {() => Record<string, any>} collect
   * @param {(state: string, detail?: any) => void} report
   */
  constructor(filing, section, collect, report) {
    super(filing, collect, report);
    this.section = section;
  }

  get path() { return `/api/filings/${this.id}/sections/${this.section}`; }

  write(/** @type {any} */ value) { return api('PUT', this.path, { version: this.version, value }); }

  async read() { return (await api('GET', `/api/filings/${this.id}`)).sections[this.section]; }

  content(/** @type {any} */ stored) { return stored.value; }

  get key() { return `draft:${this.id}:${this.section}`; }
}
