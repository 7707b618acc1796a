import * as v from 'valibot';
import { parseOneOf } from '../protocol/parse.js';
import { count, length } from '../protocol/values.js';

// What a `local:` room says on its BroadcastChannel, where every tab hears everything: clients and the one hub, run by whichever page leads. Structured
// clones, but checked all the same: another version of this code may be open in the next tab.

const connectionId = v.pipe(v.string(), length(16, 64));

const schemas = {
  /** Client: I want to come up. Said when it holds the lock of its connection, and again when a hub appears. */
  up: v.object({ k: v.literal('up'), c: connectionId }),
  /** Client: a request, and the number its answer shall have. */
  q: v.object({ k: v.literal('q'), c: connectionId, n: count, data: v.unknown() }),
  /** Client: this connection is over. (One that just dies is noticed by its lock.) */
  end: v.object({ k: v.literal('end'), c: connectionId }),
  /** Hub: I am the hub now; whoever was up with another is down. */
  hub: v.object({ k: v.literal('hub') }),
  'hub-up': v.object({ k: v.literal('hub-up'), c: connectionId }),
  'hub-down': v.object({ k: v.literal('hub-down'), c: connectionId }),
  a: v.object({ k: v.literal('a'), c: connectionId, n: count, data: v.unknown() }),
  e: v.object({ k: v.literal('e'), to: v.array(connectionId), data: v.unknown() }),
} as const;
export type LocalMessage = v.InferOutput<(typeof schemas)[keyof typeof schemas]>;

export interface LocalChannel {
  /** Harmless once closed: an answer may come after the end. */
  post(message: LocalMessage): void;
  close(): void;
}

export const leaderLock = (name: string): string => `rtc-elements:${name}:leader`;
/** Held by a client for as long as its connection lives; the hub queues for it, and getting it means that the client is gone. */
export const connectionLock = (name: string, connection: string): string => `rtc-elements:${name}:connection:${connection}`;

/** Also heard by other channels of the same page, never by this one. */
export function openLocalChannel(name: string, hear: (message: LocalMessage) => void): LocalChannel {
  const channel = new BroadcastChannel(`rtc-elements:${name}`);
  channel.onmessage = ({ data }) => {
    const parsed = parseOneOf<LocalMessage>(schemas, 'k', data);
    if (parsed.ok) hear(parsed.value);
  };
  let open = true;
  return {
    post(message) {
      if (open) channel.postMessage(message);
    },
    close() {
      open = false;
      channel.onmessage = null;
      channel.close();
    },
  };
}
