import * as v from 'valibot';
import { errorReplySchema, eventSchemas, replySchemas, type Reply, type ServerEvent } from './messages.js';
import type { RequestType } from './requests.js';

// unknown in, union out. The only way wire data becomes typed; everything else is refused with a short reason that names the field, never its value.

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

function run<T>(schema: v.GenericSchema<unknown, T>, data: unknown): Parsed<T> {
  const result = v.safeParse(schema, data, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const issue = result.issues[0];
  return { ok: false, problem: `${issue.path?.map(({ key }) => key).join('.') ?? 'message'}: expected ${issue.expected ?? issue.message}` };
}

/** One of several messages: the schema under the name that its field `key` gives judges it. */
export function parseOneOf<T>(schemas: Readonly<Record<string, v.GenericSchema<unknown, T>>>, key: string, data: unknown): Parsed<T> {
  const name = (data as Record<string, unknown> | null | undefined)?.[key];
  if (typeof name === 'string' && Object.hasOwn(schemas, name)) return run(schemas[name]!, data);
  return { ok: false, problem: `${key}: expected a known type` };
}

/** Client side: one message of the event channel. */
export function parseEvent(data: unknown): Parsed<ServerEvent> {
  return parseOneOf<ServerEvent>(eventSchemas, 't', data);
}

/** Client side: the acknowledgement of a request of type `t`. */
export function parseReply<T extends RequestType>(t: T, data: unknown): Parsed<Reply<T>> {
  const schema = (data as { ok?: unknown } | null)?.ok === false ? errorReplySchema : replySchemas[t];
  return run(schema as unknown as v.GenericSchema<unknown, Reply<T>>, data);
}
