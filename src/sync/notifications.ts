import { reportLine } from '../domain/agent-report.ts';
import { asksUser } from '../domain/needs-attention.ts';
import { type NotificationText, notificationText } from '../domain/notifications.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Notifier } from '../domain/ports/terminal-services.ts';
import { titleOf } from '../domain/task.ts';
import { questionsOf } from '../store/questions.ts';
import { phaseIn } from '../store/slices/actions.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { knownTask } from '../store/task-index.ts';
import type { TaskInView } from './mark-seen.ts';
import type { TaskChanges, TaskChangeWatch } from './task-changes.ts';

/** Tasks that begin to need the user within this time share a notification; ms. */
const BATCH_MS = 1_000;
/** The minimum time between notifications, ms. */
const MIN_GAP_MS = 5_000;
/** How long the notification of a task waits for the conversation that can show its question, ms. */
const MAX_MENU_WAIT_MS = 5_000;

export interface Notifications {
  /** After the user comes back to taskdeck: what waits is not shown any more. */
  restart(): void;
  stop(): void;
}

interface NotificationOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly changes: TaskChangeWatch;
  readonly notifier: Notifier;
  readonly taskInView: TaskInView;
  /** See `Sync`. */
  readonly isMenuPending: (taskId: string) => boolean;
}

/** Notifies the user when tasks begin to need them, except the task in view. */
export function startNotifications({
  store,
  clock,
  changes,
  notifier,
  taskInView,
  isMenuPending,
}: NotificationOptions): Notifications {
  let pendingIds: readonly string[] = [];
  let cancel: (() => void) | null = null;
  /** When the notification of `pendingIds` stops waiting for a conversation; null while it does not wait. */
  let menuWaitEndsAt: number | null = null;
  let quietUntil = 0;

  /** Null while the terminal does not report that its window has the focus. */
  const watchedTask = (state: State): string | null =>
    state.window.focused === true ? taskInView(state) : null;

  const handleChanges = ({ state, newIds: allNewIds, asking, newlyAsking }: TaskChanges): void => {
    const watched = watchedTask(state);
    const newIds = allNewIds.filter((id) => id !== watched);
    if (newIds.length === 0) return;
    const others = newIds.filter((id) => !asking.has(id));
    pendingIds = [...pendingIds.filter((id) => !newIds.includes(id)), ...others];
    if (others.length > 0)
      cancel ??= clock.after(Math.max(BATCH_MS, quietUntil - clock.now()), notifyPending);
    // A question waits for no other notification: the agent can do nothing before its answer.
    notify(
      state,
      newIds.filter((id) => newlyAsking.has(id)),
    );
  };

  const handleScopeChange = (): void => {
    if (cancel === null) return;
    cancel();
    menuWaitEndsAt = clock.now();
    notifyPending();
  };

  const notifyPending = (): void => {
    cancel = null;
    const state = store.getState();
    // Skip tasks that no longer need the user or are in view.
    const watched = watchedTask(state);
    const ids = pendingIds.filter((id) => changes.isNoticed(id) && id !== watched);
    if (awaitsMenu(ids)) {
      const now = clock.now();
      menuWaitEndsAt ??= now + MAX_MENU_WAIT_MS;
      if (now < menuWaitEndsAt) {
        cancel = clock.after(menuWaitEndsAt - now, notifyPending);
        return;
      }
    }
    menuWaitEndsAt = null;
    pendingIds = [];
    notify(state, ids);
  };

  /** Several tasks share a notification without their questions. */
  const awaitsMenu = (ids: readonly string[]): boolean =>
    ids.length === 1 && ids.some((id) => isMenuPending(id));

  const notify = (state: State, ids: readonly string[]): void => {
    const text = textFor(state, ids);
    if (text === null) return;
    quietUntil = clock.now() + MIN_GAP_MS;
    notifier.notify(text);
  };

  const clearPending = (): void => {
    cancel?.();
    cancel = null;
    menuWaitEndsAt = null;
    pendingIds = [];
  };

  const unsubscribeChanges = changes.subscribe({ changed: handleChanges, scopeChanged: handleScopeChange });
  const unsubscribe = store.subscribe(() => {
    if (menuWaitEndsAt === null || awaitsMenu(pendingIds)) return;
    cancel?.();
    notifyPending();
  });
  return {
    restart: clearPending,
    stop() {
      unsubscribe();
      unsubscribeChanges();
      clearPending();
    },
  };
}

/** Null without tasks. A question that already has an answer needs no notification. */
function textFor(state: State, ids: readonly string[]): NotificationText | null {
  const tasks = ids.map((id) => knownTask(state, id)).filter((task) => task !== null);
  return notificationText(
    tasks.flatMap((task) => {
      const [question] = questionsOf(state, task);
      if (question === undefined && asksUser(task)) return [];
      const subject = { title: titleOf(task), phase: phaseIn(state, task), message: reportLine(task) };
      return question === undefined ? subject : { ...subject, question };
    }),
  );
}
