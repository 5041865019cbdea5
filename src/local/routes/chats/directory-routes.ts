import path from 'node:path';
import { isDirectory } from '../../../platform/is-directory.ts';
import { workspaceIdOf } from '../../agents/model-ids.ts';
import { type DiffScope, repositoryChanges } from '../../git/repository-changes.ts';
import { GitError } from '../../git/run-git.ts';
import { ErrorResponse } from '../../http/error-response.ts';
import { sendJson } from '../../http/router.ts';
import { wireTime } from '../../http/wire-json.ts';
import { derivedId } from '../../ids.ts';
import type { ServerIdentity } from '../../server-identity.ts';
import { whileConnected } from '../route-context.ts';
import { CHAT, CHATS } from './chat-routes.ts';
import { type ChatsContext, chatFromPath } from './chats-context.ts';
import type { Fields } from './request-fields.ts';

const MAX_WORKSPACES = 25;

/** Routes about the directories of chats: their changes, and the chats of a directory. */
export function directoryRoutes(context: ChatsContext): void {
  const { router, chats, worktrees, requireToken, environment } = context;

  router.on('GET', `${CHATS}/by-workspace`, requireToken, (request) => {
    const ids = (request.req.query('workspace_ids') ?? '').split(',').filter(Boolean);
    if (ids.length > MAX_WORKSPACES)
      throw new ErrorResponse(400, `Too many workspace IDs, maximum is ${MAX_WORKSPACES}.`);
    const wanted = new Set(ids.map((id) => id.toLowerCase()));
    const newest = chats.chats.chats(false).toSorted((one, other) => one.created_at - other.created_at);
    const found = newest.map(({ id, directory }) => [workspaceIdOf(directory), id] as const);
    return sendJson(request, Object.fromEntries(found.filter(([workspace]) => wanted.has(workspace))));
  });

  router.on('GET', `${CHAT}/diff`, requireToken, async (request) => {
    const chat = chatFromPath(request, context);
    const scope = scopeOf(request.req.query('scope'));
    try {
      const changes = await whileConnected(request, (signal) =>
        repositoryChanges(
          scope,
          { directory: chat.directory, env: environment(chat), signal },
          worktrees.baseOf(chat.directory),
        ),
      );
      // Coder's clients name no scope, and take an empty diff.
      if (changes === null && request.req.query('scope') !== undefined)
        throw new ErrorResponse(400, 'The directory is in no git repository.');
      return sendJson(request, {
        chat_id: chat.id,
        provider: '',
        remote_origin: changes?.origin ?? '',
        branch: changes?.branch ?? '',
        base_branch: changes?.base ?? '',
        pull_request_url: '',
        diff: changes?.diff ?? '',
        ...(changes?.isCut && { is_cut: true }),
      });
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      throw new ErrorResponse(502, `Cannot read the changes: ${error.message}`);
    }
  });
}

function scopeOf(text: string | undefined): DiffScope {
  if (text === undefined || text === '' || text === 'base') return 'base';
  if (text === 'uncommitted') return text;
  throw new ErrorResponse(400, 'Invalid scope parameter.', 'Must be "uncommitted" or "base".');
}

const NO_TIME = '0001-01-01T00:00:00Z';

/** A directory as a workspace: running as long as it exists. */
export function wireDirectory(directory: string, me: ServerIdentity): Fields {
  const id = workspaceIdOf(directory);
  const parent = path.dirname(directory);
  const status = isDirectory(directory) ? 'running' : 'deleted';
  const since = wireTime(me.createdAt);
  return {
    id,
    created_at: since,
    updated_at: since,
    owner_id: me.userId,
    owner_name: me.username,
    organization_id: me.organizationId,
    organization_name: me.organizationName,
    template_id: derivedId('directories'),
    template_name: 'directory',
    template_display_name: parent,
    template_icon: '',
    latest_build: {
      id: derivedId('directory build', directory),
      created_at: since,
      updated_at: since,
      workspace_id: id,
      workspace_name: path.basename(directory),
      workspace_owner_id: me.userId,
      workspace_owner_name: me.username,
      build_number: 1,
      transition: status === 'running' ? 'start' : 'delete',
      initiator_id: me.userId,
      initiator_name: me.username,
      job: { id: derivedId('directory job', directory), created_at: since, status: 'succeeded' },
      reason: 'initiator',
      resources: [],
      deadline: NO_TIME,
      max_deadline: NO_TIME,
      status,
      daily_cost: 0,
    },
    outdated: false,
    name: path.basename(directory) || directory,
    last_used_at: since,
    health: { healthy: status === 'running', failing_agents: [] },
    automatic_updates: 'never',
    favorite: false,
  };
}
