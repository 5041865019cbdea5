import type { ActionId } from '../../domain/action.ts';
import type { DeliveryStage } from '../../domain/delivery.ts';
import type { OwnerScope } from '../../domain/owner-scope.ts';
import type { Phase } from '../../domain/phase.ts';
import type { Template } from '../../domain/ports/backend.ts';
import type { SliceReducer } from './slice.ts';

/** The lines of text that report what happened. Their ends, by time or cause: see `expire-notices.ts`. */
export interface NoticesState {
  readonly notice: Notice | null;
  /** The last hidden notice that is not `bad`. Any key hides one, even when the screen shows only part of it. */
  readonly lastHiddenNotice: Notice | null;
  /** Shown one after the other. */
  readonly queuedNotices: readonly Notice[];
}

export interface Notice {
  /** A `bad` one stays until the user hides it or its cause ends; the others go after NOTICE_MS. */
  readonly tone: 'good' | 'bad' | 'plain';
  /** Untrusted text. */
  readonly text: string;
  /** Unix ms. */
  readonly at: number;
  /** The notice goes when its cause ends; missing for a past event. */
  readonly cause?: NoticeCause;
}

export type NoticeCause =
  /** A failed action: until the task has reached its goal anyway. */
  | { readonly kind: 'action'; readonly taskId: string; readonly action: ActionId }
  /** Until the task is in another phase. */
  | { readonly kind: 'phase'; readonly taskId: string; readonly phase: Phase }
  /** While the message is in one of these stages. */
  | { readonly kind: 'delivery'; readonly id: string; readonly stages: readonly DeliveryStage[] }
  /** While any message has unknown delivery status. */
  | { readonly kind: 'unknown-deliveries' }
  /** Until the templates change. */
  | { readonly kind: 'templates'; readonly known: readonly Template[] | null }
  /** While this scope is listed. */
  | { readonly kind: 'scope'; readonly scope: OwnerScope };

export const INITIAL_NOTICES: NoticesState = { notice: null, lastHiddenNotice: null, queuedNotices: [] };

export type NoticesEvent =
  | { readonly type: 'notice-changed'; readonly notice: Notice | null }
  /** An event in the background, by default an error. Shown once no other `bad` notice is. */
  | {
      readonly type: 'notice-queued';
      readonly text: string;
      readonly tone?: Notice['tone'];
      readonly now: number;
    }
  /** The error with this text has ended. */
  | { readonly type: 'notice-withdrawn'; readonly text: string };

export const noticesReducer = {
  'notice-changed': (_, { notice }) => ({ notice }),
  'notice-queued'({ notice, queuedNotices }, { text, tone = 'bad', now }) {
    const isKnown = [notice, ...queuedNotices].some((each) => each?.text === text);
    return isKnown ? {} : { queuedNotices: [...queuedNotices, { tone, text, at: now }] };
  },
  'notice-withdrawn': ({ notice, queuedNotices }, { text }) => ({
    notice: notice?.text === text ? null : notice,
    ...(queuedNotices.some((each) => each.text === text) && {
      queuedNotices: queuedNotices.filter((each) => each.text !== text),
    }),
  }),
} satisfies SliceReducer<NoticesState, NoticesEvent>;

/** Remembers a notice that `after` no longer shows, so that the user can still read its full text. */
export const rememberHiddenNotice = ({ notice }: NoticesState, after: NoticesState): Partial<NoticesState> =>
  notice !== null && notice.tone !== 'bad' && after.notice !== notice ? { lastHiddenNotice: notice } : {};

/** A `bad` notice stays until the user hides it; any other gives way to a queued one. */
export function showNextNotice({ notice, queuedNotices }: NoticesState): Partial<NoticesState> {
  const [next, ...rest] = queuedNotices;
  return next === undefined || notice?.tone === 'bad' ? {} : { notice: next, queuedNotices: rest };
}
