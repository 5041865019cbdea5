import fuzzysort from 'fuzzysort';
import type { Findable } from './find-items.ts';

/** The items whose words contain the letters of `text` in order, best match first. */
export function fuzzyFind<Item extends Findable>(items: readonly Item[], text: string): readonly Item[] {
  const wanted = text.trim();
  if (wanted === '') return items;
  const targets = items.map((item) => ({ item, words: item.words.join(' ') }));
  return fuzzysort.go(wanted, targets, { key: 'words' }).map(({ obj }) => obj.item);
}
