import { sentenceOf } from '../domain/errors.ts';
import type { Fact } from '../domain/fact.ts';
import type { AgentBackend, Template } from '../domain/ports/backend.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { padEnd } from '../domain/text/width.ts';
import type { ScriptContext } from './context.ts';
import { EXIT, type ExitCode, exitCodeOf, highest } from './exit-code.ts';
import { reporting, write, writeJson } from './output.ts';

/** Like other commands, but there may be nobody to ask: null when no deployment was found, or none could be reached. */
export type DoctorContext = Omit<ScriptContext, 'backend'> & { readonly backend: AgentBackend | null };

export interface DoctorOptions {
  /** What was found without asking the server: taskdeck, files, deployment, terminal. */
  readonly facts: readonly Fact[];
  readonly json: boolean;
}

/** Says what was found and what would be used, and asks the server whether it works. Never shows a token. */
export function doctor(context: DoctorContext, { facts, json }: DoctorOptions): Promise<ExitCode> {
  return reporting(context.io, json, async () => {
    const { backend, signal } = context;
    const asked = backend === null ? [] : await askServer(backend, signal);
    const all = [...facts, ...asked.map(({ fact }) => fact)];
    if (json) await writeJson(context.io, all);
    else await write(context.io.stdout, report(all));
    // What a terminal lacks is worth a sign; whoever asks by a script whether taskdeck works does not mean it.
    const found = facts.some(({ topic, ok }) => ok === false && topic !== 'terminal');
    return highest([found ? EXIT.failed : EXIT.done, ...asked.map(({ code }) => code)]);
  });
}

interface Asked {
  readonly fact: Fact;
  readonly code: ExitCode;
}

async function askServer(backend: AgentBackend, signal: AbortSignal): Promise<readonly Asked[]> {
  const ask = async (name: string, question: () => Promise<string>): Promise<Asked> => {
    try {
      return { fact: { topic: 'server', name, value: await question(), ok: true }, code: EXIT.done };
    } catch (error) {
      return {
        fact: { topic: 'server', name, value: sentenceOf(error), ok: false },
        code: exitCodeOf(error),
      };
    }
  };
  return Promise.all([
    ask('version', async () => (await backend.serverInfo(signal)).version),
    ask('signed in as', async () => (await backend.me(signal)).username),
    ask('tasks', async () => `${(await backend.list({ owner: 'me' }, signal)).length} of yours`),
    ask('templates', async () => namesOf(await backend.templates(signal))),
  ]);
}

/** As many as a line holds. */
const MOST_NAMES = 8;

/** What a task can be made of; on this machine, the agents that were found. */
function namesOf(templates: readonly Template[]): string {
  const names = templates.map(({ name }) => name);
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : '';
  return names.length === 0 ? 'none that runs tasks' : `${names.slice(0, MOST_NAMES).join(', ')}${more}`;
}

function report(facts: readonly Fact[]): string {
  const width = Math.max(0, ...facts.map(({ name }) => name.length));
  const topics = [...new Set(facts.map(({ topic }) => topic))];
  const block = (topic: string): string =>
    facts
      .filter((fact) => fact.topic === topic)
      .map(
        ({ name, value, ok }) =>
          `  ${signOf(ok)} ${padEnd(sanitiseLine(name), width)}  ${sanitiseLine(value)}\n`,
      )
      .join('');
  return topics.map((topic) => `${topic}\n${block(topic)}`).join('\n');
}

/** Words rather than colours, and nothing beyond ASCII. */
const signOf = (ok: boolean | null): string => (ok === null ? '  ' : ok ? 'ok' : '!!');
