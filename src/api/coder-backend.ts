import type { AgentBackend } from '../domain/ports/backend.ts';
import { systemClock } from '../platform/clock.ts';
import { buildInfo, wireUser, wireUsers } from '../wire/server.ts';
import { wireExternalAuths, wirePresets, wireTemplates } from '../wire/template.ts';
import { apiPath, BUILD_INFO_REQUEST, createApiClient } from './api-client.ts';
import { createBuilds } from './builds.ts';
import type { ApiRequest } from './call.ts';
import { createChatsSource } from './chats/chats-source.ts';
import { type ConnectionOptions, createConnection } from './connection.ts';
import { askingOnce } from './discovery.ts';
import { createTasksSource } from './tasks-source.ts';
import { toExternalAuth, toPreset, toTemplate, toUser } from './to-domain.ts';
import { createWorkspaces } from './workspaces.ts';

export interface CoderBackendOptions extends ConnectionOptions {
  /** False for a server that has only Tasks. Default: true. */
  readonly hasChats?: boolean;
  /** For the local server: default directory of new tasks and chats, absolute. */
  readonly directory?: string;
  /** For the local server: the environment of the user's shell, in which tasks run. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Maximum number of users per search. */
const USERS_LIMIT = 50;

/**
 * A Coder deployment, 2.28 or newer, or the local server: its sources share one connection, and find out by themselves
 * whether the server has them. Sends nothing yet.
 * @throws UsageError for an unusable URL or token
 */
export function createCoderBackend(options: CoderBackendOptions): AgentBackend {
  const client = createApiClient(createConnection(options), options.environment);
  const builds = createBuilds(client);
  const clock = options.clock ?? systemClock;
  const tasks = createTasksSource(client, builds, options.directory);

  return {
    sources:
      options.hasChats === false
        ? [tasks]
        : askingOnce([tasks, createChatsSource(client, clock, options.directory)], clock),
    connected: async () => {},
    serverInfo: client.serverInfo,
    build: builds.build,
    latestBuild: builds.latestBuild,
    buildLogs: builds.buildLogs,
    agentLogs: builds.agentLogs,
    ...createWorkspaces(client, builds, options.clock),

    async probe(signal) {
      await client.request(buildInfo, { ...BUILD_INFO_REQUEST, ownConnection: true }, signal);
    },

    async me(signal, onProgress) {
      return toUser(await client.get(wireUser, '/api/v2/users/me', signal, onProgress));
    },

    async users(text, signal) {
      const query = { q: text, limit: String(USERS_LIMIT) };
      const apiRequest: ApiRequest = { method: 'GET', path: '/api/v2/users', query };
      const { users } = await client.request(wireUsers, apiRequest, signal);
      return (users ?? []).map(toUser);
    },

    async templates(signal, onProgress) {
      const query = { q: 'has-ai-task:true' };
      const apiRequest: ApiRequest = { method: 'GET', path: '/api/v2/templates', query, onProgress };
      return ((await client.request(wireTemplates, apiRequest, signal)) ?? []).map(toTemplate);
    },

    async presets(templateVersionId, signal) {
      const where = apiPath('/api/v2/templateversions', templateVersionId, 'presets');
      return ((await client.get(wirePresets, where, signal)) ?? []).map(toPreset);
    },

    async externalAuth(templateVersionId, signal) {
      const where = apiPath('/api/v2/templateversions', templateVersionId, 'external-auth');
      return ((await client.get(wireExternalAuths, where, signal)) ?? []).map(toExternalAuth);
    },
  };
}
