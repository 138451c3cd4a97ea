// Documents straight to storage: hashed here, sent by a presigned PUT bound to that hash.

const partSize = 16 * 1024 * 1024; // of documents.PartSize

/** The SHA-256 of a Blob, in hex. The whole of it is read: the limit on a file's size bounds that. */
export async function sha256(blob) {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

/** The SHA-256 of each part a large file is sent in, in order; none of a file that goes in one. */
export async function partHashes(file) {
  const out = [];
  for (let at = 0; file.size > partSize && at < file.size; at += partSize) out.push(await sha256(file.slice(at, at + partSize)));
  return out;
}

// The browser sets these itself and refuses to be told.
const ownHeaders = new Set(['content-length', 'host']);

/**
 * Sends file as the grants ({method, url, headers, offset, size} each) say and reports the share
 * sent, 0 to 1. Resolves once storage has all of it; rejects with the HTTP status, or 0 where no
 * answer came.
 */
export async function send(file, grants, onProgress) {
  let left = grants.reduce((sum, grant) => sum + grant.size, 0);
  for (const grant of grants) {
    const from = file.size - left;
    await put(file.slice(grant.offset, grant.offset + grant.size), grant, (share) => onProgress((from + share * grant.size) / file.size));
    left -= grant.size;
  }
}

// XMLHttpRequest, because fetch does not tell how far an upload is. 412: the content is there.
function put(blob, grant, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(grant.method, grant.url);
    for (const [name, value] of Object.entries(grant.headers)) {
      if (!ownHeaders.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.addEventListener('progress', (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener('load', () => ((request.status >= 200 && request.status < 300) || request.status === 412 ? resolve() : reject(request.status)));
    request.addEventListener('error', () => reject(0));
    request.addEventListener('abort', () => reject(0));
    request.send(blob);
  });
}

const byExtension = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** The media type to declare: by extension, because some systems give browsers none. */
export const mediaType = (file) => byExtension[file.name.split('.').at(-1).toLowerCase()] ?? file.type;
