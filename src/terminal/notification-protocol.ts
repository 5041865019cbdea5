import type { TmuxSettings } from './tmux.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a terminal is told to show a notice. */
export type NotificationProtocol =
  /** iTerm2's: one text. */
  | 'osc-9'
  /** urxvt's, which most others took over: title and text. */
  | 'osc-777'
  /** kitty's: title and text apart, with an id. */
  | 'osc-99';

/** How a notice gets to whoever draws the window. */
export interface NotificationRoute {
  /** Null: nothing but the bell is understood there, or nothing else gets through. */
  readonly protocol: NotificationProtocol | null;
  /** How many tmux stand between, each of which takes a wrapping off. */
  readonly tmuxLevels: number;
}

const BELL_ONLY: NotificationRoute = { protocol: null, tmuxLevels: 0 };

/**
 * The terminal's own word for itself comes first: TERM where it is one that only this terminal uses, for it goes over
 * SSH too. Then what terminals put into the environment, which a program started from another one inherits. Inside
 * tmux the environment is the one that tmux was started in, so tmux is asked who is attached.
 */
export function notificationRoute(env: Environment, tmux: TmuxSettings | null): NotificationRoute {
  // Neither lets anything through.
  if (isSet(env, 'STY') || isSet(env, 'ZELLIJ')) return BELL_ONLY;
  if (!isSet(env, 'TMUX')) return { protocol: byEnvironment(env), tmuxLevels: 0 };
  if (tmux === null) return { protocol: byInheritedVariables(env), tmuxLevels: 1 };
  if (isOff(tmux.allowPassthrough)) return BELL_ONLY;
  if (isMultiplexer(tmux)) return { protocol: byInheritedVariables(env), tmuxLevels: 2 };
  const attached = byName(tmux.clientType) ?? byTerm(tmux.clientTerm);
  if (attached !== undefined) return { protocol: attached, tmuxLevels: 1 };
  // It answered who it is, and is nobody who shows notices.
  return { protocol: tmux.clientType === '' ? byInheritedVariables(env) : null, tmuxLevels: 1 };
}

/** Before 3.3 tmux had no such option, and everything passed. */
const isOff = (allowPassthrough: string): boolean => allowPassthrough === '0' || allowPassthrough === 'off';

/** A tmux, or a screen, inside another. */
const isMultiplexer = ({ clientType, clientTerm }: TmuxSettings): boolean =>
  /^tmux/i.test(clientType) || /^(?:tmux|screen)/.test(clientTerm);

/** Names as TERM_PROGRAM has them, and as terminals answer when they are asked for their version. */
const PROTOCOL_BY_NAME: readonly (readonly [RegExp, NotificationProtocol])[] = [
  [/^kitty/i, 'osc-99'],
  [/^iterm/i, 'osc-9'],
  [/^(?:ghostty|wezterm|foot|warp|contour|rxvt|vte)/i, 'osc-777'],
];

const byName = (name: string): NotificationProtocol | undefined =>
  PROTOCOL_BY_NAME.find(([pattern]) => pattern.test(name))?.[1];

/** Types that belong to one terminal alone. */
const byTerm = (term: string): NotificationProtocol | undefined => {
  const own = /^(?:xterm-)?(kitty|ghostty|wezterm|foot|contour|rxvt-unicode)/.exec(term)?.[1];
  return own === undefined ? undefined : byName(own);
};

function byEnvironment(env: Environment): NotificationProtocol | null {
  const own = byTerm(env.TERM ?? '');
  if (own !== undefined) return own;
  const program = env.TERM_PROGRAM ?? '';
  // One that says who it is, and is nobody who shows notices: what else there is it has inherited.
  return program === '' ? byInheritedVariables(env) : (byName(program) ?? null);
}

/** VTE printed what it did not know before 0.46. */
const MIN_VTE_VERSION = 4_600;

function byInheritedVariables(env: Environment): NotificationProtocol | null {
  // What ssh hands on of an iTerm2 at its other end.
  if (env.LC_TERMINAL !== undefined && byName(env.LC_TERMINAL) !== undefined)
    return byName(env.LC_TERMINAL) ?? null;
  if (isSet(env, 'KITTY_WINDOW_ID')) return 'osc-99';
  if (isSet(env, 'ITERM_SESSION_ID')) return 'osc-9';
  if (isSet(env, 'WEZTERM_PANE') || isSet(env, 'GHOSTTY_RESOURCES_DIR') || isSet(env, 'WT_SESSION'))
    return 'osc-777';
  return Number(env.VTE_VERSION ?? 0) >= MIN_VTE_VERSION ? 'osc-777' : null;
}

const isSet = (env: Environment, name: string): boolean => (env[name] ?? '') !== '';
