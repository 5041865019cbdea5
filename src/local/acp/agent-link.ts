import type { Clock } from '../../domain/ports/clock.ts';
import type { AcpAgent } from '../agents/acp-agent.ts';
import type { ProcessExit, ProcessGroupRecord } from '../processes/process-group.ts';
import { AgentExited, ProtocolViolated } from './agent-errors.ts';
import { type AgentProcess, startAgentProcess } from './agent-process.ts';
import { type Capabilities, capabilitiesIn, initializeParams } from './capabilities.ts';
import { type AgentConnection, type AgentHandlers, connectAgent, preloadSdk } from './sdk.ts';

export interface AgentLinkOptions {
  readonly agent: AcpAgent;
  readonly directory: string;
  /** The whole environment of the process. */
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Our version, for the agent. */
  readonly version: string;
}

const INITIALIZE_MS = 30_000;
/** The exit follows the end of the output, ms. */
const EXIT_MS = 1_000;

/** The process of an agent and the connection to it. Requests fail with AgentExited as soon as the process has ended. */
export class AgentLink {
  readonly #setup: AgentLinkOptions;
  readonly #process: AgentProcess;
  readonly exited: Promise<ProcessExit>;
  #connection: AgentConnection | null = null;
  #exit: AgentExited | null = null;

  /** Starts the process. Rejects with a sentence for users. */
  static async spawn(setup: AgentLinkOptions): Promise<AgentLink> {
    return new AgentLink(setup, await startAgentProcess({ ...setup, command: setup.agent.command }));
  }

  private constructor(setup: AgentLinkOptions, child: AgentProcess) {
    this.#setup = setup;
    this.#process = child;
    this.exited = child.exited.then((exit) => {
      this.#exit = new AgentExited(exit);
      this.#connection?.close(this.#exit);
      return exit;
    });
  }

  get record(): ProcessGroupRecord {
    return this.#process.record;
  }

  get hasExited(): boolean {
    return this.#exit !== null;
  }

  /** The process has ended, but its children may still write to its output: `exited` resolves soon. */
  get isExiting(): boolean {
    return this.#exit === null && this.#process.hasEnded();
  }

  /** The end of the agent's log. */
  get log(): string {
    return this.#process.logEnd();
  }

  /** Connects, and exchanges versions and capabilities. Rejects with an error for `chatErrorOf`. */
  async initialize(handlers: Omit<AgentHandlers, 'noise'>): Promise<Capabilities> {
    await preloadSdk();
    const { clock, agent, version } = this.#setup;
    const noise = (line: string): void => this.#process.log(line);
    this.#connection = await connectAgent({ ...this.#process, clock, handlers: { ...handlers, noise } });
    this.#watchOutput();
    const options = { timeoutMs: INITIALIZE_MS };
    return capabilitiesIn(
      await this.request('initialize', initializeParams(version), options),
      agent.displayName,
    );
  }

  /** An agent that has closed its output answers nothing more, although it runs. */
  #watchOutput(): void {
    const { clock } = this.#setup;
    this.#process.stdout.once('end', () => {
      clock.after(EXIT_MS, () => {
        if (!this.hasExited) this.abandon(new ProtocolViolated('it closed its standard output'));
      });
    });
  }

  request(
    method: string,
    params: unknown,
    options: Parameters<AgentConnection['request']>[2],
  ): Promise<unknown> {
    if (this.#exit !== null) return Promise.reject(this.#exit);
    if (this.#connection === null) return Promise.reject(new ProtocolViolated('it is not connected'));
    return this.#connection.request(method, params, options);
  }

  notify(method: string, params: unknown): void {
    this.#connection?.notify(method, params);
  }

  /** Ends the agent's standard input: it should exit. */
  endInput(): void {
    this.#process.stdin.end();
  }

  /** Rejects pending requests: the process cannot be ended. */
  abandon(error: Error): void {
    this.#connection?.close(error);
  }
}
