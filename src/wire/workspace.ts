import * as z from 'zod/mini';
import { optionalText, withDefault } from './common.ts';

const buildAgents = z.nullable(z.array(z.object({ id: z.string(), name: optionalText })));
/** Coder sends null for an empty list. */
const buildResources = z.catch(
  withDefault(z.nullable(z.array(z.object({ agents: withDefault(buildAgents, null) }))), null),
  null,
);

/** A workspace in a response. Only the indispensable fields are required. */
export const wireWorkspaceSummary = z.object({
  id: z.string(),
  name: z.string(),
  owner_name: optionalText,
  organization_id: optionalText,
  template_name: optionalText,
  template_display_name: optionalText,
  latest_build: withDefault(z.object({ status: optionalText, resources: buildResources }), null),
});
export type WireWorkspaceSummary = z.infer<typeof wireWorkspaceSummary>;

/** GET /api/v2/workspaces */
export const wireWorkspaces = z.object({ workspaces: z.nullable(z.array(wireWorkspaceSummary)) });

/** POST /api/v2/users/me/workspaces */
const createWorkspaceRequest = z.object({ template_id: z.string(), name: z.string() });
export type CreateWorkspaceRequest = z.infer<typeof createWorkspaceRequest>;

/** GET /api/v2/templates, with the fields that a new workspace needs. */
export const wireWorkspaceTemplates = z.nullable(
  z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      display_name: optionalText,
      description: optionalText,
      organization_id: optionalText,
      deprecated: withDefault(z.boolean(), false),
    }),
  ),
);

/** GET /api/v2/users/me/organizations */
export const wireOrganizations = z.nullable(
  z.array(
    z.object({
      id: z.string(),
      name: optionalText,
      display_name: optionalText,
      is_default: withDefault(z.boolean(), false),
    }),
  ),
);
