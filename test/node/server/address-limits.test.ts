import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AddressLimits, networkOf } from '../../../src/server/address-limits.js';

interface Given {
  readonly connections?: number;
  readonly joinsPerMinute?: number;
}

function limits({ connections, joinsPerMinute }: Given = {}) {
  const state = { now: 0, reached: [] as string[] };
  const made = new AddressLimits({ connections, joinsPerMinute, onReached: (limit) => state.reached.push(limit) }, () => state.now);
  const open = (address: string): number => {
    if (!made.mayOpen(address)) return -1;
    made.opened(address);
    return made.connect(address);
  };
  return { made, state, open };
}

const GUEST = '203.0.113.9';

describe('the limits of an address', () => {
  it('are 50 connections and 30 joins a minute unless set', () => {
    const { made, state, open } = limits();
    for (let count = 0; count < 50; count += 1) assert.equal(open(GUEST), 0);
    assert.equal(open(GUEST), 5_000);
    for (let count = 0; count < 30; count += 1) assert.equal(made.join(GUEST, false), 0);
    assert.equal(made.join(GUEST, false), 2_000);
    assert.deepEqual(state.reached, ['connections', 'joins']);
    assert.equal(open('203.0.113.10'), 0, 'the neighbour has its own');
  });

  it('leave this machine alone, unless they are set', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1']) {
      const free = limits();
      for (let count = 0; count < 1_000; count += 1) assert.deepEqual([free.open(address), free.made.join(address, false)], [0, 0]);
      const set = limits({ connections: 2, joinsPerMinute: 2 });
      assert.deepEqual([set.open(address), set.open(address), set.open(address)], [0, 0, 5_000]);
      assert.deepEqual([0, 1, 2].map(() => set.made.join(address, false)), [0, 0, 30_000]);
    }
  });

  it('open nothing beyond twice the number, nor for who tries again and again', () => {
    const { made, state, open } = limits({ connections: 3 });
    assert.deepEqual(Array.from({ length: 8 }, () => open(GUEST)), [0, 0, 0, 5_000, 5_000, 5_000, -1, -1]);
    for (let count = 0; count < 6; count += 1) made.closed(GUEST, count < 3);
    assert.equal(open(GUEST), -1, 'six tries are spent');
    state.now += 20_000;
    assert.equal(open(GUEST), 0);
    assert.equal(open(GUEST), -1, 'three a minute come back');
  });

  it('let whoever had to be cut off for flooding try less often', () => {
    const { made, state, open } = limits({ connections: 20 });
    assert.equal(open(GUEST), 0);
    made.flooded(GUEST);
    assert.equal(open(GUEST), 0, 'an office is not locked out for one of its people');
    made.flooded(GUEST);
    assert.equal(open(GUEST), -1);
    state.now += 3_000;
    assert.equal(open(GUEST), 0);
  });

  it('let whoever was a member before return 20 times as fast', () => {
    const { made } = limits({ joinsPerMinute: 2 });
    assert.equal(Array.from({ length: 50 }, () => made.join(GUEST, true)).filter((waitMs) => waitMs === 0).length, 40);
    assert.equal(made.join(GUEST, false), 0, 'others are not held up by them');
  });

  it('take an IPv6 network for one address, however it is written', () => {
    for (const [address, network] of [
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
      ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
      ['2001:db8::1', '2001:db8:0:0'],
      ['::1', '0:0:0:0'],
      ['fe80::1%eth0', 'fe80:0:0:0'],
      ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
      ['1::', '1:0:0:0'],
      ['192.0.2.1', '192.0.2.1'],
      ['', ''],
    ] as const) assert.equal(networkOf(address), network, address);
    const { open } = limits({ connections: 1 });
    assert.deepEqual([open('2001:db8:1:2::1'), open('2001:db8:1:2::2'), open('2001:db8:1:3::1')], [0, 5_000, 0]);
  });

  it('forget an address that is gone and has used nothing for a while', () => {
    const { made, state, open } = limits({ connections: 5 });
    for (let count = 0; count < 100; count += 1) {
      open(`198.51.100.${count}`);
      if (count > 0) made.closed(`198.51.100.${count}`, true);
    }
    assert.equal(made.size, 100);
    state.now += 10 * 60_000;
    open(GUEST);
    assert.equal(made.size, 2, 'the new one, and the one that is still connected');
  });
});
