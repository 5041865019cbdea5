import { selectedTask } from '../store/selectors.ts';
import { peekWindow } from '../view/peek/peek-window.ts';
import { digitCommand, focusQuestion } from './answer-question.ts';
import type { Command, CommandContext } from './command.ts';
import { copyCommand } from './copy-menu.ts';
import { listNavigationCommands } from './list-navigation.ts';
import { linkCommand } from './open-link.ts';
import { answerCommand } from './task-actions.ts';

/** Scrolls by `rows`, within the text. */
export function scrollPeek({ store }: CommandContext, rows: number): void {
  const window = peekWindow(store.getState());
  if (window === null) return;
  const { taskId, top, height, rows: all } = window;
  const target = Math.min(Math.max(0, top + rows), Math.max(0, all.length - height));
  if (target !== top)
    store.dispatch({ type: 'overlay-opened', overlay: { kind: 'peek', taskId, top: target } });
}

const scroll =
  (rows: (height: number) => number) =>
  (context: CommandContext): void =>
    scrollPeek(context, rows(peekWindow(context.store.getState())?.height ?? 0));

/** A command of the panes with keys of its own in the peek, which stays open. */
const inPeek = (command: Command, id: string, keys: readonly string[]): Command => ({
  ...command,
  id,
  keys,
  keyContext: 'peek',
});

/** The command of the list with this id, in the peek. */
function listCommand(id: string, inPeekId: string, keys: readonly string[]): readonly Command[] {
  const command = listNavigationCommands.find((each) => each.id === id);
  return command === undefined ? [] : [inPeek(command, inPeekId, keys)];
}

const FAR = Number.MAX_SAFE_INTEGER;

export const peekCommands: readonly Command[] = [
  {
    id: 'peek',
    title: 'Peek: all about the task',
    hint: 'peek',
    keys: ['K'],
    keyContext: 'panes',
    enabled: (state) => selectedTask(state) !== null || 'No task is selected.',
    run({ store }) {
      const task = selectedTask(store.getState());
      if (task !== null)
        store.dispatch({ type: 'overlay-opened', overlay: { kind: 'peek', taskId: task.id, top: 0 } });
    },
  },
  {
    id: 'peek-down',
    title: 'Scroll the peek down',
    keys: ['down', 'j'],
    keyContext: 'peek',
    run: scroll(() => 1),
  },
  {
    id: 'peek-up',
    title: 'Scroll the peek up',
    keys: ['up', 'k'],
    keyContext: 'peek',
    run: scroll(() => -1),
  },
  {
    id: 'peek-page-down',
    title: 'Scroll the peek down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    keyContext: 'peek',
    run: scroll((height) => Math.max(1, height - 1)),
  },
  {
    id: 'peek-page-up',
    title: 'Scroll the peek up a page',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'peek',
    run: scroll((height) => -Math.max(1, height - 1)),
  },
  {
    id: 'peek-top',
    title: 'To the top of the peek',
    keys: ['g', 'home'],
    keyContext: 'peek',
    run: scroll(() => -FAR),
  },
  {
    id: 'peek-end',
    title: 'To the end of the peek',
    keys: ['G', 'end'],
    keyContext: 'peek',
    run: scroll(() => FAR),
  },
  ...listCommand('down', 'peek-next', ['right', 'l']),
  ...listCommand('up', 'peek-previous', ['left', 'h']),
  ...listCommand('next-that-needs-you', 'peek-next-that-needs-you', [']']),
  ...listCommand('previous-that-needs-you', 'peek-previous-that-needs-you', ['[']),
  digitCommand('peek-answer', 'Answer by the number of an option', 'peek'),
  {
    ...answerCommand,
    id: 'peek-write',
    title: 'Choose an option, or write',
    hint: (state) => (focusQuestion.applies?.(state) ? 'choose' : 'write'),
    keys: ['enter', 'i'],
    keyContext: 'peek',
    run(context, keyIndex) {
      if (keyIndex === 0 && focusQuestion.applies?.(context.store.getState()))
        return focusQuestion.run(context, 0);
      context.store.dispatch({ type: 'overlay-closed' });
      answerCommand.run(context, 0);
    },
  },
  inPeek(linkCommand, 'peek-link', ['o']),
  inPeek(copyCommand, 'peek-copy', ['y']),
];
