import { type ChatChoice, isEmptyChatChoice, type WorkspaceChoice } from '../domain/new-chat.ts';
import type { PresetChoice } from '../domain/new-task.ts';
import type { SavedLayout } from '../domain/ports/saved-state.ts';

/** The stored new-task form and last choice; without their invalid parts. */
export function parseSavedNewTask({
  form,
  lastChoice,
}: {
  readonly form?: unknown;
  readonly lastChoice?: unknown;
}): Pick<SavedLayout, 'form' | 'lastChoice'> {
  const last = fieldsOf(lastChoice);
  const template = textIn(last.template);
  const preset = presetIn(last.preset);
  const chat = chatIn(last.chat);
  const written = fieldsOf(form);
  return {
    ...(typeof form === 'object' &&
      form !== null && {
        form: {
          template: textIn(written.template),
          preset: presetIn(written.preset),
          name: textIn(written.name) ?? '',
          directory: textIn(written.directory) ?? '',
          base: textIn(written.base) ?? '',
          branch: textIn(written.branch) ?? '',
          chat: chatIn(written.chat),
        },
      }),
    ...(template !== null &&
      preset !== null && {
        lastChoice: { template, preset, ...(!isEmptyChatChoice(chat) && { chat }) },
      }),
  };
}

/** Without its invalid parts; an older version stored none. */
function chatIn(value: unknown): ChatChoice {
  const fields = fieldsOf(value);
  return {
    organization: textIn(fields.organization),
    model: textIn(fields.model),
    effort: textIn(fields.effort),
    planMode: typeof fields.planMode === 'boolean' ? fields.planMode : null,
    workspace: workspaceIn(fields.workspace),
    permission: textIn(fields.permission),
    worktree: typeof fields.worktree === 'boolean' ? fields.worktree : null,
  };
}

function workspaceIn(value: unknown): WorkspaceChoice | null {
  if (value === 'none') return value;
  const { existing, newFrom } = fieldsOf(value);
  if (typeof existing === 'string') return { existing };
  return typeof newFrom === 'string' ? { newFrom } : null;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const textIn = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function presetIn(value: unknown): PresetChoice | null {
  if (value === 'default' || value === 'none') return value;
  const named = textIn(fieldsOf(value).named);
  return named === null ? null : { named };
}
