import type { ProseRenderer } from '../domain/markdown/prose.ts';
import type { Message } from '../domain/transcript.ts';
import type { TranscriptItem } from './merged-transcript.ts';
import { bodyOf, MAX_HIGHLIGHTED, type MessageBody } from './message-body.ts';
import type { DeliveryEntry } from './state.ts';

/** One message or mark, with the lines of its text: its heading is one more line before them, a blank one comes after. */
export interface Block {
  readonly from: 'you' | 'agent';
  /** Unix ms. */
  readonly at: number;
  /** Set for a message that is still on its way. */
  readonly delivery: DeliveryEntry | null;
  /**
   * What its heading marks: a restart, messages that were never seen, the beginning of what is new or of a day,
   * none of which has lines; or that this message was taken back.
   */
  readonly separator: 'restart' | 'gap' | 'new' | 'day' | 'retracted' | null;
  /** Null for one that is on its way, and for a mark. */
  readonly message: Message | null;
  readonly body: MessageBody;
  /** Those of the body. */
  readonly lines: readonly string[];
  /** It has not been read as markdown, and will be when it comes on screen. */
  readonly needsRendering: boolean;
}

/** The heading of a block, and the blank line after it. */
export const BLOCK_FRAME_ROWS = 2;
export const heightOf = (block: Block): number => block.lines.length + BLOCK_FRAME_ROWS;

export function entryBlock(entry: TranscriptItem, width: number, raw: boolean, taskId: string | null): Block {
  if (entry === 'new') return UNREAD_SEPARATOR;
  if (entry.kind === 'message') return blockOf(entry.message, width, raw, taskId);
  if (entry.kind === 'retracted') return retractedBlock(entry.message, width);
  const known = separatorBlocks.get(entry);
  const block = known ?? separatorBlock(entry.kind, entry.at);
  if (known === undefined) separatorBlocks.set(entry, block);
  return block;
}

const EMPTY_BODY = bodyOf('', { width: 1, prose: null });
const separatorBlock = (mark: Block['separator'], at: number): Block => ({
  from: 'agent',
  at,
  delivery: null,
  separator: mark,
  message: null,
  body: EMPTY_BODY,
  lines: [],
  needsRendering: false,
});
const UNREAD_SEPARATOR = separatorBlock('new', 0);
const separatorBlocks = new WeakMap<Exclude<TranscriptItem, 'new'>, Block>();

/** Lines out of their context are no markdown. */
function retractedBlock(message: Message, width: number): Block {
  const known = blockByMessage.get(message)?.block;
  if (known?.body.width === width) return known;
  const { from, at } = message;
  const body = bodyOf(message.content, { width, prose: null });
  const block: Block = {
    from,
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

/** Blocks by message: a message object never changes, so neither do its lines at one width. */
const blockByMessage = new WeakMap<Message, { readonly raw: boolean; readonly block: Block }>();

/** The last message of each conversation that was looked at: it grows, and is another object with every word. */
const lastBlocks = new Map<string, Block>();
const MAX_LAST_BLOCKS = 20;

/** `taskId` is given for the last message. */
function blockOf(message: Message, width: number, raw: boolean, taskId: string | null): Block {
  const known = blockByMessage.get(message);
  const block =
    known?.block.body.width === width && known.raw === raw
      ? known.block
      : buildBlock(message, width, raw, taskId === null ? null : (lastBlocks.get(taskId) ?? null));
  if (block !== known?.block) blockByMessage.set(message, { raw, block });
  if (taskId !== null) rememberLastBlock(taskId, block);
  return block;
}

function rememberLastBlock(taskId: string, block: Block): void {
  lastBlocks.delete(taskId);
  lastBlocks.set(taskId, block);
  if (lastBlocks.size <= MAX_LAST_BLOCKS) return;
  const [oldest] = lastBlocks.keys();
  if (oldest !== undefined) lastBlocks.delete(oldest);
}

function buildBlock(message: Message, width: number, raw: boolean, before: Block | null): Block {
  const { from, at, content } = message;
  const was = before?.message?.id === message.id && before.from === from ? before.body : null;
  // One that is being read goes on being read; another one only when it comes near.
  const prose = raw || from === 'you' || was?.width !== width ? null : was.prose;
  const body = bodyOf(content, { width, prose }, was);
  return {
    from,
    at,
    delivery: null,
    separator: null,
    message,
    body,
    lines: body.lines,
    needsRendering: !raw && from === 'agent' && prose === null && content.length <= MAX_HIGHLIGHTED,
  };
}

export function renderBlock(block: Block, prose: ProseRenderer): Block {
  const { message, body } = block;
  const read = bodyOf(body.content, { width: body.width, prose });
  const next: Block = { ...block, body: read, lines: read.lines, needsRendering: false };
  if (message !== null && blockByMessage.get(message)?.block === block)
    blockByMessage.set(message, { raw: false, block: next });
  for (const [taskId, last] of lastBlocks) if (last === block) lastBlocks.set(taskId, next);
  return next;
}

export function deliveryBlock(delivery: DeliveryEntry, width: number): Block {
  const body = bodyOf(delivery.text, { width, prose: null });
  return {
    from: 'you',
    at: delivery.since,
    delivery,
    separator: null,
    message: null,
    body,
    lines: body.lines,
    needsRendering: false,
  };
}
