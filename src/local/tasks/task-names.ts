import { randomBytes } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';

/** Limits of section 6 of the contract. */
const NAME_LIMIT = 32;
const DISPLAY_NAME_BYTES = 64;
const SUFFIX_DIGITS = 4;

export const isDisplayNameTooLong = (text: string): boolean => Buffer.byteLength(text) > DISPLAY_NAME_BYTES;

/** A name: the prompt's first words, a hyphen and four random hex digits. */
export function taskNameFromPrompt(prompt: string): string {
  const stemLimit = NAME_LIMIT - SUFFIX_DIGITS - 1;
  const words = prompt
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '');
  const cut = words.length > stemLimit ? words.slice(0, stemLimit + 1).replace(/-[^-]*$/, '') : words;
  const stem = cut.slice(0, stemLimit).replace(/-+$/, '');
  return `${stem === '' ? 'task' : stem}-${randomBytes(SUFFIX_DIGITS / 2).toString('hex')}`;
}

/** The prompt's first line that is not blank, without control characters, at most 64 bytes; '' if there is none. */
export function displayNameFromPrompt(prompt: string): string {
  const line = stripVTControlCharacters(prompt)
    .split('\n')
    .map((text) => text.replace(/[\p{Cc}\s]+/gu, ' ').trim())
    .find((text) => text !== '');
  if (line === undefined) return '';
  return isDisplayNameTooLong(line) ? `${truncateToBytes(line, DISPLAY_NAME_BYTES - 3)}…` : line;
}

function truncateToBytes(text: string, limit: number): string {
  let truncated = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > limit) break;
    truncated += segment;
  }
  return truncated.trimEnd();
}
