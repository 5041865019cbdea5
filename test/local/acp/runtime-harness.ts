import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { createAcpRuntime } from '../../../src/local/acp/acp-runtime.ts';
import type { Decide } from '../../../src/local/acp/session-start.ts';
import { type AcpAgent, NO_QUIRKS } from '../../../src/local/agents/acp-agent.ts';
import type {
  AgentOffer,
  ChatRuntime,
  ChatTurn,
  PermissionRequest,
  SessionListener,
  SessionSettings,
  SessionUpdate,
  StoredSession,
  TurnEnd,
} from '../../../src/local/chats/session.ts';
import { openDatabase } from '../../../src/local/database/database.ts';
import { Repository } from '../../../src/local/database/repository.ts';
import { StatementCache } from '../../../src/local/database/statement-cache.ts';
import { OwnedProcesses } from '../../../src/local/processes/owned-processes.ts';
import { clockFrom, systemClock } from '../../../src/platform/clock.ts';
import { type AgentControl, openAgentControl } from '../../support/acp/agent-control.ts';
import { fakeAgentCommand } from '../../support/acp/fake-agent.ts';

/** The reports of a runtime about one chat, in order. */
export type Report =
  | { readonly type: 'stage'; readonly name: string | null; readonly isQueued: boolean }
  | { readonly type: 'session'; readonly session: StoredSession | null; readonly offer: AgentOffer | null }
  | { readonly type: 'settings'; readonly settings: Partial<SessionSettings> }
  | { readonly type: 'update'; readonly update: SessionUpdate }
  | { readonly type: 'permission'; readonly request: PermissionRequest }
  | { readonly type: 'withdrawn'; readonly requestId: string; readonly reason: string }
  | { readonly type: 'ended'; readonly end: TurnEnd };

export type ReportOf<T extends Report['type']> = Extract<Report, { readonly type: T }>;

const TIMEOUT_MS = 20_000;

const SETTINGS: SessionSettings = { permissionMode: 'ask', planMode: false, model: '', effort: '' };

export interface HarnessOptions {
  readonly switches?: readonly string[];
  readonly agent?: Partial<AcpAgent>;
  readonly quirks?: Partial<AcpAgent['quirks']>;
  readonly decide?: Decide;
  /** Time passes this much faster for the runtime. Default: 1. */
  readonly speed?: number;
  readonly idleMs?: number;
}

/** Real time, times `speed`. */
const fastClock = (speed: number): Clock =>
  clockFrom({
    wall: () => performance.now() * speed,
    monotonic: () => performance.now() * speed,
    timer(ms, callback) {
      const timer = setTimeout(callback, ms / speed);
      return () => clearTimeout(timer);
    },
  });

/** A chat of a fake agent with the real runtime, processes and database. */
export class Harness {
  readonly runtime: ChatRuntime;
  readonly control: AgentControl;
  readonly directory: string;
  readonly chatId = randomUUID();
  readonly reports: Report[] = [];
  agent: AcpAgent;
  /** The session that the runtime reported last. */
  session: StoredSession | null = null;
  #watchers: readonly (() => void)[] = [];

