import { keptPlacesFrom, keptViewFrom } from '../domain/kept-layout.ts';
import { isSort } from '../domain/order.ts';
import type { LastList, Layout, Memory } from '../domain/ports/memory.ts';
import { readingFrom } from '../domain/reading.ts';
import { EVERYONE, MINE, scopeFrom, scopeKey } from '../domain/scope.ts';
import type { Task } from '../domain/task.ts';
import type { Keeper } from './keeper.ts';
import { savedNewTask } from './saved-new-task.ts';
import { savedTask } from './saved-task.ts';
import { seenIn } from './seen.ts';

/** How many prompts are remembered for one deployment. */
const HISTORY_LIMIT = 1_000;

/** What is remembered for one deployment; `deployment` is its key. */
export function memoryOf(keeper: Keeper, deployment: string): Memory {
  return {
    drafts: () =>
      new Map(
        keeper
          .all('SELECT key, text FROM draft WHERE deployment = ?', deployment)
          .map((row) => [String(row.key), String(row.text)]),
      ),
    saveDraft: (key, text) => {
      if (text === '')
        return keeper.write(['DELETE FROM draft WHERE deployment = ? AND key = ?', deployment, key]);
      return keeper.write(['INSERT OR REPLACE INTO draft VALUES (?, ?, ?)', deployment, key, text]);
    },
    history: () =>
      keeper
        .all('SELECT text FROM prompt WHERE deployment = ? ORDER BY id', deployment)
        .map((row) => String(row.text)),
    remember: (prompt) => remember(keeper, deployment, prompt),
    lastList: (scope = MINE) => lastList(keeper, deployment, scopeKey(scope)),
    saveList: (tasks, at, scope = MINE) => {
      const key = scopeKey(scope);
      return keeper.write(
        ['INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?)', deployment, key, at, JSON.stringify(tasks)],
        // A team lead goes through many owners: their lists are long, and the server has them.
        ...(scope.kind === 'owner'
          ? [
              [
                'DELETE FROM listing WHERE deployment = ? AND scope NOT IN (?, ?, ?)',
                deployment,
                ...USUAL,
                key,
              ] as const,
            ]
          : []),
      );
    },
    ...seenIn(keeper, deployment),
    layout: () => layout(keeper, deployment),
    saveLayout: ({ scope, ...value }) =>
      keeper.write([
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

function remember(keeper: Keeper, deployment: string, prompt: string): boolean {
  if (prompt.trim() === '') return true;
  return keeper.write(
    // Another taskdeck may have added one meanwhile: the comparison is part of the write.
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
      HISTORY_LIMIT,
    ],
  );
}

const USUAL = [scopeKey(MINE), scopeKey(EVERYONE)] as const;

function lastList(keeper: Keeper, deployment: string, scope: string): LastList | null {
  const row = keeper.get(
    'SELECT at, tasks FROM listing WHERE deployment = ? AND scope = ?',
    deployment,
    scope,
  );
  if (row === undefined) return null;
  const tasks = parse(String(row.tasks));
  if (!Array.isArray(tasks)) return null;
  return { tasks: tasks.map(savedTask).filter((task): task is Task => task !== null), at: Number(row.at) };
}

function layout(keeper: Keeper, deployment: string): Layout {
  const row = keeper.get('SELECT layout FROM layout WHERE deployment = ?', deployment);
  const value = row === undefined ? null : parse(String(row.layout));
  const kept: Readonly<Partial<Record<keyof Layout, unknown>>> =
    typeof value === 'object' && value !== null ? value : {};
  const view = keptViewFrom(kept.view);
  const places = keptPlacesFrom(kept.places);
  return {
    selectedTask: typeof kept.selectedTask === 'string' ? kept.selectedTask : null,
    ...(kept.reading != null && { reading: readingFrom(kept.reading) }),
    ...(isSort(kept.sort) && { sort: kept.sort }),
    ...(view !== undefined && { view }),
    ...(places.size > 0 && { places }),
    ...(kept.scope !== undefined && { scope: scopeFrom(kept.scope) }),
    ...savedNewTask(kept),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
