import { useEffect, useState } from 'react';
import { listOwnerTasks } from '../../commands/choose-owner.ts';
import { findOwners, ownerItems } from '../../view/overlays/owner-items.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { Picker, type PickerPlacement } from './picker.tsx';

/** Queries the server only after a pause in typing; ms. */
const DEBOUNCE_MS = 250;

/** Chooses the scope of the list: own tasks, all tasks, or those of one owner. */
export function OwnerPicker({ state, ...place }: PickerPlacement) {
  const { context } = useAppContext();
  const { clock, operations } = context;
  const [text, setText] = useState('');
  useEffect(
    () => clock.after(text === '' ? 0 : DEBOUNCE_MS, () => operations.findUsers(text.trim())),
    [text, clock, operations],
  );
  return (
    <Picker
      title="Whose tasks?"
      items={ownerItems(state)}
      empty=""
      find={(items, wanted) => findOwners(items, wanted, state)}
      onText={setText}
      onChoose={(id) => listOwnerTasks(context, id)}
      {...place}
    />
  );
}
