import type { ScriptContext } from './context.ts';
import { TimedOut } from './exit-code.ts';

/**
 * Runs something that has to end within `ms`; null for no limit. What is under way then is given up through the
 * signal.
 * @throws TimedOut
 */
export async function withTimeout<Result>(
  { clock, signal }: Pick<ScriptContext, 'clock' | 'signal'>,
  ms: number | null,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (ms === null) return run(signal);
  const over = new AbortController();
  const cancel = clock.after(ms, () => over.abort());
  try {
    return await run(AbortSignal.any([signal, over.signal]));
  } catch (error) {
    if (over.signal.aborted && !signal.aborted) throw new TimedOut('It took longer than --timeout allows.');
    throw error;
  } finally {
    cancel();
  }
}
