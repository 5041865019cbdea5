/** A poll without a byte for this long is silent: probes begin beside it; ms. */
export const SILENT_MS = 5_000;
/** Whether a request that timed out after `tookMs` hung, and did not fail at once. */
export const hasHung = (tookMs: number): boolean => tookMs >= SILENT_MS;

/** A probe begins this long after the one before, and may take as long; ms. */
export const PROBE_EVERY_MS = 5_000;

/** The silence after which a poll is given up is between these, unless its answers usually take longer; ms. */
const SHORTEST_LIMIT_MS = 10_000;
const LONGEST_LIMIT_MS = 35_000;
/** How much longer than usual an answer may take. */
const SLOWER = 3;
/** How many of the last answers say what is usual: the slowest of them. */
const REMEMBERED = 5;

/** How a poll was answered lately. */
export interface AnswerTimes {
  /** How long the last answers took, ms; oldest first. */
  readonly answers: readonly number[];
  /** How many polls in a row were given up since the last answer. */
  readonly givenUp: number;
}

export const NO_ANSWERS: AnswerTimes = { answers: [], givenUp: 0 };

export const afterAnswer = ({ answers }: AnswerTimes, tookMs: number): AnswerTimes => ({
  answers: [...answers, tookMs].slice(-REMEMBERED),
  givenUp: 0,
});

export const afterGivingUp = (times: AnswerTimes): AnswerTimes => ({ ...times, givenUp: times.givenUp + 1 });

/**
 * The silence after which a poll is given up, ms: three times its usual answer time and at least 10 s. It doubles up to 35 s
 * with each poll that is given up; without any answer yet it is 35 s, because Coder itself waits 30 s for a workspace.
 */
export function silenceLimit({ answers, givenUp }: AnswerTimes): number {
  if (answers.length === 0) return LONGEST_LIMIT_MS;
  const usual = Math.max(SHORTEST_LIMIT_MS, SLOWER * Math.max(...answers));
  return Math.max(usual, Math.min(LONGEST_LIMIT_MS, usual * 2 ** givenUp));
}
