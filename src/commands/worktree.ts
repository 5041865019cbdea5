import { type Task, titleOf, worktreeOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { parseWebUrl } from '../domain/web-link.ts';
import { progressWords, type WorktreeChoice } from '../domain/worktree-choice.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { OpenedWorktree } from '../store/slices/worktrees.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import { branchDeletion, worktreeChoices } from '../view/worktree/worktree-rows.ts';
import {
  scrolledWorktree,
  stepInWorktree,
  type WorktreeWindow,
  worktreeWindow,
} from '../view/worktree/worktree-window.ts';
import type { Command, CommandContext } from './command.ts';
import { actOn } from './task-actions.ts';

/** Opens the worktree of a chat, and loads what can be done with it. */
export function openWorktree({ store, operations, clock }: CommandContext, task: Task): void {
  store.dispatch(
    { type: 'worktree-opened', taskId: task.id },
    { type: 'overlay-opened', overlay: { kind: 'worktree', taskId: task.id, selected: null, top: 0 } },
  );
  if (store.getState().view.marked.size > 0) {
    const text = `Only the worktree of “${sanitiseLine(titleOf(task))}”: each is finished alone. The marks stay.`;
    store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
  }
  operations.loadWorktree(task.id);
}

const openedIn = (state: State): OpenedWorktree | undefined => {
  const { overlay } = state.view;
  return overlay?.kind === 'worktree' ? state.openedWorktrees.get(overlay.taskId) : undefined;
};

/** Moves within the overlay: to another choice, or by rows. */
function moveTo(
  { store }: CommandContext,
  target: { readonly selected: number; readonly top: number },
): void {
  const state = store.getState();
  const { overlay } = state.view;
  const window = worktreeWindow(state);
  if (window === null) return;
  if (overlay?.kind === 'confirm-worktree')
    store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, top: target.top } });
  if (overlay?.kind !== 'worktree') return;
  const selected = window.items[target.selected]?.choice ?? null;
  store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, selected, top: target.top } });
}

const step =
  (by: -1 | 1) =>
  (context: CommandContext): void => {
    const window = worktreeWindow(context.store.getState());
    if (window !== null) moveTo(context, stepInWorktree(window, by));
  };

/** Scrolls by `rows`, within the text. */
export function scrollWorktree(context: CommandContext, rows: number): void {
  const window = worktreeWindow(context.store.getState());
  if (window !== null) moveTo(context, scrolledWorktree(window, rows));
}

const page =
  (by: -1 | 1) =>
  (context: CommandContext): void => {
    const height = worktreeWindow(context.store.getState())?.height ?? 0;
    scrollWorktree(context, by * Math.max(1, height - 1));
  };

/** Selects the choice on a visible row; asks about the selected one. */
export function clickWorktree(context: CommandContext, row: number): void {
  const window = worktreeWindow(context.store.getState());
  if (window === null) return;
  const at = window.top + row;
  const clicked = window.items.findIndex(({ start, end }) => at >= start && at < end);
  if (clicked === -1) return;
  if (clicked === window.selected) askAbout(context);
  else moveTo(context, { selected: clicked, top: window.top });
}

/** Opens the question about the selected choice, or says why it cannot be chosen. */
function askAbout({ store, clock }: CommandContext): void {
  const state = store.getState();
  const window = worktreeWindow(state);
  const choice = window?.items[window.selected]?.choice;
  if (window?.kind !== 'worktree' || choice === undefined) return;
  const reason = whyNot(state, window.taskId, choice);
  store.dispatch(
    reason === null
      ? {
          type: 'overlay-opened',
          overlay: { kind: 'confirm-worktree', taskId: window.taskId, choice, top: 0 },
        }
      : { type: 'notice-changed', notice: { tone: 'plain', text: reason, at: clock.now() } },
  );
}

/** Why the choice cannot be made now, in a sentence; null when it can. */
function whyNot(state: State, taskId: string, choice: WorktreeChoice): string | null {
  const words = worktreeChoices(state, taskId).find((each) => each.choice === choice);
  const opened = state.openedWorktrees.get(taskId);
  const task = knownTask(state, taskId);
  const worktree = task && worktreeOf(task);
  if (words === undefined || worktree === null || opened === undefined) return 'It can no longer be chosen.';
  if (opened.running !== null)
    return `Wait for the result: ${progressWords(opened.running.action, worktree)}.`;
  if (opened.isLoading) return 'Loading what can be done now. Try again in a moment.';
  const [first, ...others] = words.reasons;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` ${others.length} more below it.`;
  return `${words.title}: not now. ${first}${more}`;
}

