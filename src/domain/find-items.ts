/** Something that is found by typing. */
export interface Findable {
  /** What can be typed to find it. */
  readonly words: readonly string[];
}

/** Which items a text means, the best first. */
export type ItemFinder = <Item extends Findable>(items: readonly Item[], text: string) => readonly Item[];

/** The items that hold every one of these words in what can be typed to find them. Case does not matter. */
export function findItems<Item extends Findable>(items: readonly Item[], text: string): readonly Item[] {
  const terms = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (terms.length === 0) return items;
  return items.filter(({ words }) => {
    const texts = words.join('\n').toLowerCase();
    return terms.every((word) => texts.includes(word));
  });
}

/** The same items; first those of which `text` is one of the words, whatever its case. */
export function exactMatchesFirst<Item extends Findable>(
  items: readonly Item[],
  text: string,
): readonly Item[] {
  const term = text.trim().toLowerCase();
  const isExact = ({ words }: Item): boolean => words.some((word) => word.toLowerCase() === term);
  return [...items.filter(isExact), ...items.filter((item) => !isExact(item))];
}
