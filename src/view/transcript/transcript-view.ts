import type { ProseRenderer } from '../../domain/markdown/prose.ts';
import type { Span } from '../../domain/markdown/styled-text.ts';
import type { Message } from '../../domain/message.ts';
import { sharedPrefixLength } from '../../domain/shared-prefix.ts';
import { messageOf } from '../../domain/stored-conversation.ts';
import { memoize } from '../../store/memoize.ts';
import type { MergedTranscript } from '../../store/merged-transcript.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import type { ScrollAnchor } from '../../store/slices/conversations.ts';
import { openPartsOf } from '../../store/slices/open-parts.ts';
import type { State } from '../../store/state.ts';
import { isEntry, isSameEntry, type TranscriptItem, transcriptItems } from '../../store/transcript-items.ts';
import { type PendingItem, pendingItems } from '../../store/transcript-positions.ts';
import { lastStartAtOrBefore } from './binary-search.ts';
import { bodyOf, foldingOf, type MessageBody, spansAt } from './message-body.ts';
import {
  BLOCK_FRAME_ROWS,
  type Block,
  entryBlock,
  forgetBlock,
  headingRowsOf,
  heightOf,
  joinBlocks,
  liveBlock,
  openKeysOf,
  pendingBlock,
  renderBlock,
  statusRowsOf,
} from './transcript-block.ts';

/** Columns of a message's text relative to its heading. */
export const INDENT = 2;

/** A transcript as lines of one width. */
export interface TranscriptView {
  readonly blocks: readonly Block[];
  /** The first line of each block. */
  readonly starts: readonly number[];
  readonly total: number;
}

export type TranscriptLine =
  /** `message` is the index of the block in the view. */
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
  /** The status of a live turn. */
  | { readonly kind: 'status'; readonly block: Block; readonly message: number }
  | { readonly kind: 'blank' };

const BLANK: TranscriptLine = { kind: 'blank' };

/**
 * A task's transcript in lines of `width` columns. With the markdown renderer loaded, renders messages on screen and
 * within a screen's height of it; the others are plain text until they come near.
 */
export function transcriptView(state: State, taskId: string, width: number): TranscriptView {
  const { transcriptOptions, scrollAnchors } = state.view;
  const conversation = mergedTranscriptOf(state, taskId);
  const columns = transcriptOptions.wrap ? Math.max(1, width - INDENT) : Number.POSITIVE_INFINITY;
  const view = buildView(taskId, {
    conversation,
    pending: pendingItems(state, taskId),
    width: columns,
    raw: transcriptOptions.raw,
    open: openPartsOf(state, taskId),
  });
  const prose = transcriptOptions.raw ? null : state.proseRenderer;
  return prose === null ? view : renderNear(view, scrollAnchors.get(taskId), state.size.rows, prose);
}

/** The view with the message at `index` rendered as well. */
export function withMessageRendered(state: State, view: TranscriptView, index: number): TranscriptView {
  const prose = state.view.transcriptOptions.raw ? null : state.proseRenderer;
  return prose === null ? view : renderBlocks(view, index, index, prose);
}

/** Equal values give equal lines. */
interface ViewInput {
  readonly conversation: MergedTranscript;
  readonly pending: readonly PendingItem[];
  readonly width: number;
  readonly raw: boolean;
  readonly open: ReadonlySet<string>;
}

/** A view that was built for a task. */
interface BuiltView extends ViewInput {
  readonly items: readonly TranscriptItem[];
  readonly base: TranscriptView;
}

