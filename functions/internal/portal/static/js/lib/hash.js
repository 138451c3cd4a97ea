// The hashes of a file: of the whole, and of each part a large one is sent in. A file is read part
// by part, so no more than one part of it is in memory, and in pieces of milliseconds, so the page
// stays quick: a worker would need a hole in the policy that keeps foreign scripts out.

import { SHA256 } from './sha256.js';

export const PART = 16 * 1024 * 1024; // documents.PartSize

const PIECE = 1024 * 1024;

const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, '0')).join('');

/** {sha256, parts} of a Blob, in hex; parts is empty for one that is sent in one request. */
export async function digest(blob) {
  if (blob.size <= PART) return { sha256: hex(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())), parts: [] };
  const whole = new SHA256();
  const parts = [];
  for (let at = 0; at < blob.size; at += PART) {
    const bytes = await blob.slice(at, at + PART).arrayBuffer();
    parts.push(hex(await crypto.subtle.digest('SHA-256', bytes)));
    for (let piece = 0; piece < bytes.byteLength; piece += PIECE) {
      whole.update(new Uint8Array(bytes, piece, Math.min(PIECE, bytes.byteLength - piece)));
      await new Promise((resolve) => { setTimeout(resolve); });
    }
  }
  return { sha256: whole.hex(), parts };
}
