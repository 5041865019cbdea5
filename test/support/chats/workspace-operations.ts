import { recordOf } from './content.ts';
import type { Operation } from './operations.ts';
import { notFound } from './refusal.ts';
import { ME, ORGANIZATION_ID } from './state.ts';
import { TEMPLATE_ID } from './workspaces.ts';

const api = { under: 'api', needsGateway: false } as const;

/** Everything around chats that a client needs to know its user, and to offer and use a workspace. */
export const workspaceOperations: readonly Operation[] = [
  {
    ...api,
    name: 'buildinfo',
    method: 'GET',
    path: /^\/buildinfo$/u,
    run: ({ state, origin }) => ({
      status: 200,
      body: {
        version: state.options.version,
        dashboard_url: origin,
        ...(state.options.extensions.length > 0 && {
          taskdeck: { extensions: state.options.extensions },
        }),
      },
    }),
  },
  {
    ...api,
    name: 'me',
    method: 'GET',
    path: /^\/users\/me$/u,
    run: () => ({
      status: 200,
      body: { ...ME, email: 'ada@example.com', organization_ids: [ORGANIZATION_ID] },
    }),
  },
  {
    ...api,
    name: 'organizations',
    method: 'GET',
    path: /^\/users\/me\/organizations$/u,
    run: () => ({
      status: 200,
      body: [{ id: ORGANIZATION_ID, name: 'default', display_name: 'Default', is_default: true, icon: '' }],
    }),
  },
  {
    ...api,
    name: 'templates',
    method: 'GET',
    path: /^\/(?:organizations\/[^/]+\/)?templates$/u,
    run({ workspaces, query }) {
      // The only template is none for Tasks.
      const forTasks = (query.get('q') ?? '').includes('has-ai-task:true');
      return { status: 200, body: forTasks ? [] : workspaces.templates };
    },
  },
  {
    ...api,
    name: 'templates',
    method: 'GET',
    path: /^\/templates\/([^/]+)$/u,
    run({ workspaces, params: [id] }) {
      if (id !== TEMPLATE_ID) throw notFound();
      return { status: 200, body: workspaces.templates[0] };
    },
  },
  {
    ...api,
    name: 'templates',
    method: 'GET',
    path: /^\/templateversions\/[^/]+\/(presets|external-auth|rich-parameters)$/u,
    run: ({ params: [what] }) => ({ status: 200, body: what === 'presets' ? null : [] }),
  },
  {
    ...api,
    name: 'workspaces',
    method: 'GET',
    path: /^\/workspaces$/u,
    run({ workspaces }) {
      const all = workspaces.wireAll();
      return { status: 200, body: { workspaces: all, count: all.length } };
    },
  },
  {
    ...api,
    name: 'workspace',
    method: 'GET',
    path: /^\/workspaces\/([^/]+)$/u,
    run: ({ workspaces, params: [id = ''] }) => ({ status: 200, body: workspaces.wire(id) }),
  },
  {
    ...api,
    name: 'workspace',
    method: 'GET',
    path: /^\/users\/me\/workspace\/([^/]+)$/u,
    run({ workspaces, params: [name] }) {
      const found = workspaces.wireAll().find((workspace) => workspace.name === name);
      if (found === undefined) throw notFound();
      return { status: 200, body: found };
    },
  },
  {
    ...api,
    name: 'create workspace',
    method: 'POST',
    path: new RegExp(
      `^/(?:users/(?:me|${ME.id}|${ME.username})|organizations/[^/]+/members/(?:me|${ME.id}|${ME.username}))/workspaces$`,
      'u',
    ),
    run({ workspaces, body }) {
      const { name, template_id: template, template_version_id: version } = recordOf(body);
      return { status: 201, body: workspaces.create(name, template, version) };
    },
  },
  {
    ...api,
    name: 'build workspace',
    method: 'POST',
    path: /^\/workspaces\/([^/]+)\/builds$/u,
    run: ({ workspaces, params: [id = ''], body }) => ({
      status: 201,
      body: workspaces.build(id, recordOf(body).transition),
    }),
  },
  {
    ...api,
    name: 'build',
    method: 'GET',
    path: /^\/workspacebuilds\/([^/]+)$/u,
    run: ({ workspaces, params: [id = ''] }) => ({ status: 200, body: workspaces.wireBuildById(id) }),
  },
  {
    ...api,
    name: 'build logs',
    method: 'GET',
    path: /^\/workspacebuilds\/([^/]+)\/logs$/u,
    run({ workspaces, params: [id = ''] }) {
      workspaces.wireBuildById(id);
      return { status: 200, body: [] };
    },
  },
];
