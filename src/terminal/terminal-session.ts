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

/** Why the terminal session ends before the program wanted to. */
type EndReason =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** The terminal is gone: closed, hung up, or unwritable. */
  | { readonly kind: 'hangup' }
  | { readonly kind: 'crash'; readonly error: unknown };

export interface TerminalSessionOptions
  extends Pick<KeyOptions, 'onFocus' | 'onMouse' | 'onReply' | 'times'> {
  /** Where crash reports go. */
  readonly crashDirectory: string;
  readonly version: string;
  /** What must stand in no report of a crash. */
  readonly secrets?: readonly string[];
  /** How much is drawn in ASCII. */
  readonly ascii?: AsciiMode;
  /** Draw emoji of several code points as one. */
  readonly plainEmoji?: boolean;
  /** There may be no alternate screen: see painter.ts. */
  readonly scrollBeforeDrawing?: boolean;
  /** Nothing is drawn: what there is is said in lines, for screen readers. */
  readonly screenReader?: boolean;
  /** The terminal understands no sequences. */
  readonly dumb?: boolean;
  /** Unix time in ms. */
  readonly now: () => number;
  /** The last chance to save things; the process ends when it is done, or after `graceMs`. */
  readonly onEnd?: (reason: EndReason) => void | Promise<void>;
  /** 1,500 ms when missing. */
  readonly graceMs?: number;
}

/** Ink's `suspendTerminal`, from `useApp`. */
type SuspendTerminal = (run: () => Promise<void>) => Promise<void>;

/** Takes the terminal for a full-screen program and makes sure that it is given back, whatever happens. */
export interface TerminalSession {
  /** For Ink's `stdin`. */
  readonly stdin: KeyInput;
  /** For Ink's `stdout`. */
  readonly stdout: TerminalOutput;
  /** Where lines go where nothing is drawn, else null. */
  readonly screenReader: ScreenReader | null;
  /** `ctrl+l` */
  repaint(): void;
  /** `ctrl+z`: gives the terminal back, stops the whole process group, and paints again when it is continued. */
  suspend(suspendTerminal: SuspendTerminal): Promise<void>;
  /** Gives the terminal to another program for as long as `run` takes. Its `ctrl+c` is not ours meanwhile. */
  lend(suspendTerminal: SuspendTerminal, run: () => Promise<void>): Promise<void>;
  /** While the terminal is lent: writes a sentence below what stands there, and waits for a key, which is then gone. */
  askForKey(sentence: string): Promise<void>;
  /** Writes what draws nothing, such as a bell; nothing while the terminal is lent. */
  send(sequence: string): void;
  /** Asks the terminal to report the mouse, or leaves it to the terminal; off at first. */
  setMouse(on: boolean): void;
  /** Names the terminal's window or tab. Untrusted text is fine. */
  setTitle(title: string): void;
  /**
   * The user leaves: keys do nothing from now on. Resolves when Ink may leave the terminal: no reply of it is on its way
   * that would be taken for something typed.
   */
  stopInput(): Promise<void>;
  /** Writes a report of an error after which the program goes on. Returns the sentence to show. */
  reportError(error: unknown): string;
  /** For an error that nobody else can handle: restores the terminal, writes the report, says where, ends with 1. */
  crash(error: unknown): void;
  /** The ordinary end, after Ink has left: puts back what is still changed and stops listening. */
  close(): void;
}

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;
/** While another program has the terminal, these are meant for it. */
const KEYBOARD_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const GRACE_MS = 1_500;
/** The ctrl+c that ended the other program may reach us this much later than its end. */
const IGNORE_SIGNALS_MS = 500;
/** A terminal that has not taken the last bytes by then is stuck. */
const FLUSH_MS = 1_000;

/** An answer that has not come by then is not waited for by somebody who wants the terminal. */
const REPLY_TIMEOUT_MS = 700;
/** No timer of Node's takes longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** There is one terminal, and so one session at a time. */
let openedSession: TerminalSession | null = null;

/** Ends the session that is open, if any, for an error that is printed next: on the alternate screen it would be lost. */
export function closeOpenSession(): void {
  openedSession?.close();
}

