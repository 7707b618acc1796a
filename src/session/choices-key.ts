/** Where a person's choice of devices is kept, for this browser and origin. */
export const CHOICES_KEY = 'rtc-elements:devices';
