// How strong a password is, roughly: the API decides what is too weak, this only advises.

const common = /(password|парол|құпиясөз|qwerty|йцукен|123456|abcdef|111111|kazakhstan|қазақстан|almaty|алматы|astana|астана)/i;

/** 0 (too short) to 4, from length, the kinds of characters, repetition and common words. */
export function strength(password) {
  const characters = [...password];
  if (characters.length < 12) return 0;
  const different = new Set(characters.map((c) => c.toLowerCase())).size;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  let score = 1 + (characters.length >= 16) + (characters.length >= 20) + (kinds >= 3);
  if (different < 8) score -= 2;
  if (common.test(password)) score -= 2;
  return Math.min(4, Math.max(1, score));
}
