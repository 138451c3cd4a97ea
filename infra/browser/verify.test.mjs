// Receipts and certificates verified where they are read, in three languages, also without a network.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
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
    ]);
    const results = page.locator('[data-results] section .govuk-inset-text');
    await results.nth(5).waitFor();
    assert.deepEqual(await results.evaluateAll((all) => all.map((x) => x.className.replace('govuk-inset-text ', ''))), ['good', 'bad', 'good', 'good', 'plain', 'bad']);
    assert.match(await page.locator('[data-results] section').first().innerText(), /Жүнісова Әсел/);
    assert.match(await page.locator('[data-results] section').first().innerText(), /«Үлгі» ЖШС/);
    assert.deepEqual(asked, [], 'nothing is sent');
    await reader.context.setOffline(false);
    await reader.check('verify-2-results');
    reader.clean();
    await reader.close();
  });
}
