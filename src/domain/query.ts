import { PHASES, type Phase } from './phase.ts';
import type { Task } from './task.ts';
import { didYouMean } from './text/did-you-mean.ts';

/** What a filter can ask about a task. */
export interface QueryCandidate {
  readonly task: Task;
  readonly phase: Phase;
  /** For how long it has been as it is, ms. */
  readonly ageMs: number;
  /** What `owner:me` means: the user's own name; null or missing while nobody knows it. */
  readonly me?: string | null;
}

/** A filter that was understood. */
export interface Query {
  readonly terms: readonly QueryTerm[];
  /** What was not understood, in one sentence; null when all was. Such a term lets everything through. */
  readonly problem: string | null;
  /** It asks for things that change by themselves: how the task is, and since when. */
  readonly isTimeDependent: boolean;
}

interface QueryTerm {
  readonly not: boolean;
  readonly test: TermTest;
}

type TermTest =
  | { readonly kind: 'words'; readonly text: string }
  /** One of the values begins what the task has there; owners and templates hold it anywhere. */
  | { readonly kind: QueryField; readonly values: readonly string[] }
  | { readonly kind: 'age'; readonly above: boolean; readonly ms: number };

type QueryField = 'status' | 'phase' | 'owner' | 'template';

const QUERY_FIELDS: readonly QueryField[] = ['status', 'phase', 'owner', 'template'];

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A term: perhaps negated; a field with its value, which may stand in quotes, or a word or words in quotes. */
const TERM = /(!?)(?:([a-z]+):("[^"]*"?|\S*)|"([^"]*)"?|(\S+))/giu;
const AGE = /^age(<=?|>=?)(.*)$/iu;
const DURATION = /^(\d+(?:\.\d+)?)([smhdw])$/iu;

/**
 * Reads a filter: words that stand somewhere in what a person reads of a task, `status:`, `phase:`, `owner:` and
 * `template:` with one value or several between commas, `age<2h` and `age>1d`, and `!` before any of them for the
 * opposite. All terms have to be true. Case does not matter. What is not finished yet, such as `phase:`, asks nothing.
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

/** A test; why there is none; null for a term that is not finished. */
type ParsedTerm = TermTest | string | null;

function fieldTest(kind: QueryField, value: string): ParsedTerm {
  const values = value.toLowerCase().split(',').filter(Boolean);
  if (values.length === 0) return null;
  const unknownPhase =
    kind === 'phase' ? values.find((word) => !PHASES.some((phase) => phase.startsWith(word))) : undefined;
  if (unknownPhase === undefined) return { kind, values };
  const hint = didYouMean(unknownPhase, PHASES);
  return `There is no phase "${unknownPhase}".${hint && ` ${hint}`} Phases: ${PHASES.join(', ')}.`;
}

function wordTest(word: string, isQuoted: boolean): ParsedTerm {
  // A lone mark of negation, or quotes that hold nothing yet.
  if (word === '' || (word === '!' && !isQuoted)) return null;
  const [, operator, duration] = (isQuoted ? null : AGE.exec(word)) ?? [];
  if (operator === undefined || duration === undefined) return { kind: 'words', text: word.toLowerCase() };
  if (duration === '' || /^[\d.]+$/u.test(duration)) return null;
  const [, amount, unit] = DURATION.exec(duration) ?? [];
  if (amount === undefined || unit === undefined) {
    return `"${duration}" is no age: write 90s, 30m, 2h, 3d or 1w.`;
  }
  return {
    kind: 'age',
    above: operator.startsWith('>'),
    ms: Number(amount) * (UNITS_MS[unit.toLowerCase()] ?? 0),
  };
}

/** Whether a task is what the filter asks for. */
export const matchesQuery = (candidate: QueryCandidate, { terms }: Query): boolean =>
  terms.every(({ not, test }) => passesTest(candidate, test) !== not);

function passesTest({ task, phase, ageMs, me = null }: QueryCandidate, test: TermTest): boolean {
  switch (test.kind) {
    case 'words':
      return searchableText(task).includes(test.text);
    case 'phase':
      return test.values.some((value) => phase.startsWith(value));
    case 'status':
      return test.values.some((value) => task.status.toLowerCase().startsWith(value));
    case 'owner':
      return test.values.some((value) => isOwner(task.ownerName.toLowerCase(), value, me));
    case 'template':
      return test.values.some((value) =>
        `${task.templateDisplayName}\n${task.templateName}`.toLowerCase().includes(value),
      );
    case 'age':
      return test.above ? ageMs > test.ms : ageMs < test.ms;
  }
}

const isOwner = (name: string, value: string, me: string | null): boolean =>
  value === 'me' && me !== null ? name === me.toLowerCase() : name.includes(value);

/**
 * The owners that a filter asks for, any of whom will do: a list that holds none of their tasks has nothing for it. Null
 * where it asks for none; one that it excludes says nothing of whom it wants.
 */
export const requestedOwners = ({ terms }: Query): readonly string[] | null =>
  ownerTest(terms)?.values ?? null;

/** The filter without what `ownersAsked` says, where a server was asked for just that. */
export const withoutOwnerTerm = (query: Query): Query => {
  const ownerTerm = ownerTest(query.terms);
  return ownerTerm === null
    ? query
    : { ...query, terms: query.terms.filter(({ test }) => test !== ownerTerm) };
};

/** The only one of these statuses that a filter lets through; null where it lets several through, or does not ask. */
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

/** What a person reads of a task. */
const searchableText = (task: Task): string =>
  [
    task.displayName,
    task.name,
    task.ownerName,
    task.templateDisplayName,
    task.templateName,
    task.state?.message ?? '',
  ]
    .join('\n')
    .toLowerCase();
