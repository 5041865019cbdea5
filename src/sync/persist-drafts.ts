import { parseAttachments } from '../domain/attachment.ts';
import { bufferOf } from '../domain/edit/buffer.ts';
import type { SavedState } from '../domain/ports/saved-state.ts';
import {
  isCommentKey,
  parseComment,
  type ReviewComment,
  storedComment,
} from '../domain/review/review-comment.ts';
import type { State } from '../store/state.ts';

/** The key under which the files of a draft are saved, as JSON. */
const filesKey = (key: string): string => `files ${key}`;

/** The saved drafts, their files, and the comments on diffs. */
export function savedDrafts(savedState: SavedState): Pick<State, 'drafts' | 'attachments' | 'comments'> {
  const comments: [string, ReviewComment][] = [];
  const drafts: [string, State['drafts'] extends ReadonlyMap<string, infer Draft> ? Draft : never][] = [];
  const attachments: [string, ReturnType<typeof parseAttachments>][] = [];
  for (const [key, text] of savedState.drafts()) {
    if (isCommentKey(key)) {
      const comment = parseComment(key, text);
      if (comment !== null) comments.push([key, comment]);
    } else if (!key.startsWith(filesKey(''))) drafts.push([key, bufferOf(text)]);
    else {
      const files = readFiles(text);
      if (files.length > 0) attachments.push([key.slice(filesKey('').length), files]);
    }
  }
  return { drafts: new Map(drafts), attachments: new Map(attachments), comments: new Map(comments) };
}

function readFiles(text: string): ReturnType<typeof parseAttachments> {
  try {
    return parseAttachments(JSON.parse(text));
  } catch {
    return [];
  }
}

/** Returns the drafts that are on disk afterwards: `now` itself when no write failed. */
export const saveDrafts = (
  savedState: SavedState,
  before: State['drafts'],
  now: State['drafts'],
): State['drafts'] =>
  saveChanged(
    before,
    now,
    (one, other) => one.text === other.text,
    (key, draft) => savedState.saveDraft(key, draft?.text ?? ''),
  );

/** Returns the files that are on disk afterwards: `now` itself when no write failed. */
export const saveAttachments = (
  savedState: SavedState,
  before: State['attachments'],
  now: State['attachments'],
): State['attachments'] =>
  saveChanged(
    before,
    now,
    (one, other) => one === other,
    (key, files) => savedState.saveDraft(filesKey(key), files === undefined ? '' : JSON.stringify(files)),
  );

/** Writes new and changed comments: before their drafts are deleted. Returns the comments on disk afterwards. */
export const saveNewComments = (
  savedState: SavedState,
  before: State['comments'],
  now: State['comments'],
): State['comments'] =>
  before === now ? now : saveComments(savedState, before, new Map([...before, ...now]));

/** Deletes comments: after the draft that holds their text was written. Returns the comments on disk afterwards. */
export const saveComments = (
  savedState: SavedState,
  before: State['comments'],
  now: State['comments'],
): State['comments'] =>
  saveChanged(
    before,
    now,
    (one, other) => one === other,
    (key, comment) => savedState.saveDraft(key, comment === undefined ? '' : storedComment(comment)),
  );

/** `save` removes an undefined value; it returns false when the write failed. */
function saveChanged<Value>(
  before: ReadonlyMap<string, Value>,
  now: ReadonlyMap<string, Value>,
  isSame: (one: Value, other: Value) => boolean,
  save: (key: string, value: Value | undefined) => boolean,
): ReadonlyMap<string, Value> {
  if (before === now) return now;
  const failed: string[] = [];
  for (const [key, value] of now) {
    const old = before.get(key);
    if ((old === undefined || !isSame(old, value)) && !save(key, value)) failed.push(key);
  }
  for (const key of before.keys()) if (!now.has(key) && !save(key, undefined)) failed.push(key);
  if (failed.length === 0) return now;
  const saved = new Map(now);
  for (const key of failed) {
    const old = before.get(key);
    if (old === undefined) saved.delete(key);
    else saved.set(key, old);
  }
  return saved;
}
