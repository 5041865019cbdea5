import type { Readable } from 'node:stream';
import { BackendError, UsageError } from '../domain/errors.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { ScriptIo } from './context.ts';
import { write } from './output.ts';
import { readAll, readLine } from './read-stdin.ts';

/** What signing in has to ask a person. */
export interface Questions {
  url(): Promise<string>;
  /** `page` is where a browser shows the token. */
  token(page: string): Promise<string>;
  exposed(url: string): Promise<boolean>;
}

/**
 * Asks at the terminal. Where there is none, the token is what stands on stdin, and everything else had to be said on
 * the command line.
 */
export function questions(io: ScriptIo, signal: AbortSignal): Questions {
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
    async exposed(url) {
      if (!io.isTTY.stdin) {
        throw new UsageError(
          `${sanitiseLine(url)} is not encrypted: sign in at a terminal if you mean it, or use https.`,
        );
      }
      const answer = await ask(
        `${url} is not encrypted: others can read the token on its way. Go on? y is yes: `,
      );
      return answer.toLowerCase() === 'y';
    },
  };
}

const ENTER = /[\r\n]/;
/** Arrow keys and the like: nothing to type in a secret. */
const KEYS = /\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|O.|.)?/g;
const CTRL_C = '\x03';
const CTRL_D = '\x04';

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
    let typed = '';
    for (;;) {
      const chunk = await nextChunk(stdin, signal);
      if (chunk === null) return edited(typed);
      typed += chunk;
      const end = typed.search(ENTER);
      const line = end < 0 ? typed : typed.slice(0, end);
      if (line.includes(CTRL_C)) throw givenUp();
      if (end >= 0 || line.includes(CTRL_D)) return edited(line.split(CTRL_D)[0] ?? '');
    }
  } finally {
    terminal.setRawMode?.(false);
  }
}

/** What is left of what was typed. */
function edited(typed: string): string {
  let text = '';
  for (const character of typed.replaceAll(KEYS, '')) {
    if (character === '\x7f' || character === '\b') text = text.slice(0, -1);
    else if (character === '\x15') text = '';
    else if (character >= ' ') text += character;
  }
  return text;
}

/** Null at the end of the stream. */
function nextChunk(stdin: Readable, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      stdin.off('data', take).off('end', end).off('close', end).off('error', end);
      signal.removeEventListener('abort', stop);
      stdin.pause();
      done();
    };
    const take = (chunk: Buffer | string): void => settle(() => resolve(String(chunk)));
    const end = (): void => settle(() => resolve(null));
    const stop = (): void => settle(() => reject(givenUp()));
    if (signal.aborted) {
      reject(givenUp());
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    stdin.on('data', take).on('end', end).on('close', end).on('error', end);
    // A stream that was paused by the question before does not flow again by itself.
    stdin.resume();
  });
}

const givenUp = () => new BackendError({ kind: 'aborted', message: 'Given up.', tookEffect: 'no' });
