import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import { callStoreSuite } from '../../conformance/store-calls.js';
import { presenceStoreSuite } from '../../conformance/store-presence.js';

presenceStoreSuite('memory', () => new MemoryPresenceStore());
callStoreSuite('memory', () => new MemoryCallStore());
