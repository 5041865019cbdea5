import type { Attachment } from '../delivery.ts';
import type { NotificationText } from '../notifications.ts';

/** Notifies the user outside of taskdeck's screen. Never throws; delivery is not confirmed. */
export interface Notifier {
  notify(text: NotificationText): void;
}

/** The clipboard of the user at the terminal. */
export interface Clipboard {
  /** Accepts untrusted text. Never rejects; takes a few seconds at most. */
  copy(text: string): Promise<ServiceResult>;
}

export interface ServiceResult {
  /** False when the text or page certainly did not reach the user. */
  readonly done: boolean;
  /** One or two sentences for the user. */
  readonly words: string;
}

/** The web browser of the user at the terminal. */
export interface Browser {
  /** Opens a page, or copies its URL when that is impossible. Accepts untrusted text. Never rejects. */
  open(url: string): Promise<ServiceResult>;
}

/** Text files that the user names. */
export interface TextFiles {
  /** Replaces an existing file only with `overwrite`. Never rejects. */
  save(name: string, text: string, options: { readonly overwrite: boolean }): Promise<FileSaveResult>;
}

/** Files on this machine that the user attaches to messages. Takes paths as they are typed, pasted or dragged. */
export interface AttachmentFiles {
  /** Reads as much of a file as shows whether a chat takes it. Never rejects. */
  check(typed: string): Promise<AttachmentCheck>;
  /** Completes a path as a shell does. Never rejects. */
  complete(typed: string): Promise<PathCompletion>;
}

type AttachmentCheck =
  | { readonly kind: 'ok'; readonly file: Attachment }
  /** `why` is one or two sentences. */
  | { readonly kind: 'refused'; readonly why: string };

interface PathCompletion {
  /** The path as far as it is certain: the typed one when nothing matches. */
  readonly path: string;
  /** The names that it may go on with, sorted; one when it is complete. Safe to show. */
  readonly names: readonly string[];
}

/** `file` is an absolute path. */
export type FileSaveResult =
  | { readonly kind: 'saved'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'exists'; readonly file: string }
  /** `why` is the end of a sentence. */
  | { readonly kind: 'failed'; readonly file: string; readonly why: string };

/** The result of editing a text in the user's editor. */
export type EditorResult =
  /** Untrusted text. */
  | { readonly kind: 'written'; readonly text: string }
  /** The text is unchanged; `why` is one or two sentences. */
  | { readonly kind: 'not-written'; readonly why: string };

/** A message for the user after a program had the terminal. */
export interface ProgramNotice {
  readonly tone: 'plain' | 'bad';
  /** One or two sentences. */
  readonly text: string;
}

/** A shell in a workspace, or the editor on it, by Coder's CLI. `workspace`: its name for the CLI, such as `ada/dev.main`. */
export interface WorkspaceProgram {
  readonly kind: 'shell' | 'editor';
  readonly workspace: string;
}

/** A program that the user runs in the directory of a task. `command` is a line for the shell. */
export type DirectoryProgram =
  | { readonly kind: 'shell' | 'editor' }
  /** The editor, at a line of a file, from 1; 0 for no line. `path`: below the working tree of the directory; untrusted. */
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'command'; readonly command: string }
  /** A program of the user's configuration. */
  | {
      readonly kind: 'program';
      readonly name: string;
      /** Not empty. No shell reads it. */
      readonly argv: readonly string[];
      /** Added to the environment. */
      readonly env: Readonly<Record<string, string>>;
    };
