import { isDeepStrictEqual } from 'node:util';
import type { SerialWriter } from '../database/serial-writer.ts';
import { type ChatContext, isBusy } from './chat-context.ts';
import type { ChatMachine } from './chat-machine.ts';
import type { ChatStage } from './chat-requests.ts';
import type { ChatRow } from './chat-row-types.ts';
import type { Growing } from './growing-messages.ts';
import { addRequest, withdrawPermission } from './permission-answers.ts';
import type {
  AgentOffer,
  PermissionRequest,
  SessionListener,
  SessionSettings,
  SessionStage,
  SessionUpdate,
  StoredSession,
  TurnEnd,
} from './session.ts';
import { withoutSession, withReport } from './stored-usage.ts';
import {
  addUpdate,
  type ContentUpdate,
  callIn,
  endCall,
  isContentUpdate,
  NO_CONTENT,
} from './turn-content.ts';
import { AGENT_ENDED, outcomeOf } from './turn-end.ts';
import { cut } from './turn-summary.ts';

export interface SessionRecorderOptions extends ChatContext {
  readonly machine: ChatMachine;
  readonly writer: SerialWriter;
  readonly isServerClosing: () => boolean;
  /** Called when the stage of a chat changes. */
  readonly onStage: (chatId: string) => void;
}

/** Work outside of a turn ends after this silence, ms. */
const SILENCE_MS = 10_000;
/** Characters. */
const TITLE_LIMIT = 200;

/** Stores the reports of the runtime about the sessions of agents. */
export class SessionRecorder implements SessionListener {
  readonly #setup: SessionRecorderOptions;
  readonly #stages = new Map<string, ChatStage>();
  /** The tool calls of the last turn of each chat: late updates of them belong to no other message. */
  readonly #endedCalls = new Map<string, ReadonlySet<string>>();
  /** Cancel the end of work outside of a turn. */
  readonly #silences = new Map<string, () => void>();

  constructor(setup: SessionRecorderOptions) {
    this.#setup = setup;
  }

  stageOf(chatId: string): ChatStage | null {
    return this.#stages.get(chatId) ?? null;
  }

  stage(chatId: string, stage: SessionStage | null): void {
    const known = this.stageOf(chatId);
    if (stage === null) this.#stages.delete(chatId);
    else if (isDeepStrictEqual({ ...stage, since: known?.since }, known)) return;
    else {
      const isSame = known?.name === stage.name && known.isQueued === stage.isQueued;
      this.#stages.set(chatId, { ...stage, since: isSame ? known.since : this.#setup.clock.wall() });
    }
    if (known !== null || stage !== null) this.#setup.onStage(chatId);
  }

  session(chatId: string, session: StoredSession | null, offer: AgentOffer | null): void {
    // The message that it belongs to was edited.
    if (this.#setup.starter.isClosing(chatId)) return;
    const text = session === null ? null : JSON.stringify(session);
    this.#write(chatId, (chat) => {
      const { chats, growing, clock } = this.#setup;
      if (chat.session !== text) {
        growing.storeFacts(chatId);
        chats.updateChat(chatId, { session: text, ...this.#usageOf(chatId, chat.session, session) });
      }
      const isNew = offer !== null && !isDeepStrictEqual(offer, chats.offer(chat.agent));
      if (isNew) chats.putOffer(chat.agent, offer, clock.wall());
    });
  }

  /** Another session begins to count its cost. */
  #usageOf(chatId: string, before: string | null, session: StoredSession | null): { usage?: string | null } {
    const known: StoredSession | null = before === null ? null : JSON.parse(before);
    if (known === null || known.id === session?.id) return {};
    return { usage: withoutSession(this.#setup.chats.chat(chatId)?.usage ?? null) };
  }

  settings(chatId: string, { permissionMode, planMode, model, effort }: Partial<SessionSettings>): void {
    this.#setup.growing.putFacts(chatId, {
      ...(permissionMode !== undefined && { permission_mode: permissionMode }),
      ...(planMode !== undefined && { plan_mode: Number(planMode) }),
      ...(model !== undefined && { model }),
      ...(effort !== undefined && { effort }),
    });
  }

