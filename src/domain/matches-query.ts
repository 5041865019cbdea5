import { lastChange, sinceTime } from './changed-since.ts';
import { MAX_PATTERN_TEXT } from './filter-pattern.ts';
import { foldCase, fuzzyWord } from './fuzzy-word.ts';
import type { Phase } from './phase.ts';
import { type AttentionSign, NUMBER, type Query, type TermTest } from './query.ts';
import { repositoryOf } from './repository.ts';
import { pinOrderOf } from './row-order.ts';
import { chatFacts, coderFacts, directoryOf, type Task, titleOf, worktreeOf } from './task.ts';

/** The part of a task that filters can test. */
export interface QueryCandidate {
  readonly task: Task;
  readonly phase: Phase;
  /** The time in its phase, ms. */
  readonly ageMs: number;
  /** Unix ms. */
  readonly now: number;
  /** The user's own name, for `owner:me`; null or missing while unknown. */
  readonly me?: string | null;
  /** The user's home directory, for `dir:~/src`; missing when unknown. */
  readonly home?: string;
  /** The words of `is:` that depend on the user. Called only for a filter that `readsAttention`. Missing: none hold. */
  signs?(): readonly AttentionSign[];
  /** The names of organizations, by their ids. Null or missing while unknown: then `org:` matches every task. */
  readonly organizations?: ReadonlyMap<string, string> | null;
}

export const matchesQuery = (candidate: QueryCandidate, { terms }: Query): boolean =>
  terms.every(({ not, test }) => passesTest(candidate, test, not) !== not);

/** `not`: the result is negated. A negated word hides only tasks in which it occurs. */
function passesTest(candidate: QueryCandidate, test: TermTest, not: boolean): boolean {
  const { task, phase, ageMs, now, me = null, home, organizations = null } = candidate;
  switch (test.kind) {
    case 'words':
      return occurs(task, test.text) || (!not && !test.isExact && isFuzzy(task, test.text));
    case 'pattern':
      return textsOf(task).some((text) => test.pattern.test(text.slice(0, MAX_PATTERN_TEXT)));
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
    case 'is': {
      const signs = [...signsOf(task), ...(candidate.signs?.() ?? [])];
      return test.values.some((value) => signs.some((sign) => sign.startsWith(value)));
    }
    case 'pr':
      return test.values.some((value) => isPullRequest(task, value));
    case 'archived':
      return test.values.some((value) => archivedWord(task).startsWith(value));
    case 'org':
      return organizations === null
        ? !not
        : test.values.some((value) => isOrganization(task.facts.organizationId, value, organizations));
    case 'repo':
      return test.values.some((value) => hasPathPart(repositoryOf(task).toLowerCase(), value));
    case 'dir':
      return test.values.some((value) => isInDirectory(task, value, home));
    case 'since':
      return lastChange(task, now) >= sinceTime(test.since, now);
    case 'age':
      return test.above ? ageMs > test.ms : ageMs < test.ms;
  }
}

/** The words of `is:` that the task itself has. */
function signsOf(task: Task): readonly string[] {
  const facts = chatFacts(task);
  return [
    ...(facts?.unread === true ? ['unread'] : []),
    ...(pinOrderOf(task) > 0 ? ['pinned'] : []),
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

const isOwner = (name: string, value: string, me: string | null): boolean =>
  value === 'me' && me !== null ? name === me.toLowerCase() : name.includes(value);

const isOrganization = (id: string, value: string, names: ReadonlyMap<string, string>): boolean =>
  id.toLowerCase() === value || (names.get(id) ?? '').toLowerCase().includes(value);

/** Whether `value` is a part of the path that begins where one of its names begins. */
const hasPathPart = (path: string, value: string): boolean =>
  path !== '' && (path === value || `/${path}`.includes(value.startsWith('/') ? value : `/${value}`));

/** An absolute directory holds what is below it; of another one, the names occur in the path. */
function isInDirectory(task: Task, value: string, home: string | undefined): boolean {
  const wanted =
    home !== undefined && /^~(?:\/|$)/u.test(value) ? `${home.toLowerCase()}${value.slice(1)}` : value;
  const paths = [
    directoryOf(task)?.path ?? '',
    worktreeOf(task)?.path ?? '',
    worktreeOf(task)?.repository ?? '',
  ];
  return paths.some((path) => {
    const lower = path.toLowerCase();
    return wanted.startsWith('/') ? lower.startsWith(wanted) : hasPathPart(lower, wanted);
  });
}

/** Empty for a kind without templates. */
function templateText(task: Task): string {
  const facts = coderFacts(task);
  return facts === null ? '' : `${facts.templateDisplayName}\n${facts.templateName}`;
}

/** The texts that words and patterns match. */
const textsOf = (task: Task): readonly string[] => [
  titleOf(task),
  task.displayName,
  task.name,
  task.ownerName,
  ...templateText(task).split('\n'),
  worktreeOf(task)?.branch ?? '',
  task.state?.message ?? '',
];

/** Tasks keep their identity while they are equal, so each text is built once, not for each key. */
const searchTexts = new WeakMap<Task, string>();

function occurs(task: Task, word: string): boolean {
  let text = searchTexts.get(task);
  if (text === undefined) {
    text = textsOf(task).join('\n').toLowerCase();
    searchTexts.set(task, text);
  }
  return text.includes(word);
}

const isFuzzy = (task: Task, word: string): boolean =>
  fuzzyWord(word, titleOf(task)) !== null || fuzzyWord(word, task.name) !== null;

/** Begin and end in a text, UTF-16 offsets. */
export type TextRange = readonly [number, number];

/**
 * The letters that the filter matches in the title of a task that it shows, in order and without overlaps. `title`: as it
 * is shown. A word that occurs in another text of the task marks no single letters.
 */
export function matchedRanges(task: Task, title: string, { terms }: Query): readonly TextRange[] {
  const ranges = terms.flatMap(({ not, test }) => {
    if (not) return [];
    if (test.kind === 'pattern') return patternRanges(title, test.pattern);
    if (test.kind !== 'words') return [];
    const found = wordRanges(foldCase(title), test.text);
    if (found.length > 0 || test.isExact || occurs(task, test.text)) return found;
    return (fuzzyWord(test.text, title) ?? []).map((at): TextRange => [at, at + 1]);
  });
  return joined(ranges);
}

function wordRanges(text: string, word: string): readonly TextRange[] {
  const ranges: TextRange[] = [];
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length))
    ranges.push([at, at + word.length]);
  return ranges;
}

const patternRanges = (title: string, { source, flags }: RegExp): readonly TextRange[] =>
  [...title.slice(0, MAX_PATTERN_TEXT).matchAll(new RegExp(source, `${flags}g`))]
    .filter(([found]) => found !== '')
    .map(({ 0: found, index }): TextRange => [index, index + found.length]);

/** Sorted, and with ranges that touch as one. */
function joined(ranges: readonly TextRange[]): readonly TextRange[] {
  const result: [number, number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
