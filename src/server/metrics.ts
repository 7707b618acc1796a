import type { HubFact } from '../hub/ports.js';
import type { EndReason, ErrorCode } from '../protocol/codes.js';
import type { RequestType } from '../protocol/messages.js';

// What /metrics shows, in the Prometheus text format. Every label comes from a closed list: no user can make series.

export type RequestOutcome = { readonly type: RequestType | 'unreadable'; readonly code: ErrorCode | 'ok' };

const family = (name: string, type: 'gauge' | 'counter', help: string, samples: readonly string[]): string =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples].join('\n');

export class Metrics {
  readonly #membersByRoom = new Map<string, number>();
  readonly #calls = new Map<string, 'ringing' | 'active'>();
  readonly #requests = new Map<string, number>();
  readonly #ended = new Map<string, number>();

  countRequest({ type, code }: RequestOutcome): void {
    const labels = `type="${type}",code="${code}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
  }

  onFact(fact: HubFact): void {
    if ('memberId' in fact) this.#addMember(fact.room, fact.type === 'member.joined' ? 1 : -1);
    else if (fact.type === 'call.ended') this.#endCall(fact.callId, fact.reason ?? 'server');
    else this.#calls.set(fact.callId, fact.type === 'call.ringing' ? 'ringing' : 'active');
  }

  /** `connections`: open transport links, joined or not. */
  render(connections: number): string {
    const states = [...this.#calls.values()];
    const members = [...this.#membersByRoom.values()].reduce((sum, count) => sum + count, 0);
    const labelled = (name: string, counts: ReadonlyMap<string, number>): string[] => [...counts].map(([labels, count]) => `${name}{${labels}} ${count}`);
    return (
      [
        family('rtc_connections', 'gauge', 'Open connections.', [`rtc_connections ${connections}`]),
        family('rtc_rooms', 'gauge', 'Rooms with at least one member.', [`rtc_rooms ${this.#membersByRoom.size}`]),
        family('rtc_members', 'gauge', 'Members of all rooms, those included whose grace time runs.', [`rtc_members ${members}`]),
        family(
          'rtc_calls',
          'gauge',
          'Calls by state: ringing (and being connected), active.',
          (['ringing', 'active'] as const).map((state) => `rtc_calls{state="${state}"} ${states.filter((one) => one === state).length}`),
        ),
        family('rtc_calls_ended_total', 'counter', 'Calls that ended, by reason.', labelled('rtc_calls_ended_total', this.#ended)),
        family('rtc_requests_total', 'counter', 'Requests by type and by the code of their answer.', labelled('rtc_requests_total', this.#requests)),
        family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [`process_resident_memory_bytes ${process.memoryUsage.rss()}`]),
        family('process_cpu_seconds_total', 'counter', 'CPU time, user and system.', [`process_cpu_seconds_total ${cpuSeconds()}`]),
      ].join('\n') + '\n'
    );
  }

  #endCall(callId: string, reason: EndReason): void {
    if (!this.#calls.delete(callId)) return;
    const label = `reason="${reason}"`;
    this.#ended.set(label, (this.#ended.get(label) ?? 0) + 1);
  }

  #addMember(room: string, change: 1 | -1): void {
    const count = (this.#membersByRoom.get(room) ?? 0) + change;
    if (count > 0) this.#membersByRoom.set(room, count);
    else this.#membersByRoom.delete(room);
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
