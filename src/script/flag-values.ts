import { PERMISSION_MODES } from '../domain/chat-extension.ts';
import { UsageError } from '../domain/errors.ts';
import { PHASES, type Phase } from '../domain/phase.ts';
import { parseTaskQuery, type Query } from '../domain/query.ts';
import type { Kind } from '../domain/task-json.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { KINDS } from './selection.ts';

/** The statuses of Coder Tasks. */
export const TASK_STATUSES = ['pending', 'initializing', 'active', 'paused', 'error', 'unknown'] as const;

/** Those of tasks, and of chats on any version of Coder. */
export const STATUSES: readonly string[] = [
  ...TASK_STATUSES,
  'waiting',
  'running',
  'interrupting',
  'requires_action',
  'completed',
];

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** The longest time of a Node.js timer, ms; about 25 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * A time such as `90s`, `10m` or `1h30m` in ms, at most 25 days; a number without a unit means seconds.
 * @throws UsageError for an invalid time or zero
 */
export const parseDuration = (text: string, flag: string): number =>
  Math.min(MAX_TIMER_MS, parseAge(text, flag));

/** Like `parseDuration`, without the maximum. */
export function parseAge(text: string, flag: string): number {
  const trimmed = /^\d+(\.\d+)?$/.test(text.trim()) ? `${text.trim()}s` : text.trim();
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== trimmed) {
    throw new UsageError(`${flag} needs a time such as 90s, 10m or 1h30m, not "${text}".`);
  }
  const ms = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
  if (!(ms > 0)) throw new UsageError(`${flag} needs a time above zero.`);
  return Math.max(1, Math.round(ms));
}

/** Known words, separated by commas. */
function parseWords<Word extends string>(
  text: string,
  known: readonly Word[],
  flag: string,
): readonly Word[] {
  const words = text.split(',').map((word) => word.trim());
  const wrong = words.find((word) => !known.some((each) => each === word));
  if (wrong !== undefined) {
    const hint = didYouMean(wrong, known);
    throw new UsageError(
      `"${wrong}" is not a value of ${flag}.${hint && ` ${hint}`} Values: ${known.join(', ')}.`,
    );
  }
  return known.filter((word) => words.includes(word));
}

/** @throws UsageError for an invalid filter */
export function parseQuery(text: string): Query {
  const query = parseTaskQuery(text);
  if (query.problem !== null) throw new UsageError(`--query: ${query.problem}`);
  return query;
}

export const parsePhases = (text: string, flag: string): readonly Phase[] => parseWords(text, PHASES, flag);

/** @throws UsageError for another word */
export function parseKind(text: string): Kind {
  const [kind, ...others] = parseWords(text, KINDS, '--kind');
  if (kind === undefined || others.length > 0) throw new UsageError('--kind takes one value: task or chat.');
  return kind;
}

/** @throws UsageError for another word */
export function parsePermission(text: string): string {
  const [mode, ...others] = parseWords(text, PERMISSION_MODES, '--permission');
  if (mode === undefined || others.length > 0)
    throw new UsageError(`--permission takes one value: ${PERMISSION_MODES.join(', ')}.`);
  return mode;
}

export const parseStatuses = (text: string, flag: string): readonly string[] =>
  parseWords(text, STATUSES, flag);
