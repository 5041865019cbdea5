import { isPartialMouseReport } from './mouse.ts';
import { classifyRun } from './paste-detection.ts';
import { inkKeyBytes, sequenceEnd, sequenceKind, stringEnd } from './sequences.ts';

/** One input event of the user or the terminal. */
export type InputToken =
  /** One key, in bytes that Ink understands. */
  | { readonly kind: 'key'; readonly bytes: string }
  /** Pasted text with `\n` between its lines. Untrusted. */
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'focus'; readonly focused: boolean }
  /** A mouse report: see mouse.ts. */
  | { readonly kind: 'mouse'; readonly bytes: string }
  /** The terminal's reply to a query. */
  | { readonly kind: 'reply'; readonly bytes: string };

/** The incomplete input that the tokenizer holds; it decides how long to wait for more. */
export type PendingInput =
  | 'nothing'
  /** An ESC: the key itself or the start of a sequence. */
  | 'escape'
  /** The start of a sequence, too long to be typed. */
  | 'sequence'
  /** The start of a string reply or a mouse report, neither of which is ever text. */
  | 'string'
  /** A bracketed paste without its end. */
  | 'paste'
  /** A paste without brackets; more may follow. */
  | 'burst'
  /** Nothing, but an ESC was returned as a key and the rest of its sequence may follow. */
  | 'late';

