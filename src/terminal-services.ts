import type { CommandContext } from './commands/command.ts';
import { currentDirectory } from './config/current-directory.ts';
import type { AttachmentFiles } from './domain/ports/terminal-services.ts';
import { homeDirectory } from './platform/home-directory.ts';
import type { Store } from './store/store.ts';

export interface TerminalServicesOptions {
  readonly store: Store;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends an escape sequence to the terminal. */
  readonly send: (sequence: string) => void;
}

type TerminalServices = Pick<CommandContext, 'clipboard' | 'browser' | 'files' | 'attachments'>;

/** Clipboard, browser and files of the user. Each is loaded on use: few sessions copy or save anything. */
export function terminalServices({ store, env, send }: TerminalServicesOptions): TerminalServices {
  const places = () => ({ cwd: currentDirectory(), home: homeDirectory(env) });
  const clipboard: TerminalServices['clipboard'] = {
    async copy(text) {
      const { terminalClipboard } = await import('./terminal/clipboard.ts');
      return terminalClipboard({ env, send }).copy(text);
    },
  };
  const attachmentFiles = async (): Promise<AttachmentFiles> => {
    const { createAttachmentFiles } = await import('./attachments/attachment-files.ts');
    return createAttachmentFiles(places());
  };
  return {
    clipboard,
    browser: {
      async open(address) {
        const { createBrowser } = await import('./terminal/browser.ts');
        const command = store.getState().settings.open;
        return createBrowser({ env, platform: process.platform, command, clipboard }).open(address);
      },
    },
    files: {
      async save(name, text, options) {
        const { createTextFiles } = await import('./storage/text-file.ts');
        return createTextFiles(places()).save(name, text, options);
      },
    },
    attachments: {
      check: async (typed) => (await attachmentFiles()).check(typed),
      complete: async (typed) => (await attachmentFiles()).complete(typed),
    },
  };
}
