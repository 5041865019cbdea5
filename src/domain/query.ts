import { PHASES, type Phase } from './phase.ts';
import { chatFacts, coderFacts, type Task, worktreeOf } from './task.ts';
import { didYouMean } from './text/did-you-mean.ts';

/** The part of a task that filters can test. */
export interface QueryCandidate {
  readonly task: Task;
  readonly phase: Phase;
  /** The time in its phase, ms. */
  readonly ageMs: number;
  /** The user's own name, for `owner:me`; null or missing while unknown. */
  readonly me?: string | null;
}

export interface Query {
  readonly terms: readonly QueryTerm[];
  /** An error text; null without an error. An invalid term matches everything. */
  readonly problem: string | null;
  /** Contains terms that depend on the time: `phase` or `age`. */
  readonly isTimeDependent: boolean;
}

interface QueryTerm {
  readonly not: boolean;
  readonly test: TermTest;
}

type TermTest =
  | { readonly kind: 'words'; readonly text: string }
  /** Matches when a value is a prefix of the task's; owners and templates match anywhere. */
  | { readonly kind: QueryField; readonly values: readonly string[] }
  | { readonly kind: 'age'; readonly above: boolean; readonly ms: number };

type QueryField = 'status' | 'phase' | 'owner' | 'template' | 'kind' | 'is' | 'pr' | 'archived';

const QUERY_FIELDS: readonly QueryField[] = [
  'status',
  'phase',
  'owner',
  'template',
  'kind',
  'is',
  'pr',
  'archived',
];

