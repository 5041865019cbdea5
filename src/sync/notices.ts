import {
  type Candidate,
  type Known,
  knownAtFirst,
  type NoticeWords,
  whoBegins,
  wordsFor,
} from '../domain/notices.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Notifier } from '../domain/ports/surroundings.ts';
import { reportOf } from '../domain/report.ts';
import { titleOf } from '../domain/task.ts';
import { isLookedAt } from '../store/looked-at.ts';
import { knownTask, needsYouIn, needsYouSoonIn, phaseIn, standsUntil } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** Tasks that begin to need the user within this time are told of together; ms. */
const GATHER_MS = 1_000;
/** And so long it is quiet after a notice; ms. */
const QUIET_MS = 5_000;

export interface Notices {
  /** After the user was elsewhere and has come back: what waits by now is to be seen, and is no news. */
  restart(): void;
  stop(): void;
}

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly notifier: Notifier;
}

/** Tells the user when tasks begin to need them, and not of the one that they look at. */
export function startNotices({ store, clock, notifier }: Options): Notices {
  let since = clock.now();
  /** Null until the server has said what waits already. */
  let known: Known | null = null;
  let last: State | null = null;
  let { listed } = store.getState();
  /** The tasks that were listed before others were; null while what is listed goes on. */
  let before: ReadonlySet<string> | null = null;
  let until = 0;
  let waiting: readonly string[] = [];
  let cancel: (() => void) | null = null;
  let quietUntil = 0;
  /** Ends the wait before it is looked at what was seen. */
  let seen: (() => void) | null = null;

  const look = (): void => {
    const state = store.getState();
    if (state.listed !== listed) beginAnew(state);
    if (last !== null && known !== null && isSame(last, state) && state.now < until) {
      // What was looked at needs nobody any more: no news, and a held key looks at thirty tasks a second.
      if (last.seen !== state.seen) seen ??= clock.after(GATHER_MS, lookAtSeen);
      return;
    }
    last = state;
    until = standsUntil(state);
    if (state.list.at === null || state.list.at < since) return;
    const candidates = candidatesIn(state);
    if (known === null) {
      known = knownAtFirst(candidates);
      before = null;
      return;
    }
    if (before !== null) known = withNewcomers(known, candidates, before);
    before = null;
    const next = whoBegins(known, candidates);
    known = next.known;
    const begun = next.begun.filter((id) => !isLookedAt(state, id));
    if (begun.length === 0) return;
    waiting = [...waiting.filter((id) => !begun.includes(id)), ...begun];
    cancel ??= clock.after(Math.max(GATHER_MS, quietUntil - clock.now()), tell);
  };

  /** Others are listed from now on: what waits there already is no news, but what was watched all along still is. */
  const beginAnew = (state: State): void => {
    listed = state.listed;
    // Two changes in a row: what was watched before the first one is what was watched.
    before ??= new Set(last?.tasks.map(({ id }) => id));
    since = clock.now();
    last = null;
    if (cancel === null) return;
    cancel();
    tell();
  };

  const lookAtSeen = (): void => {
    seen = null;
    last = null;
    look();
  };

  const tell = (): void => {
    cancel = null;
    const state = store.getState();
    // Whatever was answered meanwhile, or is looked at, has been noticed.
    const words = wordsOf(
      state,
      waiting.filter((id) => known?.has(id) === true && !isLookedAt(state, id)),
    );
    waiting = [];
    if (words === null) return;
    quietUntil = clock.now() + QUIET_MS;
    notifier.notify(words);
  };

  const forget = (): void => {
    cancel?.();
    cancel = null;
    seen?.();
    seen = null;
    waiting = [];
  };

  const unsubscribe = store.subscribe(look);
  return {
    restart() {
      forget();
      since = clock.now();
      known = null;
      before = null;
      last = null;
    },
    stop() {
      unsubscribe();
      forget();
    },
  };
}

/** What waits already among tasks that were not listed before is no news. */
const withNewcomers = (known: Known, candidates: readonly Candidate[], before: ReadonlySet<string>): Known =>
  new Map([...known, ...knownAtFirst(candidates.filter(({ id }) => !before.has(id)))]);

/** Keys and polls move much in the state that is nothing to tell of. */
const isSame = (a: State, b: State): boolean => a.tasks === b.tasks && a.asked === b.asked && a.now <= b.now;

const candidatesIn = (state: State): readonly Candidate[] =>
  state.tasks.map((task) => ({
    id: task.id,
    says: `${phaseIn(state, task)} ${task.state?.message ?? ''}`,
    needsYou: needsYouIn(state, task) ? 'yes' : needsYouSoonIn(state, task) ? 'soon' : 'no',
  }));

function wordsOf(state: State, ids: readonly string[]): NoticeWords | null {
  const tasks = ids.map((id) => knownTask(state, id)).filter((task) => task !== null);
  return wordsFor(
    tasks.map((task) => ({
      title: titleOf(task),
      phase: phaseIn(state, task),
      message: reportOf(task),
    })),
  );
}
