// Uploads that are cut, closed and expired: they go on by themselves, or when the same file is
// chosen again, and send no part twice. What cannot be sent is told beside the file.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';

import { choose, files, launch, Person, start } from './office.mjs';

const MB = 1 << 20;
const folder = mkdtempSync(`${tmpdir()}/courtoffice-upload-`);

// A PDF that a viewer opens, grown to size by a stream nobody refers to.
function scan(name, bytes) {
  const path = `${folder}/${name}`;
  const claim = readFileSync(files[0]);
  const filler = Buffer.alloc(bytes - claim.length);
  for (let i = 0; i < filler.length; i += 4) filler.writeUInt32LE((Math.imul(i + bytes, 2654435761) >>> 0), i);
  writeFileSync(path, Buffer.concat([claim.subarray(0, 9), Buffer.from('%'), Buffer.from(filler.toString('latin1').replace(/[\r\n]/g, ' '), 'latin1'), Buffer.from('\n'), claim.subarray(9)]));
  return path;
}

let stop;
let browser;
let person;
let page;
before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-rsa');
  person = await Person.open(browser, 'ru', 1280);
  ({ page } = person);
  await person.go('/register');
  await page.locator('[data-accept]').click();
  await person.sign();
  await page.locator('#email, [data-panel=done]').first().waitFor();
  if (await page.locator('#email').isVisible()) {
    await page.locator('#email').fill(`upload.${Date.now()}@example.kz`);
    await page.locator('#password').fill('көк аспан 93 жарық');
    await page.locator('#declaration').check();
    await page.locator('#registration [type=submit]').click();
    await person.sign();
    await page.locator('[data-panel=done]').waitFor();
  }
  person.clean();
});
after(async () => {
  await browser?.close();
  await stop?.();
  rmSync(folder, { recursive: true, force: true });
});

// begin opens a new claim that is kept, and counts the parts that storage took.
async function begin() {
  await person.go('/filings/new');
  await page.locator('input[name=kind][value=claim]').check();
  await page.locator('#new [type=submit]').click();
  await page.waitForURL(/\/tasks$/);
  await page.goto(page.url().replace(/tasks$/, 'documents'), { waitUntil: 'networkidle' });
  await page.locator('[data-body]').waitFor();
  const parts = [];
  page.removeAllListeners('requestfinished');
  page.on('requestfinished', async (request) => {
    const number = new URL(request.url()).searchParams.get('partNumber');
    if (request.method() === 'PUT' && number && (await request.response())?.status() === 200) parts.push(number);
  });
  return parts;
}

const item = (name) => page.locator('[data-documents] li').filter({ hasText: name });
const arrived = (name) => page.locator('[data-documents] li.uploaded').filter({ hasText: name }).waitFor({ timeout: 60_000 });
const filing = async () => (await page.evaluate(async (id) => (await fetch(`/api/filings/${id}`)).json(), /filings\/([^/]+)\/documents/.exec(page.url())[1]));

const roles = async () => (await filing()).documents.map((d) => d.role);

/** Waits until the office has the documents in those roles. */
async function become(wanted) {
  for (let tries = 0; tries < 100 && JSON.stringify(await roles()) !== JSON.stringify(wanted); tries++) await new Promise((resolve) => { setTimeout(resolve, 100); });
  assert.deepEqual(await roles(), wanted);
}

let cdp; // one session: what each emulates is added up
async function line(settings) {
  if (!cdp) {
    cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
  }
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1, ...settings });
}

