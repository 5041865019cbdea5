import type { Task } from './task.ts';
import { sanitise } from './text/sanitise.ts';

/** Nothing that shows a report has room for more; UTF-16 units. */
const MAX_LENGTH = 4_000;

/**
 * What the agent reports, on one line and safe to show: cleaned like a message in a transcript, without the signs of
 * markdown that the transcript turns into style. Empty without a report.
 */
export function reportLine({ state }: Pick<Task, 'state'>): string {
  const text = (state?.message ?? '').trimStart();
  const ellipsis = text.length > MAX_LENGTH ? '…' : '';
  const lines = sanitise(text.slice(0, MAX_LENGTH))
    .split('\n')
    .map((line) => stripMarkdown(line).trim())
    .filter(Boolean);
  return lines.join(' ') + ellipsis;
}

/** Code spans keep their ticks and what is in them, as in a transcript. */
const CODE = /(`+[^`]*`+)/u;
/** Of a heading, a quotation or an item of a list. */
const BLOCK_MARKUP = /^\s*(?:#{1,6}\s+|>\s+|[-*+]\s+(?:\[[ xX]\]\s+)?)+/u;
const LINK = /!?\[([^[\]]+)\]\([^()\s]*(?:\s+"[^"]*")?\)/gu;
/** Stars only around words, so that paths such as `src/**` and products stay. */
const STARS = /(?<![^\s("'[])(\*{1,3})(?=[^\s*])([^*]*[^\s*])\1(?![^\s.,;:!?)\]"'])/gu;
/** A single word between underscores may be a name, such as __init__. */
const UNDERSCORES = /(?<![^\s("'[])(_{1,3})(?=[^\s_])([^_]*\s[^_]*[^\s_])\1(?![^\s.,;:!?)\]"'])/gu;

const stripMarkdown = (line: string): string =>
  line
    .replace(BLOCK_MARKUP, '')
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(LINK, '$1').replace(STARS, '$2').replace(UNDERSCORES, '$2'),
    )
    .join('');
