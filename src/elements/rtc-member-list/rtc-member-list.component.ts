import { css, type CSSResult, type PropertyDeclarations } from 'lit';
import type { Member } from '../../session/public.js';
import { loadViews } from '../load-views.js';
import { SessionElement, type Face } from '../session-element.js';
import { themeStyles } from '../theme.styles.js';

/**
 * Everyone in the room, live. A click, Enter or Space on a member asks for a call. Fills the height it is given (at most the height of the window) and
 * draws only the rows in sight. By keyboard it is one stop: arrows, Home, End, Page keys and the first letters of a name go to a member.
 *
 * @element rtc-member-list
 * @fires {CustomEvent<RtcCallRequestDetail>} rtc-call-request - Somebody was chosen. Cancelable: no call is made.
 * @slot heading - Replaces the heading.
 * @slot empty - Shown while nobody else is here.
 * @csspart list - The scrolling list.
 * @csspart item - One member.
 * @csspart avatar - The initials of a member.
 * @csspart nickname - The name of a member.
 * @csspart member-status - Oneself, in a call, reconnecting.
 * @csspart call-button - Calls the member.
 * @csspart voice-button - Calls the member with voice only (`voice-calls`).
 */
export class RtcMemberList extends SessionElement {
  static override styles: CSSResult[] = [themeStyles, css`
    :host {
      display: flex; flex-direction: column; min-height: 0; max-height: 100dvh; overflow: hidden; background: var(--_surface); border-radius: var(--_radius);
    }
  `];

  static override properties: PropertyDeclarations = { hideSelf: { type: Boolean }, voiceCalls: { type: Boolean }, filter: { attribute: false } };

  /** Leaves oneself out. */
  hideSelf = false;
  /** A second button on each member calls with voice only, where calls have a picture. */
  voiceCalls = false;
  /** Which members are drawn. Drawing only: the others are still in the room. */
  filter?: ((member: Member) => boolean) | null;

  protected override async loadFace(): Promise<Face> {
    const { ListFace } = await loadViews();
    return new ListFace(this);
  }
}
