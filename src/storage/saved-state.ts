import { EVERYONE, MINE, parseScopeKey, scopeKey } from '../domain/owner-scope.ts';
import type { SavedLayout, SavedList, SavedState } from '../domain/ports/saved-state.ts';
import { parseSort } from '../domain/row-order.ts';
import { parseScrollPositions, parseViewState } from '../domain/saved-layout.ts';
import type { Task } from '../domain/task.ts';
import { isGrouping } from '../domain/task-group.ts';
import { parseTranscriptOptions } from '../domain/transcript-options.ts';
import { savedOwnFieldsOf } from './own-fields.ts';
import type { ResilientDatabase } from './resilient-database.ts';
import { parseSavedNewTask } from './saved-new-task.ts';
import { parseSavedTask } from './saved-task.ts';
import { seenTasksOf } from './seen-tasks.ts';

/** The number of prompts stored for one deployment. */
const PROMPT_HISTORY_LIMIT = 1_000;

/** `deployment` is a deployment key. */
export function savedStateOf(database: ResilientDatabase, deployment: string): SavedState {
  return {
    drafts: () =>
      new Map(
        database
          .all('SELECT key, text FROM draft WHERE deployment = ?', deployment)
          .map((row) => [String(row.key), String(row.text)]),
      ),
    saveDraft: (key, text) => {
      if (text === '')
        return database.write(['DELETE FROM draft WHERE deployment = ? AND key = ?', deployment, key]);
      return database.write(['INSERT OR REPLACE INTO draft VALUES (?, ?, ?)', deployment, key, text]);
    },
    promptHistory: () =>
      database
        .all('SELECT text FROM prompt WHERE deployment = ? ORDER BY id', deployment)
        .map((row) => String(row.text)),
    addPrompt: (prompt) => addPrompt(database, deployment, prompt),
    savedList: (scope = MINE) => readLastList(database, deployment, scopeKey(scope)),
    saveList: (tasks, at, scope = MINE) => {
      const key = scopeKey(scope);
      return database.write(
        ['INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?)', deployment, key, at, JSON.stringify(tasks)],
        // A user may view many owners, with long lists that the server can return again: store only the last one.
        ...(scope.kind === 'owner'
          ? [
              [
                'DELETE FROM listing WHERE deployment = ? AND scope NOT IN (?, ?, ?)',
                deployment,
                ...ALWAYS_STORED_SCOPES,
                key,
              ] as const,
            ]
          : []),
      );
    },
    ...seenTasksOf(database, deployment),
    ...savedOwnFieldsOf(database, deployment),
    layout: () => readLayout(database, deployment),
    saveLayout: ({ scope, ...value }) =>
      database.write([
        'INSERT OR REPLACE INTO layout VALUES (?, ?)',
        deployment,
        JSON.stringify({
          ...value,
          places: [...(value.places ?? [])],
          ...(scope && { scope: scopeKey(scope) }),
        }),
      ]),
  };
}

function addPrompt(database: ResilientDatabase, deployment: string, prompt: string): boolean {
  if (prompt.trim() === '') return true;
  return database.write(
    // One statement, since another taskdeck may add a prompt at the same time.
    [
      `INSERT INTO prompt (deployment, text) SELECT ?1, ?2 WHERE ?2 IS NOT
         (SELECT text FROM prompt WHERE deployment = ?1 ORDER BY id DESC LIMIT 1)`,
      deployment,
      prompt,
    ],
    [
      `DELETE FROM prompt WHERE deployment = ?1 AND id <=
         (SELECT id FROM prompt WHERE deployment = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
      deployment,
      PROMPT_HISTORY_LIMIT,
    ],
  );
}

const ALWAYS_STORED_SCOPES = [scopeKey(MINE), scopeKey(EVERYONE)] as const;

function readLastList(database: ResilientDatabase, deployment: string, scope: string): SavedList | null {
  const row = database.get(
    'SELECT at, tasks FROM listing WHERE deployment = ? AND scope = ?',
    deployment,
    scope,
  );
  if (row === undefined) return null;
  const tasks = parseJson(String(row.tasks));
  if (!Array.isArray(tasks)) return null;
  return {
    tasks: tasks.map(parseSavedTask).filter((task): task is Task => task !== null),
    at: Number(row.at),
  };
}

function readLayout(database: ResilientDatabase, deployment: string): SavedLayout {
  const row = database.get('SELECT layout FROM layout WHERE deployment = ?', deployment);
  const value = row === undefined ? null : parseJson(String(row.layout));
  const stored: Readonly<Partial<Record<keyof SavedLayout, unknown>>> =
    typeof value === 'object' && value !== null ? value : {};
  const view = parseViewState(stored.view);
  const places = parseScrollPositions(stored.places);
  const sort = parseSort(stored.sort);
  return {
    selectedTask: typeof stored.selectedTask === 'string' ? stored.selectedTask : null,
    ...(stored.reading != null && { reading: parseTranscriptOptions(stored.reading) }),
    ...(sort !== undefined && { sort }),
    ...(stored.sortReversed === true && { sortReversed: true }),
    ...(isGrouping(stored.grouping) && { grouping: stored.grouping }),
    ...(Array.isArray(stored.collapsedGroups) && {
      collapsedGroups: stored.collapsedGroups.filter((key) => typeof key === 'string'),
    }),
    ...(view !== undefined && { view }),
    ...(places.size > 0 && { places }),
    ...(stored.scope !== undefined && { scope: parseScopeKey(stored.scope) }),
    ...parseSavedNewTask(stored),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
