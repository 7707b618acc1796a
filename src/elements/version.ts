/** The release, as in package.json: two copies of the elements on one page tell each other apart by it. */
export const VERSION = '0.1.0';
