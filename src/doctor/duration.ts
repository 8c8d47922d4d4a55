const units: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
]

/** `3 h`: so many seconds in the largest unit that fits. */
export function duration(seconds: number): string {
  const [unit, name] = units.find(([one]) => seconds >= 2 * one) ?? [1, 's']
  return `${Math.floor(seconds / unit)} ${name}`
}