/** Takes the terminal. */
export function openTerminalSession(options: TerminalSessionOptions): TerminalSession {
  let lent = false;
  let ignoresSignals = false;
  let ending = false;
  let isExiting = false;
  let mouse = false;
  /** The terminal has said that it can do so. */
  let isWheelDisabled = false;
  let isKittyEnabled = false;
  const title = new WindowTitle();
  const screenReader = options.screenReader === true ? screenReaderOutput(process.stdout, options) : null;
  const stdout = screenReader ?? terminalOutput(process.stdout, options);
  const stdin = keyInput(process.stdin, {
    ...options,
    // What was on its way when the mouse was turned off means nothing any more.
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

  /** The wheel sends nothing from now on, instead of arrow keys. */
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

  /** Resolves when the terminal has got it. Written before this returns unless something is queued in front. */
  const restore = async (mayWait: boolean): Promise<void> => {
    const back = stdout.close() + title.restore();
    // An answer that is on its way must not be echoed, nor end as text in the shell.
    const answered = mayWait && stdout.hasOpenQuery ? stdout.stopQueries(REPLY_TIMEOUT_MS) : undefined;
    if (answered === undefined) stdin.setRawMode(false);
    // ST first: the last thing written may be half of a hyperlink.
    const text = back === '' || screenReader !== null ? back : `\x1b\\\x1b[0m${back}`;
    // A slow terminal still has a frame to read; overtaking it would leave the frame on the shell's screen.
    if (process.stdout.writableLength > 0 && !isExiting) await write(text);
    else writeTerminalSync(process.stdout.fd, text);
    if (answered !== undefined) {
      await answered;
      stdin.setRawMode(false);
    }
    setBlocking(process.stdout, true);
  };

  const end = (reason: EndReason): void => {
    // Whoever asks twice does not want to wait.
    if (ending) {
      if (reason.kind === 'signal') process.exit(exitCode(reason));
      return;
    }
    ending = true;
    // What libraries still want to say at the exit must not wait for a terminal that takes nothing.
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
    // Stopped from outside, without a word: a shell has used the terminal since, and the window may have changed.
    process.emit('SIGWINCH', 'SIGWINCH');
    stdin.resetRawMode();
    stdout.restoreAfterStop();
  };
  // Node's own listener, which reads the new size, was there first.
  const onWindow = (): void => stdout.windowChanged();
  const onExit = (): void => {
    isExiting = true;
    void restore(false);
  };
  const onCrash = (error: unknown): void => end({ kind: 'crash', error });
  const onBroken = (): void => end({ kind: 'hangup' });

  // From here on nothing that is typed is echoed, nor lost: Ink asks for raw mode only after its first frame.
  stdin.setRawMode(true);
  const reportsFocus = options.onFocus !== undefined;
  if (reportsFocus) stdout.write(FOCUS_ON);
  // Nor does a terminal that reads slowly hold up anything but its own picture.
  setBlocking(process.stdout, false);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('SIGCONT', onContinue);
  process.on('SIGWINCH', onWindow);
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  process.stdout.on('error', onBroken);
  process.on('exit', onExit);

  const lend: TerminalSession['lend'] = async (suspendTerminal, run) => {
    // Ink lets go of the keys meanwhile: where nothing else is waited for, Node would take that for the end.
    const awake = setInterval(() => {}, MAX_TIMER_MS);
    await stdout.stopQueries(REPLY_TIMEOUT_MS);
    lent = true;
    screenReader?.pause();
    // Each of the two screens has its own.
    if (isKittyEnabled) stdout.write(KEYBOARD_OFF);
    try {
      await suspendTerminal(async () => {
        try {
          // Nothing of ours may reach the terminal once it is somebody else's.
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
          // A window that changed while we were in the background told only those in front.
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
      // Raw mode first: nothing that is typed then is echoed.
      const pressed = stdin.waitForKey();
      await write(`\r\n${rows.map(inAscii).join('\r\n')}\r\n`);
      await pressed;
    },
    send: (sequence) => {
      if (!lent && !ending) stdout.send(sequence);
    },
    setMouse(on) {
      if (on === mouse || screenReader !== null) return;
      mouse = on;
      // Whoever has the terminal meanwhile has it without.
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
      return `taskdeck has a fault of its own, and goes on: ${message.replace(/[.!?]$/u, '')}. ${where}`;
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

/**
 * Node makes terminals block, so a dead connection would stop the whole program, requests and all. Its handle
 * can be told otherwise; where it cannot, nothing changes.
 */
function setBlocking(stream: NodeJS.WriteStream, on: boolean): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (on: boolean) => unknown } };
  handle?.setBlocking?.(on);
}

/** 128 and the signal's number, as shells say it. */
function exitCode(reason: EndReason): number {
  if (reason.kind === 'crash') return 1;
  return 128 + constants.signals[reason.kind === 'signal' ? reason.signal : 'SIGHUP'];
}

function printCrash(error: unknown, options: TerminalSessionOptions): void {
  const { message, where } = writeErrorReport(error, options);
  writeTerminalSync(
    process.stderr.fd,
    `taskdeck stopped because of a fault of its own: ${message}\n${where}\n`,
  );
}

/** Writes the report. Returns what the error says, safe to show, and a sentence on where the report is. */
function writeErrorReport(
  error: unknown,
  { crashDirectory: directory, version, secrets = [], now }: TerminalSessionOptions,
): { readonly message: string; readonly where: string } {
  const file = writeCrashReport({ error, directory, version, secrets, now: now() });
  const message = redactSecrets(
    sanitiseLine(error instanceof Error ? error.message : String(error)),
    secrets,
  );
  const where = file === null ? 'The report could not be written.' : `The report is in ${file}.`;
  return { message, where };
}
