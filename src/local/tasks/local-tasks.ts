import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { AgentDefinition } from '../../config/agent-definition.ts';
import { createStateDirectory } from '../../config/directories.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { isDirectory } from '../../platform/is-directory.ts';
import type { CreateTaskRequest } from '../../wire/task.ts';
import { versionIdOf } from '../agents/template-ids.ts';
import type { Repository } from '../database/repository.ts';
import type { BuildRow, TaskRow, Transition } from '../database/row-types.ts';
import { ErrorResponse, inputRequired, resourceNotFound } from '../http/error-response.ts';
import { isSameSecret, newToken } from '../http/token.ts';
import {
  removeSocketDirectory,
  socketDirectory,
  validatedEnvironment,
} from '../processes/command-environment.ts';
import { pipeDirectoryIn } from '../processes/command-run.ts';
import type { OwnedProcesses } from '../processes/owned-processes.ts';
import { missingDirectoryMessage } from '../processes/process-group.ts';
import { type BuildLogLine, Builds } from './builds.ts';
import { taskNamesFor, validatedDirectory } from './create-request.ts';
import { OneShotRuntime } from './one-shot-runtime.ts';
import { statusOf } from './task-status.ts';
import { type CutOffReason, Turns } from './turns.ts';
import { validatedPrompt } from './validate-prompt.ts';
import { wireLogOf } from './wire-task.ts';

export interface LocalTasksOptions {
  readonly repository: Repository;
  readonly clock: Clock;
  readonly processes: OwnedProcesses;
  /** Absolute path. */
  readonly stateDir: string;
  /** The agents available now; called often. */
  readonly agents: () => readonly AgentDefinition[];
  readonly environment: (task: TaskRow, agent: AgentDefinition) => NodeJS.ProcessEnv;
  /** Time between SIGTERM and SIGKILL when a task is paused or deleted, ms. */
  readonly graceMs: number;
}

export interface TaskLogs {
  /** In the wire format. */
  readonly logs: readonly unknown[];
  readonly snapshot: boolean;
  /** Unix time in ms. */
  readonly snapshotAt: number | null;
}

const CUT_OFF_BY_PAUSE: CutOffReason = {
  remark: 'ended: the task was paused',
  state: 'idle',
  message: 'Paused before the command finished',
};
const CUT_OFF_BY_RESTART: CutOffReason = {
  ...CUT_OFF_BY_PAUSE,
  remark: 'ended: the task was restarted',
};
const CUT_OFF_BY_DELETE: CutOffReason = { ...CUT_OFF_BY_PAUSE, remark: 'ended: the task was deleted' };
const CUT_OFF_BY_SHUTDOWN: CutOffReason = {
  remark: 'ended: the local server was stopped',
  state: 'failure',
  message: 'Ended: the local server was stopped',
};
const NOT_RERUN_REMARK = '[resumed; the ended command is not run again. Send it again to run it.]';

/** Implements the operations of the Tasks API for the tasks of this machine. Throws ErrorResponses. */
export class LocalTasks {
  readonly repository: Repository;
  readonly builds: Builds;
  readonly turns: Turns;
  readonly #setup: LocalTasksOptions;

  constructor(setup: LocalTasksOptions) {
    this.#setup = setup;
    this.repository = setup.repository;
    const pipes = pipeDirectoryIn(setup.stateDir);
    // Removes pipes of a server that was killed.
    rmSync(pipes, { recursive: true, force: true });
    createStateDirectory(pipes);
    this.turns = new Turns({
      ...setup,
      runtime: (listener) =>
        new OneShotRuntime({
          ...setup,
          listener,
          pipeDirectory: pipes,
          privateDirectory: (taskId) => this.#privateDirectoryOf(taskId),
          socketDirectory: (taskId) => socketDirectory(setup.stateDir, taskId),
        }),
    });
    this.builds = new Builds(setup.repository, setup.clock, {
      firstLogLine: firstLogLineOf,
      run: async (task, build, signal) => {
        if (build.transition === 'start') await this.#prepare(task, signal);
        else await this.#stop(task, build, signal);
      },
      onSuccess: (task, build) => {
        if (build.transition === 'start') this.#started(task, build);
        else if (build.transition === 'stop') this.#stopped(task);
        else this.repository.deleteTaskData(task.id);
      },
    });
  }

  /** The commands available now, retired ones included. */
  get agents(): readonly AgentDefinition[] {
    return this.#setup.agents();
  }

  /** Those for new tasks. */
  get offeredAgents(): readonly AgentDefinition[] {
    return this.agents.filter(({ isRetired }) => isRetired !== true);
  }

  /** Null if the agent is no longer available. */
  agentOf(task: TaskRow): AgentDefinition | null {
    return this.agents.find((agent) => agent.name === task.agent) ?? null;
  }

  agentByVersion(versionId: string): AgentDefinition | null {
    return this.agents.find((agent) => versionIdOf(agent) === versionId.toLowerCase()) ?? null;
  }

