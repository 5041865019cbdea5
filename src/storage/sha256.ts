/** Fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8 (FIPS 180-4, 4.2.2 and 5.3.3). */
const ROUNDS = Uint32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const START = Uint32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));

/**
 * The SHA-256 digest of a text in UTF-8, in hex. For the few bytes that a start has to recognise: node:crypto takes as long to load as
 * everything else that is read from disk before the first frame.
 */
export function sha256(text: string): string {
  const bytes = Buffer.from(text);
  const padded = Buffer.alloc(((bytes.length + 8) & ~63) + 64);
  bytes.copy(padded);
  padded[bytes.length] = 0x80;
  padded.writeBigUInt64BE(BigInt(bytes.length) * 8n, padded.length - 8);

  const state = Uint32Array.from(START);
  for (let at = 0; at < padded.length; at += 64) {
    const mixed = compressed(state, scheduleOf(padded, at));
    for (let word = 0; word < 8; word++) state[word] = word32(state, word) + word32(mixed, word);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

function scheduleOf(block: Buffer, at: number): Uint32Array {
  const words = new Uint32Array(64);
  for (let t = 0; t < 16; t++) words[t] = block.readUInt32BE(at + 4 * t);
  for (let t = 16; t < 64; t++) {
    const near = word32(words, t - 2);
    const far = word32(words, t - 15);
    const nearMixed = rotated(near, 17) ^ rotated(near, 19) ^ (near >>> 10);
    const farMixed = rotated(far, 7) ^ rotated(far, 18) ^ (far >>> 3);
    words[t] = nearMixed + word32(words, t - 7) + farMixed + word32(words, t - 16);
  }
  return words;
}

/** The names are the standard's (6.2.2). */
function compressed(state: Uint32Array, schedule: Uint32Array): Uint32Array {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const mixedE = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const mixedA = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const first = (h + mixedE + choice + word32(ROUNDS, t) + word32(schedule, t)) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + mixedA + majority) | 0;
  }
  return Uint32Array.of(a, b, c, d, e, f, g, h);
}

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

const word32 = (words: Uint32Array, at: number): number => words[at] ?? 0;

/** The first 32 bits behind the point. */
function fraction(root: number): number {
  return (root - Math.floor(root)) * 0x1_0000_0000;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let next = 2; found.length < count; next++) {
    if (found.every((prime) => next % prime !== 0)) found.push(next);
  }
  return found;
}
