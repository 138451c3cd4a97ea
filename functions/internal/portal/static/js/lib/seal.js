// Sending a signature until it is known what became of it. A signature is kept until its receipt is in
// hand or the office has refused it: no answer, or one of something in between, is no refusal.

import { api } from './api.js';

const TRIES = 8;
const FIRST = 1000; // ms
const MOST = 30000;

const key = (/** @type {string} */ filing) => `seal:${filing}`;
const rest = (/** @type {number} */ ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** @typedef {{ token: string, signature: any }} Sent */

/** @returns {Sent | null} the signature whose fate is not known yet */
export const pending = (/** @type {string} */ filing) => JSON.parse(sessionStorage.getItem(key(filing)) ?? 'null');

/** Whether a problem leaves open what became of the signature. */
const open = (/** @type {any} */ problem) => !(problem.status >= 400 && problem.status < 500) || problem.status === 429;

/**
 * Sends a signature, again and again with growing random pauses where the answer leaves open what became of it.
 * Resolves with the receipt, or with { outcome: 'pending', missing } where others have to sign still.
 * Rejects with the office's refusal, or after eight attempts with the last problem: the signature is
 * kept then, and may be sent again.
 * @param {string} filing
 * @param {Sent} sent
 * @param {(seconds: number) => void} waits hears of every pause
 * @param {(ms: number) => Promise<any>} pause
 */
export async function seal(filing, sent, waits = () => {}, pause = rest) {
  sessionStorage.setItem(key(filing), JSON.stringify(sent));
  for (let tries = 1; ; tries++) {
    try {
      return settled(filing, await api('POST', `/api/filings/${filing}/seal`, sent));
    } catch (problem) {
      if (!open(problem)) {
        sessionStorage.removeItem(key(filing));
        throw problem;
      }
      const known = await api('POST', `/api/filings/${filing}/outcome`, { token: sent.token }).catch(() => ({}));
      if (known.outcome === 'sealed') return settled(filing, known.receipt);
      if (known.outcome === 'void') sessionStorage.removeItem(key(filing));
      if (known.outcome === 'void' || tries === TRIES) throw problem;
      const ms = Math.random() * Math.min(MOST, FIRST * 2 ** tries); // full jitter: the crowd does not come back at once
      waits(Math.ceil(ms / 1000));
      await pause(ms);
    }
  }
}

function settled(/** @type {string} */ filing, /** @type {any} */ answer) {
  sessionStorage.removeItem(key(filing));
  return answer;
}
