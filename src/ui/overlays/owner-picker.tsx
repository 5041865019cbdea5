import { useEffect } from 'react';
import { overlayField } from '../../store/overlay-field.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { Picker, type PickerPlacement } from './picker.tsx';

/** Queries the server only after a pause in typing; ms. */
const DEBOUNCE_MS = 250;

/** The picker of owners, which asks the server for users by the typed text. */
export function OwnerPicker(props: PickerPlacement) {
  const { clock, operations } = useAppContext().context;
  const text = overlayField(props.state)?.text ?? '';
  useEffect(
    () => clock.after(text === '' ? 0 : DEBOUNCE_MS, () => operations.findUsers(text.trim())),
    [text, clock, operations],
  );
  return <Picker {...props} />;
}
