import { attachmentParts } from '../../domain/attachment.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { ProseRenderer } from '../../domain/markdown/prose.ts';
import { type Message, type MessagePart, textParts } from '../../domain/message.ts';
import { isSeparated } from '../../domain/message-text.ts';
import { type LiveItem, liveMessage } from '../../store/live-turn.ts';
import type { ServerQueued } from '../../store/pending-messages.ts';
import type { TranscriptItem } from '../../store/transcript-items.ts';
import type { PendingItem, QueueSeparator } from '../../store/transcript-positions.ts';
import { bodyOf, foldingOf, hasOtherFolding, type MessageBody, type PartFolding } from './message-body.ts';
import { MAX_HIGHLIGHTED } from './text-body.ts';

/** A message or a separator: a heading, the lines of its text, and a blank line. */
export interface Block {
  readonly role: Message['role'];
  /** Unix ms. */
  readonly at: number;
  /** Set for a message in the outbox. */
  readonly delivery: Delivery | null;
  /** Set for a message in the server's queue. */
  readonly queued?: ServerQueued;
  /** Set for a live turn. */
  readonly live?: LiveItem;
  /**
   * `gap`: missing messages; `new`: the first unread message; `retracted`: the message was retracted. All but
   * `retracted` have no lines.
   */
  readonly separator: 'restart' | 'gap' | 'new' | 'day' | 'retracted' | QueueSeparator['kind'] | null;
  /** Null for a message in the outbox or the server's queue, and for a separator. Of a live turn in no conversation. */
  readonly message: Message | null;
  readonly body: MessageBody;
  /** The body's lines. */
  readonly lines: readonly string[];
  /** Its markdown is rendered when it comes near the screen. */
  readonly needsRendering: boolean;
  /** It goes on with the work of the message before, and has no heading. */
  readonly isContinuation?: boolean;
  /** The next block follows without a blank line. */
  readonly isJoined?: boolean;
}

/** The heading and the blank line. */
export const BLOCK_FRAME_ROWS = 2;
export const heightOf = (block: Block): number =>
  headingRowsOf(block) + block.lines.length + statusRowsOf(block) + (block.isJoined === true ? 0 : 1);

/** The rows above the lines of a block. */
export const headingRowsOf = ({ isContinuation = false }: Block): number => (isContinuation ? 0 : 1);

/** The rows below the lines of a block: a live turn that waits for a retry, or is being interrupted, says so. */
export const statusRowsOf = ({ live }: Block): number =>
  live !== undefined && (live.isInterrupting || live.turn?.retry != null) ? 1 : 0;

/** A later message has a heading again, ms. */
const MAX_CONTINUATION_MS = 10 * 60_000;

/**
 * Whether a message goes on with the work of the message before. An agent writes a message for each of its steps, and
 * headings between tool calls would hide the conversation.
 */
function continues(before: Message | null, message: Message | null): boolean {
  if (before?.role !== 'agent' || message?.role !== 'agent') return false;
  const isWork = [before, message].some(({ parts }) => parts.some(({ type }) => type !== 'text'));
  return isWork && message.at - before.at < MAX_CONTINUATION_MS;
}

/** Sets how the block at `index` is joined to the one before, in both. */
export function joinBlocks(blocks: Block[], index: number): void {
  const [before, block] = [blocks[index - 1], blocks[index]];
  if (before === undefined || block === undefined) return;
  const isContinuation = isReceived(before) && isReceived(block) && continues(before.message, block.message);
  const [last, first] = [before.message?.parts.at(-1), block.message?.parts[0]];
  const isJoined = isContinuation && last !== undefined && first !== undefined && !isSeparated(last, first);
  if ((before.isJoined ?? false) !== isJoined) blocks[index - 1] = { ...before, isJoined };
  if ((block.isContinuation ?? false) !== isContinuation) blocks[index] = { ...block, isContinuation };
}

const isReceived = ({ message, separator }: Block): boolean => message !== null && separator === null;

/** How the blocks of a view are laid out. */
export interface BlockOptions {
  readonly width: number;
  readonly raw: boolean;
  /** The keys of the open parts. */
  readonly open: ReadonlySet<string>;
}

/** `shorter` is the block of the last message when the view was built before. */
export function entryBlock(entry: TranscriptItem, options: BlockOptions, shorter: Block | null): Block {
  const { width } = options;
  if (entry === 'new') return UNREAD_SEPARATOR;
  if (entry.kind === 'message') return blockOf(entry.message, options, shorter);
  if (entry.kind === 'retracted') return retractedBlock(entry.message, width);
  const known = separatorBlocks.get(entry);
  const block = known ?? separatorBlock(entry.kind, entry.at);
  if (known === undefined) separatorBlocks.set(entry, block);
  return block;
}

