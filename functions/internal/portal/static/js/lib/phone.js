// Mobile numbers of Kazakhstan as people type them.

/** "+77011234567" from "8 (701) 123-45-67" and the like; what is no such number stays for the API to judge. */
export function e164(typed) {
  const digits = typed.replace(/[\s()-]/g, '');
  return /^[87]7\d{9}$/.test(digits) ? `+7${digits.slice(1)}` : digits;
}

/** "+7 701 123 45 67" from "+77011234567". */
export const spaced = (number) => number.replace(/^\+7(\d{3})(\d{3})(\d\d)(\d\d)$/, '+7 $1 $2 $3 $4');
