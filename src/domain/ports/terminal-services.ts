import type { NotificationText } from '../notifications.ts';

/** Tells the user something while they look elsewhere. Never throws; what became of it nobody knows. */
export interface Notifier {
  notify(text: NotificationText): void;
}

/** The clipboard of whoever sits at the terminal. */
export interface Clipboard {
  /** Untrusted text is fine. Never rejects, and is done after a few seconds at most. */
  copy(text: string): Promise<ServiceResult>;
}

export interface ServiceResult {
  /** False when it did not get where the user wants to paste it, as far as that can be known. */
  readonly done: boolean;
  /** What happened, in one sentence or two. */
  readonly words: string;
}

/** Web pages, where whoever sits at the terminal can see them. */
export interface Browser {
  /** Opens a page, or copies its address where nothing can be opened. Untrusted text is fine. Never rejects. */
  open(url: string): Promise<ServiceResult>;
}

/** Files that the user names. */
export interface TextFiles {
  /** Nothing is written over without `overwrite`. Never rejects. */
  save(name: string, text: string, options: { readonly overwrite: boolean }): Promise<FileSaveResult>;
}

/** `file` is its whole path. */
export type FileSaveResult =
  | { readonly kind: 'saved'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'exists'; readonly file: string }
  /** `why` continues a sentence. */
  | { readonly kind: 'failed'; readonly file: string; readonly why: string };

/** What became of a text that was given to the user's editor. */
export type EditorResult =
  /** Untrusted text: a file may hold anything. */
  | { readonly kind: 'written'; readonly text: string }
  /** The text stays as it was; `why` is a sentence or two. */
  | { readonly kind: 'not-written'; readonly why: string };
