// The pages of a declared form, on the office's own pages and modules with an API that this test plays:
// every type of field, lists, errors in the form's order, saving alone with a version, two versions that
// meet, and the check of the answers.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Person, launch, officeURL, start } from './office.mjs';

const form = JSON.parse(readFileSync(new URL('form.json', import.meta.url), 'utf8'));
const id = '0b9f1a52-6a5b-4d7e-9a51-2f4e6c1d8a90';

let stop;
let browser;

before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stop?.();
});

/** A person whose browser meets an API with one filing. stored is what it has; refuse answers the next PUT. */
async function holder(lang, width, options, kind = 'sample') {
  const person = await Person.open(browser, lang, width, options);
  const stored = kind !== 'sample' ? {} : { court: { version: 0, value: {} }, parties: { version: 0, value: {} }, demands: { version: 0, value: {} } };
  const documents = [{ id: 'd1', name: 'шарт.pdf', role: 'evidence', size: 2048, uploaded: true }];
  Object.assign(person, { stored, writes: [], refuse: null });
  await person.context.addInitScript(() => localStorage.setItem('office.session-ends', String(Date.now() + 900000)));
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status < 400 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) });
  await person.context.route('**/static/*/forms/*/sample.json', (route) => json(route, form));
  await person.context.route('**/api/session**', (route) => json(route, {
    name: 'Серіков Ұлан', rights: [], agreement: { accepted: 'v1', inForce: 'v1' }, sessionExpiresAt: new Date(Date.now() + 3600000).toISOString(),
  }));
  await person.context.route(`**/api/filings/${id}?**`, (route) => json(route, { id, kind, status: 'draft', sections: stored, documents }));
  await person.context.route(`**/api/filings/${id}/check?**`, (route) => json(route, {
    revision: 1, complete: false, defects: [
      { pointer: '/court/code', code: 'required', severity: 'error', detail: 'Сот таңдалмаған.', article: 'CPC 148(2)1' },
      { pointer: '/documents', code: 'attachment-recommended', severity: 'warning', detail: 'Баж құжаты жоқ.', article: 'CPC 149(1)2' },
    ],
  }));
  await person.context.route(`**/api/filings/${id}/sections/*`, async (route) => {
    const code = new URL(route.request().url()).pathname.split('/').at(-1);
    stored[code] ??= { version: 0, value: {} };
    const body = route.request().postDataJSON();
    person.writes.push({ code, ...body });
    if (person.refuse) {
      const problem = person.refuse;
      person.refuse = null;
      return json(route, problem, problem.status);
    }
    if (body.version !== stored[code].version) {
      return json(route, { type: '/problems/version-conflict', title: 'conflict', status: 409, stored: { section: code, ...stored[code] } }, 409);
    }
    stored[code] = { version: body.version + 1, value: body.value };
    return json(route, { code, ...stored[code] });
  });
  return person;
}

const submit = (page) => page.locator('#section [type=submit]').click();
const group = (page, pointer) => page.locator(`[data-pointer="${pointer}"]`);

for (const [lang, width, colorScheme] of [['kk', 1280, 'light'], ['ru', 390, 'dark'], ['en', 320, 'light']]) {
  test(`every state of the form pages in ${lang} at ${width}, ${colorScheme}`, async () => {
    const person = await holder(lang, width, { colorScheme });
    const { page } = person;
    await person.go(`/filings/${id}/tasks`);
    await page.locator('[data-tasks] li').nth(3).waitFor();
    await person.check('form-1-tasks');
    await person.go(`/filings/${id}/sections/parties`);
    await page.locator('[data-fields] fieldset').first().waitFor();
    await person.check('form-2-empty');
    await submit(page);
    await page.locator('.govuk-error-summary').waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.classList.contains('govuk-error-summary')), 'the summary has the focus');
    await person.check('form-3-missing');
    await person.go(`/filings/${id}/sections/demands`);
    await group(page, '/demands/items/0/text').locator('textarea').fill('Ұзақ мәтін '.repeat(6));
    await group(page, '/demands/items/0/text').locator('.govuk-error-message').filter({ visible: true }).first().waitFor();
    await person.check('form-4-too-long');
    await person.go(`/filings/${id}/answers`);
    await page.locator('.govuk-summary-card').nth(3).waitFor();
    await person.check('form-5-answers');
    if (width === 1280) await person.keyboard('answers');
    person.clean();
    await person.close();
  });
}

