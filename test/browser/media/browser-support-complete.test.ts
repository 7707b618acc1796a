import { expect } from '@open-wc/testing';
import { prepareBrowser } from '../../../src/media/browser-support.js';

describe('a browser that lacks nothing', () => {
  it('loads no webrtc-adapter', async () => {
    await prepareBrowser();
    expect(performance.getEntriesByType('resource').filter(({ name }) => name.includes('webrtc-adapter'))).to.deep.equal([]);
  });
});
