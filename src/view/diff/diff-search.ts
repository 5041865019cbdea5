import { type DiffDocument, documentText } from '../../domain/diff-document.ts';
import type { Span } from '../../domain/markdown/styled-text.ts';
import { memoize } from '../../store/memoize.ts';
import type { DiffSearch } from '../../store/slices/diff.ts';
import type { MessageBody } from '../transcript/message-body.ts';
import { hitRangesOn, type SearchHits, searchTranscript } from '../transcript/transcript-search.ts';

/** The document as one text for the search of transcripts, whose lines are not wrapped. */
const searchableOf = memoize(
  (document: DiffDocument): { readonly blocks: readonly [{ body: MessageBody }] } => ({
    blocks: [
      {
        body: {
          width: Number.POSITIVE_INFINITY,
          prose: null,
          lines: document.lines.map((_, line) => documentText(document, line)),
          continuedLines: [],
          parts: [],
          starts: [],
        },
      },
    ],
  }),
);

/** The hits by line of the document. Case-sensitive when `text` has an upper-case letter. */
export const searchDiff = (document: DiffDocument, text: string): SearchHits =>
  searchTranscript(searchableOf(document), text);

/** The hits on one line, to highlight. */
export function hitSpans(document: DiffDocument, search: DiffSearch | null, line: number): readonly Span[] {
  if (search === null || search.text === '') return [];
  const [{ body }] = searchableOf(document).blocks;
  return hitRangesOn(body, search.text, line).map(({ start, end }) => ({
    start,
    end,
    style: search.hit?.line === line && search.hit.start === start ? 'current-hit' : 'hit',
  }));
}