const EMPTY_BODY = bodyOf([], { width: 1, prose: null });
const separatorBlock = (separator: Block['separator'], at: number): Block => ({
  role: 'agent',
  at,
  delivery: null,
  separator,
  message: null,
  body: EMPTY_BODY,
  lines: [],
  needsRendering: false,
});
const UNREAD_SEPARATOR = separatorBlock('new', 0);
const separatorBlocks = new WeakMap<Exclude<TranscriptItem, 'new'>, Block>();

/** Plain, since lines without their context are not valid markdown. */
function retractedBlock(message: Message, width: number): Block {
  const known = blockByMessage.get(message)?.block;
  if (known?.body.width === width) return known;
  const { role, at } = message;
  const body = bodyOf(message.parts, { width, prose: null });
  const block: Block = {
    role,
    at,
    delivery: null,
    separator: 'retracted',
    message,
    body,
    lines: body.lines,
    needsRendering: false,
  };
  blockByMessage.set(message, { raw: true, block });
  return block;
}

/** Messages are immutable, and so are their lines at one width while the same parts are open. */
const blockByMessage = new WeakMap<Message, { readonly raw: boolean; readonly block: Block }>();

/** Frees the lines of a message that is not in view. The next view builds them again. */
export const forgetBlock = (message: Message): void => void blockByMessage.delete(message);

/** `shorter` is the block before the message grew. A growing message is a new object each time. */
function blockOf(message: Message, options: BlockOptions, shorter: Block | null): Block {
  const { width, raw, open } = options;
  const known = blockByMessage.get(message);
  const isUsable = known?.block.body.width === width && known.raw === raw;
  const folding = foldingOf(message, open);
  if (isUsable && !hasOtherFolding(known.block.body, folding)) return known.block;
  const block = buildBlock(message, options, folding, isUsable ? known.block : shorter);
  blockByMessage.set(message, { raw, block });
  return block;
}

function buildBlock(
  message: Message,
  { width, raw }: BlockOptions,
  folding: PartFolding,
  before: Block | null,
): Block {
  const { role, at, parts } = message;
  const shorter = before?.message?.id === message.id && before.role === role ? before.body : null;
  // A growing message stays rendered; others are rendered when they come near the screen.
  const prose = raw || role === 'user' || shorter?.width !== width ? null : shorter.prose;
  const body = bodyOf(parts, { width, prose, raw }, shorter, folding);
  return {
    role,
    at,
    delivery: null,
    separator: null,
    message,
    body,
    lines: body.lines,
    needsRendering: !raw && role === 'agent' && prose === null && parts.some(isHighlighted),
  };
}

const isHighlighted = (part: MessagePart): boolean =>
  part.type === 'text' && part.text.length <= MAX_HIGHLIGHTED;

/** The keys of the open parts of a body. */
export const openKeysOf = ({ parts }: MessageBody): ReadonlySet<string> =>
  new Set(
    parts.flatMap((body) => (body.text === null && body.isOpen && body.key !== null ? [body.key] : [])),
  );

export function renderBlock(block: Block, prose: ProseRenderer): Block {
  const { message, body } = block;
  const rendered = bodyOf(
    message?.parts ?? [],
    { width: body.width, prose },
    null,
    message === null ? undefined : foldingOf(message, openKeysOf(body)),
  );
  const next: Block = { ...block, body: rendered, lines: rendered.lines, needsRendering: false };
  // The cached block does not say how it is joined to others.
  if (message !== null && blockByMessage.get(message)?.block.body === body) {
    const { isContinuation: _, isJoined: __, ...alone } = next;
    blockByMessage.set(message, { raw: false, block: alone });
  }
  return next;
}

/** The block of a live turn. `shorter`: its block before it grew. */
export function liveBlock(item: LiveItem, options: BlockOptions, shorter: Block | null): Block {
  const message = liveMessage(item.turn ?? NO_TURN);
  return { ...blockOf(message, options, shorter), live: item };
}

const NO_TURN = { parts: [], at: 0, retry: null };

/** The block of a message below the conversation. */
export function pendingBlock(item: Exclude<PendingItem, LiveItem>, width: number): Block {
  switch (item.kind) {
    case 'queue':
      return QUEUE_BLOCK;
    case 'unsent':
      return UNSENT_BLOCK;
    case 'queued':
      return { ...unsentBlock(item.message.parts, item.message.at, width), queued: item };
    case 'delivery': {
      const { delivery } = item;
      const parts = [...textParts(delivery.text), ...attachmentParts(delivery.extras?.attachments ?? [])];
      return { ...unsentBlock(parts, delivery.since, width), delivery };
    }
  }
}

const QUEUE_BLOCK = separatorBlock('queue', 0);
const UNSENT_BLOCK = separatorBlock('unsent', 0);

function unsentBlock(parts: Message['parts'], at: number, width: number): Block {
  const body = bodyOf(parts, { width, prose: null });
  return {
    role: 'user',
    at,
    delivery: null,
    separator: null,
    message: null,
    body,
    lines: body.lines,
    needsRendering: false,
  };
}
