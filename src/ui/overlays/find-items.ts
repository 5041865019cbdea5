import type { PickerItem } from './picker.tsx';

/** The items that hold every one of these words in what can be typed to find them. Case does not matter. */
export function findItems(items: readonly PickerItem[], text: string): readonly PickerItem[] {
  const wanted = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (wanted.length === 0) return items;
  return items.filter(({ words }) => {
    const texts = words.join('\n').toLowerCase();
    return wanted.every((word) => texts.includes(word));
  });
}
