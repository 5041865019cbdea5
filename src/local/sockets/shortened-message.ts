import type { WirePart } from '../chats/chat-row-types.ts';
import { wireJson } from '../http/wire-json.ts';

/** Bytes of the content of one message on a socket: clients take at most 4 MiB. */
const LIMIT = 4_000_000;
/** A text of this length has at most LIMIT bytes: 6 for an escaped character. */
const SURELY_SHORT = LIMIT / 6;

/** Stands for the middle of a text that was left out. */
const LEFT_OUT = '\n[…]\n';

/**
 * The parts, as they are if they fit into one message of a socket. Otherwise the middle of their long texts is left out:
 * GET returns them whole. `size`: characters of the parts as JSON, if known.
 */
export function shortened(parts: readonly WirePart[], size = Number.POSITIVE_INFINITY): readonly WirePart[] {
  if (size <= SURELY_SHORT) return parts;
  let short: unknown = parts;
  for (let length = LIMIT / 4; Buffer.byteLength(wireJson(short)) > LIMIT; length /= 2)
    short = withShortTexts(parts, Math.floor(length));
  return short as readonly WirePart[];
}

function withShortTexts(value: unknown, length: number): unknown {
  if (typeof value === 'string')
    return value.length <= length
      ? value
      : `${value.slice(0, length / 2).toWellFormed()}${LEFT_OUT}${value.slice(-length / 2).toWellFormed()}`;
  if (Array.isArray(value)) return value.map((each) => withShortTexts(each, length));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withShortTexts(each, length)]),
  );
}
