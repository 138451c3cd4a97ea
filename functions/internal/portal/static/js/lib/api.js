// The JSON API. Every call answers with the decoded body or throws a Problem (RFC 9457).

import { lang, t } from './text.js';

/** What went wrong, in the reader's language, with the next step. */
export class Problem extends Error {
  constructor(document) {
    super(document.title);
    Object.assign(this, { status: 0, detail: '', next: '', errors: [], instance: '', at: Date.now() }, document);
    this.slug = (document.type ?? '').replace('/problems/', '');
  }
}

/** No answer came, so nobody knows whether the call took effect; every call may be repeated. */
export function offline() {
  return new Problem({ title: t('js.offline.title'), detail: t('js.offline.detail'), next: t('js.offline.next'), code: 'offline' });
}

/**
 * An answer that is no problem document: of something between us and the office, or of a fault of ours.
 * Its number is the gateway's or the edge's, by which operators find it; without one, status and instant.
 */
export function unread({ status, headers }) {
  const number = headers?.get('Apigw-Requestid') ?? headers?.get('X-Amz-Cf-Id') ?? `${status}-${new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  const instance = `urn:request:${number}`;
  if (status >= 500) {
    return new Problem({
      status, instance, type: '/problems/unavailable', title: t('problem.unavailable.title'), detail: t('problem.unavailable.detail'), next: t('problem.unavailable.next'),
    });
  }
  return new Problem({
    status, instance, type: '/problems/internal', title: t('problem.internal.title'), detail: t('problem.internal.detail'), next: t('problem.internal.next'),
  });
}

let ahead = 0; // ms the office's clock is ahead of this computer's, which may be wrong

/** The office's instant, in ms: what ends at the office's word is measured against it. */
export const now = () => Date.now() + ahead;

const afterCall = new Set();

/** Has listener(path, status) called after every answer: the session's clock needs to know. */
export function watch(listener) {
  afterCall.add(listener);
}

/** Calls the API. body, if given, is sent as JSON. more are further options of fetch. */
export async function api(method, path, body, more = {}) {
  const url = new URL(path, location.origin);
  url.searchParams.set('lang', lang);
  let response;
  let text;
  try {
    response = await fetch(url, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      ...more,
    });
    text = await response.text();
    ahead = Date.parse(response.headers?.get('Date') ?? '') - Date.now() || ahead;
  } catch {
    throw offline();
  }
  afterCall.forEach((listener) => listener(path, response.status));
  if (response.ok && text === '') return null;
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    // An answer of something between us and the office, which knows no problem documents.
    throw unread(response);
  }
  if (!response.ok) throw new Problem({ ...document, status: response.status });
  return document;
}

/** All filings of the account, from page to page. */
export async function allFilings() {
  const all = [];
  let cursor = '';
  do {
    const page = await api('GET', `/api/filings?limit=200&cursor=${encodeURIComponent(cursor)}`);
    all.push(...page.filings);
    cursor = page.next;
  } while (cursor);
  return all;
}
