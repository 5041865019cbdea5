import { EXTENSIONS } from '../../wire/local-extension.ts';
import { resourceNotFound } from '../http/error-response.ts';
import { allowAll } from '../http/guards.ts';
import { type Context, sendJson } from '../http/router.ts';
import { wireTime } from '../http/wire-json.ts';
import { isOwnOrganization } from '../tasks/task-search.ts';
import { type RouteContext, requireOwnUser } from './route-context.ts';

/** Routes for the server, its only user and its only organization. */
export function identityRoutes({ router, me, requireToken }: RouteContext): void {
  const self = {
    id: me.userId,
    username: me.username,
    name: '',
    email: '',
    avatar_url: '',
    created_at: wireTime(me.createdAt),
    updated_at: wireTime(me.createdAt),
    last_seen_at: wireTime(me.createdAt),
    status: 'active',
    login_type: 'none',
    organization_ids: [me.organizationId],
    roles: [],
  };
  const organization = {
    id: me.organizationId,
    name: me.organizationName,
    display_name: 'This machine',
    description: '',
    icon: '',
    created_at: wireTime(me.createdAt),
    updated_at: wireTime(me.createdAt),
    is_default: true,
  };
  const sendToOwnUser = (value: unknown) => (context: Context) => {
    requireOwnUser(context, me);
    return sendJson(context, value);
  };

  router.on('GET', '/api/v2/buildinfo', allowAll, (context) =>
    sendJson(context, {
      external_url: '',
      version: me.buildVersion,
      // The local server has no web pages.
      dashboard_url: '',
      telemetry: false,
      workspace_proxy: false,
      agent_api_version: '',
      provisioner_api_version: '',
      upgrade_message: '',
      deployment_id: me.deploymentId,
      taskdeck: { extensions: EXTENSIONS },
    }),
  );
  router.on('GET', '/api/v2/users', requireToken, (context) =>
    sendJson(context, { users: [self], count: 1 }),
  );
  router.on('GET', '/api/v2/users/:user', requireToken, sendToOwnUser(self));
  router.on('GET', '/api/v2/users/:user/organizations', requireToken, sendToOwnUser([organization]));
  router.on('GET', '/api/v2/organizations', requireToken, (context) => sendJson(context, [organization]));
  router.on('GET', '/api/v2/organizations/:organization', requireToken, (context) => {
    if (!isOwnOrganization(context.req.param('organization') ?? '', me)) throw resourceNotFound();
    return sendJson(context, organization);
  });
  router.on('GET', '/api/v2/applications/host', requireToken, (context) => sendJson(context, { host: '' }));
}
