import type { Clock } from '../domain/ports/clock.ts';

/** When something may happen, ms from now. */
export interface Leeway {
  readonly from: number;
  /** When it does as long as nothing else comes near it. */
  readonly at: number;
  readonly to: number;
}

export const exactly = (ms: number): Leeway => ({ from: ms, at: ms, to: ms });

/**
 * Waits that end together where they may. A question on its own wakes a core, and finds its caches cold: two that are asked at
 * once cost one and a half times as much as one.
 */
export interface Rounds {
  /** Calls back once within the leeway; the returned function gives that up. */
  wait(leeway: Leeway, then: () => void): () => void;
}

interface Wait {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** Null once it only waits for another one. */
  at: number | null;
  end(): void;
}

/** A wait ends with any other one that ends in its leeway, and at its time waits for one that is still to come in it. */
export function createRounds(clock: Clock): Rounds {
  const waits = new Set<Wait>();

  function endWith(wait: Wait): void {
    const now = clock.now();
    const others = [...waits].filter((other) => other !== wait && other.from <= now);
    wait.end();
    for (const other of others) if (waits.has(other)) other.end();
  }

  return {
    wait({ from, at, to }, then) {
      const now = clock.now();
      let cancel = clock.after(at, () => {
        const present = clock.now();
        wait.at = null;
        const isComing = [...waits].some(
          ({ from: opens, at: ends }) => opens > present && ends !== null && ends <= wait.to,
        );
        if (!isComing) return endWith(wait);
        // Should that be given up.
        cancel = clock.after(wait.to - present, () => endWith(wait));
      });
      const giveUp = (): void => {
        waits.delete(wait);
        cancel();
      };
      const wait: Wait = {
        from: now + from,
        to: now + to,
        at: now + at,
        end() {
          giveUp();
          then();
        },
      };
      waits.add(wait);
      return giveUp;
    },
  };
}
