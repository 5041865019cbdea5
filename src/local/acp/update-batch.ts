import type { SessionUpdate, ToolCallChange } from '../chats/session.ts';

/** Text of one kind beyond this in one turn is dropped, UTF-16 units. */
const MAX_TURN_TEXT = 1024 * 1024;

/**
 * Joins the updates of one read of an agent's output: pieces of text become one, and of several outputs of a tool call the
 * last stays. Bounds the text of a turn.
 */
export class UpdateBatch {
  readonly #emit: (update: SessionUpdate) => void;
  #pending: SessionUpdate[] = [];
  #length = { text: 0, reasoning: 0 };
  /** Whether the turn has text or tool calls, and usage. */
  hasContent = false;
  hasUsage = false;

  constructor(emit: (update: SessionUpdate) => void) {
    this.#emit = emit;
  }

  beginTurn(): void {
    this.#length = { text: 0, reasoning: 0 };
    this.hasContent = false;
    this.hasUsage = false;
  }

  add(update: SessionUpdate): void {
    if (update.type === 'usage') this.hasUsage = true;
    if (update.type === 'text' || update.type === 'tool') this.hasContent = true;
    const bounded = this.#bounded(update);
    if (bounded === null) return;
    const last = this.#pending.at(-1);
    const joined = last === undefined ? null : join(last, bounded);
    if (joined === null) this.#pending.push(bounded);
    else this.#pending[this.#pending.length - 1] = joined;
  }

  flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const update of pending) this.#emit(update);
  }

  #bounded(update: SessionUpdate): SessionUpdate | null {
    if (update.type !== 'text' && update.type !== 'reasoning') return update;
    const before = this.#length[update.type];
    const after = before + update.text.length;
    this.#length = { ...this.#length, [update.type]: after };
    if (after <= MAX_TURN_TEXT) return update;
    if (before > MAX_TURN_TEXT) return null;
    const text = update.text.slice(0, MAX_TURN_TEXT - before);
    return {
      ...update,
      text: `${text}\n\n[The text is longer than 1 MiB. taskdeck does not keep the rest.]`,
    };
  }
}

/** Both updates as one; null if they must stay apart. */
function join(first: SessionUpdate, second: SessionUpdate): SessionUpdate | null {
  if (first.type === 'text' || first.type === 'reasoning') {
    return second.type === first.type ? { type: first.type, text: first.text + second.text } : null;
  }
  if (first.type === 'tool' && second.type === 'tool' && first.change.id === second.change.id) {
    return { type: 'tool', change: joinCalls(first.change, second.change) };
  }
  return first.type === second.type && (first.type === 'checklist' || first.type === 'usage') ? second : null;
}

function joinCalls(
  { output: before, outputDelta: piece, ...first }: ToolCallChange,
  { output, outputDelta, ...second }: ToolCallChange,
): ToolCallChange {
  const call = { ...first, ...second };
  // A whole output replaces the pieces before it.
  if (output !== undefined) return { ...call, output };
  if (before !== undefined) return { ...call, output: before + (outputDelta ?? '') };
  const pieces = (piece ?? '') + (outputDelta ?? '');
  return pieces === '' ? call : { ...call, outputDelta: pieces };
}
