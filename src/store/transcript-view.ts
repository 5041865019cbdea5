import { sanitise } from '../domain/text/sanitise.ts';
import { wrap } from '../domain/text/wrap.ts';
import type { Message, Transcript } from '../domain/transcript.ts';
import { remember } from './remember.ts';
import type { Anchor, DeliveryEntry, State } from './state.ts';

/** Columns that a message's text stands to the right of its heading. */
export const INDENT = 2;

/** A conversation as lines of a given width. */
export interface TranscriptView {
  readonly blocks: readonly Block[];
  /** The first line of each block. */
  readonly starts: readonly number[];
  readonly total: number;
}

/** One message, with the lines of its text: its heading is one more line before them, a blank one comes after. */
export interface Block {
  readonly from: 'you' | 'agent';
  /** Unix ms. */
  readonly at: number;
  /** Set for a message that is still on its way. */
  readonly delivery: DeliveryEntry | null;
  readonly lines: readonly string[];
}

export type Line =
  | { readonly kind: 'heading'; readonly block: Block }
  | { readonly kind: 'text'; readonly block: Block; readonly text: string }
  | { readonly kind: 'blank' };

const BLANK: Line = { kind: 'blank' };

export const transcriptView = (state: State, taskId: string, width: number): TranscriptView =>
  built(
    state.transcripts.get(taskId)?.transcript ?? null,
    state.deliveries,
    taskId,
    state.view.reading.wrap ? width : Number.POSITIVE_INFINITY,
  );

const built = remember(
  (transcript: Transcript | null, deliveries: readonly DeliveryEntry[], taskId: string, width: number) => {
    const blocks = [
      ...(transcript?.messages ?? []).map((message) => blockOf(message, width)),
      ...deliveries
        .filter((delivery) => delivery.taskId === taskId)
        .map(
          (delivery): Block => ({
            from: 'you',
            at: delivery.since,
            delivery,
            lines: linesOf(delivery.text, width),
          }),
        ),
    ].filter((block) => block.lines.length > 0);
    const starts: number[] = [];
    let total = 0;
    for (const block of blocks) {
      starts.push(total);
      total += heightOf(block);
    }
    // No blank line after the last block.
    return { blocks, starts, total: Math.max(0, total - 1) };
  },
);

const heightOf = (block: Block): number => block.lines.length + 2;

/** Blocks by message: a message object never changes, so neither do its lines at one width. */
const blocks = new WeakMap<Message, { readonly width: number; readonly block: Block }>();

function blockOf(message: Message, width: number): Block {
  const known = blocks.get(message);
  if (known?.width === width) return known.block;
  const block: Block = {
    from: message.from,
    at: message.at,
    delivery: null,
    lines: linesOf(message.content, width),
  };
  blocks.set(message, { width, block });
  return block;
}

/** The text's lines without the blank ones and the padding that a screen region brings along at its ends. */
function linesOf(text: string, width: number): readonly string[] {
  const lines = sanitise(text)
    .split('\n')
    .map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '');
  if (first === -1) return [];
  const shown = lines.slice(first, last + 1);
  return width === Number.POSITIVE_INFINITY ? shown : wrap(shown.join('\n'), Math.max(1, width - INDENT));
}

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
  if (offset === 0) return { kind: 'heading', block };
  const text = block.lines[offset - 1];
  return text === undefined ? BLANK : { kind: 'text', block, text };
}

/** The block that a line belongs to: the last one that starts at or before it. */
function blockIndexAt({ starts }: TranscriptView, line: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}
