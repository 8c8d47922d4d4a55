const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** `1.5 GB`: a number of bytes as people read it; a kB has 1024 bytes. */
export function size(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1]
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}
