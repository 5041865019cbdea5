import { execFile } from 'node:child_process';
import { childEnvironment } from '../domain/child-environment.ts';
import { killChild } from '../platform/kill-child.ts';

/** The settings of tmux as it prints them; empty for options that this version does not know. */
export interface TmuxSettings {
  readonly version: string;
  readonly allowPassthrough: string;
  readonly setClipboard: string;
  readonly focusEvents: string;
  /** ms */
  readonly escapeTime: string;
  /** The attached terminal's reply to XTVERSION; may be empty. */
  readonly clientType: string;
  /** Its TERM. */
  readonly clientTerm: string;
}

const FORMAT = [
  'version',
  'allow-passthrough',
  'set-clipboard',
  'focus-events',
  'escape-time',
  'client_termtype',
  'client_termname',
]
  .map((name) => `#{${name}}`)
  .join('|');
/** tmux answers at once or hangs; ms. */
const TIMEOUT_MS = 2_000;

/** Queries the tmux around taskdeck. Null without tmux or without a reply. */
export function queryTmux(
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<TmuxSettings | null> {
  if ((env.TMUX ?? '') === '' || signal.aborted) return Promise.resolve(null);
  // For this pane: passthrough is a pane option.
  const pane = env.TMUX_PANE === undefined ? [] : ['-t', env.TMUX_PANE];
  return new Promise((resolve) => {
    const child = execFile(
      'tmux',
      ['display-message', '-p', ...pane, FORMAT],
      { env: childEnvironment(env), timeout: TIMEOUT_MS },
      (error, stdout) => {
        signal.removeEventListener('abort', end);
        resolve(error === null ? parseSettings(stdout) : null);
      },
    );
    const end = (): void => killChild(child);
    signal.addEventListener('abort', end, { once: true });
    child.stdin?.end();
  });
}

function parseSettings(line: string): TmuxSettings {
  const [version, allowPassthrough, setClipboard, focusEvents, escapeTime, clientType, clientTerm] = line
    .trim()
    .split('|');
  return {
    version: version ?? '',
    allowPassthrough: allowPassthrough ?? '',
    setClipboard: setClipboard ?? '',
    focusEvents: focusEvents ?? '',
    escapeTime: escapeTime ?? '',
    clientType: clientType ?? '',
    clientTerm: clientTerm ?? '',
  };
}
