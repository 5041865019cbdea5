import type { Clock } from '../../domain/ports/clock.ts';
import { sharedPrefixLength } from '../../domain/shared-prefix.ts';
import type { Transcript } from '../../domain/transcript.ts';

/** The minimum time between two changes of a live turn on the screen: 30 a second; ms. */
const MIN_GAP_MS = 1_000 / 30;

interface LiveRate {
  next(transcript: Transcript): void;
  /** Shows the last transcript, if it is not shown yet. */
  end(): void;
}

/**
 * Calls `show` with each transcript whose messages changed, at once. Of transcripts that differ only in their live turn,
 * with the newest at most 30 times a second; the first one at once.
 */
export function limitLiveRate(
  clock: Pick<Clock, 'monotonic' | 'after'>,
  show: (transcript: Transcript) => void,
): LiveRate {
  let last: Transcript | null = null;
  let waiting: Transcript | null = null;
  let shownAt = Number.NEGATIVE_INFINITY;
  let cancel = (): void => {};

  function showNow(transcript: Transcript): void {
    cancel();
    waiting = null;
    shownAt = clock.monotonic();
    show(transcript);
  }

  const end = (): void => {
    if (waiting !== null) showNow(waiting);
  };

  return {
    next(transcript) {
      const isGrowing = last !== null && differsOnlyInLiveTurn(last, transcript);
      last = transcript;
      const leftMs = shownAt + MIN_GAP_MS - clock.monotonic();
      if (!isGrowing || leftMs <= 0) return showNow(transcript);
      if (waiting === null) cancel = clock.after(leftMs, end);
      waiting = transcript;
    },
    end,
  };
}

/** A beginning or an ending turn is not only growth. */
const differsOnlyInLiveTurn = (one: Transcript, other: Transcript): boolean =>
  one.live !== undefined &&
  other.live !== undefined &&
  one.live.retry === other.live.retry &&
  one.queue === other.queue &&
  (one.messages === other.messages ||
    (one.messages.length === other.messages.length &&
      sharedPrefixLength(one.messages, other.messages) === one.messages.length));
