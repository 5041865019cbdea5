import type { Task } from './task.ts';
import { sanitise } from './text/sanitise.ts';

/** No view shows more of a report; UTF-16 units. */
const MAX_LENGTH = 4_000;

/**
 * The agent's report on one line, sanitised, without the Markdown markup that the transcript renders as style. Empty
 * without a report.
 */
export const reportLine = ({ state }: Pick<Task, 'state'>): string => lineOf(state?.message ?? '');

/** Untrusted markdown on one line, in the same form. */
export function lineOf(markdown: string): string {
  const text = markdown.trimStart();
  const ellipsis = text.length > MAX_LENGTH ? '…' : '';
  const lines = sanitise(text.slice(0, MAX_LENGTH))
    .split('\n')
    .map((line) => stripMarkdown(line).trim())
    .filter(Boolean);
  return lines.join(' ') + ellipsis;
}

/** Code spans keep their backticks and their text, as in a transcript. */
const CODE = /(`+[^`]*`+)/u;
/** The markup of headings, quotations and list items. */
const BLOCK_MARKUP = /^\s*(?:#{1,6}\s+|>\s+|[-*+]\s+(?:\[[ xX]\]\s+)?)+/u;
const LINK = /!?\[([^[\]]+)\]\([^()\s]*(?:\s+"[^"]*")?\)/gu;
/** Asterisks count only around words: globs such as `src/**` and products keep them. */
const STARS = /(?<![^\s("'[])(\*{1,3})(?=[^\s*])([^*]*[^\s*])\1(?![^\s.,;:!?)\]"'])/gu;
/** Underscores around a single word stay: it may be a name such as __init__. */
const UNDERSCORES = /(?<![^\s("'[])(_{1,3})(?=[^\s_])([^_]*\s[^_]*[^\s_])\1(?![^\s.,;:!?)\]"'])/gu;

const stripMarkdown = (line: string): string =>
  line
    .replace(BLOCK_MARKUP, '')
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(LINK, '$1').replace(STARS, '$2').replace(UNDERSCORES, '$2'),
    )
    .join('');
