/** The limit of retracted text of a message; beyond it, the oldest lines are dropped. UTF-16 units. */
const MAX_RETRACTED = 64 * 1024;
const DROPPED_NOTE = '[…earlier retracted lines are not stored]';
/** Also matches the notes that earlier versions stored. */
const isDroppedNote = (line: string): boolean => line.startsWith('[…earlier ');

/**
 * The lines of `before` that `after` no longer contains, in order. AgentAPI replaces the last message in place whenever
 * the agent redraws its screen, so not every difference is a loss. Text that grew, moved or was rewrapped is still
 * there. Transient lines (a clock, a counter, a spinner, a "Thinking…") do not count.
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

/** The lines not in `matched`, grouped by the matched line that follows them; null stands for the end. */
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

/** The next text is searched within this distance after the last match, UTF-16 units. */
const SEARCH_WINDOW = 64 * 1024;
/** The number of full searches for texts that are not near: a message may have millions of characters. */
const MAX_FULL_SEARCHES = 32;

/** Returns a function that tests whether `text` contains a part. Fast for parts that follow each other. */
function sequentialFinder(text: string): (part: string) => boolean {
  let from = 0;
  let searches = 0;
  return (part) => {
    const near = text.slice(from, from + SEARCH_WINDOW + part.length).indexOf(part);
    if (near !== -1) {
      // The next match may share the blank at the end of this one.
      from += near + part.length - 1;
      return true;
    }
    return searches++ < MAX_FULL_SEARCHES && text.includes(part);
  };
}

/** Whether `text` contains the text of `part`, regardless of line wrapping. */
export function containsText(text: string, part: string): boolean {
  const wanted = part.trimEnd();
  return text.includes(wanted) || normalizedWords(text).includes(normalizedWords(wanted));
}

/**
 * Removes the first line if it says that the beginning was cut: AgentAPI's in snapshots of long messages, or ours in
 * stored conversations.
 */
export const withoutCutNote = (text: string): string =>
  CUT_NOTES.some((note) => text.startsWith(note)) ? text.slice(text.indexOf('\n') + 1) : text;

const CUT_NOTES = ['[...content truncated', '[…cut by taskdeck'];

/** The last `maxLength` UTF-16 units of a text, after a line that says so; a short text unchanged. */
export function truncateStart(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const megabytes = ((text.length - maxLength) / 1_000_000).toFixed(1);
  return `[…cut by taskdeck: the first ${megabytes} MB of this message are not stored]\n${text.slice(-maxLength)}`;
}

/**
 * The retracted text of a message after it changed from `before` to `after`: lost lines are added, restored ones
 * removed. Empty for none.
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

/** The lines of both, without duplicates. */
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
  const rest = lines.slice(first + 1).filter((line) => !isDroppedNote(line));
  return [DROPPED_NOTE, ...(rest.length > 0 ? rest : [(lines.at(-1) ?? '').slice(-MAX_RETRACTED)])].join(
    '\n',
  );
}

/** The parts between the common first lines and the common last lines. */
function changedRegions(a: string, b: string): readonly [string, string] {
  const prefixLength = commonPrefixLength(a, b);
  const begin = prefixLength === 0 ? 0 : a.lastIndexOf('\n', prefixLength - 1) + 1;
  const [restA, restB] = [a.slice(begin), b.slice(begin)];
  const end = commonSuffixLength(restA, restB);
  return [restA.slice(0, restA.length - end), restB.slice(0, restB.length - end)];
}

/** The length of the common prefix. Compares slices, since messages can have millions of characters. */
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

/** The length of the common whole lines at the end. */
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

/** The lines with visible text, without trailing padding. */
const visibleLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

/** The words separated by single blanks, with one at both ends, so that only whole words match. */
const normalizedWords = (text: string): string => ` ${text} `.replaceAll(/\s+/gu, ' ');

/** Whether it is the same line later: it grew, or only its digits and signs differ. */
const isSameLineChanged = (line: string, later: string): boolean =>
  later.startsWith(line) || (/\p{L}/u.test(line) && lettersOf(line) === lettersOf(later));

const lettersOf = (line: string): string => line.replaceAll(/[^\p{L}]+/gu, ' ').trim();

/** A line that an agent overwrites: a rule, a box, a spinner, or "Thinking… (3s)" and the like. */
const isTransientLine = (line: string): boolean =>
  !/[\p{L}\p{N}]/u.test(line) || /^[^\p{L}]*\p{L}+(?: \p{L}+){0,3}(?:…|\.\.\.)(?: ?\(.*\)?)?$/u.test(line);
