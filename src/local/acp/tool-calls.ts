import type { ToolCallChange } from '../chats/session.ts';
import { MAX_OUTPUT } from './tool-content.ts';

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

/** Calls that are over beyond this number are forgotten, the oldest first. */
const MAX_CALLS = 2_000;
/** More calls in one turn are not shown. */
const MAX_CALLS_OF_A_TURN = 2_000;

/** The tool calls of a session: gives each a unique id, bounds its output, and knows which are still open. */
export class ToolCalls {
  readonly #calls = new Map<string, KnownCall>();
  #reused = 0;
  #inTurn = 0;

  /** A turn begins: its calls are counted from 0. */
  beginTurn(): void {
    this.#inTurn = 0;
  }

  /**
   * The change for users. Null if it changes nothing: the call was cancelled, or there are too many. `isNew`: the agent
   * announces a call; with the id of one that is over it is another one.
   */
  apply(change: ToolCallChange, isNew: boolean): ToolCallChange | null {
    let call = this.#calls.get(change.id);
    const begins = change.status !== 'completed' && change.status !== 'failed';
    if (call === undefined || (isNew && begins && call.isOver)) {
      if (this.#inTurn >= MAX_CALLS_OF_A_TURN) return null;
      this.#inTurn++;
      const id = call === undefined ? change.id : `${change.id}~${++this.#reused}`;
      call = { id, isOver: false, isCancelled: false, outputLength: 0, facts: {} };
    }
    if (call.isCancelled) return null;
    const { outputDelta, ...fields } = change;
    const room = MAX_OUTPUT - call.outputLength;
    const delta = outputDelta === undefined || room <= 0 ? undefined : outputDelta.slice(0, room);
    const isOver = change.status === undefined ? call.isOver : !begins;
    this.#set(change.id, {
      ...call,
      isOver,
      facts: isOver ? {} : { ...call.facts, ...factsOf(change) },
      outputLength: change.output?.length ?? call.outputLength + (delta?.length ?? 0),
    });
    return { ...fields, id: call.id, ...(delta === undefined ? {} : { outputDelta: delta }) };
  }

  /** Like `apply`, for a call that an agent asks about: with the kind and the arguments that are known from before. */
  applyQuestion(change: ToolCallChange): ToolCallChange | null {
    const facts = this.#calls.get(change.id)?.facts;
    const applied = this.apply(change, false);
    return applied === null ? null : { ...facts, ...applied };
  }

  /** Marks the open calls as cancelled, and returns these changes. */
  cancelOpen(): readonly ToolCallChange[] {
    const open = [...this.#calls].filter(([, { isOver }]) => !isOver);
    for (const [key, call] of open) this.#calls.set(key, { ...call, isOver: true, isCancelled: true });
    return open.map(([, { id }]) => ({ id, status: 'cancelled' }));
  }

  #set(key: string, call: KnownCall): void {
    if (!this.#calls.has(key) && this.#calls.size >= MAX_CALLS) {
      const [oldest] = [...this.#calls].find(([, { isOver }]) => isOver) ?? [];
      if (oldest !== undefined) this.#calls.delete(oldest);
    }
    this.#calls.set(key, call);
  }
}

const factsOf = ({ kind, input }: ToolCallChange): Pick<ToolCallChange, 'kind' | 'input'> => ({
  ...(kind !== undefined && { kind }),
  ...(input !== undefined && { input }),
});
