import type { AgentBackend } from '../../domain/ports/backend.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { decorate } from '../../platform/decorate.ts';
import { sharedCalls } from './dedupe-requests.ts';
import { rateLimitGuard } from './rate-limit-guard.ts';

/** The backend, which enforces Retry-After in all its sources; concurrent template requests share one request. */
export const guardedBackend = (backend: AgentBackend, clock: Pick<Clock, 'now'>): AgentBackend =>
  decorate(decorate(backend, sharedCalls('templates')), rateLimitGuard(clock), ['sources']);
