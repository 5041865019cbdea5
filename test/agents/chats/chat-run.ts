import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AcpAgent } from '../../../src/local/agents/acp-agent.ts';
import { ENDLESS_COMMAND, endlessCommands, type Sandbox } from '../sandbox.ts';
import { Steps, until } from '../steps.ts';
import { ChatsApi, ChatUnderTest, type ToolPart } from './chat-client.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** All processes of an agent end within this time after its end was requested, ms: Codex needs up to 7 s. */
export const END_MS = 15_000;

interface ChatRunOptions {
  readonly launcher: string;
  readonly agent: AcpAgent;
  readonly sandbox: Sandbox;
  readonly log: (line: string) => void;
}

/** A local server with one chat, and the steps that use it. */
export class ChatRun {
  readonly steps: Steps;
  readonly agent: AcpAgent;
  readonly sandbox: Sandbox;
  readonly #launcher: string;
  server: ServerProcess;
  api: ChatsApi;
  chat: ChatUnderTest;

  /** Starts the server. */
  static async start(options: ChatRunOptions): Promise<ChatRun> {
    return new ChatRun(options, await startServerProcess(options.launcher, options.sandbox));
  }

  private constructor({ launcher, agent, sandbox, log }: ChatRunOptions, server: ServerProcess) {
    this.steps = new Steps(log);
    this.agent = agent;
    this.sandbox = sandbox;
    this.#launcher = launcher;
    this.server = server;
    this.api = new ChatsApi(server);
    this.chat = new ChatUnderTest(this.api, '');
  }

  /** Runs a step of a chat that rests; a failed step may have left it in a turn. */
  step(name: string, run: () => Promise<string>): Promise<void> {
    return this.steps.run(name, async () => {
      const { status } = await this.chat.get();
      if (status === 'running' || status === 'requires_action') {
        await this.chat.interrupt();
        await this.chat.rests('waiting', END_MS);
      }
      return run();
    });
  }

  /** Kills the server and starts another one with the same state. */
  async restartServer(): Promise<void> {
    this.server.program.kill('SIGKILL');
    await this.server.program.ended;
    this.server = await startServerProcess(this.#launcher, this.sandbox);
    this.api = new ChatsApi(this.server);
    this.chat = new ChatUnderTest(this.api, this.chat.id);
  }

  /** Whether a file of the agent's directory exists. */
  isMade(file: string): boolean {
    return existsSync(path.join(this.sandbox.directory, file));
  }

  /** Sends a prompt that asks, answers, and resolves to the request when the turn is over. */
  async runAndAnswer(prompt: string, kind: string): Promise<ToolPart> {
    await this.chat.send(prompt);
    const request = await this.chat.permission();
    await this.chat.answer(request, kind);
    await this.chat.rests('waiting');
    return request;
  }

  /** Resolves when the agent runs a command without an end. */
  async startEndless(): Promise<void> {
    await this.chat.send(`Please run: ${ENDLESS_COMMAND}`);
    await this.chat.answer(await this.chat.permission(), 'allow_once');
    await until('the command runs', () => endlessCommands(this.sandbox).length > 0 || undefined);
  }

  /** Resolves when there are no such processes. */
  async nothingRuns(after: string, processes: () => readonly number[]): Promise<void> {
    await until(`${after}: all processes end`, () => processes().length === 0 || undefined, END_MS);
  }

  /** What the agent says about the words that it was asked to remember. */
  async recalls(): Promise<string> {
    await this.chat.send('Please recall');
    await this.chat.rests('waiting');
    return this.chat.lastText();
  }
}