test('every section of a claim, from the office\'s own rows', async () => {
  const person = await holder('kk', 390, {}, 'claim');
  const { page } = person;
  person.stored.claimant = { version: 1, value: { type: 'natural', surname: 'Серіков', givenName: 'Ұлан', iin: '000000000000' } };
  const rows = await (await fetch(`${officeURL}/static/x/forms/kk/claim.json`)).json();
  for (const section of rows.sections) {
    await person.go(`/filings/${id}/sections/${section.code}`);
    await page.locator('[data-body]').waitFor().catch((e) => { throw new Error(`${section.code}: ${person.faults} ${e.message}`); });
    await page.getByRole('heading', { level: 1, name: section.title }).waitFor();
    for (const add of await page.locator('.listed > p > button').filter({ visible: true }).all()) await add.click();
    await person.check(`claim-${section.code}`);
  }
  person.clean();
  await person.close();
});

test('every type of field is read as the API takes it, and shown again', async () => {
  const person = await holder('kk', 1280);
  const { page } = person;
  await person.go(`/filings/${id}/sections/court`);
  await group(page, '/court/lang').locator('input').first().check();
  await group(page, '/court/code').locator('select').selectOption('c');
  await group(page, '/court/grounds').locator('input').nth(1).check();
  for (const [i, part] of ['27', '3', '2026'].entries()) await group(page, '/court/filedAt').locator('input').nth(i).fill(part);
  await submit(page);
  await page.waitForURL(/sections\/parties/);
  assert.deepEqual(person.stored.court.value, { lang: 'kk', code: 'c', filedAt: '2026-03-27', grounds: ['harm'] });

  await group(page, '/parties/parties/0/type').locator('input[value=legal]').check();
  assert.ok(await group(page, '/parties/parties/0/surname').isHidden(), 'a person is not asked for');
  await group(page, '/parties/parties/0/name').locator('input').fill('Береке ЖШС');
  await group(page, '/parties/parties/0/bin').locator('input').fill('0102 4000 0009');
  await group(page, '/parties/parties/0/address/locality').locator('input').fill('Алматы');
  await group(page, '/parties/parties/0/mobile').locator('input').fill('8 (701) 123-45-67');
  await group(page, '/parties/parties/0/bank/iban').locator('input').fill('kz86 125k zt50 0410 0100');
  await page.getByRole('button', { name: person.t('js.form.add', { one: 'Жауапкер' }) }).click();
  await group(page, '/parties/parties/1/type').locator('input[value=natural]').check();
  await group(page, '/parties/parties/1/surname').locator('input').fill('Серіков');
  await group(page, '/parties/parties/1/whereaboutsUnknown').locator('input').check();
  await submit(page);
  await page.waitForURL(/sections\/demands/);
  const [first, second] = person.stored.parties.value.parties;
  assert.match(first.id, /^[0-9a-f-]{36}$/);
  assert.deepEqual({ ...first, id: '' }, {
    id: '', type: 'legal', name: 'Береке ЖШС', bin: '010240000009', address: { locality: 'Алматы' }, mobile: '+77011234567', bank: { iban: 'KZ86125KZT5004100100' },
  });
  assert.deepEqual({ ...second, id: '' }, { id: '', type: 'natural', surname: 'Серіков', whereaboutsUnknown: true });

  await group(page, '/demands/items/0/text').locator('textarea').fill('Қарызды өндіру');
  await group(page, '/demands/items/0/amountTiyn').locator('input').fill('150 000,50');
  await group(page, '/demands/items/0/against').getByLabel('Серіков').check();
  await group(page, '/demands/items/0/proof').locator('select').selectOption('d1');
  await submit(page);
  await page.waitForURL(/tasks/);
  assert.deepEqual(person.stored.demands.value, { items: [{ text: 'Қарызды өндіру', amountTiyn: 15000050, against: [second.id], proof: 'd1' }] });
  await page.locator('[data-tasks] li').nth(3).waitFor();
  assert.equal(await page.locator('[data-tasks] .govuk-tag').count(), 0, 'every task is done');

  await person.go(`/filings/${id}/answers`);
  await page.locator('.govuk-summary-card').nth(3).waitFor();
  const shown = await page.locator('[data-answers]').innerText();
  for (const words of ['Шымкент қаласының соты', 'Зиян', 'Береке ЖШС', 'KZ86 125K ZT50 0410 0100', '+7 701 123 45 67', 'Серіков', '150 000,50', 'шарт.pdf']) {
    assert.ok(shown.replaceAll('\u00a0', ' ').includes(words), `${words} is not shown in\n${shown}`);
  }
  await page.locator('#s-court').locator('xpath=../..').locator('dl a').nth(1).click();
  await page.waitForURL(/sections\/court/);
  assert.equal(await group(page, '/court/code').locator('select').inputValue(), 'c');
  assert.ok(await group(page, '/court/code').locator('select').evaluate((e) => e === document.activeElement), 'the change link leads to its question');
  await submit(page);
  await page.waitForURL(/answers/);
  person.clean();
  await person.close();
});

