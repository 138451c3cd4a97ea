// What a browser test of the office needs: a browser that records everything that goes wrong on
// a page, the choice in the software NCALayer, and the steps of a person.
//
// Addresses come from the environment: OFFICE_URL (default http://127.0.0.1:8080), NCALAYER_URL
// (default ws://127.0.0.1:13580). CHROMIUM names the browser (default /usr/bin/chromium).

import assert from 'node:assert/strict';
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(new URL('../tools/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const officeURL = process.env.OFFICE_URL ?? 'http://127.0.0.1:8080';
const ncalayerURL = (process.env.NCALAYER_URL ?? 'ws://127.0.0.1:13580').replace(/^ws/, 'http');
const root = fileURLToPath(new URL('../../', import.meta.url));
const shots = `${root}build/screenshots/`;

export const sample = JSON.parse(readFileSync(`${root}testdata/claims/money/claim.json`, 'utf8'));
export const files = ['claim.pdf', 'contract.pdf'].map((name) => `${root}testdata/claims/money/${name}`);
export const texts = Object.fromEntries(['kk', 'ru', 'en'].map((lang) => [lang, Object.assign({}, ...['portal', 'problems', 'acts', 'notices'].map(
  (area) => JSON.parse(readFileSync(`${root}shared/locale/catalogue/${lang}/${area}.json`, 'utf8')),
))]));

export function launch() {
  mkdirSync(shots, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** Chooses what NCALayer signs with from now on: a key's name, "cancel" or "ask". */
export async function choose(key) {
  const answer = await fetch(`${ncalayerURL}/_ncalayer/key`, { method: 'POST', body: new URLSearchParams({ key }) });
  assert.ok(answer.ok, `choose ${key}: ${answer.status}`);
}

/** State of the software NCALayer: choice, keys, pending, history. */
export const ncalayer = async () => (await fetch(`${ncalayerURL}/_ncalayer/state`)).json();

/** A person at a screen. faults collects console errors, uncaught errors and policy violations. */
export class Person {
  static async open(browser, lang, width, options = {}) {
    const context = await browser.newContext({ viewport: { width, height: width < 600 ? 780 : 900 }, locale: lang, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    const person = Object.assign(new Person(), { context, page, lang, width, faults: [], shot: 0 });
    await context.addInitScript(() => addEventListener('securitypolicyviolation', (e) => console.error(`CSP ${e.violatedDirective}: ${e.blockedURI}`)));
    person.watch(page);
    return person;
  }

  // Chromium itself writes a console error for every answer of 400 and more, for a websocket that
  // nobody serves and for the client's look for KAZTOKEN's own API (port 24680). Pages handle
  // those; what they do with them is what tests look at.
  watch(page) {
    page.on('console', (message) => {
      const text = `${message.text()} (${message.location().url})`;
      if (message.type() !== 'error') return;
      if (/^Failed to load resource: .*(status of 4\d\d|127\.0\.0\.1:24680)|^WebSocket connection to /.test(text)) return;
      this.faults.push(`${new URL(page.url()).pathname}: ${text}`);
    });
    page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${error.stack}`));
    page.on('response', (response) => { if (response.status() >= 500) this.faults.push(`${response.status()} ${response.url()}`); });
  }

  go(path) { return this.page.goto(`${officeURL}/${this.lang}${path}`); }

  t(key, values = {}) {
    assert.ok(key in texts[this.lang], `no text ${key}`);
    return texts[this.lang][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  /** Keeps a picture of the whole page. */
  async picture(name) {
    await this.page.screenshot({ path: `${shots}${this.lang}-${this.width}-${name}.png`, fullPage: true });
  }

  /** Nothing is wider than the screen, and every text was found in the catalogue. */
  async layout(name) {
    const { wide, raw } = await this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const wide = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > width + 1 && !e.closest('.scroll, .unseen, pre, .skip'))
        .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`);
      const raw = (document.body.innerText.match(/\b(?:js|nav|edit|home|register|receipt|problem|filing|filings|agreement|sign|sign-in|help)\.[a-z][a-z.-]+\b(?!@)/g) ?? []).filter((x) => !/\.(js|kz|pdf)$/.test(x));
      return { wide: document.documentElement.scrollWidth > width + 1 ? wide.slice(0, 5) : [], raw };
    });
    assert.deepEqual(wide, [], `${name} at ${this.width}: wider than the screen`);
    assert.deepEqual(raw, [], `${name}: keys without text`);
    assert.equal(await this.page.evaluate(() => document.documentElement.lang), this.lang);
  }

  /** axe-core finds nothing against WCAG 2.2 A and AA. */
  async accessible(name) {
    await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }));
    const lines = found.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary}`).join(' | ')}`);
    assert.deepEqual(lines, [], `${name}: accessibility`);
  }

  async check(name) {
    await this.layout(name);
    await this.accessible(name);
    await this.picture(name);
  }

  /** Signs what the dialog shows. Resolves when the dialog has closed. */
  async sign() {
    const { page } = this;
    await page.locator('#sign[open]').waitFor();
    assert.notEqual(await page.locator('#sign [data-statement]').innerText(), '');
    await page.locator('#sign [data-sign]').click();
    await page.locator('#sign[open]').waitFor({ state: 'detached' }).catch(async (error) => {
      throw new Error(`not signed: ${await page.locator('#sign').innerText()}\n${error.message}`);
    });
  }

  /** Tries to sign and returns the problem the dialog then shows. */
  async signInVain() {
    const { page } = this;
    await page.locator('#sign [data-sign]').click();
    await page.locator('#sign [data-problem] .note').waitFor();
    return page.locator('#sign [data-problem] .note').innerText();
  }

  /** No fault was seen since the last call. */
  clean() {
    assert.deepEqual(this.faults.splice(0), [], 'console errors, uncaught errors or policy violations');
  }

  close() { return this.context.close(); }
}
