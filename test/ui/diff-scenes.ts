import { diffDocument } from '../../src/domain/diff-document.ts';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import type { DiffOf } from '../../src/domain/ports/source.ts';
import {
  commentDraftKey,
  commentKey,
  commentPlaceAt,
  type ReviewComment,
} from '../../src/domain/review/review-comment.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import type { State } from '../../src/store/state.ts';
import { makeChat } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';

/** Lines with characters of every width, tabs, and text that must not reach the screen. */
const LINES = [
  'func main() {',
  '\tif x { // \u4fee\u590d\u767b\u5f55\u91cd\u5b9a\u5411\u5e76\u66f4\u65b0\u6240\u6709\u7684\u6587\u6863\u548c\u6d4b\u8bd5\u7528\u4f8b\u4ee5\u53ca\u5176\u4ed6',
  'e\u0301\u0301 combining n\u0303 a\tb\x1b[31mred\x1b]0;title\x07\rafter a CR',
  `${'a long line '.repeat(40)}END`,
  '',
];

const hunk = LINES.map((line) => ` ${line}\n-${line}\n+${line} changed\r`).join('\n');
const count = LINES.length * 2;

const fileOf = (path: string): string =>
  `diff --git "a/${path}" "b/${path}"\n--- "a/${path}"\n+++ "b/${path}"\n@@ -1,${count} +1,${count} @@ func \u65e5\u672c\n${hunk}\n`;

const TEXT = [
  fileOf('src/clock.go'),
  fileOf(`a/very/long/path/${'that/goes/on/'.repeat(12)}\\346\\227\\245.go`),
  'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n',
  'diff --git a/i.png b/j.png\nrename from i.png\nrename to j.png\nBinary files a/i.png and b/j.png differ\n',
].join('');

const documentOf = (text: string, of: DiffOf = 'base') =>
  diffDocument(
    {
      repositories: [
        { name: '/home/coder/auth', branch: 'fix/\u4fee\u590d', text },
        { name: '/home/coder/docs', branch: '', text },
      ],
      url: '',
      reason: text === '' ? 'Agent state is "connecting", it must be in the "connected" state.' : '',
    },
    of,
  );

/** A comment on a line of the document. */
function comment(index: number, text: string): ReviewComment {
  const place = commentPlaceAt(received.document, index);
  if (place === null) throw new Error('No comment can be on this line.');
  return { ...place, taskId: 'c1', id: String(index), text };
}

const reading = (size: State['size'], ...events: readonly StoreEvent[]): State =>
  applyEvents(
    emptyState(size),
    listReceived([]),
    chatsReceived([
      makeChat({ id: 'c1', displayName: `Pin the clock ${'and more '.repeat(20)}`, workspaceId: 'w' }),
    ]),
    { type: 'diff-opened', taskId: 'c1', of: 'base' },
    ...events,
  );

const received = { type: 'diff-received', taskId: 'c1', document: documentOf(TEXT) } as const;

const COMMENTS: readonly ReviewComment[] = [
  comment(15, `Why? ${'\u4fee\u590d\u767b\u5f55 and more '.repeat(12)}\n\tsecond\x1b[31m line\x07`),
  { ...comment(16, 'Gone.'), id: 'gone', path: 'a/gone.ts', lineText: '\x1b]0;title\x07gone' },
];
const DRAFT = commentDraftKey(commentKey(comment(15, '')));

/** States with an open diff. */
export const DIFF_SCENES: Readonly<Record<string, (size: State['size']) => State>> = {
  'a diff': (size) => reading(size, received),
  'a diff, scrolled': (size) =>
    reading(size, received, { type: 'diff-scrolled', anchor: { line: 16, row: 1 } }),
  'a diff with cut lines': (size) =>
    reading(
      size,
      received,
      { type: 'diff-scrolled', anchor: { line: 12, row: 0 } },
      { type: 'diff-layout-changed', wrap: false, column: 16 },
    ),
  'searching a diff': (size) =>
    reading(
      size,
      received,
      { type: 'diff-search-changed', search: { text: 'long', hit: { line: 20, start: 3 } } },
      { type: 'overlay-opened', overlay: { kind: 'diff-search', before: { line: 0, row: 0 } } },
    ),
  'comments on a diff': (size) =>
    reading(
      size,
      received,
      { type: 'comments-written', comments: COMMENTS },
      { type: 'draft-changed', key: DRAFT, buffer: bufferOf('not finished '.repeat(9)) },
      { type: 'diff-scrolled', anchor: { line: 12, row: 0 }, cursor: { line: 15, comment: 1 } },
    ),
  'writing a comment on a diff': (size) =>
    reading(
      size,
      received,
      { type: 'comments-written', comments: COMMENTS },
      { type: 'diff-scrolled', anchor: { line: 12, row: 0 }, cursor: { line: 15, comment: 0 } },
      { type: 'comment-opened', comment: comment(15, '') },
      { type: 'draft-changed', key: DRAFT, buffer: bufferOf('\u4fee\u590d '.repeat(40)) },
      { type: 'pane-focused', pane: 'prompt' },
    ),
  'deleting a comment on a diff': (size) =>
    reading(
      size,
      received,
      { type: 'comments-written', comments: COMMENTS },
      { type: 'overlay-opened', overlay: { kind: 'confirm-comment', key: commentKey(comment(15, '')) } },
    ),
  'a message made of comments': (size) =>
    reading(
      size,
      received,
      {
        type: 'comments-collected',
        collected: { taskId: 'c1', comments: COMMENTS, draft: bufferOf(''), text: 'x' },
      },
      { type: 'draft-changed', key: 'c1', buffer: bufferOf('2 comments\n\nlong text '.repeat(20)) },
      { type: 'pane-focused', pane: 'prompt' },
    ),
  'loading a diff': (size) => reading(size, { type: 'diff-requested', taskId: 'c1', of: 'base' }),
  'no uncommitted changes': (size) =>
    reading(
      size,
      { type: 'diff-switched', of: 'uncommitted' },
      { type: 'diff-received', taskId: 'c1', document: documentOf('', 'uncommitted') },
    ),
  'a diff that cannot be loaded again': (size) =>
    reading(size, received, {
      type: 'diff-failed',
      taskId: 'c1',
      of: 'base',
      error: 'The git host does not answer. '.repeat(8),
    }),
};
