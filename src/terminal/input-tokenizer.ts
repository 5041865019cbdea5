import { isPartialMouseReport } from './mouse.ts';
import { classifyRun } from './paste-detection.ts';
import { inkKeyBytes, sequenceEnd, sequenceKind, stringEnd } from './sequences.ts';

/** One thing that the user, or the terminal, did. */
export type InputToken =
  /** One key, in the bytes that Ink is to read. */
  | { readonly kind: 'key'; readonly bytes: string }
  /** Pasted text with `\n` between its lines. Untrusted. */
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'focus'; readonly focused: boolean }
  /** Something was done with the mouse: see mouse.ts. */
  | { readonly kind: 'mouse'; readonly bytes: string }
  /** What the terminal answered to a question. */
  | { readonly kind: 'reply'; readonly bytes: string };

/** What the tokenizer holds back, and so how long it makes sense to wait for more. */
export type PendingInput =
  | 'nothing'
  /** An ESC: the key, or the first byte of another. */
  | 'escape'
  /** More of a sequence than a person can have typed. */
  | 'sequence'
  /** A terminal's answer that comes as a string, or a report of its mouse: neither is ever text. */
  | 'string'
  /** A marked paste without its end. */
  | 'paste'
  /** An unmarked paste; more of it may follow. */
  | 'burst'
  /** Nothing is held back, but an ESC was given out as a key and its rest may still come. */
  | 'late';

const PASTE_END = '\x1b[201~';
/** The rest of a cut sequence, as it looks without its ESC. */
const LATE_REST = /^(?:\[|O)(?:$|\[?[\d;:]*(?:$|[A-HP-SZ~u]))|^\[<[\d;]*(?:$|[Mm])|^\[[03]n/;

/**
 * Cuts what a terminal sends into whole tokens, however the reads were cut. Pure: time is the caller's, who calls
 * `expire` when it has waited long enough for the rest of what `waiting` says.
 */
export class InputTokenizer {
  #pending = '';
  /** `#pending` began as the rest of a sequence whose ESC was already given out as a key. */
  #isLateRest = false;
  #late = false;
  /** The pieces of a marked paste, null outside of one. */
  #paste: string[] | null = null;
  /** The pieces of an unmarked paste, null outside of one. */
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

  /** Takes the next characters, as many as one read brought, and gives the tokens that they complete. */
  push(text: string): InputToken[] {
    if (this.#paste !== null) this.#pushPaste(text);
    else if (this.#isLateRest || this.#late) this.#scan(this.#withEscape(text));
    else this.#scan(this.#pending + text);
    return this.#takeTokens();
  }

  /** Nothing more came in time: gives what was held back as what it looks like. */
  expire(): InputToken[] {
    const pending = this.#pending;
    this.#pending = '';
    if (this.#paste !== null) {
      this.#endPaste(this.#paste.join('') + pending);
    } else if (pending === '\x1b') {
      this.#key(pending);
      this.#late = true;
    } else if (pending !== '') {
      // Half a mouse report is nothing.
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

  /** Gives the rest of a sequence the ESC that it lost, when it is one. */
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

  /** Reads what begins with the ESC at `start`; gives the index behind it, or -1 when its end has not come yet. */
  #escape(text: string, start: number): number {
    if (start + 1 >= text.length) return -1;
    const sequence = sequenceEnd(text, start);
    if (sequence === 'pending') return -1;
    if (sequence !== 'none') {
      const bytes = text.slice(start, sequence);
      // Nothing that fits follows: it was alt and a bracket.
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
    // Alt adds an ESC to characters and to the editing keys among the controls; before others it was its own key.
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

  /** Characters and controls without any ESC among them, from one read. */
  #plain(text: string): void {
    // Keys that are control characters end a run; the C1 ones mean nothing in UTF-8.
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
    // Somebody who presses this alone wants out of a paste whose end was lost.
    if (text === '\x03') {
      this.#endPaste(paste.join('') + this.#pending);
      this.#key(text);
      return;
    }
    // The end mark may be cut, so what could be its beginning is looked at again with the next read.
    const whole = this.#pending + text;
    const end = whole.indexOf(PASTE_END);
    if (end < 0) {
      const keep = endOverlap(whole);
      paste.push(whole.slice(0, whole.length - keep));
      this.#pending = whole.slice(whole.length - keep);
      return;
    }
    paste.push(whole.slice(0, end));
    this.#endPaste(paste.join(''));
    this.#scan(whole.slice(end + PASTE_END.length));
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

/** Terminals paste line breaks as the Enter key sends them. */
const withNewlines = (text: string): string => text.replace(/\r\n?/g, '\n');

/** How many characters at the end of `text` may be the beginning of the end mark. */
function endOverlap(text: string): number {
  for (let length = Math.min(PASTE_END.length - 1, text.length); length > 0; length--) {
    if (PASTE_END.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
