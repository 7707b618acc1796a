import fc from 'fast-check';

// What a hostile client puts where something else is expected; shared by the properties of the parsers and the packets thrown at a real server.

/** Names that objects have without being given them. */
export const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupSetter__', 'then', 'toJSON', 'length'] as const;

/** As `JSON.parse` makes them: with keys of their own that would be the prototype's in source text. */
const polluting = PROTOTYPE_NAMES.map((name) => JSON.parse(`{"${name}":{"polluted":true}}`) as unknown).concat([
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  JSON.parse('[{"__proto__":{"polluted":true}}]'),
]);

const nested = (depth: number, isArray: boolean): unknown => JSON.parse(isArray ? '['.repeat(depth) + ']'.repeat(depth) : '{"a":'.repeat(depth) + '1' + '}'.repeat(depth));

export const EVIL_TEXTS = [
  '', ' ', '\u0000', '\ud800', '\u202egnp.exe', '\u200b\u200d', 'ﷺ'.repeat(30), 'e' + '\u0301'.repeat(200), '<img src=x onerror=alert(1)>', 'javascript:alert(1)',
  "' OR 1=1 --", '${7*7}', '{{7*7}}', '../../etc/passwd', '%00', '\r\nSet-Cookie: a=b', 'x'.repeat(5_000), '42["q",{}]', ...PROTOTYPE_NAMES,
] as const;

const EVIL_THINGS: readonly unknown[] = [
  ...polluting, nested(2_000, true), nested(2_000, false), null, true, 0, -1, -0, 1e308, Number.MAX_SAFE_INTEGER + 2, 0.1, [], {}, [[]], Array(1_000).fill(0),
  { length: 1e9 }, { _placeholder: true, num: 0 }, { _placeholder: true, num: '__proto__' }, { _placeholder: true, num: -1 }, { toJSON: 'x' }, { then: 1 },
];

export const evilText: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...EVIL_TEXTS), fc.string({ unit: 'binary', maxLength: 200 }));
/** What can come out of JSON. */
export const evilJson: fc.Arbitrary<unknown> = fc.oneof(fc.constantFrom(...EVIL_THINGS), evilText, fc.jsonValue({ maxDepth: 4 }), fc.double(), fc.integer());

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** Every place in a message, as the keys that lead there. */
function placesIn(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  return isBranch(value) && at.length < 8 ? [at, ...Object.keys(value).flatMap((key) => placesIn(value[key], [...at, key]))] : [at];
}

/** An own property, whatever its name: an assignment to `__proto__` makes none. */
function put(target: object, key: string, value: unknown): void {
  if (Array.isArray(target) && key === 'length') return;
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function changed(value: unknown, path: readonly string[], change: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (!isBranch(value)) return value;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  put(copy, key, changed(value[key], rest, change));
  return copy;
}

function without(value: unknown, key: string): unknown {
  if (!isBranch(value) || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

/** A right message with up to four things wrong: replaced, removed or added, in any place. */
export function tampered(messages: readonly unknown[], evil: fc.Arbitrary<unknown> = evilJson): fc.Arbitrary<unknown> {
  const change = fc.record({ where: fc.nat(), how: fc.constantFrom('replace', 'replace', 'add', 'remove'), key: fc.constantFrom(...PROTOTYPE_NAMES, 'x', 't', 'from', '0'), what: evil });
  return fc.tuple(fc.constantFrom(...messages), fc.array(change, { maxLength: 4 })).map(([message, changes]) =>
    changes.reduce<unknown>((now, { where, how, key, what }) => {
      const places = placesIn(now);
      const path = places[where % places.length] ?? [];
      if (how === 'remove') return path.length === 0 ? now : changed(now, path.slice(0, -1), (old) => without(old, path.at(-1) ?? ''));
      return changed(now, path, (old) => {
        if (how === 'replace' || !isBranch(old)) return what;
        const copy = Array.isArray(old) ? [...(old as unknown[])] : { ...old };
        put(copy, key, what);
        return copy;
      });
    }, message));
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Number.prototype, Promise.prototype, Map.prototype];
const fingerprintOf = (): string => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length).join();

/** Runs it, and says whether any prototype has a property more or less than before. */
export function leavesPrototypesAlone(run: () => void): boolean {
  const before = fingerprintOf();
  run();
  return fingerprintOf() === before && !('polluted' in {});
}
