// SHA-256 of the documents this browser has sent, by their id: what is to be signed is compared with
// what was chosen here. Kept until the browser is closed.

const key = (/** @type {string} */ filing) => `hashes:${filing}`;

/** @returns {Record<string, string>} hex, by id of the document */
export const hashesOf = (/** @type {string} */ filing) => JSON.parse(sessionStorage.getItem(key(filing)) ?? '{}');

/** @param {string} filing @param {{ id: string, local?: string }[]} documents */
export function keepHashes(filing, documents) {
  const known = hashesOf(filing);
  documents.forEach((d) => { if (d.local) known[d.id] = d.local; });
  sessionStorage.setItem(key(filing), JSON.stringify(known));
}
