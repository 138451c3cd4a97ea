// Documents straight to storage: hashed here, sent by a presigned PUT bound to that hash.

/** The file's SHA-256 in hex. The whole file is read: the limit on its size bounds that. */
export async function sha256(file) {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

// The browser sets these itself and refuses to be told.
const ownHeaders = new Set(['content-length', 'host']);

/**
 * Sends file as grant ({method, url, headers}) says and reports the share sent, 0 to 1.
 * XMLHttpRequest, because fetch does not tell how far an upload is. Resolves once storage has
 * all of it; rejects with the HTTP status, or 0 where no answer came.
 */
export function send(file, grant, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(grant.method, grant.url);
    for (const [name, value] of Object.entries(grant.headers)) {
      if (!ownHeaders.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.addEventListener('progress', (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener('load', () => (request.status >= 200 && request.status < 300 ? resolve() : reject(request.status)));
    request.addEventListener('error', () => reject(0));
    request.addEventListener('abort', () => reject(0));
    request.send(file);
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
