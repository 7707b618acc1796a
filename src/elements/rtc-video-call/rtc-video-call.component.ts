import { css, html, type CSSResult } from 'lit';
import { loadViews } from '../load-views.js';
import type { Face } from '../session-element.js';
import { themeStyles } from '../theme.styles.js';
import { CallApi } from './call-api.js';

/**
 * One call at a time: rings, connects, shows both pictures, says how it ended. Draws the session of the room it stands in, or of `for` / `session`.
 *
 * @fires {CustomEvent<RtcCallIncomingDetail>} rtc-call-incoming - Somebody calls: `accept()`, `reject()`. Cancelable: the built-in card is not shown; it still rings unless `ringtone="none"`.
 * @fires {CustomEvent<RtcCallStateDetail>} rtc-call-state - The call's state changed, or it began to ring over there.
 * @fires {CustomEvent<RtcMediaDetail>} rtc-media - Own or remote sound, picture or screen was switched on or off.
 * @fires {CustomEvent<RtcDevicesDetail>} rtc-devices - A device was plugged in, unplugged or chosen; `selected` is what is in use.
 * @fires {CustomEvent<RtcQualityDetail>} rtc-quality - How good the network is, and why: once per change.
 * @fires {CustomEvent<RtcVerificationDetail>} rtc-verification - What there is to say of who is at the other end: the seven emoji, and whether they were compared.
 * @fires {CustomEvent<RtcPlaybackBlockedDetail>} rtc-playback-blocked - The browser wants a click before it plays: `resume()` from one. Cancelable: the built-in button is not shown.
 * @fires {CustomEvent<RtcErrorDetail>} rtc-error - Something went wrong. Cancelable: the built-in notice is not shown.
 * @slot remote-placeholder - Shown where the other sends no picture (default: avatar or initials).
 * @slot incoming - Replaces the card of an incoming call.
 * @slot outgoing - Replaces what is shown while ringing out.
 * @slot ended - Replaces how the end of a call is shown.
 * @slot controls-start - Before the buttons of the control bar.
 * @slot controls-end - After them.
 * @slot panel - Beside the pictures, for add-ons.
 * @slot captions - Over the lower edge of the picture.
 * @csspart stage - Everything.
 * @csspart remote-video - The other's picture.
 * @csspart local-video - The own picture.
 * @csspart beside-video - The other's camera, small, while their screen is shared.
 * @csspart placeholder - Avatar or initials.
 * @csspart peer-name - The other's nickname.
 * @csspart status - The state in words.
 * @csspart timer - The running time.
 * @csspart duration - On the card of a call that has ended: how long it was.
 * @csspart countdown - When the call is accepted by itself.
 * @csspart banner - A device or network problem, and calls that were missed.
 * @csspart quality - How good the network is, in words; opens the panel with more of them.
 * @csspart details - That panel.
 * @csspart audio-only-button - In it: sound only, and back.
 * @csspart details-close-button - In it: closes it.
 * @csspart own-picture - Lies over the small picture: moves it, and opens what else can be done with it.
 * @csspart own-picture-button - Brings the own picture back.
 * @csspart hint-button - Closes what is said of the own sound.
 * @csspart recording - Somebody records the call; no `controlslist` hides it.
 * @csspart verification-button - Opens the panel with the seven emoji.
 * @csspart verification - That panel.
 * @csspart verification-close-button - In it: closes it.
 * @csspart notice-button - Closes what the banner says.
 * @csspart controls - The bar of buttons during a call.
 * @csspart button - Every button.
 * @csspart mic-button - Microphone on and off.
 * @csspart camera-button - Camera on and off.
 * @csspart screen-button - Shares the screen, and no more.
 * @csspart pip-button - The call in a window of its own.
 * @csspart fullscreen-button - The call on the whole screen, and back.
 * @csspart settings-button - Opens and closes the panel of devices and volume.
 * @csspart settings - That panel.
 * @csspart settings-close-button - In it: closes it.
 * @csspart device-select - In it: the choice of a device, as in the nickname form's preview.
 * @csspart use-front-camera-button - On phones, in it and in the preview.
 * @csspart use-back-camera-button - The same, the other way round.
 * @csspart pick-speaker-button - In it and in the preview: opens the browser's own list of loudspeakers, where it has one.
 * @csspart play-tone-button - In it and in the preview: tries the loudspeaker.
 * @csspart hangup-button - Ends the call; while ringing out, cancels it.
 * @csspart incoming - The card of an incoming call.
 * @csspart accept-button - Takes the call.
 * @csspart accept-audio-button - Takes it with voice only.
 * @csspart reject-button - Declines it.
 * @csspart silence-button - Stops the tone.
 * @csspart outgoing - The buttons while ringing out.
 * @csspart ended - The buttons after a call.
 * @csspart call-again-button - Calls the same member.
 * @csspart dismiss-button - Takes the end of the call off the screen.
 * @csspart start-button - Shown where the browser refused to play.
 */
export class RtcVideoCall extends CallApi {
  // As large before its inside is loaded as after.
  static override styles: CSSResult[] = [themeStyles, css`
    :host {
      display: flex; flex-direction: column; position: relative; container: rtc-call / inline-size; min-width: min(200px, 100%); overflow: hidden;
      border-radius: var(--_radius);
    }
    .stage { flex: 1 1 max(300px, 56.25cqi); min-height: 0; background: var(--_surface); }
  `];

  protected override async loadFace(): Promise<Face> {
    const { CallFace } = await loadViews();
    return new CallFace(this);
  }

  protected override render(): unknown {
    return super.render() ?? html`<div part="stage" class="stage"></div>`;
  }
}
