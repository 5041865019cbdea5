import type { Build, BuildLogLine } from '../domain/build.ts';
import { BackendError } from '../domain/errors.ts';
import {
  type CreateBuildRequest,
  wireAgentLogs,
  wireBuild,
  wireBuildLogs,
  wireWorkspace,
} from '../wire/build.ts';
import { type ApiClient, apiPath } from './api-client.ts';
import type { ApiRequest } from './call.ts';
import { toBuild, toBuildLogLine } from './to-domain.ts';

/** The builds of Coder's workspaces. See AgentBackend for the requests. */
export interface Builds {
  build(id: string, signal: AbortSignal): Promise<Build>;
  latestBuild(workspaceId: string, signal: AbortSignal, onProgress?: () => void): Promise<Build>;
  buildLogs(
    id: string,
    after: number,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<readonly BuildLogLine[]>;
  agentLogs(agentId: string, signal: AbortSignal): Promise<readonly BuildLogLine[]>;
  /**
   * Starts or stops a workspace. Works on every version and in every status, unlike the requests of Tasks. Rejects with
   * `conflict` without a workspace.
   */
  create(
    workspaceId: string | null,
    transition: CreateBuildRequest['transition'],
    signal: AbortSignal,
  ): Promise<Build>;
}

export const createBuilds = (client: ApiClient): Builds => ({
  async build(id, signal) {
    const wire = await client.get(wireBuild, apiPath('/api/v2/workspacebuilds', id), signal);
    return toBuild(wire, client.skewMs);
  },

  async latestBuild(workspaceId, signal, onProgress) {
    const path = apiPath('/api/v2/workspaces', workspaceId);
    const workspace = await client.get(wireWorkspace, path, signal, onProgress);
    return toBuild(workspace.latest_build, client.skewMs);
  },

  async buildLogs(id, after, signal, onProgress) {
    const apiRequest: ApiRequest = {
      method: 'GET',
      path: apiPath('/api/v2/workspacebuilds', id, 'logs'),
      onProgress,
      ...(after > 0 ? { query: { after: String(after) } } : {}),
    };
    return ((await client.request(wireBuildLogs, apiRequest, signal)) ?? []).map(toBuildLogLine);
  },

  async agentLogs(agentId, signal) {
    const lines = await client.get(
      wireAgentLogs,
      apiPath('/api/v2/workspaceagents', agentId, 'logs'),
      signal,
    );
    return (lines ?? []).map(({ id, created_at, output, level }) => ({
      id,
      at: created_at,
      level,
      stage: '',
      output,
    }));
  },

  async create(workspaceId, transition, signal) {
    if (workspaceId === null) {
      throw new BackendError({
        kind: 'conflict',
        message: 'This task has no workspace.',
        tookEffect: 'no',
      });
    }
    const json: CreateBuildRequest = {
      transition,
      ...(transition === 'start' ? await client.environmentField(signal) : {}),
    };
    const path = apiPath('/api/v2/workspaces', workspaceId, 'builds');
    const wire = await client.request(wireBuild, { method: 'POST', path, json }, signal);
    return toBuild(wire, client.skewMs);
  },
});
