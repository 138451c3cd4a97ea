// A filing as its form's pages read it: the rows of its kind and the values of its sections.

import { api } from './api.js';

/** @typedef {import('./form-rows.js').Form} Form @typedef {import('./form-rows.js').Value} Value */

/**
 * @typedef {object} Filing
 * @property {Form} form
 * @property {Value} all values by section
 * @property {Record<string, number>} versions by section
 * @property {{ id: string, name: string, role: string, size: number, sha256: string, uploaded: boolean, version: number }[]} documents
 * @property {number} revision rises with every change
 * @property {string} status
 * @property {Record<string, any>} head what lists show of it
 * @property {string} [replaces] id of the filing this is a corrected copy of
 * @property {string} [ticketNo] of a filing that was sent
 * @property {string} [expiresAt] when a draft goes that stays untouched
 */

/** A file with the page's forms in its language; the same for everyone, so a file of the office. */
async function file(/** @type {string} */ name) {
  const response = await fetch(`${document.documentElement.dataset.forms}${encodeURIComponent(name)}.json`);
  if (!response.ok) throw new Error(`no form ${name}: ${response.status}`);
  return response.json();
}

/** The rows of a kind, with the courts and regions that some of them choose from. */
export async function rows(/** @type {string} */ kind) {
  const form = await file(kind);
  const named = form.sections.flatMap((section) => section.fields).filter((row) => row.names);
  if (named.length) {
    const directories = await file('directories');
    named.forEach((row) => { row.codes = directories[row.names]; });
  }
  return form;
}

/**
 * Reads a filing with its form. Errors: Problem.
 * @param {string} id
 * @returns {Promise<Filing>}
 */
export async function readFiling(id) {
  const stored = await api('GET', `/api/filings/${id}`);
  const sections = Object.entries(stored.sections ?? {});
  return {
    form: await rows(stored.kind),
    all: Object.fromEntries(sections.map(([code, section]) => [code, section.value ?? {}])),
    versions: Object.fromEntries(sections.map(([code, section]) => [code, section.version ?? 0])),
    documents: stored.documents ?? [],
    revision: stored.revision,
    status: stored.status,
    head: { kind: stored.kind, courtCode: stored.courtCode, caseNo: stored.caseNo, opposite: stored.opposite, amountTiyn: stored.amountTiyn },
    replaces: stored.replaces,
    ticketNo: stored.ticketNo,
    expiresAt: stored.expiresAt,
  };
}
