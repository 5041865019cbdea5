import { type BackendError, errorReason } from './errors.ts';

/** Takes the place of a template's id in the form: a chat, with Coder Agents or an agent of this machine. */
export const CODER_AGENTS = 'coder-agents';

/** Where the agent of a new chat works: where it decides, in an existing workspace, or in a new one of a template. */
export type WorkspaceChoice = 'none' | { readonly existing: string } | { readonly newFrom: string };

/** The choices for a new chat. Null: not chosen, the last choice or the server's default holds. */
export interface ChatChoice {
  /** Ids. */
  readonly organization: string | null;
  readonly model: string | null;
  /** A word of the server; empty for the default of the model. */
  readonly effort: string | null;
  readonly planMode: boolean | null;
  readonly workspace: WorkspaceChoice | null;
  /** One of PERMISSION_MODES; only on this machine. */
  readonly permission: string | null;
  /** Whether it works in a new git worktree of its directory; only on this machine. */
  readonly worktree: boolean | null;
}

export const NO_CHAT_CHOICE: ChatChoice = {
  organization: null,
  model: null,
  effort: null,
  planMode: null,
  workspace: null,
  permission: null,
  worktree: null,
};

export const isEmptyChatChoice = (choice: ChatChoice): boolean =>
  Object.values(choice).every((value) => value === null);

/** The field of the form that a rejected new chat is about, by the words of Coder's messages; the first that fits. */
const FIELD_PATTERNS = [
  [/model_config_id|chat model/iu, 'model'],
  [/reasoning_effort/iu, 'effort'],
  [/plan_mode/iu, 'plan'],
  [/permission_mode/iu, 'permission'],
  [/\bdirectory\b/iu, 'directory'],
  [/\bworkspace\b/iu, 'workspace'],
  [/\borganization\b/iu, 'organization'],
] as const;

/** The fields that taskdeck's own server names in its validations. */
const NAMED_FIELDS = ['directory', 'worktree', 'base', 'branch'] as const;

type ChatField = (typeof FIELD_PATTERNS)[number][1] | (typeof NAMED_FIELDS)[number];

const isNamedField = (field: string): boolean => NAMED_FIELDS.some((name) => name === field);

/** The server's error for the field of a rejected new chat; empty when it is about none. Untrusted text. */
export function chatFieldErrors(error: BackendError): Partial<Record<ChatField, string>> {
  if (error.tookEffect === 'maybe' || !FIELD_ERRORS.has(error.kind)) return {};
  const named = error.validations.filter(({ field }) => isNamedField(field));
  if (named.length > 0) return Object.fromEntries(named.map(({ field, detail }) => [field, detail]));
  const field = FIELD_PATTERNS.find(([pattern]) => pattern.test(error.message))?.[1];
  return field === undefined ? {} : { [field]: errorReason(error) };
}

const FIELD_ERRORS: ReadonlySet<BackendError['kind']> = new Set([
  'invalid',
  'not-found',
  'conflict',
  'forbidden',
]);