  create(request: CreateTaskRequest): TaskRow {
    const agent = this.agentByVersion(request.template_version_id);
    if (agent === null || agent.isRetired === true) {
      throw new ErrorResponse(400, 'Template version not found or you do not have access to this resource');
    }
    const environment = validatedEnvironment(request.environment);
    const input = validatedPrompt(request.input, agent);
    const isTaken = (name: string): boolean => this.repository.taskByName(name) !== null;
    const { name, displayName } = taskNamesFor(request, isTaken);
    const id = randomUUID();
    const own = path.join(this.#setup.stateDir, 'tasks', id);
    this.repository.inTransaction(() => {
      this.repository.addTask({
        id,
        workspace_id: randomUUID(),
        name,
        display_name: displayName,
        agent: agent.name,
        template_version_id: request.template_version_id.toLowerCase(),
        directory: request.directory === undefined ? own : validatedDirectory(request.directory),
        owns_directory: request.directory === undefined ? 1 : 0,
        input,
        agent_token: newToken(),
        created_at: this.#setup.clock.wall(),
      });
      if (environment !== null) this.repository.putEnvironment(id, environment);
      this.builds.queue(id, 'start', 'initiator');
    });
    return this.#requireTask(id);
  }

  /** `environment` is the client's; null keeps the stored one. */
  send(task: TaskRow, input: string, environment: Readonly<Record<string, string>> | null = null): void {
    if (input === '') throw inputRequired();
    const status = this.statusOf(task);
    if (status === 'pending' || status === 'initializing') throw new ErrorResponse(409, `Task is ${status}.`);
    if (status === 'paused') {
      throw new ErrorResponse(409, 'Task is paused.', 'Resume the task to send messages.');
    }
    if (status !== 'active') throw new ErrorResponse(400, 'Task must be active.');
    if (this.turns.isRunning(task.id)) {
      throw new ErrorResponse(502, 'Task app is not ready to accept input.', 'Status: running');
    }
    const prompt = input.trim();
    if (prompt === '')
      throw new ErrorResponse(502, 'Task app rejected the message.', 'The message is blank.');
    const agent = this.agentOf(task);
    if (agent === null) {
      throw new ErrorResponse(502, 'Failed to reach task app endpoint.', agentMissingMessage(task));
    }
    const validPrompt = validatedPrompt(prompt, agent);
    requireDirectory(task);
    this.repository.inTransaction(() => {
      if (environment !== null) this.repository.putEnvironment(task.id, environment);
      this.turns.begin(task, agent, validPrompt);
    });
  }

  updateInput(task: TaskRow, input: string): void {
    if (input.trim() === '') throw inputRequired();
    if (this.statusOf(task) !== 'paused') {
      throw new ErrorResponse(409, 'Unable to update task input, task must be paused.');
    }
    this.repository.updateTask(task.id, {
      input: validatedPrompt(input, this.agentOf(task)),
      input_due: 1,
    });
  }

  pause(task: TaskRow): BuildRow {
    return this.builds.queue(task.id, 'stop', 'task_manual_pause');
  }

  /** `environment` as for `send`. */
  resume(task: TaskRow, environment: Readonly<Record<string, string>> | null = null): BuildRow {
    this.builds.requireNoActiveBuild(task.id);
    if (this.statusOf(task) !== 'paused') {
      throw new ErrorResponse(409, 'Unable to resume task, task must be paused.');
    }
    return this.#start(task, 'task_resume', environment);
  }

  #start(task: TaskRow, reason: string, environment: Readonly<Record<string, string>> | null): BuildRow {
    this.builds.requireNoActiveBuild(task.id);
    requireDirectory(task);
    return this.repository.inTransaction(() => {
      if (environment !== null) this.repository.putEnvironment(task.id, environment);
      return this.builds.queue(task.id, 'start', reason);
    });
  }

  /** Starts a build of the workspace. `delete` also deletes the task. */
  build(
    task: TaskRow,
    transition: Transition,
    environment: Readonly<Record<string, string>> | null = null,
  ): BuildRow {
    if (transition === 'delete') return this.remove(task);
    if (transition === 'start') return this.#start(task, 'initiator', environment);
    return this.builds.queue(task.id, transition, 'initiator');
  }

