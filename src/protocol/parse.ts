import * as v from 'valibot';
import { errorReplySchema, eventSchema, replySchemas, requestSchema, type ClientRequest, type Reply, type RequestType, type ServerEvent } from './messages.js';

// unknown in, union out. The only way wire data becomes typed; everything else is refused with a short reason that names the field, never its value.

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

function run<T>(schema: v.GenericSchema<unknown, T>, data: unknown): Parsed<T> {
  const result = v.safeParse(schema, data, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const issue = result.issues[0];
  return { ok: false, problem: `${v.getDotPath(issue) ?? 'message'}: expected ${issue.expected ?? 'another value'}` };
}

/** Server side: one message of the request channel. */
export function parseRequest(data: unknown): Parsed<ClientRequest> {
  return run(requestSchema, data);
}

/** Client side: one message of the event channel. */
export function parseEvent(data: unknown): Parsed<ServerEvent> {
  return run(eventSchema, data);
}

/** Client side: the acknowledgement of a request of type `t`. */
export function parseReply<T extends RequestType>(t: T, data: unknown): Parsed<Reply<T>> {
  const schema = (data as { ok?: unknown } | null)?.ok === false ? errorReplySchema : replySchemas[t];
  return run(schema as unknown as v.GenericSchema<unknown, Reply<T>>, data);
}
