import type { Query, QueryField, QueryTerm, TermTest } from './query.ts';

/** Whether the filter requests archived tasks or the others; null when it does not say, or both. */
export function requestedArchived({ terms }: Query): boolean | null {
  for (const { not, test } of terms) {
    if (test.kind !== 'archived') continue;
    const [only, ...others] = ['yes', 'no'].filter((word) =>
      test.values.some((value) => word.startsWith(value)),
    );
    if (others.length === 0) return (only === 'yes') !== not;
  }
  return null;
}

/** The owners of a filter, any of which matches; null without an owner term. Negated terms do not count. */
export const requestedOwners = ({ terms }: Query): readonly string[] | null =>
  ownerTest(terms)?.values ?? null;

/** The filter without its owner term, for a list that the server has already filtered. */
export const withoutOwnerTerm = (query: Query): Query => {
  const ownerTerm = ownerTest(query.terms);
  return ownerTerm === null
    ? query
    : { ...query, terms: query.terms.filter(({ test }) => test !== ownerTerm) };
};

const ownerTest = (terms: readonly QueryTerm[]): (TermTest & { readonly kind: QueryField }) | null => {
  for (const { not, test } of terms) if (!not && test.kind === 'owner') return test;
  return null;
};

/** The only status that can match the filter; null when several can, or without a status term. */
export function requestedStatus({ terms }: Query, statuses: readonly string[]): string | null {
  const statusValues = terms.flatMap(({ not, test }) =>
    !not && test.kind === 'status' ? [test.values] : [],
  );
  if (statusValues.length === 0) return null;
  const [only, ...others] = statuses.filter((status) =>
    statusValues.every((values) => values.some((value) => status.startsWith(value))),
  );
  return others.length === 0 ? (only ?? null) : null;
}
