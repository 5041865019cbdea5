import { type BackendError, errorText, withHint } from '../../domain/errors.ts';
import { failedSources } from '../../store/list-freshness.ts';
import { memoize } from '../../store/memoize.ts';
import { dataAge, selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';

/** A notice appears when the list is older than this, ms. */
const SILENCE_MS = 15_000;

/** Untrusted text. */
export interface ConnectionProblem {
  /** The problem and the advice. */
  readonly text: string;
  readonly problem: string;
  /** May be empty. */
  readonly advice: string;
}

/**
 * Why the screen is out of date; null when it is not, and before the first list, when the problem fills the panes.
 * Returns the same object for the same problem.
 */
export function connectionProblem(state: State): ConnectionProblem | null {
  const { listFreshness, now, deployment } = state;
  if (listFreshness.requestedAt === null) return null;
  if (listFreshness.error !== null) {
    const failed = failedSources(state);
    const before = failed.length === 0 ? '' : `Cannot list ${failed.join(' and ')}: `;
    return problemFromError(listFreshness.error, before);
  }
  const age = dataAge(listFreshness, now);
  if (age.kind === 'stale' && age.forMs > SILENCE_MS) return problemFromSilence(deployment.name);
  const task = selectedTask(state);
  const entry = task === null ? undefined : state.transcripts.get(task.id);
  // Without any messages the pane itself shows the error.
  if (entry?.error == null || entry.transcript === null) return null;
  return problemFromError(entry.error, 'Cannot load newer messages: ');
}

const RECONNECT_HINT = 'taskdeck then reconnects.';

const problemFromError = memoize((cause: BackendError, before: string): ConnectionProblem => {
  const error =
    cause.kind === 'signed-out' ? withHint(cause, `${cause.hint ?? ''} ${RECONNECT_HINT}`.trim()) : cause;
  return {
    text: before + errorText(error),
    problem: before + error.message,
    advice: error.hint ?? '',
  };
});

const problemFromSilence = memoize((name: string): ConnectionProblem => {
  const words = `${name} does not answer. The screen may be out of date.`;
  return { text: words, problem: words, advice: '' };
});
