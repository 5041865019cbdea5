import type { SendAttempt } from './delivery-evidence.ts';

/** How far a message has got. */
export type DeliveryStage =
  /** Nothing of it was sent: until the agent is ready for it. */
  | 'waiting'
  /** Nothing of it was sent: its task is being resumed for it. */
  | 'resuming'
  | 'sending'
  /** The server took it; the transcript does not show it yet. */
  | 'accepted'
  /** The connection ended before the answer: the transcript has to say what became of it. */
  | 'unsure'
  /** The transcript cannot say: the user has to. */
  | 'asked';

/** One message on its way to a task. */
export interface Delivery {
  readonly id: string;
  readonly taskId: string;
  readonly text: string;
  readonly stage: DeliveryStage;
  /** Unix ms of the last change of `stage`. */
  readonly since: number;
  /** Messages to one task go in this order; no two are alike. */
  readonly position: number;
  /** The user said: a paused task is to be resumed for it. */
  readonly resume: boolean;
  /** What was known before its first byte left; null while none did. */
  readonly attempt: SendAttempt | null;
  /** Which taskdeck of this machine is at it; null when any may begin. */
  readonly instanceName: string | null;
  /** Counts its changes, so that of two taskdecks that change it at once only one does. */
  readonly version: number;
}

/** What can happen to a message. Times are Unix ms, `by` is the taskdeck that does it. */
export type DeliveryEvent =
  | { readonly type: 'resume-started'; readonly instanceName: string; readonly now: number }
  /** The task was resumed, or will not be: either way the message only waits from now on. */
  | { readonly type: 'resume-finished'; readonly now: number }
  | {
      readonly type: 'started';
      readonly instanceName: string;
      readonly attempt: SendAttempt;
      readonly now: number;
    }
  /** Nothing of it was taken: it may go again. */
  | { readonly type: 'rejected'; readonly now: number }
  /** Nobody said what became of it. */
  | { readonly type: 'disconnected'; readonly now: number }
  /** Whoever was at it is at it no more; `by` is null when that taskdeck itself leaves. */
  | { readonly type: 'abandoned'; readonly instanceName: string | null; readonly now: number }
  /** The machine slept for `ms`: a message that hung somewhere on the way has not moved meanwhile. */
  | { readonly type: 'slept'; readonly ms: number }
  /** The transcript shows it. */
  | { readonly type: 'arrived' }
  /** The transcript shows for certain that it never arrived. */
  | { readonly type: 'absent'; readonly now: number }
  /** The transcript will never say. */
  | { readonly type: 'unclear'; readonly now: number }
  /** The user says that it is there. */
  | { readonly type: 'marked-delivered' }
  /** The user says to send it again. */
  | { readonly type: 'resend-requested'; readonly now: number }
  /** The user wants the text back. */
  | { readonly type: 'cancelled' };

/** The message as it is afterwards, `done` when nothing is left to do for it, or null: this cannot happen to it now. */
export type DeliveryTransition = Delivery | 'done' | null;

/** What becomes of a message by an event. The only way from one stage to the next. */
export function applyDeliveryEvent(delivery: Delivery, event: DeliveryEvent): DeliveryTransition {
  const { stage, attempt, version } = delivery;
  const isIn = (...stages: readonly DeliveryStage[]): boolean => stages.includes(stage);
  const changed = (change: Partial<Delivery> & Pick<Delivery, 'stage' | 'since'>): Delivery => ({
    ...delivery,
    ...change,
    version: version + 1,
  });
  const requeued = (now: number): Delivery =>
    changed({ stage: 'waiting', since: now, instanceName: null, attempt: null });

  switch (event.type) {
    case 'resume-started':
      return isIn('waiting')
        ? changed({ stage: 'resuming', since: event.now, instanceName: event.instanceName })
        : null;
    case 'resume-finished':
      return isIn('resuming') ? { ...requeued(event.now), resume: false } : null;
    case 'started':
      return isIn('waiting')
        ? changed({
            stage: 'sending',
            since: event.now,
            instanceName: event.instanceName,
            attempt: event.attempt,
          })
        : null;
    case 'rejected':
      return isIn('sending') ? requeued(event.now) : null;
    case 'disconnected':
      return isIn('sending')
        ? changed({ stage: 'unsure', since: event.now, attempt: withConnectionLost(attempt, event.now) })
        : null;
    case 'abandoned':
      // A resume that is asked for twice is refused and does no harm; a message is.
      if (isIn('resuming')) return requeued(event.now);
      if (isIn('sending')) {
        return changed({
          stage: 'unsure',
          since: event.now,
          instanceName: event.instanceName,
          attempt: withConnectionLost(withoutFutureTimes(attempt, event.now), event.now),
        });
      }
      return isIn('unsure')
        ? changed({
            stage,
            since: delivery.since,
            instanceName: event.instanceName,
            attempt: withoutFutureTimes(attempt, event.now),
          })
        : null;
    case 'slept':
      return isIn('unsure')
        ? changed({ stage, since: delivery.since, attempt: shiftedBy(attempt, event.ms) })
        : null;
    case 'arrived':
      return isIn('sending', 'unsure') ? 'done' : null;
    case 'absent':
      return isIn('unsure') ? requeued(event.now) : null;
    case 'unclear':
      return isIn('unsure') ? changed({ stage: 'asked', since: event.now, instanceName: null }) : null;
    case 'marked-delivered':
      return isIn('unsure', 'asked') ? 'done' : null;
    case 'resend-requested':
      return isIn('unsure', 'asked') ? requeued(event.now) : null;
    case 'cancelled':
      return isIn('waiting', 'resuming', 'unsure', 'asked') ? 'done' : null;
  }
}

const withConnectionLost = (attempt: SendAttempt | null, now: number): SendAttempt | null =>
  attempt === null ? null : { ...attempt, brokenAt: now };

/** A wall clock that was set back leaves the times of another taskdeck in the future, where nothing could settle them. */
const withoutFutureTimes = (attempt: SendAttempt | null, now: number): SendAttempt | null =>
  attempt === null
    ? null
    : {
        ...attempt,
        at: Math.min(attempt.at, now),
        brokenAt: attempt.brokenAt === null ? null : Math.min(attempt.brokenAt, now),
      };

const shiftedBy = (attempt: SendAttempt | null, ms: number): SendAttempt | null =>
  attempt === null || attempt.brokenAt === null ? attempt : { ...attempt, brokenAt: attempt.brokenAt + ms };

/** Nothing of it was sent: it may be edited, moved and taken back. */
export const isUnsent = ({ stage }: Delivery): boolean => stage === 'waiting' || stage === 'resuming';

/** What to do next for one task's messages, which come in their order; null: wait. */
export function nextToSend(taskQueue: readonly Delivery[]): Delivery | null {
  const isFree = taskQueue.every(({ stage }) => stage === 'waiting');
  return isFree ? (taskQueue[0] ?? null) : null;
}
