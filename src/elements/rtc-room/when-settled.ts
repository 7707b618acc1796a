/**
 * Runs one task from now, and not before `DOMContentLoaded`: the page's scripts may still set properties. May run more than once. (An `interactive` document is
 * before or after that event; only the navigation's timing tells.)
 */
export function whenSettled(run: () => void): void {
  const later = () => setTimeout(run);
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (document.readyState === 'complete' || navigation?.domContentLoadedEventStart) later();
  else {
    document.addEventListener('DOMContentLoaded', later, { once: true });
    window.addEventListener('load', later, { once: true });
  }
}
