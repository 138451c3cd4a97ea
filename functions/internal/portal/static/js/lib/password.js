// How strong a password is, roughly: the API decides what is too weak, this only advises.

import { t } from './text.js';

const SHORTEST = 12; // characters

const common = /(password|парол|құпиясөз|qwerty|йцукен|123456|abcdef|111111|kazakhstan|қазақстан|almaty|алматы|astana|астана)/i;

/** 0 (too short) to 4, from length, the kinds of characters, repetition and common words. */
export function strength(password) {
  const characters = [...password];
  if (characters.length < SHORTEST) return 0;
  const different = new Set(characters.map((c) => c.toLowerCase())).size;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  let score = 1 + Number(characters.length >= 16) + Number(characters.length >= 20) + Number(kinds >= 3);
  if (different < 8) score -= 2;
  if (common.test(password)) score -= 2;
  return Math.min(4, Math.max(1, score));
}

/**
 * What can be said of a password before anything is signed: one problem, or null. Whether it is
 * common or personal is the API's word.
 */
export function refusal(password) {
  const length = [...password].length;
  if (length >= SHORTEST) return null;
  return {
    title: t('problem.password-weak.title'), slug: 'password-weak', next: t('problem.password-weak.next'),
    errors: [{ pointer: '/password', detail: length ? t('defect.password-short') : t('js.password.none') }],
  };
}