test('items are added, moved and removed by the keyboard, and errors follow them', async () => {
  const person = await holder('kk', 390);
  const { page } = person;
  await person.go(`/filings/${id}/sections/demands`);
  const texts = () => page.locator('textarea').evaluateAll((all) => all.map((a) => a.value));
  await page.locator('textarea').first().fill('бірінші');
  const add = page.getByRole('button', { name: person.t('js.form.add', { one: 'Талап' }) });
  await add.press('Enter');
  await page.keyboard.type('екінші');
  await add.press('Enter');
  await page.keyboard.type('үшінші');
  await page.getByRole('button', { name: new RegExp(`${person.t('js.form.up')}\\s+үшінші`) }).press('Enter');
  assert.deepEqual(await texts(), ['бірінші', 'үшінші', 'екінші']);
  await page.keyboard.press('Enter'); // the button kept the focus
  assert.deepEqual(await texts(), ['үшінші', 'бірінші', 'екінші']);
  await page.getByRole('button', { name: new RegExp(`${person.t('js.form.remove')}\\s+бірінші`) }).press('Enter');
  assert.deepEqual(await texts(), ['үшінші', 'екінші']);
  person.refuse = {
    type: '/problems/invalid-fields', status: 422, title: 'Кейбір жауап дұрыс емес',
    errors: [{ pointer: '/demands/items/1/amountTiyn', detail: 'екінші қате' }, { pointer: '/demands/items/0/text', detail: 'бірінші қате', article: 'CPC 148(2)4' }],
  };
  await page.locator('textarea').first().fill('басқа');
  await submit(page);
  await page.locator('.govuk-error-summary li').nth(1).waitFor();
  const lines = await page.locator('.govuk-error-summary li').allInnerTexts();
  assert.match(lines[0], /бірінші қате/, 'errors stand in the order of the form');
  await page.locator('.govuk-error-summary li a').nth(1).click();
  assert.ok(await group(page, '/demands/items/1/amountTiyn').locator('input').evaluate((e) => e === document.activeElement));
  assert.match(await group(page, '/demands/items/1/amountTiyn').innerText(), /екінші қате/);
  await group(page, '/demands/items/1/amountTiyn').locator('input').fill('бір миллион');
  await submit(page);
  await page.locator('.govuk-error-summary').getByText(person.t('js.form.unread')).waitFor();
  person.clean();
  await person.close();
});

test('two windows: both versions are shown, one is chosen line by line, none is lost', async () => {
  const person = await holder('kk', 1280);
  const { page, stored } = person;
  stored.demands = { version: 3, value: { items: [{ text: 'бұрынғы' }] } };
  await person.go(`/filings/${id}/sections/demands`);
  stored.demands = { version: 4, value: { items: [{ text: 'басқа терезеде' }, { text: 'жаңа талап' }] } };
  await page.locator('textarea').first().fill('осы терезеде');
  await page.locator('[data-problem] .govuk-inset-text').waitFor();
  const words = await page.locator('[data-problem]').innerText();
  for (const version of ['осы терезеде', 'басқа терезеде', 'жаңа талап']) assert.ok(words.includes(version), words);
  await person.check('form-6-conflict');
  await page.locator('[data-problem] input[value=theirs]').nth(1).check();
  await page.getByRole('button', { name: person.t('js.merge.save') }).click();
  await page.locator('[data-saved]').filter({ hasText: person.t('js.save.saved', { clock: '' }).trim().slice(0, 6) }).waitFor();
  assert.deepEqual(stored.demands.value, { items: [{ text: 'осы терезеде' }, { text: 'жаңа талап' }] });
  await page.locator('[data-other] summary').click();
  assert.match(await page.locator('[data-other]').innerText(), /басқа терезеде/);
  await person.check('form-7-merged');
  person.clean();
  await person.close();
});

test('what the API does not get stays, and is saved when it can be', async () => {
  const person = await holder('kk', 1280);
  const { page, stored } = person;
  await person.go(`/filings/${id}/sections/demands`);
  person.refuse = { type: '/problems/unauthenticated', status: 401, title: 'x' };
  await page.locator('textarea').first().fill('сеанс біткенде жазылғаны');
  await page.locator('#banner .notice').waitFor();
  await page.reload();
  await page.locator('textarea').first().waitFor();
  assert.equal(await page.locator('textarea').first().inputValue(), 'сеанс біткенде жазылғаны');
  for (let tries = 0; tries < 50 && stored.demands.version === 0; tries++) await page.waitForTimeout(100);
  assert.deepEqual(stored.demands.value, { items: [{ text: 'сеанс біткенде жазылғаны' }] });
  person.clean();
  await person.close();
});
