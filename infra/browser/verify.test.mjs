// Receipts, certificates and whatever is signed with an EDS, verified where they are read, in three
// languages, also without a network.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { launch, Person, start } from './office.mjs';

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

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const keyId = createHash('sha256').update(raw).digest('hex').slice(0, 16);
const key = JSON.stringify({ keysVersion: 1, roots: [], keys: ['receipt', 'interruption'].map((purpose) => ({ purpose, keyId, algorithm: 'Ed25519', publicKey: raw.toString('base64') })) });
const canonical = (v) => (Array.isArray(v) ? `[${v.map(canonical)}]` : v && typeof v === 'object'
  ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`)}}` : JSON.stringify(v));
const signed = (member, body) => ({ [member]: body, keyId, signature: sign(null, Buffer.from(canonical(body)), privateKey).toString('base64') });

const statement = Buffer.from('%PDF-1.7 statement');
const receipt = signed('receipt', {
  receiptVersion: 2, filingId: '01993a5e-0000-7000-8000-000000000001', ticketNo: '10H2-GQVQ-DNQN', checkCode: '7F3K9-2QHX4',
  manifestSha256: 'a1'.repeat(32), formSha256: 'b2'.repeat(32), statementSha256: createHash('sha256').update(statement).digest('hex'),
  signers: [{ kind: 'legal', organisation: '«ҮЛГІ» ЖШС', name: 'ЖҮНІСОВА ӘСЕЛ', number: '******1230', certSerial: '01ab', issuer: 'CN=ҰКО', role: 'head', for: [{ party: '', capacity: 'for-organisation' }], judgedAt: '2026-11-22T23:59:59.123+05:00', revocation: { status: 'deferred' } }],
  sentAt: '2026-11-22T23:59:59.123+05:00', sentAtSource: 'gateway', agreement: 'v1', courtCode: 'almaty-bostandyq', lang: 'kk',
});
const certificate = signed('certificate', { interruptionVersion: 1, id: '01993a5e-0000-7000-8000-0000000000e1', from: '2026-11-24T20:00:00.000+05:00', to: '2026-11-24T22:00:00.000+05:00', ended: true, affects: [], outage: true, announcedAt: '2026-11-24T19:59:00.000+05:00', asOf: '2026-11-25T09:00:00.000+05:00' });
const json = (name, value) => ({ name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(value)) });

for (const [lang, width] of [['kk', 390], ['ru', 1280], ['en', 390], ['kk', 1280], ['ru', 390], ['en', 1280]]) {
  test(`a receipt, a changed one, a certificate and a statement in ${lang} at ${width}, without a network`, async () => {
    const reader = await Person.open(browser, lang, width);
    const { page } = reader;
    for (const path of ['**/api/receipt-key*', '**/api/maintenance/key*']) await page.route(path, (route) => route.fulfill({ contentType: 'application/json', body: key }));
    await reader.go('/verify');
    await page.locator('#verify-files:enabled').waitFor();
    await reader.check('verify-1-empty');
    await reader.context.setOffline(true);
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.locator('#verify-files').setInputFiles([
      json('10H2-GQVQ-DNQN.json', receipt), json('changed.json', { ...receipt, receipt: { ...receipt.receipt, sentAt: '2026-11-22T18:00:00.000+05:00' } }),
      json('interruption.json', certificate), { name: 'statement.pdf', mimeType: 'application/pdf', buffer: statement },
      { name: 'other.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 other') }, json('broken.json', { ...receipt, signature: '%' }),
      { name: 'twice.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(receipt).replace('"ticketNo":', '"ticketNo":"0","ticketNo":')) },
    ]);
    const results = page.locator('[data-results] section .govuk-inset-text');
    await results.nth(6).waitFor();
    assert.deepEqual(await results.evaluateAll((all) => all.map((x) => x.className.replace('govuk-inset-text ', ''))), ['good', 'bad', 'good', 'good', 'plain', 'bad', 'bad']);
    assert.match(await page.locator('[data-results] section').first().innerText(), /Жүнісова Әсел/);
    assert.match(await page.locator('[data-results] section').first().innerText(), /«Үлгі» ЖШС/);
    assert.deepEqual(asked, [], 'nothing is sent');
    await reader.context.setOffline(false);
    await reader.check('verify-2-results');
    reader.clean();
    await reader.close();
  });
}

