/** Around the id of a command. Unicode keeps these two for use inside a program: no text of anybody else's has them. */
const OPEN = '\ufdd0';
const CLOSE = '\ufdd1';
const PLACEHOLDER = /\ufdd0([^\ufdd0\ufdd1]*)\ufdd1/gu;

/** What the keys of commands are called, by the id of the command. */
export type KeyNames = Readonly<Record<string, string>>;

/**
 * Stands in a text for the key of a command: keys are the user's to choose, so the name is filled in where the text is
 * shown, by `withKeyNames`. Not for texts that scripts print.
 */
export const keyFor = (commandId: string): string => OPEN + commandId + CLOSE;

/** A text with its keys named. */
export const withKeyNames = (text: string, names: KeyNames): string =>
  text.includes(OPEN) ? text.replace(PLACEHOLDER, (_, id: string) => names[id] ?? `“${id}”`) : text;