/** Builds on the last view of the task: takes its blocks of unchanged items. */
function buildView(taskId: string, input: ViewInput): TranscriptView {
  const known = builtViews.get(taskId) ?? [];
  const same = known.find((built) => isSameInput(built, input));
  if (same !== undefined) {
    keep(taskId, known);
    return same.base;
  }
  const { conversation, pending, width, raw, open } = input;
  const items = transcriptItems(conversation);
  const [last] = known;
  const usable = last?.width === width && last.raw === raw && last.open === open ? last : null;
  const shared = sharedPrefixLength(usable?.items ?? [], items);
  const lastView = usable === null ? EMPTY_VIEW : renderedOf(usable.base);
  const lastMessage = items.findLastIndex((item) => isEntry(item) && item.kind === 'message');
  const shorter = lastView.blocks.findLast(
    ({ message, separator, live }) => message !== null && separator === null && live === undefined,
  );
  const shorterLive = lastView.blocks.findLast(({ live }) => live !== undefined) ?? null;
  // Also a block for an entry whose markdown renders to nothing: blocks and items share their indexes.
  const blocks = lastView.blocks.slice(0, shared);
  for (const [index, item] of items.slice(shared).entries())
    blocks.push(
      entryBlock(item, { width, raw, open }, shared + index === lastMessage ? (shorter ?? null) : null),
    );
  for (const item of pending)
    blocks.push(
      item.kind === 'live' ? liveBlock(item, { width, raw, open }, shorterLive) : pendingBlock(item, width),
    );
  const before = Math.max(0, shared - 1);
  for (let index = before + 1; index <= blocks.length; index++) joinBlocks(blocks, index);
  // Nothing follows it any more.
  const lastBlock = blocks.at(-1);
  if (lastBlock?.isJoined === true) blocks[blocks.length - 1] = { ...lastBlock, isJoined: false };
  const view = viewOf(blocks, lastView, before);
  rememberView(taskId, [{ ...input, items, base: view }, ...known.slice(0, 1)]);
  return view;
}

const isSameInput = (one: ViewInput, other: ViewInput): boolean =>
  one.conversation === other.conversation &&
  one.pending === other.pending &&
  one.width === other.width &&
  one.raw === other.raw &&
  one.open === other.open;

const EMPTY_VIEW: TranscriptView = { blocks: [], starts: [], total: 0 };

/**
 * By task id, the task first that was asked for longest ago. Of each task the last view, and the one before: a
 * comparison of two states asks for both.
 */
const builtViews = new Map<string, readonly BuiltView[]>();
/** Lines of the views that stay, of tasks that are not in view. A line takes about 100 bytes. */
const MAX_LINES = 60_000;
/** Views of this many tasks stay at any length, so that a user who moves between them does not wait. */
const MIN_TASKS = 3;

/** Makes the task the one that was asked for last. */
function keep(taskId: string, views: readonly BuiltView[]): void {
  builtViews.delete(taskId);
  builtViews.set(taskId, views);
}

function rememberView(taskId: string, views: readonly BuiltView[]): void {
  keep(taskId, views);
  const linesOf = ([last]: readonly BuiltView[]): number => last?.base.total ?? 0;
  let lines = [...builtViews.values()].reduce((sum, built) => sum + linesOf(built), 0);
  for (const [id, built] of builtViews) {
    if (lines <= MAX_LINES || builtViews.size <= MIN_TASKS) return;
    lines -= linesOf(built);
    builtViews.delete(id);
    for (const { message } of built[0]?.base.blocks ?? []) if (message !== null) forgetBlock(message);
  }
}

/** The first `shared` blocks are those of `before`. */
function viewOf(blocks: readonly Block[], before: TranscriptView, shared: number): TranscriptView {
  const starts = before.starts.slice(0, shared);
  const lastShared = blocks[shared - 1];
  let total = lastShared === undefined ? 0 : (starts[shared - 1] ?? 0) + heightOf(lastShared);
  for (const block of blocks.slice(shared)) {
    starts.push(total);
    total += heightOf(block);
  }
  // No blank line after the last block.
  return { blocks, starts, total: Math.max(0, total - 1) };
}

/** By the view before rendering. */
const renderedViews = new WeakMap<TranscriptView, TranscriptView>();

/** The view with the blocks that have been rendered since it was built. */
const renderedOf = (base: TranscriptView): TranscriptView => renderedViews.get(base) ?? base;

/** Renders the messages on screen and within `rows` rows of it. */
function renderNear(
  base: TranscriptView,
  anchor: ScrollAnchor | undefined,
  rows: number,
  prose: ProseRenderer,
): TranscriptView {
  let view = renderedOf(base);
  // Rendering changes heights, and so which messages are near. The loop ends, since no message is rendered twice.
  for (;;) {
    if (view.blocks.length === 0) return view;
    const top = scrollTopOf(view, anchor, rows);
    const first = blockIndexAt(view, Math.max(0, top - rows));
    const last = blockIndexAt(view, Math.min(view.total, top + 2 * rows));
    const next = renderBlocks(view, first, last, prose);
    if (next === view) break;
    view = next;
  }
  if (view !== base) renderedViews.set(base, view);
  return view;
}

