// Acts of administrators that are signed with the EDS.

import { api } from './api.js';
import { sign } from './sign.js';

/**
 * Sends an administrator's request. Where the act must be signed the answer to it is the document to
 * sign, and the same request goes again with the signature. Resolves with the act's own answer, or
 * null if the administrator gave up.
 */
export async function administer(method, path, body) {
  let prepared = await api(method, path, body);
  if (!prepared?.document) return prepared;
  return sign({
    prepare: async () => {
      const document = prepared ?? await api(method, path, body);
      prepared = null;
      return document;
    },
    submit: (signature) => api(method, path, { ...body, signature }),
  });
}
