import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { UsageError } from '../domain/errors.ts';
import { createStateDirectory } from './directories.ts';
import { readPrivate } from './private-file.ts';

const serverRecord = z.object({
  /** Origin of the server, `http://127.0.0.1:PORT`. */
  url: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }),
  token: z.string().check(z.minLength(1)),
  pid: z.int().check(z.positive()),
  /** Of the taskdeck that the server came with. */
  version: z.string(),
  /** Unix time in ms. */
  startedAt: z.number(),
  /** What the user should know about how the tasks were found, one sentence. */
  notice: z.optional(z.nullable(z.string())),
});

/** What a running local server tells about itself. Holds its token: never print it. */
export type ServerRecord = Readonly<z.infer<typeof serverRecord>>;

const serverFileOf = (stateDir: string): string => path.join(stateDir, 'server.json');

/**
 * What the state file says, or null without one. What cannot be understood is moved aside
 * (`server.json.unreadable`), never deleted. The server it speaks of may long be gone.
 * @throws UsageError when it cannot be read, and when others can write it
 */
export function readServerFile(stateDir: string): ServerRecord | null {
  const text = isDirectory(serverFileOf(stateDir)) ? '' : readPrivate(serverFileOf(stateDir));
  if (text === null) return null;
  const record = serverRecord.safeParse(parseJson(text));
  if (record.success) return record.data;
  quarantine(stateDir);
  return null;
}

/** Replaces the state file in one step, so that no reader ever sees half of it. Mode 0600. */
export function writeServerFile(stateDir: string, record: ServerRecord): void {
  createStateDirectory(stateDir);
  const fresh = `${serverFileOf(stateDir)}.${randomUUID()}`;
  writeFileSync(fresh, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, serverFileOf(stateDir));
}

/** Removes the state file if it still speaks of the server with this token. */
export function removeServerFile(stateDir: string, token: string): void {
  try {
    if (readServerFile(stateDir)?.token !== token) return;
    unlinkSync(serverFileOf(stateDir));
  } catch (error) {
    // One that is not to be trusted stays for its owner to look at.
    if (codeOf(error) !== 'ENOENT' && !(error instanceof UsageError)) throw error;
  }
}

function quarantine(stateDir: string): void {
  let aside = `${serverFileOf(stateDir)}.unreadable`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${serverFileOf(stateDir)}.unreadable-${count}`;
  try {
    renameSync(serverFileOf(stateDir), aside);
  } catch {
    // Somebody else was quicker, or the disk is read-only: either way it counts as absent.
  }
}

function isDirectory(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    // Reading it says why it cannot be looked at.
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
