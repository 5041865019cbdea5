import { useEffect, useState } from 'react';
import { shortKey } from '../../commands/help-rows.ts';
import { paletteEntries, runChosen } from '../../commands/palette.ts';
import { exactFirst, findItems } from '../../domain/find-items.ts';
import { withKeyNames } from '../../domain/key-hint.ts';
import { loadLate } from '../../store/load-late.ts';
import { useDeck } from '../hooks/deck.ts';
import { type OnScreen, Picker, type PickerItem, type PickerProps } from './picker.tsx';

/** Finds any command by letters of its name, and runs it. */
export function Palette({ state, ...place }: OnScreen) {
  const { context } = useDeck();
  // Until it is loaded words are found as in every other picker.
  const [find, setFind] = useState<NonNullable<PickerProps['find']>>(() => findItems);
  useEffect(() => {
    let isOpen = true;
    void loadLate(
      context.store,
      () => import('../../domain/fuzzy.ts'),
      ({ bestFirst }) => {
        if (isOpen) setFind(() => bestFirst);
      },
    );
    return () => {
      isOpen = false;
    };
  }, [context.store]);
  const items = paletteEntries(state).map(({ id, title, section, keys, verdict }): PickerItem => {
    const reason = verdict === true ? '' : withKeyNames(verdict, state.keyNames);
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
      find={(all, text) => exactFirst(find(all, text), text)}
      onChoose={(id) => runChosen(context, id)}
      {...place}
    />
  );
}