  constructor(
    control: AgentControl,
    { switches = [], agent, quirks, decide, speed, idleMs }: HarnessOptions,
  ) {
    this.control = control;
    this.directory = mkdtempSync(path.join(tmpdir(), 'acp-'));
    for (const name of ['state', 'work']) mkdirSync(path.join(this.directory, name));
    this.agent = {
      name: 'fake',
      displayName: 'Fake Agent',
      command: this.command(...switches),
      env: {},
      modes: { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' },
      isConfigured: false,
      ...agent,
      quirks: { ...NO_QUIRKS, signIn: 'fake login', exitMs: 1_000, ...quirks },
    };
    const stateDir = path.join(this.directory, 'state');
    const repository = new Repository(new StatementCache(openDatabase(stateDir).database), stateDir);
    // Only this chat: with others it would end the processes of every server of this machine.
    const isOwner = (id: string): boolean => id === this.chatId;
    const processes = new OwnedProcesses({ repository, clock: systemClock, isOwner });
    this.runtime = createAcpRuntime({
      clock: speed === undefined ? systemClock : fastClock(speed),
      listener: this.#listener(),
      processes,
      version: '0',
      decide: decide ?? (() => null),
      ...(idleMs !== undefined && { idleMs }),
    });
    onTestFinished(async () => {
      await this.runtime.closeAll(500);
      processes.stop();
      await processes.endAll(500);
      repository.close();
      rmSync(this.directory, { recursive: true, force: true });
      await control[Symbol.asyncDispose]();
    });
  }

  /** The command of the fake agent, with a store of sessions and the control of this test. */
  command(...switches: readonly string[]): readonly string[] {
    return fakeAgentCommand(
      `state=${path.join(this.directory, 'sessions')}`,
      this.control.switch,
      ...switches,
    );
  }

  /** Starts a turn. */
  begin(text: string, { earlier = '', settings = {}, ...changes }: BeginOptions = {}): void {
    this.runtime.begin({
      chatId: this.chatId,
      agent: this.agent,
      directory: path.join(this.directory, 'work'),
      env: { PATH: process.env.PATH, HOME: this.directory },
      prompt: [{ type: 'text', text }],
      earlier,
      session: this.session,
      settings: { ...SETTINGS, ...settings },
      ...changes,
    });
  }

  /** Runs a turn to its end. Returns the end and its reports. */
  async turn(text: string, options?: BeginOptions): Promise<Turn> {
    const from = this.reports.length;
    this.begin(text, options);
    return this.ended(from);
  }

  /** The next end of a turn after report number `from`, and the reports until then. */
  async ended(from = 0): Promise<Turn> {
    const { end } = await this.report('ended', () => true, from);
    const reports = this.reports.slice(from);
    const updates = reports.flatMap((report) => (report.type === 'update' ? [report.update] : []));
    const textsOf = (type: 'text' | 'reasoning' | 'notice'): readonly string[] =>
      updates.flatMap((update) => (update.type === type ? [update.text] : []));
    return { end, reports, updates, text: textsOf('text').join(''), notices: textsOf('notice') };
  }

  /** The first report of this type from number `from` on that matches, as soon as there is one. */
  async report<T extends Report['type']>(
    type: T,
    matches: (report: ReportOf<T>) => boolean = () => true,
    from = 0,
  ): Promise<ReportOf<T>> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    for (;;) {
      const found = this.reports
        .slice(from)
        .find((report): report is ReportOf<T> => report.type === type && matches(report as ReportOf<T>));
      if (found !== undefined) return found;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const fail = (): void => {
        reject(new Error(`No report ${type}: ${JSON.stringify(this.reports.slice(from)).slice(0, 4_000)}`));
      };
      this.#watchers = [...this.#watchers, resolve];
      timeout.addEventListener('abort', fail, { once: true });
      await promise.finally(() => timeout.removeEventListener('abort', fail));
    }
  }

  /** The next permission request with this title. */
  async question(title?: string): Promise<PermissionRequest> {
    const { request } = await this.report(
      'permission',
      (report) => title === undefined || report.request.call.title === title,
    );
    return request;
  }

  answer(request: PermissionRequest, optionId: string): void {
    this.runtime.answer(this.chatId, {
      requestId: request.id,
      outcome: { outcome: 'selected', option_id: optionId },
    });
  }

  close(): Promise<void> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return this.runtime.close(this.chatId, { reason: 'user', graceMs: 1_000, signal });
  }

  #listener(): SessionListener {
    const add = (report: Report): void => {
      this.reports.push(report);
      const watchers = this.#watchers;
      this.#watchers = [];
      for (const watch of watchers) watch();
    };
    return {
      stage: (_, stage) =>
        add({ type: 'stage', name: stage?.name ?? null, isQueued: stage?.isQueued ?? false }),
      session: (_, session, offer) => {
        this.session = session;
        add({ type: 'session', session, offer });
      },
      settings: (_, settings) => add({ type: 'settings', settings }),
      update: (_, update) => add({ type: 'update', update }),
      permission: (_, request) => add({ type: 'permission', request }),
      withdrawn: (_, requestId, reason) => add({ type: 'withdrawn', requestId, reason }),
      turnEnded: (_, end) => add({ type: 'ended', end }),
    };
  }
}

export interface BeginOptions extends Partial<Omit<ChatTurn, 'settings'>> {
  readonly settings?: Partial<SessionSettings>;
}

export interface Turn {
  readonly end: TurnEnd;
  readonly reports: readonly Report[];
  readonly updates: readonly SessionUpdate[];
  /** All text of the answer. */
  readonly text: string;
  readonly notices: readonly string[];
}

/** A harness that ends with the current test. */
export const startHarness = async (options: HarnessOptions = {}): Promise<Harness> =>
  new Harness(await openAgentControl(), options);

/** An answered turn. */
export const ANSWERED: TurnEnd = { kind: 'answered', stopReason: 'end_turn' };
