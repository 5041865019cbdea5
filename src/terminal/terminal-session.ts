import { constants } from 'node:os';
import { redactSecrets } from '../domain/secrets.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { wrap } from '../domain/text/wrap.ts';
import { sleepInRealTime } from '../platform/sleep.ts';
import { type AsciiMode, asciiFilter } from './ascii.ts';
import { writeCrashReport } from './crash-report.ts';
import { type KeyInput, type KeyOptions, keyInput } from './key-input.ts';
import { isKeyboardReply, KEYBOARD_OFF, KEYBOARD_ON } from './kitty-keyboard.ts';
import { MOUSE_OFF, MOUSE_ON } from './mouse.ts';
import { isStatusReply } from './output-flow-control.ts';
import { terminalOutput } from './painter.ts';
import { type ScreenReader, screenReaderOutput } from './screen-reader-output.ts';
import { suspendProcessGroup } from './suspend.ts';
import type { TerminalOutput } from './terminal-output.ts';
import { WHEEL_MODE, wheelSendsKeys } from './wheel.ts';
import { WindowTitle } from './window-title.ts';
import { writeTerminalSync } from './write-sync.ts';

/** Why the terminal session ends early. */
type EndReason =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** The terminal was closed, hung up or cannot be written. */
  | { readonly kind: 'hangup' }
  | { readonly kind: 'crash'; readonly error: unknown };

export interface TerminalSessionOptions
  extends Pick<KeyOptions, 'onFocus' | 'onMouse' | 'onReply' | 'times'> {
  readonly crashDirectory: string;
  readonly version: string;
  /** Redacted from crash reports. */
  readonly secrets?: readonly string[];
  readonly ascii?: AsciiMode;
  /** Draw emoji of several code points as a single code point. */
  readonly plainEmoji?: boolean;
  /** Ask the terminal for its background colour; `onReply` gets the reply. */
  readonly asksBackground?: boolean;
  /** The terminal may have no alternate screen: see painter.ts. */
  readonly scrollBeforeDrawing?: boolean;
  /** Write lines for a screen reader instead of drawing. */
  readonly screenReader?: boolean;
  /** The terminal understands no escape sequences. */
  readonly dumb?: boolean;
  /** Unix time in ms. */
  readonly now: () => number;
  /** Saves data before the process exits. It exits when this resolves, or after `graceMs`. */
  readonly onEnd?: (reason: EndReason) => void | Promise<void>;
  /** Default: 1,500 ms. */
  readonly graceMs?: number;
}

/** Ink's `suspendTerminal`, from `useApp`. */
type SuspendTerminal = (run: () => Promise<void>) => Promise<void>;

/** Holds the terminal for a full-screen program and restores it on every exit path. */
export interface TerminalSession {
  /** For Ink's `stdin`. */
  readonly stdin: KeyInput;
  /** For Ink's `stdout`. */
  readonly stdout: TerminalOutput;
  /** Null unless `screenReader` is set. */
  readonly screenReader: ScreenReader | null;
  /** `ctrl+l` */
  repaint(): void;
  /** `ctrl+z`: restores the terminal, stops the process group, and repaints after SIGCONT. */
  suspend(suspendTerminal: SuspendTerminal): Promise<void>;
  /** Gives the terminal to another program until `run` resolves. Meanwhile SIGINT and SIGQUIT are ignored. */
  lend(suspendTerminal: SuspendTerminal, run: () => Promise<void>): Promise<void>;
  /** While the terminal is lent: writes a sentence below the output, then waits for a key and drops it. */
  askForKey(sentence: string): Promise<void>;
  /** Writes a sentence for the user while the terminal is lent. Sanitises it. */
  say(sentence: string): Promise<void>;
  /** Writes a sequence that draws nothing, such as a bell. Does nothing while the terminal is lent. */
  send(sequence: string): void;
  /** Turns mouse reports on or off. Off at first. */
  setMouse(on: boolean): void;
  /** Sets the title of the window or tab. Sanitises `title`. */
  setTitle(title: string): void;
  /**
   * Ignores keys from now on. Resolves when no reply of the terminal is pending: after Ink has left, the shell would read it
   * as typed text.
   */
  stopInput(): Promise<void>;
  /** Writes a crash report for an error that does not end the program. Returns the sentence to show. */
  reportError(error: unknown): string;
  /** For an unhandled error: restores the terminal, writes and prints the crash report, exits with 1. */
  crash(error: unknown): void;
  /** Restores the terminal and removes all listeners. Call it after Ink has left. */
  close(): void;
}

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;
/** Ignored while another program has the terminal: the keyboard sends them to that program too. */
const KEYBOARD_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const GRACE_MS = 1_500;
/** The ctrl+c that ended the other program may reach taskdeck this much later. */
const IGNORE_SIGNALS_MS = 500;
/** A terminal that has not read the last bytes by then is stuck. */
const FLUSH_MS = 1_000;

/** How long to wait for a pending reply before the terminal is handed over. */
const REPLY_TIMEOUT_MS = 700;
/** The longest delay that a Node timer accepts. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** There is only one terminal, so only one session at a time. */
let openedSession: TerminalSession | null = null;

