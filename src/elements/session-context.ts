import { createContext } from '@lit/context';
import type { RtcSession } from '../session/public.js';
import type { RtcStrings } from './strings.js';

/** What a room shares with the lists and call views in it, or bound to it by `for` or by its session. */
export interface RoomContext {
  readonly session?: RtcSession | null;
  /** The page's own words. */
  readonly strings?: Partial<RtcStrings>;
  readonly theme?: string | null | undefined;
}

// A registered symbol: two copies of the script on one page understand each other.
export const roomContext = createContext<RoomContext>(Symbol.for('rtc-elements.room'));
