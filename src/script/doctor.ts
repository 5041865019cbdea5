import type { Diagnostic } from '../domain/diagnostic.ts';
import { errorText } from '../domain/errors.ts';
import type { AgentBackend, Template } from '../domain/ports/backend.ts';
import type { Source } from '../domain/ports/source.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { padEnd } from '../domain/text/width.ts';
import { EXIT, type ExitCode, exitCodeOf, highestExitCode } from './exit-code.ts';
import { reportingErrors, write, writeJson } from './output.ts';
import type { ScriptContext } from './script-context.ts';
import { worktreeChecks } from './worktree-checks.ts';

/** `backend` is null without a deployment, a running local server, or the consent to plain http. */
export type DoctorContext = Omit<ScriptContext, 'backend'> & { readonly backend: AgentBackend | null };

export interface DoctorOptions {
  /** Checks that need no server: taskdeck, files, deployment, terminal. */
  readonly diagnostics: readonly Diagnostic[];
  readonly json: boolean;
}

/** Prints all checks, including requests to the server. Never prints a token. */
export function doctor(context: DoctorContext, { diagnostics, json }: DoctorOptions): Promise<ExitCode> {
  return reportingErrors(context.io, json, async () => {
    const { backend, signal } = context;
    const serverChecks = backend === null ? [] : await checkServer(backend, signal);
    const worktrees = backend === null ? [] : await worktreeChecks(backend.sources, signal);
    const all = [...diagnostics, ...serverChecks.map(({ diagnostic }) => diagnostic), ...worktrees];
    if (json) await writeJson(context.io, all);
    else await write(context.io.stdout, formatReport(all));
    // A feature that the terminal lacks is marked, but it is no failure for a script.
    const hasProblem = diagnostics.some(({ topic, ok }) => ok === false && topic !== 'terminal');
    return highestExitCode([hasProblem ? EXIT.failed : EXIT.done, ...serverChecks.map(({ code }) => code)]);
  });
}

interface ServerCheck {
  readonly diagnostic: Diagnostic;
  readonly code: ExitCode;
}

async function checkServer(backend: AgentBackend, signal: AbortSignal): Promise<readonly ServerCheck[]> {
  const check = async (name: string, request: () => Promise<string>): Promise<ServerCheck> => {
    try {
      return { diagnostic: { topic: 'server', name, value: await request(), ok: true }, code: EXIT.done };
    } catch (error) {
      return {
        diagnostic: { topic: 'server', name, value: errorText(error), ok: false },
        code: exitCodeOf(error),
      };
    }
  };
  const [version, user, templates, ...sources] = await Promise.all([
    check('version', async () => (await backend.serverInfo(signal)).version),
    check('signed in as', async () => (await backend.me(signal)).username),
    check('templates', async () => templateNames(await backend.templates(signal))),
    ...backend.sources.map((source) => check(source.id, () => describeSource(source, signal))),
  ]);
  return [version, user, ...withOptionalSources(sources), templates];
}

/** How many tasks of the user it lists, and where the server has it. */
async function describeSource(source: Source, signal: AbortSignal): Promise<string> {
  const count = (await source.list({ owner: 'me' }, signal)).length;
  const path = await source.apiPath?.(signal);
  return `${count} of yours${path === undefined ? '' : `, at ${path}`}`;
}

/** The checks, where a server with one of the sources need not have the others. */
const withOptionalSources = (sources: readonly ServerCheck[]): readonly ServerCheck[] =>
  sources.every(({ code }) => code === EXIT.noTasks)
    ? sources
    : sources.map((check) =>
        check.code === EXIT.noTasks
          ? {
              code: EXIT.done,
              diagnostic: { ...check.diagnostic, value: `none: ${check.diagnostic.value}`, ok: null },
            }
          : check,
      );

const MAX_NAMES = 8;

function templateNames(templates: readonly Template[]): string {
  const names = templates.map(({ name }) => name);
  const more = names.length > MAX_NAMES ? `, and ${names.length - MAX_NAMES} more` : '';
  return names.length === 0 ? 'no task templates' : `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

function formatReport(diagnostics: readonly Diagnostic[]): string {
  const width = Math.max(0, ...diagnostics.map(({ name }) => name.length));
  const topics = [...new Set(diagnostics.map(({ topic }) => topic))];
  const block = (topic: string): string =>
    diagnostics
      .filter((diagnostic) => diagnostic.topic === topic)
      .map(
        ({ name, value, ok }) =>
          `  ${statusWord(ok)} ${padEnd(sanitiseLine(name), width)}  ${sanitiseLine(value)}\n`,
      )
      .join('');
  return topics.map((topic) => `${topic}\n${block(topic)}`).join('\n');
}

/** ASCII words instead of colours. */
const statusWord = (ok: boolean | null): string => (ok === null ? '  ' : ok ? 'ok' : '!!');
