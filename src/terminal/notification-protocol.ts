import type { TmuxSettings } from './tmux.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The sequence with which a terminal shows a notification. */
export type NotificationProtocol =
  /** iTerm2's: a single text. */
  | 'osc-9'
  /** urxvt's, also used by most other terminals: title and text. */
  | 'osc-777'
  /** kitty's: title and text in separate sequences with an id. */
  | 'osc-99';

/** How a notification reaches the terminal. */
export interface NotificationRoute {
  /** Null: only the bell. */
  readonly protocol: NotificationProtocol | null;
  /** The number of nested tmux. The sequence needs a wrapping for each. */
  readonly tmuxLevels: number;
}

const BELL_ONLY: NotificationRoute = { protocol: null, tmuxLevels: 0 };

/**
 * Chooses by TERM first, if it names a single terminal: it also works over SSH. Then by variables that terminals set, which
 * other programs may have inherited. Inside tmux the environment is that of the tmux server, so the attached client decides.
 */
export function notificationRoute(env: Environment, tmux: TmuxSettings | null): NotificationRoute {
  // GNU screen and Zellij forward no notifications.
  if (isSet(env, 'STY') || isSet(env, 'ZELLIJ')) return BELL_ONLY;
  if (!isSet(env, 'TMUX')) return { protocol: byEnvironment(env), tmuxLevels: 0 };
  if (tmux === null) return { protocol: byInheritedVariables(env), tmuxLevels: 1 };
  if (isOff(tmux.allowPassthrough)) return BELL_ONLY;
  if (isMultiplexer(tmux)) return { protocol: byInheritedVariables(env), tmuxLevels: 2 };
  const attached = byName(tmux.clientType) ?? byTerm(tmux.clientTerm);
  if (attached !== undefined) return { protocol: attached, tmuxLevels: 1 };
  // A known terminal without notifications.
  return { protocol: tmux.clientType === '' ? byInheritedVariables(env) : null, tmuxLevels: 1 };
}

/**
 * Whether the terminal certainly shows it. VTE has OSC 777 only with a patch of some distributions; others ignore it.
 */
export const isShownByTerminal = ({ protocol }: NotificationRoute, env: Environment): boolean =>
  protocol !== null &&
  !(protocol === 'osc-777' && isSet(env, 'VTE_VERSION') && byTerm(env.TERM ?? '') === undefined);

/** Before 3.3 tmux had no such option and forwarded everything. */
const isOff = (allowPassthrough: string): boolean => allowPassthrough === '0' || allowPassthrough === 'off';

/** Whether the attached client is itself a tmux or GNU screen. */
const isMultiplexer = ({ clientType, clientTerm }: TmuxSettings): boolean =>
  /^tmux/i.test(clientType) || /^(?:tmux|screen)/.test(clientTerm);

/** Names as in TERM_PROGRAM and in replies to XTVERSION. */
const PROTOCOL_BY_NAME: readonly (readonly [RegExp, NotificationProtocol])[] = [
  [/^kitty/i, 'osc-99'],
  [/^iterm/i, 'osc-9'],
  [/^(?:ghostty|wezterm|foot|warp|contour|rxvt|vte)/i, 'osc-777'],
];

const byName = (name: string): NotificationProtocol | undefined =>
  PROTOCOL_BY_NAME.find(([pattern]) => pattern.test(name))?.[1];

/** By values of TERM that belong to a single terminal. */
const byTerm = (term: string): NotificationProtocol | undefined => {
  const own = /^(?:xterm-)?(kitty|ghostty|wezterm|foot|contour|rxvt-unicode)/.exec(term)?.[1];
  return own === undefined ? undefined : byName(own);
};

function byEnvironment(env: Environment): NotificationProtocol | null {
  const own = byTerm(env.TERM ?? '');
  if (own !== undefined) return own;
  const program = env.TERM_PROGRAM ?? '';
  // A known terminal without notifications: the other variables are inherited.
  return program === '' ? byInheritedVariables(env) : (byName(program) ?? null);
}

/** VTE before 0.46 prints unknown sequences. */
const MIN_VTE_VERSION = 4_600;

function byInheritedVariables(env: Environment): NotificationProtocol | null {
  // SSH forwards this variable of iTerm2.
  if (env.LC_TERMINAL !== undefined && byName(env.LC_TERMINAL) !== undefined)
    return byName(env.LC_TERMINAL) ?? null;
  if (isSet(env, 'KITTY_WINDOW_ID')) return 'osc-99';
  if (isSet(env, 'ITERM_SESSION_ID')) return 'osc-9';
  if (isSet(env, 'WEZTERM_PANE') || isSet(env, 'GHOSTTY_RESOURCES_DIR') || isSet(env, 'WT_SESSION'))
    return 'osc-777';
  return Number(env.VTE_VERSION ?? 0) >= MIN_VTE_VERSION ? 'osc-777' : null;
}

const isSet = (env: Environment, name: string): boolean => (env[name] ?? '') !== '';
