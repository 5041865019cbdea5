import type { Readable } from 'node:stream';
import { UsageError } from '../domain/errors.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { abortError } from './abort-error.ts';
import type { ScriptIo } from './context.ts';
import { write } from './output.ts';
import { readAll, readLine, readUntil } from './read-stdin.ts';

/** What signing in has to ask a person. */
export interface LoginPrompts {
  url(): Promise<string>;
  /** `page` is where a browser shows the token. */
  token(page: string): Promise<string>;
  confirmPlainHttp(url: string): Promise<boolean>;
}

/**
 * Asks at the terminal. Where there is none, the token is what stands on stdin, and everything else had to be said on
 * the command line.
 */
export function createLoginPrompts(io: ScriptIo, signal: AbortSignal): LoginPrompts {
  const ask = async (question: string): Promise<string> => {
    await write(io.stderr, sanitiseLine(question));
    return (await readLine(io.stdin, signal)).trim();
  };
  return {
    async url() {
      if (!io.isTTY.stdin)
        throw new UsageError('Which deployment? Write its address behind "taskdeck login".');
      return ask('Address of the deployment, such as https://coder.example.com: ');
    },
    async token(page) {
      if (!io.isTTY.stdin) return (await readAll(io.stdin, signal)).trim();
      await write(io.stderr, `Copy a token from ${sanitiseLine(page)}\n`);
      const secret = await readSecret(io, 'Token (not shown): ', signal);
      // The only sign that something arrived at all.
      await write(io.stderr, `${secret.length} characters\n`);
      return secret;
    },
    async confirmPlainHttp(url) {
      if (!io.isTTY.stdin) {
        throw new UsageError(
          `${sanitiseLine(url)} is not encrypted: others can read the token on its way. Use https, or say --plain-http if you mean it.`,
        );
      }
      const answer = await ask(
        `${url} is not encrypted: others can read the token on its way. Go on? y is yes: `,
      );
      return answer.toLowerCase() === 'y';
    },
  };
}

const CTRL_C = '\x03';
/** Enter, ctrl+C or ctrl+D: behind it nothing of the secret follows. */
const LINE_END = /([\r\n\x03\x04])/;
/** Arrow keys and the like: nothing to type in a secret. */
const KEY_SEQUENCE = /\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|O.|.)?/g;

/** Reads a line that the terminal does not show. Ctrl+C gives up, backspace and ctrl+U take back. */
async function readSecret(
  { stdin, stderr }: ScriptIo,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  const terminal = stdin as Readable & { setRawMode?: (raw: boolean) => void };
  // Before the question: who is quick must not see what they type either.
  terminal.setRawMode?.(true);
  try {
    await write(stderr, question);
    const typed = await readUntil(stdin, signal, (chunk) => LINE_END.test(chunk.toString('latin1')));
    const [line = '', last] = typed.split(LINE_END);
    if (last === CTRL_C) throw abortError();
    return applyEditingKeys(line);
  } finally {
    terminal.setRawMode?.(false);
  }
}

/** What is left of what was typed. */
function applyEditingKeys(typed: string): string {
  let text = '';
  for (const character of typed.replaceAll(KEY_SEQUENCE, '')) {
    if (character === '\x7f' || character === '\b') text = text.slice(0, -1);
    else if (character === '\x15') text = '';
    else if (character >= ' ') text += character;
  }
  return text;
}
