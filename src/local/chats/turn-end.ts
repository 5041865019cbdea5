import type { ChatError, TurnEnd } from './session.ts';

/** The state of a chat after a turn. */
export interface TurnOutcome {
  /** `waiting`: the next queued message runs, if there is one. */
  readonly status: 'waiting' | 'error';
  /** Null unless the status is `error`. */
  readonly error: ChatError | null;
  /** A remark for the message; null for none. */
  readonly notice: string | null;
}

interface TurnFacts {
  /** The user interrupted it. */
  readonly isInterrupted: boolean;
  /** The server ends. */
  readonly isServerClosing: boolean;
}

/** The error of a turn that the end of the server cut off. */
export const CUT_OFF_ERROR: ChatError = {
  message: 'The turn was cut off when the server ended.',
  kind: 'generic',
  retryable: true,
};

/** The error of a permission request whose agent no longer waits. */
export const AGENT_ENDED = 'The agent ended before you answered.';

const ERRORS: ReadonlyMap<string, ChatError> = new Map([
  ['refusal', { message: 'The agent refused to answer.', kind: 'content_filter', retryable: false }],
  ['max_tokens', { message: 'The answer reached the token limit.', kind: 'generic', retryable: true }],
  [
    'max_turn_requests',
    { message: 'The turn reached the limit of model requests.', kind: 'generic', retryable: true },
  ],
]);

const waiting = (notice: string | null = null): TurnOutcome => ({ status: 'waiting', error: null, notice });
const failed = (error: ChatError): TurnOutcome => ({ status: 'error', error, notice: detailNotice(error) });

/** The details of an error, such as the end of the agent's log, stay in the conversation. Null: the message says it all. */
const detailNotice = ({ message, detail = '' }: ChatError): string | null =>
  detail === '' || message.includes(detail) ? null : `${message}\n${detail}`;

/** The state of a chat after a turn with this end. The runtime has reported notices about it. */
export function outcomeOf(end: TurnEnd, { isInterrupted, isServerClosing }: TurnFacts): TurnOutcome {
  switch (end.kind) {
    case 'answered':
      return isInterrupted ? waiting() : answered(end.stopReason);
    case 'interrupted':
      return waiting();
    case 'failed':
      // The user wanted it to end: the queue goes on.
      return isInterrupted ? waiting(detailNotice(end.error) ?? end.error.message) : failed(end.error);
    case 'closed':
      return isServerClosing
        ? { status: 'error', error: CUT_OFF_ERROR, notice: CUT_OFF_ERROR.message }
        : waiting();
  }
}

function answered(stopReason: string): TurnOutcome {
  const error = ERRORS.get(stopReason);
  if (error !== undefined) return failed(error);
  const isKnown = stopReason === 'end_turn' || stopReason === 'cancelled';
  return waiting(isKnown ? null : `The agent ended its turn: ${stopReason}.`);
}
