import type { Clock } from '../../../src/domain/ports/clock.ts';
import { build, task as wireTask } from '../../api/response-bodies.ts';
import { Chats } from '../chats/chats.ts';
import type { RecordedRequest } from '../coder-server.ts';
import { isChatKind, type RequestKind } from './request-kind.ts';

/** Duration of a workspace build, ms. */
const BUILD_MS = 4_000;

type Wire = Record<string, unknown>;

export interface CorrectResponse {
  readonly status: number;
  /** Undefined for no body. */
  readonly body?: unknown;
}

export interface CoderModelOptions {
  readonly clock: Clock;
  /** How far the server's clock is ahead, ms. */
  readonly skewMs?: number;
}

const GONE = 'Resource not found or you do not have access to this resource';

/** The state of a Coder server: tasks with workspaces that stop and start, transcripts and builds. */
export class CoderModel {
  readonly tasks = new Map<string, Wire>();
  readonly #transcripts = new Map<string, { content: string; type: string; at: number }[]>();
  /** Messages that reached an agent, prompts of created tasks, and new initial prompts, oldest first. */
  readonly sent: string[] = [];
  readonly created: string[] = [];
  readonly inputs: string[] = [];
  /** Actions on tasks, such as `pause`, oldest first. */
  readonly performed: string[] = [];
  /** Further tasks of the list. */
  extra: readonly Wire[] = [];
  /** How far the server's clock is ahead, ms. */
  skewMs: number;
  /** Served once `hasChats` is set; the server then has no Tasks. */
  readonly chats: Chats;
  hasChats = false;
  readonly #clock: Clock;
  #count = 0;

  constructor({ clock, skewMs = 0 }: CoderModelOptions) {
    this.#clock = clock;
    this.skewMs = skewMs;
    this.chats = new Chats({
      timers: { now: () => this.now(), after: (ms, callback) => void clock.after(ms, callback) },
    });
  }

  now(): number {
    return this.#clock.now() + this.skewMs;
  }

  /** Adds a task of ada with the fields `about`, in this state since `agoMs`. Returns its id. */
  add(name: string, about: Wire = {}, agoMs = 10 * 60_000): string {
    const id = idOf(++this.#count);
    const at = this.#iso(-agoMs);
    this.tasks.set(
      id,
      wireTask({
        id,
        name: name.toLowerCase().replaceAll(' ', '-'),
        display_name: name,
        workspace_id: idOf(this.#count, 'b'),
        workspace_build_number: 1,
        initial_prompt: `Please: ${name}`,
        created_at: at,
        updated_at: at,
        current_state: { timestamp: at, state: 'idle', message: 'Which branch?', uri: '' },
        ...about,
      }),
    );
    const repliedAt = this.#clock.now() - agoMs;
    this.#transcripts.set(id, [
      { content: `Please: ${name}`, type: 'input', at: repliedAt - 60_000 },
      { content: `About ${name}: which branch?`, type: 'output', at: repliedAt },
    ]);
    return id;
  }

  removeTask(id: string): void {
    this.chats.remove(id);
    this.tasks.delete(id);
    this.#transcripts.delete(id);
  }

  addReply(id: string, content: string): void {
    this.#transcripts.get(id)?.push({ content, type: 'output', at: this.#clock.now() });
  }

