import { useEffect } from 'react';
import { useAppContext } from './app-context.ts';

/** Announcements wait for a pause in typing; ms. */
const QUIET_MS = 120;

/** Announces the words on every change; nothing for ''. */
export function useAnnouncement(words: string): void {
  const { screenReader, context } = useAppContext();
  const { clock } = context;
  useEffect(() => {
    if (screenReader === null || words === '') return;
    return clock.after(QUIET_MS, () => screenReader.announce([words]));
  }, [words, screenReader, clock]);
}

/** Shows this field as the input line while the component is mounted. */
export function useAnnouncedField(label: string, text: string, cursor: number): void {
  const { screenReader } = useAppContext();
  useEffect(() => screenReader?.showInput({ label, text, cursor }), [label, text, cursor, screenReader]);
  useEffect(() => () => screenReader?.showInput(null), [screenReader]);
}
