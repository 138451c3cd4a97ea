// Receipts, certificates and whatever is signed with an EDS, verified where they are read, in three
// languages, also without a network.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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
    await page.route('**/keys.json*', (route) => route.fulfill({ contentType: 'application/json', body: key }));
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

/** A file of testdata/eds: its kind, its message, and the document of a detached signature. */
function corpus(name) {
  const whole = readFileSync(new URL(`../../testdata/eds/${name}.txt`, import.meta.url), 'latin1');
  const end = whole.indexOf('\n\n');
  const [head, body] = [whole.slice(0, end), whole.slice(end + 2)];
  const kind = /^kind: (.*)$/m.exec(head)?.[1] ?? '';
  const content = /^content: (.*)$/m.exec(head)?.[1];
  const message = kind === 'xml' || kind === 'text' || body.startsWith('-----BEGIN') ? Buffer.from(body, 'latin1') : Buffer.from(body, 'base64');
  return { kind, message, content: content && Buffer.from(content, 'base64') };
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

// What passes for the office's and is not, made here: a root, keys that it certified (shared/receipt/certificate.go),
// and documents signed with them.

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // of P-256
const hashed = (of) => createHash('sha256').update(of).digest().subarray(0, 8);

function newRoot(from, to) {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
  const id = hashed(spki);
  return {
    published: { rootId: id.toString('hex'), algorithm: 'ECDSA-P256-SHA256', publicKey: spki.toString('base64'), notBefore: from, ...(to && { notAfter: to }) },
    /** A key of the purpose with that number for three days: { certificate, issue(member, body) }. */
    key(purpose, begins) {
      const own = generateKeyPairSync('ed25519');
      const raw = own.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
      const certificate = Buffer.alloc(133);
      certificate.write('SKC1');
      certificate[4] = purpose;
      id.copy(certificate, 5);
      certificate.writeBigUInt64BE(7n, 13);
      certificate.writeBigUInt64BE(BigInt(Date.parse(begins) / 1000), 21);
      certificate.writeBigUInt64BE(BigInt(Date.parse(begins) / 1000 + 3 * 86400), 29);
      raw.copy(certificate, 37);
      const signature = sign('sha256', certificate.subarray(0, 69), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
      const half = BigInt(`0x${signature.subarray(32).toString('hex')}`);
      signature.copy(certificate, 69);
      if (half > ORDER / 2n) Buffer.from((ORDER - half).toString(16).padStart(64, '0'), 'hex').copy(certificate, 101);
      const issue = (member, body) => ({ [member]: body, keyId: hashed(raw).toString('hex'), keyCertificate: certificate.toString('base64'), signature: sign(null, Buffer.from(canonical(body)), own.privateKey).toString('base64') });
      return { certificate, issue };
    },
  };
}

/** The page in PDF that carries a receipt, as package statement writes what it carries. */
const pageOf = (what) => Buffer.from(`%PDF-1.7\n%âãÏÓ\n%carried\n%${Buffer.from(what).toString('base64')}\ntrailer\n%%EOF\n`);

for (const [lang, width] of [['kk', 390], ['ru', 1280], ['en', 390], ['kk', 1280]]) {
  test(`what passes for the office's in ${lang} at ${width}: why it is none, and what to do`, async () => {
    const began = '2026-11-22T00:00:00.000+05:00';
    const [root, ended, own] = [newRoot('2026-11-01T00:00:00.000+05:00'), newRoot('2026-01-01T00:00:00.000+05:00', '2026-11-01T00:00:00.000+05:00'), newRoot(began)];
    const good = root.key(1, began);
    const body = receipt.receipt;
    const genuine = good.issue('receipt', body);
    const bent = (at) => { const c = Buffer.from(good.certificate); c[at] ^= 1; return c.toString('base64'); };
    const without = (member) => { const d = { ...genuine }; delete d[member]; return d; };
    const text = (name, value) => ({ name, mimeType: 'application/json', buffer: Buffer.from(value) });
    const whole = JSON.stringify(genuine);
    const next = (why, member) => (why === 'form' || why === 'version' ? why : member);
    const told = [ // a file, and the reason of its refusal
      [json('moved.json', { ...genuine, receipt: { ...body, sentAt: '2026-11-22T18:00:00.000+05:00' } }), 'altered'],
      [json('renamed.json', { ...genuine, receipt: { ...body, signers: [{ ...body.signers[0], name: 'БАСҚА АДАМ' }] } }), 'altered'],
      [json('other-key.json', { ...genuine, keyId: '0'.repeat(16) }), 'altered'],
      [json('certificate.json', { ...genuine, keyCertificate: bent(35) }), 'certificate'],
      [json('half-certificate.json', { ...genuine, keyCertificate: good.certificate.subarray(0, 60).toString('base64') }), 'certificate'],
      [json('own-root.json', own.key(1, began).issue('receipt', body)), 'root'],
      [json('ended-root.json', ended.key(1, began).issue('receipt', body)), 'root-ended'],
      [json('purpose.json', root.key(2, began).issue('receipt', body)), 'purpose'],
      [json('early.json', root.key(1, '2026-11-25T00:00:00.000+05:00').issue('receipt', body)), 'not-in-force'],
      [json('no-instant.json', good.issue('receipt', { ...body, sentAt: '' })), 'not-in-force'],
      [json('unknown-key.json', signed('receipt', body)), 'unknown-key'],
      [json('to-come.json', good.issue('receipt', { ...body, receiptVersion: 3 })), 'version'],
      [json('unsigned.json', without('signature')), 'form'],
      [json('nobody.json', without('keyId')), 'form'],
      [json('no-base64.json', { ...genuine, signature: '%%%' }), 'altered'],
      [text('twice.json', whole.replace('"ticketNo":', '"ticketNo":"0","ticketNo":')), 'twice'],
      [json('words-beside.json', { ...genuine, note: 'the claim was granted' }), 'altered'],
      [json('numbers.json', { ...genuine, keyId: 7, signature: 8, keyCertificate: 9 }), 'form'],
      [json('list.json', { ...genuine, receipt: [body] }), 'form'],
      [json('nothing.json', { ...genuine, receipt: null }), 'form'],
      [text('deep.json', `{"receipt":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}},"keyId":"x","signature":"eA=="}`), 'form'],
      [text('markup.json', JSON.stringify({ ...genuine, receipt: { ...body, ticketNo: '<img src=x onerror=alert(1)>' } })), 'altered'],
      [{ name: 'page.pdf', mimeType: 'application/pdf', buffer: pageOf(JSON.stringify({ signed: { ...genuine, receipt: { ...body, courtCode: 'astana' } } })) }, 'altered'],
      [{ name: 'cut-page.pdf', mimeType: 'application/pdf', buffer: pageOf(whole.slice(0, 300)) }, 'form'],
      [{ name: 'empty-page.pdf', mimeType: 'application/pdf', buffer: pageOf('{}') }, 'form'],
      [{ name: 'bare-page.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%carried\ntrailer') }, 'form'],
      [json('interruption.json', { ...certificate, certificate: { ...certificate.certificate, to: '2026-11-25T22:00:00.000+05:00' } }), 'unknown-key', 'certificate'],
      [json('interruption-purpose.json', good.issue('certificate', certificate.certificate)), 'purpose', 'certificate'],
      [json('interruption-form.json', { certificate: 'x', keyId: 'x', signature: 'x' }), 'form', 'certificate'],
    ];
    const unread = [ // a file that could not be verified, and the text that says why and what to do
      [text('half.json', whole.slice(0, 400)), 'js.verify.not.damaged'],
      [{ name: 'other-coding.json', mimeType: '', buffer: Buffer.from(whole, 'utf16le') }, 'js.verify.not.damaged'],
      [text('empty.json', ''), 'js.verify.not.empty'],
      [{ name: 'empty.pdf', mimeType: '', buffer: Buffer.alloc(0) }, 'js.verify.not.empty'],
    ];
    const unnamed = [ // none of what is verified here: what may have been forgotten
      [json('other.json', { some: 'JSON' }), 'js.verify.unnamed'], [text('text.txt', '{ no JSON'), 'js.verify.unnamed'], [text('markup.txt', 'an <b>ordinary</b> text'), 'js.verify.unnamed'],
    ];

    const reader = await Person.open(browser, lang, width);
    const { page } = reader;
    const keys = JSON.stringify({ keysVersion: 1, roots: [root.published, ended.published], keys: [] });
    await page.route('**/keys.json*', (route) => route.fulfill({ contentType: 'application/json', body: keys }));
    await reader.go('/verify');
    await page.locator('#verify-files:enabled').waitFor();
    await page.locator('#verify-files').setInputFiles([json('genuine.json', genuine), ...told.map(([f]) => f), ...unread.map(([f]) => f), ...unnamed.map(([f]) => f)]);
    await page.locator('#verify-files:enabled').waitFor();
    const found = await page.locator('[data-results] section').evaluateAll((all) => all.map((s) => ({
      name: s.querySelector('h2').textContent, kind: s.querySelector('.govuk-inset-text').className.replace('govuk-inset-text ', ''), why: s.querySelector('[data-why]')?.dataset.why,
      says: [...s.querySelectorAll('p')].map((p) => p.textContent),
    })));
    const step = (key) => reader.t('js.problem.next', { text: reader.t(key) });
    assert.deepEqual(found, [
      { name: 'genuine.json', kind: 'good', why: undefined, says: found[0].says },
      ...told.map(([{ name }, why, member = 'receipt']) => ({ name, kind: 'bad', why, says: [reader.t(`js.verify.${member}.bad`), reader.t(`js.signature.${why}`), step(`js.verify.next.${next(why, member)}`)] })),
      ...unread.map(([{ name }, key]) => ({ name, kind: 'warn', why: undefined, says: [reader.t(key)] })),
      ...unnamed.map(([{ name }, key]) => ({ name, kind: 'plain', why: undefined, says: [reader.t(key), step('js.verify.next.unnamed')] })),
    ]);
    await reader.check('verify-4-refused');

    // A file that went away after it was chosen: it is said, and the page takes the next one.
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['gone'], 'gone.json'));
      File.prototype.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
      document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    });
    await page.locator('[data-results] .warn', { hasText: reader.t('js.verify.not.unreadable') }).waitFor();
    assert.ok(await page.locator('#verify-files').isEnabled());
    reader.clean();
    await reader.close();
  });
}

