// What a browser test of the office needs: an office, a browser that records everything that goes
// wrong on a page, the choice in the software NCALayer, and the steps of a person.
//
// OFFICE_URL names a running local office; without it the test starts one of its own on free
// ports and an empty state, from what `make build` has built. CHROMIUM names the browser
// (default /usr/bin/chromium).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(new URL('../tools/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const root = fileURLToPath(new URL('../../', import.meta.url));
const shots = `${root}build/screenshots/`;

export const sample = JSON.parse(readFileSync(`${root}testdata/claims/money/form.json`, 'utf8'));
export const files = ['claim.pdf', 'contract.pdf'].map((name) => `${root}testdata/claims/money/${name}`);
export const texts = Object.fromEntries(['kk', 'ru', 'en'].map((lang) => [lang, Object.assign({}, ...readdirSync(`${root}shared/locale/catalogue/${lang}`).map(
  (area) => JSON.parse(readFileSync(`${root}shared/locale/catalogue/${lang}/${area}`, 'utf8')),
))]));

export let officeURL = process.env.OFFICE_URL;
let ncalayerURL;
let turn = 0; // of Person.everywhere

/** Finds or starts the office. Resolves with a function that stops what was started. */
export async function start() {
  let stop = () => {};
  if (!officeURL) {
    const state = mkdtempSync(`${tmpdir()}/courtoffice-browser-`);
    const child = spawn(`${root}build/local`, ['run', '-probe=false', '-state', state], {
      cwd: root, env: { ...process.env, PORT: '0', NCALAYER: '127.0.0.1:0' }, stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => { child.once('exit', resolve).once('error', resolve); });
    ended.then(() => rmSync(state, { recursive: true, force: true }));
    const failed = ended.then((code) => { throw new Error(`the office did not start: ${code}`); });
    failed.catch(() => {}); // also comes when the office is stopped in the end
    stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    const address = new Promise((resolve) => {
      createInterface(child.stdout).on('line', (line) => { if (/^Court Office: http/.test(line)) resolve(line.slice(14).trim()); });
    });
    officeURL = await Promise.race([address, failed]);
  }
  const { ncalayer: address } = await (await fetch(`${officeURL}/_local/health`)).json();
  ncalayerURL = address.replace(/^ws/, 'http');
  return stop;
}

/** Address of NCALayer's own page, where a key is chosen. */
export const chooser = () => `${ncalayerURL}/_ncalayer`;

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

/** Waits for the first message to someone by "mail" or "sms" that has the words. */
export async function received(channel, to, words) {
  for (let tries = 0; tries < 100; tries++) {
    const list = await (await fetch(`${officeURL}/_local/${channel}.json`)).json();
    const found = list.find((m) => [m.to].flat().includes(to) && `${m.subject ?? ''} ${m.text}`.replaceAll('\r\n', '\n').includes(words));
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`no ${channel} to ${to} about ${words}`);
}

/** A person at a screen. faults collects console errors, uncaught errors and policy violations. */
export class Person {
  static async open(browser, lang, width, options = {}) {
    const context = await browser.newContext({ viewport: { width, height: width < 600 ? 780 : 900 }, locale: lang, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    const person = Object.assign(new Person(), { context, page, lang, width, faults: [], shot: 0 });
    // SLOW=400: every answer of the API comes so many milliseconds later, which finds the test that does not wait for it.
    if (process.env.SLOW) await context.route('**/api/**', (route) => new Promise((resolve) => { setTimeout(resolve, Number(process.env.SLOW)); }).then(() => route.fallback()).catch(() => {}));
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
    // Pages have no inline script: what comes from no file is what the driver runs in the PDF's own frame.
    page.on('pageerror', (error) => { if (/https?:\/\//.test(error.stack)) this.faults.push(`${page.url()}: ${error.stack}`); });
    page.on('response', (response) => { if (response.status() >= 500) this.faults.push(`${response.status()} ${response.url()}`); });
  }

  /** Opens a page and waits until its modules have their texts: before, its buttons do nothing. */
  go(path) { return this.page.goto(`${officeURL}/${this.lang}${path}`, { waitUntil: 'networkidle' }); }

  t(key, values = {}) {
    assert.ok(key in texts[this.lang], `no text ${key}`);
    return texts[this.lang][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  /** Keeps a picture of the page, whole unless a dialog is open. */
  async picture(name) {
    const fullPage = await this.page.locator('dialog[open]').count() === 0;
    await this.page.screenshot({ path: `${shots}${this.lang}-${this.width}-${name}.png`, fullPage });
  }

  /**
   * Looks at a page, opened and ready: in each language, narrow and wide, light and dark. LOOKS=all tries every language
   * both ways, else they take turns: one page has all of them on its screens before and after an act.
   */
  async everywhere(path, ready, name) {
    const { lang: before, width: wide } = this;
    const looks = [['kk', 390, 'light'], ['ru', 1280, 'dark'], ['en', 390, 'dark'], ['kk', 1280, 'light'], ['ru', 390, 'light'], ['en', 1280, 'light']];
    for (const [lang, width, colorScheme] of process.env.LOOKS === 'all' ? looks : [0, 1].map((n) => looks[(turn + n) % looks.length])) {
      Object.assign(this, { lang, width });
      await this.page.setViewportSize({ width, height: width < 600 ? 780 : 900 });
      await this.page.emulateMedia({ colorScheme });
      await this.go(path);
      await this.page.locator(ready).first().waitFor();
      await this.check(name);
    }
    turn += 2;
    Object.assign(this, { lang: before, width: wide });
    await this.page.setViewportSize({ width: wide, height: wide < 600 ? 780 : 900 });
  }

  /** Signs in anew with the key that is chosen: a session does not last through a shift of the office's clock. */
  async enter() {
    await this.context.clearCookies();
    await this.go('/sign-in');
    await this.page.locator('[data-eds]').click();
    await this.sign();
    await this.page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
  }

  /** Nothing is wider than the screen, and every text was found in the catalogue. */
  async layout(name) {
    const { wide, raw } = await this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const wide = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > width + 1 && !e.closest('.scroll, .govuk-visually-hidden, pre, .govuk-skip-link'))
        .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`);
      const raw = (document.body.innerText.match(/\b(?:js|nav|new|documents|answers|review|tasks|home|register|receipt|problem|filing|filings|agreement|sign|sign-in|help)\.[a-z][a-z.-]+\b(?!@)/g) ?? []).filter((x) => !/\.(js|kz|pdf)$/.test(x));
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

  /** The Tab key reaches everything that can be used, in the order of the page, and shows where it is. */
  async keyboard(name) {
    const { page } = this;
    const wanted = await page.evaluate(() => {
      scrollTo(0, 0);
      document.activeElement.blur();
      const usable = [...document.querySelectorAll('a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]')]
        .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('dialog:not([open])'));
      const radios = new Set();
      return usable.filter((e) => { // one stop for a group of radio buttons: the checked one
        if (e.type !== 'radio') return true;
        const group = [...document.querySelectorAll(`input[name="${CSS.escape(e.name)}"]`)];
        const stop = group.find((r) => r.checked) ?? group[0];
        return e === stop && !radios.has(e.name) && radios.add(e.name);
      }).map((e, i) => (e.dataset.stop = String(i)));
    });
    const reached = [];
    const dim = [];
    for (let i = 0; i < wanted.length; i++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const e = document.activeElement;
        const style = getComputedStyle(e);
        const shown = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || e.matches('.govuk-skip-link, .govuk-visually-hidden');
        return { stop: e.dataset.stop, shown, html: e.outerHTML.slice(0, 120) };
      });
      reached.push(at.stop);
      if (!at.shown) dim.push(at.html);
    }
    assert.deepEqual(reached, wanted, `${name}: stops of the Tab key`);
    assert.deepEqual(dim, [], `${name}: stops without a visible focus`);
  }

  async check(name) {
    // What sticks to the head of the screen covers whatever is scrolled under it; at the head of the page, nothing.
    if (await this.page.locator('dialog[open]').count() === 0) await this.page.evaluate(() => scrollTo(0, 0));
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

  /** What a place says, once it says anything: pages have their places before what is said there has come. */
  async said(selector) {
    const place = this.page.locator(selector);
    await place.filter({ hasText: /\S/ }).first().waitFor();
    return place.first().innerText();
  }

  /** Tries to sign and returns the problem the dialog then shows. */
  async signInVain() {
    const { page } = this;
    await page.locator('#sign [data-sign]').click();
    await page.locator('#sign [data-problem] .govuk-error-summary').waitFor();
    return page.locator('#sign [data-problem] .govuk-error-summary').innerText();
  }

  /** No fault was seen since the last call. */
  clean() {
    assert.deepEqual(this.faults.splice(0), [], 'console errors, uncaught errors or policy violations');
  }

  close() { return this.context.close(); }
}

/** A judge and a clerk of a court, each with a key of their own. The filer's key is chosen then. */
export async function staff(browser, court, run) {
  await choose('individual-rsa');
  const judge = await someone(browser, `sudya.${run}`, `judge.${court}`);
  await choose('individual-gost-2');
  const clerk = await someone(browser, `kense.${run}`, `clerk.${court}`);
  await choose('individual-gost');
  return { judge, clerk };
}

/** Somebody who registers with the key that is chosen, and has a post from then on. */
export async function someone(browser, name, right = '', lang = 'kk', width = 1280) {
  const person = await Person.open(browser, lang, width);
  const { page } = person;
  await person.go('/register');
  await page.locator('[data-accept]').click();
  await person.sign();
  const number = person.number = await person.said('[data-subject=iin]');
  await page.locator('#email').fill(`${name}@example.kz`);
  await page.locator('#password').fill('қыран құс 41 самғайды');
  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  await person.sign();
  await page.locator('[data-panel=done]').waitFor();
  if (right) await post('/_local/grant', { number, right });
  person.clean();
  return person;
}

/** Begins a filing of a kind as a person does. Resolves with its id. */
export async function begin(person, kind) {
  const { page } = person;
  await person.go('/filings/new');
  await page.locator(`input[name=kind][value=${kind}]`).check();
  await page.locator('#new [type=submit]').click();
  await page.waitForURL(/\/tasks$/);
  await page.locator('[data-tasks] li').first().waitFor();
  return /filings\/([^/]+)\/tasks/.exec(page.url())[1];
}

/** Saves sections of a filing through the page's own session, as the form's pages do. */
export const save = (person, id, sections) => person.page.evaluate(async ([filing, values]) => {
  const stored = await (await fetch(`/api/filings/${filing}`)).json();
  for (const [code, value] of Object.entries(values)) {
    const answer = await fetch(`/api/filings/${filing}/sections/${code}`, {
      method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ version: stored.sections[code]?.version ?? 0, value: { ...stored.sections[code]?.value, ...value } }),
    });
    if (!answer.ok) throw new Error(`${code}: ${answer.status} ${await answer.text()}`);
  }
}, [id, sections]);

/** A claim with two documents that the person sends to that court. Resolves with its id when it is received. */
export function sentClaim(person, court) {
  const { defendants, circumstances, demands } = sample;
  const sections = { court: { ...sample.court, code: court }, defendants, circumstances, demands: { items: [demands.items[0]] }, price: { totalTiyn: demands.items[0].amountTiyn } };
  return sent(person, 'claim', sections, [[files[0], 'main_claim'], [files[1], 'evidence']]);
}

/** A paper of a kind that the person sends with documents, each a file and its role. Resolves with its id when it is received. */
export async function sent(person, kind, sections, documents = []) {
  const { page } = person;
  const id = await begin(person, kind);
  await save(person, id, sections);
  if (documents.length) {
    await person.go(`/filings/${id}/documents`);
    await page.locator('[data-body]').waitFor();
    await page.locator('#files').setInputFiles(documents.map(([file]) => file));
    await page.locator('.documents li.uploaded').nth(documents.length - 1).waitFor();
    for (const [n, [, role]] of documents.entries()) await page.locator('.documents li select').nth(n).selectOption(role);
    await page.waitForLoadState('networkidle');
  }
  await person.go(`/filings/${id}/answers`);
  await page.locator('[data-body]').waitFor();
  if (await page.locator('[data-warnings] li').count()) await page.locator('#acknowledged').check();
  await page.locator('#review [type=submit]').click();
  await page.waitForURL(/\/review\?revision=\d+$/);
  await page.locator('[data-same] .same').waitFor();
  await page.locator('button[data-review]').click();
  await person.sign();
  await page.waitForURL(/\/receipt$/);
  for (let tries = 0; tries < 60; tries += 1) {
    const status = await page.evaluate(async (filing) => (await (await fetch(`/api/filings/${filing}`)).json()).status, id);
    if (status === 'received') return id;
    await page.waitForTimeout(500);
  }
  throw new Error(`${id} was not received`);
}

/** Sends JSON to the office from outside the browser. */
export async function post(path, body) {
  const answer = await fetch(`${officeURL}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
}

/** A newcomer with the chosen key who registers, is refused at an administrators' page, then gets the right. */
export async function administrator(browser, path, email) {
  const admin = await Person.open(browser, 'kk', 1280);
  const { page } = admin;
  await admin.go('/register');
  await page.locator('[data-accept]').click();
  await admin.sign();
  await page.locator('[data-panel=form]').waitFor();
  admin.number = await admin.said('[data-subject=iin]');
  await page.locator('#email').fill(email);
  await page.locator('#password').fill('қыран құс 41 самғайды');
  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  await admin.sign();
  await page.locator('[data-panel=done]').waitFor();
  await admin.go(path);
  await page.locator('main [data-problem] .govuk-error-summary').first().waitFor(); // not yet allowed
  await post('/_local/grant', { number: admin.number, right: 'admin' });
  admin.clean();
  return admin;
}
