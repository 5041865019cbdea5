import type { ChatTurn, TurnEnd } from '../chats/session.ts';
import type { LiveSession } from './live-session.ts';

/** A turn of a chat until its end was reported. */
export interface RunningTurn {
  readonly turn: ChatTurn;
  /** Aborts before the prompt is sent. */
  readonly abort: AbortController;
  phase: 'starting' | 'prompting' | 'over';
  live: LiveSession | null;
  /** Its process was started for this turn. */
  isFresh: boolean;
  isInterrupted: boolean;
  isClosed: boolean;
  /** Cancels the timers of an interrupt. */
  stopWaiting: () => void;
  /** Resolves when the agent is done with it. */
  ended: Promise<TurnEnd>;
  /** Resolves when the end was reported. */
  reported: Promise<void>;
}

const pending = new Promise<never>(() => undefined);

/** A turn that begins. The caller sets `ended` and `reported`. */
export const newTurn = (turn: ChatTurn): RunningTurn => ({
  turn,
  abort: new AbortController(),
  phase: 'starting',
  live: null,
  isFresh: false,
  isInterrupted: false,
  isClosed: false,
  stopWaiting: () => undefined,
  ended: pending,
  reported: pending,
});
