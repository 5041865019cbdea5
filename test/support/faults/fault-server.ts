import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { type CoderServer, type RecordedRequest, routeNotFound, startCoderServer } from '../coder-server.ts';
import { CoderModel, type CorrectResponse } from './coder-model.ts';
import { FAULTS, type FaultId, type FaultyRequest, respondCorrectly } from './faults.ts';
import { kindOf, type RequestKind } from './request-kind.ts';

/** A request as the server saw it. */
interface SeenRequest {
  readonly kind: RequestKind | null;
  readonly target: string;
  /** By the test's clock, Unix ms. */
  readonly at: number;
  readonly token: string | undefined;
}

/** A Coder server that can be told what to do wrong, with which kind of request. */
export interface FaultServer {
  readonly url: string;
  readonly model: CoderModel;
  /** Another server, where redirects lead: what reached it. */
  readonly otherServer: CoderServer;
  readonly seen: readonly SeenRequest[];
  /** The token that is taken. */
  token: string;
  /** Nothing happens at the server, nor on the way to it, for `open` requests of the client's, until time passes. */
  isQuiet(open: number): boolean;
  /** From now on `fault` is in the way of requests of these kinds; null: of none. */
  injectFault(fault: FaultId | null, kinds?: readonly RequestKind[]): Promise<void>;
  /** From now on nothing comes back over a connection that stands now, as when a NAT entry is gone; new ones work. */
  loseConnections(): void;
  close(): Promise<void>;
}

export interface FaultServerOptions {
  /** Delays are told by it. */
  readonly clock: Clock;
  readonly token: string;
}

/** An address of this machine that nobody else listens at, so that a server that went down finds its port free. */
const ownHost = (): string => {
  if (process.platform !== 'linux') return '127.0.0.1';
  const byte = (): number => 1 + Math.floor(Math.random() * 250);
  return `127.${byte()}.${byte()}.${byte()}`;
};

/** Real HTTP on loopback. What it holds back it holds back by `clock`: scaled, moved by hand, or real. */
export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const { clock } = options;
  const model = new CoderModel({ clock });
  const elsewhere = await startCoderServer();
  const seen: SeenRequest[] = [];
  /** Answers that are being made, and those that wait for time. */
  const active = new Set<ServerResponse>();
  const held = new Set<ServerResponse>();
  let suffered: { readonly fault: FaultId; readonly kinds: readonly RequestKind[] } | null = null;
  let isDown = false;
  const used = new Set<IncomingMessage['socket']>();
  let lost: ReadonlySet<IncomingMessage['socket']> = new Set();

  const respond = (
    response: ServerResponse,
    request: RecordedRequest,
    socket: IncomingMessage['socket'],
  ): void => {
    const { method, target, headers } = request;
    const kind = kindOf(method, target);
    const given = headers['coder-session-token'];
    const token = typeof given === 'string' ? given : undefined;
    seen.push({ kind, target, at: clock.now(), token });
    active.add(response);
    response.setHeader('date', new Date(model.now()).toUTCString());
    response.once('close', () => {
      active.delete(response);
      held.delete(response);
    });
    if (kind === null) return void routeNotFound(response, request, socket);
    let right: CorrectResponse | null = null;
    const faulty: FaultyRequest = {
      response,
      request,
      socket,
      clock,
      serverNow: () => model.now(),
      act() {
        right ??= model.answer(kind, request);
        return right;
      },
      elsewhere: elsewhere.origin,
      hold() {
        active.delete(response);
        held.add(response);
      },
      release() {
        held.delete(response);
        active.add(response);
      },
    };
    used.add(socket);
    if (lost.has(socket)) return faulty.hold();
    const fault = suffered === null ? null : FAULTS[suffered.fault];
    const isMeant = fault?.affectsAllRequests === true || suffered?.kinds.includes(kind) === true;
    const needsToken = kind !== 'server info';
    if (needsToken && token !== server.token) return FAULTS['401'].answer?.(faulty);
    if (suffered?.fault === '401' && !needsToken) return respondCorrectly(faulty);
    if (!isMeant || fault?.answer === undefined) return respondCorrectly(faulty);
    const taskId = request.target.split('?')[0]?.split('/')[5];
    if (fault.deletes === true && taskId !== undefined) model.removeTask(taskId);
    fault.answer(faulty);
  };

  const coder = await startCoderServer({ host: ownHost(), fallback: respond });
  const server: FaultServer = {
    url: coder.url,
    model,
    otherServer: elsewhere,
    seen,
    token: options.token,
    isQuiet: (open) => active.size === 0 && held.size === open,
    async injectFault(fault, kinds = []) {
      suffered = fault === null ? null : { fault, kinds };
      model.skewMs = (fault === null ? undefined : FAULTS[fault].skewMs) ?? 0;
      const goesDown = fault === 'refused';
      if (goesDown !== isDown) await (goesDown ? coder.down() : coder.up());
      isDown = goesDown;
    },
    loseConnections() {
      lost = new Set(used);
    },
    async close() {
      await Promise.all([isDown ? undefined : coder.close(), elsewhere.close()]);
    },
  };
  return server;
}
