import { execFile } from 'node:child_process';
import { childEnvironment } from '../domain/child-environment.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { Clipboard, ServiceResult } from '../domain/ports/terminal-services.ts';
import { formatBytes } from '../domain/text/byte-size.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { systemReason } from '../platform/system-error.ts';
import { queryTmux } from './tmux.ts';

export interface ClipboardOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes a sequence that draws nothing. */
  readonly send: (sequence: string) => void;
}

/** What no terminal takes, and what would keep a slow line busy for minutes; bytes. */
const MAX_BYTES = 1_000_000;
/** What many terminals take at most, bytes: 100,000 characters of base64, as xterm.js and others have it. */
const SAFE_BYTES = 74_994;
/** tmux answers at once, or its server hangs; ms. */
const TIMEOUT_MS = 2_000;
const SAVE_HINT = `${keyFor('save-transcript')} saves the transcript to a file`;
/** The first tmux that hands what it is given on to the terminal's clipboard. */
const MIN_TMUX_VERSION = 3.2;

/** The clipboard of whoever sits at the terminal, over SSH too: by OSC 52, and inside tmux by tmux itself. */
export function terminalClipboard({ env, send }: ClipboardOptions): Clipboard {
  return {
    async copy(untrusted) {
      const text = sanitise(untrusted);
      const bytes = Buffer.byteLength(text);
      const size = formatBytes(bytes);
      if (bytes > MAX_BYTES) {
        return notCopied(`${size} are too much for a clipboard behind a terminal; ${SAVE_HINT}.`);
      }
      if ((env.TMUX ?? '') !== '') return copyThroughTmux(env, text, size);
      if ((env.STY ?? '') !== '')
        return notCopied(`GNU screen passes nothing on to the clipboard. ${SAVE_HINT}.`);
      if (env.TERM === 'linux') return notCopied(`The Linux console has no clipboard. ${SAVE_HINT}.`);
      // BEL and not ST: some terminals know only the older end.
      send(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
      return {
        done: true,
        words:
          bytes > SAFE_BYTES
            ? `Sent ${size} to the terminal’s clipboard. Many terminals take no more than 75 KB: look before you rely on it.`
            : `Sent ${size} to the terminal’s clipboard. Whether it took them it does not say.`,
      };
    },
  };
}

const notCopied = (words: string): ServiceResult => ({ done: false, words });

/** tmux would drop the sequence of a program inside it, unless it is told otherwise; what it is given as a buffer it passes on. */
async function copyThroughTmux(
  env: ClipboardOptions['env'],
  text: string,
  size: string,
): Promise<ServiceResult> {
  const settings = await queryTmux(env, AbortSignal.timeout(TIMEOUT_MS));
  if (settings === null) return notCopied('tmux does not answer, so nothing was copied.');
  const isNew = Number.parseFloat(settings.version.replace(/^\D*/u, '')) >= MIN_TMUX_VERSION;
  // tmux would pass it on all the same when it is asked to in so many words, but whoever turned this off meant it.
  const isOff = settings.setClipboard === 'off';
  const failure = await loadBuffer(env, text, isNew && !isOff);
  if (failure !== null) return notCopied(`tmux did not take it: ${failure}`);
  if (isOff) return copiedToTmuxOnly(size, 'its set-clipboard is off');
  if (!isNew) return copiedToTmuxOnly(size, 'this tmux is too old to pass them on (3.2 does)');
  return { done: true, words: `Copied ${size} to tmux, which passes them on to the terminal’s clipboard.` };
}

const copiedToTmuxOnly = (size: string, why: string): ServiceResult => ({
  done: false,
  words: `Copied ${size} to tmux only (prefix ] pastes them): ${why}, so the terminal’s clipboard did not get them.`,
});

/** Null when tmux has it, else what tmux says. */
function loadBuffer(env: ClipboardOptions['env'], text: string, passOn: boolean): Promise<string | null> {
  return new Promise((resolve) => {
    const child = execFile(
      'tmux',
      ['load-buffer', ...(passOn ? ['-w'] : []), '-'],
      { env: childEnvironment(env), timeout: TIMEOUT_MS },
      (error, _, stderr) => resolve(error === null ? null : stderr.trim() || systemReason(error)),
    );
    // It may be gone before it has read all.
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
  });
}