test('whatever is wrong with a signed file, the page says what and what to do', async () => {
  const reader = await Person.open(browser, 'ru', 1280);
  const { page } = reader;
  page.setDefaultTimeout(180_000);
  await reader.go('/verify');
  await page.locator('#verify-files:enabled').waitFor();
  const names = readdirSync(new URL('../../testdata/eds/', import.meta.url)).filter((name) => name.endsWith('.txt')).map((name) => name.slice(0, -4));
  assert.ok(names.length > 200, `${names.length} scenarios of testdata/gen/pki`);
  const files = [];
  const passes = new Set(['pass-auth-sign-in', 'pass-timestamp-ignored']); // by the policy of the office alone
  for (const name of names) {
    const { kind, message, content } = corpus(name);
    if (kind === 'cert' || kind === 'ocsp') continue; // no signed file
    if (content) files.push(file(`${name}.doc`, content));
    files.push(file(content ? `${name}.doc.p7s` : name, message));
    if (name === 'pass-gost' || name === 'pass-rsa') files.push(file(`${name}-der`, Buffer.from(message.toString().replaceAll(/-----.*-----/g, ''), 'base64')));
  }
  for (const name of ['pass-gost', 'pass-detached', 'pass-xml', 'pass-pdf', 'pass-zip', 'pass-asic-e', 'pass-timestamp', 'gost-der']) { // what was copied in part
    const { message } = name === 'gost-der' ? { message: files.find((f) => f.name === 'pass-gost-der').buffer } : corpus(name);
    for (const share of [0.2, 0.5, 0.9, 0.99]) files.push(file(`cut-${share}-${name}`, message.subarray(0, Math.floor(message.length * share))));
  }
  await page.locator('#verify-files').setInputFiles(files);
  await page.locator('#verify-files:enabled').waitFor();
  const found = await page.locator('[data-results] section').evaluateAll((all) => all.map((s) => ({
    name: s.querySelector('h2').textContent, kind: s.querySelector('.govuk-inset-text').className.replace('govuk-inset-text ', ''), verdict: s.querySelector('.govuk-inset-text').textContent,
    checks: [...s.querySelectorAll('[data-check]')].map((c) => ({ code: c.dataset.check, kind: c.className, words: c.querySelector('strong').textContent, next: c.querySelectorAll('p')[1]?.textContent ?? '' })),
    next: s.querySelector('p.next')?.textContent ?? '',
  })));
  assert.equal(found.length, files.length);
  const silent = found.filter(({ name, kind, verdict, checks, next }) => {
    if (name.endsWith('.doc')) return kind !== 'plain';
    if (name.startsWith('pass-') && !passes.has(name)) return verdict !== reader.t('js.verify.signed.known');
    if (name.startsWith('cut-') && /pass-(?:gost|detached|timestamp)$/.test(name)) return kind !== 'warn' || verdict !== reader.t('js.verify.not.broken');
    if (checks.some((c) => c.words === c.code || !c.words)) return true;
    if (verdict === reader.t('js.verify.signed.bad')) return kind !== 'bad' || !checks.some((c) => c.kind.endsWith('bad') && c.next);
    if (verdict === reader.t('js.verify.signed.doubt')) return !checks.some((c) => c.next);
    if (kind === 'plain') return !next;
    return name.startsWith('cut-') && kind === 'good';
  });
  assert.deepEqual(silent, [], 'results without a reason or a next step');
  reader.clean();
  await reader.close();
});
