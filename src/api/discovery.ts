import { BackendError, type BackendErrorKind } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Source } from '../domain/ports/source.ts';
import type { SourceId } from '../domain/task.ts';

/** A source that the server did not have is asked for again after this time, ms: an administrator can turn it on. */
const ABSENCE_MS = 10 * 60_000;

/** Errors after which the server may be another one: it was down, perhaps for an upgrade. */
const RESTARTED: ReadonlySet<BackendErrorKind> = new Set(['unreachable', 'timeout', 'server', 'not-coder']);

/**
 * The same sources, which ask once for what the server does not have: while another source answers, their list and
 * their stream of hints then fail without a request. After an outage of the server, and after ten minutes, they ask again.
 */
export function askingOnce<Sources extends readonly Source[]>(
  sources: Sources,
  clock: Pick<Clock, 'now'>,
): { readonly [Index in keyof Sources]: Sources[Index] } {
  const present = new Set<SourceId>();
  const absent = new Map<SourceId, { readonly error: BackendError; readonly since: number }>();

  /** Throws the error of a source that is known to be absent. */
  function rejectAbsent({ id }: Source): void {
    const known = absent.get(id);
    if (known !== undefined && present.size > 0 && clock.now() - known.since < ABSENCE_MS) throw known.error;
  }

  const withMemory = (source: Source): Source => ({
    ...source,
    ...(source.watch && {
      async watch(onHint: () => void, signal: AbortSignal) {
        rejectAbsent(source);
        await source.watch?.(onHint, signal);
      },
    }),
    async list(query, signal, onBytes) {
      rejectAbsent(source);
      try {
        const tasks = await source.list(query, signal, onBytes);
        present.add(source.id);
        absent.delete(source.id);
        return tasks;
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        if (error.kind === 'no-tasks') {
          present.delete(source.id);
          absent.set(source.id, { error, since: clock.now() });
        } else if (RESTARTED.has(error.kind)) absent.clear();
        throw error;
      }
    },
  });
  return sources.map(withMemory) as { readonly [Index in keyof Sources]: Sources[Index] };
}
