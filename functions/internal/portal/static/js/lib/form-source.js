// A filing as its form's pages read it: the rows of its kind and the values of its sections.

import { api } from './api.js';

/** @typedef {import('./form-rows.js').Form} Form @typedef {import('./form-rows.js').Value} Value */

/**
 * @typedef {object} Filing
 * @property {Form} form
 * @property {Value} all values by section
 * @property {Record<string, number>} versions by section
 * @property {{ id: string, name: string, role: string, uploaded: boolean }[]} documents
 * @property {string} [ticketNo] of a filing that was sent
 */

/** The rows of a kind in the page's language; the same for everyone, so a file of the office. */
async function rows(/** @type {string} */ kind) {
  const response = await fetch(`${document.documentElement.dataset.forms}${encodeURIComponent(kind)}.json`);
  if (!response.ok) throw new Error(`no form ${kind}: ${response.status}`);
  return response.json();
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
    ticketNo: stored.ticketNo,
  };
}
