import fuzzysort from 'fuzzysort';
import { paletteEntries, runChosen } from '../../commands/palette.ts';
import { useDeck } from '../hooks/deck.ts';
import { Picker, type PickerItem } from './picker.tsx';
import type { OnScreen } from './template-picker.tsx';

/** Chooses a command by letters of its name. */
export function Palette({ state, ...place }: OnScreen) {
  const { context } = useDeck();
  const items = paletteEntries(state).map(
    ({ id, title, keys, verdict }): PickerItem => ({
      id,
      label: keys.length === 0 ? title : `${title}  ${keys.join(' ')}`,
      about: verdict === true ? '' : `Not now: ${verdict}`,
      words: [title, id],
    }),
  );
  return (
    <Picker
      title="Commands"
      items={items}
      empty=""
      find={bestFirst}
      onChoose={(id) => runChosen(context, id)}
      {...place}
    />
  );
}

function bestFirst(items: readonly PickerItem[], text: string): readonly PickerItem[] {
  const wanted = text.trim();
  if (wanted === '') return items;
  const targets = items.map((item) => ({ item, words: item.words.join(' ') }));
  return fuzzysort.go(wanted, targets, { key: 'words' }).map(({ obj }) => obj.item);
}