const PASTE_END = '\x1b[201~';
/** The rest of a sequence without its ESC. */
const LATE_REST = /^(?:\[|O)(?:$|\[?[\d;:]*(?:$|[A-HP-SZ~u]))|^\[<[\d;]*(?:$|[Mm])|^\[[03]n/;

/**
 * Splits terminal input into whole tokens, however the reads were split. Has no timers: the caller calls `expire` when it has
 * waited long enough for the state in `waiting`.
 */
export class InputTokenizer {
  #pending = '';
  /** `#pending` is the rest of a sequence whose ESC was returned as a key. */
  #isLateRest = false;
  #late = false;
  /** The chunks of a bracketed paste; null outside. */
  #paste: string[] | null = null;
  /** The chunks of a paste without brackets; null outside. */
  #burst: string[] | null = null;
  #out: InputToken[] = [];

  get waiting(): PendingInput {
    if (this.#paste !== null) return 'paste';
    if (isPartialMouseReport(this.#pending)) return 'string';
    if (this.#pending === '\x1b' || this.#isLateRest) return 'escape';
    if (this.#pending !== '') {
      return stringEnd(this.#pending, 0) === 'none' || this.#pending.length === 2 ? 'sequence' : 'string';
    }
    if (this.#burst !== null) return 'burst';
    return this.#late ? 'late' : 'nothing';
  }

  /** Adds the characters of one read. Returns the completed tokens. */
  push(text: string): InputToken[] {
    if (this.#paste !== null) this.#pushPaste(text);
    else if (this.#isLateRest || this.#late) this.#scan(this.#withEscape(text));
    else this.#scan(this.#pending + text);
    return this.#takeTokens();
  }

  /** Returns the held input as the most likely tokens: nothing more came in time. */
  expire(): InputToken[] {
    const pending = this.#pending;
    this.#pending = '';
    if (this.#paste !== null) {
      this.#endPaste(this.#paste.join('') + pending);
    } else if (pending === '\x1b') {
      this.#key(pending);
      this.#late = true;
    } else if (pending !== '') {
      // An incomplete mouse report is dropped.
      if (this.#isLateRest && !isPartialMouseReport(pending)) this.#plain(pending.slice(1));
      else if (pending.length === 2) this.#key(pending);
      this.#late = false;
    } else {
      this.#late = false;
    }
    this.#isLateRest = false;
    this.#endBurst();
    return this.#takeTokens();
  }

  #takeTokens(): InputToken[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Adds the lost ESC if `text` is the rest of a sequence. */
  #withEscape(text: string): string {
    if (text === '') return this.#pending;
    const rest = this.#isLateRest ? this.#pending.slice(1) + text : text;
    this.#late = false;
    this.#isLateRest = LATE_REST.test(rest);
    return this.#isLateRest ? `\x1b${rest}` : rest;
  }

  #scan(text: string): void {
    this.#pending = '';
    let at = 0;
    while (at < text.length) {
      const start = text.indexOf('\x1b', at);
      this.#plain(text.slice(at, start < 0 ? text.length : start));
      if (start < 0) return;
      const end = this.#escape(text, start);
      if (end < 0) {
        this.#pending = text.slice(start);
        return;
      }
      this.#isLateRest = false;
      at = end;
      if (this.#paste !== null) {
        this.#pushPaste(text.slice(at));
        return;
      }
    }
  }

  /** Reads the sequence at `start`. Returns the index after it, or -1 if it is incomplete. */
  #escape(text: string, start: number): number {
    if (start + 1 >= text.length) return -1;
    const sequence = sequenceEnd(text, start);
    if (sequence === 'pending') return -1;
    if (sequence !== 'none') {
      const bytes = text.slice(start, sequence);
      // No sequence follows: the key was alt and a bracket.
      if (bytes === '\x1b[') this.#key(bytes);
      else this.#sequence(bytes);
      return sequence;
    }
    const string = stringEnd(text, start);
    if (string === 'pending') return -1;
    if (string !== 'none') {
      this.#emit({ kind: 'reply', bytes: text.slice(start, string) });
      return string;
    }
    const code = text.codePointAt(start + 1) ?? 0;
    // Alt sends an ESC before characters and editing keys; before other controls the ESC is a key of its own.
    if (code >= 0x20 || code === 0x0d || code === 0x0a || code === 0x09 || code === 0x08) {
      const end = start + 1 + (code > 0xffff ? 2 : 1);
      this.#key(text.slice(start, end));
      return end;
    }
    this.#key('\x1b');
    return start + 1;
  }

  #sequence(sequence: string): void {
    const kind = sequenceKind(sequence);
    switch (kind) {
      case 'key':
        this.#key(sequence);
        break;
      case 'paste-start':
        this.#endBurst();
        this.#paste = [];
        break;
      case 'focus-in':
      case 'focus-out':
        this.#emit({ kind: 'focus', focused: kind === 'focus-in' });
        break;
      case 'mouse':
        this.#emit({ kind: 'mouse', bytes: sequence });
        break;
      case 'reply':
        this.#emit({ kind: 'reply', bytes: sequence });
        break;
    }
  }

  /** Characters and controls of one read, without ESC. */
  #plain(text: string): void {
    // Control keys end a run; C1 controls have no meaning in UTF-8.
    for (const part of text.split(/([\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f])/)) {
      if (part === '') continue;
      if (/^[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]$/.test(part)) this.#key(part);
      else if (!/^[\x80-\x9f]$/.test(part)) this.#classifyRun(part);
    }
  }

  #classifyRun(text: string): void {
    if (this.#burst !== null) {
      this.#burst.push(text);
      return;
    }
    const run = classifyRun(text);
    if (run.kind === 'paste') {
      this.#burst = [text];
      return;
    }
    if (run.kind === 'text') this.#emit({ kind: 'paste', text: run.text });
    for (const key of run.keys) this.#key(key);
  }

  #pushPaste(text: string): void {
    const paste = this.#paste;
    if (paste === null) return;
    // ctrl+c alone leaves a paste whose end was lost.
    if (text === '\x03') {
      this.#endPaste(paste.join('') + this.#pending);
      this.#key(text);
      return;
    }
    // The end mark may be split: a possible start of it waits for the next read.
    const combined = this.#pending + text;
    const end = combined.indexOf(PASTE_END);
    if (end < 0) {
      const keep = endOverlap(combined);
      paste.push(combined.slice(0, combined.length - keep));
      this.#pending = combined.slice(combined.length - keep);
      return;
    }
    paste.push(combined.slice(0, end));
    this.#endPaste(paste.join(''));
    this.#scan(combined.slice(end + PASTE_END.length));
  }

  #endPaste(text: string): void {
    this.#paste = null;
    this.#pending = '';
    if (text !== '') this.#out.push({ kind: 'paste', text: withNewlines(text) });
  }

  #endBurst(): void {
    const burst = this.#burst;
    this.#burst = null;
    if (burst !== null) this.#out.push({ kind: 'paste', text: withNewlines(burst.join('')) });
  }

  #key(bytes: string): void {
    this.#emit({ kind: 'key', bytes: inkKeyBytes(bytes) });
  }

  #emit(token: InputToken): void {
    this.#endBurst();
    this.#out.push(token);
  }
}

/** Terminals paste line breaks as CR. */
const withNewlines = (text: string): string => text.replace(/\r\n?/g, '\n');

/** How many characters at the end of `text` may be the start of the end mark. */
function endOverlap(text: string): number {
  for (let length = Math.min(PASTE_END.length - 1, text.length); length > 0; length--) {
    if (PASTE_END.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
