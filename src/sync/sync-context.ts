import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { RequestLog } from '../domain/ports/request-log.ts';
import type { Store } from '../store/store.ts';
import type { Pace } from './refresh/intervals.ts';

export interface SyncContext {
  readonly backend: AgentBackend;
  readonly store: Store;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Learns the reaction to errors. */
  readonly requestLog?: Pick<RequestLog, 'noteNext'>;
  /** `DEFAULT_PACE` when missing. */
  readonly pace?: Pace;
}
