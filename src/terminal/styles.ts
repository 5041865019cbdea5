/** The style of a cell. Equal styles are the same object, so that comparing is cheap. */
export interface Style {
  /** SGR parameters by slot, `''` for the terminal's default. */
  readonly slots: readonly string[];
  /** The text of an OSC 8 sequence after `8;`; `''` without a link. */
  readonly link: string;
  readonly key: string;
  /** A space in this style looks like an unstyled one. */
  readonly blank: boolean;
}

const BOLD = 0;
const DIM = 1;
const UNDERLINE = 3;
const OVERLINE = 8;
const FOREGROUND = 9;
const BACKGROUND = 10;
const UNDERLINE_COLOR = 11;
const SLOTS = 12;

/** The parameter that resets each slot. Bold and dim share theirs. */
const OFF: readonly string[] = ['22', '22', '23', '24', '25', '27', '28', '29', '55', '39', '49', '59'];
/** Slots that are visible on a space: underline, inverse, strikethrough, overline, background. */
const SHOWN_ON_SPACE: readonly number[] = [UNDERLINE, 5, 7, OVERLINE, BACKGROUND];

const MAX_CACHED = 4_096;
const styleCache = new Map<string, Style>();

function styleOf(slots: readonly string[], link: string): Style {
  const key = `${slots.join(',')}|${link}`;
  const found = styleCache.get(key);
  if (found !== undefined) return found;
  const blank = link === '' && SHOWN_ON_SPACE.every((slot) => slots[slot] === '');
  const style: Style = { slots, link, key, blank };
  // After this, equal styles may be different objects, which costs only a few bytes of output.
  if (styleCache.size >= MAX_CACHED) styleCache.clear();
  styleCache.set(key, style);
  return style;
}

export const PLAIN: Style = styleOf(Array<string>(SLOTS).fill(''), '');

/** A cache for pairs whose first part is a style. Read for nearly every cell that differs from the one before. */
class PairCache<Second, Value> {
  readonly #known = new Map<Style, Map<Second, Value>>();
  #size = 0;

  get(style: Style, second: Second): Value | undefined {
    return this.#known.get(style)?.get(second);
  }

  set(style: Style, second: Second, value: Value): void {
    if (this.#size >= MAX_CACHED) {
      this.#known.clear();
      this.#size = 0;
    }
    this.#size++;
    const known = this.#known.get(style);
    if (known === undefined) this.#known.set(style, new Map([[second, value]]));
    else known.set(second, value);
  }
}

const sgrCache = new PairCache<string, Style>();

/** The style after an SGR sequence; `parameters` is the text between `[` and `m`. */
export function applySgr(style: Style, parameters: string): Style {
  const found = sgrCache.get(style, parameters);
  if (found !== undefined) return found;
  const result = styleOf(slotsAfter(style.slots, parameters.split(';')), style.link);
  sgrCache.set(style, parameters, result);
  return result;
}

export const withLink = (style: Style, link: string): Style =>
  style.link === link ? style : styleOf(style.slots, link);

function slotsAfter(before: readonly string[], parameters: readonly string[]): string[] {
  let slots = [...before];
  for (let at = 0; at < parameters.length; at++) {
    const code = parameters[at] ?? '';
    const number = Number.parseInt(code, 10) || 0;
    if (number === 0) slots = [...PLAIN.slots];
    else if (number === 38 || number === 48 || number === 58) {
      const length = code.includes(':') ? 1 : parameters[at + 1] === '5' ? 3 : 5;
      slots[FOREGROUND + (number - 38) / 10] = parameters.slice(at, at + length).join(';');
      at += length - 1;
    } else set(slots, number, code);
  }
  return slots;
}

function set(slots: string[], number: number, code: string): void {
  if (number >= 1 && number <= 9) slots[number === 6 ? 4 : number > 6 ? number - 2 : number - 1] = code;
  else if (number === 21) slots[UNDERLINE] = code;
  else if (number === 22) {
    slots[BOLD] = '';
    slots[DIM] = '';
  } else if (number >= 23 && number <= 29)
    slots[number === 26 ? UNDERLINE : OFF.indexOf(String(number))] = '';
  else if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) slots[FOREGROUND] = code;
  else if ((number >= 40 && number <= 47) || (number >= 100 && number <= 107)) slots[BACKGROUND] = code;
  else if (number === 39) slots[FOREGROUND] = '';
  else if (number === 49) slots[BACKGROUND] = '';
  else if (number === 53) slots[OVERLINE] = code;
  else if (number === 55) slots[OVERLINE] = '';
  else if (number === 59) slots[UNDERLINE_COLOR] = '';
}

const changeCache = new PairCache<Style, string>();

/** The shortest sequence from one style to another. */
export function styleChange(from: Style, to: Style): string {
  if (from === to) return '';
  const found = changeCache.get(from, to);
  if (found !== undefined) return found;
  const link = from.link === to.link ? '' : `\x1b]8;${to.link === '' ? ';' : to.link}\x1b\\`;
  const change = link + sgrChange(from.slots, to.slots);
  changeCache.set(from, to, change);
  return change;
}

function sgrChange(from: readonly string[], to: readonly string[]): string {
  const steps: string[] = [];
  const weight = (from[BOLD] !== '' && to[BOLD] === '') || (from[DIM] !== '' && to[DIM] === '');
  if (weight) steps.push('22');
  for (let slot = 0; slot < SLOTS; slot++) {
    const wanted = to[slot] ?? '';
    if (wanted !== '' ? wanted !== from[slot] || (weight && slot <= DIM) : slot > DIM && from[slot] !== '') {
      steps.push(wanted === '' ? (OFF[slot] ?? '') : wanted);
    }
  }
  if (steps.length === 0) return '';
  const fresh = to.filter((code) => code !== '');
  const reset = `\x1b[${fresh.length === 0 ? '' : `0;${fresh.join(';')}`}m`;
  const delta = `\x1b[${steps.join(';')}m`;
  return delta.length < reset.length ? delta : reset;
}
