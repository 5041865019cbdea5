import { randomUUID } from 'node:crypto';
import type { ChatsOptions } from './options.ts';
import { notFound, Refusal } from './refusal.ts';
import { ME, ORGANIZATION_ID } from './state.ts';
import { wireTime } from './wire-chat.ts';

export const TEMPLATE_ID = 'c6d67e98-83ea-49f0-8812-000000000001';
const TEMPLATE_VERSION_ID = 'c6d67e98-83ea-49f0-8812-000000000002';

export type Transition = 'start' | 'stop' | 'delete';

interface BuildRow {
  readonly id: string;
  readonly number: number;
  readonly transition: Transition;
  readonly createdAt: number;
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'canceled';
  completedAt: number | null;
}

interface WorkspaceRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly builds: BuildRow[];
}

type WireObject = Readonly<Record<string, unknown>>;

const STATUS = {
  start: { pending: 'pending', running: 'starting', succeeded: 'running' },
  stop: { pending: 'pending', running: 'stopping', succeeded: 'stopped' },
  delete: { pending: 'pending', running: 'deleting', succeeded: 'deleted' },
} as const;

const isOver = ({ status }: BuildRow): boolean => status !== 'pending' && status !== 'running';

/** The templates and workspaces that chats can use. */
export class Workspaces {
  readonly #options: ChatsOptions;
  readonly #rows = new Map<string, WorkspaceRow>();

  constructor(options: ChatsOptions) {
    this.#options = options;
  }

  get templates(): readonly WireObject[] {
    return [
      {
        id: TEMPLATE_ID,
        organization_id: ORGANIZATION_ID,
        organization_name: 'default',
        name: 'dev',
        display_name: 'Development',
        description: 'A plain Linux machine',
        active_version_id: TEMPLATE_VERSION_ID,
        icon: '',
        deprecated: false,
        build_time_stats: { start: { P50: 1_000, P95: 2_000 }, stop: { P50: 500, P95: 900 } },
      },
    ];
  }