  update(chatId: string, update: SessionUpdate): void {
    if (this.#setup.starter.isClosing(chatId)) return;
    if (isContentUpdate(update)) this.#addContent(chatId, update);
    else this.#addFact(chatId, update);
  }

  permission(chatId: string, request: PermissionRequest): void {
    const { starter, growing, clock } = this.#setup;
    const current = starter.isClosing(chatId) ? null : this.#growingOf(chatId);
    if (current === null) {
      starter.answer(chatId, { requestId: request.id, outcome: { outcome: 'cancelled' } });
      return;
    }
    growing.change(current, addRequest(current.content, request, clock.wall()));
    this.#write(chatId, (chat) => {
      // The turn ended, or the agent withdrew the request, before this write.
      if (growing.get(chatId) !== current) return;
      this.#storeRequest(chat, current, request);
    });
  }

  withdrawn(chatId: string, requestId: string, reason: string): void {
    // The runtime withdraws open requests when the server ends.
    const why = this.#setup.isServerClosing() ? AGENT_ENDED : reason;
    this.#write(chatId, (chat) => withdrawPermission(this.#setup, chat, requestId, why));
  }

  turnEnded(chatId: string, end: TurnEnd): void {
    if (!this.#setup.starter.isClosing(chatId)) this.endTurn(chatId, end);
  }

  /** Stores the end of a turn, also of one that never began. */
  endTurn(chatId: string, end: TurnEnd): void {
    const { growing, machine, isServerClosing } = this.#setup;
    const current = growing.get(chatId);
    if (current === null || current.statusAfter !== null || current.isEnded) return;
    current.isEnded = true;
    this.stage(chatId, null);
    this.#rememberCalls(current);
    this.#write(chatId, (chat) => {
      // An edit of a message has begun another turn.
      if (growing.get(chatId) !== current) return;
      const isInterrupted = chat.status === 'interrupting';
      machine.finishTurn(
        chat,
        current,
        outcomeOf(end, { isInterrupted, isServerClosing: isServerClosing() }),
      );
    });
  }

  /** Forgets a chat that is deleted or edited. */
  forget(chatId: string): void {
    this.#silences.get(chatId)?.();
    this.#silences.delete(chatId);
    this.#endedCalls.delete(chatId);
    this.stage(chatId, null);
  }

  /** Stops waiting for silence. */
  stop(): void {
    for (const cancel of this.#silences.values()) cancel();
    this.#silences.clear();
  }

  #addContent(chatId: string, update: ContentUpdate): void {
    if (update.type === 'tool' && this.#endedCalls.get(chatId)?.has(update.change.id) === true) return;
    const { growing, clock } = this.#setup;
    if (update.type === 'notice' && growing.get(chatId) === null) return this.#addRemark(chatId, update);
    const current = this.#growingOf(chatId);
    if (current !== null) growing.change(current, addUpdate(current.content, update, clock.wall()));
  }

  /** A notice between two turns, such as a refused setting, is a message of its own: it is no work of the agent. */
  #addRemark(chatId: string, update: ContentUpdate): void {
    this.#write(chatId, ({ archived, model }) => {
      const { chats, clock } = this.#setup;
      if (archived === 1) return;
      const now = clock.wall();
      const { content } = addUpdate(NO_CONTENT, update, now);
      chats.addMessage(chatId, { role: 'assistant', content: content.parts, model }, now);
      chats.updateChat(chatId, { updated_at: now });
    });
  }

  #addFact(chatId: string, update: Exclude<SessionUpdate, ContentUpdate>): void {
    const { chats, growing } = this.#setup;
    switch (update.type) {
      case 'checklist':
        return growing.putFacts(chatId, { checklist: JSON.stringify(update.entries) });
      case 'commands':
        return growing.putFacts(chatId, { commands: JSON.stringify(update.commands) });
      case 'usage':
        return growing.putFacts(chatId, {
          usage: withReport(growing.fact(chatId, 'usage') ?? null, update.usage),
        });
      case 'title': {
        const title = cut(update.title.trim(), TITLE_LIMIT);
        if (title !== '' && chats.chat(chatId)?.has_own_title === 0) growing.putFacts(chatId, { title });
      }
    }
  }

  /** The message for an update. Outside of a turn it begins one. Null for a chat that is archived or deleted. */
  #growingOf(chatId: string): Growing | null {
    const { chats, growing, clock } = this.#setup;
    const current = growing.get(chatId);
    if (current !== null && current.statusAfter === null) return current;
    if (current !== null) {
      this.#awaitSilence(current);
      return current;
    }
    const chat = chats.chat(chatId);
    if (chat === null || chat.archived === 1 || isBusy(chat)) return null;
    const begun = growing.begin(chatId, chat.status as 'waiting' | 'error' | 'paused');
    this.#write(chatId, () => {
      if (growing.get(chatId) === begun) {
        chats.updateChat(chatId, { status: 'running', updated_at: clock.wall() });
      }
    });
    this.#awaitSilence(begun);
    return begun;
  }

  #awaitSilence(current: Growing): void {
    const { chatId } = current;
    this.#silences.get(chatId)?.();
    this.#silences.set(
      chatId,
      this.#setup.clock.after(SILENCE_MS, () => this.#endSilence(current)),
    );
  }

  #endSilence(current: Growing): void {
    const { chats, growing, machine } = this.#setup;
    const { chatId } = current;
    this.#silences.delete(chatId);
    if (growing.get(chatId) !== current) return;
    // The user thinks about a request.
    if (chats.openPermissions(chatId).length > 0) return this.#awaitSilence(current);
    this.#rememberCalls(current);
    this.#write(chatId, (chat) => {
      if (growing.get(chatId) === current) machine.endBackgroundWork(chat, current);
    });
  }

  #storeRequest(chat: ChatRow, current: Growing, request: PermissionRequest): void {
    const { chats, growing, starter, clock } = this.#setup;
    const at = clock.wall();
    const part = callIn(current.content, request.id);
    // The agent asks after an interrupt, or the message is full.
    if (part === null || chat.status === 'interrupting') {
      const outcome = { outcome: 'cancelled' } as const;
      const end = { status: 'cancelled', result: outcome, at } as const;
      growing.change(current, endCall(current.content, request.id, end));
      chats.repository.afterCommit(() => starter.answer(chat.id, { requestId: request.id, outcome }));
      return;
    }
    chats.addPermission({
      id: request.id,
      chat_id: chat.id,
      message_id: growing.store(current),
      request: JSON.stringify(part.args),
      created_at: at,
    });
    chats.updateChat(chat.id, { status: 'requires_action', updated_at: at });
  }

  #rememberCalls({ chatId, content }: Growing): void {
    const ids = content.parts
      .filter(({ type }) => type === 'tool-call')
      .map((part) => String(part.tool_call_id));
    this.#endedCalls.set(chatId, new Set(ids));
  }

  /** Runs `write` in its turn, unless the chat is deleted. */
  #write(chatId: string, write: (chat: ChatRow) => void): void {
    this.#setup.writer.write(() => {
      const chat = this.#setup.chats.chat(chatId);
      if (chat !== null) write(chat);
    });
  }
}

/** A listener that passes everything on to one that does not exist yet. */
export const lateListener = (listener: () => SessionListener): SessionListener => ({
  stage: (...report) => listener().stage(...report),
  session: (...report) => listener().session(...report),
  settings: (...report) => listener().settings(...report),
  update: (...report) => listener().update(...report),
  permission: (...report) => listener().permission(...report),
  withdrawn: (...report) => listener().withdrawn(...report),
  turnEnded: (...report) => listener().turnEnded(...report),
});
