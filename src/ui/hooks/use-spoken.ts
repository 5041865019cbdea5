import { useEffect } from 'react';
import { useDeck } from './deck.ts';

/** Who types on does not want to hear what was found meanwhile; ms. */
const REST_MS = 120;

/** Says this to somebody who cannot see the screen, whenever it becomes something else. Nothing for an empty text. */
export function useSpoken(words: string): void {
  const { linear, context } = useDeck();
  const { clock } = context;
  useEffect(() => {
    if (linear === null || words === '') return;
    return clock.after(REST_MS, () => linear.say([words]));
  }, [words, linear, clock]);
}

/** Shows somebody who cannot see the screen the field that they write in, for as long as it is there. */
export function useWrittenLine(label: string, text: string, cursor: number): void {
  const { linear } = useDeck();
  useEffect(() => linear?.edit({ label, text, cursor }), [label, text, cursor, linear]);
  useEffect(() => () => linear?.edit(null), [linear]);
}
