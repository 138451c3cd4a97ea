// A newcomer's walk from the home page to the receipt of a simple claim, in each language: how many clicks,
// fields, signatures and presses of the Tab key it takes, and how many seconds of this machine. It prints
// the figures, and fails where the way has become longer.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { choose, files, launch, Person, sample, start } from './office.mjs';

const MOST = { clicks: 28, fields: 19, signatures: 3 };

let stop;
let browser;
before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await choose('individual-gost');
  await browser?.close();
  await stop?.();
});

/** Counts what a person does. */
class Walk {
  clicks = 0;
  fields = 0;
  signatures = 0;
  tabs = 0;

  constructor(page) { this.page = page; }

  /** How often Tab is pressed from where the focus is to a control; a group of radio buttons is one stop. */
  async reach(control) {
    await control.waitFor();
    this.tabs += await control.evaluate((target) => {
      const open = document.querySelector('dialog[open]');
      const usable = [...(open ?? document).querySelectorAll('a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]')]
        .filter((e) => e.checkVisibility({ visibilityProperty: true }) && (open || !e.closest('dialog')))
        .filter((e, i, all) => e.type !== 'radio' || all.findIndex((x) => x.type === 'radio' && x.name === e.name) === i);
      const to = usable.findIndex((e) => e === target || (e.type === 'radio' && e.name === target.name));
      const focus = document.activeElement;
      const from = usable.filter((e) => e === focus || e.compareDocumentPosition(focus) & Node.DOCUMENT_POSITION_FOLLOWING).length;
      return Math.abs(to + 1 - from);
    });
  }

  async click(control) {
    await this.reach(control);
    this.clicks++;
    await control.click();
  }

  /** Answers a question, whatever control it has. */
  async answer(group, value) {
    const choice = /^[\w().-]+$/.test(value) ? `input[type=radio][value="${value}"], input[type=checkbox][value="${value}"], ` : '';
    const control = group.locator(`${choice}select, textarea, input:not([type=radio]):not([type=checkbox])`).first();
    await this.reach(control);
    this.fields++;
    const kind = await control.evaluate((e) => (e.tagName === 'SELECT' ? 'select' : e.type === 'radio' || e.type === 'checkbox' ? 'check' : 'fill'));
    if (kind === 'select') await control.selectOption(value);
    else if (kind === 'check') await control.check();
    else await control.fill(value);
    await control.focus();
  }

  async sign() {
    await this.page.locator('#sign[open]').waitFor();
    await this.click(this.page.locator('#sign [data-sign]'));
    this.signatures++;
    await this.page.locator('#sign[open]').waitFor({ state: 'detached' });
  }
}

/** The answers of a simple claim, by pointer. */
function answers(lang) {
  const { court, defendants, demands, circumstances } = sample;
  const [defendant] = defendants.parties;
  const [demand] = demands.items;
  return {
    '/court/lang': lang === 'en' ? 'ru' : lang, '/court/code': court.code, '/court/basis': court.basis,
    '/defendants/parties/0/type': defendant.type, '/defendants/parties/0/name': defendant.name, '/defendants/parties/0/bin': defendant.bin, '/defendants/parties/0/address/text': defendant.address.text,
    '/demands/items/0/text': demand.text, '/demands/items/0/nature': demand.nature, '/demands/items/0/amountTiyn': String(demand.amountTiyn / 100),
    '/circumstances/breach/text': circumstances.breach.text, '/circumstances/facts/text': circumstances.facts.text,
    '/price/totalTiyn': String(demand.amountTiyn / 100),
  };
}

