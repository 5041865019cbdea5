import fuzzysort from 'fuzzysort';
import type { PickerItem } from './picker.tsx';

/** The items whose words hold these letters in this order, the best first. */
export function bestFirst(items: readonly PickerItem[], text: string): readonly PickerItem[] {
  const wanted = text.trim();
  if (wanted === '') return items;
  const targets = items.map((item) => ({ item, words: item.words.join(' ') }));
  return fuzzysort.go(wanted, targets, { key: 'words' }).map(({ obj }) => obj.item);
}