/** Closes the open session, if any. Call it before an error is printed: the alternate screen would hide it. */
export function closeOpenSession(): void {
  openedSession?.close();
}

/** Switches the terminal to raw mode and installs handlers for signals, errors and exit. */
export function openTerminalSession(options: TerminalSessionOptions): TerminalSession {
  let lent = false;
  let ignoresSignals = false;
  let ending = false;
  let isExiting = false;
  let mouse = false;
  /** The terminal reported that its wheel sends keys, and the mode was turned off. */
  let isWheelDisabled = false;
  let isKittyEnabled = false;
  const title = new WindowTitle();
  const screenReader = options.screenReader === true ? screenReaderOutput(process.stdout, options) : null;
  const stdout = screenReader ?? terminalOutput(process.stdout, options);
  const stdin = keyInput(process.stdin, {
    ...options,
    // Reports that were sent before the mouse was turned off are dropped.
    onMouse: (pointing) => (mouse ? options.onMouse?.(pointing) : undefined),
    onReply: (bytes) => {
      if (isStatusReply(bytes)) stdout.statusReplied();
      else if (isKeyboardReply(bytes)) enableKittyKeyboard();
      else if (wheelSendsKeys(bytes) === true) disableWheelKeys();
      else options.onReply?.(bytes);
    },
    expectsReply: () => stdout.hasOpenQuery,
    onClose: () => end({ kind: 'hangup' }),
  });

  /** Turns off the mode in which the wheel sends arrow keys. */
  const disableWheelKeys = (): void => {
    if (isWheelDisabled || screenReader !== null) return;
    isWheelDisabled = true;
    if (!lent) stdout.disableMode(WHEEL_MODE);
  };
  const enableKittyKeyboard = (): void => {
    if (isKittyEnabled || screenReader !== null) return;
    isKittyEnabled = true;
    if (!lent) stdout.write(KEYBOARD_ON);
  };

  /** Resolves when the terminal is restored. Writes synchronously unless output is queued. */
  const restore = async (mayWait: boolean): Promise<void> => {
    const back = stdout.close() + title.restore();
    // A pending reply must be read before echo is on again, or the shell gets it as text.
    const pendingReply = mayWait && stdout.hasOpenQuery ? stdout.stopQueries(REPLY_TIMEOUT_MS) : undefined;
    if (pendingReply === undefined) stdin.setRawMode(false);
    // ST first: the last write may have ended inside a hyperlink.
    const text = back === '' || screenReader !== null ? back : `\x1b\\\x1b[0m${back}`;
    // Queued frames go first: written later, they would end up on the shell's screen.
    if (process.stdout.writableLength > 0 && !isExiting) await write(text);
    else writeTerminalSync(process.stdout.fd, text);
    if (pendingReply !== undefined) {
      await pendingReply;
      stdin.setRawMode(false);
    }
    setBlocking(process.stdout, true);
  };

  const end = (reason: EndReason): void => {
    // A second signal ends the process at once.
    if (ending) {
      if (reason.kind === 'signal') process.exit(exitCode(reason));
      return;
    }
    ending = true;
    // Libraries may write to stderr at exit; a stuck terminal must not block them.
    setBlocking(process.stderr, false);
    const restored = restore(true);
    if (reason.kind === 'crash') printCrash(reason.error, options);
    const leave = (): never => process.exit(exitCode(reason));
    setTimeout(leave, options.graceMs ?? GRACE_MS);
    const saved = Promise.resolve(reason).then(options.onEnd);
    void Promise.allSettled([restored, saved]).then(leave);
  };

  const onSignal = (signal: NodeJS.Signals): void => {
    if ((lent || ignoresSignals) && KEYBOARD_SIGNALS.includes(signal)) return;
    end({ kind: 'signal', signal });
  };
  const onContinue = (): void => {
    if (lent || ending) return;
    // Stopped by SIGSTOP from outside: a shell has used the terminal, and the window size may have changed.
    process.emit('SIGWINCH', 'SIGWINCH');
    stdin.resetRawMode();
    stdout.restoreAfterStop();
  };
  // Node's own listener, which reads the new size, runs first.
  const onWindow = (): void => stdout.windowChanged();
  const onExit = (): void => {
    isExiting = true;
    void restore(false);
  };
  const onCrash = (error: unknown): void => end({ kind: 'crash', error });
  const onBroken = (): void => end({ kind: 'hangup' });

  // Ink sets raw mode only after its first frame: earlier keys would be echoed.
  stdin.setRawMode(true);
  const reportsFocus = options.onFocus !== undefined;
  if (reportsFocus) stdout.write(FOCUS_ON);
  // A slow terminal must not block the process.
  setBlocking(process.stdout, false);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('SIGCONT', onContinue);
  process.on('SIGWINCH', onWindow);
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  process.stdout.on('error', onBroken);
  process.on('exit', onExit);

  const lend: TerminalSession['lend'] = async (suspendTerminal, run) => {
    // Ink releases stdin meanwhile: Node would exit if nothing else is pending.
    const awake = setInterval(() => {}, MAX_TIMER_MS);
    await stdout.stopQueries(REPLY_TIMEOUT_MS);
    lent = true;
    screenReader?.pause();
    // Kitty flags belong to one of the two screens.
    if (isKittyEnabled) stdout.write(KEYBOARD_OFF);
    try {
      await suspendTerminal(async () => {
        try {
          // Turn all modes off before the other program starts.
          if (reportsFocus) stdout.write(FOCUS_OFF);
          if (mouse) stdout.write(MOUSE_OFF);
          if (isWheelDisabled) stdout.write(WHEEL_ON);
          stdout.send(title.restore());
          await Promise.race([write(''), sleepInRealTime(FLUSH_MS)]);
          await run();
        } finally {
          lent = false;
          if (reportsFocus) stdout.write(FOCUS_ON);
          if (mouse) stdout.write(MOUSE_ON);
          if (isWheelDisabled) stdout.disableMode(WHEEL_MODE);
          stdout.send(title.apply());
          ignoresSignals = true;
          setTimeout(() => {
            ignoresSignals = false;
          }, IGNORE_SIGNALS_MS).unref();
          // Only foreground processes get SIGWINCH.
          process.emit('SIGWINCH', 'SIGWINCH');
        }
      });
    } finally {
      lent = false;
      if (isKittyEnabled) stdout.write(KEYBOARD_ON);
      clearInterval(awake);
      screenReader?.resume();
    }
  };

  const session: TerminalSession = {
    stdin,
    stdout,
    screenReader,
    repaint: () => stdout.repaint(),
    suspend: (suspendTerminal) => lend(suspendTerminal, suspendProcessGroup),
    lend,
    async askForKey(sentence) {
      const inAscii = asciiFilter(options.ascii ?? null);
      const rows = wrap(sanitiseLine(sentence), stdout.columns - 1);
      // Raw mode before the text, so that an early key is not echoed.
      const pressed = stdin.waitForKey();
      await write(`\r\n${rows.map(inAscii).join('\r\n')}\r\n`);
      await pressed;
    },
    say: (sentence) => write(`${asciiFilter(options.ascii ?? null)(sanitiseLine(sentence))}\r\n`),
    send: (sequence) => {
      if (!lent && !ending) stdout.send(sequence);
    },
    setMouse(on) {
      if (on === mouse || screenReader !== null) return;
      mouse = on;
      // While the terminal is lent, `lend` restores this mode afterwards.
      if (!lent && !ending) stdout.write(on ? MOUSE_ON : MOUSE_OFF);
    },
    setTitle(text) {
      if (lent || ending) title.remember(text);
      else stdout.send(title.set(text));
    },
    stopInput() {
      stdin.stopKeys();
      return stdout.stopQueries(REPLY_TIMEOUT_MS);
    },
    reportError(error) {
      const { message, where } = writeErrorReport(error, options);
      return `Internal error in taskdeck: ${message.replace(/[.!?]$/u, '')}. taskdeck continues. ${where}`;
    },
    crash: onCrash,
    close() {
      openedSession = null;
      void restore(false);
      for (const signal of SIGNALS) process.off(signal, onSignal);
      process.off('SIGCONT', onContinue);
      process.off('SIGWINCH', onWindow);
      process.off('uncaughtException', onCrash);
      process.off('unhandledRejection', onCrash);
      process.stdout.off('error', onBroken);
      process.off('exit', onExit);
    },
  };
  openedSession = session;
  return session;
}

