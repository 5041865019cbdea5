import type { Readable } from 'node:stream';
import { UsageError } from '../domain/errors.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { abortError } from './abort-error.ts';
import { write } from './output.ts';
import { readAll, readLine, readUntil } from './read-stdin.ts';
import type { ScriptIo } from './script-context.ts';

/** The questions of `taskdeck login`. */
export interface LoginPrompts {
  url(): Promise<string>;
  /** `page`: URL of the web page that shows the token. */
  token(page: string): Promise<string>;
  confirmPlainHttp(url: string): Promise<boolean>;
}

/** Asks at the terminal. Without a terminal the token is all of stdin, and the other prompts throw UsageError. */
export function createLoginPrompts(io: ScriptIo, signal: AbortSignal): LoginPrompts {
  const ask = async (question: string): Promise<string> => {
    await write(io.stderr, sanitiseLine(question));
    return (await readLine(io.stdin, signal)).trim();
  };
  return {
    async url() {
      if (!io.isTTY.stdin) throw new UsageError('No deployment given. Run "taskdeck login URL".');
      return ask('URL of the deployment, such as https://coder.example.com: ');
    },
    async token(page) {
      if (!io.isTTY.stdin) return (await readAll(io.stdin, signal)).trim();
      await write(io.stderr, `Copy a token from ${sanitiseLine(page)}\n`);
      const secret = await readSecret(io, 'Token (hidden): ', signal);
      // Feedback for a hidden input.
      await write(io.stderr, `${secret.length} characters\n`);
      return secret;
    },
    async confirmPlainHttp(url) {
      if (!io.isTTY.stdin) {
        throw new UsageError(
          `${sanitiseLine(url)} is not encrypted: others on the network can read the token. Use https, or allow it with --plain-http.`,
        );
      }
      const answer = await ask(
        `${url} is not encrypted: others on the network can read the token. Continue? (y/N) `,
      );
      return answer.toLowerCase() === 'y';
    },
  };
}

const CTRL_C = '\x03';
/** Enter, ctrl+C or ctrl+D. */
const LINE_END = /([\r\n\x03\x04])/;
/** Escape sequences of keys such as arrows, which are not part of a secret. */
const KEY_SEQUENCE = /\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|O.|.)?/g;

/** Reads a line without echo. Ctrl+C cancels; backspace and ctrl+U delete. */
async function readSecret(
  { stdin, stderr }: ScriptIo,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  const terminal = stdin as Readable & { setRawMode?: (raw: boolean) => void };
  // Before the question, so that early input is hidden too.
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

function applyEditingKeys(typed: string): string {
  let text = '';
  for (const character of typed.replaceAll(KEY_SEQUENCE, '')) {
    if (character === '\x7f' || character === '\b') text = text.slice(0, -1);
    else if (character === '\x15') text = '';
    else if (character >= ' ') text += character;
  }
  return text;
}