function renderBlocks(
  view: TranscriptView,
  first: number,
  last: number,
  prose: ProseRenderer,
): TranscriptView {
  let blocks: Block[] | null = null;
  let firstRendered = 0;
  for (let index = first; index <= last; index++) {
    const block = view.blocks[index];
    if (block === undefined || !block.needsRendering) continue;
    if (blocks === null) firstRendered = index;
    blocks ??= [...view.blocks];
    blocks[index] = renderBlock(block, prose);
  }
  if (blocks === null) return view;
  return viewOf(blocks, view, firstRendered);
}

/** The number of lines added since the user scrolled up; 0 while the transcript follows the end. */
export function newLineCount(state: State, taskId: string, view: TranscriptView): number {
  const conversation = mergedTranscriptOf(state, taskId);
  const { lastFollowedEntry } = conversation;
  if (lastFollowedEntry === null) return 0;
  const items = transcriptItems(conversation);
  const index = items.findLastIndex((entry) => isSameEntry(entry, lastFollowedEntry));
  const block = view.blocks[index];
  if (block === undefined) return 0;
  const before = messageOf(lastFollowedEntry);
  const grown =
    before === block.message || before === null ? 0 : block.lines.length - lineCountOf(before, block.body);
  // Messages that wait, here or on the server, follow the conversation and are no news.
  const later = view.blocks.slice(index + 1, items.length);
  const separators = later.filter(
    ({ separator }) => separator !== null && UNCOUNTED_SEPARATORS.has(separator),
  ).length;
  const added = later.reduce((sum, each) => sum + heightOf(each), 0);
  return Math.max(0, grown) + added - separators * BLOCK_FRAME_ROWS;
}

/** Separators that are no news. */
const UNCOUNTED_SEPARATORS: ReadonlySet<Block['separator']> = new Set(['new', 'day', 'queue', 'unsent']);

const lineCountOf = memoize((message: Message, body: MessageBody): number => {
  const { width, prose, raw = false } = body;
  return bodyOf(message.parts, { width, prose, raw }, null, foldingOf(message, openKeysOf(body))).lines
    .length;
});

/** The lines in a window of `height` rows, and the index of the first. */
export function visibleLines(
  view: TranscriptView,
  anchor: ScrollAnchor | undefined,
  height: number,
): { top: number; lines: readonly TranscriptLine[] } {
  const top = scrollTopOf(view, anchor, height);
  const lines: TranscriptLine[] = [];
  for (let line = top; line < view.total && lines.length < height; line++) lines.push(lineAt(view, line));
  return { top, lines };
}

/** The index of the first line on screen, by the anchor or else at the end. */
export function scrollTopOf(view: TranscriptView, anchor: ScrollAnchor | undefined, height: number): number {
  const last = Math.max(0, view.total - height);
  if (anchor === undefined) return last;
  const start = view.starts[anchor.message];
  const block = view.blocks[anchor.message];
  if (start === undefined || block === undefined) return last;
  // In a wider window the message has fewer lines; the anchor stays within it.
  return Math.max(0, Math.min(last, start + Math.min(anchor.line, heightOf(block) - 1)));
}

/** An anchor that is valid at every width. Null at the end, where the transcript follows again. */
export function anchorAt(view: TranscriptView, top: number, height: number): ScrollAnchor | null {
  if (top >= view.total - height) return null;
  const line = Math.max(0, top);
  const message = blockIndexAt(view, line);
  return { message, line: line - (view.starts[message] ?? 0) };
}

function lineAt(view: TranscriptView, line: number): TranscriptLine {
  const index = blockIndexAt(view, line);
  const block = view.blocks[index];
  const offset = line - (view.starts[index] ?? 0);
  if (block === undefined) return BLANK;
  const at = offset - headingRowsOf(block);
  if (at < 0) return { kind: 'heading', block, message: index };
  const text = block.lines[at];
  if (text === undefined)
    return at < block.lines.length + statusRowsOf(block) ? { kind: 'status', block, message: index } : BLANK;
  return { kind: 'text', block, message: index, line: at, text, spans: spansAt(block.body, at) };
}

const blockIndexAt = ({ starts }: TranscriptView, line: number): number => lastStartAtOrBefore(starts, line);
