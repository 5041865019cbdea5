import { UsageError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { PurgeFilter, PurgeResult, Storage } from '../domain/ports/storage.ts';
import { counted } from '../domain/text/format.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { parseAge } from './flag-values.ts';
import type { ParsedFlags } from './flags.ts';
import { reportingErrors, write, writeJson, writeLine, writeNote } from './output.ts';
import { readLine } from './read-stdin.ts';
import type { ScriptIo } from './script-context.ts';

export interface PurgeOptions {
  readonly origin: string | undefined;
  /** A task's id or name. */
  readonly task: string | undefined;
  readonly olderThanMs: number | undefined;
  /** Skips the confirmation. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** @throws UsageError for an invalid flag, or without `--yes` when stdin is no terminal */
export function purgeOptions(
  task: string | undefined,
  flags: ParsedFlags,
  origin: string | undefined,
  stdinIsTTY: boolean,
): PurgeOptions {
  const yes = flags.isSet('yes');
  const age = flags.valueOf('older-than');
  const olderThanMs = age === undefined ? undefined : parseAge(age, '--older-than');
  if (!yes && !stdinIsTTY) {
    throw new UsageError(
      'Cannot ask for confirmation: standard input is not a terminal. Use --yes to delete.',
    );
  }
  return { origin, task, olderThanMs, yes, json: flags.isSet('json') };
}

export interface PurgeContext {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly io: ScriptIo;
  readonly signal: AbortSignal;
}

/** Deletes stored conversations from this machine and prints their number and size. */
export const purge = (context: PurgeContext, options: PurgeOptions): Promise<ExitCode> =>
  reportingErrors(context.io, options.json, async () => {
    const { storage, io } = context;
    if (storage.problem !== null) throw new Error(storage.problem);
    if (!options.yes && !(await confirmPurge(context, options))) {
      await writeNote(io, 'Nothing was deleted.');
      return EXIT.failed;
    }
    const purged = storage.purge(purgeChoiceOf(context, options));
    if (purged === null) throw new Error(storage.problem ?? 'Cannot write the stored conversations.');
    const { tasks, messages, bytes } = purged;
    if (options.json) await writeJson(io, { tasks, messages, bytes });
    else await writeLine(io.stdout, summaryOf(purged));
    if (purged.unfinished) {
      await writeNote(
        io,
        'Another taskdeck has the file open, so deleted text may remain in it. Quit it and run purge again.',
      );
    }
    return EXIT.done;
  });

function purgeChoiceOf({ clock }: PurgeContext, { origin, task, olderThanMs }: PurgeOptions): PurgeFilter {
  return {
    ...(origin !== undefined && { origin }),
    ...(task !== undefined && { task }),
    ...(olderThanMs !== undefined && { before: clock.wall() - olderThanMs }),
  };
}

async function confirmPurge({ io, signal }: PurgeContext, options: PurgeOptions): Promise<boolean> {
  const { origin, task, olderThanMs } = options;
  const what = [
    olderThanMs === undefined && task === undefined && origin === undefined
      ? 'all stored conversations'
      : 'the stored conversations',
    task === undefined ? '' : `of ${sanitiseLine(task)}`,
    origin === undefined ? '' : `from ${origin}`,
    olderThanMs === undefined ? '' : 'without new messages for that long',
    'on this machine',
  ];
  await write(io.stderr, `Delete ${what.filter(Boolean).join(' ')} permanently? (y/N) `);
  return (await readLine(io.stdin, signal)).trim().toLowerCase() === 'y';
}

function summaryOf({ tasks, messages, bytes }: PurgeResult): string {
  if (tasks === 0) return 'Nothing to delete.';
  return `Deleted ${counted(tasks, 'conversation')}: ${counted(messages, 'entry', 'entries')}, ${sizeOf(bytes)}.`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return counted(bytes, 'byte');
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
