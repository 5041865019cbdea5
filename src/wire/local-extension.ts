/*
 * Additions of the local server to Coder's Chats. A client uses an extension only where GET /api/v2/buildinfo names it in
 * `taskdeck.extensions`, and sends its fields to no other server.
 */

/** `environment` is also an extension of Tasks. */
export type ExtensionName =
  /** Create: `directory`, an absolute path. */
  | 'directory'
  /** Create, send, resume, unarchive: `environment`, an object of strings. */
  | 'environment'
  /** Create and PATCH: `permission_mode`; permission requests as tool calls. */
  | 'permissions'
  /** DELETE of an archived chat. */
  | 'delete'
  /** `scope` of a diff: `uncommitted` or `base`. */
  | 'diff-scope';

/** The extensions of this version's server. */
export const EXTENSIONS: readonly ExtensionName[] = [
  'directory',
  'environment',
  'permissions',
  'delete',
  'diff-scope',
];

export { PERMISSION_TOOL } from '../domain/permission.ts';

/** The arguments of such a call. `command` is missing if the agent does not name one. */
export interface WirePermission {
  /** The tool call that it is about. */
  readonly for: string;
  readonly title: string;
  readonly kind: string;
  readonly command?: string;
  readonly locations: readonly { readonly path: string; readonly line?: number }[];
  readonly diff: readonly {
    readonly path: string;
    readonly old_text: string | null;
    readonly new_text: string;
  }[];
  readonly options: readonly { readonly option_id: string; readonly name: string; readonly kind: string }[];
}

/** Additional fields of a chat. */
export interface WireChatExtension {
  readonly directory: string;
  readonly agent: { readonly name: string; readonly version: string };
  readonly permission_mode: string;
  /** The step before the first answer of a turn; null: none. */
  readonly stage: { readonly name: string; readonly since: string } | null;
  readonly queued_for_capacity: boolean;
  /** The agent's checklist. */
  readonly plan: readonly { readonly content: string; readonly priority: string; readonly status: string }[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
}
