import { execFile } from 'node:child_process';
import { childEnvironment } from '../domain/child-environment.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { Clipboard, ServiceResult } from '../domain/ports/terminal-services.ts';
import { formatBytes } from '../domain/text/format.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { systemReason } from '../platform/system-error.ts';
import { queryTmux } from './tmux.ts';

export interface ClipboardOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes a sequence that draws nothing. */
  readonly send: (sequence: string) => void;
}

/** Larger texts are refused: no terminal takes them, and a slow connection would be busy for minutes. */
const MAX_BYTES = 1_000_000;
/** The limit of many terminals, bytes: 100,000 base64 characters, as in xterm.js. */
const SAFE_BYTES = 74_994;
/** tmux answers at once or hangs; ms. */
const TIMEOUT_MS = 2_000;
const SAVE_HINT = `${keyFor('save-transcript')} saves the transcript to a file`;
/** The first tmux whose `load-buffer -w` sets the terminal's clipboard. */
const MIN_TMUX_VERSION = 3.2;

/** The clipboard of the user's terminal, over SSH too: through OSC 52, inside tmux through `tmux load-buffer`. */
export function terminalClipboard({ env, send }: ClipboardOptions): Clipboard {
  return {
    async copy(untrusted) {
      const text = sanitise(untrusted);
      const bytes = Buffer.byteLength(text);
      const size = formatBytes(bytes);
      if (bytes > MAX_BYTES) {
        return notCopied(`${size} is too much for the terminal’s clipboard. ${SAVE_HINT}.`);
      }
      if ((env.TMUX ?? '') !== '') return copyThroughTmux(env, text, size);
      if ((env.STY ?? '') !== '')
        return notCopied(`GNU screen does not support the clipboard. ${SAVE_HINT}.`);
      if (env.TERM === 'linux') return notCopied(`The Linux console has no clipboard. ${SAVE_HINT}.`);
      // BEL, not ST: some terminals know only BEL.
      send(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
      return {
        done: true,
        words:
          bytes > SAFE_BYTES
            ? `Sent ${size} to the terminal’s clipboard. Many terminals take at most 75 KB: check the result.`
            : `Sent ${size} to the terminal’s clipboard. The terminal does not confirm it.`,
      };
    },
  };
}

const notCopied = (words: string): ServiceResult => ({ done: false, words });

/** tmux drops OSC 52 of a program by default, but forwards its own buffers. */
async function copyThroughTmux(
  env: ClipboardOptions['env'],
  text: string,
  size: string,
): Promise<ServiceResult> {
  const settings = await queryTmux(env, AbortSignal.timeout(TIMEOUT_MS));
  if (settings === null) return notCopied('tmux does not answer. Nothing was copied.');
  const isNew = Number.parseFloat(settings.version.replace(/^\D*/u, '')) >= MIN_TMUX_VERSION;
  // `load-buffer -w` would ignore set-clipboard off, but the user has turned it off on purpose.
  const isOff = settings.setClipboard === 'off';
  const failure = await loadBuffer(env, text, isNew && !isOff);
  if (failure !== null) return notCopied(`tmux could not copy it: ${failure}`);
  if (isOff) return copiedToTmuxOnly(size, 'set-clipboard is off');
  if (!isNew) return copiedToTmuxOnly(size, 'setting the terminal’s clipboard needs tmux 3.2');
  return { done: true, words: `Copied ${size} to tmux, which forwards it to the terminal’s clipboard.` };
}

const copiedToTmuxOnly = (size: string, why: string): ServiceResult => ({
  done: false,
  words: `Copied ${size} to tmux only: ${why}. Paste with prefix ].`,
});

/** Null on success, else the error of tmux. */
function loadBuffer(env: ClipboardOptions['env'], text: string, passOn: boolean): Promise<string | null> {
  return new Promise((resolve) => {
    const child = execFile(
      'tmux',
      ['load-buffer', ...(passOn ? ['-w'] : []), '-'],
      { env: childEnvironment(env), timeout: TIMEOUT_MS },
      (error, _, stderr) => resolve(error === null ? null : stderr.trim() || systemReason(error)),
    );
    // tmux may exit before it has read everything.
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
  });
}
