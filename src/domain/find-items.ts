export interface Findable {
  /** The texts to match. */
  readonly words: readonly string[];
}

/** Returns the matching items, best match first. */
export type ItemFinder = <Item extends Findable>(items: readonly Item[], text: string) => readonly Item[];

/** The items whose words contain every term of `text`, ignoring case. */
export function findItems<Item extends Findable>(items: readonly Item[], text: string): readonly Item[] {
  const terms = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (terms.length === 0) return items;
  return items.filter(({ words }) => {
    const texts = words.join('\n').toLowerCase();
    return terms.every((word) => texts.includes(word));
  });
}

/** The same items, those with a word equal to `text` (ignoring case) first. */
export function exactMatchesFirst<Item extends Findable>(
  items: readonly Item[],
  text: string,
): readonly Item[] {
  const term = text.trim().toLowerCase();
  const isExact = ({ words }: Item): boolean => words.some((word) => word.toLowerCase() === term);
  return [...items.filter(isExact), ...items.filter((item) => !isExact(item))];
}
