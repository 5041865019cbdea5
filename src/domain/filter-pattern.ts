/** A longer pattern is refused. */
const MAX_PATTERN = 200;
/** A pattern sees this much of each text, UTF-16 units. */
export const MAX_PATTERN_TEXT = 200;
/** More repetitions, such as those of `.*.*.*.*x`, take seconds for one text. */
const MAX_REPEATS = 3;
/** Each one doubles the work at worst. */
const MAX_OPTIONAL = 6;
const MAX_COUNT = 100;

const COUNT = /^\{(\d+)(?:,(\d*))?\}/u;

/**
 * The regular expression of `/source/flags`, or why it is refused, in a sentence. The only flag is `i`. A filter runs while
 * the user types, on texts of others, and JavaScript has no time limit for a pattern: so what can take exponential time is
 * refused, and `MAX_PATTERN_TEXT` bounds the rest.
 */
export function parsePattern(source: string, flags: string): RegExp | string {
  const shown = `/${source.length > 30 ? `${source.slice(0, 29)}…` : source}/`;
  const flag = [...flags].find((each) => each !== 'i') ?? (flags.length > 1 ? 'ii' : undefined);
  if (flag !== undefined) return `Unknown flag "${flag}" of ${shown}. Use i, or write a path in quotes.`;
  if (source.length > MAX_PATTERN) return `A pattern has at most ${MAX_PATTERN} characters.`;
  const danger = slownessOf(source);
  if (danger !== null) return `${shown} could take too long: ${danger}`;
  try {
    return new RegExp(source, flags);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : '';
    return `${shown} is not a pattern: ${reason.toLowerCase()}.`;
  }
}

/** The part that can make the pattern slow, in a sentence; null for none. Faults of syntax are left to the engine. */
function slownessOf(source: string): string | null {
  /** For each open group: whether what it holds matches a text in several ways. */
  const open: boolean[] = [];
  let repeats = 0;
  let optional = 0;
  /** Whether the part before is a group that matches in several ways. */
  let isAmbiguous = false;
  let isAfterRepeat = false;
  for (let at = 0; at < source.length; at++) {
    const letter = source[at] ?? '';
    const count = COUNT.exec(source.slice(at, at + 12));
    if (letter === '*' || letter === '+' || count !== null) {
      if (isAmbiguous) return 'a repeated group may not hold another repetition, ? or |.';
      if (Number(count?.[2] || count?.[1] || 0) > MAX_COUNT) return `use counts of at most ${MAX_COUNT}.`;
      if (++repeats > MAX_REPEATS) return `use at most ${MAX_REPEATS} of *, + and {}.`;
      if (open.length > 0) open[open.length - 1] = true;
      at += (count?.[0].length ?? 1) - 1;
      isAfterRepeat = true;
      continue;
    }
    if (letter === '?') {
      // After a repetition it only asks for the shortest match.
      if (!isAfterRepeat && ++optional > MAX_OPTIONAL) return `use at most ${MAX_OPTIONAL} of ?.`;
      if (open.length > 0) open[open.length - 1] = true;
      isAfterRepeat = false;
      continue;
    }
    isAmbiguous = false;
    isAfterRepeat = false;
    if (letter === '\\') {
      at++;
      if (/[1-9k]/u.test(source[at] ?? '')) return 'references to groups are not allowed.';
    } else if (letter === '[') at = endOfClass(source, at);
    else if (letter === '(') {
      if (source[at + 1] === '?' && source[at + 2] !== ':')
        return 'of the groups with (? only (?: is allowed.';
      if (source[at + 1] === '?') at += 2;
      open.push(false);
    } else if (letter === '|' && open.length > 0) open[open.length - 1] = true;
    else if (letter === ')') {
      isAmbiguous = open.pop() ?? false;
      if (isAmbiguous && open.length > 0) open[open.length - 1] = true;
    }
  }
  return null;
}

/** The offset of the bracket that closes the class at `start`; the end of the source without one. */
function endOfClass(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === ']') return at;
  }
  return source.length;
}
