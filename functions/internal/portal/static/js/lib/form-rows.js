// What a declared form's rows say, without a page: where values stand, which fields are asked for, what
// is missing. The rules are those of package shared/form; what it says of a filing holds, and this only
// spares the way to it while somebody types.

/**
 * @typedef {{ path: string, in?: string[] }} Cond
 * @typedef {{ value: string, text: string, region?: string }} Choice region: of a court
 * @typedef {object} Row
 * @property {string} path below the section: "price", "parties[].address.street", "items[].against[]"
 * @property {string} type "list", "id", "ref", "text", "prose", "code", "codes", "flag", "date", "amount", "number", "iin", "bin", "iban", "bic", "email" or "phone"
 * @property {number} [max] characters of a text, items of a list, largest number
 * @property {Choice[]} [codes] of code and codes
 * @property {'court'|'region'} [names] the directory codes are of
 * @property {string[]} [of] what an id names, what a ref may name
 * @property {'required'|'recommended'|''} [need]
 * @property {string} [article]
 * @property {Cond[]} [when]
 * @property {string[]} [instead]
 * @property {boolean} [fromCert]
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [one] what an item of a list is called
 * @typedef {{ code: string, title: string, hint?: string, groups?: Record<string, string>, fields: Row[] }} Section groups: titles of objects between, by path
 * @typedef {{ role: string, text: string, or?: string[], need?: 'required'|'recommended'|'', article?: string, when?: Cond[], instead?: Cond[] }} Slot paths from the form's root
 * @typedef {{ kind: string, version: number, title: string, sections: Section[], documents: Slot[] }} Form
 * @typedef {Record<string, any>} Value
 * @typedef {{ row: Row, pointer: string, at: number[], x: any }} Place
 */

/** Whether nothing was filled in. */
export const empty = (/** @type {any} */ x) => x === undefined || x === null || x === '' || x === false
  || (Array.isArray(x) && x.length === 0)
  || (typeof x === 'object' && !Array.isArray(x) && Object.values(x).every(empty));

/**
 * Every place a section's rows have in its value: one for each item of a list around them.
 * @param {Section} section
 * @param {Value} value
 * @returns {Place[]}
 */
export function places(section, value) {
  /** @type {Place[]} */
  const out = [];
  for (const row of section.fields) {
    const walk = (/** @type {any} */ x, /** @type {string[]} */ names, /** @type {string} */ pointer, /** @type {number[]} */ at) => {
      const [first, ...rest] = names;
      const name = first.replace(/\[\]$/, '');
      const inside = x?.[name];
      const here = `${pointer}/${name}`;
      if (rest.length === 0) out.push({ row, pointer: here, at, x: inside });
      else if (!first.endsWith('[]')) walk(inside, rest, here, at);
      else if (Array.isArray(inside)) inside.forEach((item, i) => walk(item, rest, `${here}/${i}`, [...at, i]));
    };
    walk(value, row.path.split('.'), `/${section.code}`, []);
  }
  return out;
}

// The values at a path from the form's root. Inside lists that the path has in common with from, the
// item at the same index is looked at.
function valuesAt(/** @type {Value} */ all, /** @type {string} */ path, /** @type {string} */ from, /** @type {number[]} */ at) {
  const names = path.split('.');
  const mine = from.split('.');
  let common = true;
  let lists = 0;
  let found = [all];
  names.forEach((full, i) => {
    const name = full.replace(/\[\]$/, '');
    common &&= mine[i] === full;
    found = found.flatMap((x) => {
      const inside = x?.[name];
      if (inside === undefined || inside === null) return [];
      if (!full.endsWith('[]') || !Array.isArray(inside)) return [inside];
      if (common && lists < at.length) return inside[at[lists]] === undefined ? [] : [inside[at[lists]]];
      return inside;
    });
    if (full.endsWith('[]')) lists += 1;
  });
  return found;
}

