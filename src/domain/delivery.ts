import type { Attempt } from './arrival.ts';

/** How far a message has got. */
export type Stage =
  /** Nothing of it was sent: until the agent is ready for it. */
  | 'waiting'
  /** Nothing of it was sent: its task is being resumed for it. */
  | 'resuming'
  | 'sending'
  /** The server took it; the transcript does not show it yet. */
  | 'taken'
  /** The connection ended before the answer: the transcript has to say what became of it. */
  | 'unsure'
  /** The transcript cannot say: the user has to. */
  | 'asked';

/** One message on its way to a task. */
export interface Delivery {
  readonly id: string;
  readonly taskId: string;
  readonly text: string;
  readonly stage: Stage;
  /** Unix ms of the last change of `stage`. */
  readonly since: number;
  /** Messages to one task go in this order; no two are alike. */
  readonly position: number;
  /** The user said: a paused task is to be resumed for it. */
  readonly resume: boolean;
  /** What was known before its first byte left; null while none did. */
  readonly attempt: Attempt | null;
  /** Which taskdeck of this machine is at it; null when any may begin. */
  readonly owner: string | null;
  /** Counts its changes, so that of two taskdecks that change it at once only one does. */
  readonly version: number;
}

/** What can happen to a message. Times are Unix ms, `by` is the taskdeck that does it. */
export type DeliveryEvent =
  | { readonly type: 'resume-begun'; readonly by: string; readonly now: number }
  /** The task was resumed, or will not be: either way the message only waits from now on. */
  | { readonly type: 'resume-over'; readonly now: number }
  | { readonly type: 'begun'; readonly by: string; readonly attempt: Attempt; readonly now: number }
  /** Nothing of it was taken: it may go again. */
  | { readonly type: 'refused'; readonly now: number }
  /** Nobody said what became of it. */
  | { readonly type: 'broken'; readonly now: number }
  /** Whoever was at it is at it no more; `by` is null when that taskdeck itself leaves. */
  | { readonly type: 'left'; readonly by: string | null; readonly now: number }
  /** The machine slept for `ms`: a message that hung somewhere on the way has not moved meanwhile. */
  | { readonly type: 'slept'; readonly ms: number }
  /** The transcript shows it. */
  | { readonly type: 'shown' }
  /** The transcript shows for certain that it never arrived. */
  | { readonly type: 'absent'; readonly now: number }
  /** The transcript will never say. */
  | { readonly type: 'undecided'; readonly now: number }
  /** The user says that it is there. */
  | { readonly type: 'said-there' }
  /** The user says to send it again. */
  | { readonly type: 'said-again'; readonly now: number }
  /** The user wants the text back. */
  | { readonly type: 'taken-back' };

/** The message as it is afterwards, `done` when nothing is left to do for it, or null: this cannot happen to it now. */
export type Step = Delivery | 'done' | null;

/** What becomes of a message by an event. The only way from one stage to the next. */
export function step(delivery: Delivery, event: DeliveryEvent): Step {
  const { stage, attempt, version } = delivery;
  const is = (...stages: readonly Stage[]): boolean => stages.includes(stage);
  const to = (change: Partial<Delivery> & Pick<Delivery, 'stage' | 'since'>): Delivery => ({
    ...delivery,
    ...change,
    version: version + 1,
  });
  const again = (now: number): Delivery => to({ stage: 'waiting', since: now, owner: null, attempt: null });

  switch (event.type) {
    case 'resume-begun':
      return is('waiting') ? to({ stage: 'resuming', since: event.now, owner: event.by }) : null;
    case 'resume-over':
      return is('resuming') ? { ...again(event.now), resume: false } : null;
    case 'begun':
      return is('waiting')
        ? to({ stage: 'sending', since: event.now, owner: event.by, attempt: event.attempt })
        : null;
    case 'refused':
      return is('sending') ? again(event.now) : null;
    case 'broken':
      return is('sending')
        ? to({ stage: 'unsure', since: event.now, attempt: broken(attempt, event.now) })
        : null;
    case 'left':
      // A resume that is asked for twice is refused and does no harm; a message is.
      if (is('resuming')) return again(event.now);
      if (is('sending')) {
        return to({
          stage: 'unsure',
          since: event.now,
          owner: event.by,
          attempt: broken(notAfter(attempt, event.now), event.now),
        });
      }
      return is('unsure')
        ? to({ stage, since: delivery.since, owner: event.by, attempt: notAfter(attempt, event.now) })
        : null;
    case 'slept':
      return is('unsure') ? to({ stage, since: delivery.since, attempt: later(attempt, event.ms) }) : null;
    case 'shown':
      return is('sending', 'unsure') ? 'done' : null;
    case 'absent':
      return is('unsure') ? again(event.now) : null;
    case 'undecided':
      return is('unsure') ? to({ stage: 'asked', since: event.now, owner: null }) : null;
    case 'said-there':
      return is('unsure', 'asked') ? 'done' : null;
    case 'said-again':
      return is('unsure', 'asked') ? again(event.now) : null;
    case 'taken-back':
      return is('waiting', 'resuming', 'unsure', 'asked') ? 'done' : null;
  }
}

const broken = (attempt: Attempt | null, now: number): Attempt | null =>
  attempt === null ? null : { ...attempt, brokenAt: now };

/** A wall clock that was set back leaves the times of another taskdeck in the future, where nothing could settle them. */
const notAfter = (attempt: Attempt | null, now: number): Attempt | null =>
  attempt === null
    ? null
    : {
        ...attempt,
        at: Math.min(attempt.at, now),
        brokenAt: attempt.brokenAt === null ? null : Math.min(attempt.brokenAt, now),
      };

const later = (attempt: Attempt | null, ms: number): Attempt | null =>
  attempt === null || attempt.brokenAt === null ? attempt : { ...attempt, brokenAt: attempt.brokenAt + ms };

/** Nothing of it was sent: it may be edited, moved and taken back. */
export const isQueued = ({ stage }: Delivery): boolean => stage === 'waiting' || stage === 'resuming';

/** What to do next for one task's messages, which come in their order; null: wait. */
export function nextOf(lane: readonly Delivery[]): Delivery | null {
  const isFree = lane.every(({ stage }) => stage === 'waiting');
  return isFree ? (lane[0] ?? null) : null;
}
