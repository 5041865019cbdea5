import { textOf } from '../domain/message.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { messageText } from '../domain/transcript-text.ts';
import type { State } from '../store/state.ts';
import { type VisibleTranscript, visibleTranscript } from '../view/detail/visible-transcript.ts';
import type { Block } from '../view/transcript/transcript-block.ts';
import { anchorAt, scrollTopOf } from '../view/transcript/transcript-view.ts';
import type { Command, CommandContext } from './command.ts';

/** Whether the block is a message, sent or not: the cursor skips separators. */
const isMessage = (block: Block | undefined): boolean => block !== undefined && textToCopy(block) !== null;

/** Null for a separator. */
const textToCopy = ({ message, delivery, queued }: Block): string | null =>
  message !== null
    ? messageText(message)
    : (delivery?.text ?? (queued === undefined ? null : sanitise(textOf(queued.message))));

/** Index of the message under the cursor, else of the last visible one; -1 for none. */
function cursorIndex(
  { view, taskId, anchor, height }: VisibleTranscript,
  { view: { messageCursor } }: State,
): number {
  if (messageCursor?.taskId === taskId && isMessage(view.blocks[messageCursor.message]))
    return messageCursor.message;
  const bottom = scrollTopOf(view, anchor, height) + height;
  return view.blocks.findLastIndex((block, index) => (view.starts[index] ?? 0) < bottom && isMessage(block));
}

/** Moves the cursor, and scrolls when the heading of the message is not visible. */
function setCursor({ store }: CommandContext, visible: VisibleTranscript, message: number): void {
  const { taskId, view, anchor, height } = visible;
  store.dispatch({ type: 'message-cursor-changed', at: { taskId, message } });
  const top = scrollTopOf(view, anchor, height);
  const line = view.starts[message] ?? 0;
  if (line >= top && line < top + height) return;
  store.dispatch({ type: 'transcript-scrolled', taskId, anchor: anchorAt(view, line, height) });
}

function moveCursor(context: CommandContext, step: -1 | 1): void {
  const state = context.store.getState();
  const visible = visibleTranscript(state);
  if (visible === null) return;
  const from = cursorIndex(visible, state);
  // The first press only shows the cursor.
  let target = state.view.messageCursor?.taskId === visible.taskId ? from + step : from;
  while (target >= 0 && target < visible.view.blocks.length && !isMessage(visible.view.blocks[target]))
    target += step;
  if (isMessage(visible.view.blocks[target])) setCursor(context, visible, target);
}

async function copyMessage(context: CommandContext): Promise<void> {
  const { store, clipboard, clock } = context;
  const state = store.getState();
  const visible = visibleTranscript(state);
  const block = visible?.view.blocks[cursorIndex(visible, state)];
  if (visible === null || block === undefined) return;
  setCursor(context, visible, cursorIndex(visible, state));
  const { done, words } = await clipboard.copy(textToCopy(block) ?? '');
  store.dispatch({
    type: 'notice-changed',
    notice: { tone: done ? 'good' : 'bad', text: words, at: clock.now() },
  });
}

const hasMessage = (state: State) => {
  const visible = visibleTranscript(state);
  if (visible === null) return 'No transcript shown.';
  return cursorIndex(visible, state) !== -1 || 'No messages yet.';
};

export const messageCursorCommands: readonly Command[] = [
  {
    id: 'previous-message',
    title: 'Select the previous message',
    keys: ['{'],
    keyContext: 'transcript',
    enabled: hasMessage,
    run: (context) => moveCursor(context, -1),
  },
  {
    id: 'next-message',
    title: 'Select the next message',
    keys: ['}'],
    keyContext: 'transcript',
    enabled: hasMessage,
    run: (context) => moveCursor(context, 1),
  },
  {
    id: 'copy-message',
    title: 'Copy the selected message',
    hint: 'copy',
    keys: ['y'],
    keyContext: 'transcript',
    enabled: hasMessage,
    run: (context) => void copyMessage(context),
  },
];
