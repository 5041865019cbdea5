import type { ProseReader } from '../domain/markdown/prose.ts';
import type { Message } from '../domain/transcript.ts';
import type { Shown } from './conversation.ts';
import { type Body, bodyOf, LONGEST_READ } from './message-body.ts';
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
  readonly mark: 'restart' | 'gap' | 'new' | 'day' | 'retracted' | null;
  /** Null for one that is on its way, and for a mark. */
  readonly message: Message | null;
  readonly body: Body;
  /** Those of the body. */
  readonly lines: readonly string[];
  /** It has not been read as markdown, and will be when it comes on screen. */
  readonly unread: boolean;
}

/** The heading of a block, and the blank line after it. */
export const AROUND = 2;
export const heightOf = (block: Block): number => block.lines.length + AROUND;

export function entryBlock(entry: Shown, width: number, raw: boolean, taskId: string | null): Block {
  if (entry === 'new') return NEW_MARK;
  if (entry.kind === 'said') return blockOf(entry.message, width, raw, taskId);
  if (entry.kind === 'retracted') return retractedBlock(entry.message, width);
  const known = marks.get(entry);
  const block = known ?? markBlock(entry.kind, entry.at);
  if (known === undefined) marks.set(entry, block);
  return block;
}

const NOTHING = bodyOf('', { width: 1, prose: null });
const markBlock = (mark: Block['mark'], at: number): Block => ({
  from: 'agent',
  at,
  delivery: null,
  mark,
  message: null,
  body: NOTHING,
  lines: [],
  unread: false,
});
const NEW_MARK = markBlock('new', 0);
const marks = new WeakMap<Exclude<Shown, 'new'>, Block>();

/** Lines out of their context are no markdown. */
function retractedBlock(message: Message, width: number): Block {
  const known = blocks.get(message)?.block;
  if (known?.body.width === width) return known;
  const { from, at } = message;
  const body = bodyOf(message.content, { width, prose: null });
  const block: Block = {
    from,
    at,
    delivery: null,
    mark: 'retracted',
    message,
    body,
    lines: body.lines,
    unread: false,
  };
  blocks.set(message, { raw: true, block });
  return block;
}

/** Blocks by message: a message object never changes, so neither do its lines at one width. */
const blocks = new WeakMap<Message, { readonly raw: boolean; readonly block: Block }>();

/** The last message of each conversation that was looked at: it grows, and is another object with every word. */
const growing = new Map<string, Block>();
const MOST_GROWING = 20;

/** `taskId` is given for the last message. */
function blockOf(message: Message, width: number, raw: boolean, taskId: string | null): Block {
  const known = blocks.get(message);
  const block =
    known?.block.body.width === width && known.raw === raw
      ? known.block
      : freshBlock(message, width, raw, taskId === null ? null : (growing.get(taskId) ?? null));
  if (block !== known?.block) blocks.set(message, { raw, block });
  if (taskId !== null) grown(taskId, block);
  return block;
}

function grown(taskId: string, block: Block): void {
  growing.delete(taskId);
  growing.set(taskId, block);
  if (growing.size <= MOST_GROWING) return;
  const [oldest] = growing.keys();
  if (oldest !== undefined) growing.delete(oldest);
}

function freshBlock(message: Message, width: number, raw: boolean, before: Block | null): Block {
  const { from, at, content } = message;
  const was = before?.message?.id === message.id && before.from === from ? before.body : null;
  // One that is being read goes on being read; another one only when it comes near.
  const prose = raw || from === 'you' || was?.width !== width ? null : was.prose;
  const body = bodyOf(content, { width, prose }, was);
  return {
    from,
    at,
    delivery: null,
    mark: null,
    message,
    body,
    lines: body.lines,
    unread: !raw && from === 'agent' && prose === null && content.length <= LONGEST_READ,
  };
}

export function readBlock(block: Block, prose: ProseReader): Block {
  const { message, body } = block;
  const read = bodyOf(body.content, { width: body.width, prose });
  const next: Block = { ...block, body: read, lines: read.lines, unread: false };
  if (message !== null && blocks.get(message)?.block === block)
    blocks.set(message, { raw: false, block: next });
  for (const [taskId, last] of growing) if (last === block) growing.set(taskId, next);
  return next;
}

export function deliveryBlock(delivery: DeliveryEntry, width: number): Block {
  const body = bodyOf(delivery.text, { width, prose: null });
  return {
    from: 'you',
    at: delivery.since,
    delivery,
    mark: null,
    message: null,
    body,
    lines: body.lines,
    unread: false,
  };
}
