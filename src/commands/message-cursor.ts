import { textOf } from '../domain/message.ts';
import { partAddress, partText } from '../domain/message-text.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { messageText } from '../domain/transcript-text.ts';
import type { MessageCursor } from '../store/slices/conversations.ts';
import { openPartsOf } from '../store/slices/open-parts.ts';
import type { State } from '../store/state.ts';
import { type VisibleTranscript, visibleTranscript } from '../view/detail/visible-transcript.ts';
import { linesOfPart, type PartBody } from '../view/transcript/message-body.ts';
import { type Block, headingRowsOf } from '../view/transcript/transcript-block.ts';
import {
  anchorAt,
  scrollTopOf,
  type TranscriptView,
  transcriptView,
} from '../view/transcript/transcript-view.ts';
import type { Command, CommandContext } from './command.ts';

/** Null for a separator. */
const textToCopy = ({ message, delivery, queued }: Block): string | null =>
  message !== null
    ? messageText(message)
    : (delivery?.text ?? (queued === undefined ? null : sanitise(textOf(queued.message))));

/** Whether the block is a message, sent or not: the cursor skips separators. */
const isMessage = ({ message, delivery, queued }: Block): boolean =>
  message !== null || delivery !== null || queued !== undefined;

/** A place of the cursor: a message, sent or not, or one of its parts. */
interface Stop {
  readonly message: number;
  /** The key of the part; null for the message as a whole. */
  readonly part: string | null;
}

/** The places in a block, from top to bottom; none in a separator. */
function stopsIn(block: Block | undefined): readonly (string | null)[] {
  if (block === undefined || !isMessage(block)) return [];
  const parts = block.body.parts.flatMap((part) => (isStop(part) ? [part.key] : []));
  // A message of parts alone is selected with its first part.
  return parts.length > 0 && parts.length === block.body.parts.length ? parts : [null, ...parts];
}

/** The cursor goes to parts that can be opened here, or in a browser. */
const isStop = (part: PartBody): boolean =>
  part.text === null &&
  part.key !== null &&
  part.rows.length > 0 &&
  (part.isOpen || part.isFolded || partAddress(part.part) !== null);

/** The line of a place in the transcript. */
function lineOf({ starts, blocks }: TranscriptView, { message, part }: Stop): number {
  const start = starts[message] ?? 0;
  const block = blocks[message];
  const rows = part === null || block === undefined ? null : linesOfPart(block.body, part);
  return rows === null || block === undefined ? start : start + headingRowsOf(block) + rows.line;
}

/** The place of the cursor; null if it is in another transcript or its message is gone. */
function cursorStop({ view, taskId }: VisibleTranscript, { view: { messageCursor } }: State): Stop | null {
  if (messageCursor?.taskId !== taskId) return null;
  const { message, part = null } = messageCursor;
  const stops = stopsIn(view.blocks[message]);
  if (stops.length === 0) return null;
  return { message, part: stops.includes(part) ? part : (stops[0] ?? null) };
}

/** The last visible place, or above the window; null without messages. */
function lastVisibleStop({ view, anchor, height }: VisibleTranscript): Stop | null {
  const bottom = scrollTopOf(view, anchor, height) + height;
  for (let message = view.blocks.length - 1; message >= 0; message--) {
    if ((view.starts[message] ?? 0) >= bottom) continue;
    const stops = stopsIn(view.blocks[message]).map((part) => ({ message, part }));
    const last = stops.findLast((stop) => lineOf(view, stop) < bottom);
    if (last !== undefined) return last;
  }
  return null;
}

/** The message under the cursor, else the last visible one. */
function currentMessage(visible: VisibleTranscript, state: State): Stop | null {
  const last = lastVisibleStop(visible);
  return cursorStop(visible, state) ?? (last === null ? null : { ...last, part: null });
}

/** The next place in this direction; null at the end. */
function nextStop({ blocks }: TranscriptView, { message, part }: Stop, step: -1 | 1): Stop | null {
  let stops = stopsIn(blocks[message]);
  let index = stops.indexOf(part) + step;
  let at = message;
  while (index < 0 || index >= stops.length) {
    at += step;
    if (at < 0 || at >= blocks.length) return null;
    stops = stopsIn(blocks[at]);
    index = step > 0 ? 0 : stops.length - 1;
  }
  return { message: at, part: stops[index] ?? null };
}

/** Moves the cursor, and scrolls when its line is not visible. */
function setCursor({ store }: CommandContext, visible: VisibleTranscript, { message, part }: Stop): void {
  const { taskId, view, anchor, height } = visible;
  const at: MessageCursor = part === null ? { taskId, message } : { taskId, message, part };
  store.dispatch({ type: 'message-cursor-changed', at });
  const top = scrollTopOf(view, anchor, height);
  const line = lineOf(view, { message, part });
  if (line >= top && line < top + height) return;
  store.dispatch({ type: 'transcript-scrolled', taskId, anchor: anchorAt(view, line, height) });
}