/** A file of testdata/eds: its message, and the document of a detached signature. */
function corpus(name) {
  const whole = readFileSync(new URL(`../../testdata/eds/${name}.txt`, import.meta.url), 'utf8');
  const end = whole.indexOf('\n\n');
  const body = whole.slice(end + 2);
  const content = /^content: (.*)$/m.exec(whole.slice(0, end))?.[1];
  const message = /^(?:-----BEGIN|<)/.test(body) ? Buffer.from(body) : Buffer.from(body, 'base64');
  return { message, content: content && Buffer.from(content, 'base64') };
}
const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

for (const [lang, width] of [['kk', 390], ['ru', 1280], ['en', 390]]) {
  test(`signed files in ${lang} at ${width}: loaded once, then without a network; a changed one is told`, async () => {
    const reader = await Person.open(browser, lang, width);
    const { page } = reader;
    const t = (...of) => reader.t(...of);
    const asked = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await reader.go('/verify');
    await page.locator('#verify-files:enabled').waitFor();
    assert.ok(!asked.some((path) => path.startsWith('/verifier/')), 'the program is not fetched before it is asked for');
    const choose = async (...files) => {
      await page.locator('#verify-files:enabled').setInputFiles(files);
      await page.locator('#verify-files:enabled').waitFor();
      return page.locator('[data-results] section');
    };
    const verdict = (section) => section.locator('.govuk-inset-text').first();
    const words = (section) => verdict(section).innerText();

    // Without a network and without the program, the page says what is missing.
    await reader.context.setOffline(true);
    assert.equal(await words((await choose(file('a.p7s', corpus('pass-gost').message))).first()), t('js.verify.not.offline'));
    await reader.context.setOffline(false);
    await page.locator('[data-load]').click();
    await page.locator('[data-load]').waitFor({ state: 'hidden' });
    assert.equal(await page.locator('[data-state]').innerText(), t('js.verify.loaded'));
    assert.equal(asked.filter((path) => path.endsWith('/vendor/eds.wasm.gz')).length, 1);

    await reader.context.setOffline(true);
    asked.length = 0;
    const detached = corpus('pass-detached');
    const sections = await choose(
      file('attached.p7s', corpus('pass-gost').message),
      file('talap.txt', detached.content), file('talap.txt.p7s', detached.message),
      file('signed.xml', corpus('pass-xml').message), file('signed.pdf', corpus('pass-pdf').message),
      file('evidence.asice', corpus('pass-asic-e-stamped').message), file('stamped.p7s', corpus('pass-timestamp').message),
      file('changed.pdf', corpus('changed-after-signing-page').message), file('changed.xml', corpus('xml-content-digest').message),
      file('unsigned.pdf', Buffer.from('%PDF-1.7 unsigned')),
    );
    const classes = await sections.evaluateAll((all) => all.map((s) => s.querySelector('.govuk-inset-text').className.replace('govuk-inset-text ', '')));
    assert.deepEqual(classes, ['warn', 'plain', 'warn', 'warn', 'warn', 'warn', 'warn', 'bad', 'bad', 'plain']);
    const [attached, , apart, xml, pdf, evidence, stamped, changed] = await Promise.all([...Array(8).keys()].map((i) => sections.nth(i).innerText()));
    assert.match(attached, /Үлгіұлы|Үлгі|Сер|Тест/i, attached);
    assert.match(attached, /\*{8}0126/, 'the IIN is masked');
    assert.ok(!/\d{12}(?!\w)/.test(attached.replace(/[0-9a-f]{30,}/g, '')), `no number in full: ${attached}`);
    for (const text of [attached, apart, xml, pdf]) {
      assert.ok(text.includes(t('js.verify.signed.known')), text);
      assert.ok(text.includes(t('js.verify.revocation.unknown')), text);
    }
    assert.ok(apart.includes(t('js.verify.covers.file', { name: 'talap.txt' })), apart);
    assert.ok(pdf.includes(t('js.verify.covers.whole')) && xml.includes(t('js.verify.covers.whole')), `${pdf}\n${xml}`);
    assert.ok(evidence.includes('claim.txt\nsignatures/1.p7s'), evidence); // one by one: a name may have a comma
    assert.ok(stamped.includes(t('js.verify.when.stamp', { time: '' }).trim()), stamped);
    assert.ok(changed.includes(t('js.verify.signed.bad')), changed);
    assert.equal(await sections.nth(7).locator('[data-check=changed-after-signing]').count(), 1);
    assert.match(changed, new RegExp(t('js.problem.next', { text: '' }).trim()));
    await reader.check('verify-3-signed');

    // A detached signature alone asks for its document; another document is refused, the right one taken.
    const alone = (await choose(file('talap.txt.p7s', detached.message))).first();
    await alone.locator('input[type=file]').setInputFiles(file('other.txt', Buffer.from('another')));
    await page.locator('[data-results] [data-check=content-digest]').waitFor();
    assert.equal(await words(page.locator('[data-results] section').first()), t('js.verify.signed.bad'));
    const again = (await choose(file('talap.txt.p7s', detached.message))).first();
    await again.locator('input[type=file]').setInputFiles(file('renamed.txt', detached.content));
    await page.locator('[data-results]', { hasText: t('js.verify.covers.file', { name: 'renamed.txt' }) }).waitFor();
    assert.equal(await words(page.locator('[data-results] section').first()), t('js.verify.signed.known'));

    // The page goes on while a large file is examined that was dropped on it.
    const longest = await page.evaluate((text) => new Promise((done) => {
      document.querySelector('[data-results]').replaceChildren();
      let most = 0;
      let before = performance.now();
      const timer = setInterval(() => {
        most = Math.max(most, performance.now() - before);
        before = performance.now();
        if (document.querySelector('[data-results] section')) { clearInterval(timer); done(most); }
      }, 10);
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text, new Uint8Array(30 << 20).fill(10)], 'large.cms'));
      document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }), corpus('pass-gost').message.toString());
    console.log(`# ${lang} at ${width}: while 30 MB were examined the page stood still for ${Math.round(longest)} ms at most`);
    assert.ok(longest < 2000, `the page stood still for ${longest} ms`);
    const large = await page.evaluate(() => {
      document.querySelector('[data-results]').replaceChildren();
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['<', new Uint8Array(65 << 20)], 'huge.xml'));
      document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }).then(() => page.locator('[data-results] section').first().innerText());
    assert.ok(large.includes(t('js.verify.not.large')), large);
    assert.deepEqual(asked.filter((path) => !path.startsWith('blob:')), [], 'nothing is sent');

    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('#verify-files').isVisible(), false, 'on paper there is the report alone');
    await page.emulateMedia({ media: null });
    await reader.context.setOffline(false);
    const awaited = /ERR_INTERNET_DISCONNECTED .*\/verifier\/manifest\.json/; // the first try, without a network
    reader.faults = reader.faults.filter((fault) => !awaited.test(fault));
    reader.clean();
    await reader.close();
  });
}

test('a program that is not the announced one is not run', async () => {
  const reader = await Person.open(browser, 'ru', 1280);
  const { page } = reader;
  await page.route('**/verifier/manifest.json', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...await answer.json(), sha256: '0'.repeat(64) } });
  });
  await reader.go('/verify');
  await page.locator('#verify-files:enabled').setInputFiles([file('a.p7s', corpus('pass-gost').message)]);
  await page.locator('[data-results] section').waitFor();
  assert.ok((await page.locator('[data-results]').innerText()).includes(reader.t('js.verify.not.changed')));
  await reader.close();
});
