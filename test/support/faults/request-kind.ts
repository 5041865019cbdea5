/** Kinds of requests, in the user's words. */
export const KINDS = [
  'list',
  'task',
  'transcript',
  'create',
  'send',
  'pause',
  'resume',
  'delete',
  'update input',
  'templates',
  'presets',
  'external auth',
  'build',
  'build log',
  'me',
  'users',
  'server info',
] as const;
/** Kinds of requests about chats. */
export const CHAT_KINDS = [
  'chats',
  'chat',
  'messages',
  'create chat',
  'send to chat',
  'interrupt',
  'change chat',
  'edit message',
  'delete queued',
  'promote queued',
  'models',
] as const;
export type RequestKind = (typeof KINDS)[number] | (typeof CHAT_KINDS)[number];

/** The first match counts. */
const PATHS: readonly (readonly [method: string, path: RegExp, kind: RequestKind])[] = [
  ['GET', /^\/api\/v2\/buildinfo$/, 'server info'],
  ['GET', /^\/api\/v2\/users\/me$/, 'me'],
  ['GET', /^\/api\/v2\/users$/, 'users'],
  ['GET', /^\/api\/v2\/templates$/, 'templates'],
  ['GET', /^\/api\/v2\/templateversions\/[^/]+\/presets$/, 'presets'],
  ['GET', /^\/api\/v2\/templateversions\/[^/]+\/external-auth$/, 'external auth'],
  ['GET', /^\/api\/v2\/workspacebuilds\/[^/]+\/logs$/, 'build log'],
  ['GET', /^\/api\/v2\/(workspaces|workspacebuilds)\/[^/]+$/, 'build'],
  ['GET', /^\/api\/v2\/tasks$/, 'list'],
  ['POST', /^\/api\/v2\/tasks\/me$/, 'create'],
  ['GET', /^\/api\/v2\/tasks\/[^/]+\/[^/]+$/, 'task'],
  ['DELETE', /^\/api\/v2\/tasks\/[^/]+\/[^/]+$/, 'delete'],
  ['GET', /^\/api\/v2\/tasks\/[^/]+\/[^/]+\/logs$/, 'transcript'],
  ['PATCH', /^\/api\/v2\/tasks\/[^/]+\/[^/]+\/input$/, 'update input'],
  ['POST', /^\/api\/v2\/tasks\/[^/]+\/[^/]+\/send$/, 'send'],
  ['POST', /^\/api\/v2\/tasks\/[^/]+\/[^/]+\/pause$/, 'pause'],
  ['POST', /^\/api\/v2\/tasks\/[^/]+\/[^/]+\/resume$/, 'resume'],
  ['GET', /^\/api\/v2\/chats$/, 'chats'],
  ['POST', /^\/api\/v2\/chats$/, 'create chat'],
  ['GET', /^\/api\/v2\/chats\/[^/]+$/, 'chat'],
  ['PATCH', /^\/api\/v2\/chats\/[^/]+$/, 'change chat'],
  ['GET', /^\/api\/v2\/chats\/[^/]+\/messages$/, 'messages'],
  ['POST', /^\/api\/v2\/chats\/[^/]+\/messages$/, 'send to chat'],
  ['PATCH', /^\/api\/v2\/chats\/[^/]+\/messages\/[^/]+$/, 'edit message'],
  ['POST', /^\/api\/v2\/chats\/[^/]+\/interrupt$/, 'interrupt'],
  ['DELETE', /^\/api\/v2\/chats\/[^/]+\/queue\/[^/]+$/, 'delete queued'],
  ['POST', /^\/api\/v2\/chats\/[^/]+\/queue\/[^/]+\/promote$/, 'promote queued'],
  ['GET', /^\/api\/v2\/organizations\/[^/]+\/chats\/models$/, 'models'],
];

/** Whether a request of this kind is about chats. */
export const isChatKind = (kind: RequestKind): boolean => CHAT_KINDS.some((each) => each === kind);

/** Null for an unknown route. `target`: path and query, percent-encoded. */
export function kindOf(method: string, target: string): RequestKind | null {
  const path = target.split('?')[0] ?? '';
  return PATHS.find(([of, form]) => of === method && form.test(path))?.[2] ?? null;
}
