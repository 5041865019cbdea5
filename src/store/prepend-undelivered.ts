import { bufferOf, type EditBuffer } from '../domain/edit/buffer.ts';

/** A draft with a text before it that could not be delivered. Whoever is writing goes on where they were. */
export function prependUndelivered({ text: since, cursor }: EditBuffer, text: string): EditBuffer {
  if (since === '') return bufferOf(text);
  const whole = `${text}\n${since}`;
  return bufferOf(whole, whole.length - since.length + cursor);
}
