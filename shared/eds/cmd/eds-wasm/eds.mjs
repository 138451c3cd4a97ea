// Verifies electronic signatures of Kazakhstan's NCA in the browser (or in Node), on the user's machine.
//
//   import "./wasm_exec.js";                        // from $(go env GOROOT)/lib/wasm
//   import { load } from "./eds.mjs";
//   const eds = await load(fetch("eds.wasm"));
//   const { report, texts } = await eds.verify(file, { trust: [rootDer, ncaDer], crls: [crlDer], lang: "kk" });
//   if (report.indication === "TOTAL-PASSED") …
//
// The package is built with: GOOS=js GOARCH=wasm go build -o eds.wasm ./shared/eds/cmd/eds-wasm

/**
 * Starts the module. source is a Response or a promise of one, or the bytes of eds.wasm.
 * Returns an object with verify.
 */
export async function load(source) {
  const go = new globalThis.Go();
  source = await source;
  const bytes = source instanceof ArrayBuffer || ArrayBuffer.isView(source) ? source : await source.arrayBuffer();
  const { instance } = await WebAssembly.instantiate(bytes, go.importObject);
  go.run(instance);
  return { verify };
}

/**
 * Verifies a signed message, or a PDF or archive with signatures: a File, Blob, ArrayBuffer or Uint8Array.
 *
 * options: trust (certificates, DER or PEM: self-signed ones are anchors), crls, ocsp (arrays of the same
 * kinds), content (the document of a detached signature), at (Date, default now), policy ("filing",
 * "sign-in", "archive"; "offline" is "archive" where what is not known of a revocation is a warning), lang ("kk", "ru", "en").
 *
 * Resolves to { report, texts }: the report after report.schema.json, for a PDF or an archive one with
 * signatures, each with name, what it covers and its report; and for every check that did not hold [what
 * is wrong, what to do]. Rejects with NotASignature for other files, and with Error for bad
 * options. Only the verdict TOTAL-PASSED means a valid signature.
 */
async function verify(message, options = {}) {
  const request = {
    trust: await all(options.trust),
    crls: await all(options.crls),
    ocsp: await all(options.ocsp),
    policy: options.policy ?? "filing",
    lang: options.lang ?? "kk",
  };
  if (options.at !== undefined) request.at = options.at.toISOString();
  const answer = JSON.parse(globalThis.edsVerify(JSON.stringify(request), await bytes(message), options.content === undefined ? null : await bytes(options.content)));
  if (answer.notASignature) throw new NotASignature(answer.error);
  if (answer.error) throw new Error(answer.error);
  return { report: answer.report, texts: answer.texts };
}

/** The file is neither signed CMS nor signed XML, nor a PDF or an archive with a signature. */
export class NotASignature extends Error {}

async function all(list) {
  return Promise.all((list ?? []).map(base64));
}

async function bytes(data) {
  if (typeof data.arrayBuffer === "function") data = await data.arrayBuffer();
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}

async function base64(data) {
  const array = await bytes(data);
  let text = "";
  for (let i = 0; i < array.length; i += 0x8000) text += String.fromCharCode(...array.subarray(i, i + 0x8000));
  return btoa(text);
}
