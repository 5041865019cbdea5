/**
 * The keyboard protocol of kitty: keys held with ctrl or alt come as they are, with the key in the same place on a US keyboard
 * (flags 1 and 4), so that shortcuts work whatever letters are on the keys. Text comes as ever.
 */
export const KEYBOARD_QUERY = '\x1b[?u';
export const KEYBOARD_ON = '\x1b[>5u';
export const KEYBOARD_OFF = '\x1b[<1u';

/** Whether a key that came is the answer of a terminal that knows the protocol. */
export const isKeyboardReply = (bytes: string): boolean => /^\x1b\[\?\d+u$/.test(bytes);
