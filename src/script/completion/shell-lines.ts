import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { Candidate, CompletionContext } from './completion-context.ts';
import { DIRECTORIES_MARKER, FILES_MARKER } from './hidden-command.ts';

/**
 * The words after the program's name in a bash line up to the cursor; the last one may be empty or incomplete. Handles
 * quotes and backslashes, and expands nothing.
 */
export function bashWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (quote !== '' && character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === '\\' && quote !== "'") {
      at += 1;
      word = (word ?? '') + (line[at] ?? '');
    } else if (quote === '' && /\s/u.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  words.push(word ?? '');
  const program = words.findIndex((each) => !/^\w+=/u.test(each));
  return words.slice(program + 1);
}

/** The output for the completion script of a shell. `wordBreaks`: bash's `COMP_WORDBREAKS`. */
export function completionLines(
  shell: string,
  {
    source,
    typed,
    prefix,
  }: Omit<CompletionContext, 'source'> & { readonly source: 'directory' | 'file' | readonly Candidate[] },
  wordBreaks = '',
): readonly string[] {
  if (source === 'directory') return [DIRECTORIES_MARKER];
  if (source === 'file') return [FILES_MARKER];
  // Skips names with line breaks or control characters: the shell would split them, the terminal obey them.
  const safe = source.filter(({ value }) => value !== '' && sanitiseLine(value) === value);
  const full = safe.map(({ value, description }) => ({ value: prefix + value, description }));
  switch (shell) {
    case 'bash': {
      // Bash replaces only what follows the last of these characters, see COMP_WORDBREAKS in its manual.
      const breaks = [...':='].filter((character) => wordBreaks.includes(character));
      const start = Math.max(...breaks.map((character) => typed.lastIndexOf(character) + 1), 0);
      return full.filter(({ value }) => value.startsWith(typed)).map(({ value }) => value.slice(start));
    }
    case 'zsh':
      // `_describe` splits at the first colon.
      return full.map(
        ({ value, description }) =>
          `${value.replaceAll(/[\\:]/g, '\\$&')}${withDescription(':', description)}`,
      );
    default:
      return full.map(({ value, description }) => `${value}${withDescription('\t', description)}`);
  }
}

const withDescription = (separator: string, description: string): string =>
  description === '' ? '' : `${separator}${sanitiseLine(description)}`;
