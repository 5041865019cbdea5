import type { Phase } from './phase.ts';

/** One task, as far as it decides whether the user is told of it. */
export interface Candidate {
  readonly id: string;
  /** What it waits with: one that says the same again has not begun anew. */
  readonly says: string;
  /** `soon` needs the user, but not for long enough to count. */
  readonly needsYou: 'no' | 'soon' | 'yes';
}

/** The tasks that need the user and of which that is known, each with what it said then. By id. */
export type Known = ReadonlyMap<string, string>;

/** Where nobody has been told of anything yet: whatever waits already is no news. */
export const knownAtFirst = (tasks: readonly Candidate[]): Known =>
  new Map(tasks.filter(({ needsYou }) => needsYou !== 'no').map(({ id, says }) => [id, says]));

export interface Begun {
  readonly known: Known;
  /** The ids of those that begin to need the user. */
  readonly begun: readonly string[];
}

/** Which tasks begin to need the user. The same `known` when there is nothing to add to it. */
export function whoBegins(known: Known, tasks: readonly Candidate[]): Begun {
  const next = new Map<string, string>();
  const begun: string[] = [];
  for (const { id, says, needsYou } of tasks) {
    const before = known.get(id);
    if (needsYou === 'yes') {
      if (before !== says) begun.push(id);
      next.set(id, says);
    } else if (needsYou === 'soon' && before !== undefined) next.set(id, before);
  }
  const isSame = begun.length === 0 && next.size === known.size;
  return { known: isSame ? known : next, begun };
}

/** A notice outside of taskdeck's own screen. Untrusted texts. */
export interface NoticeWords {
  readonly title: string;
  readonly body: string;
}

export interface Speaker {
  readonly title: string;
  readonly phase: Phase;
  /** Empty when it said nothing. */
  readonly message: string;
}

/** So many names are read; of more it is said how many. */
const MOST_NAMES = 3;

/** One notice for all that begin to need the user at once. Null for nobody. */
export function wordsFor(speakers: readonly Speaker[]): NoticeWords | null {
  const [first] = speakers;
  if (first === undefined) return null;
  if (speakers.length === 1) {
    const { title, phase, message } = first;
    return { title, body: message.trim() === '' ? `${phase}: it needs you` : `${phase}: ${message}` };
  }
  const names = speakers.slice(0, MOST_NAMES).map(({ title }) => title);
  const more = speakers.length - names.length;
  return {
    title: `${speakers.length} tasks need you`,
    body: `${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}`,
  };
}