const FOCUS_ON = '\x1b[?1004h';
const FOCUS_OFF = '\x1b[?1004l';
const WHEEL_ON = `\x1b[?${WHEEL_MODE}h`;

const write = (text: string): Promise<void> =>
  new Promise((resolve) => void process.stdout.write(text, () => resolve()));

/** Node writes to terminals synchronously, so a dead connection would stop the whole process. Uses Node's internal handle. */
function setBlocking(stream: NodeJS.WriteStream, on: boolean): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (on: boolean) => unknown } };
  handle?.setBlocking?.(on);
}

/** 128 plus the signal number, as shells report it. */
function exitCode(reason: EndReason): number {
  if (reason.kind === 'crash') return 1;
  return 128 + constants.signals[reason.kind === 'signal' ? reason.signal : 'SIGHUP'];
}

function printCrash(error: unknown, options: TerminalSessionOptions): void {
  const { message, where } = writeErrorReport(error, options);
  writeTerminalSync(process.stderr.fd, `taskdeck crashed: ${message}\n${where}\n`);
}

/** Writes the crash report. Returns the redacted error message, and a sentence with the path of the report. */
function writeErrorReport(
  error: unknown,
  { crashDirectory: directory, version, secrets = [], now }: TerminalSessionOptions,
): { readonly message: string; readonly where: string } {
  const file = writeCrashReport({ error, directory, version, secrets, now: now() });
  const message = redactSecrets(
    sanitiseLine(error instanceof Error ? error.message : String(error)),
    secrets,
  );
  const where = file === null ? 'Cannot write the crash report.' : `Crash report: ${file}`;
  return { message, where };
}
