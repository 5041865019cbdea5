import { shortKey } from '../../commands/help-content.ts';
import { paletteEntries, runChosen } from '../../commands/palette.ts';
import { exactMatchesFirst, findItems } from '../../domain/find-items.ts';
import { withKeyNames } from '../../domain/key-placeholder.ts';
import type { PickerItem } from '../../view/overlays/picker-rows.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { Picker, type PickerPlacement } from './picker.tsx';

/** Finds a command by letters of its title and runs it. */
export function Palette({ state, ...place }: PickerPlacement) {
  const { context } = useAppContext();
  // Until the fuzzy search has loaded, the words must match as in other pickers.
  const find = state.fuzzyFind ?? findItems;
  const items = paletteEntries(state).map(({ id, title, section, keys, availability }): PickerItem => {
    const reason = availability === true ? '' : withKeyNames(availability, state.keyNames);
    return {
      id,
      label: title,
      keys: keys.map(shortKey),
      reason,
      about: reason === '' ? '' : `Not now: ${reason}`,
      words: [title, id, section],
    };
  });
  return (
    <Picker
      title="Commands"
      items={items}
      empty=""
      // Hints name a command by its id: `:messages`.
      find={(all, text) => exactMatchesFirst(find(all, text), text)}
      onChoose={(id) => runChosen(context, id)}
      {...place}
    />
  );
}
