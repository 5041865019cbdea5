import type { Diagnostic } from '../domain/diagnostic.ts';
import { characterLocale, colorDepth, needsAscii } from './capabilities.ts';
import { desktopProgram } from './desktop-notification.ts';
import { isShownByTerminal, type NotificationRoute, notificationRoute } from './notification-protocol.ts';
import { usableSize } from './terminal-size.ts';
import type { TmuxSettings } from './tmux.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface TerminalChecksOptions {
  readonly env: Environment;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  /** The settings of the tmux around taskdeck; null without tmux or without a reply. */
  readonly tmux: TmuxSettings | null;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform;
}

/** The terminal's checks for `taskdeck doctor`. Writes nothing to the terminal. */
export function terminalChecks({
  env,
  stdout,
  tmux,
  platform = process.platform,
}: TerminalChecksOptions): readonly Diagnostic[] {
  return [
    typeCheck(env),
    stdout.isTTY === true ? sizeCheck(stdout) : info('size', 'not a terminal; the screen needs one'),
    info('colours', coloursOf(env)),
    charactersCheck(env),
    ...(isSet(env, 'SSH_CONNECTION') || isSet(env, 'SSH_TTY') ? [info('over', 'SSH')] : []),
    ...multiplexerChecks(env, tmux),
    info('notifications', notificationSupport(notificationRoute(env, tmux), env, platform)),
  ];
}

function sizeCheck(stdout: TerminalChecksOptions['stdout']): Diagnostic {
  const reported = `${stdout.columns}x${stdout.rows}`;
  const { columns, rows } = usableSize(stdout);
  const used = `${columns}x${rows}`;
  return reported === used
    ? info('size', used)
    : failed(
        'size',
        `${reported} is not usable, using ${used}; set it with: stty cols ${columns} rows ${rows}`,
      );
}

function typeCheck(env: Environment): Diagnostic {
  const type = env.TERM ?? '';
  const program = [env.TERM_PROGRAM, env.TERM_PROGRAM_VERSION].filter(Boolean).join(' ');
  const value = `${type || 'unknown'}${program === '' ? '' : `, ${program}`}`;
  return type === 'dumb'
    ? failed('type', `${value}: cannot draw; taskdeck writes lines as for a screen reader`)
    : info('type', value);
}

/** The number of colours. The default theme uses the terminal's own 16. */
function coloursOf(env: Environment): string {
  if (isSet(env, 'NO_COLOR')) return 'none (NO_COLOR is set)';
  switch (colorDepth(env)) {
    case 1:
      return 'none';
    case 4:
      return '16';
    case 8:
      return '256';
    default:
      return '16 million';
  }
}

function charactersCheck(env: Environment): Diagnostic {
  const locale = characterLocale(env);
  if (!needsAscii(env)) return passed('characters', locale || 'UTF-8');
  if (!needsAscii({ LANG: locale })) return info('characters', `ASCII (TERM is ${env.TERM})`);
  return failed(
    'characters',
    `${locale || 'no locale'}: ASCII only; set LANG to a UTF-8 locale such as C.UTF-8`,
  );
}

function multiplexerChecks(env: Environment, tmux: TmuxSettings | null): readonly Diagnostic[] {
  if (isSet(env, 'TMUX')) {
    return tmux === null ? [info('inside', 'tmux, which does not answer')] : tmuxChecks(tmux);
  }
  if (isSet(env, 'STY')) return [info('inside', 'GNU screen: no notifications and no clipboard')];
  return isSet(env, 'ZELLIJ') ? [info('inside', 'Zellij')] : [];
}

/** How the user is notified when a task needs them. */
function notificationSupport(route: NotificationRoute, env: Environment, platform: NodeJS.Platform): string {
  const { protocol, tmuxLevels } = route;
  const program = desktopProgram(env, platform);
  if (program !== null && !isShownByTerminal(route, env)) return `bell and ${program}`;
  if (protocol === null) return 'bell only';
  const sequence = protocol.replace('osc-', 'OSC ');
  return `bell and ${sequence}${tmuxLevels === 0 ? '' : ' through tmux'}`;
}

/** Since 3.4 tmux can forward sequences of panes that are not visible. */
function supportsPassthroughAll({ version }: Pick<TmuxSettings, 'version'>): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 4);
}

function passthroughSetting({ allowPassthrough, version }: TmuxSettings): string {
  return isOn(allowPassthrough) && allowPassthrough !== 'all' && supportsPassthroughAll({ version })
    ? 'on (only while this pane is visible; "set -g allow-passthrough all" for always)'
    : allowPassthrough;
}

/** Above this, users notice the delay of esc; ms. */
const SLOW_ESCAPE_MS = 50;

function tmuxChecks(tmux: TmuxSettings): readonly Diagnostic[] {
  const late = Number(tmux.escapeTime) > SLOW_ESCAPE_MS;
  return [
    info('inside', `tmux ${tmux.version}`),
    // Before 3.3 tmux had no such option and forwarded everything.
    tmuxSetting('allow-passthrough', passthroughSetting(tmux), {
      ok: tmux.allowPassthrough === '' || isOn(tmux.allowPassthrough),
      lacking: 'only the bell reaches the terminal',
      line: `set -g allow-passthrough ${supportsPassthroughAll(tmux) ? 'all' : 'on'}`,
    }),
    // With `external` tmux drops OSC 52 of programs but forwards its own buffers.
    tmuxSetting('set-clipboard', tmux.setClipboard, {
      ok: isOn(tmux.setClipboard) || tmux.setClipboard === 'external',
      lacking: 'copied text stays in tmux',
      line: 'set -s set-clipboard on',
    }),
    tmuxSetting('focus-events', tmux.focusEvents, {
      ok: isOn(tmux.focusEvents),
      lacking: 'notifications also appear while taskdeck has the focus',
      line: 'set -g focus-events on',
    }),
    ...(late
      ? [
          tmuxSetting('escape-time', `${tmux.escapeTime} ms`, {
            ok: false,
            lacking: 'esc is delayed',
            line: 'set -s escape-time 10',
          }),
        ]
      : []),
  ];
}

interface TmuxSettingCheck {
  readonly ok: boolean;
  /** The effect of a wrong setting. */
  readonly lacking: string;
  /** The line for tmux.conf. */
  readonly line: string;
}

const tmuxSetting = (name: string, value: string, { ok, lacking, line }: TmuxSettingCheck): Diagnostic =>
  ok
    ? passed(name, WORDS.get(value) ?? value)
    : failed(name, `${WORDS.get(value) ?? value}: ${lacking}; add "${line}" to ~/.tmux.conf`);

/** tmux reports switches as numbers, and unknown options as ''. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['0', 'off'],
  ['1', 'on'],
  ['', 'not needed in this version'],
]);

const isOn = (value: string): boolean => value === '1' || value === 'on' || value === 'all';

const isSet = (env: Environment, name: string): boolean => (env[name] ?? '') !== '';

const info = (name: string, value: string): Diagnostic => ({ topic: 'terminal', name, value, ok: null });
const passed = (name: string, value: string): Diagnostic => ({ topic: 'terminal', name, value, ok: true });
const failed = (name: string, value: string): Diagnostic => ({ topic: 'terminal', name, value, ok: false });
