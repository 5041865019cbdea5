import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { RequestError } from '@agentclientprotocol/sdk';
import { numbered, pause, type Step, type StepContext, say } from './fake-step.ts';
import { askFor, nextToolId, OPTIONS } from './fake-tool-steps.ts';

const write = (text: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(text, () => resolve()));

const command = (text: string) => ({
  toolCallId: nextToolId(),
  title: text,
  kind: 'execute',
  rawInput: { command: text },
});

/** Asks with a request of its own, so that the step knows its JSON-RPC id. */
async function askAndWithdraw({ session }: StepContext): Promise<void> {
  const params = { sessionId: session, toolCall: command('withdrawn'), options: OPTIONS };
  const request = { jsonrpc: '2.0', id: 'mine', method: 'session/request_permission', params };
  await write(`${JSON.stringify(request)}\n`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const cancel = { jsonrpc: '2.0', method: '$/cancel_request', params: { requestId: 'mine' } };
  await write(`${JSON.stringify(cancel)}\n`);
}

/**
 * The steps of faults.
 *
 *   exit CODE             the agent exits; `kill` ends it by SIGKILL
 *   ask-exit CODE         asks for permission and exits before the answer
 *   ask-two               asks twice at once, and says both answers
 *   ask-empty             asks without options
 *   ask-odd               asks with an option of an unknown kind
 *   ask-withdrawn         asks, and withdraws the request by `$/cancel_request`
 *   ask-other             asks with the session id of a sub-agent
 *   say-other TEXT        a piece of text with the session id of a sub-agent
 *   request METHOD        sends a request to the client and says the code of its error
 *   orphan SECONDS        starts a process in a session of its own that holds the agent's pipes
 *   huge MB               one tool output of that many MB
 *   flood N               N pieces of text, written at once
 *   tools N               N tool calls
 *   cumulative N          a tool call whose output grows by a line N times, sent whole each time
 *   terminal N            output as `_meta.terminal_output_delta`, with a terminal of the agent's own
 *   console               output as a fenced console block
 *   same-id               two tool calls with one id, one after the other
 *   unknown               updates of unknown kinds, and of known kinds without their fields
 *   meta-usage            usage as `_meta` of an empty piece of text
 *   stderr MB             that many MB on standard error
 *   malformed             messages with wrong ids and methods, and responses to no request
 *   noise                 lines that are no messages of the protocol
 *   system-error          reports a failed turn in the metadata of its state, and goes on
 *   close-output          closes its standard output, and runs on
 *   nothing               ends the turn without text or tools
 */
export const FAULT_STEPS: Readonly<Record<string, Step>> = {
  exit: async (_, code) => process.exit(Number(code)),
  async kill() {
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  },
  async 'ask-exit'(context, code) {
    void askFor(context, command('rm -r build'));
    await pause(50, new AbortController().signal);
    process.exit(Number(code));
  },
  async 'ask-two'(context) {
    const answers = await Promise.all([askFor(context, command('one')), askFor(context, command('two'))]);
    await say(context, `Answers: ${answers.join(', ')}.`);
  },
  async 'ask-empty'(context) {
    await say(context, `Answer: ${await askFor(context, command('empty'), [])}.`);
  },
  async 'ask-odd'(context) {
    const options = [{ optionId: 'odd', name: 'Ask my mother', kind: 'allow_sometimes' }, ...OPTIONS];
    await say(context, `Answer: ${await askFor(context, command('odd'), options)}.`);
  },
  'ask-withdrawn': askAndWithdraw,
  async 'ask-other'(context) {
    const answer = await askFor(context, command('from a sub-agent'), OPTIONS, 'sub-agent-1');
    await say(context, `Answer: ${answer}.`);
  },
  'say-other': ({ client }, text) =>
    client.notify<unknown>('session/update', {
      sessionId: 'sub-agent-1',
      update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
    }),
  async request(context, method) {
    const code = await context.client.request<unknown>(method, { sessionId: context.session }).then(
      () => 'none',
      (error) => String(Object(error).code),
    );
    await say(context, `${method}: ${code}`);
  },
  async orphan({ control }, seconds) {
    const child = spawn('sleep', [seconds], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
    child.unref();
    control.report({ type: 'tool', pid: child.pid });
  },
  async huge({ update }, size) {
    const toolCallId = nextToolId();
    const text = 'x'.repeat(Number(size) * 1024 * 1024);
    await update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: 'huge',
      kind: 'read',
      status: 'completed',
      content: [{ type: 'content', content: { type: 'text', text } }],
    });
  },
  async flood({ session }, rest) {
    const [count] = numbered(rest);
    const text = 'One piece of a long answer, about as long as the pieces of real agents are. ';
    const body = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } };
    const params = { sessionId: session, update: body };
    const line = `${JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params })}\n`;
    for (let sent = 0; sent < count; sent += 500) await write(line.repeat(Math.min(500, count - sent)));
  },
  async tools({ update }, rest) {
    const [count] = numbered(rest);
    for (let index = 0; index < count; index++) {
      const toolCallId = nextToolId();
      await update({
        sessionUpdate: 'tool_call',
        toolCallId,
        title: `Tool ${index}`,
        kind: 'search',
        status: 'completed',
      });
    }
  },
  async cumulative({ update }, rest) {
    const [count] = numbered(rest);
    const toolCallId = nextToolId();
    await update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: 'count',
      kind: 'execute',
      status: 'in_progress',
    });
    let text = '';
    for (let index = 1; index <= count; index++) {
      text += `line ${index}\n`;
      const status = index === count ? 'completed' : 'in_progress';
      const content = [{ type: 'content', content: { type: 'text', text } }];
      await update({ sessionUpdate: 'tool_call_update', toolCallId, status, content });
    }
  },
  async terminal({ update }, rest) {
    const [count] = numbered(rest);
    const toolCallId = nextToolId();
    await update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: 'count',
      kind: 'execute',
      status: 'in_progress',
      content: [{ type: 'terminal', terminalId: 'a-terminal-of-the-agent' }],
    });
    for (let index = 1; index <= count; index++) {
      const _meta = {
        terminal_output_delta: { terminal_id: 'a-terminal-of-the-agent', data: `line ${index}\n` },
      };
      await update({ sessionUpdate: 'tool_call_update', toolCallId, _meta });
    }
    await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed' });
  },
  console: ({ update }) =>
    update({
      sessionUpdate: 'tool_call',
      toolCallId: nextToolId(),
      title: 'echo hello',
      kind: 'execute',
      status: 'completed',
      content: [{ type: 'content', content: { type: 'text', text: '```console\nhello\n```' } }],
    }),
  async 'same-id'({ update }) {
    for (const title of ['first', 'second']) {
      const call = { toolCallId: 'the-same', title, kind: 'read' };
      await update({ sessionUpdate: 'tool_call', ...call, status: 'in_progress' });
      await update({ sessionUpdate: 'tool_call_update', toolCallId: 'the-same', status: 'completed' });
    }
  },
  async unknown({ update }) {
    for (const body of [
      { sessionUpdate: 'hologram', content: { type: 'text', text: 'lost' } },
      { sessionUpdate: 'tool_call', toolCallId: 'untitled' },
      { sessionUpdate: 'tool_call' },
      { sessionUpdate: 'tool_call_update', toolCallId: 'odd', kind: 'juggle', status: 'paused', title: 7 },
      { sessionUpdate: 'agent_message_chunk', content: { type: 'smell', text: 'lost' } },
      { sessionUpdate: 'agent_message_chunk' },
      { sessionUpdate: 'plan', entries: [null, { content: 'kept', status: 'later' }, 7] },
      { sessionUpdate: 'usage_update', used: 'much', size: null },
      { sessionUpdate: 'available_commands_update', availableCommands: { name: 'no list' } },
      {},
    ]) {
      await update(body);
    }
  },
  'meta-usage': ({ update }) =>
    update({
      sessionUpdate: 'agent_message_chunk',
      content: { type: 'text', text: '' },
      _meta: { usage: { inputTokens: 100, outputTokens: 20, totalTokens: 120 } },
    }),
  async stderr(_, size) {
    const line = `${'Error handling request \x1b[31m{ params: {} }\x1b[0m'.padEnd(1023, '.')}\n`;
    for (let kilobyte = 0; kilobyte < Number(size) * 1024; kilobyte++) {
      await new Promise((resolve) => process.stderr.write(line, resolve));
    }
  },
  async malformed() {
    for (const message of [
      { id: {}, method: 'fs/read_text_file' },
      { id: null, method: 'fs/read_text_file' },
      { id: 1, method: 7 },
      { method: 7 },
      { id: 99_999, result: {} },
      { id: null, error: { code: -32700, message: 'Parse error' } },
      { result: {} },
      { method: '$/cancel_request' },
      { method: 'vendor/notify', params: [1] },
      {},
    ]) {
      await write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    }
  },
  noise: () =>
    write('WARN something happened\n[1, 2]\nnull\n{"jsonrpc":"1.0","id":0,"result":{}}\n{broken\n'),
  'system-error': ({ update }) =>
    update({
      sessionUpdate: 'session_info_update',
      _meta: { codex: { threadStatus: { type: 'systemError' } } },
    }),
  async 'close-output'() {
    process.stdout.end();
    process.stdout.destroy();
    closeSync(1);
    await new Promise(() => undefined);
  },
  nothing: async () => undefined,
  async fail(_, rest) {
    const [, code = '-32603', text = ''] = /^(-?\d+)\s*(.*)$/.exec(rest) ?? [];
    throw new RequestError(Number(code), 'Internal error', { details: text });
  },
};
