/** A call that comes in while the page is hidden. */
export interface CallAnnouncement {
  end(): void;
}

const FLASH_MS = 1_000;

/** What the title says in turns with the page's own: the calls of all rooms of the page. */
const calling = new Map<object, string>();
let ownTitle = '';
let shownTitle: string | null = null;
let timer: ReturnType<typeof setInterval> | undefined;

function flash(): void {
  const { title } = document;
  // What the page has written meanwhile is its title from now on.
  if (title !== shownTitle) ownTitle = title;
  const [words] = calling.values();
  shownTitle = words !== undefined && title !== words ? words : ownTitle;
  if (shownTitle !== title) document.title = shownTitle;
  if (words !== undefined) return;
  clearInterval(timer);
  timer = undefined;
  shownTitle = null;
}

/** Where the person has allowed it: asking is done by `enableNotifications()`, from a gesture. Chrome on Android has the constructor, and refuses it. */
function notify(callId: string, title: string, body: string): Notification | null {
  if (globalThis.Notification?.permission !== 'granted') return null;
  try {
    // The tone is the page's own.
    const notification = new Notification(title, { body, tag: `rtc-elements:${callId}`, requireInteraction: true, silent: true });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return notification;
  } catch {
    return null;
  }
}

/** In the title and, where that is allowed, by a notification, whose click brings the page to the front. */
export function announceCall(callId: string, title: string, body: string): CallAnnouncement {
  const call = {};
  calling.set(call, title);
  flash();
  timer ??= setInterval(flash, FLASH_MS);
  const notification = notify(callId, title, body);
  return {
    end: () => {
      calling.delete(call);
      flash();
      notification?.close();
    },
  };
}
