import { wordsOf } from '../domain/transcript-text.ts';
import type { State } from '../store/state.ts';
import type { Block } from '../store/transcript-block.ts';
import { anchorAt, topOf } from '../store/transcript-view.ts';
import type { Command, CommandContext } from './command.ts';
import { type ShownTranscript, shownTranscript } from './shown-transcript.ts';

/** Whether the cursor can stand there: on a message, be it on its way, but on no mark. */
const isMessage = (block: Block | undefined): boolean =>
  block !== undefined && (block.message !== null || block.delivery !== null);

/** The message that the cursor stands on; without one, the last that is on screen. -1 where there is none. */
function current({ view, taskId, anchor, height }: ShownTranscript, { view: { pointed } }: State): number {
  if (pointed?.taskId === taskId && isMessage(view.blocks[pointed.message])) return pointed.message;
  const bottom = topOf(view, anchor, height) + height;
  return view.blocks.findLastIndex((block, index) => (view.starts[index] ?? 0) < bottom && isMessage(block));
}

/** Moves the cursor and, where the message's heading is not in sight, the window. */
function point({ store }: CommandContext, shown: ShownTranscript, message: number): void {
  const { taskId, view, anchor, height } = shown;
  store.dispatch({ type: 'pointed', at: { taskId, message } });
  const top = topOf(view, anchor, height);
  const line = view.starts[message] ?? 0;
  if (line >= top && line < top + height) return;
  store.dispatch({ type: 'scrolled', taskId, anchor: anchorAt(view, line, height) });
}

function move(context: CommandContext, step: -1 | 1): void {
  const state = context.store.getState();
  const shown = shownTranscript(state);
  if (shown === null) return;
  const from = current(shown, state);
  // The first press shows where the cursor is, and the next one moves it.
  let target = state.view.pointed?.taskId === shown.taskId ? from + step : from;
  while (target >= 0 && target < shown.view.blocks.length && !isMessage(shown.view.blocks[target]))
    target += step;
  if (isMessage(shown.view.blocks[target])) point(context, shown, target);
}

async function copy(context: CommandContext): Promise<void> {
  const { store, clipboard, clock } = context;
  const state = store.getState();
  const shown = shownTranscript(state);
  const block = shown?.view.blocks[current(shown, state)];
  if (shown === null || block === undefined) return;
  point(context, shown, current(shown, state));
  const { done, words } = await clipboard.copy(
    block.message === null ? block.body.content : wordsOf(block.message),
  );
  store.dispatch({ type: 'noticed', notice: { tone: done ? 'good' : 'bad', text: words, at: clock.now() } });
}

const hasMessage = (state: State) => {
  const shown = shownTranscript(state);
  if (shown === null) return 'No transcript shown.';
  return current(shown, state) !== -1 || 'No messages yet.';
};

export const messageCursorCommands: readonly Command[] = [
  {
    id: 'previous-message',
    title: 'Select the previous message',
    keys: ['{'],
    scope: 'transcript',
    enabled: hasMessage,
    run: (context) => move(context, -1),
  },
  {
    id: 'next-message',
    title: 'Select the next message',
    keys: ['}'],
    scope: 'transcript',
    enabled: hasMessage,
    run: (context) => move(context, 1),
  },
  {
    id: 'copy-message',
    title: 'Copy the selected message',
    hint: 'copy',
    keys: ['y'],
    scope: 'transcript',
    enabled: hasMessage,
    run: (context) => void copy(context),
  },
];
