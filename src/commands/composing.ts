import type { Template } from '../domain/ports.ts';
import { NEW } from '../store/state.ts';
import type { CommandContext } from './command.ts';
import { finishWriting } from './leaving.ts';

/**
 * Writes a new task. The prompt opens at once even where the templates have to be asked for first: what is typed
 * right behind the key belongs to it. Where there are several templates, one is chosen.
 */
export function beginTask(context: CommandContext): void {
  const { templates } = context.store.getState();
  if (templates === null) compose(context, null);
  else offer(context, templates);
  // Known templates are offered at once; what is asked meanwhile serves the next time.
  askForTemplates(context);
}

function askForTemplates(context: CommandContext): void {
  const { store, operations } = context;
  void operations.loadTemplates().then(() => {
    const { templates, view } = store.getState();
    if (view.composing?.template === null && templates !== null) offer(context, templates);
  });
}

function offer(context: CommandContext, templates: readonly Template[]): void {
  const { store, clock } = context;
  const [only, ...others] = templates;
  if (only === undefined) {
    const text = 'This server has no template for tasks. Ask whoever runs it to add one.';
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text, at: clock.now() } });
  } else if (others.length === 0) compose(context, only);
  else store.dispatch({ type: 'overlay-opened', overlay: { kind: 'templates' } });
}

/** Opens the prompt for a task from this template; starts it at once when enter was pressed before it was known. */
export function compose(context: CommandContext, template: Template | null): void {
  const { store } = context;
  const sent = store.getState().view.composing?.sent === true;
  store.dispatch({ type: 'overlay-closed' });
  store.dispatch({ type: 'composing', composing: { template, sent: false } });
  store.dispatch({ type: 'focused', pane: 'prompt' });
  if (sent) create(context);
}

/** Starts the task that is written, or notes that it is to start as soon as its template is known. */
export function create(context: CommandContext): void {
  const { store, operations, clock } = context;
  const { view, drafts } = store.getState();
  const template = view.composing?.template ?? null;
  const prompt = drafts.get(NEW)?.text ?? '';
  if (template !== null) {
    finishWriting(store, NEW, prompt);
    operations.create({ templateVersionId: template.activeVersionId, prompt });
    return;
  }
  store.dispatch({ type: 'composing', composing: { template, sent: true } });
  const text = 'It starts as soon as the server has said which templates there are.';
  store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
  askForTemplates(context);
}
