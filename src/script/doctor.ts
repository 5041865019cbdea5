import type { Diagnostic } from '../domain/diagnostic.ts';
import { errorText } from '../domain/errors.ts';
import type { AgentBackend, Template } from '../domain/ports/backend.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { padEnd } from '../domain/text/width.ts';
import type { ScriptContext } from './context.ts';
import { EXIT, type ExitCode, exitCodeOf, highestExitCode } from './exit-code.ts';
import { reportingErrors, write, writeJson } from './output.ts';

/** Like other commands, but there may be nobody to ask: null when no deployment was found, or none could be reached. */
export type DoctorContext = Omit<ScriptContext, 'backend'> & { readonly backend: AgentBackend | null };

export interface DoctorOptions {
  /** What was found without asking the server: taskdeck, files, deployment, terminal. */
  readonly facts: readonly Diagnostic[];
  readonly json: boolean;
}

/** Says what was found and what would be used, and asks the server whether it works. Never shows a token. */
export function doctor(context: DoctorContext, { facts, json }: DoctorOptions): Promise<ExitCode> {
  return reportingErrors(context.io, json, async () => {
    const { backend, signal } = context;
    const asked = backend === null ? [] : await checkServer(backend, signal);
    const all = [...facts, ...asked.map(({ fact }) => fact)];
    if (json) await writeJson(context.io, all);
    else await write(context.io.stdout, formatReport(all));
    // What a terminal lacks is worth a sign; whoever asks by a script whether taskdeck works does not mean it.
    const found = facts.some(({ topic, ok }) => ok === false && topic !== 'terminal');
    return highestExitCode([found ? EXIT.failed : EXIT.done, ...asked.map(({ code }) => code)]);
  });
}

interface ServerCheck {
  readonly fact: Diagnostic;
  readonly code: ExitCode;
}

async function checkServer(backend: AgentBackend, signal: AbortSignal): Promise<readonly ServerCheck[]> {
  const check = async (name: string, question: () => Promise<string>): Promise<ServerCheck> => {
    try {
      return { fact: { topic: 'server', name, value: await question(), ok: true }, code: EXIT.done };
    } catch (error) {
      return {
        fact: { topic: 'server', name, value: errorText(error), ok: false },
        code: exitCodeOf(error),
      };
    }
  };
  return Promise.all([
    check('version', async () => (await backend.serverInfo(signal)).version),
    check('signed in as', async () => (await backend.me(signal)).username),
    check('tasks', async () => `${(await backend.list({ owner: 'me' }, signal)).length} of yours`),
    check('templates', async () => templateNames(await backend.templates(signal))),
  ]);
}

/** As many as a line holds. */
const MAX_NAMES = 8;

/** What a task can be made of; on this machine, the agents that were found. */
function templateNames(templates: readonly Template[]): string {
  const names = templates.map(({ name }) => name);
  const more = names.length > MAX_NAMES ? `, and ${names.length - MAX_NAMES} more` : '';
  return names.length === 0 ? 'none that runs tasks' : `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

function formatReport(facts: readonly Diagnostic[]): string {
  const width = Math.max(0, ...facts.map(({ name }) => name.length));
  const topics = [...new Set(facts.map(({ topic }) => topic))];
  const block = (topic: string): string =>
    facts
      .filter((fact) => fact.topic === topic)
      .map(
        ({ name, value, ok }) =>
          `  ${statusWord(ok)} ${padEnd(sanitiseLine(name), width)}  ${sanitiseLine(value)}\n`,
      )
      .join('');
  return topics.map((topic) => `${topic}\n${block(topic)}`).join('\n');
}

/** Words rather than colours, and nothing beyond ASCII. */
const statusWord = (ok: boolean | null): string => (ok === null ? '  ' : ok ? 'ok' : '!!');
