import { createHash } from 'node:crypto';

/**
 * A UUID that depends only on `parts`. Gives a stable id to an object that has no row of its own, such as a template
 * (by its name) or the agent of a build (by the build's id).
 */
export function derivedId(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  // Version 8 is for custom formats (RFC 9562, section 5.8).
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return groups.join('-');
}

/** The namespace of the UUIDs that are made of names: a random one of our own. */
const NAMESPACE = Buffer.from('5f0e8a1c4b7d4f3a9c2e6d1b0a94e7c3', 'hex');

/** A UUID of version 5 (RFC 9562, section 5.5) of a name. */
export function nameUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