/** @returns {boolean} */
function fits(/** @type {any} */ x, /** @type {string[] | undefined} */ wanted) {
  const any = !wanted?.length;
  if (Array.isArray(x)) return any ? x.length > 0 : x.some((one) => fits(one, wanted));
  if (typeof x === 'boolean') return x && (any || /** @type {string[]} */ (wanted).includes('true'));
  if (typeof x === 'string') return any ? x !== '' : /** @type {string[]} */ (wanted).includes(x);
  return any && !empty(x);
}

/** A row's path to another: within its section, or from the form's root with a slash. */
const rooted = (/** @type {Section} */ section, /** @type {string} */ path) => (path.startsWith('/') ? path.slice(1) : `${section.code}.${path}`);

/**
 * Whether a row is asked for where it stands. all is the whole form's value.
 * @param {Section} section
 * @param {Row} row
 * @param {number[]} at
 * @param {Value} all
 */
export function asked(section, row, at, all) {
  const own = `${section.code}.${row.path}`;
  return (row.when ?? []).every((cond) => {
    return valuesAt(all, rooted(section, cond.path), own, at).some((x) => fits(x, cond.in));
  });
}

/**
 * The places of a section that are asked for and empty, with need "required" or "recommended".
 * @param {Section} section
 * @param {Value} all
 * @returns {Place[]}
 */
export function missing(section, all) {
  const value = all[section.code] ?? {};
  return places(section, value).filter(({ row, at, x }) => row.need && empty(x) && asked(section, row, at, all)
    && !(row.instead ?? []).some((path) => valuesAt(all, rooted(section, path), `${section.code}.${row.path}`, at).some((other) => !empty(other))));
}

const holds = (/** @type {Cond} */ cond, /** @type {Value} */ all) => valuesAt(all, cond.path.replace(/^\//, ''), '', []).some((x) => fits(x, cond.in));

/**
 * The roles of documents that are asked for as the form stands now, each once, with whether there is
 * one: kind.go's attachments.
 * @param {Form} form
 * @param {Value} all
 * @param {{ role: string }[]} documents
 */
export function wanted(form, all, documents) {
  const has = (/** @type {string} */ role) => documents.some((d) => d.role === role);
  /** @type {(Slot & { there: boolean })[]} */
  const out = [];
  for (const slot of form.documents ?? []) {
    if (!slot.need || !(slot.when ?? []).every((cond) => holds(cond, all)) || (slot.instead ?? []).some((cond) => holds(cond, all))) continue;
    if (!out.some(({ role }) => role === slot.role)) out.push({ ...slot, there: [slot.role, ...slot.or ?? []].some(has) });
  }
  return out;
}

/**
 * How far a section is: "empty", "started", "done" (nothing required is missing).
 * @param {Section} section
 * @param {Value} all
 */
export function progress(section, all) {
  const left = missing(section, all).filter(({ row }) => row.need === 'required');
  if (empty(all[section.code])) return section.fields.some((row) => row.need === 'required') ? 'empty' : 'optional';
  return left.length ? 'started' : 'done';
}

/**
 * What a Ref row may name: items of the filing whose ID row says so, by their id.
 * @param {Form} form
 * @param {Value} all
 * @param {string[]} of
 * @param {{ id: string, name: string }[]} documents
 * @returns {Choice[]}
 */
export function targets(form, all, of, documents) {
  const out = of.includes('document') ? documents.map((d) => ({ value: d.id, text: d.name })) : [];
  for (const section of form.sections) {
    for (const row of section.fields.filter((r) => r.type === 'id' && of.includes(r.of?.[0] ?? ''))) {
      const list = row.path.slice(0, row.path.lastIndexOf('[].'));
      valuesAt(all, `${section.code}.${list}[]`, '', []).forEach((item, i) => {
        if (item.id) out.push({ value: item.id, text: called(item) || `${titleOf(section, list)} ${i + 1}` });
      });
    }
  }
  return out;
}

const titleOf = (/** @type {Section} */ section, /** @type {string} */ list) => {
  const row = section.fields.find((r) => r.path === list);
  return row?.one ?? row?.label ?? '';
};

/** What an item is called: a person's name, an organisation's, or the beginning of its text. */
export function called(/** @type {Value} */ item) {
  const name = [item.surname, item.givenName, item.patronymic].filter(Boolean).join(' ') || item.name || item.text || '';
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}
