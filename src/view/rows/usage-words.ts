import type { Cost } from '../../domain/ports/source.ts';
import type { ContextUse } from '../../domain/transcript.ts';

/** The cost of a chat and the use of its model's context, such as `$0.41`, `8.4k tokens` and `4 % of context`. */
export function usageWords(cost: Cost | null, context: ContextUse | null): readonly string[] {
  return [...(cost === null ? [] : costWords(cost)), ...(context === null ? [] : contextWords(context))];
}

/** Nothing for a chat that has cost nothing: a server without prices reports 0. */
function costWords({ micros, isPartial }: Cost): readonly string[] {
  if (!(micros >= CENT)) return isPartial ? ['cost unknown'] : micros > 0 ? ['under $0.01'] : [];
  const amount = `$${(micros / 1_000_000).toFixed(2)}`;
  return [isPartial ? `at least ${amount}` : amount];
}

/** In millionths of a dollar. */
const CENT = 10_000;

function contextWords({ tokens, limit }: ContextUse): readonly string[] {
  const share = limit === null ? 0 : (100 * tokens) / limit;
  return [
    `${shortCount(tokens)} tokens`,
    ...(limit === null ? [] : [`${share > 0 && share < 1 ? 'under 1' : Math.round(share)} % of context`]),
  ];
}

/** At most four characters up to a billion. */
function shortCount(count: number): string {
  if (count < 1_000) return String(count);
  const [value, unit] = count < 999_500 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M'];
  return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/u, '') : Math.round(value)}${unit}`;
}
