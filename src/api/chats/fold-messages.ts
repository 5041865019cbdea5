import type { Message, MessagePart } from '../../domain/message.ts';
import type { WireChatMessage, WireChatPart } from '../../wire/chat.ts';
import { toMessagePart } from './to-message-part.ts';
import { type ToolResult, toToolCall } from './to-tool-call.ts';

/** The results of the calls of one message, by the id of the call. */
type Results = ReadonlyMap<string, ToolResult>;

/** A message with the rows that it was made from, so that an unchanged one stays the same object. */
interface FoldedMessage {
  readonly message: Message;
  readonly results: Results;
  readonly extra: readonly WireChatPart[];
}

const NO_RESULTS: Results = new Map();

/** A message of the server, with what later rows add to it. */
interface Entry {
  readonly wire: WireChatMessage;
  results: Map<string, ToolResult> | null;
  /** Parts of rows of tools that are no results. */
  extra: WireChatPart[];
}

/**
 * Messages as users see them, oldest first: the results of tools, which the server keeps in rows of their own, are part
 * of the message with the call. Rows of the system are left out, and so are results of calls in messages before these.
 */
export class MessageFolder {
  readonly #folded = new WeakMap<WireChatMessage, FoldedMessage>();

  /** `wires`: oldest first. An unchanged message of unchanged rows is the same object as before. */
  fold(wires: readonly WireChatMessage[]): readonly Message[] {
    const entries: Entry[] = [];
    /** The message with the latest call of each id. */
    const callers = new Map<string, Entry>();
    for (const wire of wires) {
      if (wire.role === 'system') continue;
      if (wire.role === 'tool') {
        addToolRow(wire, entries.at(-1), callers);
        continue;
      }
      const entry: Entry = { wire, results: null, extra: [] };
      entries.push(entry);
      for (const part of wire.content) {
        if (part.type === 'tool-call') callers.set(part.tool_call_id, entry);
        // The provider ran it: call and result are in one message.
        else if (part.type === 'tool-result') addResult(entry, part, wire.created_at);
      }
    }
    return entries.flatMap((entry) => {
      const message = this.#messageOf(entry);
      // A message of the agent without parts only carried something for the model.
      return message.parts.length === 0 && message.role === 'agent' ? [] : [message];
    });
  }

  #messageOf({ wire, results, extra }: Entry): Message {
    const known = this.#folded.get(wire);
    const current = results ?? NO_RESULTS;
    if (known !== undefined && hasSameParts(known.extra, extra) && hasSameResults(known.results, current))
      return known.message;
    const message: Message = {
      id: wire.id,
      role: wire.role === 'user' ? 'user' : 'agent',
      parts: [...partsOf(wire, current), ...extra.flatMap(visiblePart)],
      at: wire.created_at,
    };
    this.#folded.set(wire, { message, results: current, extra });
    return message;
  }
}

function addToolRow(
  wire: WireChatMessage,
  last: Entry | undefined,
  callers: ReadonlyMap<string, Entry>,
): void {
  for (const part of wire.content) {
    if (part.type === 'tool-result') {
      const caller = callers.get(part.tool_call_id);
      if (caller !== undefined) addResult(caller, part, wire.created_at);
    } else last?.extra.push(part);
  }
}

function addResult(entry: Entry, part: WireChatPart, at: number): void {
  entry.results ??= new Map();
  entry.results.set(part.tool_call_id, { part, at });
}

function partsOf(wire: WireChatMessage, results: Results): readonly MessagePart[] {
  const called = new Set<string>();
  return wire.content.flatMap((part): readonly MessagePart[] => {
    switch (part.type) {
      case 'tool-call':
        called.add(part.tool_call_id);
        return [toToolCall(part, wire.created_at, results.get(part.tool_call_id) ?? null)];
      case 'tool-result':
        // A result without its call.
        return called.has(part.tool_call_id)
          ? []
          : [toToolCall(part, wire.created_at, { part, at: wire.created_at })];
      default:
        return visiblePart(part);
    }
  });
}

const visiblePart = (part: WireChatPart): readonly MessagePart[] => {
  const visible = toMessagePart(part);
  return visible === null ? [] : [visible];
};

const hasSameParts = (one: readonly WireChatPart[], other: readonly WireChatPart[]): boolean =>
  one.length === other.length && one.every((part, index) => part === other[index]);

const hasSameResults = (one: Results, other: Results): boolean =>
  one.size === other.size && [...one].every(([id, { part }]) => other.get(id)?.part === part);
