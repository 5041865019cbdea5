import { parseSince, type Since } from './changed-since.ts';
import { parsePattern } from './filter-pattern.ts';
import { PHASES } from './phase.ts';
import { didYouMean } from './text/did-you-mean.ts';
import { parseDuration } from './text/duration.ts';

export interface Query {
  readonly terms: readonly QueryTerm[];
  /** An error text; null without an error. An invalid term matches everything. */
  readonly problem: string | null;
  /** Contains terms that depend on the time, such as `phase` or `age`. */
  readonly isTimeDependent: boolean;
  /** Contains terms that depend on what the user has seen, acknowledged or snoozed. */
  readonly readsAttention: boolean;
  /** Contains terms that need the names of organizations. */
  readonly readsOrganizations: boolean;
}

export interface QueryTerm {
  readonly not: boolean;
  readonly test: TermTest;
}

export type TermTest =
  /** `isExact`: without the fuzzy match of titles. */
  | { readonly kind: 'words'; readonly text: string; readonly isExact: boolean }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'since'; readonly since: Since }
  | { readonly kind: QueryField; readonly values: readonly string[] }
  | { readonly kind: 'age'; readonly above: boolean; readonly ms: number };

export type QueryField =
  | 'status'
  | 'phase'
  | 'owner'
  | 'template'
  | 'kind'
  | 'is'
  | 'pr'
  | 'archived'
  | 'org'
  | 'repo'
  | 'dir';

/** All fields of the filter. */
const QUERY_FIELDS: readonly (QueryField | 'since')[] = [
  'phase',
  'is',
  'owner',
  'template',
  'kind',
  'status',
  'since',
  'repo',
  'dir',
  'org',
  'pr',
  'archived',
];

/** The words of `is:` that depend on what the user did. */
const ATTENTION_SIGNS = ['needs-you', 'acknowledged', 'snoozed'] as const;
export type AttentionSign = (typeof ATTENTION_SIGNS)[number];

/** The words that a field allows, by their beginnings; a field without them allows any. */
const FIELD_WORDS: Readonly<Partial<Record<QueryField, readonly string[]>>> = {
  phase: PHASES,
  kind: ['task', 'chat'],
  is: [...ATTENTION_SIGNS, 'unread', 'pinned', 'worktree'],
  pr: ['draft', 'open', 'merged', 'closed', 'none'],
  archived: ['yes', 'no'],
};

/**
 * A term, optionally negated: a closed pattern, a pattern without its end, a field with a value, which may be quoted, quoted
 * words, or a word. A path such as `/home/ada` is a word.
 */
const TERM =
  /(!?)(?:\/((?:\\.|[^\\/])+)\/([dgimsuvy]{0,3})(?=\s|$)|(\/(?:\\.|[^\\/])*)$|([a-z]+):("[^"]*"?|\S*)|"([^"]*)"?|(\S+))/giu;
const AGE = /^age(<=?|>=?)(.*)$/iu;

/**
 * Parses a filter: words, which occur in a task's texts or match its title with letters left out; quoted words, which occur
 * exactly; `/pattern/` and `/pattern/i`; the fields of `QUERY_FIELDS` with values separated by commas; `age<2h` and
 * `age>1d`; `!` negates any of them. All terms must match. Case matters only in a pattern. An incomplete term such as
 * `phase:` is ignored.
 */
export function parseTaskQuery(text: string): Query {
  const terms: QueryTerm[] = [];
  let problem: string | null = null;
  for (const match of text.matchAll(TERM)) {
    const parsed = parseTerm(match);
    if (typeof parsed === 'string') problem ??= parsed;
    else if (parsed !== null) terms.push({ not: match[1] === '!', test: parsed });
  }
  const tests = terms.map(({ test }) => test);
  const readsAttention = tests.some(readsAttentionSign);
  return {
    terms,
    problem,
    isTimeDependent:
      readsAttention || tests.some(({ kind }) => kind === 'phase' || kind === 'age' || kind === 'since'),
    readsAttention,
    readsOrganizations: tests.some(({ kind }) => kind === 'org'),
  };
}

/** A test, an error text, or null for an incomplete term. */
type ParsedTerm = TermTest | string | null;

function parseTerm([
  ,
  ,
  source,
  flags = '',
  begun,
  name,
  value = '',
  quoted,
  word,
]: RegExpExecArray): ParsedTerm {
  if (source !== undefined) {
    const pattern = parsePattern(source, flags);
    return typeof pattern === 'string' ? pattern : { kind: 'pattern', pattern };
  }
  if (begun !== undefined)
    return begun === '/' ? null : `The pattern ${begun} has no end. Close it with /, or write it in quotes.`;
  const field = fieldOf(name?.toLowerCase());
  if (field === 'since') return sinceTest(unquoted(value).toLowerCase());
  if (field !== null) return fieldTest(field, unquoted(value));
  return wordTest(quoted ?? word ?? `${name}:${unquoted(value)}`, quoted !== undefined);
}

/** The field of a name; also the server's name of a field. */
const fieldOf = (name: string | undefined): QueryField | 'since' | null =>
  name === 'organization' ? 'org' : (QUERY_FIELDS.find((field) => field === name) ?? null);

const unquoted = (value: string): string => value.replace(/^"|"$/gu, '');

const readsAttentionSign = (test: TermTest): boolean =>
  test.kind === 'is' && test.values.some((value) => ATTENTION_SIGNS.some((sign) => sign.startsWith(value)));

function sinceTest(value: string): ParsedTerm {
  if (value === '') return null;
  const since = parseSince(value);
  if (since === undefined)
    return `"${value}" is not a time. Use since:2h, since:3d, since:today, since:yesterday or since:2026-11-30.`;
  return since === null ? null : { kind: 'since', since };
}

function fieldTest(kind: QueryField, value: string): ParsedTerm {
  const values = value.toLowerCase().split(',').filter(Boolean);
  if (values.length === 0) return null;
  const words = FIELD_WORDS[kind];
  const unknown = values.find(
    (each) =>
      words !== undefined &&
      !words.some((word) => word.startsWith(each)) &&
      !(kind === 'pr' && NUMBER.test(each)),
  );
  if (words === undefined || unknown === undefined) return { kind, values };
  const hint = didYouMean(unknown, words);
  const all = kind === 'pr' ? ['a number', ...words] : words;
  return kind === 'phase'
    ? `Unknown phase "${unknown}".${hint && ` ${hint}`} Phases: ${words.join(', ')}.`
    : `Unknown ${kind}: "${unknown}".${hint && ` ${hint}`} Use ${all.join(', ')}.`;
}

/** The number of a pull request. */
export const NUMBER = /^#?\d+$/u;

function wordTest(word: string, isQuoted: boolean): ParsedTerm {
  // A lone `!`, or empty quotes.
  if (word === '' || (word === '!' && !isQuoted)) return null;
  const [, operator, duration] = (isQuoted ? null : AGE.exec(word)) ?? [];
  if (operator === undefined || duration === undefined)
    return { kind: 'words', text: word.toLowerCase(), isExact: isQuoted };
  if (duration === '' || /^[\d.]+$/u.test(duration)) return null;
  const ms = parseDuration(duration);
  return ms === null
    ? `"${duration}" is not an age. Use 90s, 30m, 2h, 3d or 1w.`
    : { kind: 'age', above: operator.startsWith('>'), ms };
}
