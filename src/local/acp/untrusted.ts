/*
 * Reads data of unknown shape, and limits its size. Wrong types read as missing: a client must survive agents that leave
 * the schema.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; none for anything else. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** The items of an array, at most `limit`; none for anything else. */
export const itemsOf = (value: unknown, limit: number): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, limit) : [];

/** A text of at most `limit` UTF-16 units; null for anything else. A longer text ends with `…`. */
export const textOf = (value: unknown, limit: number): string | null =>
  typeof value === 'string' ? shortened(value, limit) : null;

/** A finite number; null for anything else. */
export const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** The value if it is one of `choices`; null for anything else. */
export const choiceOf = <T extends string>(value: unknown, choices: readonly T[]): T | null =>
  choices.find((choice) => choice === value) ?? null;

function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 2);
  // Do not cut a surrogate pair in two.
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 2 : limit - 1;
  return `${detached(text.slice(0, end))}…`;
}

/** A copy that does not keep the memory of the text that it was cut from. */
export const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** The end of a text, at most `limit` UTF-16 units; a longer text begins with `…`. */
export const endOf = (text: string, limit: number): string =>
  text.length <= limit ? text : `…${detached(text.slice(text.length - limit + 1))}`;

const MAX_DEPTH = 10;

/**
 * A copy of JSON data whose texts, keys and items together have about `limit` UTF-16 units at most. Longer texts are cut,
 * and further items and fields left out.
 */
export function boundedJson(value: unknown, limit: number): unknown {
  let left = limit;
  const copy = (part: unknown, depth: number): unknown => {
    left -= 8;
    if (typeof part === 'string') {
      const text = shortened(part, Math.max(left, 2));
      left -= text.length;
      return text;
    }
    if (typeof part !== 'object' || part === null) return part;
    if (depth === MAX_DEPTH || left <= 0) return null;
    if (Array.isArray(part)) {
      const items: unknown[] = [];
      for (const item of part) {
        if (left <= 0) break;
        items.push(copy(item, depth + 1));
      }
      return items;
    }
    const fields: [string, unknown][] = [];
    for (const [key, field] of Object.entries(part)) {
      left -= key.length;
      if (left <= 0) break;
      fields.push([key, copy(field, depth + 1)]);
    }
    return Object.fromEntries(fields);
  };
  return copy(value, 0);
}
