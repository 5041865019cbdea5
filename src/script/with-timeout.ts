import { TimedOut } from './exit-code.ts';
import type { ScriptContext } from './script-context.ts';

/**
 * Runs `run` and aborts its signal after `ms`; null for no limit.
 * @throws TimedOut
 */
export async function withTimeout<Result>(
  { clock, signal }: Pick<ScriptContext, 'clock' | 'signal'>,
  ms: number | null,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (ms === null) return run(signal);
  const timeout = new AbortController();
  const cancel = clock.after(ms, () => timeout.abort());
  try {
    return await run(AbortSignal.any([signal, timeout.signal]));
  } catch (error) {
    if (timeout.signal.aborted && !signal.aborted)
      throw new TimedOut('Timed out. Use a longer --timeout to wait longer.');
    throw error;
  } finally {
    cancel();
  }
}
