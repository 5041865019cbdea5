import type { SessionUsage } from './session.ts';

/** The column `usage` of a chat. Agents report the cost of a session so far: that of earlier sessions is added. */
interface StoredUsage extends SessionUsage {
  readonly earlierCost: SessionUsage['cost'];
}

const NO_USAGE: StoredUsage = { used: null, size: null, cost: null, earlierCost: null };

const parsed = (usage: string | null): StoredUsage => (usage === null ? NO_USAGE : JSON.parse(usage));

/** The column after a report of the session. `usage`: the column before. */
export const withReport = (usage: string | null, report: SessionUsage): string =>
  JSON.stringify({ ...report, earlierCost: parsed(usage).earlierCost });

/** The column for a new session: the cost so far counts as that of earlier sessions. */
export function withoutSession(usage: string | null): string | null {
  if (usage === null) return null;
  return JSON.stringify({ ...NO_USAGE, earlierCost: totalCost(usage) });
}

/** The cost of all sessions of a chat; null if its agent does not say. Other currencies than the last one are left out. */
export function totalCost(usage: string | null): SessionUsage['cost'] {
  const { cost, earlierCost } = parsed(usage);
  if (cost === null || earlierCost === null) return cost ?? earlierCost;
  if (cost.currency !== earlierCost.currency) return cost;
  return { ...cost, amount: cost.amount + earlierCost.amount };
}

/** The use of the context as on the wire, for a message; null if the agent does not say. */
export function messageUsage(usage: string | null): unknown {
  const { used, size } = parsed(usage);
  return used === null ? null : { total_tokens: used, ...(size !== null && { context_limit: size }) };
}
