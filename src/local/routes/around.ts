import { anybody } from '../guards.ts';
import { wireTime } from '../json.ts';
import { noSuchObject } from '../refusal.ts';
import { answer, type Context } from '../router.ts';
import { isOurs } from '../search.ts';
import { checkUser, type Site } from './shared.ts';

/** Who is there: the server, its one user, its one organization. */
export function aroundRoutes({ router, me, user }: Site): void {
  const self = {
    id: me.userId,
    username: me.username,
    name: '',
    email: '',
    avatar_url: '',
    created_at: wireTime(me.since),
    updated_at: wireTime(me.since),
    last_seen_at: wireTime(me.since),
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
    created_at: wireTime(me.since),
    updated_at: wireTime(me.since),
    is_default: true,
  };
  const ofUser = (value: unknown) => (context: Context) => {
    checkUser(context, me);
    return answer(context, value);
  };

  router.on('GET', '/api/v2/buildinfo', anybody, (context) =>
    answer(context, {
      external_url: '',
      version: me.buildVersion,
      // There are no pages to link to.
      dashboard_url: '',
      telemetry: false,
      workspace_proxy: false,
      agent_api_version: '',
      provisioner_api_version: '',
      upgrade_message: '',
      deployment_id: me.deploymentId,
      taskdeck: { extensions: ['environment'] },
    }),
  );
  router.on('GET', '/api/v2/users', user, (context) => answer(context, { users: [self], count: 1 }));
  router.on('GET', '/api/v2/users/:user', user, ofUser(self));
  router.on('GET', '/api/v2/users/:user/organizations', user, ofUser([organization]));
  router.on('GET', '/api/v2/organizations', user, (context) => answer(context, [organization]));
  router.on('GET', '/api/v2/organizations/:organization', user, (context) => {
    if (!isOurs(context.req.param('organization') ?? '', me)) throw noSuchObject();
    return answer(context, organization);
  });
  router.on('GET', '/api/v2/applications/host', user, (context) => answer(context, { host: '' }));
}
