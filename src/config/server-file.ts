import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { UsageError } from '../domain/errors.ts';
import { isDirectory } from '../platform/is-directory.ts';
import { createStateDirectory } from './directories.ts';
import { readPrivate } from './private-file.ts';

const serverRecord = z.object({
  /** `http://127.0.0.1:PORT` */
  url: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }),
  token: z.string().check(z.minLength(1)),
  pid: z.int().check(z.positive()),
  /** Version of the server's taskdeck. */
  version: z.string(),
  /** Unix time in ms. */
  startedAt: z.number(),
  /** One sentence for the user about the state of the tasks at the start. */
  notice: z.optional(z.nullable(z.string())),
});

/** The record of a running local server. Contains its token: never print it. */
export type ServerRecord = Readonly<z.infer<typeof serverRecord>>;

const serverFileOf = (stateDir: string): string => path.join(stateDir, 'server.json');

/**
 * Reads the state file; null when it is missing. Renames an invalid file to `server.json.unreadable`. The server may
 * have ended.
 * @throws UsageError for an unreadable file, and for one that others can write
 */
export function readServerFile(stateDir: string): ServerRecord | null {
  const text = isDirectory(serverFileOf(stateDir)) ? '' : readPrivate(serverFileOf(stateDir));
  if (text === null) return null;
  const record = serverRecord.safeParse(parseJson(text));
  if (record.success) return record.data;
  quarantine(stateDir);
  return null;
}

/** Replaces the state file atomically, with mode 0600. */
export function writeServerFile(stateDir: string, record: ServerRecord): void {
  createStateDirectory(stateDir);
  const temporary = `${serverFileOf(stateDir)}.${randomUUID()}`;
  writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, serverFileOf(stateDir));
}

/** Removes the state file if it still belongs to the server with this token. */
export function removeServerFile(stateDir: string, token: string): void {
  try {
    if (readServerFile(stateDir)?.token !== token) return;
    unlinkSync(serverFileOf(stateDir));
  } catch (error) {
    // An untrusted file stays, so that its owner can check it.
    if (codeOf(error) !== 'ENOENT' && !(error instanceof UsageError)) throw error;
  }
}

function quarantine(stateDir: string): void {
  let target = `${serverFileOf(stateDir)}.unreadable`;
  for (let count = 2; existsSync(target); count += 1)
    target = `${serverFileOf(stateDir)}.unreadable-${count}`;
  try {
    renameSync(serverFileOf(stateDir), target);
  } catch {
    // Another process was faster, or the disk is read-only: the file counts as missing.
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