  setTranscript(id: string, contents: readonly string[]): void {
    const at = this.#clock.now();
    this.#transcripts.set(
      id,
      contents.map((content, index) => ({ content, type: index % 2 === 0 ? 'input' : 'output', at })),
    );
  }

  /** Performs the request and returns the response. */
  answer(kind: RequestKind, request: RecordedRequest): CorrectResponse {
    if (isChatKind(kind)) return this.#answerAboutChats(kind, request);
    const { target, body } = request;
    const parts = (target.split('?')[0] ?? '').split('/');
    const id = kind === 'create' ? '' : (parts[5] ?? '');
    const task = this.tasks.get(id);
    const input = (): string => String((JSON.parse(body) as { input?: unknown }).input);
    switch (kind) {
      case 'server info':
        return ok({ version: 'v2.33.4+3f1c0de', dashboard_url: '' });
      case 'me':
        return ok({ id: 'u', username: 'ada', name: 'Ada' });
      case 'users':
        return ok({ users: [{ id: 'u', username: 'ada', name: 'Ada' }], count: 1 });
      case 'templates':
        return ok([{ id: 't', name: 'docker-ai', display_name: 'Docker', active_version_id: 'v1' }]);
      case 'presets':
        return ok([{ ID: 'p1', Name: 'small', Default: true, Parameters: null }]);
      case 'external auth':
        return ok([
          { id: 'github', type: 'github', authenticate_url: 'https://example.com', authenticated: true },
        ]);
      case 'list': {
        const tasks = [...this.tasks.values()].reverse().concat(this.extra);
        return ok({ tasks, count: tasks.length });
      }
      case 'create': {
        this.created.push(input());
        const createdId = this.add(
          'New task',
          { status: 'pending', current_state: null, initial_prompt: input() },
          0,
        );
        return { status: 201, body: this.tasks.get(createdId) };
      }
      case 'build':
        return this.#buildOf(parts[4] ?? '');
      case 'build log':
        return ok(
          [1, 2, 3].map((line) => ({
            id: line,
            created_at: this.#iso(0),
            log_level: 'info',
            stage: 'Starting the workspace',
            output: `line ${line} of the build`,
          })),
        );
      default:
        if (task === undefined) return { status: 404, body: { message: GONE } };
    }
    switch (kind) {
      case 'task':
        return ok(task);
      case 'transcript':
        return this.#transcriptOf(id, task);
      case 'send':
        if (task.status !== 'active') return { status: 409, body: { message: 'Task is paused.' } };
        this.sent.push(input());
        this.#transcripts.get(id)?.push({ content: input(), type: 'input', at: this.#clock.now() });
        return { status: 204 };
      case 'update input':
        this.inputs.push(input());
        task.initial_prompt = input();
        return { status: 204 };
      case 'delete':
        this.performed.push('delete');
        this.removeTask(id);
        return { status: 202 };
      case 'pause':
        this.performed.push('pause');
        return this.#build(task, 'stop');
      case 'resume':
        this.performed.push('resume');
        return this.#build(task, 'start');
      default:
        throw new Error(`No answer for ${kind}.`);
    }
  }

  #answerAboutChats(kind: RequestKind, request: RecordedRequest): CorrectResponse {
    const answer = this.chats.answer(request);
    const { status } = answer;
    if (status >= 300) return answer;
    const { content, archived } = request.body === '' ? ({} as Wire) : (JSON.parse(request.body) as Wire);
    const text = Array.isArray(content) ? String((content[0] as Wire | undefined)?.text) : '';
    if (kind === 'send to chat') this.sent.push(text);
    if (kind === 'create chat') this.created.push(text);
    if (kind === 'edit message') this.inputs.push(text);
    if (kind === 'interrupt') this.performed.push('interrupt');
    if (kind === 'change chat' && archived === true) this.performed.push('archive');
    return answer;
  }

  #build(task: Wire, transition: 'stop' | 'start'): CorrectResponse {
    const number = Number(task.workspace_build_number) + 1;
    const setStatus = (status: string, workspace: string): void => {
      task.status = status;
      task.workspace_status = workspace;
      task.updated_at = this.#iso(0);
    };
    task.workspace_build_number = number;
    setStatus(
      transition === 'stop' ? 'unknown' : 'initializing',
      transition === 'stop' ? 'stopping' : 'starting',
    );
    this.#clock.after(BUILD_MS, () => {
      if (transition === 'stop') setStatus('paused', 'stopped');
      else setStatus('active', 'running');
    });
    return { status: 202, body: { workspace_build: build({ build_number: number, transition }) } };
  }

  #buildOf(id: string): CorrectResponse {
    const task = [...this.tasks.values()].find((each) => each.workspace_id === id);
    if (task === undefined) return { status: 404, body: { message: GONE } };
    const isStarting = task.workspace_status === 'starting';
    return ok({
      latest_build: build({
        build_number: task.workspace_build_number,
        transition: 'start',
        job: {
          id: 'j',
          status: isStarting ? 'running' : 'succeeded',
          created_at: this.#iso(-60_000),
          started_at: this.#iso(-60_000),
          ...(isStarting ? {} : { completed_at: this.#iso(-50_000) }),
        },
      }),
    });
  }

  #transcriptOf(id: string, task: Wire): CorrectResponse {
    if (task.status === 'error' || task.status === 'unknown')
      return { status: 409, body: { message: 'Cannot fetch logs for task in current state.' } };
    const logs = (this.#transcripts.get(id) ?? []).map(({ content, type, at }, index) => ({
      id: index,
      content,
      type,
      time: new Date(at + this.skewMs).toISOString(),
    }));
    return ok(task.status === 'active' ? { logs } : { logs, snapshot: true, snapshot_at: this.#iso(0) });
  }

  #iso(offsetMs: number): string {
    return new Date(this.now() + offsetMs).toISOString();
  }
}

const ok = (body: unknown): CorrectResponse => ({ status: 200, body });

const idOf = (number: number, first = 'a'): string =>
  `${first}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
