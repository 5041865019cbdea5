import type { PromptHistorySearch } from '../../domain/prompt-history-search.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import type { Theme } from '../theme.ts';

const BEFORE = ' find ';
/** Columns for the cursor behind what is typed. */
const CURSOR = 1;

/** What earlier prompts are searched for; of a long text its end, where the typing goes on. */
export function promptSearchWords({ query }: PromptHistorySearch, columns: number): string {
  return truncate(query, Math.max(1, columns - BEFORE.length - CURSOR), 'start');
}

export const promptSearchCursor = (words: string): number => BEFORE.length + displayWidth(words);

/** The line above the prompt that was found. */
export function promptSearchLine(search: PromptHistorySearch, columns: number, theme: Theme): string {
  const words = promptSearchWords(search, columns);
  const line = `${theme.accent(BEFORE.trimEnd())} ${words}`;
  if (!search.isExhausted) return line;
  const note = search.index === null ? 'no earlier prompt has this' : 'nothing older';
  return promptSearchCursor(words) + 3 + note.length > columns ? line : `${line}   ${theme.attention(note)}`;
}