test('60 MB over a line that is cut go on by themselves, and no part goes twice', async () => {
  const path = scan('үлкен-скан.pdf', 60 * MB);
  const parts = await begin();
  await line({ uploadThroughput: 12 * MB });
  await page.locator('#files').setInputFiles(path);
  await page.waitForFunction(() => Number(document.querySelector('[data-documents] progress')?.value) > 0.4, undefined, { timeout: 60_000 });
  const before = parts.length;
  assert.ok(before >= 1 && before < 4, `${before} parts had arrived`);
  await line({ offline: true });
  await item('үлкен-скан.pdf').getByText(person.t('js.document.cut').slice(0, 20)).waitFor();
  await person.picture('upload-1-cut');
  await line({});
  await arrived('үлкен-скан.pdf');
  assert.deepEqual([...parts].sort(), ['1', '2', '3', '4'], 'each part once');
  const [document] = (await filing()).documents;
  assert.equal(document.sha256, createHash('sha256').update(readFileSync(path)).digest('hex'));
  assert.ok(document.uploaded);
  await person.check('upload-2-arrived');
  person.faults.splice(0); // the cut line is written to the console
});

test('a closed tab: the same file, chosen again, goes on where it stopped', async () => {
  const path = scan('договор-скан.pdf', 40 * MB);
  await begin();
  await line({ uploadThroughput: 10 * MB });
  await page.locator('#files').setInputFiles(path);
  await page.waitForFunction(() => Number(document.querySelector('[data-documents] progress')?.value) > 0.45, undefined, { timeout: 60_000 });
  page.once('dialog', (dialog) => dialog.accept()); // leaving asks, as something is under way
  const address = page.url();
  await page.goto('about:blank');
  const parts = await (async () => {
    await page.goto(address, { waitUntil: 'networkidle' });
    const list = [];
    page.on('requestfinished', (request) => {
      const number = new URL(request.url()).searchParams.get('partNumber');
      if (request.method() === 'PUT' && number) list.push(number);
    });
    return list;
  })();
  await page.locator('[data-documents] li.missing').waitFor();
  await line({});
  await page.locator('#files').setInputFiles(path);
  await arrived('договор-скан.pdf');
  assert.ok(parts.length > 0 && parts.length < 3, `parts sent again: ${parts}`);
  const { documents } = await filing();
  assert.equal(documents.length, 1, 'one document, not two');
  person.faults.splice(0);
});

