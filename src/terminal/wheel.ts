import type { InputToken } from './input-tokenizer.ts';

/**
 * Many terminals send arrow keys for a turn of the wheel while a program is on the alternate screen: mode 1007 of xterm, on by
 * default in most others. In a prompt these would walk through earlier prompts. Where the terminal answers that the mode is on,
 * it is turned off (`WHEEL_QUESTION`); elsewhere (tmux between, kitty, old ones) the keys are known by coming in one read.
 */
export const WHEEL_QUERY = '\x1b[?1007$p';
export const WHEEL_MODE = 1007;

const WHEEL_REPLY = /^\x1b\[\?1007;([0-4])\$y$/;
/** Set, and set for good. */
const ON = new Set(['1', '3']);

/** Whether a terminal's answer says that the wheel sends arrow keys; null for what is no such answer. */
export function wheelSendsKeys(reply: string): boolean | null {
  const [, state] = WHEEL_REPLY.exec(reply) ?? [];
  return state === undefined ? null : ON.has(state);
}

const UP_OR_DOWN = /^\x1b[[O]([AB])$/;
/** One step of a wheel is three rows or more in most terminals. A person does not press a key this often within one read. */
const KEYS_PER_STEP = 3;
/** The same arrow with a modifier that no keyboard sends: the only way to say more about a key in what Ink reads. */
const WHEEL_KEYS = { A: '\x1b[1;17A', B: '\x1b[1;17B' };

/** What one read brought, with the arrows that came from a wheel marked as such. */
export function markWheelKeys(tokens: readonly InputToken[]): InputToken[] {
  const marked: InputToken[] = [];
  for (let at = 0; at < tokens.length; ) {
    const arrow = arrowOf(tokens[at]);
    let end = at + 1;
    while (arrow !== null && arrowOf(tokens[end]) === arrow) end++;
    const isWheel = arrow !== null && end - at >= KEYS_PER_STEP;
    for (const token of tokens.slice(at, end)) {
      marked.push(isWheel ? { kind: 'key', bytes: WHEEL_KEYS[arrow] } : token);
    }
    at = end;
  }
  return marked;
}

function arrowOf(token: InputToken | undefined): 'A' | 'B' | null {
  const [, arrow] = token?.kind === 'key' ? (UP_OR_DOWN.exec(token.bytes) ?? []) : [];
  return arrow === 'A' || arrow === 'B' ? arrow : null;
}
