// The first page of a visitor: how much is asked for, how soon something is seen, in which letters; and
// what can be read when scripts do not run.

import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { Person, launch, officeURL, start } from './office.mjs';

const PAINT = 300; // ms to the first paint on the local stack: of the quickest visit, as the machine does other things too
let stop;
let browser;

before(async () => {
  stop = await start();
  browser = await launch();
  await fetch(`${officeURL}/kk/`); // a function that has just started is measured elsewhere
});
after(async () => {
  await browser?.close();
  await stop?.();
});

for (const lang of ['kk', 'ru', 'en']) {
  test(`the first page in ${lang} is light and soon there`, async (t) => {
    const paints = [];
    for (let visit = 0; visit < 7; visit++) {
      const person = await Person.open(browser, lang, 390); // nothing is cached
      const asked = [];
      person.page.on('response', (response) => asked.push(response));
      await person.go('/');
      const weights = await Promise.all(asked.map(async (response) => {
        const body = await response.body().catch(() => Buffer.alloc(0)); // HEAD has none
        return /woff2/.test(response.headers()['content-type']) ? body.length : gzipSync(body).length;
      }));
      assert.ok(asked.length <= 8, `${asked.length} requests: ${asked.map((r) => r.url()).join(' ')}`);
      const total = weights.reduce((a, b) => a + b, 0);
      assert.ok(total < 60 * 1024, `${total} bytes`);
      assert.ok(asked.every((r) => !r.url().includes('/texts/')), 'a visitor is sent no texts of other pages');
      paints.push(await person.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity));
      person.clean();
      await person.close();
    }
    const busy = loadavg()[0] / availableParallelism();
    if (busy > 4) { // what is measured then is the queue before the processor
      t.diagnostic(`not judged at a load of ${busy.toFixed(1)} a core: first paint after ${paints.map(Math.round)} ms`);
      return;
    }
    assert.ok(Math.min(...paints) < PAINT, `first paint after ${paints.map(Math.round)} ms`);
  });
}

test('every Kazakh letter is drawn by the font of the pages', async () => {
  const person = await Person.open(browser, 'kk', 1280);
  await person.go('/');
  const missing = await person.page.evaluate(async () => {
    await document.fonts.ready;
    const context = document.createElement('canvas').getContext('2d');
    const width = (letter, weight, fallback) => { context.font = `${weight} 100px "Golos Text", ${fallback}`; return context.measureText(letter).width; };
    return [400, 600].flatMap((weight) => [...'АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя№₸«»–—0123456789']
      .filter((letter) => width(letter, weight, 'serif') !== width(letter, weight, 'monospace')).map((letter) => `${letter} ${weight}`));
  });
  assert.deepEqual(missing, []);
  await person.close();
});

test('HEAD answers as GET does, without the page', async () => {
  for (const path of ['/kk/', '/ru/help', '/kk/nowhere']) {
    const [head, get] = [await fetch(officeURL + path, { method: 'HEAD' }), await fetch(officeURL + path)];
    assert.equal(head.status, get.status, path);
    assert.equal(await head.text(), '');
  }
});

test('public pages are read without scripts', async () => {
  const person = await Person.open(browser, 'kk', 390, { javaScriptEnabled: false });
  for (const [path, words] of [['/', 'home.today.rule'], ['/agreement', 'agreement.published'], ['/help', 'help.title'], ['/maintenance', 'maintenance.none'], ['/problems/unavailable', 'problem.unavailable.next']]) {
    await person.page.goto(`${officeURL}/kk${path}`);
    const text = await person.page.locator('main').innerText();
    assert.ok(text.includes(person.t(words)), `${path} lacks ${words}`);
    assert.ok(!text.includes(person.t('page.needs-script')), `${path} asks for scripts`);
  }
  await person.close();
});
