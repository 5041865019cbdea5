import { PERMISSION_MODES } from '../domain/chat-extension.ts';
import { type Flag, jsonFlag } from './command-definition.ts';

/** Narrows to an organization. */
export const organizationFlag: Flag = {
  name: 'org',
  short: 'O',
  value: 'NAME',
  summary: 'only tasks in this organization',
};

/** Files of a message to a chat. */
export const attachFlag: Flag = {
  name: 'attach',
  value: 'PATH',
  repeatable: true,
  completes: 'file',
  summary:
    'attach this file to the message of a chat: an image, a PDF or a text of at most 10 MiB; several times for several files',
};

/** The flags of `create`. */
export const createFlags: readonly Flag[] = [
  {
    name: 'template',
    short: 't',
    value: 'NAME',
    completes: 'template',
    summary: 'template of a task; on this machine shell, a configured command or an agent',
  },
  { ...organizationFlag, summary: 'organization of the template, or of the chat' },
  { name: 'preset', value: 'NAME', summary: 'preset of the template, or none' },
  { name: 'name', value: 'NAME', summary: 'task name: up to 32 letters, digits and hyphens' },
  { name: 'display-name', value: 'TEXT', summary: 'task title' },
  {
    name: 'cwd',
    value: 'DIR',
    completes: 'directory',
    summary: 'directory of a task or chat on this machine (default: the current directory)',
  },
  {
    name: 'model',
    value: 'MODEL',
    completes: 'model',
    summary: 'model of a chat: its name, PROVIDER/NAME or its id; on this machine AGENT or AGENT/MODEL',
  },
  {
    name: 'effort',
    value: 'EFFORT',
    completes: ['low', 'medium', 'high'],
    summary: 'reasoning effort of a chat, in a word of the model',
  },
  { name: 'plan', value: null, summary: 'plan and ask in a chat before the agent acts' },
  {
    name: 'permission',
    value: 'MODE',
    completes: PERMISSION_MODES,
    summary: 'actions of an agent on this machine that need no permission: none, edits or all',
  },
  {
    name: 'workspace',
    value: 'NAME',
    completes: 'workspace',
    summary: 'workspace of a chat (default: the agent makes one if it needs to); on this machine a directory',
  },
  {
    name: 'worktree',
    value: null,
    summary: 'let the agent of a chat on this machine work in a new git worktree, on a new branch',
  },
  {
    name: 'branch',
    value: 'NAME',
    summary: 'name of that branch (default: from the prompt); implies --worktree',
  },
  {
    name: 'base',
    value: 'REF',
    completes: 'git-ref',
    summary: 'branch, tag or commit that the worktree starts from (default: HEAD); implies --worktree',
  },
  { name: 'no-worktree', value: null, summary: 'no worktree, although the settings make one by default' },
  attachFlag,
  jsonFlag,
];
