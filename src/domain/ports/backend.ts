import type { Build, BuildLogLine } from '../build.ts';
import type { Organization, Workspace, WorkspaceTemplate, WorkspaceTransition } from '../workspace.ts';
import type { Source } from './source.ts';

/**
 * A deployment: a server that runs tasks. Every method rejects with a BackendError. `onBytes` is called whenever bytes of
 * a response arrive.
 */
export interface AgentBackend {
  /** At least one. The first one creates tasks from templates. Known before the first request. */
  readonly sources: readonly [Source, ...Source[]];
  /** Resolves when the first request can be sent, such as after the start of the local server. Missing: at once. */
  connected?(): Promise<void>;
  /** Needs no token. */
  serverInfo(signal: AbortSignal, onBytes?: () => void): Promise<ServerInfo>;
  /** Resolves when the server responds at all. The cheapest request: no token, a connection of its own. */
  probe(signal: AbortSignal): Promise<void>;
  me(signal: AbortSignal, onBytes?: () => void): Promise<User>;
  /** At most 50 users whose name or e-mail address contains `text`; all for an empty one. */
  users(text: string, signal: AbortSignal): Promise<readonly User[]>;
  templates(signal: AbortSignal, onBytes?: () => void): Promise<readonly Template[]>;
  presets(templateVersionId: string, signal: AbortSignal): Promise<readonly Preset[]>;
  /**
   * Other services that the template requires or offers to sign in to; creating a task fails while a required sign-in
   * is missing.
   */
  externalAuth(templateVersionId: string, signal: AbortSignal): Promise<readonly ExternalAuth[]>;
  build(id: string, signal: AbortSignal): Promise<Build>;
  /** The current or last build of a workspace. */
  latestBuild(workspaceId: string, signal: AbortSignal, onBytes?: () => void): Promise<Build>;
  /** The lines of a build after the one with id `after`, oldest first; 0 for all. */
  buildLogs(
    id: string,
    after: number,
    signal: AbortSignal,
    onBytes?: () => void,
  ): Promise<readonly BuildLogLine[]>;
  /** The output of the start-up scripts of a workspace's agent, oldest first. */
  agentLogs(agentId: string, signal: AbortSignal): Promise<readonly BuildLogLine[]>;
  /** Those of which the user is a member. */
  organizations(signal: AbortSignal): Promise<readonly Organization[]>;
  /** The user's own, the last used first; at most 100. */
  workspaces(signal: AbortSignal): Promise<readonly Workspace[]>;
  /** All templates, also those that have no tasks. */
  workspaceTemplates(signal: AbortSignal): Promise<readonly WorkspaceTemplate[]>;
  workspace(id: string, signal: AbortSignal): Promise<Workspace>;
  /**
   * Resolves when the workspace exists; its first build may still run. Never retried: after a lost answer it looks for
   * the name, which no other workspace of the user may have.
   */
  createWorkspace(templateId: string, name: string, signal: AbortSignal): Promise<Workspace>;
  /** Starts or stops a workspace. Resolves to the build that does it. */
  changeWorkspace(id: string, to: WorkspaceTransition, signal: AbortSignal): Promise<Build>;
}

export interface ServerInfo {
  /** Such as `v2.33.4+3f1c0de`. */
  readonly version: string;
  /** For links in a browser; empty when unknown. */
  readonly dashboardUrl: string;
}

export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly activeVersionId: string;
  readonly organizationName: string;
  /** The usual build durations that the server measured. */
  readonly buildDurations: { readonly start: BuildDurations; readonly stop: BuildDurations };
}

/** Null without enough builds; ms. */
export interface BuildDurations {
  /** The median. */
  readonly p50Ms: number | null;
  /** The 95th percentile. */
  readonly p95Ms: number | null;
}

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** The fixed prompt of the preset; null when the user writes it. */
  readonly prompt: string | null;
}

/** A sign-in to another service, such as GitHub. */
export interface ExternalAuth {
  readonly id: string;
  readonly name: string;
  /** The page to sign in. */
  readonly url: string;
  readonly done: boolean;
  readonly required: boolean;
}
