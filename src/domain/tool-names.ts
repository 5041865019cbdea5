/** How the row of a call names a tool, and the argument that says most about it. */
interface ToolWords {
  readonly title: string;
  /** The names of the arguments to show, in this order of preference. */
  readonly argument: readonly string[];
}

/** The tools of Coder Agents and of taskdeck's own server. Other tools are shown with the names that their agents report. */
const CODER_TOOLS: ReadonlyMap<string, ToolWords> = new Map([
  ['read_file', { title: 'read file', argument: ['path'] }],
  ['write_file', { title: 'write file', argument: ['path'] }],
  ['edit_files', { title: 'edit files', argument: [] }],
  ['execute', { title: 'run', argument: ['command'] }],
  ['process_output', { title: 'read process output', argument: ['process_id'] }],
  ['process_list', { title: 'list processes', argument: [] }],
  ['process_signal', { title: 'signal process', argument: ['signal', 'process_id'] }],
  ['attach_file', { title: 'attach file', argument: ['path', 'name'] }],
  ['list_templates', { title: 'list templates', argument: ['query'] }],
  ['read_template', { title: 'read template', argument: ['name', 'template_id'] }],
  ['create_workspace', { title: 'create workspace', argument: ['name', 'template_id'] }],
  ['start_workspace', { title: 'start workspace', argument: ['name', 'workspace_id'] }],
  ['propose_plan', { title: 'propose plan', argument: ['title', 'path', 'plan'] }],
  ['ask_user_question', { title: 'ask you', argument: [] }],
  ['spawn_agent', { title: 'start sub-agent', argument: ['title', 'name', 'prompt'] }],
  ['wait_agent', { title: 'wait for sub-agent', argument: ['title'] }],
  ['message_agent', { title: 'message sub-agent', argument: ['title', 'message'] }],
  ['close_agent', { title: 'close sub-agent', argument: ['title'] }],
  ['web_search', { title: 'search the web', argument: ['query'] }],
  ['read_skill', { title: 'read skill', argument: ['name', 'skill_name'] }],
  ['read_skill_file', { title: 'read skill file', argument: ['path', 'name'] }],
  ['chat_summarized', { title: 'conversation summarized', argument: [] }],
  ['request_permission', { title: 'permission', argument: ['command', 'title'] }],
]);

/** The usual names of the argument that says most about a call of any tool, the most telling first. */
const USUAL_ARGUMENTS: readonly string[] = [
  'command',
  'cmd',
  'path',
  'file_path',
  'url',
  'query',
  'pattern',
  'prompt',
];

/** The words for a tool in sentence style; null for a tool that is not Coder's. */
export const toolTitle = (name: string): string | null => CODER_TOOLS.get(name)?.title ?? null;

/** The names of the arguments that say most about a call, the most telling first. */
export const tellingArguments = (name: string): readonly string[] => [
  ...(CODER_TOOLS.get(name)?.argument ?? []),
  ...USUAL_ARGUMENTS,
];

/** The server summarized the conversation so far, and the model goes on with the summary. */
export const COMPACTION_TOOL = 'chat_summarized';

/** Calls that start or steer a sub-agent. */
export const isSubAgentTool = (name: string): boolean => /^(?:spawn|wait|message|close)_agent$/u.test(name);
