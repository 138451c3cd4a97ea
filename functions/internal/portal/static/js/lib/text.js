// Texts of the page's language and the formats that differ between languages. Other modules
// import this one first: it waits for the catalogue, which is cached for a year.

export const lang = document.documentElement.lang;

const response = await fetch(document.documentElement.dataset.texts);
const texts = await response.json();

/** The text of key with its {parameters} replaced; the key itself if there is no such text. */
export function t(key, values = {}) {
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The text of a code of one of the code lists, or the code: "role." + "evidence". */
export function code(list, value) {
  return texts[`${list}.${value}`] ?? value;
}

// Kazakhstan is UTC+5; the browser's own zone and its (often old) zone data do not matter.
const shifted = (instant) => new Date(new Date(instant).getTime() + 5 * 3600 * 1000);
const two = (n) => String(n).padStart(2, '0');

/** "19:00:00" in Kazakhstan; with milliseconds where they are asked for. */
export function clock(instant, milliseconds = false) {
  const at = shifted(instant);
  const text = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
  return milliseconds ? `${text}${lang === 'en' ? '.' : ','}${String(at.getUTCMilliseconds()).padStart(3, '0')}` : text;
}

const written = (day) => t('js.date', { year: day.getUTCFullYear(), month: t('js.months').split('|')[day.getUTCMonth()], day: day.getUTCDate() });

/** "22 November 2026" of a legal day, "2026-11-22". */
export const date = (day) => written(new Date(day));

/** "22 November 2026": the day in Kazakhstan of an instant. */
export const dayOf = (instant) => written(shifted(instant));

/** "22 November 2026, 19:00:00 (UTC+5)". */
export function time(instant, milliseconds = false) {
  return t('js.time', { date: written(shifted(instant)), clock: clock(instant, milliseconds) });
}

/** "24 November 2026" for a day in Kazakhstan, "2026-11-24". */
export function day(date) {
  const [year, month, number] = date.split('-').map(Number);
  return t('js.date', { year, month: t('js.months').split('|')[month - 1], day: number });
}

/** Tiyn (1/100 tenge, an integer) as tenge: "1 234 567,50 ₸". */
export function money(tiyn) {
  const whole = String(Math.trunc(tiyn / 100));
  const [group, point] = lang === 'en' ? [',', '.'] : ['\u00a0', ','];
  const text = `${whole.replace(/\B(?=(\d{3})+$)/g, group)}${point}${two(tiyn % 100)}`;
  return lang === 'en' ? `₸${text}` : `${text}\u00a0₸`;
}

/**
 * Tiyn from what a person typed in the page's language ("150 000,50", "150,000.50"), or null if
 * it is no sum. Three digits behind a comma are thousands in English and no sum elsewhere. A sum over
 * 10^15 tiyn is none: the API takes no more.
 */
export function tiyn(typed) {
  const sum = sumOf(typed);
  return sum !== null && sum <= MOST_TIYN ? sum : null;
}

/** Whether what was typed is a sum, and more than the API takes. */
export function tooLarge(typed) {
  const sum = sumOf(typed);
  return sum !== null && sum > MOST_TIYN;
}

const MOST_TIYN = 1e15;

function sumOf(typed) {
  const plain = typed.replace(/[\s\u00a0\u202f₸]/g, '');
  const form = lang === 'en'
    ? /^(\d{1,40}|\d{1,3}(?:,\d{3}){1,13})(?:[.,](\d{1,2}))?$/
    : /^(\d{1,40})(?:[.,](\d{1,2}))?$/;
  const match = form.exec(plain);
  if (!match) return null;
  return Number(match[1].replaceAll(',', '')) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** Tiyn as a person would type them into a field. */
export function typed(sum) {
  return money(sum).replace(/[₸\u00a0]/g, (c) => (c === '₸' ? '' : ' ')).trim().replace(/[,.]00$/, '');
}

/** "1,2 MB". */
export function size(bytes) {
  const mega = bytes >= 1 << 20;
  const n = mega ? (bytes / (1 << 20)).toFixed(1) : String(Math.ceil(bytes / 1024));
  return t(mega ? 'js.size.mb' : 'js.size.kb', { n: lang === 'en' ? n : n.replace('.', ',') });
}

// CODE ARTICLE [(PART)] [ITEM], or CODE ARTICLE:ITEM where the article has no parts: locale.Article.
const citation = /^([A-Z]+) (\d+(?:-\d+)?)(?:\((\d+(?:-\d+)?)\)|:)?(?:\(?(\d+(?:-\d+)?)\)?)?$/;
const laws = { CPC: ['part', 'part-item'], TAX: ['paragraph', 'paragraph-item'], CC: ['paragraph', 'paragraph-item'] }; // what "(2)" is called in each

/** A citation in words: "CPC 148(2)4" is «АПК-нің 148-бабы 2-бөлігінің 4) тармақшасы». */
export function article(reference) {
  if (reference.startsWith('agreement ')) return t('js.article.agreement', { ref: reference.slice('agreement '.length) });
  const list = reference.split(', ');
  if (list.length > 1) return articles(list);
  const [, code, number, part, item] = citation.exec(reference) ?? [];
  const division = laws[code];
  if (!division) return reference;
  const law = t(`js.law.${code}`);
  const [first, last] = number.split('-');
  if (Number(last) > Number(first)) return t('js.article.range', { law, first, last });
  const form = part ? division[item ? 1 : 0] : item ? 'item' : 'whole';
  return t(`js.article.${form}`, { law, article: number, part, item });
}

/** What a list cites of one law, which its first names: "CPC 139, 140". */
function articles(list) {
  const [law, first] = list[0].split(' ');
  const numbers = [first, ...list.slice(1)];
  if (!laws[law]) return list.join(', ');
  if (numbers.every((n) => /^\d+$/.test(n))) return t('js.article.list', { law: t(`js.law.${law}`), articles: numbers.join(', ') });
  return numbers.map((n) => article(`${law} ${n}`)).join(', ');
}

// Legal forms keep their capitals: locale.Name has the same list.
const legalForms = new Set('ЖШС ТОО АҚ АО ЖК ИП ММ ГУ РММ РГУ КММ КГУ РМК РГП МКК КМК ГКП ШЖҚ ПХВ ҚБ ОО ӨК ПК ПИК ОСИ ҚР РК СҚО СКО ШҚО ВКО БҚО ЗКО LLP JSC LTD LLC KZ'.split(' '));

/** A name as people write names: "СЕРІКОВ ҰЛАН" is «Серіков Ұлан», "ЖШС «БЕРЕКЕ»" is ЖШС «Береке». */
export function called(name) {
  if (!name || /\p{Ll}/u.test(name)) return name ?? '';
  return name.replace(/\p{L}[\p{L}'’ʼ]*/gu, (word) => (legalForms.has(word) ? word : word[0] + word.slice(1).toLowerCase()));
}

/** @type {[string, RegExp][]} */
const programs = [
  ['Edge', /\bEdg(?:A|iOS)?\/(\d+)/], ['Opera', /\bOPR\/(\d+)/], ['Yandex Browser', /\bYaBrowser\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/], ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/], ['Safari', /\bVersion\/(\d+).*\bSafari\//],
];
/** @type {[string, RegExp][]} */
const systems = [['Android', /\bAndroid\b/], ['iOS', /\b(?:iPhone|iPad)\b/], ['Windows', /\bWindows\b/], ['macOS', /\bMac OS X\b/], ['Linux', /\bLinux\b/]];

/** A User-Agent as people call it, "Chrome 156, Windows"; as it is where it says neither. */
export function program(agent) {
  const [name, form] = programs.find(([, form]) => form.test(agent)) ?? [];
  const system = systems.find(([, form]) => form.test(agent))?.[0];
  return [name && `${name} ${form.exec(agent)[1]}`, system].filter(Boolean).join(', ') || agent;
}
