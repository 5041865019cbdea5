import type { Span, StyledRow } from '../../domain/markdown/styled-text.ts';
import { wrapStyledLine } from '../../domain/markdown/wrap-line.ts';
import type { ReviewComment } from '../../domain/review/review-comment.ts';
import { quotable } from '../../domain/review/review-message.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import type { ShownComment } from '../../store/review.ts';

/** Before each row of a comment: a bar that no line of a diff has. */
const BAR = '┃ ';
/** Rows of one comment at most; the prompt shows the rest. */
const MAX_ROWS = 40;

/** The rows of a comment below its line. `indent`: the columns of the line numbers. */
export function commentRows(shown: ShownComment, width: number, indent: number): readonly StyledRow[] {
  const prefix = ' '.repeat(indent) + BAR;
  const head = `${commentHead(shown)}: `;
  const quote = shown.isOutdated && shown.comment.line > 0 ? [`> ${quotable(shown.comment.lineText)}`] : [];
  const lines = [...sanitise(shown.text).split('\n'), ...quote];
  const rows = lines.flatMap((line, index) => {
    const spans: Span[] = index === 0 ? [{ start: 0, end: head.length, style: 'strong' }] : [];
    const text = index === 0 ? head + line : line;
    return wrapStyledLine({ text, spans, firstPrefix: prefix, nextPrefix: prefix, wrapMode: 'words' }, width);
  });
  return rows.length > MAX_ROWS ? [...rows.slice(0, MAX_ROWS - 1), { text: `${prefix}…`, spans: [] }] : rows;
}

/** The place of a comment, such as `src/a.ts:12`. Safe to show. */
export const commentPlaceWords = (comment: Pick<ReviewComment, 'path' | 'line'> | undefined): string =>
  comment === undefined
    ? 'this line'
    : sanitiseLine(`${comment.path}${comment.line === 0 ? '' : `:${comment.line}`}`);

/** The kind of a comment, such as `outdated comment on line 12`. */
export function commentHead({ comment, isOutdated, isDraft }: ShownComment): string {
  const kind = isDraft ? 'unfinished comment' : 'comment';
  if (isOutdated)
    return `outdated ${kind}${comment.line > 0 ? ` on line ${comment.line}` : ` on ${commentPlaceWords(comment)}`}`;
  return comment.line === 0 ? `${kind} on the file` : kind;
}
