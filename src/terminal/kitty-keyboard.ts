/**
 * kitty's keyboard protocol with flags 1 and 4: keys with ctrl or alt are reported with their key on a US keyboard, so that
 * shortcuts work in every layout. Text is sent as usual.
 */
export const KEYBOARD_QUERY = '\x1b[?u';
export const KEYBOARD_ON = '\x1b[>5u';
export const KEYBOARD_OFF = '\x1b[<1u';

/** Whether this is the reply of a terminal that supports the protocol. */
export const isKeyboardReply = (bytes: string): boolean => /^\x1b\[\?\d+u$/.test(bytes);
