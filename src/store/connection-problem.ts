import { type BackendError, errorText, withHint } from '../domain/errors.ts';
import { memoize } from './memoize.ts';
import { dataAge, selectedTask } from './selectors.ts';
import type { State } from './state.ts';

/** A server that has been silent for longer than this is worth a line, ms. */
const SILENCE_MS = 15_000;

/** Untrusted text. */
export interface ConnectionProblem {
  /** All that is known of it. */
  readonly text: string;
  /** Where that is too long: what is wrong, and what to do about it, which may be empty. */
  readonly problem: string;
  readonly advice: string;
}

/**
 * Why what is on screen is not up to date, for as long as it is not. Null while all is well, and while there is nothing
 * but the trouble to show, which has a screen of its own. The same object for the same trouble.
 */
export function connectionProblem(state: State): ConnectionProblem | null {
  const { listFreshness, now, deployment } = state;
  if (listFreshness.requestedAt === null) return null;
  if (listFreshness.error !== null) return problemFromError(listFreshness.error, '');
  const age = dataAge(listFreshness, now);
  if (age.kind === 'stale' && age.forMs > SILENCE_MS) return problemFromSilence(deployment.name);
  const task = selectedTask(state);
  const entry = task === null ? undefined : state.transcripts.get(task.id);
  // Without any messages the pane has room to say it itself.
  if (entry?.error == null || entry.transcript === null) return null;
  return problemFromError(entry.error, 'Newer messages cannot be read: ');
}

/** What was typed stays, and whoever signs in again need not come back for it. */
const RECONNECT_HINT = 'Then this goes on by itself.';

const problemFromError = memoize((given: BackendError, before: string): ConnectionProblem => {
  const error =
    given.kind === 'signed-out' ? withHint(given, `${given.hint ?? ''} ${RECONNECT_HINT}`.trim()) : given;
  return {
    text: before + errorText(error),
    problem: before + error.message,
    advice: error.hint ?? '',
  };
});

const problemFromSilence = memoize((name: string): ConnectionProblem => {
  const words = `${name} does not answer; what you see may have changed since.`;
  return { text: words, problem: words, advice: '' };
});
