import { readFileSync } from 'node:fs';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const POLL_MS = 100;

/**
 * Counts the commits to an SQLite database in WAL mode from outside, until `stop` returns their number. A commit is a
 * frame with a size of the database (the file format of SQLite, section 4.1). May miss those between a look and a restart
 * of the log, which comes about every 1,000 pages.
 */
export function countCommits(database: string): { stop(): number } {
  /** By the salt of the log, which changes with each restart. */
  const counts = new Map<number, number>();
  const look = (): void => {
    const found = commitsIn(`${database}-wal`);
    if (found !== null) counts.set(found.salt, Math.max(found.commits, counts.get(found.salt) ?? 0));
  };
  look();
  const before = total(counts);
  const timer = setInterval(look, POLL_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return total(counts) - before;
    },
  };
}

const total = (counts: ReadonlyMap<number, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

function commitsIn(file: string): { readonly salt: number; readonly commits: number } | null {
  const bytes = readFileSync(file);
  if (bytes.length < HEADER_BYTES) return null;
  const frameBytes = FRAME_HEADER_BYTES + bytes.readUInt32BE(8);
  const salt = bytes.readUInt32BE(16);
  let commits = 0;
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    // Frames of an earlier log follow those of this one.
    if (bytes.readUInt32BE(at + 8) !== salt) break;
    if (bytes.readUInt32BE(at + 4) !== 0) commits += 1;
  }
  return { salt, commits };
}
