import type { Clock } from '../../domain/ports/clock.ts';
import { neverAborted } from '../../platform/never-aborted.ts';
import { sleep } from '../../platform/sleep.ts';
import type { AgentQuirks } from '../agents/acp-agent.ts';
import type { PermissionOutcome } from '../chats/session.ts';
import { isHistory, type SessionEvent, toEvents } from './to-update.ts';
import { type Fields, fieldsOf, textOf } from './untrusted.ts';

export interface SessionReceiver {
  event(event: SessionEvent): void;
  /** An agent asks for permission. Returns a function that is called if it withdraws the question. */
  question(params: Fields, answer: (outcome: PermissionOutcome) => void): () => void;
}

/** Updates that arrive before the session is known, at most. */
const MAX_EARLY = 500;
const MAX_EARLY_LENGTH = 4 * 1024 * 1024;

const SILENCE_LIMIT_MS = 5_000;

/**
 * Assigns the messages of an agent's process to its session. Some agents send updates before they answer session/new: those
 * wait until the id is known. Updates of other sessions are dropped. Questions and tool calls of sub-agents, which have
 * session ids of their own, count as the session's.
 */
export class SessionRouter {
  readonly #quirks: AgentQuirks;
  readonly #receiver: SessionReceiver;
  #session: string | null = null;
  readonly #former = new Set<string>();
  readonly #subAgents = new Set<string>();
  #early: readonly Fields[] = [];
  #earlyLength = 0;
  #isReplay = false;
  /** The number of updates so far, to notice silence. */
  updates = 0;
  /** The number of updates that were dropped as a replay. */
  replayed = 0;

  constructor(quirks: AgentQuirks, receiver: SessionReceiver) {
    this.#quirks = quirks;
    this.#receiver = receiver;
  }

  /** The session is known: delivers its updates that came before. */
  begin(session: string): void {
    if (this.#session !== null) this.#former.add(this.#session);
    this.#session = session;
    const early = this.#early;
    this.#early = [];
    this.#earlyLength = 0;
    for (const params of early) this.#deliver(params);
  }

  /** The session is over, and the next one not known yet. */
  leave(): void {
    if (this.#session !== null) this.#former.add(this.#session);
    this.#session = null;
  }

  /** Until `endReplay`, updates that repeat the conversation are dropped. */
  beginReplay(session: string): void {
    this.begin(session);
    this.#isReplay = true;
  }

  endReplay(): void {
    this.#isReplay = false;
  }

  /** Resolves after `ms` without an update, and after SILENCE_LIMIT_MS at the latest. */
  async untilSilent(clock: Clock, ms: number): Promise<void> {
    const begun = clock.monotonic();
    let seen: number;
    do {
      seen = this.updates;
      await sleep(clock, ms, neverAborted);
    } while (this.updates !== seen && clock.monotonic() - begun < SILENCE_LIMIT_MS);
  }

  /** Receives the parameters of a session/update. `length`: of its line, UTF-16 units. */
  update(value: unknown, length: number): void {
    this.updates++;
    const params = fieldsOf(value);
    if (this.#session !== null) return this.#deliver(params);
    this.#earlyLength += length;
    if (this.#early.length >= MAX_EARLY || this.#earlyLength > MAX_EARLY_LENGTH) return;
    this.#early = [...this.#early, params];
  }

  /** Receives the parameters of a session/request_permission. */
  question(value: unknown, answer: (outcome: PermissionOutcome) => void): () => void {
    const params = fieldsOf(value);
    const session = textOf(params.sessionId, 500) ?? '';
    if (this.#former.has(session)) {
      answer({ outcome: 'cancelled' });
      return () => undefined;
    }
    const isOwn = this.#session === null || session === this.#session;
    if (isOwn) return this.#receiver.question(params, answer);
    // One process serves one chat: an unknown session can only be a sub-agent, which would wait without an end.
    this.#subAgents.add(session);
    return this.#receiver.question({ ...params, toolCall: ofSubAgent(params.toolCall, session) }, answer);
  }

  #deliver({ sessionId, update }: Fields): void {
    if (sessionId === this.#session) {
      if (this.#isReplay && isHistory(update)) {
        this.replayed++;
        return;
      }
      for (const event of toEvents(update)) this.#receive(event);
      return;
    }
    if (typeof sessionId !== 'string' || !this.#subAgents.has(sessionId)) return;
    for (const event of toEvents({ ...fieldsOf(update), ...ofSubAgent(update, sessionId) })) {
      if (event.type === 'tool') this.#receiver.event(event);
    }
  }

  #receive(event: SessionEvent): void {
    if (event.type === 'sub-agent') this.#subAgents.add(event.session);
    else this.#receiver.event(this.#quirks.reportsModeAsText ? withMode(event) : event);
  }
}

/** See the quirk `reportsModeAsText`. */
const MODE_TEXT = /^\[MODE_UPDATE\] (\S+)$/u;

function withMode(event: SessionEvent): SessionEvent {
  const mode = event.type === 'text' ? MODE_TEXT.exec(event.text)?.[1] : undefined;
  return mode === undefined ? event : { type: 'mode', mode };
}

/** Ids of tool calls are unique in a session only. */
function ofSubAgent(call: unknown, session: string): Fields {
  const fields = fieldsOf(call);
  return typeof fields.toolCallId === 'string'
    ? { ...fields, toolCallId: `${session}/${fields.toolCallId}` }
    : fields;
}
