import type { Evidence, Receipt, Resolution } from './receipt.ts';

export type DeliveryStage =
  /** Not sent: waits until the agent is ready. */
  | 'waiting'
  /** Not sent: its task is being resumed first. */
  | 'resuming'
  | 'sending'
  /** The server accepted it, but the transcript does not show it yet. Only shown: it has left the outbox. */
  | 'accepted'
  /** The server has it in its queue. Only shown, like `accepted`. */
  | 'queued'
  /** The connection ended before the response: its source finds out whether it arrived. */
  | 'unsure'
  /** Its source could not find out: the user has to decide. */
  | 'asked';

/** One attempt to send a message. Times are Unix ms. */
export interface SendAttempt {
  readonly startedAt: number;
  /** When the connection ended without a response; null while it is open. */
  readonly brokenAt: number | null;
  /** Null when it could not be read from the disk. */
  readonly evidence: Evidence | null;
}

/** A file to send with a message. */
export interface Attachment {
  /** Absolute. */
  readonly path: string;
  /** The name that the server gets. */
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed before it was attached, Unix ms. */
  readonly modifiedAt: number;
}

/** Everything that a message carries besides its text. Plain JSON data, which is stored with it. */
export interface DeliveryExtras {
  /** The question that it answers: it must not be sent once that question has another answer. */
  readonly questionId?: string;
  /** It consists of offered options: it need not go back to the prompt when its question has another answer. */
  readonly isChosen?: boolean;
  /** Turns the plan mode of its task on or off. Missing: it stays. */
  readonly planMode?: boolean;
  /** Uploaded before it is sent. */
  readonly attachments?: readonly Attachment[];
}

/** One message in the outbox. */
export interface Delivery {
  readonly id: string;
  readonly taskId: string;
  readonly text: string;
  /** Missing: nothing but the text. */
  readonly extras?: DeliveryExtras;
  readonly stage: DeliveryStage;
  /** Unix ms of the last change of `stage`. */
  readonly since: number;
  /** Messages to one task are sent in this order; positions are unique. */
  readonly position: number;
  /** The user agreed to resume a paused task for this message. */
  readonly resume: boolean;
  /** Set when sending starts; null before. */
  readonly attempt: SendAttempt | null;
  /** Set while it is only shown, where its server gave one. Never stored. */
  readonly receipt?: Receipt;
  /** The running taskdeck that handles it; null when any may start. */
  readonly instanceName: string | null;
  /** Counts changes, so that only one of two simultaneous changes succeeds. */
  readonly version: number;
}

/** Times are Unix ms; `instanceName` is the taskdeck that acts. */
export type DeliveryEvent =
  | { readonly type: 'resume-started'; readonly instanceName: string; readonly now: number }
  /** The task was resumed, or the resume failed: either way the message only waits from now on. */
  | { readonly type: 'resume-finished'; readonly now: number }
  | {
      readonly type: 'started';
      readonly instanceName: string;
      readonly attempt: SendAttempt;
      readonly now: number;
    }
  /** The server did not accept it: it can be sent again. */
  | { readonly type: 'rejected'; readonly now: number }
  /** The connection ended without a response. */
  | { readonly type: 'disconnected'; readonly now: number }
  /**
   * The taskdeck that handled it has ended or stops handling it. `instanceName` is its successor; null when it quits by
   * itself.
   */
  | { readonly type: 'abandoned'; readonly instanceName: string | null; readonly now: number }
  /** The machine slept for `ms`, during which a message in transit did not advance. */
  | { readonly type: 'slept'; readonly ms: number }
  /** Its source found out about it, or found out that it cannot. */
  | { readonly type: 'resolved'; readonly as: Resolution; readonly now: number }
  /** The user confirms that it arrived. */
  | { readonly type: 'marked-delivered' }
  | { readonly type: 'resend-requested'; readonly now: number }
  | { readonly type: 'cancelled' };

/** The changed delivery, `done` when it leaves the outbox, or null when the event is invalid in its stage. */
export type DeliveryTransition = Delivery | 'done' | null;

/** The only transition between stages. */
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
      // A repeated resume is rejected and does no harm; a repeated message does.
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
    case 'resolved':
      if (event.as === 'accepted' || event.as === 'queued') return isIn('sending', 'unsure') ? 'done' : null;
      if (event.as === 'undecided' || !isIn('unsure')) return null;
      return event.as === 'absent'
        ? requeued(event.now)
        : changed({ stage: 'asked', since: event.now, instanceName: null });
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

/** After the wall clock was set back, times of another taskdeck lie in the future, where they would never expire. */
const withoutFutureTimes = (attempt: SendAttempt | null, now: number): SendAttempt | null =>
  attempt === null
    ? null
    : {
        ...attempt,
        startedAt: Math.min(attempt.startedAt, now),
        brokenAt: attempt.brokenAt === null ? null : Math.min(attempt.brokenAt, now),
      };

const shiftedBy = (attempt: SendAttempt | null, ms: number): SendAttempt | null =>
  attempt === null || attempt.brokenAt === null ? attempt : { ...attempt, brokenAt: attempt.brokenAt + ms };

/** Not sent yet: it can be edited, moved and cancelled. */
export const isUnsent = ({ stage }: Delivery): boolean => stage === 'waiting' || stage === 'resuming';

/** Whether a server has it. */
export const isWithServer = ({ stage }: Delivery): boolean => stage === 'accepted' || stage === 'queued';

/** The message of one task to handle next, in order; null while one of them is in progress. */
export function nextToSend(taskQueue: readonly Delivery[]): Delivery | null {
  const ours = taskQueue.filter(({ stage }) => stage !== 'queued');
  return ours.every(({ stage }) => stage === 'waiting') ? (ours[0] ?? null) : null;
}
