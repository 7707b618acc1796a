import type { CreatePeer } from '../../../src/media/peer-port.js';
import type { Pace } from './scheduler.js';
import { ModelPeer } from './model-peer.js';

/** Where model connections find each other: by the descriptions they hold of each other, and by one candidate of each that leads anywhere. */
export class ModelIce {
  readonly scheduler: Pace;
  readonly peers: ModelPeer[] = [];
  /** What a browser would have refused or a person would have had to suffer. */
  readonly findings: string[] = [];

  constructor(scheduler: Pace) {
    this.scheduler = scheduler;
  }

  readonly createPeer: CreatePeer = (options) => {
    const peer = new ModelPeer(this, options, `p${this.peers.length}`);
    this.peers.push(peer);
    return peer;
  };

  find(what: string): void {
    this.findings.push(what);
  }

  /** The two that hold each other's descriptions and have been given a candidate that leads to the other get connected, each a moment later. */
  look(): void {
    for (const one of this.peers) {
      const other = this.peers.find((each) => each.facts.name === one.facts.remote);
      if (!other || other.facts.remote !== one.facts.name || !one.canReach(other) || !other.canReach(one) || one.other === other) continue;
      one.other = other;
      other.other = one;
      for (const each of [one, other]) each.soon([5, 60], () => each.become('connecting'));
      for (const each of [one, other]) each.soon([60, 120], () => each.become('connected'));
    }
  }

  get open(): ModelPeer[] {
    return this.peers.filter(({ state }) => state !== 'closed');
  }
}
