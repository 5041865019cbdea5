import { useEffect } from 'react';
import { useAppContext } from './app-context.ts';

/** Who types on does not want to hear what was found meanwhile; ms. */
const QUIET_MS = 120;

/** Says this to somebody who cannot see the screen, whenever it becomes something else. Nothing for an empty text. */
export function useAnnouncement(words: string): void {
  const { linear, context } = useAppContext();
  const { clock } = context;
  useEffect(() => {
    if (linear === null || words === '') return;
    return clock.after(QUIET_MS, () => linear.announce([words]));
  }, [words, linear, clock]);
}

/** Shows somebody who cannot see the screen the field that they write in, for as long as it is there. */
export function useAnnouncedField(label: string, text: string, cursor: number): void {
  const { linear } = useAppContext();
  useEffect(() => linear?.showInput({ label, text, cursor }), [label, text, cursor, linear]);
  useEffect(() => () => linear?.showInput(null), [linear]);
}
