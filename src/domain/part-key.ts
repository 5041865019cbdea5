import type { Message } from './message.ts';
import { hasDetails } from './part-details.ts';

const keysByMessage = new WeakMap<Message, readonly (string | null)[]>();

/**
 * A key of each part of a message, null for text. It stays while the message grows, is unique in the conversation, and
 * is no index among all parts: a tool call has its own id, another part its place among those of its type.
 */
export function partKeysOf(message: Message): readonly (string | null)[] {
  const known = keysByMessage.get(message);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  const used = new Set<string>();
  const keys = message.parts.map((part): string | null => {
    if (part.type === 'text') return null;
    const count = counts.get(part.type) ?? 0;
    counts.set(part.type, count + 1);
    const own = part.type === 'tool-call' && part.id !== '' ? `call ${part.id}` : null;
    const key = own !== null && !used.has(own) ? own : `${message.id} ${part.type} ${count}`;
    used.add(key);
    return key;
  });
  keysByMessage.set(message, keys);
  return keys;
}

const openableByMessage = new WeakMap<Message, ReadonlySet<string>>();

/** The keys of the parts that can be opened, in order. */
export function openableKeysOf(message: Message): ReadonlySet<string> {
  const known = openableByMessage.get(message);
  if (known !== undefined) return known;
  const keys = new Set(
    partKeysOf(message).flatMap((key, index) => {
      const part = message.parts[index];
      return key !== null && part !== undefined && hasDetails(part) ? [key] : [];
    }),
  );
  openableByMessage.set(message, keys);
  return keys;
}