function moveCursor(context: CommandContext, step: -1 | 1): void {
  const state = context.store.getState();
  const visible = visibleTranscript(state);
  if (visible === null) return;
  const cursor = cursorStop(visible, state);
  // The first press only shows the cursor.
  const target = cursor === null ? lastVisibleStop(visible) : nextStop(visible.view, cursor, step);
  if (target !== null) return setCursor(context, visible, target);
  if (step === -1) context.store.dispatch({ type: 'older-messages-requested', taskId: visible.taskId });
}

/** The part under the cursor of the visible transcript; null for none. */
export function partUnderCursor(
  state: State,
): { readonly visible: VisibleTranscript; readonly stop: Stop; readonly part: PartBody } | null {
  if (state.view.messageCursor?.part == null) return null;
  const visible = visibleTranscript(state);
  const stop = visible === null ? null : cursorStop(visible, state);
  if (visible === null || stop === null) return null;
  const part = visible.view.blocks[stop.message]?.body.parts.find(
    ({ key }) => key !== null && key === stop.part,
  );
  return part === undefined ? null : { visible, stop, part };
}

/** The part under the cursor, if it can be opened and folded. */
function foldablePart(state: State) {
  const found = partUnderCursor(state);
  const body = found?.part;
  return body !== undefined && body.text === null && (body.isOpen || body.isFolded) ? found : null;
}

/**
 * Opens or folds the part under the cursor. Its row stays where it is on the screen, unless the opened part then fits
 * only further up.
 */
function togglePart({ store }: CommandContext): void {
  const found = foldablePart(store.getState());
  if (found === null || found.stop.part === null) return;
  const { visible, stop } = found;
  const { taskId, view, anchor, width, height } = visible;
  const row = lineOf(view, stop) - scrollTopOf(view, anchor, height);
  const open = !openPartsOf(store.getState(), taskId).has(found.stop.part);
  store.dispatch({ type: 'part-toggled', taskId, key: found.stop.part, open });
  const after = transcriptView(store.getState(), taskId, width);
  const line = lineOf(after, stop);
  const body = after.blocks[stop.message]?.body;
  const count = body === undefined ? 1 : (linesOfPart(body, found.stop.part)?.count ?? 1);
  const top = Math.max(0, line - row);
  const fitting = Math.min(line, Math.max(top, line + count - height));
  store.dispatch({ type: 'transcript-scrolled', taskId, anchor: anchorAt(after, fitting, height) });
}

/** The part or the message under the cursor, else the last visible message; null without messages. Sanitised. */
export function copyUnderCursor(state: State): { readonly label: string; readonly text: string } | null {
  const visible = visibleTranscript(state);
  const stop = visible === null ? null : currentMessage(visible, state);
  const block = stop === null ? undefined : visible?.view.blocks[stop.message];
  if (visible === null || stop === null || block === undefined) return null;
  const part = block.body.parts.find(({ key }) => key !== null && key === stop.part);
  if (part !== undefined) return { label: 'Selected part', text: partText(part.part) };
  const label = cursorStop(visible, state) === null ? 'Last message on the screen' : 'Selected message';
  return { label, text: textToCopy(block) ?? '' };
}

/** Puts the cursor on what `copyUnderCursor` returned in this state. */
export function showCopied(context: CommandContext, state: State): void {
  const visible = visibleTranscript(state);
  const stop = visible === null ? null : currentMessage(visible, state);
  if (visible !== null && stop !== null) setCursor(context, visible, stop);
}

const hasMessage = (state: State) => {
  const visible = visibleTranscript(state);
  if (visible === null) return 'No transcript shown.';
  return currentMessage(visible, state) !== null || 'No messages yet.';
};

const isPartOpen = (state: State): boolean => {
  const found = foldablePart(state);
  return found !== null && found.part.text === null && found.part.isOpen;
};

export const messageCursorCommands: readonly Command[] = [
  {
    id: 'previous-message',
    title: 'Previous message or tool call',
    keys: ['{'],
    keyContext: 'transcript',
    enabled: hasMessage,
    run: (context) => moveCursor(context, -1),
  },
  {
    id: 'next-message',
    title: 'Next message or tool call',
    keys: ['}'],
    keyContext: 'transcript',
    enabled: hasMessage,
    run: (context) => moveCursor(context, 1),
  },
  {
    id: 'open-part',
    title: 'Open or fold the selected part',
    hint: (state) => (isPartOpen(state) ? 'fold' : 'open'),
    keys: ['enter'],
    keyContext: 'transcript',
    applies: (state) => foldablePart(state) !== null,
    enabled: (state) => foldablePart(state) !== null || 'No tool call is selected.',
    run: togglePart,
  },
];
