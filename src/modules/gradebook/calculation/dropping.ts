import type { Decimal } from '#platform/decimal/decimal.ts'

/** What one item adds to a total. */
export interface Entry {
  readonly itemId: string
  readonly earned: Decimal
  /** 0: extra credit, or an item without points. */
  readonly possible: Decimal
}

/** Entries of one category, of which up to `dropLowest` do not count; at least one always does. */
export interface Group {
  readonly entries: readonly Entry[]
  readonly dropLowest: number
}

export interface Sum {
  readonly earned: Decimal
  readonly possible: Decimal
}

/**
 * The items whose absence makes the ratio earned / possible of all groups together the highest that dropping can reach:
 * with items of different size that is not always the lowest percentage. Extra credit is never dropped.
 *
 * Method: Dinkelbach's for a ratio. Drop what lies below the ratio reached so far, the farthest first, until the ratio
 * grows no more. Exact, and independent of the order of entries.
 */
export function droppedItems(groups: readonly Group[]): ReadonlySet<string> {
  let dropped: ReadonlySet<string> = new Set()
  if (groups.every(({ dropLowest }) => dropLowest === 0)) return dropped
  const entries = groups.flatMap((group) => group.entries)
  for (;;) {
    const reached = sumOf(entries, dropped)
    if (reached.possible === 0) return dropped
    const next: ReadonlySet<string> = new Set(groups.flatMap((group) => lowestOf(group, reached)))
    const better = sumOf(entries, next)
    // Equal is the end: what lies exactly on the ratio is dropped, too, and changes nothing.
    const isBetter = BigInt(better.earned) * BigInt(reached.possible) > BigInt(reached.earned) * BigInt(better.possible)
    if (!isBetter) return next
    dropped = next
  }
}

export function sumOf(entries: readonly Entry[], dropped: ReadonlySet<string>): Sum {
  let earned = 0
  let possible = 0
  for (const entry of entries) {
    if (dropped.has(entry.itemId)) continue
    earned += entry.earned
    possible += entry.possible
  }
  return { earned, possible }
}

function lowestOf({ entries, dropLowest }: Group, reached: Sum): string[] {
  if (dropLowest === 0) return []
  const [earned, possible] = [BigInt(reached.earned), BigInt(reached.possible)]
  const candidates = entries
    .filter((entry) => entry.possible > 0)
    .map(({ itemId, ...entry }) => ({
      itemId,
      gain: BigInt(entry.earned) * possible - BigInt(entry.possible) * earned,
    }))
    .sort((a, b) => (a.gain < b.gain ? -1 : a.gain > b.gain ? 1 : a.itemId < b.itemId ? -1 : 1))
  return candidates
    .slice(0, Math.min(dropLowest, candidates.length - 1))
    .filter(({ gain }) => gain <= 0n)
    .map(({ itemId }) => itemId)
}
