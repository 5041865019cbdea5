/** Text that was taken back is kept up to this many characters a message; beyond, the oldest lines go first. */
const MAX_RETRACTED = 64 * 1024;
const DROPPED_NOTE = '[…earlier lines that were taken back are not kept]';

/**
 * The lines of `before` that `after` no longer holds, in their order. A message is a region of a screen that is drawn
 * again and again (AgentAPI replaces the last message in place), so not every difference is a loss: what only grew,
 * moved or was wrapped anew is still there, and what is drawn to be drawn over (a clock, a counter, a spinner, a
 * "Thinking…") was never text.
 */
function removedLines(before: string, after: string): readonly string[] {
  const old = before.trimEnd();
  if (after.startsWith(old)) return [];
  if (after.trim() === '') return visibleLines(old);
  const [oldMiddle, newMiddle] = changedRegions(old, after);
  const lines = visibleLines(oldMiddle);
  const newLines = visibleLines(newMiddle);
  const replacements = unmatchedLines(newLines, new Set(lines));
  const isStillThere = sequentialFinder(normalizedWords(newMiddle));
  return [...unmatchedLines(lines, new Set(newLines))].flatMap(([next, removed]) => {
    const replacement = replacements.get(next) ?? [];
    const lost = removed.filter(
      (line, index) => !isTransientLine(line) && !isSameLineChanged(line, replacement[index] ?? ''),
    );
    return lost.length === 0 || isStillThere(normalizedWords(lost.join(' '))) ? [] : lost;
  });
}

/** The lines that are not among the known ones, by the known line that comes after them; null for the end. */
function unmatchedLines(
  lines: readonly string[],
  matched: ReadonlySet<string>,
): ReadonlyMap<string | null, readonly string[]> {
  const found = new Map<string | null, string[]>();
  let unmatched: string[] = [];
  for (const line of [...lines, null]) {
    if (line !== null && !matched.has(line)) {
      unmatched.push(line);
    } else if (unmatched.length > 0) {
      const before = found.get(line);
      if (before === undefined) found.set(line, unmatched);
      else before.push(...unmatched);
      unmatched = [];
    }
  }
  return found;
}

/** So far behind the last text that was found the next one is looked for, characters. */
const SEARCH_WINDOW = 64 * 1024;
/** So often a text that is not near is looked for everywhere: a message may have millions of characters. */
const MAX_FULL_SEARCHES = 32;

/** Tells of one text after the other whether it stands in `whole`; texts that follow each other are found fast. */
function sequentialFinder(whole: string): (part: string) => boolean {
  let from = 0;
  let searches = 0;
  return (part) => {
    const near = whole.slice(from, from + SEARCH_WINDOW + part.length).indexOf(part);
    if (near !== -1) {
      // The blank at its end may be the one that the next begins with.
      from += near + part.length - 1;
      return true;
    }
    return searches++ < MAX_FULL_SEARCHES && whole.includes(part);
  };
}

/** Whether all the text of `part` stands in `whole`, however it is wrapped. */
export function containsText(whole: string, part: string): boolean {
  const wanted = part.trimEnd();
  return whole.includes(wanted) || normalizedWords(whole).includes(normalizedWords(wanted));
}

/**
 * The text without the line that says that its beginning was cut off: AgentAPI's, in the snapshots of long messages
 * (contract, section 6), or ours, in the archive.
 */
export const withoutCutNote = (text: string): string =>
  CUT_NOTES.some((remark) => text.startsWith(remark)) ? text.slice(text.indexOf('\n') + 1) : text;

const CUT_NOTES = ['[...content truncated', '[…cut by taskdeck'];

/** The end of a text that is too long, behind a line that says so. `most` is in characters. */
export function truncateStart(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const megabytes = ((text.length - maxLength) / 1_000_000).toFixed(1);
  return `[…cut by taskdeck: the first ${megabytes} MB of this message are not kept]\n${text.slice(-maxLength)}`;
}

/**
 * What was taken back from a message so far, and has not come back: `kept` with the lines lost by a change from
 * `before` to `after`. Empty for nothing.
 */
export function retractedText(retracted: string, before: string, after: string): string {
  const removed = removedLines(before, after);
  if (retracted === '' && removed.length === 0) return '';
  const [, changed] = changedRegions(before, after);
  const restored = new Set(visibleLines(changed));
  return limitLength(
    [...new Set([...retracted.split('\n'), ...removed])].filter((line) => line !== '' && !restored.has(line)),
  );
}

/** Both, each line once. */
export const mergeLines = (one: string, other: string): string =>
  limitLength([...new Set([...one.split('\n'), ...other.split('\n')])].filter((line) => line !== ''));

function limitLength(lines: readonly string[]): string {
  let length = 0;
  const first = lines.findLastIndex((line) => {
    length += line.length + 1;
    return length > MAX_RETRACTED;
  });
  if (first === -1) return lines.join('\n');
  // A single line that is too long keeps its end.
  const rest = lines.slice(first + 1).filter((line) => line !== DROPPED_NOTE);
  return [DROPPED_NOTE, ...(rest.length > 0 ? rest : [(lines.at(-1) ?? '').slice(-MAX_RETRACTED)])].join(
    '\n',
  );
}

/** What stands between the lines that both begin with and the ones that both end with. */
function changedRegions(a: string, b: string): readonly [string, string] {
  const same = commonPrefixLength(a, b);
  const begin = same === 0 ? 0 : a.lastIndexOf('\n', same - 1) + 1;
  const [restA, restB] = [a.slice(begin), b.slice(begin)];
  const end = commonSuffixLength(restA, restB);
  return [restA.slice(0, restA.length - end), restB.slice(0, restB.length - end)];
}

/** How many characters both begin with. Compares pieces, since messages can have millions of characters. */
function commonPrefixLength(a: string, b: string): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (a.startsWith(b.slice(low, middle), low)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many characters of whole lines both end with. */
function commonSuffixLength(a: string, b: string): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const piece = b.slice(b.length - middle, b.length - low);
    if (a.endsWith(piece, a.length - low)) low = middle;
    else high = middle - 1;
  }
  const line = low === 0 ? -1 : a.indexOf('\n', a.length - low);
  return line === -1 ? 0 : a.length - line - 1;
}

/** The lines that show anything, without what a screen pads them with. */
const visibleLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

/** The words between single blanks, one at both ends too, so that a word is not found in the middle of another. */
const normalizedWords = (text: string): string => ` ${text} `.replaceAll(/\s+/gu, ' ');

/** The same line further on: it grew, or only its numbers and signs are others. */
const isSameLineChanged = (line: string, later: string): boolean =>
  later.startsWith(line) || (/\p{L}/u.test(line) && lettersOf(line) === lettersOf(later));

const lettersOf = (line: string): string => line.replaceAll(/[^\p{L}]+/gu, ' ').trim();

/** Drawn to be drawn over: a rule, a box, a spinner; "Thinking… (3s)" and its like. */
const isTransientLine = (line: string): boolean =>
  !/[\p{L}\p{N}]/u.test(line) || /^[^\p{L}]*\p{L}+(?: \p{L}+){0,3}(?:…|\.\.\.)(?: ?\(.*\)?)?$/u.test(line);
