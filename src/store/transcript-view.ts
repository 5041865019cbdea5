import { messageOf } from '../domain/history.ts';
import type { ProseReader } from '../domain/markdown/prose.ts';
import type { Span } from '../domain/markdown/rich.ts';
import type { Message } from '../domain/transcript.ts';
import { conversationOf, isEntry, isSameEntry, shownDeliveries, shownEntries } from './conversation.ts';
import { type Body, bodyOf, spansAt } from './message-body.ts';
import { partAt } from './part-at.ts';
import { remember } from './remember.ts';
import type { Conversation, DeliveryEntry, State } from './state.ts';
import { AROUND, type Block, deliveryBlock, entryBlock, heightOf, readBlock } from './transcript-block.ts';
import type { Anchor } from './view.ts';

/** Columns that a message's text stands to the right of its heading. */
export const INDENT = 2;

/** A conversation as lines of a given width. */
export interface TranscriptView {
  readonly blocks: readonly Block[];
  /** The first line of each block. */
  readonly starts: readonly number[];
  readonly total: number;
}

export type Line =
  /** `message` is the place of the block in the view. */
  | { readonly kind: 'heading'; readonly block: Block; readonly message: number }
  | {
      readonly kind: 'text';
      readonly block: Block;
      readonly message: number;
      /** The line of the block's body. */
      readonly line: number;
      readonly text: string;
      readonly spans: readonly Span[];
    }
  | { readonly kind: 'blank' };

const BLANK: Line = { kind: 'blank' };

/**
 * The conversation of a task in lines of `width` columns. What is on screen, and a screenful around it, is read as
 * markdown once the reader is there; messages further away are measured as they were written until they come near.
 */
export function transcriptView(state: State, taskId: string, width: number): TranscriptView {
  const { reading, scroll } = state.view;
  const conversation = conversationOf(state, taskId);
  const columns = reading.wrap ? Math.max(1, width - INDENT) : Number.POSITIVE_INFINITY;
  const view = built(conversation, state.deliveries, taskId, columns, reading.raw);
  const prose = reading.raw ? null : state.markdown;
  return prose === null ? view : readNear(view, scroll.get(taskId), state.size.rows, prose);
}

/** The same with one message read as markdown, wherever it is. */
export function withMessageRead(state: State, view: TranscriptView, index: number): TranscriptView {
  const prose = state.view.reading.raw ? null : state.markdown;
  return prose === null ? view : readBlocks(view, index, index, prose);
}

const built = remember(
  (
    conversation: Conversation,
    deliveries: readonly DeliveryEntry[],
    taskId: string,
    width: number,
    raw: boolean,
  ): TranscriptView => {
    const entries = shownEntries(conversation);
    const last = entries.findLastIndex((entry) => isEntry(entry) && entry.kind === 'said');
    // A block for every entry, though it be one of markdown that shows nothing: their places are those of the entries.
    return viewOf([
      ...entries.map((entry, index) => entryBlock(entry, width, raw, index === last ? taskId : null)),
      ...shownDeliveries(deliveries, taskId).map((delivery) => deliveryBlock(delivery, width)),
    ]);
  },
);

function viewOf(blocks: readonly Block[]): TranscriptView {
  const starts: number[] = [];
  let total = 0;
  for (const block of blocks) {
    starts.push(total);
    total += heightOf(block);
  }
  // No blank line after the last block.
  return { blocks, starts, total: Math.max(0, total - 1) };
}

/** What became of a view as its messages were read. */
const latest = new WeakMap<TranscriptView, TranscriptView>();

/** The view with the messages in its window, and `rows` rows before and after it, read. */
function readNear(
  base: TranscriptView,
  anchor: Anchor | undefined,
  rows: number,
  prose: ProseReader,
): TranscriptView {
  let view = latest.get(base) ?? base;
  // Each message that is read may draw others in, or push them out; there is an end to it, for none is read twice.
  for (;;) {
    if (view.blocks.length === 0) return view;
    const top = topOf(view, anchor, rows);
    const first = blockIndexAt(view, Math.max(0, top - rows));
    const last = blockIndexAt(view, Math.min(view.total, top + 2 * rows));
    const next = readBlocks(view, first, last, prose);
    if (next === view) break;
    view = next;
  }
  if (view !== base) latest.set(base, view);
  return view;
}

function readBlocks(view: TranscriptView, first: number, last: number, prose: ProseReader): TranscriptView {
  let blocks: Block[] | null = null;
  for (let index = first; index <= last; index++) {
    const block = view.blocks[index];
    if (block === undefined || !block.unread) continue;
    blocks ??= [...view.blocks];
    blocks[index] = readBlock(block, prose);
  }
  return blocks === null ? view : viewOf(blocks);
}

/** How many lines came since the reader scrolled up; 0 while the end is followed. */
export function newLines(state: State, taskId: string, view: TranscriptView): number {
  const conversation = conversationOf(state, taskId);
  const { held } = conversation;
  if (held === null) return 0;
  const index = shownEntries(conversation).findLastIndex((entry) => isSameEntry(entry, held));
  const block = view.blocks[index];
  const start = view.starts[index];
  if (block === undefined || start === undefined) return 0;
  const before = messageOf(held);
  const grown =
    before === block.message || before === null ? 0 : block.lines.length - linesOf(before, block.body);
  // The lines before what is new and before a day announce messages and are none.
  const marks = view.blocks.slice(index + 1).filter(({ mark }) => mark === 'new' || mark === 'day').length;
  // Every block ends with a blank line, but the last one.
  return Math.max(0, grown) + view.total + 1 - start - heightOf(block) - marks * AROUND;
}

const linesOf = remember(
  ({ content }: Message, { width, prose }: Body): number => bodyOf(content, { width, prose }).lines.length,
);

/** The lines that a window of `height` rows shows, and which line is its first. */
export function windowOf(
  view: TranscriptView,
  anchor: Anchor | undefined,
  height: number,
): { top: number; lines: readonly Line[] } {
  const top = topOf(view, anchor, height);
  const lines: Line[] = [];
  for (let line = top; line < view.total && lines.length < height; line++) lines.push(lineAt(view, line));
  return { top, lines };
}

/** The first line on screen: where the anchor is, or the end of the conversation. */
export function topOf(view: TranscriptView, anchor: Anchor | undefined, height: number): number {
  const last = Math.max(0, view.total - height);
  if (anchor === undefined) return last;
  const start = view.starts[anchor.message];
  const block = view.blocks[anchor.message];
  if (start === undefined || block === undefined) return last;
  // In a wider window the message has fewer lines; the anchor stays with it all the same.
  return Math.min(last, start + Math.min(anchor.line, heightOf(block) - 1));
}

/** Names a line so that it is found again at another width. Null at the end, where following begins again. */
export function anchorAt(view: TranscriptView, top: number, height: number): Anchor | null {
  if (top >= view.total - height) return null;
  const line = Math.max(0, top);
  const message = blockIndexAt(view, line);
  return { message, line: line - (view.starts[message] ?? 0) };
}

function lineAt(view: TranscriptView, line: number): Line {
  const index = blockIndexAt(view, line);
  const block = view.blocks[index];
  const offset = line - (view.starts[index] ?? 0);
  if (block === undefined) return BLANK;
  if (offset === 0) return { kind: 'heading', block, message: index };
  const text = block.lines[offset - 1];
  if (text === undefined) return BLANK;
  const spans = spansAt(block.body, offset - 1);
  return { kind: 'text', block, message: index, line: offset - 1, text, spans };
}

const blockIndexAt = ({ starts }: TranscriptView, line: number): number => partAt(starts, line);
