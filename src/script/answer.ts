import { BackendError, UsageError } from '../domain/errors.ts';
import { assertOpen } from '../domain/open-question.ts';
import type { Question } from '../domain/question.ts';
import { answerOf, type QuestionAnswer } from '../domain/question-answer.ts';
import { sourceOf } from '../domain/sources.ts';
import type { Task } from '../domain/task.ts';
import { counted } from '../domain/text/format.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { forEachTask } from './for-each-task.ts';
import { readQuestions } from './open-questions.ts';
import { reportingErrors } from './output.ts';
import { readPrompt } from './read-prompt.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';
import { sendOnce } from './send.ts';

export interface AnswerOptions {
  readonly task: string;
  /** One for each question, in order; `-` reads stdin. */
  readonly answers: readonly string[];
  /** The id of a question that must be open; null for any. */
  readonly question: string | null;
  /** Digits are words, not options. */
  readonly text: boolean;
  readonly json: boolean;
}

/** Answers the questions of a task that were asked together, with one message. */
export const answer: ScriptCommand<AnswerOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const answers: string[] = [];
    for (const each of options.answers)
      answers.push(await readPrompt(each, context.io.stdin, context.signal));
    return forEachTask(context, { ...options, tasks: [options.task] }, async (task, limited) => {
      const question = await sendAnswer(limited, task, answers, options);
      return { line: `Answered ${sanitiseLine(task.name)}.`, fields: { question } };
    });
  });

/** Returns the id of the answered question. */
async function sendAnswer(
  context: ScriptContext,
  task: Task,
  answers: readonly string[],
  { question, text: asText }: AnswerOptions,
): Promise<string> {
  const { questions, messages } = await readQuestions(context, task);
  if (question !== null) assertOpen(questions, question, messages);
  const [first] = questions;
  if (first?.kind === 'permission')
    return answerPermissions(context, task, { questions, answers, question, text: asText });
  if (first === undefined) {
    throw new BackendError({
      kind: 'conflict',
      message: 'It asks no question.',
      hint: 'Use "taskdeck send" to write to it.',
      tookEffect: 'no',
    });
  }
  if (answers.length !== questions.length) {
    const asked = questions.map(({ header, text }) => `"${sanitiseLine(header || text)}"`);
    throw new UsageError(
      `It asks ${counted(questions.length, 'question')}: ${asked.join(', ')}. Pass one answer for each.`,
    );
  }
  const { text, extras } = answerOf(
    questions,
    questions.map((each, index) => parseAnswer(each, answers[index] ?? '', asText)),
  );
  const { planMode } = extras;
  const turn = { questionId: first.id, ...(planMode !== undefined && { planMode }) };
  await sendOnce(context, task, text, false, turn);
  return first.id;
}

/** Answers the named permission request, else the first ones, one after another. Returns the id of the last one. */
async function answerPermissions(
  { backend, signal }: ScriptContext,
  task: Task,
  {
    questions: open,
    answers,
    question,
    text,
  }: { readonly questions: readonly Question[] } & Pick<AnswerOptions, 'answers' | 'question' | 'text'>,
): Promise<string> {
  const questions = question === null ? open : open.filter(({ id }) => id === question);
  if (answers.length > questions.length)
    throw new UsageError(
      `It asks for ${counted(questions.length, 'permission')}. Pass at most one answer for each.`,
    );
  const chosen = questions.slice(0, answers.length).map((each, index) => {
    const answer = parseAnswer(each, answers[index] ?? '', text);
    const option = 'option' in answer ? each.options[answer.option] : undefined;
    if (option === undefined) throw new UsageError('A permission takes no words.');
    if (option.effect === 'allow_always')
      throw new UsageError(
        `A script does not answer “${sanitiseLine(option.label)}”: the agent keeps this itself, outside taskdeck. Choose it in taskdeck.`,
      );
    return { id: each.id, option };
  });
  for (const { id, option } of chosen)
    await sourceOf(backend, task).answerPermission?.(task, id, option, signal);
  return chosen.at(-1)?.id ?? '';
}

/**
 * A number or the label of an option, or other words.
 * @throws UsageError for anything but an option where the question takes no words
 */
function parseAnswer(question: Question, answer: string, asText: boolean): QuestionAnswer {
  const { options, takesText } = question;
  const word = answer.trim();
  const option = !asText && /^\d+$/u.test(word) ? Number(word) - 1 : labelIndex(question, word);
  if (option >= 0 && option < options.length) return { option };
  if (takesText) return { text: answer };
  const labels = options.map(({ label }, index) => `${index + 1} ${sanitiseLine(label)}`);
  throw new UsageError(`"${sanitiseLine(word)}" is not an option. Choose one of: ${labels.join(', ')}.`);
}

/** -1 for other words than a label. */
const labelIndex = ({ options }: Question, word: string): number =>
  options.findIndex(({ label }) => label.toLowerCase() === word.toLowerCase());
