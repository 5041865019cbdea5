import { BackendError } from '../domain/errors.ts';
import type { Verdict } from '../domain/rules.ts';

/** Throws what a rule says against an action, in the shape of a server's refusal. */
export function insist(verdict: Verdict, hint?: string): void {
  if (verdict === true) return;
  throw new BackendError({ kind: 'conflict', message: verdict, ...(hint ? { hint } : {}), tookEffect: 'no' });
}