  /** Deletes a task: hides it at once; its processes and its own directory go in the background. */
  remove(task: TaskRow): BuildRow {
    return this.repository.inTransaction(() => {
      const build = this.builds.queue(task.id, 'delete', 'initiator');
      this.repository.updateTask(task.id, { deleted_at: this.#setup.clock.wall() });
      return build;
    });
  }

  /** Null if no task that is not deleted has this token. */
  taskByAgentToken(token: string): TaskRow | null {
    return this.repository.tasks().find((task) => isSameSecret(task.agent_token, token)) ?? null;
  }

  /** Stores messages that an agent uploaded; `logs` returns them while the task is paused. */
  storeSnapshot(task: TaskRow, logs: readonly unknown[]): void {
    this.repository.putSnapshot(task.id, JSON.stringify(logs), this.#setup.clock.wall());
  }

  logs(task: TaskRow): TaskLogs {
    const status = this.statusOf(task);
    if (status === 'active') {
      return { logs: this.#wireMessages(task), snapshot: false, snapshotAt: null };
    }
    if (status !== 'paused' && status !== 'pending' && status !== 'initializing') {
      throw new ErrorResponse(
        409,
        'Cannot fetch logs for task in current state.',
        `Task status is ${JSON.stringify(status)}.`,
      );
    }
    const uploaded = this.repository.snapshot(task.id);
    return uploaded === null
      ? { logs: this.#wireMessages(task), snapshot: true, snapshotAt: task.snapshot_at }
      : { logs: JSON.parse(uploaded.messages), snapshot: true, snapshotAt: uploaded.created_at };
  }

  statusOf(task: TaskRow): string {
    return statusOf(this.repository.latestBuild(task.id));
  }

  /** Continues an earlier server's unfinished builds. */
  resumeUnfinished(): void {
    this.builds.resumeUnfinished();
  }

  /**
   * Ends all builds and turns. `graceMs` is the time between SIGTERM and SIGKILL. Background processes stay:
   * `OwnedProcesses.endAll`.
   */
  async close(graceMs: number): Promise<void> {
    await this.builds.stop();
    await this.turns.endAll(CUT_OFF_BY_SHUTDOWN, graceMs);
  }

  /** Stops reading the output of background processes, at the server's end. */
  stopReading(): void {
    this.turns.discardAll();
  }

  /** True if no turn or build is active. */
  get isIdle(): boolean {
    return !this.turns.isAnyRunning && this.builds.activeCount === 0;
  }

  #wireMessages(task: TaskRow): readonly unknown[] {
    return this.turns.messages(task.id).map(wireLogOf);
  }

  #privateDirectoryOf(taskId: string): string {
    return path.join(this.#setup.stateDir, 'private', taskId);
  }

  #requireTask(id: string): TaskRow {
    const task = this.repository.task(id);
    if (task === null) throw resourceNotFound();
    return task;
  }

  async #prepare(task: TaskRow, signal: AbortSignal): Promise<void> {
    if (this.agentOf(task) === null) throw new Error(agentMissingMessage(task));
    await this.turns.end(task.id, CUT_OFF_BY_RESTART, this.#setup.graceMs, signal);
    if (task.owns_directory === 1) createStateDirectory(task.directory);
    else if (!isDirectory(task.directory)) throw new Error(missingDirectoryMessage(task.directory));
  }

  #started(task: TaskRow, build: BuildRow): void {
    const now = this.#setup.clock.wall();
    const { repository } = this;
    const agent = this.agentOf(task);
    repository.deleteSnapshot(task.id);
    repository.addBuildLog(build.id, 'Ready', `Agent ${task.agent} is ready`, now);
    if (repository.nextMessageId(task.id) === 0) {
      const banner = `${agent?.displayName ?? task.agent} in ${task.directory}`;
      repository.putMessage(task.id, { id: 0, type: 'output', content: banner, time: now });
    }
    // Since the build began, the input may have changed, or a turn been cut off.
    const current = repository.taskOrDeletedTask(task.id) ?? task;
    if (current.input_due === 1 && agent !== null) {
      this.turns.begin(current, agent, current.input);
      return;
    }
    const message = build.number === 1 ? '' : 'Resumed';
    repository.updateTask(task.id, { state: 'idle', state_message: message, state_at: now, cut_off: 0 });
    if (current.cut_off === 1) {
      const id = repository.nextMessageId(task.id);
      repository.putMessage(task.id, { id, type: 'output', content: NOT_RERUN_REMARK, time: now });
    }
  }

  async #stop(task: TaskRow, build: BuildRow, signal: AbortSignal): Promise<void> {
    const deleted = build.transition === 'delete';
    await this.turns.end(
      task.id,
      deleted ? CUT_OFF_BY_DELETE : CUT_OFF_BY_PAUSE,
      this.#setup.graceMs,
      signal,
    );
    if (!deleted) return;
    this.turns.discard(task.id);
    removeSocketDirectory(socketDirectory(this.#setup.stateDir, task.id));
    await rm(this.#privateDirectoryOf(task.id), { recursive: true, force: true, maxRetries: 3 });
    if (task.owns_directory === 1) await rm(task.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  #stopped(task: TaskRow): void {
    this.repository.updateTask(task.id, { snapshot_at: this.#setup.clock.wall() });
  }
}

const firstLogLineOf = (task: TaskRow, build: BuildRow): BuildLogLine =>
  build.transition === 'start'
    ? { stage: 'Preparing', line: `Directory ${task.directory}` }
    : { stage: 'Stopping', line: 'Ending processes' };

const agentMissingMessage = (task: TaskRow): string =>
  `The agent command ${JSON.stringify(task.agent)} is no longer available. Install it, or add it to config.jsonc.`;

/** Throws a 400 if the user's directory is missing. The server creates a task's own directory again. */
function requireDirectory({ directory, owns_directory: isOwn }: TaskRow): void {
  if (isOwn === 1 || isDirectory(directory)) return;
  throw new ErrorResponse(400, 'Unable to use the working directory.', missingDirectoryMessage(directory));
}
