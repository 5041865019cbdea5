import { BackendError } from '../domain/errors.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Workspace } from '../domain/workspace.ts';
import { systemClock } from '../platform/clock.ts';
import { sleep } from '../platform/sleep.ts';
import {
  type CreateWorkspaceRequest,
  type WireWorkspaceSummary,
  wireOrganizations,
  wireWorkspaceSummary,
  wireWorkspaces,
  wireWorkspaceTemplates,
} from '../wire/workspace.ts';
import { type ApiClient, apiPath } from './api-client.ts';
import { encodePath } from './base-url.ts';
import type { Builds } from './builds.ts';
import type { ApiRequest } from './call.ts';

/** Maximum number of workspaces to choose from. */
const WORKSPACES_LIMIT = 100;

/** The server may still handle a request whose answer was lost: when to look for its effect, ms. */
const LOOK_AFTER_MS = [0, 2_000, 5_000];

const MY_WORKSPACES = '/api/v2/users/me/workspaces';

type Workspaces = Pick<
  AgentBackend,
  'organizations' | 'workspaces' | 'workspaceTemplates' | 'workspace' | 'createWorkspace' | 'changeWorkspace'
>;

/** The requests of AgentBackend about workspaces and organizations. */
export function createWorkspaces(
  client: ApiClient,
  builds: Builds,
  clock: Pick<Clock, 'after'> = systemClock,
): Workspaces {
  const toWorkspaceWithPage = async (wire: WireWorkspaceSummary, signal: AbortSignal): Promise<Workspace> =>
    // A workspace without a page is still useful.
    toWorkspace(wire, await client.dashboardUrl(signal).catch(() => ''));

  /** The workspace with this name; null when it is not there, or the server cannot say. */
  async function findCreated(name: string, signal: AbortSignal): Promise<Workspace | null> {
    const path = apiPath('/api/v2/users/me/workspace', name);
    for (const delay of LOOK_AFTER_MS) {
      await sleep(clock, delay, signal);
      if (signal.aborted) return null;
      const wire = await client.get(wireWorkspaceSummary, path, signal).catch(() => null);
      if (wire !== null) return toWorkspaceWithPage(wire, signal);
    }
    return null;
  }

  return {
    async organizations(signal) {
      const all = await client.get(wireOrganizations, '/api/v2/users/me/organizations', signal);
      return (all ?? []).map(({ id, name, display_name, is_default }) => ({
        id,
        name,
        displayName: display_name,
        isDefault: is_default,
      }));
    },

    async workspaces(signal) {
      const query = { q: 'owner:me', limit: String(WORKSPACES_LIMIT) };
      const { workspaces } = await client.request(
        wireWorkspaces,
        { method: 'GET', path: '/api/v2/workspaces', query },
        signal,
      );
      return Promise.all((workspaces ?? []).map((wire) => toWorkspaceWithPage(wire, signal)));
    },

    async workspaceTemplates(signal) {
      const all = (await client.get(wireWorkspaceTemplates, '/api/v2/templates', signal)) ?? [];
      return all
        .filter(({ deprecated }) => !deprecated)
        .map(({ id, name, display_name, description, organization_id }) => ({
          id,
          name,
          displayName: display_name,
          description,
          organizationId: organization_id,
        }));
    },

    async workspace(id, signal) {
      const wire = await client.get(wireWorkspaceSummary, apiPath('/api/v2/workspaces', id), signal);
      return toWorkspaceWithPage(wire, signal);
    },

    async createWorkspace(templateId, name, signal) {
      const json: CreateWorkspaceRequest = { template_id: templateId, name };
      const request: ApiRequest = { method: 'POST', path: MY_WORKSPACES, json };
      try {
        return await toWorkspaceWithPage(await client.request(wireWorkspaceSummary, request, signal), signal);
      } catch (error) {
        if (!(error instanceof BackendError) || error.tookEffect === 'no') throw error;
        const created = await findCreated(name, signal);
        if (created === null) throw error;
        return created;
      }
    },

    changeWorkspace: (id, to, signal) => builds.create(id, to, signal),
  };
}

/** The path of the page is the dashboard's route of a workspace. */
function toWorkspace(wire: WireWorkspaceSummary, dashboardUrl: string): Workspace {
  const base = dashboardUrl.replace(/\/+$/u, '');
  const hasPage = base !== '' && wire.owner_name !== '';
  return {
    id: wire.id,
    name: wire.name,
    organizationId: wire.organization_id,
    templateName: wire.template_display_name || wire.template_name,
    status: wire.latest_build?.status ?? '',
    ownerName: wire.owner_name,
    agents: (wire.latest_build?.resources ?? []).flatMap(({ agents }) => agents ?? []),
    page: hasPage ? (encodePath(`${base}/@${encodeURIComponent(wire.owner_name)}`, wire.name) ?? '') : '',
  };
}
