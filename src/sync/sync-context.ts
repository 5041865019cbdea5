import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Store } from '../store/store.ts';
import type { CoalescedTimers } from './refresh/coalesced-timers.ts';
import type { Pace } from './refresh/intervals.ts';
import type { Probes } from './refresh/probes.ts';

export interface SyncContext {
  readonly backend: AgentBackend;
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: CoalescedTimers;
  readonly probes: Probes;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** `DEFAULT_PACE` when missing. */
  readonly pace?: Pace;
}