type WorktreeQuestion = Extract<Overlay, { readonly kind: 'confirm-worktree' }>;

/** The rows by which a key scrolls the question, where it does not fit on the screen. */
const SCROLL_KEYS: ReadonlyMap<string, (height: number) => number> = new Map([
  ['up', () => -1],
  ['down', () => 1],
  ['pageup', (height: number) => 1 - height],
  ['pagedown', (height: number) => height - 1],
]);

/** `y` is yes, `b` also deletes the branch where that is offered; other keys go back to the choices. */
export function answerWorktreeQuestion(
  context: CommandContext,
  { taskId, choice }: WorktreeQuestion,
  key: string,
): void {
  const { store, operations } = context;
  const state = store.getState();
  const scroll = SCROLL_KEYS.get(key);
  if (scroll !== undefined) return scrollWorktree(context, scroll(worktreeWindow(state)?.height ?? 1));
  const deletesBranch = key === 'b' && branchDeletion(state, taskId, choice) !== null;
  if (choice === 'keep' && key === 'y') {
    store.dispatch({ type: 'overlay-closed' });
    return actOn(context, 'archive', taskId);
  }
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'worktree', taskId, selected: choice, top: 0 } });
  // The progress and the result are above the choices.
  if (choice !== 'keep' && (key === 'y' || deletesBranch))
    return operations.finishWorktree(taskId, choice, { deleteBranch: deletesBranch });
  const window = worktreeWindow(store.getState());
  if (window !== null) moveTo(context, { selected: window.selected, top: topOf(window) });
}

/** The first row that shows all of the selected choice. */
function topOf({ items, selected, height }: WorktreeWindow): number {
  const item = items[selected];
  return item === undefined ? 0 : Math.max(0, item.end - height);
}

/** The web address in the result of the last action, such as that of a pull request; null for none. */
function addressOf(state: State): string | null {
  const words = openedIn(state)?.result?.text.split(/\s+/u) ?? [];
  return words.map((word) => parseWebUrl(word.replace(/[.,)]+$/u, ''))).find((url) => url !== null) ?? null;
}

async function openAddress({ store, browser, clock }: CommandContext): Promise<void> {
  const address = addressOf(store.getState());
  if (address === null) return;
  const { done, words } = await browser.open(address);
  store.dispatch({
    type: 'notice-changed',
    notice: { tone: done ? 'good' : 'bad', text: words, at: clock.now() },
  });
}

export const worktreeCommands: readonly Command[] = [
  {
    id: 'worktree-down',
    title: 'Next choice for the worktree',
    keys: ['down', 'j'],
    keyContext: 'worktree',
    run: step(1),
  },
  {
    id: 'worktree-up',
    title: 'Previous choice for the worktree',
    keys: ['up', 'k'],
    keyContext: 'worktree',
    run: step(-1),
  },
  {
    id: 'worktree-page-down',
    title: 'Scroll the worktree down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    keyContext: 'worktree',
    run: page(1),
  },
  {
    id: 'worktree-page-up',
    title: 'Scroll the worktree up a page',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'worktree',
    run: page(-1),
  },
  {
    id: 'worktree-choose',
    title: 'Ask before the selected choice',
    hint: 'choose',
    keys: ['enter'],
    keyContext: 'worktree',
    sends: true,
    run: askAbout,
  },
  {
    id: 'worktree-link',
    title: 'Open the pull request it made',
    hint: 'pull request',
    shortHint: 'PR',
    keys: ['o'],
    keyContext: 'worktree',
    enabled: (state) => addressOf(state) !== null || 'No pull request was opened from here.',
    run: (context) => void openAddress(context),
  },
  {
    id: 'worktree-reload',
    title: 'Look at the worktree again',
    hint: 'look again',
    keys: ['r'],
    keyContext: 'worktree',
    enabled: (state) =>
      openedIn(state)?.running == null || 'It looks again by itself when the action has ended.',
    run({ store, operations }) {
      const { overlay } = store.getState().view;
      if (overlay?.kind === 'worktree') operations.loadWorktree(overlay.taskId);
    },
  },
];
