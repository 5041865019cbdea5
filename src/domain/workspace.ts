import type { Availability } from './rules.ts';

/** An organization of which the user is a member. Texts are untrusted. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Empty for none. */
  readonly displayName: string;
  readonly isDefault: boolean;
}

/** A workspace in which the agent of a chat can work. Texts are untrusted. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  /** The template's name for users. */
  readonly templateName: string;
  /** The server's word, such as `running` or `stopped`; empty when unknown. */
  readonly status: string;
  /** The URL of its web page; empty when unknown. */
  readonly page: string;
  /** Empty when unknown. */
  readonly ownerName: string;
  /** The agents of its last build. */
  readonly agents: readonly { readonly id: string; readonly name: string }[];
}

/** A template from which a workspace can be created. Texts are untrusted. */
export interface WorkspaceTemplate {
  readonly id: string;
  readonly name: string;
  /** Empty for none. */
  readonly displayName: string;
  readonly description: string;
  readonly organizationId: string;
}

/** A workspace that must be created before the chat that works in it. */
export interface NewWorkspace {
  readonly template: WorkspaceTemplate;
}

/** A direction of a build: to a running or a stopped workspace. */
export type WorkspaceTransition = 'start' | 'stop';

/** Whether the workspace can be started or stopped, else the reason. Source: Coder's 409 while a build is active. */
export function mayChangeWorkspace(
  { status }: Pick<Workspace, 'status'>,
  to: WorkspaceTransition,
): Availability {
  switch (status) {
    case 'running':
      return to === 'stop' || 'It is running.';
    case 'stopped':
      return to === 'start' || 'It is stopped.';
    case 'pending':
    case 'starting':
    case 'stopping':
    case 'canceling':
    case 'deleting':
      return `It is ${status}. Try again in a moment.`;
    case 'deleted':
      return 'It is deleted.';
    // After a failed build both can help. The server decides about words that are not known here.
    default:
      return true;
  }
}

/** The characters of names at Coder. The CLI would take a name that begins with `-` for an option. */
const CLI_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/u;

/**
 * The name of a workspace for Coder's CLI: with the owner if that is another user, and with the agent if the workspace has one
 * with this id. Null for names that Coder does not allow.
 */
export function workspaceForCli(
  { name, ownerName, agents }: Pick<Workspace, 'name' | 'ownerName' | 'agents'>,
  agentId: string | null,
  username: string | null,
): string | null {
  const agent = agents.find(({ id }) => id === agentId)?.name ?? '';
  const owner = ownerName === username ? '' : ownerName;
  if (
    ![name, ...(owner === '' ? [] : [owner]), ...(agent === '' ? [] : [agent])].every((each) =>
      CLI_NAME.test(each),
    )
  )
    return null;
  return `${owner === '' ? '' : `${owner}/`}${name}${agent === '' ? '' : `.${agent}`}`;
}

/** Coder's limit for the name of a workspace, characters. */
const NAME_LIMIT = 32;

/** The name of a new workspace: that of its template with a suffix, in the characters that Coder allows. */
export function newWorkspaceName({ name }: Pick<WorkspaceTemplate, 'name'>, suffix: string): string {
  const base = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .slice(0, NAME_LIMIT - suffix.length - 1)
    .replace(/^-+|-+$/gu, '');
  return base === '' ? `workspace-${suffix}` : `${base}-${suffix}`;
}
