/** Something that is found by typing. */
export interface Findable {
  /** What can be typed to find it. */
  readonly words: readonly string[];
}

/** Which items a text means, the best first. */
export type Find = <Item extends Findable>(items: readonly Item[], text: string) => readonly Item[];

/** The items that hold every one of these words in what can be typed to find them. Case does not matter. */
export function findItems<Item extends Findable>(items: readonly Item[], text: string): readonly Item[] {
  const wanted = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (wanted.length === 0) return items;
  return items.filter(({ words }) => {
    const texts = words.join('\n').toLowerCase();
    return wanted.every((word) => texts.includes(word));
  });
}

/** The same items; first those of which `text` is one of the words, whatever its case. */
export function exactFirst<Item extends Findable>(items: readonly Item[], text: string): readonly Item[] {
  const wanted = text.trim().toLowerCase();
  const isExact = ({ words }: Item): boolean => words.some((word) => word.toLowerCase() === wanted);
  return [...items.filter(isExact), ...items.filter((item) => !isExact(item))];
}
