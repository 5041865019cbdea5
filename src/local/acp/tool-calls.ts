import type { ToolCallChange } from '../chats/session.ts';
import { MAX_OUTPUT } from './tool-content.ts';
import { detached } from './untrusted.ts';

interface KnownCall {
  /** The id for users: an agent may reuse its ids. */
  readonly id: string;
  readonly isOver: boolean;
  /** Cancelled by us. Agents then report completed, failed or nothing. */
  readonly isCancelled: boolean;
  /** Length of the output so far, UTF-16 units. */
  readonly outputLength: number;
  /** The known kind and arguments, while the call is open. */
  readonly facts: Pick<ToolCallChange, 'kind' | 'input'>;
}

/** Outputs that are kept, of the calls that changed last. */
const KEPT_OUTPUTS = 4;
/** Calls that are over beyond this number are forgotten, the oldest first. */
const MAX_CALLS = 2_000;
/** More calls in one turn are not shown. */
export const MAX_CALLS_OF_A_TURN = 2_000;

/** The tool calls of a session: gives each a unique id, bounds its output, and knows which are still open. */
export class ToolCalls {
  readonly #calls = new Map<string, KnownCall>();
  /** The outputs that agents send whole, by their calls. */
  readonly #outputs = new Map<string, string>();
  readonly #onFull: () => void;
  #reused = 0;
  #inTurn = 0;

  /** `onFull`: called once a turn, when it has too many calls. */
  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  /** A turn begins: its calls are counted from 0. */
  beginTurn(): void {
    this.#inTurn = 0;
  }

  /**
   * The change for users. Null if it changes nothing: the call was cancelled, or there are too many. `isNew`: the agent
   * announces a call; with the id of one that is over it is another one.
   */
  apply(change: ToolCallChange, isNew: boolean): ToolCallChange | null {
    const begins = change.status !== 'completed' && change.status !== 'failed';
    let call = this.#calls.get(change.id);
    if (call === undefined || (isNew && begins && call.isOver)) {
      if (this.#inTurn === MAX_CALLS_OF_A_TURN) this.#onFull();
      if (this.#inTurn++ >= MAX_CALLS_OF_A_TURN) return null;
      call = this.#begin(change.id, call);
    }
    return this.#update(call, change);
  }

  /**
   * Like `apply`, for a call that an agent asks about: with the kind and the arguments that are known from before. Null
   * only if the call was cancelled.
   */
  applyQuestion(change: ToolCallChange): ToolCallChange | null {
    const call = this.#calls.get(change.id) ?? this.#begin(change.id, undefined);
    const applied = this.#update(call, change);
    return applied === null ? null : { ...call.facts, ...applied };
  }

  /** Marks the open calls as cancelled, and returns these changes. */
  cancelOpen(): readonly ToolCallChange[] {
    const open = [...this.#calls].filter(([, { isOver }]) => !isOver);
    for (const [key, call] of open) this.#calls.set(key, { ...call, isOver: true, isCancelled: true });
    return open.map(([, { id }]) => ({ id, status: 'cancelled' }));
  }

  #begin(key: string, earlier: KnownCall | undefined): KnownCall {
    const id = earlier === undefined ? key : `${key}~${++this.#reused}`;
    return { id, isOver: false, isCancelled: false, outputLength: 0, facts: {} };
  }

  #update(call: KnownCall, change: ToolCallChange): ToolCallChange | null {
    if (call.isCancelled) return null;
    const { output: _, outputDelta: __, ...fields } = change;
    const output = outputChange(call, change, this.#outputs.get(change.id) ?? '');
    const ends = change.status === 'completed' || change.status === 'failed';
    const isOver = change.status === undefined ? call.isOver : ends;
    this.#set(change.id, {
      ...call,
      isOver,
      facts: isOver ? {} : { ...call.facts, ...factsOf(change) },
      outputLength: output.output?.length ?? call.outputLength + (output.outputDelta?.length ?? 0),
    });
    this.#keepOutput(change.id, isOver || change.outputDelta !== undefined ? '' : change.output);
    return { ...fields, ...output, id: call.id };
  }

  #keepOutput(key: string, output: string | undefined): void {
    if (output === undefined) return;
    this.#outputs.delete(key);
    if (output !== '') this.#outputs.set(key, output);
    const [oldest] = this.#outputs.keys();
    if (this.#outputs.size > KEPT_OUTPUTS && oldest !== undefined) this.#outputs.delete(oldest);
  }

  #set(key: string, call: KnownCall): void {
    if (!this.#calls.has(key) && this.#calls.size >= MAX_CALLS) {
      const [oldest] = [...this.#calls].find(([, { isOver }]) => isOver) ?? [...this.#calls][0] ?? [];
      if (oldest !== undefined) this.#calls.delete(oldest);
    }
    this.#calls.set(key, call);
  }
}

/**
 * The change of the output. Of an output that an agent sends whole each time only the new end: the whole would be stored
 * and sent again with each line. `before`: the whole output so far; empty if unknown.
 */
function outputChange(
  { outputLength }: KnownCall,
  { output, outputDelta }: ToolCallChange,
  before: string,
): Pick<ToolCallChange, 'output' | 'outputDelta'> {
  if (output !== undefined) {
    if (before === '' || !output.startsWith(before)) return { output };
    const added = output.slice(before.length);
    return added === '' ? {} : { outputDelta: detached(added) };
  }
  const room = MAX_OUTPUT - outputLength;
  return outputDelta === undefined || room <= 0 ? {} : { outputDelta: outputDelta.slice(0, room) };
}

const factsOf = ({ kind, input }: ToolCallChange): KnownCall['facts'] => ({
  ...(kind !== undefined && { kind }),
  ...(input !== undefined && { input }),
});
