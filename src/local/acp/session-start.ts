import type { Clock } from '../../domain/ports/clock.ts';
import type { AcpAgent } from '../agents/acp-agent.ts';
import type { ChatTurn, PermissionRequest, SessionListener, SessionSettings } from '../chats/session.ts';
import { makeSocketDirectoryOf } from '../processes/command-environment.ts';
import { TASK_ID_VARIABLE } from '../processes/end-processes.ts';
import type { OwnedProcesses } from '../processes/owned-processes.ts';
import { LiveSession, type LiveSessionReceiver } from './live-session.ts';
import { nameOfChoice } from './session-options.ts';
import type { StartSlots } from './start-slots.ts';

/** Shared by the sessions of all chats. */
export interface SessionContext {
  readonly clock: Clock;
  readonly listener: SessionListener;
  readonly processes: OwnedProcesses;
  /** Our version, for agents. */
  readonly version: string;
  readonly decide: Decide;
  readonly slots: StartSlots;
  /** A session that rests this long is closed, ms. */
  readonly idleMs: number;
}

/** The id of the option that answers a request without the user; null: the user answers. */
export type Decide = (
  chat: { readonly chatId: string; readonly agent: AcpAgent; readonly settings: SessionSettings },
  request: PermissionRequest,
) => string | null;

export interface OpenSession {
  readonly live: LiveSession;
  /** It knows nothing of the earlier messages. */
  readonly isNew: boolean;
}

interface StartHandlers {
  readonly receiver: LiveSessionReceiver;
  /** The process exists. */
  readonly onStarted: (live: LiveSession) => void;
  /** The session is known. */
  readonly onOpen: (live: LiveSession) => void;
}

/** Identifies the process that a turn needs: another agent, directory or environment of the mode is another process. */
export const environmentKey = ({ agent, directory, settings }: ChatTurn): string =>
  JSON.stringify([agent.name, agent.command, directory, modeEnvironment(agent, settings)]);

const modeEnvironment = (
  { quirks }: AcpAgent,
  { permissionMode }: SessionSettings,
): Readonly<Record<string, string>> => quirks.environmentOfMode?.(permissionMode) ?? {};

/**
 * Starts the process of an agent and continues the session of a turn, or begins one. Reports stages and a lost session.
 * Rejects with an error for `chatErrorOf`, or the signal's reason; then the process may run.
 */
export async function openSession(
  { clock, listener, version, slots }: SessionContext,
  turn: ChatTurn,
  signal: AbortSignal,
  { receiver, onStarted, onOpen }: StartHandlers,
): Promise<OpenSession> {
  const { chatId, agent, directory } = turn;
  const stage = (name: string, isQueued = false): void => listener.stage(chatId, { name, isQueued });
  if (slots.isFull) stage('Waiting for other agents to start', true);
  const release = await slots.acquire(signal);
  try {
    stage(`Starting ${agent.displayName}`);
    const env = {
      ...turn.env,
      ...agent.env,
      ...modeEnvironment(agent, turn.settings),
      [TASK_ID_VARIABLE]: chatId,
    };
    makeSocketDirectoryOf(env);
    const live = await LiveSession.spawn({ agent, directory, env, clock, version, receiver });
    onStarted(live);
    signal.throwIfAborted();
    await live.initialize();
    signal.throwIfAborted();
    if (turn.session !== null) {
      stage('Loading the session');
      const lost = await live.reopen(turn.session);
      if (lost === null) {
        onOpen(live);
        return { live, isNew: false };
      }
      signal.throwIfAborted();
      reportLoss(listener, turn, lost);
    }
    stage('Starting a session');
    await live.begin();
    onOpen(live);
    const remark = ownModeRemark(live, agent);
    if (remark !== null) listener.update(chatId, { type: 'notice', text: remark });
    return { live, isNew: true };
  } finally {
    release();
  }
}

/** A session that never had an answer holds nothing that could be lost. */
function reportLoss(listener: SessionListener, { chatId, session, earlier }: ChatTurn, reason: string): void {
  listener.session(chatId, null, null);
  if (session?.hadTurn === false && earlier === '') return;
  const help = earlier === '' ? '' : ' The agent gets the earlier messages as text.';
  listener.update(chatId, { type: 'notice', text: `Earlier context is lost: ${reason}${help}` });
}

/** For an agent with unknown modes. */
function ownModeRemark(
  { config }: LiveSession,
  { displayName, modes, isConfigured }: AcpAgent,
): string | null {
  const { mode } = config.options;
  if (Object.keys(modes).length > 0 || mode === null) return null;
  const help = isConfigured ? ' To choose modes, add "modes" to it in config.jsonc.' : '';
  return `${displayName} starts in its own mode ${nameOfChoice(mode, mode.current)}.${help}`;
}
