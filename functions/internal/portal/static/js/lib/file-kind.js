// What a chosen file is, before a byte of it is sent: by its first bytes, as the inspection will say.

import { lang } from './text.js';

const byExtension = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

const extension = (file) => file.name.split('.').at(-1).toLowerCase();

/** The media type to declare: by extension, because some systems give browsers none. */
export const mediaType = (file) => byExtension[extension(file)] ?? file.type;

/** @type {[string, RegExp][]} */
const magic = [
  ['executable', /^(MZ|\x7fELF|#!|\xcf\xfa\xed\xfe)/],
  ['application/pdf', /^[\s\S]{0,1019}%PDF-/],
  ['image/png', /^\x89PNG/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['heic', /^[\s\S]{4}ftyp(heic|heix|hevc|heim|heis|hevm|hevs|mif1|msf1)/],
  ['tiff', /^(II\*\0|MM\0\*)/],
  ['doc', /^\xd0\xcf\x11\xe0/],
  ['zip', /^PK\x03\x04/],
  ['archive', /^(Rar!|7z\xbc\xaf|\x1f\x8b)/],
];

/** What the first bytes of a file are: a media type, a kind of the list above, or "". */
export async function sniff(file) {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 1100).arrayBuffer()));
  return magic.find(([, begins]) => begins.test(head))?.[0] ?? '';
}

/**
 * Why a file can't be taken as what it is called: the last part of the key of a text, or "". An
 * office document under a password looks like an old one; the inspection tells them apart.
 */
export async function fault(file, accepted) {
  const kind = await sniff(file);
  if (['executable', 'heic', 'tiff', 'doc', 'archive'].includes(kind)) return kind;
  const declared = mediaType(file);
  if (!accepted.includes(declared)) return kind === 'zip' ? 'archive' : 'type';
  const office = declared.includes('openxmlformats');
  return (office ? kind === 'zip' : kind === declared) ? '' : 'other';
}

/** A HEIC photo as JPEG where the browser can draw one, else null. */
export async function asJPEG(file) {
  try {
    const picture = await createImageBitmap(file);
    const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
    canvas.getContext('2d').drawImage(picture, 0, 0);
    picture.close();
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', 0.92); });
    return blob && new File([blob], file.name.replace(/\.[^.]*$/, '') + '.jpg', { type: 'image/jpeg', lastModified: file.lastModified });
  } catch {
    return null;
  }
}

// Words in the names of files, in Kazakh, Russian and English, from the telling to the general.
/** @type {[string, RegExp][]} */
const words = [
  ['power_of_attorney', /сенімхат|доверенн|power.?of.?attorney/],
  ['duty_proof', /баж|пошлин|чек|квитанц|түбіртек|receipt|duty/],
  ['pretrial_proof', /сотқа дейін|претенз|досудеб|pre.?trial/],
  ['conciliation_proof', /татулас|медиац|примирен|conciliat|mediat/],
  ['evidence_motion', /талап етіп алдыр|истребован/],
  ['registration_certificate', /тіркеу|регистрац|registration/],
  ['charter', /жарғы|устав|charter/],
  ['translation', /аударма|перевод|translation/],
  ['jurisdiction_agreement', /соттылық|подсудност|jurisdiction/],
  ['calculation', /есеп|расч[её]т|calculation/],
  ['main_claim', /талап|иск|заявлен|арыз|claim/],
];

/** The role a file's name speaks for, "evidence" where it says nothing. Pictures are never the claim. */
export function role(file) {
  const name = file.name.normalize('NFC').toLowerCase();
  const found = words.find(([, says]) => says.test(name))?.[0] ?? 'evidence';
  return found === 'main_claim' && mediaType(file).startsWith('image/') ? 'evidence' : found;
}

const byName = new Intl.Collator(lang, { numeric: true });

/** Files as a person counts them: "2" before "10", letters in the order of the page's language. */
export const inOrder = (files) => [...files].sort((a, b) => byName.compare(a.name, b.name));
