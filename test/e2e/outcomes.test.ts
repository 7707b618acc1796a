import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

async function two(attributes = ''): Promise<[Peer, Peer]> {
  const [ana, ben] = await stage().openTogether(['Ana', 'Ben'], { attributes });
  assert.ok(ana && ben);
  return [ana, ben];
}

async function ringing(attributes = ''): Promise<[Peer, Peer]> {
  const [ana, ben] = await two(attributes);
  await ana.call('Ben');
  await ben.waitForCall('incoming');
  return [ana, ben];
}

async function inCall(attributes = ''): Promise<[Peer, Peer]> {
  const [ana, ben] = await ringing(attributes);
  await ben.accept();
  await Promise.all([ana.waitForCall('active'), ben.waitForCall('active')]);
  return [ana, ben];
}

describe('A call that does not come about', () => {
  it('is rejected: both know, in words, and the caller’s camera is free', async () => {
    const [ana, ben] = await ringing();
    await ben.until('the reject button to take', () => {
      rig.part('reject-button')?.click();
      return rig.callState() !== 'incoming';
    });
    await ana.waitForEnd('rejected');
    assert.match(await ana.text('status'), /declined|rejected/i);
    await ana.releasesDevices();
  });

  it('finds a member in another call busy, and says whose', async () => {
    const [ana, ben, cleo] = await stage().openTogether(['Ana', 'Ben', 'Cleo']);
    assert.ok(ana && ben && cleo);
    // Cleo's list shows Ben's button until the busy mark arrives; the server decides whatever the list says.
    const benId = await cleo.page.evaluate(() => rig.room().members.find((member) => member.nickname === 'Ben')?.id ?? '');
    await ana.call('Ben');
    await ben.accept();
    await Promise.all([ana.waitForCall('active'), ben.waitForCall('active')]);
    await cleo.page.evaluate((id) => rig.room().call(id), benId);
    await cleo.waitForEnd('busy');
    assert.match(await cleo.text('status'), /Ben.*another call/);
    assert.equal(await ben.callState(), 'active');
    await cleo.until('both marked busy', () => rig.room().members.filter((member) => member.busy).length === 2);
  });

  it('is cancelled by the caller, and the card goes', async () => {
    const [ana, ben] = await ringing();
    await ana.page.evaluate(() => rig.view().hangup());
    await Promise.all([ana.waitForEnd('cancelled'), ben.waitForEnd('cancelled')]);
    await ana.releasesDevices();
  });

  it('is not answered within ring-timeout', async () => {
    const [ana, ben] = await ringing('ring-timeout="3"');
    await Promise.all([ana.waitForEnd('no-answer'), ben.waitForEnd('missed')]);
  });

  it('has one winner when accept meets cancel, and both are told the same', async () => {
    const [ana, ben] = await ringing();
    await Promise.all([
      ana.page.evaluate(() => rig.view().hangup()),
      ben.page.evaluate(() => rig.view().accept().catch(() => undefined)),
    ]);
    await Promise.all([ana.waitForCall('ended'), ben.waitForCall('ended')]);
    const [mine, theirs] = [await ana.endReason(), await ben.endReason()];
    assert.ok((mine === 'cancelled' && theirs === 'cancelled') || (mine === 'hangup' && theirs === 'remote-hangup'), `${mine} and ${theirs}`);
    assert.deepEqual([await ana.liveTracks(), await ben.liveTracks()], [0, 0]);
  });
});

describe('Two who call each other at the same moment', () => {
  it('are connected', async () => {
    const [ana, ben] = await two();
    await Promise.all([ana.call('Ben'), ben.call('Ana')]);
    const answerIfRinging = async (peer: Peer) => {
      await peer.until('more than ringing', () => !['idle', 'outgoing'].includes(rig.callState()));
      if (await peer.callState() === 'incoming') await peer.accept();
    };
    // Where the clicks were not quite simultaneous one of them simply rings.
    await Promise.all([answerIfRinging(ana), answerIfRinging(ben)]);
    await expectLiveCall(ana, ben);
    const [mine, theirs] = await Promise.all([ana, ben].map((peer) => peer.page.evaluate(() => rig.room().currentCall?.callId)));
    assert.equal(mine, theirs);
  });
});

describe('A call whose other side goes away', () => {
  it('ends with peer-left when they leave the room', async () => {
    const [ana, ben] = await inCall();
    await ben.page.evaluate(() => rig.room().leave());
    await ana.waitForEnd('peer-left');
    await Promise.all([ana.releasesDevices(), ben.releasesDevices()]);
  });

  it('ends with peer-left when the room element is removed', async () => {
    const [ana, ben] = await inCall();
    await ben.page.evaluate(() => rig.room().remove());
    await ana.waitForEnd('peer-left');
    await ben.releasesDevices();
  });

  it('goes on when the room element is moved in the document', async () => {
    const [ana, ben] = await inCall();
    await ben.page.evaluate(() => {
      const frame = document.body.appendChild(document.createElement('section'));
      frame.append(rig.room());
    });
    await expectLiveCall(ana, ben);
  });

  it('says at once that they closed the page, and ends with peer-left after the return window', async () => {
    const [ana, ben] = await inCall();
    await ben.page.goto('about:blank');
    await ana.waitForCall('reconnecting', 5_000);
    await ana.waitForEnd('peer-left', 12_000);
    await ana.releasesDevices();
    await ana.until('Ben to be gone from the list', () => rig.room().members.length === 1);
  });
});
