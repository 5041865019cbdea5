import type { Diagnostic } from '../domain/diagnostic.ts';
import { characterLocale, colorDepth, needsAscii } from './capabilities.ts';
import { type NotificationRoute, notificationRoute } from './notification-protocol.ts';
import { usableSize } from './terminal-size.ts';
import type { TmuxSettings } from './tmux.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface TerminalChecksOptions {
  readonly env: Environment;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  /** What the tmux around us answered; null where there is none, or no answer. */
  readonly tmux: TmuxSettings | null;
}

/** What the terminal can do, as far as it can be known without writing to it, for `taskdeck doctor`. */
export function terminalChecks({ env, stdout, tmux }: TerminalChecksOptions): readonly Diagnostic[] {
  return [
    typeFact(env),
    stdout.isTTY === true
      ? sizeFact(stdout)
      : info('size', 'this is no terminal: the screen opens only in one'),
    info('colours', coloursOf(env)),
    charactersFact(env),
    ...(isSet(env, 'SSH_CONNECTION') || isSet(env, 'SSH_TTY') ? [info('over', 'SSH')] : []),
    ...multiplexerFacts(env, tmux),
    info('notices', notificationSupport(notificationRoute(env, tmux))),
  ];
}

function sizeFact(stdout: TerminalChecksOptions['stdout']): Diagnostic {
  const reported = `${stdout.columns}x${stdout.rows}`;
  const { columns, rows } = usableSize(stdout);
  const used = `${columns}x${rows}`;
  return reported === used
    ? info('size', used)
    : failed('size', `${reported}, which counts as ${used}: set it with stty cols ${columns} rows ${rows}`);
}

function typeFact(env: Environment): Diagnostic {
  const type = env.TERM ?? '';
  const program = [env.TERM_PROGRAM, env.TERM_PROGRAM_VERSION].filter(Boolean).join(' ');
  const value = `${type || 'not said'}${program === '' ? '' : `, ${program}`}`;
  return type === 'dumb'
    ? failed('type', `${value}: nothing can be drawn on it, so lines are written as for a screen reader`)
    : info('type', value);
}

/** taskdeck draws with the sixteen that people choose for themselves, whatever else there is. */
function coloursOf(env: Environment): string {
  if (isSet(env, 'NO_COLOR')) return 'none, because NO_COLOR is set';
  switch (colorDepth(env)) {
    case 1:
      return 'none';
    case 4:
      return '16';
    case 8:
      return '256, of which 16 are used';
    default:
      return '16 million, of which 16 are used';
  }
}

function charactersFact(env: Environment): Diagnostic {
  const locale = characterLocale(env);
  if (!needsAscii(env)) return passed('characters', locale || 'UTF-8');
  if (!needsAscii({ LANG: locale })) return info('characters', `ASCII, because TERM is ${env.TERM}`);
  return failed(
    'characters',
    `${locale || 'no locale'}: only ASCII is drawn; set LANG to one with UTF-8, such as C.UTF-8`,
  );
}

function multiplexerFacts(env: Environment, tmux: TmuxSettings | null): readonly Diagnostic[] {
  if (isSet(env, 'TMUX')) {
    return tmux === null ? [info('inside', 'tmux, which does not say how it is set')] : tmuxFacts(tmux);
  }
  if (isSet(env, 'STY')) return [info('inside', 'GNU screen: notices and the clipboard do not get through')];
  return isSet(env, 'ZELLIJ') ? [info('inside', 'Zellij')] : [];
}

/** What the user is told by, when a task begins to need them. */
function notificationSupport({ protocol, tmuxLevels }: NotificationRoute): string {
  if (protocol === null) return 'the bell alone: no more is known to get through to this terminal';
  const way = protocol.replace('osc-', 'OSC ');
  return `a notice of the terminal (${way}${tmuxLevels === 0 ? '' : ', through tmux'}) and the bell`;
}

/** From 3.4 on tmux lets through what comes from a pane that is not to be seen, too, when it is told so. */
function supportsPassthroughAll({ version }: Pick<TmuxSettings, 'version'>): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 4);
}

function passthroughSetting({ allowPassthrough, version }: TmuxSettings): string {
  return isOn(allowPassthrough) && allowPassthrough !== 'all' && supportsPassthroughAll({ version })
    ? 'on, while this pane is to be seen; "set -g allow-passthrough all" for always'
    : allowPassthrough;
}

/** Over this, esc is felt to be late; ms. */
const SLOW_ESCAPE_MS = 50;

function tmuxFacts(tmux: TmuxSettings): readonly Diagnostic[] {
  const late = Number(tmux.escapeTime) > SLOW_ESCAPE_MS;
  return [
    info('inside', `tmux ${tmux.version}`),
    // Before 3.3 there was no such option, and everything passed.
    tmuxSetting('allow-passthrough', passthroughSetting(tmux), {
      ok: tmux.allowPassthrough === '' || isOn(tmux.allowPassthrough),
      lacking: 'notices do not reach the terminal, only the bell does',
      line: `set -g allow-passthrough ${supportsPassthroughAll(tmux) ? 'all' : 'on'}`,
    }),
    // With `external` the sequence of a program inside is dropped, but what tmux is given as a buffer it passes on.
    tmuxSetting('set-clipboard', tmux.setClipboard, {
      ok: isOn(tmux.setClipboard) || tmux.setClipboard === 'external',
      lacking: 'what is copied here stays in tmux',
      line: 'set -s set-clipboard on',
    }),
    tmuxSetting('focus-events', tmux.focusEvents, {
      ok: isOn(tmux.focusEvents),
      lacking: 'whether you look is not known, so notices come even while you do',
      line: 'set -g focus-events on',
    }),
    ...(late
      ? [
          tmuxSetting('escape-time', `${tmux.escapeTime} ms`, {
            ok: false,
            lacking: 'esc comes that much later',
            line: 'set -s escape-time 10',
          }),
        ]
      : []),
  ];
}

interface TmuxSettingCheck {
  readonly ok: boolean;
  /** What does not work without it. */
  readonly lacking: string;
  /** What belongs into tmux.conf. */
  readonly line: string;
}

const tmuxSetting = (name: string, value: string, { ok, lacking, line }: TmuxSettingCheck): Diagnostic =>
  ok
    ? passed(name, WORDS.get(value) ?? value)
    : failed(name, `${WORDS.get(value) ?? value}: ${lacking}; put "${line}" into ~/.tmux.conf`);

/** tmux writes its switches as numbers, and one that it does not know not at all. */
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
