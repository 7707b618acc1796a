import { css } from 'lit';

/** A phone on its side: a call has all of it, the list comes back afterwards. */
export const lowWindowStyles = css`
  @media (height < 480px) and (width < 960px) {
    .calling rtc-member-list { display: none; }
    .calling rtc-video-call { grid-column: 1 / -1; }
  }
`;
