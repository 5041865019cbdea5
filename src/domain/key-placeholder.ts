/** Enclose a command id. Unicode reserves these noncharacters for internal use, so no other text contains them. */
const OPEN = '\ufdd0';
const CLOSE = '\ufdd1';
const PLACEHOLDER = /\ufdd0([^\ufdd0\ufdd1]*)\ufdd1/gu;

/** The key names by command id. */
export type KeyNames = Readonly<Record<string, string>>;

/**
 * A placeholder for the key of a command, since users can rebind keys. `withKeyNames` fills it in where the text is
 * shown. Not for the output of scripts.
 */
export const keyFor = (commandId: string): string => OPEN + commandId + CLOSE;

/** Replaces the placeholders by key names. */
export const withKeyNames = (text: string, names: KeyNames): string =>
  text.includes(OPEN) ? text.replace(PLACEHOLDER, (_, id: string) => names[id] ?? `“${id}”`) : text;

/** The text without the sentences that name a key, for the output of scripts. */
export const withoutKeySentences = (text: string): string =>
  text
    .split(/(?<=[.!?]) /u)
    .filter((sentence) => !sentence.includes(OPEN))
    .join(' ');