for (const [lang, key] of [['kk', 'individual-gost'], ['ru', 'individual-gost-2'], ['en', 'individual-rsa']]) {
  test(`from the home page to a receipt in ${lang}`, async () => {
    await choose(key);
    const person = await Person.open(browser, lang, 1280);
    const { page } = person;
    const walk = new Walk(page);
    const begin = performance.now();
    await person.go('/');
    await walk.click(page.locator('main a[href$="/register"]').first());
    await walk.click(page.locator('[data-accept]'));
    await walk.sign();
    await walk.answer(page.locator('.govuk-form-group', { has: page.locator('#email') }).last(), `walk.${lang}.${Date.now()}@example.kz`);
    await walk.answer(page.locator('.govuk-form-group', { has: page.locator('#password') }).last(), 'қыран құс 41 самғайды');
    await walk.reach(page.locator('#declaration'));
    walk.fields++;
    await page.locator('#declaration').check();
    await walk.click(page.locator('#registration [type=submit]'));
    await walk.sign();
    await page.locator('[data-panel=done]').waitFor();
    await walk.click(page.locator('[data-panel=done] a[href$="/filings/new"], header a[href$="/filings/new"]').filter({ visible: true }).first());
    await page.waitForURL(/filings\/new$/, { waitUntil: 'networkidle' });
    await walk.answer(page.locator('#new'), 'claim');
    await walk.click(page.locator('#new [type=submit]'));
    await page.waitForURL(/\/tasks$/, { waitUntil: 'networkidle' });

    // From each section its button leads on to the next.
    const left = new Map(Object.entries(answers(lang)));
    await walk.click(page.locator('[data-tasks] li a').first());
    for (let sections = 0; left.size || /sections\//.test(page.url()); sections++) {
      assert.ok(sections < 30, `the sections do not end: ${[...left.keys()]}`);
      await page.waitForURL(/\/(sections\/[a-z-]+|tasks)$/i, { waitUntil: 'networkidle' });
      if (/tasks$/.test(page.url())) break;
      await page.locator('[data-body]').waitFor();
      const section = /sections\/([^/?#]+)$/.exec(page.url())[1];
      for (const [pointer, value] of left) {
        if (!pointer.startsWith(`/${section}/`)) continue;
        await walk.answer(page.locator(`[data-pointer="${pointer}"]`), value);
        left.delete(pointer);
      }
      const before = page.url();
      await walk.click(page.locator('#section [type=submit]'));
      await page.waitForURL((url) => url.href !== before);
    }
    assert.equal(left.size, 0, `not asked: ${[...left.keys()]}`);

    await walk.click(page.locator('main a[href$="/documents"]').first());
    await page.waitForURL(/\/documents$/, { waitUntil: 'networkidle' });
    await walk.reach(page.locator('#files'));
    walk.fields++;
    await page.locator('#files').setInputFiles(files);
    await page.locator('.documents li.uploaded').nth(1).waitFor();
    for (const [i, role] of ['main_claim', 'evidence'].entries()) {
      const select = page.locator('.documents li select').nth(i);
      if (await select.inputValue() === role) continue;
      await walk.reach(select);
      walk.fields++;
      await select.selectOption(role);
    }
    await page.waitForLoadState('networkidle');
    await walk.click(page.locator('main a[href$="/answers"], main a[href$="/tasks"]').filter({ visible: true }).last());
    await page.waitForLoadState('networkidle');
    if (/tasks$/.test(page.url())) await walk.click(page.locator('main a[href$="/answers"]').last());
    await page.waitForURL(/\/answers$/, { waitUntil: 'networkidle' });
    await page.locator('.govuk-summary-card').first().waitFor();
    assert.deepEqual(await page.locator('[data-errors] li').allInnerTexts(), []);
    const acknowledged = page.locator('#acknowledged');
    if (await acknowledged.isVisible()) {
      await walk.reach(acknowledged);
      walk.fields++;
      await acknowledged.check();
    }
    await walk.click(page.locator('#review [type=submit]'));
    await page.waitForURL(/\/review\?revision=\d+$/);
    await page.locator('[data-same] .same').waitFor();
    await walk.click(page.locator('button[data-review]'));
    await walk.sign();
    await page.waitForURL(/\/receipt$/);
    await page.locator('[data-ticket]').filter({ hasText: /\S/ }).waitFor();
    const { clicks, fields, signatures, tabs } = walk;
    console.log(`# ${lang}: ${clicks} clicks, ${fields} fields, ${signatures} signatures, ${clicks + fields} controls used at the keyboard with ${tabs} presses of Tab, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    assert.ok(clicks <= MOST.clicks && fields <= MOST.fields && signatures <= MOST.signatures, JSON.stringify({ clicks, fields, signatures }));
    person.clean();
    await person.close();
  });
}