  /** Adds a workspace, running or stopped. Returns its id. */
  add(name: string, status: 'running' | 'stopped' = 'running'): string {
    const row: WorkspaceRow = { id: randomUUID(), name, createdAt: this.#now(), builds: [] };
    this.#rows.set(row.id, row);
    this.#addBuild(row, status === 'running' ? 'start' : 'stop', 'succeeded');
    return row.id;
  }

  /** Throws 400 unless the workspace exists. */
  assertUsable(id: string): void {
    if (!this.#rows.has(id))
      throw new Refusal(400, 'Workspace not found or you do not have access to this resource');
  }

  /** A new workspace of a template, with its start build under way. Throws 400 and 409 as the server does. */
  create(name: unknown, templateId: unknown, versionId: unknown): WireObject {
    if (typeof name !== 'string' || !/^[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*$/u.test(name) || name.length > 32)
      throw new Refusal(400, 'Validation failed.', {
        validations: [{ field: 'name', detail: 'Validation failed for tag "workspace_name"' }],
      });
    if (templateId !== TEMPLATE_ID && versionId !== TEMPLATE_VERSION_ID)
      throw new Refusal(400, 'Template "x" doesn\'t exist.');
    if ([...this.#rows.values()].some((row) => row.name.toLowerCase() === name.toLowerCase()))
      throw new Refusal(409, `Workspace "${name}" already exists.`, {
        validations: [{ field: 'name', detail: 'This value is already in use and should be unique.' }],
      });
    const row: WorkspaceRow = { id: randomUUID(), name, createdAt: this.#now(), builds: [] };
    this.#rows.set(row.id, row);
    this.#addBuild(row, 'start', 'pending');
    return this.wire(row.id);
  }

  /** Starts a build. Throws 409 while another one is under way. */
  build(id: string, transition: unknown): WireObject {
    const row = this.#row(id);
    if (transition !== 'start' && transition !== 'stop' && transition !== 'delete')
      throw new Refusal(400, 'Validation failed.', {
        validations: [{ field: 'transition', detail: 'Validation failed for tag "oneof"' }],
      });
    const last = row.builds.at(-1);
    if (last !== undefined && !isOver(last)) throw new Refusal(409, 'A workspace build is already active.');
    return this.#wireBuild(row, this.#addBuild(row, transition, 'pending'));
  }

  /** Ends the build under way. */
  finishBuild(id: string, status: 'succeeded' | 'failed' = 'succeeded'): void {
    const build = this.#row(id).builds.at(-1);
    if (build === undefined || isOver(build)) return;
    build.status = status;
    build.completedAt = this.#now();
  }

  /** Throws 404, and 410 for a deleted workspace. */
  wire(id: string): WireObject {
    const row = this.#row(id);
    const build = row.builds.at(-1);
    if (build?.transition === 'delete' && build.status === 'succeeded')
      throw new Refusal(
        410,
        `Workspace "${id}" was deleted, you can view this workspace by specifying '?deleted=true' and trying again.`,
      );
    return {
      id: row.id,
      created_at: wireTime(row.createdAt),
      updated_at: wireTime(build?.completedAt ?? row.createdAt),
      owner_id: ME.id,
      owner_name: ME.username,
      organization_id: ORGANIZATION_ID,
      organization_name: 'default',
      template_id: TEMPLATE_ID,
      template_name: 'dev',
      template_display_name: 'Development',
      template_icon: '',
      template_active_version_id: TEMPLATE_VERSION_ID,
      latest_build: build === undefined ? null : this.#wireBuild(row, build),
      latest_app_status: null,
      outdated: false,
      name: row.name,
      last_used_at: wireTime(row.createdAt),
      health: { healthy: build?.status !== 'failed', failing_agents: [] },
      automatic_updates: 'never',
      favorite: false,
      task_id: null,
    };
  }

  /** The state of the workspace's agent: `none` without one, null without a workspace. */
  agentStatus(id: string): 'connected' | 'connecting' | 'none' | null {
    const build = this.#rows.get(id)?.builds.at(-1);
    if (build === undefined) return null;
    if (build.transition !== 'start' || build.status === 'failed') return 'none';
    return build.status === 'succeeded' ? 'connected' : 'connecting';
  }

  wireAll(): readonly WireObject[] {
    return [...this.#rows.values()]
      .filter(({ builds }) => builds.at(-1)?.transition !== 'delete')
      .map(({ id }) => this.wire(id));
  }

  wireBuildById(id: string): WireObject {
    for (const row of this.#rows.values()) {
      const build = row.builds.find((each) => each.id === id);
      if (build !== undefined) return this.#wireBuild(row, build);
    }
    throw notFound();
  }

  #now(): number {
    return this.#options.timers.now();
  }

  #row(id: string): WorkspaceRow {
    const row = this.#rows.get(id);
    if (row === undefined) throw notFound();
    return row;
  }

  #addBuild(row: WorkspaceRow, transition: Transition, status: 'pending' | 'succeeded'): BuildRow {
    const now = this.#now();
    const build: BuildRow = {
      id: randomUUID(),
      number: row.builds.length + 1,
      transition,
      createdAt: now,
      status,
      completedAt: status === 'succeeded' ? now : null,
    };
    row.builds.push(build);
    const { buildMs, timers } = this.#options;
    if (status === 'succeeded') return build;
    timers.after(Math.min(buildMs ?? 10, 10), () => {
      if (build.status === 'pending') build.status = 'running';
    });
    if (buildMs !== null) timers.after(buildMs, () => this.finishBuild(row.id));
    return build;
  }

  #wireBuild(row: WorkspaceRow, build: BuildRow): WireObject {
    const { status } = build;
    return {
      id: build.id,
      created_at: wireTime(build.createdAt),
      updated_at: wireTime(build.completedAt ?? build.createdAt),
      workspace_id: row.id,
      workspace_name: row.name,
      workspace_owner_id: ME.id,
      workspace_owner_name: ME.username,
      template_version_id: TEMPLATE_VERSION_ID,
      build_number: build.number,
      transition: build.transition,
      initiator_id: ME.id,
      initiator_name: ME.username,
      job: {
        id: build.id,
        created_at: wireTime(build.createdAt),
        ...(status !== 'pending' && { started_at: wireTime(build.createdAt) }),
        ...(build.completedAt !== null && { completed_at: wireTime(build.completedAt) }),
        ...(status === 'failed' && { error: 'terraform apply: exit status 1' }),
        status,
        queue_position: 0,
        queue_size: 0,
      },
      reason: 'initiator',
      resources: [],
      deadline: null,
      status: status === 'failed' || status === 'canceled' ? status : STATUS[build.transition][status],
      daily_cost: 0,
      template_version_preset_id: null,
    };
  }
}
