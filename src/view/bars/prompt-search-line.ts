import type { PromptHistorySearch } from '../../domain/prompt-history-search.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import type { Theme } from '../theme.ts';

const BEFORE = ' find ';
/** Columns for the cursor. */
const CURSOR = 1;

/** The query, truncated at its start. */
export function promptSearchWords({ query }: PromptHistorySearch, columns: number): string {
  return truncate(query, Math.max(1, columns - BEFORE.length - CURSOR), 'start');
}

export const promptSearchCursor = (words: string): number => BEFORE.length + displayWidth(words);

/** The search line above the found prompt. */
export function promptSearchLine(search: PromptHistorySearch, columns: number, theme: Theme): string {
  const words = promptSearchWords(search, columns);
  const line = `${theme.accent(BEFORE.trimEnd())} ${words}`;
  if (!search.isExhausted) return line;
  const note = search.index === null ? 'no matching prompt' : 'no older match';
  return promptSearchCursor(words) + 3 + note.length > columns ? line : `${line}   ${theme.attention(note)}`;
}
