import type { WirePart } from './chat-row-types.ts';

/** Characters. */
const SUMMARY_LIMIT = 200;
const TITLE_LIMIT = 80;
/** A longer text is not split into sentences. Characters. */
const LINE_LIMIT = 10_000;

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The last sentence of an answer, for the list of chats. Null if the answer has no text. */
export function summaryOf(parts: readonly WirePart[]): string | null {
  const text = parts.findLast(({ type, text }) => type === 'text' && String(text).trim() !== '')?.text;
  const line = String(text ?? '')
    .split('\n')
    .map(withoutMarks)
    .findLast((each) => /[\p{L}\p{N}]/u.test(each));
  if (line === undefined) return null;
  if (line.length > LINE_LIMIT) return cut(line, SUMMARY_LIMIT);
  const last = [...sentences.segment(line)]
    .map(({ segment }) => segment.trim())
    .findLast((each) => /[\p{L}\p{N}]/u.test(each));
  return cut(last ?? line, SUMMARY_LIMIT);
}

/** The title of a chat until its agent or the user chooses one: the first line of the prompt. */
export function titleOf(parts: readonly WirePart[]): string {
  const text = parts.find(({ type }) => type === 'text')?.text ?? '';
  const [line = ''] = String(text).trim().split('\n');
  return cut(line.trim(), TITLE_LIMIT) || NEW_CHAT;
}

/** The title of a chat without a message. */
export const NEW_CHAT = 'New chat';

/** Markdown of headings, lists and quotes at the start of a line. */
const withoutMarks = (line: string): string => line.replace(/^[\s>#*+-]+|^\s*\d+[.)]\s+/u, '').trim();

/** At most `limit` characters, with an ellipsis for the rest. */
export const cut = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  const characters = [...text.slice(0, 2 * limit)];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
};
