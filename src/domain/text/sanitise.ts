import { skipEscape } from './escapes.ts';
import { applyLineControls } from './line-controls.ts';
import { replaceStacked, STACKING } from './stacked-characters.ts';

/** The maximum of combining marks on one base character; no language needs more. */
const MAX_MARKS = 6;
/** The longest emoji family has three joiners. */
const MAX_JOINERS = 6;

/** Text of characters that stand for themselves: ASCII, Latin, punctuation, signs, box drawing, kana, Han, Hangul. */
const PLAIN =
  /^[\x20-\x7e\n\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2bff\u3041-\u3096\u30a1-\u30ff\u3400-\ua48f\uac00-\ud7a3]*$/;
/** Characters that need the slow path. */
const SUSPECT =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\u{13430}-\u{1343f}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{M}\p{Cs}]/u;
/** Characters that are invisible or reorder others. Joiners and variation selectors are handled separately. */
const INVISIBLE =
  /(?![\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb\u{13430}-\u{1343f}]/u;
const MARK = /\p{M}/u;
const EMOJI_PART = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]/u;
/** Scripts whose spelling needs ZWJ and ZWNJ: Arabic to Mongolian in code order, Indic scripts among them. */
const JOINING = /[\u0600-\u1cff\ua840-\ua8ff\uaa00-\uabff]/u;
const BLACK_FLAG = 0x1f3f4;
const TAG_END = 0xe007f;

/**
 * Makes untrusted text safe for a terminal, a file or the clipboard; keeps its lines (`\n`).
 *
 * Removes escape sequences of every family, control characters, bidirectional controls, zero-width characters, lone
 * surrogates, and combining marks beyond six on one character. Joiners stay inside emoji and inside the scripts that
 * need them. Expands tabs to stops of eight. CR LF, VT, FF, NEL and the Unicode separators become `\n`. A
 * lone CR rewrites its line as on a terminal: only the text after the last one stays, so that a progress bar is one
 * line. Characters that still stack too high become `…`. Linear time.
 */
export function sanitise(text: string): string {
  if (PLAIN.test(text)) return text;
  if (!SUSPECT.test(text)) return STACKING.test(text) ? replaceStacked(text) : text;
  return applyLineControls(replaceStacked(stripUnsafe(text)));
}

/** The limit for text on one line, UTF-16 units. */
const MAX_LINE_LENGTH = 4_000;

/**
 * Sanitises text for one line: every line break, with the blanks around it, becomes one space. Only the beginning of a
 * very long text is processed, followed by `…`.
 */
export function sanitiseLine(text: string): string {
  if (text.length <= MAX_LINE_LENGTH) return joinLines(text);
  const rest = text.trimStart();
  return rest.length <= MAX_LINE_LENGTH ? joinLines(rest) : `${joinLines(rest.slice(0, MAX_LINE_LENGTH))}…`;
}

function joinLines(text: string): string {
  const safe = sanitise(text);
  if (!safe.includes('\n')) return safe;
  const parts = safe.split('\n').map((line) => line.trim());
  return parts.filter((line) => line !== '').join(' ');
}

/** Keeps printable characters, `\n`, `\r` and `\t`. */
function stripUnsafe(text: string): string {
  let out = '';
  /** The start of the run of characters to copy. */
  let runStart = 0;
  let at = 0;
  /** The last kept character, 0 at the start of a line. */
  let last = 0;
  let marks = 0;
  let joiners = 0;

  const drop = (end: number, instead = ''): void => {
    out += text.slice(runStart, at) + instead;
    at = end;
    runStart = end;
  };

  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    const size = code > 0xffff ? 2 : 1;
    if (code >= 0x20 && code <= 0x7e) {
      last = code;
      marks = 0;
      joiners = 0;
      at++;
    } else if (code === 0x0a || code === 0x0d || code === 0x09) {
      last = 0;
      at++;
    } else if (code === 0x0b || code === 0x0c || code === 0x85 || code === 0x2028 || code === 0x2029) {
      last = 0;
      drop(at + 1, '\n');
    } else if (code === 0x1b || (code >= 0x80 && code <= 0x9f)) {
      drop(skipEscape(text, at));
    } else if (code < 0x20 || code === 0x7f || (code >= 0xd800 && code <= 0xdfff)) {
      drop(at + size);
    } else if (code === 0x200c || code === 0x200d) {
      if (joiners < MAX_JOINERS && mayJoin(last, text.codePointAt(at + 1) ?? 0, code)) {
        joiners++;
        last = code;
        at++;
      } else drop(at + 1);
    } else if (code >= 0xe0020 && code <= TAG_END && last === BLACK_FLAG) {
      const end = tagEnd(text, at);
      if (end > at) at = end;
      else drop(at + size);
      last = TAG_END;
    } else if (code === 0xfe0e || code === 0xfe0f) {
      if (marks === 0 && hasEmojiVariant(last, text.charCodeAt(at + 1))) {
        marks++;
        at++;
      } else drop(at + 1);
    } else if (INVISIBLE.test(String.fromCodePoint(code))) {
      drop(at + size);
    } else if (isMark(code)) {
      // A mark without a base would attach to the character left of this text; one on a blank would be separated by
      // wrapping.
      if (last === 0 || marks >= MAX_MARKS || isBlank(last)) drop(at + size);
      else {
        marks++;
        at += size;
      }
    } else {
      // A pictograph after a joiner belongs to the same emoji, whose joiners are counted together.
      if (last !== 0x200c && last !== 0x200d) joiners = 0;
      marks = 0;
      last = code;
      at += size;
    }
  }
  return runStart === 0 ? text : out + text.slice(runStart);
}

const isBlank = (code: number): boolean =>
  code === 0x20 || (code >= 0xa0 && /\s/u.test(String.fromCodePoint(code)));

/** Whether a character has an emoji and a text presentation. Terminals show any emoji presentation in two columns. */
const hasEmojiVariant = (code: number, next: number): boolean =>
  code < 0x80
    ? next === KEYCAP && KEYCAP_BASE.test(String.fromCodePoint(code))
    : EMOJI.test(String.fromCodePoint(code));

const KEYCAP = 0x20e3;
const KEYCAP_BASE = /[\d#*]/;
const EMOJI = /(?!\p{Regional_Indicator})\p{Emoji}/u;

function isMark(code: number): boolean {
  return code >= 0x300 && MARK.test(String.fromCodePoint(code));
}

function mayJoin(before: number, after: number, joiner: number): boolean {
  const left = String.fromCodePoint(before);
  const right = String.fromCodePoint(after);
  if (joiner === 0x200d && EMOJI_PART.test(left) && EMOJI_PART.test(right)) return true;
  return JOINING.test(left) && JOINING.test(right);
}

/** The end of the tag sequence of a flag (England, Scotland, Wales); `start` when it is invalid. */
function tagEnd(text: string, start: number): number {
  for (let at = start, count = 0; count < 7; at += 2, count++) {
    const code = text.codePointAt(at) ?? 0;
    if (code === TAG_END) return count > 1 ? at + 2 : start;
    if (code < 0xe0020 || code > TAG_END) return start;
  }
  return start;
}
