/** Text that was taken back is kept up to this many characters a message; beyond, the oldest lines go first. */
const MOST_KEPT = 64 * 1024;
const DROPPED = '[…earlier lines that were taken back are not kept]';

/**
 * The lines of `before` that `after` no longer holds, in their order. A message is a region of a screen that is drawn
 * again and again (AgentAPI replaces the last message in place), so not every difference is a loss: what only grew,
 * moved or was wrapped anew is still there, and what is drawn to be drawn over (a clock, a counter, a spinner, a
 * "Thinking…") was never text.
 */
function lostLines(before: string, after: string): readonly string[] {
  const old = before.trimEnd();
  if (after.startsWith(old)) return [];
  if (after.trim() === '') return linesOf(old);
  const [oldMiddle, newMiddle] = whereTheyDiffer(old, after);
  const lines = linesOf(oldMiddle);
  const there = linesOf(newMiddle);
  const drawnOver = strangersBefore(there, new Set(lines));
  const stands = finder(wordsOf(newMiddle));
  return [...strangersBefore(lines, new Set(there))].flatMap(([next, gone]) => {
    const instead = drawnOver.get(next) ?? [];
    const lost = gone.filter((line, index) => !isPassing(line) && !continuesIn(line, instead[index] ?? ''));
    return lost.length === 0 || stands(wordsOf(lost.join(' '))) ? [] : lost;
  });
}

/** The lines that are not among the known ones, by the known line that comes after them; null for the end. */
function strangersBefore(
  lines: readonly string[],
  known: ReadonlySet<string>,
): ReadonlyMap<string | null, readonly string[]> {
  const found = new Map<string | null, string[]>();
  let strangers: string[] = [];
  for (const line of [...lines, null]) {
    if (line !== null && !known.has(line)) {
      strangers.push(line);
    } else if (strangers.length > 0) {
      const before = found.get(line);
      if (before === undefined) found.set(line, strangers);
      else before.push(...strangers);
      strangers = [];
    }
  }
  return found;
}

/** So far behind the last text that was found the next one is looked for, characters. */
const NEAR = 64 * 1024;
/** So often a text that is not near is looked for everywhere: a message may have millions of characters. */
const SEARCHES = 32;

/** Tells of one text after the other whether it stands in `whole`; texts that follow each other are found fast. */
function finder(whole: string): (part: string) => boolean {
  let from = 0;
  let searches = 0;
  return (part) => {
    const near = whole.slice(from, from + NEAR + part.length).indexOf(part);
    if (near !== -1) {
      // The blank at its end may be the one that the next begins with.
      from += near + part.length - 1;
      return true;
    }
    return searches++ < SEARCHES && whole.includes(part);
  };
}

/** Whether all the text of `part` stands in `whole`, however it is wrapped. */
export function holds(whole: string, part: string): boolean {
  const wanted = part.trimEnd();
  return whole.includes(wanted) || wordsOf(whole).includes(wordsOf(wanted));
}

/**
 * The text without the line that says that its beginning was cut off: AgentAPI's, in the snapshots of long messages
 * (contract, section 6), or ours, in the archive.
 */
export const withoutRemark = (text: string): string =>
  CUT.some((remark) => text.startsWith(remark)) ? text.slice(text.indexOf('\n') + 1) : text;

const CUT = ['[...content truncated', '[…cut by taskdeck'];

/** The end of a text that is too long, behind a line that says so. `most` is in characters. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const megabytes = ((text.length - most) / 1_000_000).toFixed(1);
  return `[…cut by taskdeck: the first ${megabytes} MB of this message are not kept]\n${text.slice(-most)}`;
}

/**
 * What was taken back from a message so far, and has not come back: `kept` with the lines lost by a change from
 * `before` to `after`. Empty for nothing.
 */
export function takenBack(kept: string, before: string, after: string): string {
  const lost = lostLines(before, after);
  if (kept === '' && lost.length === 0) return '';
  const [, changed] = whereTheyDiffer(before, after);
  const back = new Set(linesOf(changed));
  return bounded(
    [...new Set([...kept.split('\n'), ...lost])].filter((line) => line !== '' && !back.has(line)),
  );
}

/** Both, each line once. */
export const bothTexts = (one: string, other: string): string =>
  bounded([...new Set([...one.split('\n'), ...other.split('\n')])].filter((line) => line !== ''));

function bounded(lines: readonly string[]): string {
  let length = 0;
  const first = lines.findLastIndex((line) => {
    length += line.length + 1;
    return length > MOST_KEPT;
  });
  if (first === -1) return lines.join('\n');
  // A single line that is too long keeps its end.
  const rest = lines.slice(first + 1).filter((line) => line !== DROPPED);
  return [DROPPED, ...(rest.length > 0 ? rest : [(lines.at(-1) ?? '').slice(-MOST_KEPT)])].join('\n');
}

/** What stands between the lines that both begin with and the ones that both end with. */
function whereTheyDiffer(a: string, b: string): readonly [string, string] {
  const same = commonLength(a, b);
  const begin = same === 0 ? 0 : a.lastIndexOf('\n', same - 1) + 1;
  const [restA, restB] = [a.slice(begin), b.slice(begin)];
  const end = commonEnd(restA, restB);
  return [restA.slice(0, restA.length - end), restB.slice(0, restB.length - end)];
}

/** How many characters both begin with. Compares pieces, since messages can have millions of characters. */
function commonLength(a: string, b: string): number {
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
function commonEnd(a: string, b: string): number {
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
const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

/** The words between single blanks, one at both ends too, so that a word is not found in the middle of another. */
const wordsOf = (text: string): string => ` ${text} `.replaceAll(/\s+/gu, ' ');

/** The same line further on: it grew, or only its numbers and signs are others. */
const continuesIn = (line: string, later: string): boolean =>
  later.startsWith(line) || (/\p{L}/u.test(line) && lettersOf(line) === lettersOf(later));

const lettersOf = (line: string): string => line.replaceAll(/[^\p{L}]+/gu, ' ').trim();

/** Drawn to be drawn over: a rule, a box, a spinner; "Thinking… (3s)" and its like. */
const isPassing = (line: string): boolean =>
  !/[\p{L}\p{N}]/u.test(line) || /^[^\p{L}]*\p{L}+(?: \p{L}+){0,3}(?:…|\.\.\.)(?: ?\(.*\)?)?$/u.test(line);
