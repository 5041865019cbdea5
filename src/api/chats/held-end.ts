/** Characters of one part of a live turn that are held. */
export const HELD_CHARS = 128 * 1024;

/** Stands for the beginning of a text that is not held. */
export const LEFT_OUT = '[The beginning is left out until the agent has finished.]\n\n';

/** The end of a text that grows. */
export interface HeldText {
  readonly text: string;
  /** Its beginning is left out. */
  readonly isCut: boolean;
}

export const NO_TEXT: HeldText = { text: '', isCut: false };

/** The text with a piece more. Holds between one and two times HELD_CHARS, so that it cuts rarely. */
export function grow({ text, isCut }: HeldText, piece: string): HeldText {
  const grown = text + piece;
  return grown.length <= 2 * HELD_CHARS ? { text: grown, isCut } : { text: endOf(grown), isCut: true };
}

/** The text for the screen. */
export const shownText = ({ text, isCut }: HeldText): string => (isCut ? LEFT_OUT + text : text);

/** The end of a text that is too long to be held; a shorter one as it is. */
const shortened = (text: string): string => (text.length <= 2 * HELD_CHARS ? text : LEFT_OUT + endOf(text));

/** JSON data with the ends of its long texts; the end of its JSON text if it is still too long. */
export function shortenedData(value: unknown): unknown {
  if (typeof value === 'string') return shortened(value);
  if (typeof value !== 'object' || value === null) return value;
  if (JSON.stringify(value).length <= 2 * HELD_CHARS) return value;
  const short = Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value).map(([name, each]) => [
          name,
          typeof each === 'string' ? shortened(each) : each,
        ]),
      );
  const json = JSON.stringify(short);
  return json.length <= 4 * HELD_CHARS ? short : shortened(json);
}

/** Does not begin with half of a character. */
function endOf(text: string): string {
  const end = text.slice(-HELD_CHARS);
  const first = end.charCodeAt(0);
  return first >= 0xdc_00 && first <= 0xdf_ff ? end.slice(1) : end;
}
