import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { redactSecrets } from '../domain/secrets.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { makePrivateDirectory } from '../platform/private-directory.ts';

export interface CrashReportOptions {
  readonly error: unknown;
  /** Created if it is missing. */
  readonly directory: string;
  readonly version: string;
  /** Redacted in the report. */
  readonly secrets: readonly string[];
  /** Unix time in ms. */
  readonly now: number;
}

/** Writes a crash report that only this user can read. Returns its path, or null if it cannot be written. */
export function writeCrashReport({
  error,
  directory,
  version,
  secrets,
  now,
}: CrashReportOptions): string | null {
  const time = new Date(now).toISOString();
  const file = path.join(directory, `crash-${time.replace(/[:.]/g, '-')}-${process.pid}.txt`);
  const facts = [
    `taskdeck ${version}`,
    `time      ${time}`,
    `node      ${process.version} ${process.platform} ${process.arch}`,
    `terminal  ${process.env.TERM ?? '?'} ${process.stdout.columns ?? '?'}x${process.stdout.rows ?? '?'}`,
    `uptime    ${Math.round(process.uptime())} s`,
    '',
    // Errors may quote a server or an agent.
    redactSecrets(sanitise(inspect(error, { depth: 3 })), secrets),
    '',
  ];
  try {
    makePrivateDirectory(directory);
    writeFileSync(file, facts.join('\n'), { mode: 0o600, flag: 'wx' });
    return file;
  } catch {
    return null;
  }
}
