/** A call of a method of a decorated object. */
export interface MethodCall {
  /** The method's name; of a nested object with its place, such as `sources.0.list`. */
  readonly path: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

/**
 * Runs instead of a method; its result is the method's. `proceed` calls the method itself, with the given arguments. A
 * method need not return a promise: return what is none as it is.
 */
export type Around = (call: MethodCall, proceed: (args: readonly unknown[]) => unknown) => unknown;

/** The names of the properties that hold objects of which the methods are decorated as well. */
type Nested<T> = readonly (keyof T & string)[];

/**
 * The same object with `around` for each method, whether it exists now or is added later. `nested` names the properties
 * whose object, or array of objects, is decorated as well. All other members are read from the object, and its methods
 * run on it: private fields, getters and static facts stay as they are.
 */
export const decorate = <T extends object>(target: T, around: Around, nested: Nested<T> = []): T =>
  mirror(target, {
    nested,
    read: (owner, name) => Reflect.get(owner, name, owner),
    around: (call, owner, method) => around(call, (args) => Reflect.apply(method, owner, args) as unknown),
  });

type Method = (...args: readonly unknown[]) => unknown;
type Promising = (...args: never[]) => Promise<unknown>;

/**
 * All that is known of a `T` before it exists: its members but the methods that return a promise. An optional method
 * counts as known: `undefined` says that it does not exist, `deferredMethod` that it does.
 */
export type Facts<T> = {
  readonly [Name in keyof T as Required<T>[Name] extends Promising
    ? undefined extends T[Name]
      ? Name
      : never
    : Name]: T[Name] extends readonly object[] ? FactsOfEach<T[Name]> : T[Name];
};

type FactsOfEach<List extends readonly object[]> = { readonly [Index in keyof List]: Facts<List[Index]> };

/**
 * A `T` of which only the facts exist. Each other member is a method, for which `call` runs; it can find the method of
 * the real object with `callMethod`.
 */
export const deferred = <T extends object>(
  facts: Facts<T>,
  call: (call: MethodCall) => Promise<unknown>,
  nested: Nested<T> = [],
): T =>
  mirror(facts as object, {
    nested,
    // Else `await` would call it.
    read: (owner, name) =>
      name in owner || name === 'then' ? Reflect.get(owner, name, owner) : deferredMethod,
    around: (made, owner, method) =>
      method === deferredMethod ? call(made) : Reflect.apply(method, owner, made.args),
  }) as T;

/** In facts, for an optional method: it exists, and runs as those do that the facts leave out. */
export const deferredMethod = (..._: unknown[]): Promise<never> =>
  Promise.reject(new Error('A deferred method runs through its object.'));

/** Calls the method of `target` that a call of another object with the same methods means. */
export function callMethod(target: object, { path, args }: MethodCall): unknown {
  const places = path.split('.');
  const name = places.pop() ?? '';
  const owner = places.reduce<object>((object, place) => Reflect.get(object, place) as object, target);
  return Reflect.apply(Reflect.get(owner, name) as Method, owner, args);
}

interface Mirroring {
  readonly nested: readonly string[];
  read(owner: object, name: string): unknown;
  around(call: MethodCall, owner: object, method: Method): unknown;
}

/** An object that reads its members through `read`; its methods call `around`. */
function mirror<T extends object>(owner: T, mirroring: Mirroring, place = ''): T {
  const { nested, read, around } = mirroring;
  /** By the member, so that the same one stays identical. */
  const mirrored = new WeakMap<object, unknown>();
  const remember = (member: object, create: () => unknown): unknown => {
    if (!mirrored.has(member)) mirrored.set(member, create());
    return mirrored.get(member);
  };
  const methods = new Map<string, { readonly method: Method; readonly decorated: Method }>();

  const methodFor = (name: string, method: Method): Method => {
    const known = methods.get(name);
    if (known?.method === method) return known.decorated;
    const decorated: Method = (...args) => around({ path: place + name, name, args }, owner, method);
    methods.set(name, { method, decorated });
    return decorated;
  };

  const nestedFor = (name: string, member: object): unknown =>
    remember(member, () =>
      Array.isArray(member)
        ? member.map((each: object, index) => mirror(each, mirroring, `${place}${name}.${index}.`))
        : mirror(member, mirroring, `${place}${name}.`),
    );

  // The target is another object, since a proxy must return the members of a frozen target as they are.
  return new Proxy(Object.create(Reflect.getPrototypeOf(owner)) as T, {
    get(_, name) {
      if (typeof name === 'symbol') return Reflect.get(owner, name, owner);
      const member = read(owner, name);
      if (typeof member === 'function') return methodFor(name, member as Method);
      if (typeof member === 'object' && member !== null && nested.includes(name))
        return nestedFor(name, member);
      return member;
    },
    set: (_, name, value) => Reflect.set(owner, name, value, owner),
    has: (_, name) => Reflect.has(owner, name),
    ownKeys: () => Reflect.ownKeys(owner),
    getOwnPropertyDescriptor(_, name) {
      const found = Reflect.getOwnPropertyDescriptor(owner, name);
      // The same reason: a descriptor of a property that the target lacks must be configurable.
      return found && { ...found, configurable: true };
    },
  });
}
