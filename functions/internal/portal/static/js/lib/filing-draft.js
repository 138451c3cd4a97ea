// A claim's draft: each section saved alone with its own version, so that two windows that write
// different sections are in nobody's way.

import { api } from './api.js';
import { claimOf, sectionsOf } from './claim-form.js';
import { Draft } from './draft.js';

export class FilingDraft extends Draft {
  constructor(id, collect, report) {
    super(id, collect, report);
    this.versions = {}; // of the sections this page's text is based on
    this.texts = {}; // what the API has of each, as it was sent
  }

  begin(filing) {
    super.begin(filing);
    this.rebase(filing);
  }

  async write(claim) {
    if (!this.version) this.begin({ ...await api('PUT', `/api/filings/${this.id}`, { kind: 'claim', sections: sectionsOf(claim) }), version: 1 });
    for (const [section, value] of Object.entries(sectionsOf(claim))) {
      const text = JSON.stringify(value);
      if (this.texts[section] === text) continue;
      const { version } = await api('PUT', `/api/filings/${this.id}/sections/${section}`, { version: this.versions[section] ?? 0, value });
      this.versions[section] = version;
      this.texts[section] = text;
    }
    return { version: 1 };
  }

  async read() { return { ...await api('GET', `/api/filings/${this.id}`), version: 1 }; }

  content(stored) { return claimOf(stored.sections); }

  keep() {
    sessionStorage.setItem(this.key, JSON.stringify({ claim: this.collect(), version: this.version, versions: this.versions }));
  }

  /** What this device kept goes on from the versions it was based on: what changed since is a conflict. */
  restore(kept) {
    this.versions = kept.versions ?? {};
    this.saved = ''; // what is stored now is not what it was made of
  }

  rebase(stored) {
    super.rebase(stored);
    this.versions = versionsOf(stored);
    this.texts = textsOf(this.content(stored));
  }

  /** The filing as it is stored, if nobody else has changed it since this page read or wrote it. */
  async agreed() {
    const stored = await this.read();
    const now = versionsOf(stored);
    if (Object.keys(this.texts).every((section) => (this.versions[section] ?? 0) === (now[section] ?? 0))) return stored;
    this.halted = true;
    this.report('conflict', stored);
    return null;
  }
}

const versionsOf = (filing) => Object.fromEntries(Object.entries(filing.sections).map(([section, { version }]) => [section, version]));

const textsOf = (claim) => Object.fromEntries(Object.entries(sectionsOf(claim)).map(([section, value]) => [section, JSON.stringify(value)]));
