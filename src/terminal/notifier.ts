import type { NotificationText } from '../domain/notifications.ts';
import type { Notifier } from '../domain/ports/terminal-services.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { truncate } from '../domain/text/width.ts';
import { DesktopNotifications, desktopProgram } from './desktop-notification.ts';
import {
  isShownByTerminal,
  type NotificationProtocol,
  type NotificationRoute,
  notificationRoute,
} from './notification-protocol.ts';
import { queryTmux } from './tmux.ts';

export interface NotifierOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's setting now. */
  readonly mode: () => 'off' | 'bell' | 'full';
  /** Writes to the terminal, unless another program has it. */
  readonly send: (sequence: string) => void;
  /** Aborts queries to tmux. */
  readonly signal: AbortSignal;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform;
}

const BEL = '\x07';
const ESC = '\x1b';
/** Ends a string. BEL would also end it, but tmux and users would notice it as a bell. */
const ST = `${ESC}\\`;

/**
 * Rings the bell and shows a notification: by the terminal if it can, since a click on it leads to the window, else on the
 * desktop of this machine. Never throws, never waits.
 */
export function createNotifier({
  env,
  mode,
  send,
  signal,
  platform = process.platform,
}: NotifierOptions): Notifier {
  let count = 0;
  const program = desktopProgram(env, platform);
  const desktop = program === null ? null : new DesktopNotifications(program, env);
  const sendNotification = (words: NotificationText, route: NotificationRoute): void => {
    count++;
    if (desktop === null || isShownByTerminal(route, env))
      return send(BEL + notificationSequence(words, route, `taskdeck-${process.pid}-${count}`));
    send(BEL);
    desktop.show({ title: safeText(words.title, TITLE_COLUMNS), body: safeText(words.body, BODY_COLUMNS) });
  };
  return {
    notify(words) {
      const wanted = mode();
      if (wanted === 'bell') send(BEL);
      if (wanted !== 'full') return;
      if ((env.TMUX ?? '') === '') sendNotification(words, notificationRoute(env, null));
      // Queried each time: another terminal may be attached now.
      else
        void queryTmux(env, signal).then((tmux) => {
          if (!signal.aborted) sendNotification(words, notificationRoute(env, tmux));
        });
    },
  };
}

/** The sequence of a notification; empty if the terminal has only a bell. `id` is unique and matches `[\w-]+`. */
export function notificationSequence(
  words: NotificationText,
  { protocol, tmuxLevels }: NotificationRoute,
  id: string,
): string {
  if (protocol === null) return '';
  let sequence = protocolSequence(
    protocol,
    safeText(words.title, TITLE_COLUMNS),
    safeText(words.body, BODY_COLUMNS),
    id,
  );
  for (let level = 0; level < tmuxLevels; level++) sequence = wrapForTmux(sequence);
  return sequence;
}

function protocolSequence(protocol: NotificationProtocol, title: string, body: string, id: string): string {
  switch (protocol) {
    case 'osc-9':
      // The name comes first: OSC 9 with a title such as "4" would set a progress bar.
      return `${ESC}]9;taskdeck: ${title}: ${body}${ST}`;
    case 'osc-777':
      return `${ESC}]777;notify;${title};${body}${ST}`;
    case 'osc-99':
      return `${ESC}]99;i=${id}:d=0;${title}${ST}${ESC}]99;i=${id}:p=body;${body}${ST}`;
  }
}

/** tmux forwards the text between these, with every ESC doubled. */
const wrapForTmux = (sequence: string): string => `${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${ST}`;

const TITLE_COLUMNS = 60;
const BODY_COLUMNS = 200;
/** The maximum of kitty for one sequence; the others need no more. */
const MAX_BYTES = 1_024;
/** Longer texts are cut first. */
const MAX_CHARACTERS = 4_000;

/** A sanitised line of limited length. A semicolon would end the field. */
function safeText(text: string, columns: number): string {
  const safe = sanitiseLine(text.slice(0, MAX_CHARACTERS)).replaceAll(';', ',').trim();
  let cut = truncate(safe, columns);
  for (let room = columns; Buffer.byteLength(cut) > MAX_BYTES && room > 1; cut = truncate(safe, room))
    room = Math.floor(room / 2);
  return cut;
}
