/** Whether a source is a web address rather than a path. */
export function isWebAddress(source: string): boolean {
  return /^https?:\/\//iu.test(source);
}
