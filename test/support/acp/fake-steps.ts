import { FAULT_STEPS } from './fake-fault-steps.ts';
import { numbered, pause, type Step, type StepContext, say } from './fake-step.ts';
import { TOOL_STEPS } from './fake-tool-steps.ts';

/**
 * The steps of prompts, besides those of tools (fake-tool-steps.ts) and of faults (fake-fault-steps.ts).
 *
 *   say TEXT              a piece of the answer
 *   stream N [EVERY] TEXT N pieces, EVERY ms apart (0)
 *   think TEXT            a piece of reasoning
 *   plan TEXT, TEXT …     the checklist: the first entry is completed, the second in progress
 *   usage USED SIZE [COST]
 *   commands NAME …       the agent's commands
 *   title TEXT            the session's title
 *   mode ID, model ID     the agent changes it by itself
 *   env NAME              says the value of a variable of its environment
 *   wait MS
 *   hold                  reads steps from the AgentControl until `end [REASON]`
 *   after MS STEP         runs a step that long after the end of the turn
 *   stop REASON           ends the turn with this reason
 *   fail CODE TEXT        answers the prompt with an error
 */
const STEPS: Readonly<Record<string, Step>> = {
  say,
  async stream(context, rest) {
    const [count, more] = numbered(rest);
    const [every, text] = /^\d/.test(more) ? numbered(more) : [0, more];
    for (let index = 0; index < count && !context.signal.aborted; index++) {
      await say(context, text.replaceAll('%', String(index)));
      if (every > 0) await pause(every, context.signal);
    }
  },
  think: ({ update }, text) =>
    update({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text } }),
  plan: ({ update }, text) =>
    update({
      sessionUpdate: 'plan',
      entries: text.split(', ').map((content, index) => ({
        content,
        priority: 'medium',
        status: ['completed', 'in_progress'][index] ?? 'pending',
      })),
    }),
  usage({ update }, text) {
    const [used, size, amount] = text.split(' ').map(Number);
    const cost = amount === undefined ? {} : { cost: { amount, currency: 'USD' } };
    return update({ sessionUpdate: 'usage_update', used, size, ...cost });
  },
  commands: ({ update }, text) =>
    update({
      sessionUpdate: 'available_commands_update',
      availableCommands: text.split(' ').map((name) => ({ name, description: `Runs ${name}` })),
    }),
  title: ({ update }, title) => update({ sessionUpdate: 'session_info_update', title }),
  mode: ({ update }, currentModeId) => update({ sessionUpdate: 'current_mode_update', currentModeId }),
  model: ({ update }, model) =>
    update({
      sessionUpdate: 'config_option_update',
      configOptions: [
        {
          id: 'model',
          name: 'Model',
          category: 'model',
          type: 'select',
          currentValue: model,
          options: [{ value: model, name: model }],
        },
      ],
    }),
  env: (context, name) => say(context, `${name}=${process.env[name] ?? ''}`),
  wait: ({ signal }, ms) => pause(Number(ms), signal),
  async hold(context) {
    for (;;) {
      const line = await context.control.next(context.session, context.signal).catch(() => 'end');
      if (line === 'end') return;
      if (line.startsWith('end ')) return line.slice(4);
      const reason = await runSteps(line, context);
      if (reason !== 'end_turn') return reason;
    }
  },
  async after(context, rest) {
    const [ms, step] = numbered(rest);
    const later = { ...context, signal: new AbortController().signal };
    setTimeout(() => void runSteps(step, later).catch(() => undefined), ms);
  },
  stop: async (_, reason) => reason,
};

const ALL: Readonly<Record<string, Step>> = { ...STEPS, ...TOOL_STEPS, ...FAULT_STEPS };

/** Runs the steps of a text. Returns the reason to stop. Ends early when the turn is cancelled. */
export async function runSteps(text: string, context: StepContext): Promise<string> {
  const lines = text.split(/\n| \| /).map((line) => line.trim());
  const [first = ''] = lines[0]?.split(' ') ?? [];
  if (!Object.hasOwn(ALL, first)) {
    await say(context, `You said: ${text}`);
    return 'end_turn';
  }
  for (const line of lines) {
    if (context.signal.aborted) break;
    const [name = '', ...rest] = line.split(' ');
    const reason = await ALL[name]?.(context, rest.join(' '));
    if (typeof reason === 'string') return reason;
  }
  return 'end_turn';
}
