// The port: how bytes move. What they are called is protocol/; who asks again, numbers and resumes is signaling-client.ts.

export type TransportFailure = 'unreachable' | 'origin-refused' | 'version-mismatch' | 'insecure-context';

export interface TransportHandlers {
  /** The link is up: requests may be sent. May happen again after `onDown`. */
  onUp(): void;
  /** The link is down, or could not come up. The transport does not try again by itself: `connect()` does. */
  onDown(failure: TransportFailure): void;
  /** One raw message of the event channel, unchecked. */
  onEvent(data: unknown): void;
}

export interface Transport {
  /** Tries once to come up. Harmless while up or trying. */
  connect(): void;
  /** Sends one request; resolves with the raw acknowledgement. Rejects if the link goes down or none came within `timeoutMs`. Never buffers while down. */
  request(data: unknown, timeoutMs: number): Promise<unknown>;
  /** Drops the link without a word and without ending the session (what a broken network does). `onDown` follows. */
  drop(): void;
  /** The link stays up, and nothing goes out or comes in any more. Who notices drops it. */
  strand(): void;
  /** Final. No handler is called afterwards. */
  close(): void;
}

export type CreateTransport = (handlers: TransportHandlers) => Promise<Transport>;
