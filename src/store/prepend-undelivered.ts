import { bufferOf, type EditBuffer } from '../domain/edit/buffer.ts';

/** Puts an undelivered text before the draft. The cursor stays at its place in the draft. */
export function prependUndelivered({ text: draft, cursor }: EditBuffer, text: string): EditBuffer {
  if (draft === '') return bufferOf(text);
  const joined = `${text}\n${draft}`;
  return bufferOf(joined, joined.length - draft.length + cursor);
}
