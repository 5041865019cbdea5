import type { HistorySearch } from '../../domain/history-search.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import type { Theme } from '../theme.ts';

const BEFORE = ' find ';
/** Columns for the cursor behind what is typed. */
const CURSOR = 1;

/** What earlier prompts are searched for; of a long text its end, where the typing goes on. */
export function searchWords({ query }: HistorySearch, columns: number): string {
  return truncate(query, Math.max(1, columns - BEFORE.length - CURSOR), 'start');
}

export const cursorIn = (words: string): number => BEFORE.length + displayWidth(words);

/** The line above the prompt that was found. */
export function searchLine(search: HistorySearch, columns: number, theme: Theme): string {
  const words = searchWords(search, columns);
  const line = `${theme.accent(BEFORE.trimEnd())} ${words}`;
  if (!search.isAtEnd) return line;
  const note = search.at === null ? 'no earlier prompt has this' : 'nothing older';
  return cursorIn(words) + 3 + note.length > columns ? line : `${line}   ${theme.attention(note)}`;
}
