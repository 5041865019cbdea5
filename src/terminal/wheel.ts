import type { InputToken } from './input-tokenizer.ts';

/**
 * Many terminals send arrow keys for the wheel on the alternate screen (xterm's mode 1007). In a prompt these would walk
 * through the history. If the terminal reports that the mode is on, it is turned off. Elsewhere (tmux, kitty, old terminals)
 * several arrows in one read count as the wheel.
 */
export const WHEEL_QUERY = '\x1b[?1007$p';
export const WHEEL_MODE = 1007;

const WHEEL_REPLY = /^\x1b\[\?1007;([0-4])\$y$/;
/** Set, and permanently set. */
const ON = new Set(['1', '3']);

/** Whether the reply reports that the wheel sends arrow keys; null for any other reply. */
export function wheelSendsKeys(reply: string): boolean | null {
  const [, state] = WHEEL_REPLY.exec(reply) ?? [];
  return state === undefined ? null : ON.has(state);
}

const UP_OR_DOWN = /^\x1b[[O]([AB])$/;
/** Most terminals send three or more arrows for a step of the wheel. No user presses a key three times within one read. */
const KEYS_PER_STEP = 3;
/** Arrows with a modifier that no keyboard sends: Ink reads no other attribute of a key. */
const WHEEL_KEYS = { A: '\x1b[1;17A', B: '\x1b[1;17B' };

/** Replaces the arrows of a wheel in the tokens of one read. */
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
