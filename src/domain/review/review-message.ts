import { counted } from '../text/format.ts';
import { sanitise, sanitiseLine } from '../text/sanitise.ts';
import { truncate } from '../text/width.ts';
import type { PlacedComment } from './place-comments.ts';
import type { ReviewComment } from './review-comment.ts';

/** Columns of a quoted line at most. */
const MAX_QUOTE = 300;

/**
 * One message with all comments, by file and line. `placed`: where they are in the diff on screen; a comment that is not
 * there keeps the line of its own diff. Sanitised.
 */
export function reviewMessage(comments: readonly ReviewComment[], placed: readonly PlacedComment[]): string {
  const places = new Map(placed.map((each) => [each.comment, each]));
  const hasRepositories = new Set(comments.map(({ repository }) => repository)).size > 1;
  const rows = comments
    .map((comment) => {
      const { line = comment.line, isOutdated = false } = places.get(comment) ?? {};
      return { comment, line, isOutdated };
    })
    .sort((one, other) => compare(one.comment.path, other.comment.path) || one.line - other.line);
  const blocks = rows.map(({ comment, line, isOutdated }) => {
    const { path, repository, side, lineText, text } = comment;
    const remarks = [
      hasRepositories ? `in ${repository}` : '',
      line > 0 && side === 'old' ? 'removed line' : '',
      isOutdated ? 'the line has changed since' : '',
    ].filter(Boolean);
    const place = `${path}${line === 0 ? '' : `:${line}`}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`;
    const quote = line === 0 ? '' : `\n> ${truncate(quotable(lineText), MAX_QUOTE)}`;
    return `${sanitiseLine(place)}: ${sanitise(text.trim())}${quote.trimEnd()}`;
  });
  return `${counted(comments.length, 'comment')} on your changes:\n\n${blocks.join('\n\n')}`;
}

/** The line as one line of text. */
export const quotable = (lineText: string): string =>
  sanitiseLine(lineText.replaceAll(/[\r\v\f\x85\u2028\u2029]/gu, ' ')).trim();

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
