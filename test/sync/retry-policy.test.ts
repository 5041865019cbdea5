import { expect, it } from 'vitest';
import type { BackendErrorKind } from '../../src/domain/errors.ts';
import { retryDecision } from '../../src/sync/outbox/retry-policy.ts';
import { failure } from './scripted-backend.ts';

it.each<[kind: BackendErrorKind, retryAfterMs: number | undefined, restMs: number]>([
  ['busy', undefined, 2_000],
  ['busy', 0, 1_000],
  ['busy', 60_000, 60_000],
  ['rate-limited', undefined, 2_000],
  ['rate-limited', 0, 1_000],
  ['rate-limited', 60_000, 60_000],
  ['server', undefined, 500],
  ['server', 0, 500],
  ['server', 60_000, 60_000],
])(
  'a message refused with %s and a Retry-After of %s ms is sent again after %i ms',
  (kind, retryAfterMs, restMs) => {
    const cause = failure({ kind, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    expect(retryDecision(cause, 0, 0)).toEqual({ kind: 'retry', delayMs: restMs, isStateChanged: false });
  },
);

it.each(['unreachable', 'timeout'] as const)(
  'after a long outage (%s) it is tried every ten seconds',
  (kind) => {
    expect(retryDecision(failure({ kind }), 50, 0.999)).toMatchObject({ kind: 'retry', delayMs: 10_000 });
  },
);
