import { type BackendError, sentenceOf, withHint } from '../domain/errors.ts';
import { remember } from './remember.ts';
import { howFresh, selectedTask } from './selectors.ts';
import type { State } from './state.ts';

/** A server that has been silent for longer than this is worth a line, ms. */
const SILENCE_MS = 15_000;

/** Untrusted text. */
export interface Trouble {
  /** All that is known of it. */
  readonly whole: string;
  /** Where that is too long: what is wrong, and what to do about it, which may be empty. */
  readonly what: string;
  readonly advice: string;
}

/**
 * Why what is on screen is not up to date, for as long as it is not. Null while all is well, and while there is nothing
 * but the trouble to show, which has a screen of its own. The same object for the same trouble.
 */
export function trouble(state: State): Trouble | null {
  const { list, now, deployment } = state;
  if (list.at === null) return null;
  if (list.error !== null) return ofError(list.error, '');
  const age = howFresh(list, now);
  if (age.kind === 'stale' && age.forMs > SILENCE_MS) return ofSilence(deployment.name);
  const task = selectedTask(state);
  const entry = task === null ? undefined : state.transcripts.get(task.id);
  // Without any messages the pane has room to say it itself.
  if (entry?.error == null || entry.transcript === null) return null;
  return ofError(entry.error, 'Newer messages cannot be read: ');
}

/** What was typed stays, and whoever signs in again need not come back for it. */
const GOES_ON = 'Then this goes on by itself.';

const ofError = remember((given: BackendError, before: string): Trouble => {
  const error =
    given.kind === 'signed-out' ? withHint(given, `${given.hint ?? ''} ${GOES_ON}`.trim()) : given;
  return {
    whole: before + sentenceOf(error),
    what: before + error.message,
    advice: error.hint ?? '',
  };
});

const ofSilence = remember((name: string): Trouble => {
  const words = `${name} does not answer; what you see may have changed since.`;
  return { whole: words, what: words, advice: '' };
});