test('a grant that has run out is asked for again', async () => {
  const path = scan('истёк.pdf', 35 * MB);
  await begin();
  await line({});
  let refused = 0;
  await page.route(/partNumber=2/, async (route) => {
    if (refused++ > 0) return route.continue();
    await new Promise((resolve) => { setTimeout(resolve, 1200); });
    return route.fulfill({ status: 403, headers: { 'access-control-allow-origin': '*' }, body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>' });
  });
  await page.locator('#files').setInputFiles(path);
  await arrived('истёк.pdf');
  await page.unroute(/partNumber=2/);
  assert.ok(refused > 1);
  person.faults.splice(0);
});

test('each file that cannot be sent says why, and several chosen together ask which is the claim', async () => {
  await begin();
  const file = (name, content, mimeType = 'application/pdf') => ({ name, mimeType, buffer: Buffer.from(content, 'latin1') });
  await page.locator('#files').setInputFiles([
    file('fake.pdf', 'MZ\x90\x00 a program, not a PDF'), file('ескі.docx', '\xd0\xcf\x11\xe0 old'), file('фото.jpg', '\x00\x00\x00\x18ftypheic', 'image/jpeg'),
    file('архив.zip', 'PK\x03\x04', 'application/zip'), file('бос.pdf', ''), file('мәтін.pdf', 'just text'),
    file(`${'ұ'.repeat(197)}.pdf`, '%PDF-1.7 a long name'),
  ]);
  for (const [name, key] of [['fake.pdf', 'executable'], ['ескі.docx', 'doc'], ['фото.jpg', 'heic'], ['архив.zip', 'archive'], ['мәтін.pdf', 'other']]) {
    await item(name).getByText(person.t(`js.document.not.${key}`)).waitFor();
  }
  await item('бос.pdf').getByText(person.t('js.document.empty')).waitFor();
  await item('ұұұ').getByText(person.t('js.document.name', { max: '200' })).waitFor();
  await person.check('upload-3-refused');
  const away = page.locator('[data-leave] a').first();
  await away.click(); // what is not in the filing is named before the page is left
  await page.locator('main [data-problem] .govuk-error-summary').waitFor();
  assert.match(await page.locator('main [data-problem]').innerText(), /мәтін\.pdf[^]*fake\.pdf/);
  await person.check('upload-3-left-out');
  await away.click();
  await page.waitForURL(/\/tasks$/);
  await page.goBack({ waitUntil: 'networkidle' });

  const [one, two] = files.map((path) => readFileSync(path));
  await page.locator('#files').setInputFiles([
    { name: 'скан 1.pdf', mimeType: 'application/pdf', buffer: one }, { name: 'скан 2.pdf', mimeType: 'application/pdf', buffer: two },
  ]);
  await arrived('скан 1.pdf');
  await arrived('скан 2.pdf');
  assert.ok(!await roles().then((list) => list.includes('main_claim')), 'nobody has said which is the claim');
  await person.check('upload-4-which');
  await page.locator('[data-which] input').nth(1).check();
  await become(['evidence', 'main_claim']);
  await item('скан 1.pdf').locator('select').selectOption('duty_proof');
  await become(['duty_proof', 'main_claim']);
  await page.locator('#files').setInputFiles({ name: 'тот же.pdf', mimeType: 'application/pdf', buffer: one });
  await item('тот же.pdf').getByText(person.t('js.document.twice', { name: 'скан 1.pdf' })).waitFor();
  assert.equal((await filing()).documents.length, 2);
  person.clean();
});

test('files chosen together stand in the order of their names, here and at the office', async () => {
  await begin();
  await line({});
  const one = readFileSync(files[1]);
  const chosen = ['қосымша 10.pdf', 'өтініш.pdf', 'қосымша 2.pdf', 'кепілхат.pdf', 'қосымша 1.pdf', 'әкт.pdf'];
  await page.locator('#files').setInputFiles(chosen.map((name, i) => ({ name, mimeType: 'application/pdf', buffer: Buffer.concat([one, Buffer.from(`%${i}\n`), name.includes('10') ? Buffer.alloc(MB) : Buffer.of()]) })));
  await page.locator('[data-documents] li.uploaded').nth(chosen.length - 1).waitFor({ timeout: 60_000 });
  const counted = ['әкт.pdf', 'кепілхат.pdf', 'қосымша 1.pdf', 'қосымша 2.pdf', 'қосымша 10.pdf', 'өтініш.pdf'];
  assert.deepEqual(await page.locator('[data-documents] li .doc-head strong').allInnerTexts(), counted);
  assert.deepEqual((await filing()).documents.map((d) => d.name), counted);
  person.clean();
});

test('files may be dropped, and 20 large ones do not fill the memory', async () => {
  await begin();
  await line({ uploadThroughput: 4 * MB });
  // 20 files of 95 MB that read as nothing but zeros behind a PDF's head: the browser makes them up.
  await page.evaluate(() => {
    const zeros = new Blob([new Uint8Array(95 * 1024 * 1024 - 20)]);
    const list = new DataTransfer();
    for (let i = 0; i < 20; i++) list.items.add(new File([`%PDF-1.7 ${String(i).padStart(10, '0')}\n`, zeros], `скан-${i}.pdf`, { type: 'application/pdf' }));
    const target = document.querySelector('#s-documents').parentElement;
    target.dispatchEvent(new DragEvent('dragover', { dataTransfer: list, bubbles: true, cancelable: true }));
    target.dispatchEvent(new DragEvent('drop', { dataTransfer: list, bubbles: true, cancelable: true }));
  });
  await page.locator('[data-documents] li').nth(19).waitFor();
  await page.locator('[data-documents] li.uploading').nth(1).waitFor({ timeout: 60_000 });
  assert.ok(await page.locator('[data-documents] li.uploading').count() <= 2, 'two at a time');
  const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
  assert.ok(heap < 300 * MB, `${Math.round(heap / MB)} MB of heap`);
  for (let left = 20; left > 0; left--) await page.locator('[data-documents] li .govuk-button-group button').last().click();
  await page.locator('[data-documents] li').first().waitFor({ state: 'detached', timeout: 60_000 });
  await line({});
  person.faults.splice(0);
});
