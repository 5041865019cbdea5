import type { Fact } from '../domain/fact.ts';
import { characterLocale, colorDepth, showsOnlyAscii } from './abilities.ts';
import { type NoticeRoute, noticeRoute } from './notice-route.ts';
import { usableSize } from './size.ts';
import type { TmuxSettings } from './tmux.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface TerminalFacts {
  readonly env: Environment;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  /** What the tmux around us answered; null where there is none, or no answer. */
  readonly tmux: TmuxSettings | null;
}

/** What the terminal can do, as far as it can be known without writing to it, for `taskdeck doctor`. */
export function terminalFacts({ env, stdout, tmux }: TerminalFacts): readonly Fact[] {
  return [
    typeFact(env),
    stdout.isTTY === true
      ? sizeFact(stdout)
      : plain('size', 'this is no terminal: the screen opens only in one'),
    plain('colours', coloursOf(env)),
    charactersFact(env),
    ...(given(env, 'SSH_CONNECTION') || given(env, 'SSH_TTY') ? [plain('over', 'SSH')] : []),
    ...multiplexerFacts(env, tmux),
    plain('notices', noticeWords(noticeRoute(env, tmux))),
  ];
}

function sizeFact(stdout: TerminalFacts['stdout']): Fact {
  const reported = `${stdout.columns}x${stdout.rows}`;
  const { columns, rows } = usableSize(stdout);
  const used = `${columns}x${rows}`;
  return reported === used
    ? plain('size', used)
    : bad('size', `${reported}, which counts as ${used}: set it with stty cols ${columns} rows ${rows}`);
}

function typeFact(env: Environment): Fact {
  const type = env.TERM ?? '';
  const program = [env.TERM_PROGRAM, env.TERM_PROGRAM_VERSION].filter(Boolean).join(' ');
  const value = `${type || 'not said'}${program === '' ? '' : `, ${program}`}`;
  return type === 'dumb'
    ? bad('type', `${value}: nothing can be drawn on it, so lines are written as for a screen reader`)
    : plain('type', value);
}

/** taskdeck draws with the sixteen that people choose for themselves, whatever else there is. */
function coloursOf(env: Environment): string {
  if (given(env, 'NO_COLOR')) return 'none, because NO_COLOR is set';
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

function charactersFact(env: Environment): Fact {
  const locale = characterLocale(env);
  if (!showsOnlyAscii(env)) return good('characters', locale || 'UTF-8');
  if (!showsOnlyAscii({ LANG: locale })) return plain('characters', `ASCII, because TERM is ${env.TERM}`);
  return bad(
    'characters',
    `${locale || 'no locale'}: only ASCII is drawn; set LANG to one with UTF-8, such as C.UTF-8`,
  );
}

function multiplexerFacts(env: Environment, tmux: TmuxSettings | null): readonly Fact[] {
  if (given(env, 'TMUX')) {
    return tmux === null ? [plain('inside', 'tmux, which does not say how it is set')] : tmuxFacts(tmux);
  }
  if (given(env, 'STY')) return [plain('inside', 'GNU screen: notices and the clipboard do not get through')];
  return given(env, 'ZELLIJ') ? [plain('inside', 'Zellij')] : [];
}

/** What the user is told by, when a task begins to need them. */
function noticeWords({ protocol, wraps }: NoticeRoute): string {
  if (protocol === null) return 'the bell alone: no more is known to get through to this terminal';
  const way = protocol.replace('osc-', 'OSC ');
  return `a notice of the terminal (${way}${wraps === 0 ? '' : ', through tmux'}) and the bell`;
}

/** From 3.4 on tmux lets through what comes from a pane that is not to be seen, too, when it is told so. */
function hasAll({ version }: Pick<TmuxSettings, 'version'>): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 4);
}

function passthroughWords({ allowPassthrough, version }: TmuxSettings): string {
  return isOn(allowPassthrough) && allowPassthrough !== 'all' && hasAll({ version })
    ? 'on, while this pane is to be seen; "set -g allow-passthrough all" for always'
    : allowPassthrough;
}

/** Over this, esc is felt to be late; ms. */
const LATE_ESCAPE_MS = 50;

function tmuxFacts(tmux: TmuxSettings): readonly Fact[] {
  const late = Number(tmux.escapeTime) > LATE_ESCAPE_MS;
  return [
    plain('inside', `tmux ${tmux.version}`),
    // Before 3.3 there was no such option, and everything passed.
    setting('allow-passthrough', passthroughWords(tmux), {
      ok: tmux.allowPassthrough === '' || isOn(tmux.allowPassthrough),
      lacking: 'notices do not reach the terminal, only the bell does',
      line: `set -g allow-passthrough ${hasAll(tmux) ? 'all' : 'on'}`,
    }),
    // With `external` the sequence of a program inside is dropped, but what tmux is given as a buffer it passes on.
    setting('set-clipboard', tmux.setClipboard, {
      ok: isOn(tmux.setClipboard) || tmux.setClipboard === 'external',
      lacking: 'what is copied here stays in tmux',
      line: 'set -s set-clipboard on',
    }),
    setting('focus-events', tmux.focusEvents, {
      ok: isOn(tmux.focusEvents),
      lacking: 'whether you look is not known, so notices come even while you do',
      line: 'set -g focus-events on',
    }),
    ...(late
      ? [
          setting('escape-time', `${tmux.escapeTime} ms`, {
            ok: false,
            lacking: 'esc comes that much later',
            line: 'set -s escape-time 10',
          }),
        ]
      : []),
  ];
}

interface Judged {
  readonly ok: boolean;
  /** What does not work without it. */
  readonly lacking: string;
  /** What belongs into tmux.conf. */
  readonly line: string;
}

const setting = (name: string, value: string, { ok, lacking, line }: Judged): Fact =>
  ok
    ? good(name, WORDS.get(value) ?? value)
    : bad(name, `${WORDS.get(value) ?? value}: ${lacking}; put "${line}" into ~/.tmux.conf`);

/** tmux writes its switches as numbers, and one that it does not know not at all. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['0', 'off'],
  ['1', 'on'],
  ['', 'not needed in this version'],
]);

const isOn = (value: string): boolean => value === '1' || value === 'on' || value === 'all';

const given = (env: Environment, name: string): boolean => (env[name] ?? '') !== '';

const plain = (name: string, value: string): Fact => ({ topic: 'terminal', name, value, ok: null });
const good = (name: string, value: string): Fact => ({ topic: 'terminal', name, value, ok: true });
const bad = (name: string, value: string): Fact => ({ topic: 'terminal', name, value, ok: false });