/** The words that a field allows, by their beginnings; a field without them allows any. */
const FIELD_WORDS: Readonly<Partial<Record<QueryField, readonly string[]>>> = {
  phase: PHASES,
  kind: ['task', 'chat'],
  is: ['unread', 'pinned', 'worktree'],
  pr: ['draft', 'open', 'merged', 'closed', 'none'],
  archived: ['yes', 'no'],
};

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A term, optionally negated: a field with a value, which may be quoted, a word, or quoted words. */
const TERM = /(!?)(?:([a-z]+):("[^"]*"?|\S*)|"([^"]*)"?|(\S+))/giu;
const AGE = /^age(<=?|>=?)(.*)$/iu;
const DURATION = /^(\d+(?:\.\d+)?)([smhdw])$/iu;

/**
 * Parses a filter: words that occur in a task's texts; `status:`, `phase:`, `owner:`, `template:`, `kind:`, `is:`, `pr:`
 * and `archived:` with values separated by commas; `age<2h` and `age>1d`; `!` negates any of them. All terms must match. Case does not matter. An
 * incomplete term such as `phase:` is ignored.
 */
export function parseTaskQuery(text: string): Query {
  const terms: QueryTerm[] = [];
  let problem: string | null = null;
  for (const [, not, field, value, quoted, word] of text.matchAll(TERM)) {
    const parsed =
      field !== undefined && isField(field.toLowerCase())
        ? fieldTest(field.toLowerCase() as QueryField, unquoted(value ?? ''))
        : wordTest(quoted ?? word ?? `${field}:${unquoted(value ?? '')}`, quoted !== undefined);
    if (typeof parsed === 'string') problem ??= parsed;
    else if (parsed !== null) terms.push({ not: not === '!', test: parsed });
  }
  const isTimeDependent = terms.some(({ test }) => test.kind === 'phase' || test.kind === 'age');
  return { terms, problem, isTimeDependent };
}

const isField = (word: string): word is QueryField => (QUERY_FIELDS as readonly string[]).includes(word);

const unquoted = (value: string): string => value.replace(/^"|"$/gu, '');

/** A test, an error text, or null for an incomplete term. */
type ParsedTerm = TermTest | string | null;

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
const NUMBER = /^#?\d+$/u;

function wordTest(word: string, isQuoted: boolean): ParsedTerm {
  // A lone `!`, or empty quotes.
  if (word === '' || (word === '!' && !isQuoted)) return null;
  const [, operator, duration] = (isQuoted ? null : AGE.exec(word)) ?? [];
  if (operator === undefined || duration === undefined) return { kind: 'words', text: word.toLowerCase() };
  if (duration === '' || /^[\d.]+$/u.test(duration)) return null;
  const [, amount, unit] = DURATION.exec(duration) ?? [];
  if (amount === undefined || unit === undefined) {
    return `"${duration}" is not an age. Use 90s, 30m, 2h, 3d or 1w.`;
  }
  return {
    kind: 'age',
    above: operator.startsWith('>'),
    ms: Number(amount) * (UNITS_MS[unit.toLowerCase()] ?? 0),
  };
}

export const matchesQuery = (candidate: QueryCandidate, { terms }: Query): boolean =>
  terms.every(({ not, test }) => passesTest(candidate, test) !== not);

function passesTest({ task, phase, ageMs, me = null }: QueryCandidate, test: TermTest): boolean {
  switch (test.kind) {
    case 'words':
      return searchableText(task).includes(test.text);
    case 'phase':
      return test.values.some((value) => phase.startsWith(value));
    case 'status':
      return test.values.some((value) => task.facts.status.toLowerCase().startsWith(value));
    case 'owner':
      return test.values.some((value) => isOwner(task.ownerName.toLowerCase(), value, me));
    case 'template':
      return test.values.some((value) => templateText(task).toLowerCase().includes(value));
    case 'kind':
      return test.values.some((value) => (chatFacts(task) === null ? 'task' : 'chat').startsWith(value));
    case 'is':
      return test.values.some((value) => signsOf(task).some((sign) => sign.startsWith(value)));
    case 'pr':
      return test.values.some((value) => isPullRequest(task, value));
    case 'archived':
      return test.values.some((value) => archivedWord(task).startsWith(value));
    case 'age':
      return test.above ? ageMs > test.ms : ageMs < test.ms;
  }
}

/** The words of `is:` that hold for the task. */
function signsOf(task: Task): readonly string[] {
  const facts = chatFacts(task);
  return [
    ...(facts?.unread === true ? ['unread'] : []),
    ...((facts?.pinOrder ?? task.own?.pinOrder ?? 0) > 0 ? ['pinned'] : []),
    ...(worktreeOf(task) === null ? [] : ['worktree']),
  ];
}

/** `value`: a number, the beginning of a state, or of `none`. */
function isPullRequest(task: Task, value: string): boolean {
  const pullRequest = chatFacts(task)?.changes?.pullRequest ?? null;
  if (pullRequest === null) return 'none'.startsWith(value);
  if (NUMBER.test(value)) return String(pullRequest.number) === value.replace('#', '');
  const state = pullRequest.isDraft && pullRequest.state === 'open' ? 'draft' : pullRequest.state;
  return state.toLowerCase().startsWith(value);
}

const archivedWord = (task: Task): string => (chatFacts(task)?.archived ? 'yes' : 'no');

/** Whether the filter requests archived tasks or the others; null when it does not say, or both. */
export function requestedArchived({ terms }: Query): boolean | null {
  for (const { not, test } of terms) {
    if (test.kind !== 'archived') continue;
    const [only, ...others] = ['yes', 'no'].filter((word) =>
      test.values.some((value) => word.startsWith(value)),
    );
    if (others.length === 0) return (only === 'yes') !== not;
  }
  return null;
}

const isOwner = (name: string, value: string, me: string | null): boolean =>
  value === 'me' && me !== null ? name === me.toLowerCase() : name.includes(value);

/** The owners of a filter, any of which matches; null without an owner term. Negated terms do not count. */
export const requestedOwners = ({ terms }: Query): readonly string[] | null =>
  ownerTest(terms)?.values ?? null;

/** The filter without its owner term, for a list that the server has already filtered. */
export const withoutOwnerTerm = (query: Query): Query => {
  const ownerTerm = ownerTest(query.terms);
  return ownerTerm === null
    ? query
    : { ...query, terms: query.terms.filter(({ test }) => test !== ownerTerm) };
};

/** The only status that can match the filter; null when several can, or without a status term. */
export function requestedStatus({ terms }: Query, statuses: readonly string[]): string | null {
  const statusValues = terms.flatMap(({ not, test }) =>
    !not && test.kind === 'status' ? [test.values] : [],
  );
  if (statusValues.length === 0) return null;
  const [only, ...others] = statuses.filter((status) =>
    statusValues.every((values) => values.some((value) => status.startsWith(value))),
  );
  return others.length === 0 ? (only ?? null) : null;
}

const ownerTest = (terms: readonly QueryTerm[]): (TermTest & { readonly kind: QueryField }) | null => {
  for (const { not, test } of terms) if (!not && test.kind === 'owner') return test;
  return null;
};

/** Empty for a kind without templates. */
function templateText(task: Task): string {
  const facts = coderFacts(task);
  return facts === null ? '' : `${facts.templateDisplayName}\n${facts.templateName}`;
}

const searchableText = (task: Task): string =>
  [
    task.own?.title ?? '',
    task.displayName,
    task.name,
    task.ownerName,
    templateText(task),
    worktreeOf(task)?.branch ?? '',
    task.state?.message ?? '',
  ]
    .join('\n')
    .toLowerCase();
