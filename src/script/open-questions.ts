import { BackendError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { phaseOf } from '../domain/phase.ts';
import type { Question } from '../domain/question.ts';
import { menuQuestions } from '../domain/question-menu.ts';
import { mayAskUser, questionsInState } from '../domain/question-of-chat.ts';
import { sourceOf } from '../domain/sources.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import type { ScriptContext } from './script-context.ts';

/** The open questions of a task, with the messages that show them, oldest first. */
export interface Asked {
  readonly questions: readonly Question[];
  readonly messages: readonly Message[];
}

const NOTHING: Asked = { questions: [], messages: [] };

/** Reads the questions of a task from its conversation, which is newer than any list. Rejects with a BackendError. */
export async function readQuestions({ backend, clock, signal }: ScriptContext, task: Task): Promise<Asked> {
  if (!mayAsk(task, clock.now())) return NOTHING;
  const { messages, snapshot } = await sourceOf(backend, task).transcript(task, signal);
  if (snapshot) return NOTHING;
  const chat = chatFacts(task);
  const questions =
    chat === null ? menuQuestions(messages) : questionsInState({ ...chat, questions: [] }, messages);
  return { questions, messages };
}

function mayAsk(task: Task, now: number): boolean {
  const chat = chatFacts(task);
  return chat === null ? phaseOf(task, now) === 'idle' : mayAskUser(chat);
}

/** The questions of a task as far as they are known: lists have those of chats, not the menus of Tasks. */
export const listedQuestions = (task: Task): readonly Question[] => chatFacts(task)?.questions ?? [];

/** The questions of one task, whose menu is read from its conversation; those of the list when this fails. */
export async function shownQuestions(context: ScriptContext, task: Task): Promise<readonly Question[]> {
  if (chatFacts(task) !== null) return listedQuestions(task);
  try {
    return (await readQuestions(context, task)).questions;
  } catch (error) {
    if (error instanceof BackendError && error.kind !== 'aborted') return [];
    throw error;
  }
}
