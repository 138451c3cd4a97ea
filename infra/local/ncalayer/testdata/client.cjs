// Drives a software NCALayer with the public client that pages use, unchanged, and prints what
// came back as JSON. Usage: node client.cjs <client's module> <ws url> <base64 of the content>
const [, , module_, url, content] = process.argv;
const { NCALayerClient } = require(module_);

const outcome = (promise) => promise.then(
  (value) => ({ value }),
  (error) => ({ error: error.message, cancelled: error.canceledByUser === true }),
);
const choose = (key) => fetch(url.replace('ws:', 'http:') + '/_ncalayer/key', { method: 'POST', body: new URLSearchParams({ key }) })
  .then((r) => { if (!r.ok) throw new Error(`choose ${key}: ${r.status}`); });

(async () => {
  const client = new NCALayerClient(url, false);
  const out = {};
  out.version = await client.connect();
  out.isKmd = client.isKmd;
  out.tokens = await client.getActiveTokens();
  out.keyInfo = await client.getKeyInfo('PKCS12');
  out.badArguments = await outcome(client.getKeyInfo(1));
  out.attached = await client.basicsSignCMS(null, content, NCALayerClient.basicsCMSParamsAttached, NCALayerClient.basicsSignerTestAny, 'kk');
  out.detached = await client.basicsSignCMS(null, content, NCALayerClient.basicsCMSParamsDetachedNoTSP, NCALayerClient.basicsSignerSignAny);
  out.several = await client.basicsSignCMS(['PKCS12'], [content, content], NCALayerClient.basicsCMSParamsAttached, NCALayerClient.basicsSignerTestAny);
  out.cades = await client.createCAdESFromBase64('PKCS12', content, 'SIGNATURE', true);
  out.cms = await client.createCMSSignatureFromBase64('PKCS12', content, 'SIGNATURE', true);
  out.locale = await outcome(client.changeLocale('en'));
  out.hash = await outcome(client.basicsSignCMS(null, content, NCALayerClient.basicsCMSParamsDetachedHash, NCALayerClient.basicsSignerTestAny));
  out.xml = await outcome(client.basicsSignXML(null, '<a/>', NCALayerClient.basicsXMLParams, NCALayerClient.basicsSignerTestAny));
  out.noToken = await outcome(client.basicsSignCMS(NCALayerClient.basicsStorageHardware, content, NCALayerClient.basicsCMSParamsAttached, NCALayerClient.basicsSignerTestAny));
  await choose('cancel');
  out.cancelledBasics = await outcome(client.basicsSignCMS(null, content, NCALayerClient.basicsCMSParamsAttached, NCALayerClient.basicsSignerTestAny));
  out.cancelledCommon = await outcome(client.createCAdESFromBase64('PKCS12', content, 'SIGNATURE', true));
  client.wsConnection.close();
  console.log(JSON.stringify(out));
})().catch((error) => { console.error(error); process.exit(1); });
