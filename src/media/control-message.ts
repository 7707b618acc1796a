import * as v from 'valibot';
import { parseOneOf } from '../protocol/parse.js';
import { HANGUP_REASONS, madeId } from '../protocol/values.js';
import type { ControlMessage } from './peer-port.js';

const MAX_LENGTH = 1024;

const schemas = {
  bye: v.object({ t: v.literal('bye'), reason: v.picklist([...HANGUP_REASONS, 'unload']) }),
  media: v.object({ t: v.literal('media'), audio: v.boolean(), video: v.boolean(), screen: v.boolean(), paused: v.optional(v.boolean()), recording: v.optional(v.boolean()), audioOnly: v.optional(v.boolean()) }),
  sas: v.object({ t: v.literal('sas'), step: v.picklist(['commit', 'nonce', 'reveal']), value: madeId }),
};

/** One message of the control channel, or null: the other side may be another version, or hostile, so what is not understood is dropped without a word. */
export function parseControl(data: unknown): ControlMessage | null {
  if (typeof data !== 'string' || data.length > MAX_LENGTH) return null;
  try {
    const parsed = parseOneOf<ControlMessage>(schemas, 't', JSON.parse(data));
    return parsed.ok ? parsed.value : null;
  } catch {
    return null;
  }
}
