import { dropLive, storeLive, writeLive } from './live-turn.ts';
import type { ChatRow, LivePart, MessageRow, Part } from './rows.ts';
import { advanceHistory, type ChatsState, liveKey, visibleMessages } from './state.ts';
import { wireMessage, wireTime } from './wire-chat.ts';

let toolCalls = 0;

export function nextToolCall(): string {
  toolCalls += 1;
  return `call_${toolCalls}`;
}

/** Parts of a message; a string is a text part. */
export const partsOf = (parts: readonly (string | Part)[]): readonly Part[] =>
  parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part));

/** The agent as streams show it: the pieces of the turn under way, and the faults of a stream. */
export class LiveAgent {
  readonly #state: ChatsState;
  readonly #chat: ChatRow;

  constructor(state: ChatsState, chat: ChatRow) {
    this.#state = state;
    this.#chat = chat;
  }

  /** Adds a piece of text to the turn under way. Streams show it, `commit` stores it. */
  write(text: string): void {
    this.#live('assistant', { type: 'text', text });
  }

  /** The same with a piece of reasoning. */
  think(text: string): void {
    this.#live('assistant', { type: 'reasoning', text });
  }

  /** Begins a tool call whose arguments come in pieces. Returns its id. */
  beginCall(tool: string): string {
    const id = nextToolCall();
    this.#live('assistant', { type: 'tool-call', tool_call_id: id, tool_name: tool, args_delta: '' });
    return id;
  }

  /** A piece of the arguments, as JSON text. */
  writeArgs(id: string, delta: string): void {
    const { tool_name } = this.#liveCall(id);
    this.#live('assistant', { type: 'tool-call', tool_call_id: id, tool_name, args_delta: delta });
  }

  /** All arguments at once: they replace the pieces. */
  endCall(id: string, args: unknown): void {
    const { tool_name } = this.#liveCall(id);
    this.#live('assistant', { type: 'tool-call', tool_call_id: id, tool_name, args });
  }

  /** A piece of the result of a call of this turn. `reset`: the pieces before it do not count. */
  writeResult(id: string, delta: string, { reset = false }: { readonly reset?: boolean } = {}): void {
    const { tool_name } = this.#liveCall(id);
    this.#live('tool', {
      type: 'tool-result',
      tool_call_id: id,
      tool_name,
      result_delta: delta,
      ...(reset && { result_reset: true }),
    });
  }

  /** The whole result of a call of this turn: it replaces the pieces. */
  endResult(id: string, result: unknown): void {
    const { tool_name } = this.#liveCall(id);
    this.#live('tool', { type: 'tool-result', tool_call_id: id, tool_name, result });
  }

  /** Stores the pieces as messages, and goes on with the turn. Returns the ids of the messages. */
  commit(): readonly number[] {
    return storeLive(this.#state, this.#chat).map(({ id }) => id);
  }

  /** A piece of text that is stored, and that no stream shows: a gap in `seq`. */
  losePart(text: string): void {
    writeLive(this.#state, this.#chat, 'assistant', { type: 'text', text }, { isLost: true });
  }

  /** Sends pieces of the turn again, as a relay that connects twice. `from`: their first `seq`. */
  replayParts(from = 1): void {
    for (const live of this.#chat.live)
      if (live.seq >= from)
        this.#state.signal(this.#chat, { type: 'part', ...live, key: liveKey(this.#chat) });
  }

  /** Sends a piece of text that belongs to no turn under way, after an interrupt or an end. */
  writeLate(text: string): void {
    const { history_version: version, generation_attempt } = liveKey(this.#chat);
    this.#state.signal(this.#chat, {
      type: 'part',
      role: 'assistant',
      part: { type: 'text', text },
      seq: 1_000,
      key: { history_version: Math.max(0, version - 1), generation_attempt },
    });
  }

  /** The provider failed, and the turn begins another attempt: its pieces do not count. */
  retry(delayMs: number, error: { readonly error?: string; readonly kind?: string } = {}): void {
    const chat = this.#chat;
    dropLive(chat);
    chat.attempt += 1;
    this.#state.signal(chat, {
      type: 'event',
      event: {
        type: 'retry',
        retry: {
          attempt: chat.attempt - 1,
          delay_ms: delayMs,
          error: 'Provider is overloaded.',
          kind: 'overloaded',
          provider: 'anthropic',
          status_code: 529,
          retrying_at: wireTime(this.#state.now() + delayMs),
          ...error,
        },
      },
    });
    this.#state.changed(chat);
  }

  /** Sends a stored message again under its id, the last one by default. */
  repeat(id = visibleMessages(this.#chat).at(-1)?.id): void {
    const message = this.#chat.messages.find((each) => each.id === id);
    if (message === undefined) throw new Error(`No message ${id}.`);
    this.#state.signal(this.#chat, {
      type: 'event',
      event: { type: 'message', message: wireMessage(this.#state, this.#chat, message) },
    });
  }

  /** Replaces the content of a message under its id. */
  revise(id: number, ...parts: readonly (string | Part)[]): void {
    this.#change(id, (message) => {
      message.content = partsOf(parts);
    });
  }

  /** Sets the token counts of the assistant's last message, in the wire's field names. */
  reportUsage(usage: Readonly<Record<string, number>>): void {
    const last = visibleMessages(this.#chat).findLast(({ role }) => role === 'assistant');
    if (last === undefined) throw new Error('The assistant has no message.');
    this.#change(last.id, (message) => {
      message.usage = usage;
    });
  }

  /** Sets the answer to GET of the cost, in the wire's field names. */
  cost(cost: Readonly<Record<string, number>>): void {
    this.#chat.cost = cost;
  }

  /** Sets the uncommitted changes: repositories in the wire's field names, or the message of an error. */
  editFiles(uncommitted: readonly Readonly<Record<string, string>>[] | { readonly error: string }): void {
    this.#chat.uncommitted = uncommitted;
    this.#state.changed(this.#chat);
  }

  /** Sends any event to the streams of the chat, without its `chat_id`. */
  sendEvent(event: Readonly<Record<string, unknown>> & { readonly type: string }): void {
    this.#state.signal(this.#chat, { type: 'event', event });
  }

  /** Sends any event to the watch sockets, without its chat. */
  sendWatchEvent(event: Readonly<Record<string, unknown>> & { readonly kind: string }): void {
    this.#state.signal(this.#chat, { type: 'watch', event });
  }

  #live(role: LivePart['role'], part: Part): void {
    writeLive(this.#state, this.#chat, role, part);
  }

  #liveCall(id: string): Part {
    const call = this.#chat.live.find(({ part }) => part.tool_call_id === id);
    if (call === undefined) throw new Error(`No tool call ${id} in this turn.`);
    return call.part;
  }

  #change(id: number, change: (message: MessageRow) => void): void {
    const message = this.#chat.messages.find((each) => each.id === id);
    if (message === undefined) throw new Error(`No message ${id}.`);
    const { live, attempt, lastSeq } = this.#chat;
    advanceHistory(this.#chat);
    // The turn under way goes on.
    Object.assign(this.#chat, { live, attempt, lastSeq });
    change(message);
    message.version = this.#chat.historyVersion;
    this.#state.touch(this.#chat);
  }
}
