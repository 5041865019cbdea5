import type { StyledLine } from './markdown/styled-text.ts';
import type { MessagePart } from './message.ts';
import { sanitise } from './text/sanitise.ts';

/** A longer string is shortened in its middle, UTF-16 units. */
const MAX_STRING = 4_000;
/** More lines are not shown. */
const MAX_LINES = 400;

const linesByPart = new WeakMap<MessagePart, readonly StyledLine[]>();

/** A part as JSON for people, sanitised and before wrapping. Very long strings are shortened. */
export function rawPartLines(part: MessagePart): readonly StyledLine[] {
  const known = linesByPart.get(part);
  if (known !== undefined) return known;
  const json = JSON.stringify(part, (_, value: unknown) => shortened(value), 2);
  const all = sanitise(json).split('\n');
  const lines = all.slice(0, MAX_LINES);
  if (all.length > lines.length) lines.push(`… ${all.length - lines.length} more lines`);
  const styled = lines.map(
    (text): StyledLine => ({ text, spans: [], firstPrefix: '', nextPrefix: '', wrapMode: 'anywhere' }),
  );
  linesByPart.set(part, styled);
  return styled;
}

function shortened(value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= MAX_STRING) return value;
  const half = MAX_STRING / 2;
  return `${value.slice(0, half)}… ${value.length - MAX_STRING} characters …${value.slice(-half)}`;
}
