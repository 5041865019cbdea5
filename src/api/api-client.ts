import type * as z from 'zod/mini';
import { taskEnvironment } from '../domain/child-environment.ts';
import { BackendError } from '../domain/errors.ts';
import type { ServerInfo } from '../domain/ports/backend.ts';
import { buildInfo } from '../wire/server.ts';
import { encodePath } from './base-url.ts';
import type { ApiRequest, ApiResponse } from './call.ts';
import type { Connection } from './connection.ts';
import { parseResponse } from './parse-response.ts';

/** Requests to a deployment that all its sources share, and what is known of its server. */
export interface ApiClient {
  /** How far the server's clock is ahead of ours, ms. */
  readonly skewMs: number;
  /** Sends a request without reading its response. */
  send(apiRequest: ApiRequest, signal: AbortSignal): Promise<ApiResponse>;
  /** Opens a WebSocket, and resolves when the server ends it: see `Connection`. */
  readonly openSocket: Connection['openSocket'];
  /** Resolves to the response's body. Rejects with a BackendError `bad-answer` when it does not fit the schema. */
  request<Schema extends z.ZodMiniType>(
    schema: Schema,
    apiRequest: ApiRequest,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>>;
  get<Schema extends z.ZodMiniType>(
    schema: Schema,
    path: string,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<z.infer<Schema>>;
  /** Needs no token. */
  serverInfo(signal: AbortSignal, onProgress?: () => void): Promise<ServerInfo>;
  /** The server's version; null when it cannot be found out. Requested only when no response named it. */
  version(signal: AbortSignal): Promise<string | null>;
  /** The URL of the web pages; empty when unknown. Requested once. */
  dashboardUrl(signal: AbortSignal): Promise<string>;
  /** The extensions that the server names; empty for a server of Coder. Requested once. */
  extensions(signal: AbortSignal): Promise<readonly string[]>;
  /** The field of a request that starts a task's process; empty for a server without the extension `environment`. */
  environmentField(signal: AbortSignal): Promise<{ readonly environment?: Record<string, string> }>;
}

/** Reports the server's version; needs no token. */
export const BUILD_INFO_REQUEST: ApiRequest = {
  method: 'GET',
  path: '/api/v2/buildinfo',
  anonymous: true,
};

/** `environment`: for the local server, the environment of the user's shell, in which tasks run. */
export function createApiClient(
  connection: Connection,
  environment: Readonly<Record<string, string | undefined>> | undefined,
): ApiClient {
  let server: ServerInfo | null = null;
  let extensions: readonly string[] = [];

  const request: ApiClient['request'] = async (schema, apiRequest, signal) =>
    parseResponse(schema, await connection.request(apiRequest, signal), apiRequest);

  async function serverInfo(signal: AbortSignal, onProgress?: () => void): Promise<ServerInfo> {
    const info = await request(buildInfo, { ...BUILD_INFO_REQUEST, onProgress }, signal);
    extensions = info.taskdeck?.extensions ?? [];
    server = { version: info.version, dashboardUrl: info.dashboard_url };
    return server;
  }

  async function namedExtensions(signal: AbortSignal): Promise<readonly string[]> {
    if (server === null) await serverInfo(signal);
    return extensions;
  }

  return {
    get skewMs() {
      return connection.skewMs;
    },
    send: connection.request,
    openSocket: connection.openSocket,
    request,
    get: (schema, path, signal, onProgress) => request(schema, { method: 'GET', path, onProgress }, signal),
    serverInfo,

    // Only the text of an error depends on the version.
    async version(signal) {
      if (connection.serverVersion !== null) return connection.serverVersion;
      if (server === null) await serverInfo(signal).catch(() => undefined);
      return server?.version ?? null;
    },

    dashboardUrl: async (signal) => (server ?? (await serverInfo(signal))).dashboardUrl,

    extensions: namedExtensions,

    async environmentField(signal) {
      if (environment === undefined) return {};
      const extensions = await namedExtensions(signal);
      return extensions.includes('environment') ? { environment: taskEnvironment(environment) } : {};
    },
  };
}

/** @throws BackendError `not-found` for names that cannot be in a path, such as `..` */
export function apiPath(base: string, ...parts: readonly string[]): string {
  const found = encodePath(base, ...parts);
  if (found !== null) return found;
  throw new BackendError({ kind: 'not-found', message: 'Nothing has this name.', tookEffect: 'no' });
}
