import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { numbered, type Step, type StepContext, say } from './fake-step.ts';

let count = 0;
/** The id of a new tool call. */
export const nextToolId = (): string => `call-${process.pid}-${++count}`;

export const OPTIONS = [
  { optionId: 'once', name: 'Allow once', kind: 'allow_once' },
  { optionId: 'always', name: 'Always allow', kind: 'allow_always' },
  { optionId: 'no', name: 'Reject', kind: 'reject_once' },
];

/**
 * Asks the client for permission, and returns the id of the chosen option, `cancelled`, or `error CODE`. Reports the
 * answer to the test.
 */
export async function askFor(
  { client, session, control, signal }: StepContext,
  toolCall: Readonly<Record<string, unknown>>,
  options: readonly unknown[] = OPTIONS,
  asking = session,
): Promise<string> {
  const answer = await client
    .request<unknown>('session/request_permission', { sessionId: asking, toolCall, options })
    .then(
      (response) => {
        const { outcome } = Object(response);
        return outcome?.outcome === 'selected' ? String(outcome.optionId) : String(outcome?.outcome);
      },
      (error) => `error ${Object(error).code}`,
    );
  control.report({ type: 'answer', session, call: toolCall.toolCallId, answer, cancelled: signal.aborted });
  return answer;
}

/** Whether the mode of the session allows this kind without a question. */
function isAllowed({ settings }: StepContext, kind: string): boolean {
  const { mode } = settings();
  return mode === 'bypassPermissions' || (mode === 'acceptEdits' && kind === 'edit');
}

async function tool(
  context: StepContext,
  call: Readonly<Record<string, unknown>> & { readonly kind: string },
  output: string,
): Promise<void> {
  const { update, signal } = context;
  const toolCallId = nextToolId();
  await update({ sessionUpdate: 'tool_call', toolCallId, status: 'pending', ...call });
  const answer = isAllowed(context, call.kind) ? 'once' : await askFor(context, { toolCallId, ...call });
  // Real agents mark a cancelled call in different ways, and some not at all.
  if (signal.aborted) return;
  const isAllowedNow = answer === 'once' || answer === 'always';
  if (isAllowedNow) await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'in_progress' });
  await update({
    sessionUpdate: 'tool_call_update',
    toolCallId,
    status: isAllowedNow ? 'completed' : 'failed',
    ...(isAllowedNow ? { content: [{ type: 'content', content: { type: 'text', text: output } }] } : {}),
  });
  await say(context, `Answer: ${answer}.`);
}

/**
 * The steps of tools. Those that ask say the answer afterwards: `Answer: once.`
 *
 *   read PATH          a tool call without a question
 *   ask COMMAND        asks to execute a command, unless the mode is bypassPermissions; runs nothing
 *   edit PATH [OLD => NEW]
 *                      asks to change a file, unless the mode allows edits; changes nothing. `\n` is a line break
 *   run SECONDS        a tool `sleep SECONDS` in a session of its own, which ends with the turn
 *   leave SECONDS      the same, but the command runs on after a cancel and after the turn
 *   shell COMMAND      runs a line of sh in the agent's directory without a question, and says its output
 */
export const TOOL_STEPS: Readonly<Record<string, Step>> = {
  async read({ update }, file) {
    const toolCallId = nextToolId();
    const locations = [{ path: path.resolve(file), line: 3 }];
    await update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: `Read ${file}`,
      name: 'read_file',
      kind: 'read',
      status: 'in_progress',
      locations,
      rawInput: { path: file },
    });
    await update({
      sessionUpdate: 'tool_call_update',
      toolCallId,
      status: 'completed',
      content: [{ type: 'content', content: { type: 'text', text: `The content of ${file}.` } }],
    });
  },
  ask: (context, command) =>
    tool(context, { title: command, kind: 'execute', rawInput: { command } }, `Ran ${command}.`),
  edit(context, rest) {
    const [, file = '', oldText = 'one\ntwo\n', newText = 'one\n2\n'] =
      /^(\S+)(?: (.+) => (.+))?$/s.exec(rest.replaceAll('\\n', '\n')) ?? [];
    return tool(
      context,
      {
        title: `Edit ${file}`,
        kind: 'edit',
        rawInput: { path: file },
        locations: [{ path: path.resolve(file), line: 1 }],
        content: [{ type: 'diff', path: path.resolve(file), oldText, newText }],
      },
      `Edited ${file}.`,
    );
  },
  async run(context, rest) {
    const [seconds] = numbered(rest);
    const child = spawn('sleep', [String(seconds)], { detached: true, stdio: 'ignore' });
    context.children.add(child);
    const toolCallId = nextToolId();
    await context.update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: `sleep ${seconds}`,
      kind: 'execute',
      status: 'in_progress',
      rawInput: { command: `sleep ${seconds}` },
    });
    context.signal.addEventListener('abort', () => child.kill('SIGTERM'));
    context.control.report({ type: 'tool', pid: child.pid });
    await once(child, 'exit');
    context.children.delete(child);
    await context.update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed' });
  },
  async leave(context, rest) {
    const [seconds] = numbered(rest);
    const child = spawn('sleep', [String(seconds)], { detached: true, stdio: 'ignore' });
    child.unref();
    const toolCallId = nextToolId();
    await context.update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: `sleep ${seconds}`,
      kind: 'execute',
      status: 'in_progress',
      rawInput: { command: `sleep ${seconds}` },
    });
    context.control.report({ type: 'tool', pid: child.pid });
  },
  async shell(context, command) {
    const toolCallId = nextToolId();
    await context.update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: command,
      kind: 'execute',
      status: 'in_progress',
      rawInput: { command },
    });
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    await context.update({
      sessionUpdate: 'tool_call_update',
      toolCallId,
      status: status === 0 ? 'completed' : 'failed',
    });
    await say(context, `${stdout}${stderr}`.trim() || `Ran ${command}.`);
  },
};
